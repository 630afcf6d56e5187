//! Reading rounds: lists, and one with its history.

use crate::accounts::store::names;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::AccountId;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::published::programme;
use crate::db::regional::{permit as permit_officer, seen_regions};
use crate::db::schema::{circuit_round, circuit_round_event, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::programmes::ids::ProgrammeId;
use crate::rounds::ids::CircuitRoundId;
use crate::rounds::policy::{permit, visible_rounds};
use crate::rounds::round_state::{CircuitRoundState, CircuitRoundStep, allowed};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A round of circuit consultation.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CircuitRoundView {
    /// The round.
    #[serde(flatten)]
    pub round: CircuitRoundRow,
    /// Name of the programme.
    pub programme_name: String,
    /// How many members are in it.
    pub members: i64,
    /// How many of them were reached.
    pub reached: i64,
    /// How many of them were visited.
    pub visited: i64,
    /// How many of them are cleared.
    pub cleared: i64,
    /// How many experts members of it are given to.
    pub experts: i64,
}

/// A row of `circuit_round`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = circuit_round, check_for_backend(Pg))]
pub struct CircuitRoundRow {
    /// Id of the round.
    pub id: CircuitRoundId,
    /// The programme.
    pub programme_id: ProgrammeId,
    /// Its number in the programme.
    pub no: i32,
    /// Code of the region in which it takes place.
    pub region: String,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: NaiveDate,
    /// Visits that one expert makes on a day at most.
    pub per_day: i32,
    /// The note.
    pub note: Option<String>,
    /// The state.
    #[schema(inline)]
    pub state: CircuitRoundState,
    /// When its routes were worked out.
    pub routed_at: Option<DateTime<Utc>>,
    /// The length of all routes, in metres as the crow flies.
    pub route_metres: Option<i64>,
    /// What it would be by always going to the nearest place.
    pub nearest_metres: Option<i64>,
    /// Visits that are on a route.
    pub route_visits: Option<i32>,
    /// Visits for which there was no room.
    pub route_unplaced: Option<i32>,
    /// When it was planned.
    pub created_at: DateTime<Utc>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct RoundFilter {
    /// Only those of this programme.
    pub programme: Option<ProgrammeId>,
    /// Only those of this state.
    pub state: Option<CircuitRoundState>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those that are on the way on this day.
    pub on: Option<NaiveDate>,
    /// Only those in whose programme, region or note these words stand, or whose programme or region is read so.
    pub q: Option<String>,
}

/// Where rounds are searched: the names of programme and region, the note.
const TEXTS: Columns = Columns {
    texts: &[
        "(SELECT search_name(p.name) || E'\\n' FROM published.programme p WHERE p.id = circuit_round.programme_id)",
        "(SELECT search_fold(r.name) || E'\\n' FROM region r WHERE r.code = circuit_round.region)",
        "(search_fold(coalesce(circuit_round.note, '')) || E'\\n')",
    ],
    readings: &[
        "(SELECT search_readings(search_name(p.name)) FROM published.programme p WHERE p.id = circuit_round.programme_id)",
        "(SELECT search_readings(search_fold(r.name)) FROM region r WHERE r.code = circuit_round.region)",
    ],
    code: false,
};

fn narrowed(
    actor: &Actor,
    filter: &RoundFilter,
    found: Option<Condition>,
) -> circuit_round::BoxedQuery<'static, Pg> {
    use circuit_round as r;
    let mut query = visible_rounds(actor);
    if let Some(programme) = filter.programme {
        query = query.filter(r::programme_id.eq(programme));
    }
    if let Some(state) = filter.state {
        query = query.filter(r::state.eq(state));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(r::region.eq_any(under));
    }
    if let Some(day) = filter.on {
        query = query.filter(r::starts_on.le(day)).filter(r::ends_on.ge(day));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Counted {
    #[diesel(sql_type = SqlUuid)]
    round_id: CircuitRoundId,
    #[diesel(sql_type = BigInt)]
    members: i64,
    #[diesel(sql_type = BigInt)]
    reached: i64,
    #[diesel(sql_type = BigInt)]
    visited: i64,
    #[diesel(sql_type = BigInt)]
    cleared: i64,
    #[diesel(sql_type = BigInt)]
    experts: i64,
}

const COUNTS: &str = "
    SELECT m.round_id, count(*) AS members, count(m.reached_at) AS reached, count(m.visited_at) AS visited,
           count(m.cleared_at) AS cleared, count(DISTINCT m.expert_id) AS experts
    FROM circuit_member m WHERE m.round_id = ANY ($1) GROUP BY m.round_id";

fn views(conn: &mut PgConnection, rows: Vec<CircuitRoundRow>) -> QueryResult<Vec<CircuitRoundView>> {
    let ids: Vec<CircuitRoundId> = rows.iter().map(|row| row.id).collect();
    let counted: Vec<Counted> = diesel::sql_query(COUNTS).bind::<Array<SqlUuid>, _>(ids).load(conn)?;
    let counted: HashMap<CircuitRoundId, Counted> =
        counted.into_iter().map(|count| (count.round_id, count)).collect();
    let programmes: Vec<ProgrammeId> = rows.iter().map(|row| row.programme_id).collect();
    let programmes: HashMap<ProgrammeId, String> = programme::table
        .filter(programme::id.eq_any(programmes))
        .select((programme::id, programme::name))
        .load::<(ProgrammeId, String)>(conn)?
        .into_iter()
        .collect();
    let view = |round: CircuitRoundRow| {
        let count = counted.get(&round.id);
        let of = |what: fn(&Counted) -> i64| count.map(what).unwrap_or_default();
        CircuitRoundView {
            programme_name: programmes.get(&round.programme_id).cloned().unwrap_or_default(),
            members: of(|count| count.members),
            reached: of(|count| count.reached),
            visited: of(|count| count.visited),
            cleared: of(|count| count.cleared),
            experts: of(|count| count.experts),
            round,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// A page of rounds, the one planned last first within the ranks of a search.
///
/// # Errors
/// 403 for who has no part in rounds.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &RoundFilter,
    slice: Slice,
) -> Result<Page<CircuitRoundView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<CircuitRoundRow>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(circuit_round::id.lt(CircuitRoundId(after)));
        }
        query
            .order(in_order(slice, circuit_round::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(CircuitRoundRow::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, items)?, next_cursor })
}

/// How many rounds a filter finds.
///
/// # Errors
/// 403 for who has no part in rounds.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &RoundFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(circuit_round::id))?)
}

/// One round.
///
/// # Errors
/// 403 for who has no part in rounds, 404 where the actor may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: CircuitRoundId) -> Result<CircuitRoundView, Problem> {
    permit(actor)?;
    let query = visible_rounds(actor).filter(circuit_round::id.eq(id));
    let row: CircuitRoundRow = query.select(CircuitRoundRow::as_select()).first(conn)?;
    views(conn, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}

/// A round with its history and what can be done with it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CircuitRoundDetail {
    /// The round.
    #[serde(flatten)]
    pub view: CircuitRoundView,
    /// The steps that its state allows; for officers alone.
    #[schema(inline)]
    pub allowed: Vec<CircuitRoundStep>,
    /// Its steps, the first one first; the last 200; for officers alone.
    pub history: Vec<CircuitRoundEvent>,
}

/// A step of a round.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CircuitRoundEvent {
    /// The step.
    #[schema(inline)]
    pub step: CircuitRoundStep,
    /// The state after it.
    #[schema(inline)]
    pub to: CircuitRoundState,
    /// The reason that was given.
    pub reason: Option<String>,
    /// Name of who took the step.
    pub by: String,
    /// When the step was taken.
    pub at: DateTime<Utc>,
}

