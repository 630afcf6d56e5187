//! Taking back what an import did: the statements over all of its rows, in the transaction of whoever withdraws it.

use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::enterprises::withdrawal as listed;
use crate::remediation::history::Author;
use crate::remediation::ids::CaseId;
use crate::remediation::withdrawal::{annul_orders, lock_cases, tell_withdrawn, withdraw_cases};
use crate::withdrawals::effects::{RECORDS, ROWS, enterprises};
use crate::withdrawals::in_use::refuse_in_use;
use crate::zero_out::import::execute::LIST_CHANGED;
use crate::zero_out::import::withdrawal::{Withdrawable, mark};
use crate::zero_out::import::withdrawal_state::WithdrawalPhase;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Uuid as SqlUuid};
use serde_json::{Value, json};

/// Of the temporary tables the planner knows no figures.
const ANALYZE: &str = "ANALYZE withdrawal_row";

#[derive(QueryableByName)]
struct OfCase {
    #[diesel(sql_type = SqlUuid)]
    case_id: CaseId,
    #[diesel(sql_type = Bool)]
    case_opened: bool,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    records: i64,
    #[diesel(sql_type = BigInt)]
    restored: i64,
    #[diesel(sql_type = BigInt)]
    enterprises: i64,
}

/// Who withdraws an import, and why.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The account; none where the platform itself does.
    pub account: Option<AccountId>,
    /// Its role, or `system`.
    pub role: &'a str,
    /// The region of an officer.
    pub region: Option<&'a str>,
    /// The reason, in the words of who asked.
    pub reason: &'a str,
}

/// Takes back what an import did, and marks it as withdrawn. The caller has locked it together with all merges. `step` is called as a phase
/// begins. Gives what the audit says of it. Nothing is written before all refusals.
///
/// # Errors
/// 409 `import_in_use` where something stands on its rows; what `step` gives; else when the database refuses.
pub fn take_back(
    tx: &mut Tx,
    import: &Withdrawable,
    asked: Asked<'_>,
    step: &dyn Fn(WithdrawalPhase) -> Result<(), Problem>,
) -> Result<Value, Problem> {
    let Asked { account, role, region, reason } = asked;
    step(WithdrawalPhase::Locking)?;
    diesel::sql_query(format!("CREATE TEMP TABLE withdrawal_row ON COMMIT DROP AS {ROWS}"))
        .bind::<SqlUuid, _>(import.id)
        .execute(&mut *tx.conn)?;
    diesel::sql_query(ANALYZE).execute(&mut *tx.conn)?;
    // In the order in which others lock what they build on: records, enterprises, cases.
    listed::lock_listed(&mut tx.conn, "withdrawal_row")?;
    let (opened, ordered) = cases(&mut tx.conn)?;
    let all: Vec<CaseId> = opened.iter().chain(&ordered).copied().collect();
    lock_cases(&mut tx.conn, &all)?;
    // The locks are held: from here on nobody builds on the rows, and what stands on them is seen.
    step(WithdrawalPhase::Checking)?;
    refuse_in_use(&mut tx.conn, import.id)?;
    let named = enterprises("withdrawal_row");
    diesel::sql_query(format!("CREATE TEMP TABLE withdrawal_enterprise ON COMMIT DROP AS {named}"))
        .bind::<SqlUuid, _>(import.id)
        .execute(&mut *tx.conn)?;
    let (now, today) = (tx.now, tx.today());
    let author = Author { account, role, region, at: now };
    step(WithdrawalPhase::EndingCases)?;
    withdraw_cases(&mut tx.conn, author, &opened, today, reason)?;
    annul_orders(tx, author, &ordered, reason)?;
    step(WithdrawalPhase::TakingOff)?;
    listed::withdraw_nonconformities(&mut tx.conn, "withdrawal_row", now)?;
    step(WithdrawalPhase::Enterprises)?;
    listed::withdraw_enterprises(&mut tx.conn, "withdrawal_enterprise", now)?;
    mark(tx, import, account, reason)?;
    step(WithdrawalPhase::Telling)?;
    let mails = tell_withdrawn(tx, &opened, reason)?;
    let counted: Counted = diesel::sql_query(format!(
        "SELECT {RECORDS}, (SELECT count(*) FROM withdrawal_enterprise WHERE leaving) AS enterprises
         FROM withdrawal_row m"
    ))
    .get_result(&mut *tx.conn)?;
    // The figures of open alerts follow the list.
    tx.wake(LIST_CHANGED);
    Ok(json!({
        "file_name": import.file_name, "reason": reason, "records": counted.records, "restored": counted.restored,
        "enterprises": counted.enterprises, "cases": opened.len(), "orders": ordered.len(), "mails": mails,
        "asked_by": account,
    }))
}

/// The cases that the import opened, and those whose orders it entered.
fn cases(conn: &mut PgConnection) -> Result<(Vec<CaseId>, Vec<CaseId>), Problem> {
    let rows: Vec<OfCase> = diesel::sql_query(
        "SELECT case_id, case_opened FROM withdrawal_row WHERE case_id IS NOT NULL ORDER BY case_id",
    )
    .load(conn)?;
    let of =
        |opened: bool| rows.iter().filter(|row| row.case_opened == opened).map(|row| row.case_id).collect();
    Ok((of(true), of(false)))
}
