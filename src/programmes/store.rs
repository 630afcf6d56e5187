//! Loading a programme under a lock, and writing down its steps.

use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::officer_steps::{History, Step, audit_named, officer};
use crate::db::schema::{programme, programme_target};
use crate::db::tx::Subject;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::policy::{keeps, sees};
use crate::programmes::state::{ProgrammeState, ProgrammeStep, transition};
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::Value;

/// The part of a programme that commands decide by.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = programme, check_for_backend(Pg))]
pub struct Row {
    /// Id of the programme.
    pub id: ProgrammeId,
    /// What it plans.
    pub kind: ProgrammeKind,
    /// Its name.
    pub name: String,
    /// Code of the region whose authority organises it.
    pub organiser_region: String,
    /// Its first day.
    pub period_from: NaiveDate,
    /// Its last day.
    pub period_until: NaiveDate,
    /// The version of the rules of sampling; none for other kinds.
    pub rules_version: Option<String>,
    /// The state.
    pub state: ProgrammeState,
    /// With what the ids of rows are made.
    pub salt: Vec<u8>,
    /// The officer who wrote the programme.
    pub created_by: AccountId,
    /// Who handed it in.
    pub submitted_by: Option<AccountId>,
}

impl Row {
    /// The version of the rules of sampling; the empty text where it is of another kind.
    pub fn rules(&self) -> &str {
        self.rules_version.as_deref().unwrap_or_default()
    }

    /// By what [`sees`] decides.
    pub fn scope(&self) -> (ProgrammeKind, &str, ProgrammeState) {
        (self.kind, &self.organiser_region, self.state)
    }
}

/// Their steps.
const HISTORY: History = History { table: "programme_event", of: "programme_id" };

/// Loads and locks a programme that the officer manages.
///
/// # Errors
/// 404 where the actor may not know of it, 403 where others keep it.
pub fn load(tx: &mut Tx, id: ProgrammeId) -> Result<Row, Problem> {
    officer(tx)?;
    let row: Row = programme::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?;
    if keeps(&tx.actor, &row.organiser_region, &tx.catalogue) {
        return Ok(row);
    }
    let charged: Vec<String> = programme_target::table
        .filter(programme_target::programme_id.eq(id))
        .select(programme_target::region)
        .distinct()
        .load(&mut *tx.conn)?;
    if sees(&tx.actor, row.scope(), &charged, &tx.catalogue) {
        return Err(Problem::forbidden());
    }
    Err(Problem::not_found())
}

/// Loads and locks a programme of one kind that the officer manages.
///
/// # Errors
/// 404 where the actor may not know of it, 403 where others keep it, 409 `programme_kind` where it is of another kind.
pub fn load_of_kind(tx: &mut Tx, id: ProgrammeId, kind: ProgrammeKind) -> Result<Row, Problem> {
    let row = load(tx, id)?;
    row.kind.require(kind)?;
    Ok(row)
}

/// Loads a programme and holds it as it is until the end of the transaction, for the platform itself, which carries out what an officer has asked for
/// who was allowed to.
///
/// # Errors
/// 404 where there is none.
pub fn hold_for_platform(tx: &mut Tx, id: ProgrammeId) -> Result<Row, Problem> {
    Ok(programme::table.find(id).for_share().select(Row::as_select()).first(&mut *tx.conn)?)
}

/// Loads a programme of one kind that the officer may know of, and holds it as it is until the end of the transaction, beside others who do the same:
/// for what the officers of the regions that carry it out enter.
///
/// # Errors
/// 404 where the actor may not know of it, 409 `programme_kind` where it is of another kind.
pub fn hold_of_kind(tx: &mut Tx, id: ProgrammeId, kind: ProgrammeKind) -> Result<Row, Problem> {
    officer(tx)?;
    let row: Row = programme::table.find(id).for_share().select(Row::as_select()).first(&mut *tx.conn)?;
    known_of_kind(tx, row, kind)
}

/// The same, one after the other: for what must not be entered twice at once.
///
/// # Errors
/// As for [`hold_of_kind`].
pub fn load_seen_of_kind(tx: &mut Tx, id: ProgrammeId, kind: ProgrammeKind) -> Result<Row, Problem> {
    officer(tx)?;
    let row: Row = programme::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?;
    known_of_kind(tx, row, kind)
}

fn known_of_kind(tx: &mut Tx, row: Row, kind: ProgrammeKind) -> Result<Row, Problem> {
    let charged: Vec<String> = programme_target::table
        .filter(programme_target::programme_id.eq(row.id))
        .select(programme_target::region)
        .distinct()
        .load(&mut *tx.conn)?;
    if !sees(&tx.actor, row.scope(), &charged, &tx.catalogue) {
        return Err(Problem::not_found());
    }
    row.kind.require(kind)?;
    Ok(row)
}

/// The state after a step, written down with the step. Where a step leaves the state as it is, only the step is written.
///
/// # Errors
/// 409 where the state does not allow it.
pub fn step(
    tx: &mut Tx,
    row: &Row,
    step: ProgrammeStep,
    reason: Option<&str>,
) -> Result<ProgrammeState, Problem> {
    let to = transition(row.state, step)?;
    diesel::update(programme::table.find(row.id))
        .set((programme::state.eq(to), programme::updated_at.eq(tx.now)))
        .execute(&mut *tx.conn)?;
    event(tx, row.id, step, (Some(row.state), to), reason)?;
    Ok(to)
}

/// Writes a step into the history.
///
/// # Errors
/// When the database refuses.
pub fn event(
    tx: &mut Tx,
    id: ProgrammeId,
    step: ProgrammeStep,
    (from, to): (Option<ProgrammeState>, ProgrammeState),
    reason: Option<&str>,
) -> Result<(), Problem> {
    let (step, from, to, by) = (step.as_str(), from.map(ProgrammeState::as_str), to.as_str(), officer(tx)?);
    HISTORY.append(tx, id.0, Step { step, from, to, reason, by })
}

/// Writes a row of the audit about a programme, for the officers of its organiser.
///
/// # Errors
/// When the database refuses.
pub fn audit(tx: &mut Tx, row: &Row, action: &str, data: Value) -> Result<(), Problem> {
    let subject = Subject::new("programme", row.id.0).in_region(&row.organiser_region);
    audit_named(tx, action, subject, ("name", &row.name), data)
}