/// The most steps of a history.
const MOST_EVENTS: i64 = 200;

/// One round, for officers with its history.
///
/// # Errors
/// 403 for who has no part in rounds, 404 where the actor may not know of it.
pub fn detail(
    conn: &mut PgConnection,
    actor: &Actor,
    id: CircuitRoundId,
) -> Result<CircuitRoundDetail, Problem> {
    use circuit_round_event as e;
    type Step = (CircuitRoundStep, CircuitRoundState, Option<String>, AccountId, DateTime<Utc>);
    let view = get(conn, actor, id)?;
    if permit_officer(actor).is_err() {
        return Ok(CircuitRoundDetail { view, allowed: Vec::new(), history: Vec::new() });
    }
    let mut steps: Vec<Step> = e::table
        .filter(e::round_id.eq(id))
        .order(e::ordinal.desc())
        .limit(MOST_EVENTS)
        .select((e::step, e::to_state, e::reason, e::account_id, e::at))
        .load(conn)?;
    steps.reverse();
    let people: Vec<AccountId> = steps.iter().map(|step| step.3).collect();
    let people = names(conn, &people)?;
    let event = |(step, to, reason, by, at): Step| CircuitRoundEvent {
        step,
        to,
        reason,
        by: people.get(&by).cloned().unwrap_or_default(),
        at,
    };
    let history = steps.into_iter().map(event).collect();
    // Officers of the regions under it know of the round and do not plan it.
    let plans: bool = diesel::select(exists(
        circuit_round::table
            .filter(circuit_round::id.eq(id))
            .filter(circuit_round::region.eq_any(seen_regions(actor))),
    ))
    .get_result(conn)?;
    let may = if plans { allowed(view.round.state) } else { Vec::new() };
    Ok(CircuitRoundDetail { allowed: may, history, view })
}
