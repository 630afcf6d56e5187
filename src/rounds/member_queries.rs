//! Reading members: lists, and one with its evidence and history.

use crate::accounts::store::names;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::{AccountId, EnterpriseId, ExpertId};
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::published::{enterprise, expert, programme};
use crate::db::regional::permit as permit_officer;
use crate::db::schema::{circuit_member, circuit_member_event, circuit_round, circuit_stop, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::programmes::ids::ProgrammeId;
use crate::rounds::evidence::evidence;
use crate::rounds::ids::{CircuitRoundId, MemberId};
use crate::rounds::member_state::{MemberState, MemberStep, allowed};
use crate::rounds::policy::{permit, visible_members};
use crate::rounds::stage::{CircuitStage, Evidence};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A member of a cohort.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CircuitMemberView {
    /// The member.
    #[serde(flatten)]
    pub member: CircuitMemberRow,
    /// Name of the programme.
    pub programme_name: String,
    /// Name of the enterprise.
    pub enterprise_name: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// Its address.
    pub address: Option<String>,
    /// Name of the expert.
    pub expert_name: Option<String>,
    /// The round in which it is visited.
    pub round: Option<MemberRound>,
    /// The day for which it is on a route.
    pub visit_on: Option<NaiveDate>,
}

/// The round of a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CircuitMemberRound)]
pub struct MemberRound {
    /// The round.
    pub id: CircuitRoundId,
    /// Its number.
    pub no: i32,
    /// Its number as a text.
    pub name: String,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: NaiveDate,
}

/// A row of `circuit_member`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = circuit_member, check_for_backend(Pg))]
pub struct CircuitMemberRow {
    /// Id of the member.
    pub id: MemberId,
    /// The programme.
    pub programme_id: ProgrammeId,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Code of its region.
    pub region: String,
    /// To whom it is given.
    pub expert_id: Option<ExpertId>,
    /// The round in which it is visited.
    #[serde(skip)]
    pub round_id: Option<CircuitRoundId>,
    /// What was decided of it.
    #[schema(inline)]
    pub state: MemberState,
    /// Why it is unreachable, declined or was taken out.
    pub end_reason: Option<String>,
    /// The stage.
    #[schema(inline)]
    pub stage: CircuitStage,
    /// Since when it has the stage.
    pub stage_at: DateTime<Utc>,
    /// When it was reached: the first consultation that was concluded, visit, training or interview.
    pub reached_at: Option<DateTime<Utc>>,
    /// The first visit.
    pub visited_at: Option<DateTime<Utc>>,
    /// Since when nothing is open against it.
    pub cleared_at: Option<DateTime<Utc>>,
    /// When it was added.
    pub added_at: DateTime<Utc>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct MemberFilter {
    /// Only those of this programme.
    pub programme: Option<ProgrammeId>,
    /// Only those of this round.
    pub round: Option<CircuitRoundId>,
    /// Only those in a round (true), or only those in none.
    pub in_round: Option<bool>,
    /// Only those of this stage.
    pub stage: Option<CircuitStage>,
    /// Only those of which this was decided; who was taken out is shown by this alone.
    pub state: Option<MemberState>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those that are given to this expert.
    pub expert: Option<ExpertId>,
    /// Only those that were reached (true), or only those that were not reached yet, without those that can't be or don't want to be.
    pub reached: Option<bool>,
    /// Only those of an enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// Only enterprises in whose name or code these words stand, or whose name is read so.
    pub q: Option<String>,
}

/// Where members are searched: name and credit code of the enterprise.
const TEXTS: Columns = Columns {
    texts: &["(SELECT e.search_text FROM published.enterprise e WHERE e.id = circuit_member.enterprise_id)"],
    readings: &[
        "(SELECT e.search_readings FROM published.enterprise e WHERE e.id = circuit_member.enterprise_id)",
    ],
    code: true,
};

fn narrowed(
    actor: &Actor,
    filter: &MemberFilter,
    found: Option<Condition>,
) -> circuit_member::BoxedQuery<'static, Pg> {
    use circuit_member as m;
    let mut query = visible_members(actor);
    query = match filter.state {
        Some(state) => query.filter(m::state.eq(state)),
        None => query.filter(m::state.ne(MemberState::Removed)),
    };
    if let Some(programme) = filter.programme {
        query = query.filter(m::programme_id.eq(programme));
    }
    if let Some(round) = filter.round {
        query = query.filter(m::round_id.assume_not_null().eq(round));
    }
    query = match filter.in_round {
        Some(true) => query.filter(m::round_id.is_not_null()),
        Some(false) => query.filter(m::round_id.is_null()),
        None => query,
    };
    if let Some(stage) = filter.stage {
        query = query.filter(m::stage.eq(stage));
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(m::region.eq_any(under));
    }
    if let Some(expert) = filter.expert {
        query = query.filter(m::expert_id.assume_not_null().eq(expert));
    }
    if let Some(enterprise) = filter.enterprise {
        query = query.filter(m::enterprise_id.eq(enterprise));
    }
    query = match filter.reached {
        Some(true) => query.filter(m::reached_at.is_not_null()),
        Some(false) => query.filter(m::reached_at.is_null()).filter(m::state.eq(MemberState::Member)),
        None => query,
    };
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

fn views(conn: &mut PgConnection, rows: Vec<CircuitMemberRow>) -> QueryResult<Vec<CircuitMemberView>> {
    type Named = (EnterpriseId, String, String, Option<String>);
    let enterprises: Vec<EnterpriseId> = rows.iter().map(|row| row.enterprise_id).collect();
    let enterprises: HashMap<EnterpriseId, (String, String, Option<String>)> = enterprise::table
        .filter(enterprise::id.eq_any(enterprises))
        .select((enterprise::id, enterprise::name, enterprise::uscc, enterprise::address))
        .load::<Named>(conn)?
        .into_iter()
        .map(|(id, name, uscc, address)| (id, (name, uscc, address)))
        .collect();
    let programmes: Vec<ProgrammeId> = rows.iter().map(|row| row.programme_id).collect();
    let programmes: HashMap<ProgrammeId, String> = programme::table
        .filter(programme::id.eq_any(programmes))
        .select((programme::id, programme::name))
        .load::<(ProgrammeId, String)>(conn)?
        .into_iter()
        .collect();
    let experts: Vec<ExpertId> = rows.iter().filter_map(|row| row.expert_id).collect();
    let experts: HashMap<ExpertId, String> = expert::table
        .filter(expert::id.eq_any(experts))
        .select((expert::id, expert::name))
        .load::<(ExpertId, String)>(conn)?
        .into_iter()
        .collect();
    let rounds: Vec<CircuitRoundId> = rows.iter().filter_map(|row| row.round_id).collect();
    let rounds: HashMap<CircuitRoundId, MemberRound> = circuit_round::table
        .filter(circuit_round::id.eq_any(rounds))
        .select((circuit_round::id, circuit_round::no, circuit_round::starts_on, circuit_round::ends_on))
        .load::<(CircuitRoundId, i32, NaiveDate, NaiveDate)>(conn)?
        .into_iter()
        .map(|(id, no, starts_on, ends_on)| {
            (id, MemberRound { id, no, name: no.to_string(), starts_on, ends_on })
        })
        .collect();
    let members: Vec<MemberId> = rows.iter().map(|row| row.id).collect();
    let days: HashMap<(MemberId, CircuitRoundId), NaiveDate> = circuit_stop::table
        .filter(circuit_stop::member_id.eq_any(members))
        .select((circuit_stop::member_id, circuit_stop::round_id, circuit_stop::on_day))
        .load::<(MemberId, CircuitRoundId, NaiveDate)>(conn)?
        .into_iter()
        .map(|(member, round, day)| ((member, round), day))
        .collect();
    let view = |member: CircuitMemberRow| {
        // An enterprise can have memberships in several programmes.
        let (name, uscc, address) = enterprises.get(&member.enterprise_id).cloned().unwrap_or_default();
        CircuitMemberView {
            programme_name: programmes.get(&member.programme_id).cloned().unwrap_or_default(),
            enterprise_name: name,
            uscc,
            address,
            expert_name: member.expert_id.and_then(|id| experts.get(&id).cloned()),
            round: member.round_id.and_then(|id| rounds.get(&id).cloned()),
            visit_on: member.round_id.and_then(|round| days.get(&(member.id, round)).copied()),
            member,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// A page of members, those added last first within the ranks of a search.
///
/// # Errors
/// 403 for who has no part in rounds.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &MemberFilter,
    slice: Slice,
) -> Result<Page<CircuitMemberView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<CircuitMemberRow>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(circuit_member::id.lt(MemberId(after)));
        }
        query
            .order(in_order(slice, circuit_member::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(CircuitMemberRow::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, items)?, next_cursor })
}

/// How many members a filter finds.
///
/// # Errors
/// 403 for who has no part in rounds.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &MemberFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(circuit_member::id))?)
}

/// One member.
///
/// # Errors
/// 403 for who has no part in rounds, 404 where the actor may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: MemberId) -> Result<CircuitMemberView, Problem> {
    permit(actor)?;
    let query = visible_members(actor).filter(circuit_member::id.eq(id));
    let row: CircuitMemberRow = query.select(CircuitMemberRow::as_select()).first(conn)?;
    views(conn, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}

/// A member with what its stage rests on.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CircuitMemberDetail {
    /// The member.
    #[serde(flatten)]
    pub view: CircuitMemberView,
    /// The evidence, the oldest first; at most 500.
    pub evidence: Vec<Evidence>,
    /// What was decided of it, the first decision first; for officers alone.
    pub history: Vec<MemberEvent>,
    /// What can be decided of it; for officers alone.
    #[schema(inline)]
    pub allowed: Vec<MemberStep>,
}

