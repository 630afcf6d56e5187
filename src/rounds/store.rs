//! Loading programmes, members and rounds under locks, and writing down what is decided of them.

use crate::core::ids::{EnterpriseId, ExpertId};
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::officer_steps::{History, Step, officer};
use crate::db::schema::{circuit_member, circuit_round};
use crate::db::tx::Subject;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::store::{self as programmes, Row as Programme};
use crate::rounds::ids::{CircuitRoundId, MemberId};
use crate::rounds::member_state::{MemberState, MemberStep};
use crate::rounds::policy::{MemberOf, plans_in, sees_member, sees_round};
use crate::rounds::round_state::{CircuitRoundState, CircuitRoundStep, transition};
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::Value;

/// A programme of circuit consultation that the officer may know of and that is under way, locked.
///
/// # Errors
/// 404 where the officer may not know of it, 409 where it is of another kind, not approved yet or closed.
pub fn under_way(tx: &mut Tx, id: ProgrammeId) -> Result<Programme, Problem> {
    let row = programmes::load_seen_of_kind(tx, id, ProgrammeKind::Circuit)?;
    if row.state.is_under_way() {
        return Ok(row);
    }
    let text =
        Text::new("计划尚未批准或者已经结束，不能办理", "the programme was not approved yet, or is closed");
    Err(Problem::new(Code::ProgrammeState, text))
}

/// The part of a member that commands decide by.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = circuit_member, check_for_backend(Pg))]
pub struct MemberRow {
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
    /// What was decided of it.
    pub state: MemberState,
}

impl MemberRow {
    /// By what the policy decides.
    pub fn of(&self) -> MemberOf<'_> {
        MemberOf {
            enterprise: self.enterprise_id,
            region: &self.region,
            expert: self.expert_id,
            state: self.state,
        }
    }
}

/// A member whose enterprise is in the officer's region, as it is now.
///
/// # Errors
/// 404 where the officer may not know of it.
pub fn member(tx: &mut Tx, id: MemberId) -> Result<MemberRow, Problem> {
    officer(tx)?;
    let row: MemberRow =
        circuit_member::table.find(id).select(MemberRow::as_select()).first(&mut *tx.conn)?;
    if sees_member(&tx.actor, row.of(), &tx.catalogue) { Ok(row) } else { Err(Problem::not_found()) }
}

/// The same, locked. The programme is locked by then.
///
/// # Errors
/// 404 where the officer may not know of it.
pub fn lock_member(tx: &mut Tx, id: MemberId) -> Result<MemberRow, Problem> {
    officer(tx)?;
    let row: MemberRow =
        circuit_member::table.find(id).for_update().select(MemberRow::as_select()).first(&mut *tx.conn)?;
    if sees_member(&tx.actor, row.of(), &tx.catalogue) { Ok(row) } else { Err(Problem::not_found()) }
}

/// What is decided of members.
const MEMBERS: History = History { table: "circuit_member_event", of: "member_id" };

/// Writes a decision on a member into its history.
///
/// # Errors
/// When the database refuses.
pub fn member_event(
    tx: &mut Tx,
    row: &MemberRow,
    step: MemberStep,
    to: MemberState,
    reason: Option<&str>,
) -> Result<(), Problem> {
    let (step, from, to, by) = (step.as_str(), Some(row.state.as_str()), to.as_str(), officer(tx)?);
    MEMBERS.append(tx, row.id.0, Step { step, from, to, reason, by })
}

/// The part of a round that commands decide by.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = circuit_round, check_for_backend(Pg))]
pub struct RoundRow {
    /// Id of the round.
    pub id: CircuitRoundId,
    /// The programme.
    pub programme_id: ProgrammeId,
    /// Its number in the programme.
    pub no: i32,
    /// Code of its region.
    pub region: String,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: NaiveDate,
    /// Visits that one expert makes on a day at most.
    pub per_day: i32,
    /// The state.
    pub state: CircuitRoundState,
}

/// Loads and locks a round that the officer plans.
///
/// # Errors
/// 404 where the officer may not know of it, 403 where others plan it.
pub fn round(tx: &mut Tx, id: CircuitRoundId) -> Result<RoundRow, Problem> {
    officer(tx)?;
    let row: RoundRow =
        circuit_round::table.find(id).for_update().select(RoundRow::as_select()).first(&mut *tx.conn)?;
    if plans_in(&tx.actor, &row.region, &tx.catalogue) {
        return Ok(row);
    }
    let known = sees_round(&tx.actor, &row.region, &tx.catalogue);
    Err(if known { Problem::forbidden() } else { Problem::not_found() })
}

/// The programme of a round, without a lock: the programme is locked before its rounds.
///
/// # Errors
/// 404 where there is no such round.
pub fn round_programme(tx: &mut Tx, id: CircuitRoundId) -> Result<ProgrammeId, Problem> {
    officer(tx)?;
    Ok(circuit_round::table.find(id).select(circuit_round::programme_id).first(&mut *tx.conn)?)
}

/// The steps of rounds.
const ROUNDS: History = History { table: "circuit_round_event", of: "round_id" };

/// Takes a step of a round, and writes it down.
///
/// # Errors
/// 409 where the state does not allow it.
pub fn step(
    tx: &mut Tx,
    row: &RoundRow,
    step: CircuitRoundStep,
    reason: Option<&str>,
) -> Result<(), Problem> {
    let to = transition(row.state, step)?;
    diesel::update(circuit_round::table.find(row.id))
        .set((circuit_round::state.eq(to), circuit_round::updated_at.eq(tx.now)))
        .execute(&mut *tx.conn)?;
    round_event(tx, row.id, step, (Some(row.state), to), reason)
}

/// Writes a step into the history of a round.
///
/// # Errors
/// When the database refuses.
pub fn round_event(
    tx: &mut Tx,
    id: CircuitRoundId,
    step: CircuitRoundStep,
    (from, to): (Option<CircuitRoundState>, CircuitRoundState),
    reason: Option<&str>,
) -> Result<(), Problem> {
    let (step, from, to, by) =
        (step.as_str(), from.map(CircuitRoundState::as_str), to.as_str(), officer(tx)?);
    ROUNDS.append(tx, id.0, Step { step, from, to, reason, by })
}

/// Writes a row of the audit about a round, for the officers of its region.
///
/// # Errors
/// When the database refuses.
pub fn audit(tx: &mut Tx, row: &RoundRow, action: &str, data: Value) -> Result<(), Problem> {
    tx.audit(action, Subject::new("circuit_round", row.id.0).in_region(&row.region), data)
}
