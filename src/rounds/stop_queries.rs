//! Reading the stops of routes.

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::core::page::{Page, Slice, Total};
use crate::db::regional::seen_regions;
use crate::db::schema::{circuit_member, circuit_stop};
use crate::db::total::total;
use crate::rounds::ids::{CircuitRoundId, MemberId, StopId};
use crate::rounds::policy::permit;
use crate::rounds::stage::CircuitStage;
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A stop of a route.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CircuitStopView {
    /// Id of the stop.
    pub id: StopId,
    /// The round.
    pub round_id: CircuitRoundId,
    /// The member.
    pub member_id: MemberId,
    /// The day.
    pub on_day: NaiveDate,
    /// Its place in the day of the expert.
    pub ordinal: i32,
    /// From the stop before, or from where the day begins, in metres as the crow flies.
    pub metres: i32,
    /// The expert.
    pub expert_id: ExpertId,
    /// Name of the expert.
    pub expert_name: String,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Its name.
    pub enterprise_name: String,
    /// Code of its region.
    pub region: String,
    /// Its address.
    pub address: Option<String>,
    /// Its stage.
    #[schema(inline)]
    pub stage: CircuitStage,
}

/// What the list of stops is narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct StopFilter {
    /// Only those of this expert.
    pub expert: Option<ExpertId>,
    /// Only those of this day.
    pub day: Option<NaiveDate>,
    /// Only those of this round.
    pub round: Option<CircuitRoundId>,
    /// Only those of this day or later.
    pub from: Option<NaiveDate>,
    /// Only those of this day or earlier.
    pub until: Option<NaiveDate>,
}

type StopRow =
    ((StopId, CircuitRoundId, MemberId, NaiveDate, i32, i32, ExpertId), (EnterpriseId, String, CircuitStage));

/// Stops with their members.
type Stops = diesel::helper_types::IntoBoxed<
    'static,
    diesel::helper_types::InnerJoin<circuit_stop::table, circuit_member::table>,
    Pg,
>;

fn narrowed(actor: &Actor, filter: StopFilter) -> Stops {
    use circuit_member as m;
    use circuit_stop as s;
    let mut query = s::table.inner_join(m::table).into_boxed();
    query = match actor.scope() {
        Some(Scope::Expert(own)) => query.filter(s::expert_id.eq(*own)),
        Some(Scope::Enterprise(own)) => query.filter(m::enterprise_id.eq(*own)),
        _ => query.filter(m::region.eq_any(seen_regions(actor))),
    };
    if let Some(round) = filter.round {
        query = query.filter(s::round_id.eq(round));
    }
    if let Some(expert) = filter.expert {
        query = query.filter(s::expert_id.eq(expert));
    }
    if let Some(day) = filter.day {
        query = query.filter(s::on_day.eq(day));
    }
    if let Some(from) = filter.from {
        query = query.filter(s::on_day.ge(from));
    }
    if let Some(until) = filter.until {
        query = query.filter(s::on_day.le(until));
    }
    query
}

/// How many stops a filter finds.
///
/// # Errors
/// 403 for who has no part in rounds.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: StopFilter) -> Result<Total, Problem> {
    permit(actor)?;
    Ok(total(conn, narrowed(actor, filter).select(circuit_stop::id))?)
}

/// The stops of a round, by expert, day and order; of an expert's own routes where an expert asks, of the own visit where an enterprise does. Officers
/// see those of enterprises of their region.
///
/// # Errors
/// 403 for who has no part in rounds.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: StopFilter,
    slice: Slice,
) -> Result<Page<CircuitStopView>, Problem> {
    use circuit_member as m;
    use circuit_stop as s;
    permit(actor)?;
    let mut query = narrowed(actor, filter);
    if let Some(after) = slice.after {
        query = query.filter(s::id.gt(StopId(after)));
    }
    // Their ids rise in the order in which they were written: by expert, day and place in the day.
    let rows: Vec<StopRow> = query
        .select((
            (s::id, s::round_id, s::member_id, s::on_day, s::ordinal, s::metres, s::expert_id),
            (m::enterprise_id, m::region, m::stage),
        ))
        .order(s::id)
        .limit(slice.limit + 1)
        .load(conn)?;
    let Page { items, next_cursor } = Page::cut(rows, slice, |row| row.0.0.0);
    Ok(Page { items: views(conn, items)?, next_cursor })
}

fn views(conn: &mut PgConnection, rows: Vec<StopRow>) -> QueryResult<Vec<CircuitStopView>> {
    use crate::db::published::{enterprise, expert};
    let enterprises: Vec<EnterpriseId> = rows.iter().map(|(_, of)| of.0).collect();
    let enterprises: HashMap<EnterpriseId, (String, Option<String>)> = enterprise::table
        .filter(enterprise::id.eq_any(enterprises))
        .select((enterprise::id, (enterprise::name, enterprise::address)))
        .load::<(EnterpriseId, (String, Option<String>))>(conn)?
        .into_iter()
        .collect();
    let experts: Vec<ExpertId> = rows.iter().map(|(stop, _)| stop.6).collect();
    let experts: HashMap<ExpertId, String> = expert::table
        .filter(expert::id.eq_any(experts))
        .select((expert::id, expert::name))
        .load::<(ExpertId, String)>(conn)?
        .into_iter()
        .collect();
    let view = |((id, round_id, member_id, on_day, ordinal, metres, expert_id), of): StopRow| {
        let (enterprise_id, region, stage) = of;
        let (enterprise_name, address) = enterprises.get(&enterprise_id).cloned().unwrap_or_default();
        CircuitStopView {
            id,
            round_id,
            member_id,
            on_day,
            ordinal,
            metres,
            expert_id,
            expert_name: experts.get(&expert_id).cloned().unwrap_or_default(),
            enterprise_id,
            enterprise_name,
            region,
            address,
            stage,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}
