//! Withdrawing an import.

use crate::accounts::factors::step_up;
use crate::core::fields::Fields;
use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::withdrawal as listed;
use crate::remediation::history::Author;
use crate::remediation::ids::CaseId;
use crate::remediation::withdrawal::{annul_orders, lock_cases, tell_withdrawn, withdraw_cases};
use crate::withdrawals::standing::{StandingRow, rows_beyond};
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::execute::LIST_GREW;
use crate::zero_out::import::withdrawal::{lock, mark};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Withdraws an import as a whole, while nothing stands on its rows. Officers whose region covers it; operators their own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WithdrawImport {
    /// The import.
    pub id: ImportId,
    /// Why, at most 2,000 characters.
    pub reason: String,
}

/// So many rows on which something stands are named by the refusal; all of them by the list.
const NAMED: i64 = 20;

/// The rows of the import and its enterprises, for the statements over all of them.
const ROWS: &str = "CREATE TEMP TABLE withdrawal_row ON COMMIT DROP AS
    SELECT r.row_no, r.enterprise_id, r.nonconformity_id, r.fresh, r.case_id, r.case_opened, r.before
    FROM published.zero_out_row r WHERE r.import_id = $1";

/// Which enterprises nothing else keeps on the list, and what the others said before.
const ENTERPRISES: &str = "CREATE TEMP TABLE withdrawal_enterprise ON COMMIT DROP AS
    WITH gone AS MATERIALIZED (
        SELECT w.nonconformity_id AS id, w.enterprise_id FROM withdrawal_row w WHERE w.fresh
    ), touched AS MATERIALIZED (
        SELECT DISTINCT g.enterprise_id FROM gone g
    ), kept AS MATERIALIZED (
        SELECT DISTINCT n.enterprise_id FROM touched t
        JOIN published.nonconformity n ON n.enterprise_id = t.enterprise_id
        WHERE NOT EXISTS (SELECT FROM gone g WHERE g.id = n.id)
    )
    SELECT l.enterprise_id, l.before,
           t.enterprise_id IS NOT NULL AND k.enterprise_id IS NULL AS leaving
    FROM published.zero_out_listed l
    LEFT JOIN touched t ON t.enterprise_id = l.enterprise_id
    LEFT JOIN kept k ON k.enterprise_id = l.enterprise_id
    WHERE l.import_id = $1";

/// Of the temporary tables the planner knows no figures.
const ANALYZE: &str = "ANALYZE withdrawal_row";
/// From so many rows on, [`HASHES`] holds.
const MANY: usize = 2_000;
/// Of the rows that triggers are given the planner knows no figures either: joins of many want hashes. A list as long as can be imported takes
/// longer than a request may wait for a statement, and is not ended for that.
const HASHES: &str =
    "SET LOCAL enable_mergejoin = off; SET LOCAL enable_nestloop = off; SET LOCAL statement_timeout = 0";

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

impl Command for WithdrawImport {
    type Output = ImportId;
    const NAME: &'static str = "withdraw_import";

    fn run(&self, tx: &mut Tx) -> Result<ImportId, Problem> {
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 2000);
        let import = lock(tx, self.id)?;
        step_up::require(tx)?;
        fields.done()?;
        let rows = diesel::sql_query(ROWS).bind::<SqlUuid, _>(self.id).execute(&mut *tx.conn)?;
        if rows >= MANY {
            tx.conn.batch_execute(HASHES)?;
        }
        diesel::sql_query(ANALYZE).execute(&mut *tx.conn)?;
        // In the order in which others lock what they build on: records, enterprises, cases.
        listed::lock_listed(&mut tx.conn, "withdrawal_row")?;
        let (opened, ordered) = cases(&mut tx.conn)?;
        let all: Vec<CaseId> = opened.iter().chain(&ordered).copied().collect();
        lock_cases(&mut tx.conn, &all)?;
        // The locks are held: from here on nobody builds on the rows, and what stands on them is seen.
        let (rows, total) = rows_beyond(&mut tx.conn, self.id, 0, NAMED)?;
        if total > 0 {
            return Err(in_use(rows.iter().map(|(_, row)| row), total));
        }
        diesel::sql_query(ENTERPRISES).bind::<SqlUuid, _>(self.id).execute(&mut *tx.conn)?;
        let actor = tx.actor.clone();
        let author = Author::of(&actor, tx.now);
        let (now, today) = (tx.now, tx.today());
        withdraw_cases(&mut tx.conn, author, &opened, today, &reason)?;
        annul_orders(tx, author, &ordered, &reason)?;
        listed::withdraw_nonconformities(&mut tx.conn, "withdrawal_row", now)?;
        listed::withdraw_enterprises(&mut tx.conn, "withdrawal_enterprise", now)?;
        mark(tx, &import, &reason)?;
        let mails = tell_withdrawn(tx, &opened, &reason)?;
        let counted: Counted = diesel::sql_query(
            "SELECT count(*) FILTER (WHERE fresh) AS records, count(*) FILTER (WHERE before IS NOT NULL) AS restored,
                    (SELECT count(*) FROM withdrawal_enterprise WHERE leaving) AS enterprises
             FROM withdrawal_row",
        )
        .get_result(&mut *tx.conn)?;
        let subject =
            Subject { region: import.region.as_deref(), ..Subject::new("zero_out_import", self.id.0) };
        let data = json!({
            "file_name": import.file_name, "reason": reason, "records": counted.records, "restored": counted.restored,
            "enterprises": counted.enterprises, "cases": opened.len(), "orders": ordered.len(), "mails": mails,
        });
        tx.audit(Self::NAME, subject, data)?;
        // The figures of open alerts follow the list.
        tx.wake(LIST_GREW);
        Ok(self.id)
    }
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

/// 409 `import_in_use`, naming the first rows.
fn in_use<'a>(rows: impl Iterator<Item = &'a StandingRow>, total: i64) -> Problem {
    let mut problem = Problem::new(
        Code::ImportInUse,
        Text::new(
            format!("{total} 行之后已有其他办理内容，不能整批撤回"),
            format!("something stands on {total} of its rows, so the import cannot be withdrawn as a whole"),
        ),
    );
    problem.errors = rows
        .map(|row| {
            let sheet = row.sheet.as_deref();
            let zh: Vec<&str> = row.standing.iter().map(|one| one.text_zh.as_str()).collect();
            let en: Vec<&str> = row.standing.iter().map(|one| one.text_en.as_str()).collect();
            let place_zh = sheet.map_or(String::new(), |sheet| format!("工作表“{sheet}”"));
            let place_en = sheet.map_or(String::new(), |sheet| format!("sheet `{sheet}`, "));
            FieldError::body(
                format!("/rows/{}", row.row),
                Text::new(
                    format!(
                        "{place_zh}第 {} 行（{}，{}）：{}",
                        row.row,
                        row.enterprise_name,
                        row.report_no,
                        zh.join("；")
                    ),
                    format!(
                        "{place_en}row {} ({}, {}): {}",
                        row.row,
                        row.enterprise_name,
                        row.report_no,
                        en.join("; ")
                    ),
                ),
            )
        })
        .collect();
    problem
}