/// A decision on a member.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CircuitMemberEvent)]
pub struct MemberEvent {
    /// The decision.
    #[schema(inline)]
    pub step: MemberStep,
    /// The state after it.
    #[schema(inline)]
    pub to: MemberState,
    /// The reason that was given.
    pub reason: Option<String>,
    /// Who decided.
    pub by: String,
    /// When the step was taken.
    pub at: DateTime<Utc>,
}

/// The most pieces of evidence that are shown.
const MOST_EVIDENCE: usize = 500;
/// The most decisions that are shown.
const MOST_EVENTS: i64 = 200;

/// One member with its evidence; for officers with its history.
///
/// # Errors
/// 403 for who has no part in rounds, 404 where the actor may not know of it.
pub fn detail(conn: &mut PgConnection, actor: &Actor, id: MemberId) -> Result<CircuitMemberDetail, Problem> {
    use circuit_member_event as e;
    let view = get(conn, actor, id)?;
    let (own, programme) = (view.member.enterprise_id, view.member.programme_id);
    let mut pieces = evidence(conn, &[own], Some(programme))?.remove(&own).unwrap_or_default();
    pieces.sort_by_key(|piece| (piece.from, piece.kind, piece.subject));
    pieces.truncate(MOST_EVIDENCE);
    let is_officer = permit_officer(actor).is_ok();
    let mut history = Vec::new();
    if is_officer {
        type Step = (MemberStep, MemberState, Option<String>, AccountId, DateTime<Utc>);
        let steps: Vec<Step> = e::table
            .filter(e::member_id.eq(id))
            .order(e::ordinal)
            .limit(MOST_EVENTS)
            .select((e::step, e::to_state, e::reason, e::account_id, e::at))
            .load(conn)?;
        let people: Vec<AccountId> = steps.iter().map(|step| step.3).collect();
        let people = names(conn, &people)?;
        let event = |(step, to, reason, by, at): Step| MemberEvent {
            step,
            to,
            reason,
            by: people.get(&by).cloned().unwrap_or_default(),
            at,
        };
        history = steps.into_iter().map(event).collect();
    }
    let may = if is_officer { allowed(view.member.state) } else { Vec::new() };
    let may = may.into_iter().filter(|step| *step != MemberStep::Add).collect();
    Ok(CircuitMemberDetail { view, evidence: pieces, history, allowed: may })
}
