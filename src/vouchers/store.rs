//! Loading issues and vouchers under a lock, and writing down what becomes of them.

use crate::core::actor::Scope;
use crate::core::ids::{AccountId, EnterpriseId, LaboratoryId};
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::officer_steps::{History, Step, audit_named, officer};
use crate::db::published::enterprise;
use crate::db::regional;
use crate::db::schema::{voucher, voucher_entry, voucher_issue};
use crate::db::tx::Subject;
use crate::vouchers::ids::{EntryId, IssueId, VoucherId};
use crate::vouchers::policy::{permit, sees, sees_voucher};
use crate::vouchers::state::{
    Holding, VoucherEntryKind, VoucherIssueState, VoucherIssueStep, VoucherState, after, transition,
};
use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::Value;

/// The part of an issue that commands decide by.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = voucher_issue, check_for_backend(Pg))]
pub(super) struct Row {
    pub id: IssueId,
    pub name: String,
    pub region: String,
    pub programme_id: Option<uuid::Uuid>,
    pub limit_fen: i64,
    pub product_kinds: Vec<String>,
    pub hospitals: Vec<String>,
    pub apply_from: NaiveDate,
    pub apply_until: NaiveDate,
    pub valid_until: NaiveDate,
    pub seed_event: Option<String>,
    pub state: VoucherIssueState,
    pub salt: Vec<u8>,
    pub created_by: AccountId,
}

/// Their steps.
const HISTORY: History = History { table: "voucher_issue_event", of: "issue_id" };

/// The region in which an enterprise is.
pub(super) fn region_of(conn: &mut PgConnection, id: EnterpriseId) -> QueryResult<Option<String>> {
    enterprise::table.filter(enterprise::id.eq(id)).select(enterprise::region).first(conn).optional()
}

/// An issue that the actor may know of, locked.
///
/// # Errors
/// 404 where the actor may not know of it.
pub(super) fn load(tx: &mut Tx, id: IssueId) -> Result<Row, Problem> {
    permit(&tx.actor)?;
    let row: Row =
        voucher_issue::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?;
    known(tx, row)
}

/// The same, held as it is beside others who do so: nobody changes it meanwhile.
///
/// # Errors
/// As [`load`].
pub(super) fn hold(tx: &mut Tx, id: IssueId) -> Result<Row, Problem> {
    permit(&tx.actor)?;
    let row: Row = voucher_issue::table.find(id).for_share().select(Row::as_select()).first(&mut *tx.conn)?;
    known(tx, row)
}

fn known(tx: &mut Tx, row: Row) -> Result<Row, Problem> {
    let own = match tx.actor.scope().cloned() {
        Some(Scope::Enterprise(id)) => region_of(&mut tx.conn, id)?,
        _ => None,
    };
    if sees(&tx.actor, (&row.region, row.state), own.as_deref(), &tx.catalogue) {
        Ok(row)
    } else {
        Err(Problem::not_found())
    }
}

/// The same for the officers who manage it: those of its region and above.
///
/// # Errors
/// As [`load`]; 403 where others manage it.
pub(super) fn load_managed(tx: &mut Tx, id: IssueId) -> Result<Row, Problem> {
    officer(tx)?;
    let row = load(tx, id)?;
    if regional::sees(&tx.actor, &row.region, &tx.catalogue) { Ok(row) } else { Err(Problem::forbidden()) }
}

/// Takes a step, and writes it down. Where the step sets further columns, it is given after them.
///
/// # Errors
/// 409 where the state does not allow it.
pub(super) fn step(
    tx: &mut Tx,
    row: &Row,
    step: VoucherIssueStep,
    reason: Option<&str>,
) -> Result<(), Problem> {
    let to = transition(row.state, step)?;
    event(tx, row.id, step, (Some(row.state), to), reason)
}

/// Writes a step into the history.
///
/// # Errors
/// When the database refuses.
pub(super) fn event(
    tx: &mut Tx,
    id: IssueId,
    step: VoucherIssueStep,
    (from, to): (Option<VoucherIssueState>, VoucherIssueState),
    reason: Option<&str>,
) -> Result<(), Problem> {
    let (step, from, to, by) =
        (step.as_str(), from.map(VoucherIssueState::as_str), to.as_str(), officer(tx)?);
    HISTORY.append(tx, id.0, Step { step, from, to, reason, by })
}

