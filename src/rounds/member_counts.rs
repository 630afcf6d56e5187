//! Members of a programme in groups: by town and stage, by month, and the experts to whom they are given.

use crate::core::ids::ExpertId;
use crate::programmes::ids::ProgrammeId;
use crate::rounds::ids::CircuitRoundId;
use crate::rounds::stage::CircuitStage;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use std::collections::BTreeMap;

/// How many members of a programme a region has at each stage.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(Pg))]
pub struct TownCount {
    /// Code of the region.
    #[diesel(sql_type = Text)]
    pub region: String,
    /// The stage.
    #[diesel(sql_type = Text)]
    pub stage: CircuitStage,
    /// Number of members.
    #[diesel(sql_type = BigInt)]
    pub members: i64,
    /// How many of them were not reached yet.
    #[diesel(sql_type = BigInt)]
    pub unreached: i64,
    /// How many of them are cleared.
    #[diesel(sql_type = BigInt)]
    pub cleared: i64,
    /// How many of them were visited.
    #[diesel(sql_type = BigInt)]
    pub visited: i64,
}

const TOWNS: &str = "
    SELECT m.region, m.stage, count(*) AS members,
           count(*) FILTER (WHERE m.state = 'member' AND m.reached_at IS NULL) AS unreached,
           count(m.cleared_at) AS cleared, count(m.visited_at) AS visited
    FROM circuit_member m
    JOIN region_scope s ON s.region = m.region AND s.scope = $2
    WHERE m.programme_id = $1 AND m.state <> 'removed'
    GROUP BY m.region, m.stage
    ORDER BY m.region, m.stage";

/// The members of a programme in a region by town and stage. The caller has seen to it that the actor may know of the region.
///
/// # Errors
/// When the database can't be asked.
pub fn towns(conn: &mut PgConnection, programme: ProgrammeId, region: &str) -> QueryResult<Vec<TownCount>> {
    diesel::sql_query(TOWNS).bind::<SqlUuid, _>(programme).bind::<Text, _>(region).load(conn)
}

/// How many members were reached and cleared in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthCount {
    /// The month, `2026-11`.
    pub month: String,
    /// How many were reached in it.
    pub reached: i64,
    /// How many were cleared in it.
    pub cleared: i64,
}

/// Members that were reached in one month and cleared in another.
#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Months {
    #[diesel(sql_type = Nullable<Text>)]
    reached: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    cleared: Option<String>,
    #[diesel(sql_type = BigInt)]
    members: i64,
}

// One pass over the members; the months are written out for the few groups alone.
const MONTHS: &str = "
    SELECT to_char(g.reached, 'YYYY-MM') AS reached, to_char(g.cleared, 'YYYY-MM') AS cleared, g.members
    FROM (SELECT date_trunc('month', m.reached_at AT TIME ZONE 'Asia/Shanghai') AS reached,
                 date_trunc('month', m.cleared_at AT TIME ZONE 'Asia/Shanghai') AS cleared, count(*) AS members
          FROM circuit_member m
          JOIN region_scope s ON s.region = m.region AND s.scope = $2
          WHERE m.programme_id = $1 AND m.state <> 'removed'
          GROUP BY 1, 2) g";

/// How many members of a programme in a region were reached and cleared in each month, the first month first. As [`towns`].
///
/// # Errors
/// When the database can't be asked.
pub fn months(conn: &mut PgConnection, programme: ProgrammeId, region: &str) -> QueryResult<Vec<MonthCount>> {
    let groups: Vec<Months> =
        diesel::sql_query(MONTHS).bind::<SqlUuid, _>(programme).bind::<Text, _>(region).load(conn)?;
    let mut months: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for Months { reached, cleared, members } in groups {
        if let Some(month) = reached {
            months.entry(month).or_default().0 += members;
        }
        if let Some(month) = cleared {
            months.entry(month).or_default().1 += members;
        }
    }
    let count = |(month, (reached, cleared))| MonthCount { month, reached, cleared };
    Ok(months.into_iter().map(count).collect())
}

/// An expert to whom members are given, for the choice of a form.
#[derive(Debug, Clone, QueryableByName)]
#[diesel(check_for_backend(Pg))]
pub struct ExpertChoice {
    /// The expert.
    #[diesel(sql_type = SqlUuid)]
    pub id: ExpertId,
    /// The name.
    #[diesel(sql_type = Text)]
    pub name: String,
}

/// The experts to whom members of a programme or a round are given, by name; at most 200.
///
/// # Errors
/// When the database can't be asked.
pub fn experts(
    conn: &mut PgConnection,
    programme: ProgrammeId,
    round: Option<CircuitRoundId>,
) -> QueryResult<Vec<ExpertChoice>> {
    diesel::sql_query(
        "SELECT x.id, x.name FROM published.expert x
         WHERE x.id IN (SELECT m.expert_id FROM circuit_member m
                        WHERE m.programme_id = $1 AND m.state <> 'removed' AND ($2 IS NULL OR m.round_id = $2))
         ORDER BY x.name, x.id LIMIT 200",
    )
    .bind::<SqlUuid, _>(programme)
    .bind::<Nullable<SqlUuid>, _>(round)
    .load(conn)
}
