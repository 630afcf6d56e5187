//! Loading a bulletin under a lock, and writing down its steps.

use crate::bulletins::ids::BulletinId;
use crate::bulletins::policy::{permit, sees};
use crate::bulletins::state::{BulletinMethod, BulletinState, BulletinStep, transition};
use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::{bulletin, bulletin_event};
use crate::db::tx::Subject;
use crate::programmes::ids::ProgrammeId;
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::{Value, json};

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
    /// Who wrote it.
    pub created_by: AccountId,
    /// Who handed it in.
    pub submitted_by: Option<AccountId>,
}

/// The officer who acts.
///
/// # Errors
/// 401 without a log-in; 403 for anyone but an officer.
pub fn officer(tx: &Tx) -> Result<AccountId, Problem> {
    permit(&tx.actor)?;
    tx.actor.account().ok_or_else(Problem::forbidden)
}

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
    event(tx, row.id, step, to, reason)
}

/// Writes a step down.
///
/// # Errors
/// When the database refuses.
pub fn event(
    tx: &mut Tx,
    id: BulletinId,
    step: BulletinStep,
    to: BulletinState,
    reason: Option<&str>,
) -> Result<(), Problem> {
    use bulletin_event as e;
    let by = officer(tx)?;
    let last: Option<i32> =
        e::table.filter(e::bulletin_id.eq(id)).select(diesel::dsl::max(e::ordinal)).first(&mut *tx.conn)?;
    diesel::insert_into(e::table)
        .values((
            e::bulletin_id.eq(id),
            e::ordinal.eq(last.unwrap_or(0) + 1),
            e::step.eq(step),
            e::to_state.eq(to),
            e::reason.eq(reason),
            e::account_id.eq(by),
            e::at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Writes what was done into the audit.
///
/// # Errors
/// When the database refuses.
pub fn audit(tx: &mut Tx, row: &Row, action: &str, mut data: Value) -> Result<(), Problem> {
    if let Some(fields) = data.as_object_mut() {
        fields.insert("title".to_owned(), json!(row.title));
    }
    tx.audit(action, Subject::new("bulletin", row.id.0).in_region(&row.region), data)
}