/// Writes a row of the audit about an issue, for the officers of its region.
///
/// # Errors
/// When the database refuses.
pub(super) fn audit(tx: &mut Tx, row: &Row, action: &str, data: Value) -> Result<(), Problem> {
    let subject = Subject::new("voucher_issue", row.id.0).in_region(&row.region);
    audit_named(tx, action, subject, ("name", &row.name), data)
}

/// That a step is not for this day, in words.
pub(super) fn not_now(zh: impl Into<String>, en: impl Into<String>) -> Problem {
    Problem::new(Code::VoucherIssueState, Text::new(zh.into(), en.into()))
}

/// A voucher as commands need it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = voucher, check_for_backend(Pg))]
pub(super) struct Held {
    pub id: VoucherId,
    pub issue_id: IssueId,
    pub enterprise_id: EnterpriseId,
    pub rest_fen: i64,
    pub state: VoucherState,
    pub expires_on: NaiveDate,
}

/// A voucher, locked.
///
/// # Errors
/// 404 where there is none.
pub(super) fn lock_voucher(tx: &mut Tx, id: VoucherId) -> Result<Held, Problem> {
    Ok(voucher::table.find(id).for_update().select(Held::as_select()).first(&mut *tx.conn)?)
}

/// The region and the name of the issue of a voucher.
///
/// # Errors
/// When the database can't be asked.
pub(super) fn issue_of(tx: &mut Tx, id: IssueId) -> Result<Row, Problem> {
    Ok(voucher_issue::table.find(id).select(Row::as_select()).first(&mut *tx.conn)?)
}

/// A voucher whose issue the officer manages, locked, with that issue.
///
/// # Errors
/// 403 for others than officers; 404 where the officer may not know of it.
pub(super) fn lock_managed_voucher(tx: &mut Tx, id: VoucherId) -> Result<(Held, Row), Problem> {
    officer(tx)?;
    let held = lock_voucher(tx, id)?;
    let row = issue_of(tx, held.issue_id)?;
    if !sees_voucher(&tx.actor, &row.region, held.enterprise_id, &tx.catalogue) {
        return Err(Problem::not_found());
    }
    Ok((held, row))
}

/// Details of a movement besides its kind and amount.
#[derive(Debug, Clone, Default)]
pub(super) struct EntryDetails {
    pub hospital: Option<String>,
    pub laboratory: Option<LaboratoryId>,
    pub service: Option<String>,
    pub report_no: Option<String>,
    pub reason: Option<String>,
    pub reverses: Option<EntryId>,
}

/// Writes a movement on a locked voucher, and what the voucher is after it.
///
/// # Errors
/// 409 where the voucher does not allow it.
pub(super) fn enter(
    tx: &mut Tx,
    held: &Held,
    (kind, amount): (VoucherEntryKind, i64),
    details: EntryDetails,
) -> Result<(EntryId, Held), Problem> {
    use voucher_entry as e;
    let now = Holding { rest: held.rest_fen, state: held.state };
    let Holding { rest, state } = after(Some(now), kind, amount)?;
    let last: Option<i32> =
        e::table.filter(e::voucher_id.eq(held.id)).select(max(e::ordinal)).first(&mut *tx.conn)?;
    let id = EntryId::new();
    diesel::insert_into(e::table)
        .values((
            e::id.eq(id),
            e::voucher_id.eq(held.id),
            e::ordinal.eq(last.unwrap_or(0) + 1),
            e::kind.eq(kind),
            e::amount_fen.eq(amount),
            e::hospital.eq(details.hospital),
            e::laboratory_id.eq(details.laboratory),
            e::service.eq(details.service),
            e::report_no.eq(details.report_no),
            e::reason.eq(details.reason),
            e::reverses.eq(details.reverses),
            e::account_id.eq(tx.actor.account()),
            e::at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    diesel::update(voucher::table.find(held.id))
        .set((voucher::rest_fen.eq(rest), voucher::state.eq(state), voucher::updated_at.eq(tx.now)))
        .execute(&mut *tx.conn)?;
    Ok((id, Held { rest_fen: rest, state, ..held.clone() }))
}
