//! A case's row and its history.

use crate::core::Problem;
use crate::core::ids::{AccountId, CaseId, EnterpriseId, ExpertId, NonconformityId};
use crate::db::Tx;
use crate::db::schema::{
    account, case_action, case_event, consultation, consultation_participant, enterprise, remediation_case,
};
use crate::remediation::state::CaseState;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::max;
use diesel::pg::Pg;
use diesel::prelude::*;

/// A row of `remediation_case`. Dates are dates of the law, in Asia/Shanghai.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = remediation_case, check_for_backend(Pg))]
pub struct Row {
    /// The id.
    pub id: CaseId,
    /// Of which nonconformity.
    pub nonconformity_id: NonconformityId,
    /// Of which enterprise.
    pub enterprise_id: EnterpriseId,
    /// Where it stands.
    pub state: CaseState,
    /// The version of the rules under which it was opened.
    pub rule_version: String,
    /// The day of the rectification order.
    pub ordered_on: NaiveDate,
    /// The last day for the rectification.
    pub rectify_by: NaiveDate,
    /// The last day for the re-inspection.
    pub reinspect_by: NaiveDate,
    /// The day of the re-inspection.
    pub reinspected_on: Option<NaiveDate>,
    /// Which officer entered its result.
    pub reinspected_by: Option<AccountId>,
    /// When it was cleared.
    pub cleared_at: Option<DateTime<Utc>>,
    /// By which officer.
    pub cleared_by: Option<AccountId>,
}

/// Loads a row and locks it until the transaction ends.
///
/// # Errors
/// 404 where there is none.
pub fn lock(tx: &mut Tx, id: CaseId) -> Result<Row, Problem> {
    Ok(remediation_case::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?)
}

/// A line of a case's history.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    /// What happened.
    pub event: &'a str,
    /// The state before.
    pub from: Option<CaseState>,
    /// The state after.
    pub to: CaseState,
    /// On which day, in Asia/Shanghai.
    pub occurred_on: NaiveDate,
    /// In the actor's words.
    pub note: Option<&'a str>,
}

/// Writes a line of the history.
///
/// # Errors
/// When the database refuses.
pub fn history(tx: &mut Tx, id: CaseId, line: &Line<'_>) -> Result<(), Problem> {
    let last: Option<i32> = case_event::table
        .filter(case_event::case_id.eq(id))
        .select(max(case_event::seq))
        .first(&mut *tx.conn)?;
    diesel::insert_into(case_event::table)
        .values((
            case_event::case_id.eq(id),
            case_event::seq.eq(last.unwrap_or(0) + 1),
            case_event::event.eq(line.event),
            case_event::from_state.eq(line.from),
            case_event::to_state.eq(line.to),
            case_event::actor_id.eq(tx.actor.account()),
            case_event::actor_role.eq(tx.actor.role_word()),
            case_event::occurred_on.eq(line.occurred_on),
            case_event::note.eq(line.note),
            case_event::recorded_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// The day of the last line of the history.
///
/// # Errors
/// When the database can't be asked.
pub fn last_day(tx: &mut Tx, id: CaseId) -> Result<Option<NaiveDate>, Problem> {
    Ok(case_event::table
        .filter(case_event::case_id.eq(id))
        .select(max(case_event::occurred_on))
        .first(&mut *tx.conn)?)
}

/// Code of the region of an enterprise.
///
/// # Errors
/// When the database can't be asked.
pub fn region(conn: &mut PgConnection, id: EnterpriseId) -> Result<String, Problem> {
    Ok(enterprise::table.find(id).select(enterprise::region).first(conn)?)
}

/// The accounts, with their mail addresses, of the experts who advised on a case: whoever took
/// part as an expert in a consultation about its nonconformity, or gave an action of it.
///
/// # Errors
/// When the database can't be asked.
pub fn advisers(conn: &mut PgConnection, row: &Row) -> Result<Vec<(AccountId, Option<String>)>, Problem> {
    let consulted = consultation_participant::table
        .inner_join(consultation::table)
        .filter(consultation::nonconformity_id.eq(row.nonconformity_id))
        .filter(consultation_participant::role.eq("expert"))
        .select(consultation_participant::account_id);
    let advised: Vec<ExpertId> = case_action::table
        .filter(case_action::case_id.eq(row.id))
        .filter(case_action::advised_by.is_not_null())
        .select(case_action::advised_by.assume_not_null())
        .distinct()
        .load(conn)?;
    Ok(account::table
        .filter(account::id.eq_any(consulted).or(account::expert_id.eq_any(advised).assume_not_null()))
        .select((account::id, account::email))
        .load(conn)?)
}
