//! Loading a bulletin under a lock, and writing down its steps.

use crate::bulletins::ids::BulletinId;
use crate::bulletins::policy::sees;
use crate::bulletins::state::{BulletinMethod, BulletinState, BulletinStep, transition};
use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::officer_steps::{History, Step, audit_named, officer};
use crate::db::schema::bulletin;
use crate::db::tx::Subject;
use crate::programmes::ids::ProgrammeId;
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::Value;

/// A bulletin as a command needs it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = bulletin, check_for_backend(Pg))]
pub struct Row {
    /// Its id.
    pub id: BulletinId,
    /// Its title.
    pub title: String,
    /// Code of the region of the office.
    pub region: String,
    /// The programme whose results it has; all where none is named.
    pub programme_id: Option<ProgrammeId>,
    /// Code of the region where the samples were taken.
    pub place_region: String,
    /// The method.
    pub method: BulletinMethod,
    /// The first day of the samplings.
    pub period_from: NaiveDate,
    /// The last one.
    pub period_until: NaiveDate,
    /// The state.
    pub state: BulletinState,
    /// The officer who wrote it.
    pub created_by: AccountId,
    /// Who handed it in.
    pub submitted_by: Option<AccountId>,
}

/// Its steps.
const HISTORY: History = History { table: "bulletin_event", of: "bulletin_id" };

/// Loads a bulletin and locks it.
///
/// # Errors
/// 401 or 403 for anyone but an officer; 404 where the officer may not know of it.
pub fn load(tx: &mut Tx, id: BulletinId) -> Result<Row, Problem> {
    officer(tx)?;
    let row: Row = bulletin::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?;
    if sees(&tx.actor, &row.region, &tx.catalogue) { Ok(row) } else { Err(Problem::not_found()) }
}

/// Takes a step whose state the table may show at once.
///
/// # Errors
/// 409 where the state does not allow it.
pub fn step(tx: &mut Tx, row: &Row, step: BulletinStep, reason: Option<&str>) -> Result<(), Problem> {
    let to = transition(row.state, step)?;
    diesel::update(bulletin::table.find(row.id))
        .set((bulletin::state.eq(to), bulletin::updated_at.eq(tx.now)))
        .execute(&mut *tx.conn)?;
    event(tx, row.id, step, (Some(row.state), to), reason)
}

/// Writes a step down.
///
/// # Errors
/// When the database refuses.
pub fn event(
    tx: &mut Tx,
    id: BulletinId,
    step: BulletinStep,
    (from, to): (Option<BulletinState>, BulletinState),
    reason: Option<&str>,
) -> Result<(), Problem> {
    let (step, from, to, by) = (step.as_str(), from.map(BulletinState::as_str), to.as_str(), officer(tx)?);
    HISTORY.append(tx, id.0, Step { step, from, to, reason, by })
}

/// Writes what was done into the audit.
///
/// # Errors
/// When the database refuses.
pub fn audit(tx: &mut Tx, row: &Row, action: &str, data: Value) -> Result<(), Problem> {
    let subject = Subject::new("bulletin", row.id.0).in_region(&row.region);
    audit_named(tx, action, subject, ("title", &row.title), data)
}
