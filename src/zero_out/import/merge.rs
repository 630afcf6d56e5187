//! The good rows into the tables, by statements over all of them at once.
//!
//! One merge runs at a time in the whole database: what it looked up stays true until it commits.

use crate::core::{Problem, Text};
use crate::enterprises::store::{write_listed_enterprises, write_listed_nonconformities};
use crate::list_files::rejection_code::RejectionCode;
use crate::remediation::history::Author;
use crate::remediation::ids::CaseId;
use crate::remediation::opening::open_cases;
use crate::remediation::orders::{ListedOrder, Orders};
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::column::Column;
use crate::zero_out::import::row::{self, CellFault};
use crate::zero_out::import::trace;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, Text as SqlText, Uuid};

/// All merges take this advisory lock.
const LOCK: i64 = 0x7a64_6d65_7267_6500;

/// Waits until no other merge runs.
pub fn lock(conn: &mut PgConnection) -> Result<(), Problem> {
    diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(LOCK).execute(conn)?;
    Ok(())
}

/// Takes the lock where no other merge runs; `false` where one does.
pub fn try_lock(conn: &mut PgConnection) -> Result<bool, Problem> {
    #[derive(QueryableByName)]
    struct Got {
        #[diesel(sql_type = Bool)]
        got: bool,
    }
    let lock = diesel::sql_query("SELECT pg_try_advisory_xact_lock($1) AS got").bind::<BigInt, _>(LOCK);
    Ok(lock.get_result::<Got>(conn)?.got)
}

/// A row about something that is stored.
#[derive(QueryableByName)]
struct KnownRow {
    #[diesel(sql_type = Integer)]
    row_no: i32,
    #[diesel(sql_type = SqlText)]
    report_no: String,
    #[diesel(sql_type = SqlText)]
    region: String,
    #[diesel(sql_type = Bool)]
    outside: bool,
    #[diesel(sql_type = Nullable<Date>)]
    order_issued_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Date>)]
    ordered_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Uuid>)]
    waits: Option<CaseId>,
}

/// What of a list only an officer may bring in; the numbers of the rows that had it.
#[derive(Debug, Default)]
pub struct PassedOver {
    /// Orders, which open cases.
    pub orders: Vec<i32>,
    /// Mail addresses of enterprises that have an account.
    pub addresses: Vec<i32>,
}

#[derive(QueryableByName)]
struct RowNumber {
    #[diesel(sql_type = Integer)]
    row_no: i32,
}

/// Removes from the rows of an operator's list what only an officer decides: orders, and mail addresses by which an account that was
/// claimed is reached.
pub fn pass_over(conn: &mut PgConnection) -> Result<PassedOver, Problem> {
    let mut numbers = |statement: &str| -> Result<Vec<i32>, Problem> {
        let rows = diesel::sql_query(statement).load::<RowNumber>(conn)?;
        let mut rows: Vec<i32> = rows.into_iter().map(|row| row.row_no).collect();
        rows.sort_unstable();
        Ok(rows)
    };
    Ok(PassedOver {
        orders: numbers(
            "UPDATE import_row SET order_issued_on = NULL, case_id = NULL, rectify_by = NULL, reinspect_by = NULL, rule_version = NULL
             WHERE order_issued_on IS NOT NULL RETURNING row_no",
        )?,
        addresses: numbers(
            "UPDATE import_row i SET contact_email = NULL
             FROM published.enterprise e
             WHERE e.uscc = i.uscc AND i.contact_email IS NOT NULL AND i.contact_email IS DISTINCT FROM e.contact_email
               AND EXISTS (SELECT FROM published.account a WHERE a.enterprise_id = e.id)
             RETURNING row_no",
        )?,
    })
}

/// How the rows of a list bear on what is stored.
#[derive(Debug, Default)]
pub struct Conflicts {
    /// Rows that contradict what is stored, with the reason. They are removed from the import.
    pub rejected: Vec<(i32, CellFault)>,
    /// Orders of cases that wait for one.
    pub orders: Vec<ListedOrder>,
}

/// Removes the rows that contradict what is stored, and gives them with the reason; and the orders for cases that wait for one.
pub fn reject(conn: &mut PgConnection, scope: Option<&str>, law: Orders<'_>) -> Result<Conflicts, Problem> {
    let found = diesel::sql_query(
        "SELECT * FROM (
            SELECT i.row_no, i.report_no, i.region, i.order_issued_on,
                   coalesce(c.ordered_on, n.order_issued_on) AS ordered_on,
                   $1 IS NOT NULL AND e.withdrawn_at IS NULL AND e.region NOT IN (SELECT region FROM region_scope WHERE scope = $1) AS outside,
                   CASE WHEN i.order_issued_on IS NOT NULL AND c.ordered_on IS NULL THEN c.id END AS waits
            FROM import_row i
            JOIN published.enterprise e ON e.uscc = i.uscc
            LEFT JOIN published.nonconformity n
                ON n.enterprise_id = e.id AND n.product_kind = i.product_kind AND n.report_no = i.report_no
            LEFT JOIN published.remediation_case c ON c.nonconformity_id = n.id
         ) known
         WHERE outside OR order_issued_on <> ordered_on OR waits IS NOT NULL
         ORDER BY row_no",
    )
    .bind::<Nullable<SqlText>, _>(scope)
    .load::<KnownRow>(conn)?;
    let mut conflicts = Conflicts::default();
    conflicts.orders.extend(found.iter().filter(|row| !row.outside).filter_map(KnownRow::order));
    let mut refusals = law.refusals(conn, &conflicts.orders)?;
    conflicts.orders.retain(|order| !refusals.contains_key(&order.case));
    for row in found {
        let refused = row.order().and_then(|order| refusals.remove(&order.case));
        match refused {
            Some(reason) if !row.outside => conflicts.rejected.push((row.row_no, row.unlawful(reason))),
            None if !row.outside && row.waits.is_some() => {}
            _ => conflicts.rejected.push((row.row_no, row.fault())),
        }
    }
    if !conflicts.rejected.is_empty() {
        let rows: Vec<i32> = conflicts.rejected.iter().map(|(row_no, _)| *row_no).collect();
        diesel::sql_query("DELETE FROM import_row WHERE row_no = ANY($1)")
            .bind::<Array<Integer>, _>(rows)
            .execute(conn)?;
    }
    Ok(conflicts)
}

impl KnownRow {
    /// The order that a case waits for.
    fn order(&self) -> Option<ListedOrder> {
        Some(ListedOrder { case: self.waits?, on: self.order_issued_on? })
    }

    /// The law does not let the case take the order.
    fn unlawful(&self, reason: Text) -> CellFault {
        CellFault {
            column: Some(Column::OrderIssuedOn),
            value: self.order_issued_on.map(|date| date.to_string()).unwrap_or_default(),
            code: RejectionCode::OrderNotAllowed,
            reason,
        }
    }

    fn fault(self) -> CellFault {
        if self.outside {
            return CellFault {
                column: Some(Column::RegionCode),
                value: self.region,
                code: RejectionCode::RegionOutsideScope,
                reason: row::outside_scope(),
            };
        }
        let stored = self.ordered_on.map(|date| date.to_string()).unwrap_or_default();
        CellFault {
            column: Some(Column::OrderIssuedOn),
            value: self.order_issued_on.map(|date| date.to_string()).unwrap_or_default(),
            code: RejectionCode::OrderDateConflicts,
            reason: Text::new(
                format!("报告 {} 已有责令改正日期 {stored}，法定期限不能通过导入改变", self.report_no),
                format!(
                    "report {} already has an order of {stored}; an import does not move the clock of the law",
                    self.report_no
                ),
            ),
        }
    }
}

/// What became of the rows.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Merged {
    /// The nonconformity is new.
    #[diesel(sql_type = BigInt)]
    pub inserted: i64,
    /// The nonconformity, its case or its enterprise's details changed.
    #[diesel(sql_type = BigInt)]
    pub updated: i64,
    /// All of it was known.
    #[diesel(sql_type = BigInt)]
    pub unchanged: i64,
}

/// Locks the nonconformities that are stored and that the list brings an order for, so that nobody else opens their cases
/// meanwhile. Before the enterprises are written: who opens a case locks the nonconformity first as well.
const LOCK_STORED: &str = "SELECT n.id
    FROM import_row i
    JOIN published.enterprise e ON e.uscc = i.uscc
    JOIN published.nonconformity n
        ON n.enterprise_id = e.id AND n.product_kind = i.product_kind AND n.report_no = i.report_no
    WHERE i.order_issued_on IS NOT NULL
    ORDER BY n.id
    FOR NO KEY UPDATE OF n";

/// Brings the rows in on behalf of who asked for the import, enters the orders that cases wait for, and keeps what all of it changes.
pub fn merge(
    conn: &mut PgConnection,
    import: ImportId,
    author: Author<'_>,
    law: Orders<'_>,
    orders: &[ListedOrder],
) -> Result<Merged, Problem> {
    diesel::sql_query(LOCK_STORED).execute(conn)?;
    enterprises(conn, import, author.at)?;
    let merged = nonconformities(conn, import, author)?;
    law.enter(conn, orders, author)?;
    trace::orders(conn, import, orders)?;
    Ok(merged)
}

/// One row for each enterprise of the file, of each column the last value that is not blank, in the order of the ids, so that new ones go
/// to the ends of the indexes; then what is new or differs is written.
fn enterprises(conn: &mut PgConnection, import: ImportId, now: DateTime<Utc>) -> Result<(), Problem> {
    diesel::sql_query(
        r#"CREATE TEMP TABLE import_enterprise ON COMMIT DROP AS
         SELECT f.uscc, coalesce(e.id, f.enterprise_id) AS id, e.id IS NULL AS fresh,
                f.name, f.operating_status, f.region,
                coalesce(f.address, e.address) AS address,
                coalesce(f.contact_name, e.contact_name) AS contact_name,
                coalesce(f.contact_phone, e.contact_phone) AS contact_phone,
                coalesce(f.contact_email, e.contact_email) AS contact_email,
                f.uscc_admitted, coalesce(t.search_text, '') AS search_text, coalesce(t.search_readings, '') AS search_readings,
                e.relisted IS TRUE AS relisted,
                e.id IS NOT NULL AND (e.relisted OR (
                    f.name, f.operating_status, f.region,
                    coalesce(f.address, e.address), coalesce(f.contact_name, e.contact_name),
                    coalesce(f.contact_phone, e.contact_phone), coalesce(f.contact_email, e.contact_email)
                ) IS DISTINCT FROM (
                    e.name, e.operating_status, e.region,
                    e.address, e.contact_name, e.contact_phone, e.contact_email
                )) AS changed
         FROM (
            SELECT uscc, enterprise_id, bool_or(uscc_admitted) AS uscc_admitted,
                   substr(max((ord || name) COLLATE "C"), 11) AS name,
                   substr(max((ord || operating_status) COLLATE "C"), 11) AS operating_status,
                   substr(max((ord || region) COLLATE "C"), 11) AS region,
                   substr(max((ord || address) COLLATE "C"), 11) AS address,
                   substr(max((ord || contact_name) COLLATE "C"), 11) AS contact_name,
                   substr(max((ord || contact_phone) COLLATE "C"), 11) AS contact_phone,
                   substr(max((ord || contact_email) COLLATE "C"), 11) AS contact_email
            FROM import_row GROUP BY uscc, enterprise_id
         ) f LEFT JOIN (
            -- What a list said that was withdrawn is no ground for the next one.
            SELECT id, uscc, name, operating_status, region, withdrawn_at IS NOT NULL AS relisted,
                   CASE WHEN withdrawn_at IS NULL THEN address END AS address,
                   CASE WHEN withdrawn_at IS NULL THEN contact_name END AS contact_name,
                   CASE WHEN withdrawn_at IS NULL THEN contact_phone END AS contact_phone,
                   CASE WHEN withdrawn_at IS NULL THEN contact_email END AS contact_email
            FROM published.enterprise
         ) e ON e.uscc = f.uscc
         LEFT JOIN import_name t ON t.uscc = f.uscc AND t.name = f.name
         ORDER BY id"#,
    )
    .execute(conn)?;
    trace::enterprises(conn, import)?;
    write_listed_enterprises(conn, "import_enterprise", now)
}

/// Notes which enterprises a list named, so that they can be planned for by their list.
pub fn note_enterprises(conn: &mut PgConnection, import: ImportId) -> Result<(), Problem> {
    diesel::sql_query(
        "UPDATE zero_out_import SET enterprises = ARRAY(SELECT id FROM import_enterprise ORDER BY id) WHERE id = $1",
    )
    .bind::<Uuid, _>(import)
    .execute(conn)?;
    Ok(())
}

/// What each row means for what is stored, as a temporary table in the order of the rows: new ids rise with the row's number,
/// and in that order they go to the ends of the indexes.
const VERDICT: &str = "CREATE TEMP TABLE import_verdict ON COMMIT DROP AS
    SELECT i.row_no, f.id AS enterprise_id, f.region, coalesce(n.id, i.nonconformity_id) AS id, i.case_id,
           i.product_kind, i.report_no, i.report_key, i.inspected_on,
           coalesce(i.inspection_level, n.inspection_level) AS inspection_level,
           i.failed_items, coalesce(i.order_issued_on, n.order_issued_on) AS order_issued_on,
           i.rectify_by, i.reinspect_by, i.rule_version,
           coalesce(i.laboratory, n.laboratory) AS laboratory, coalesce(i.signed_by, n.signed_by) AS signed_by,
           n.id IS NULL AS fresh, f.changed AS enterprise_changed,
           n.id IS NOT NULL AND (
               i.inspected_on, coalesce(i.inspection_level, n.inspection_level), i.failed_items,
               coalesce(i.order_issued_on, n.order_issued_on),
               coalesce(i.laboratory, n.laboratory), coalesce(i.signed_by, n.signed_by)
           ) IS DISTINCT FROM (
               n.inspected_on, n.inspection_level, n.failed_items, n.order_issued_on,
               n.laboratory, n.signed_by
           ) AS changed,
           i.order_issued_on IS NOT NULL AND c.id IS NULL AS opens
    FROM import_row i
    JOIN import_enterprise f ON f.uscc = i.uscc
    LEFT JOIN published.nonconformity n
        ON n.enterprise_id = f.id AND n.product_kind = i.product_kind AND n.report_no = i.report_no
    LEFT JOIN published.remediation_case c ON c.nonconformity_id = n.id
    ORDER BY i.row_no";

/// What [`COUNTS`] gives: what became of the rows, and how many of them change a nonconformity itself.
#[derive(QueryableByName)]
struct Counted {
    #[diesel(embed)]
    merged: Merged,
    #[diesel(sql_type = BigInt)]
    changed: i64,
}

/// What became of the rows, by their verdicts, and how many of them change a record itself.
const COUNTS: &str =
    "SELECT count(*) FILTER (WHERE changed) AS changed, count(*) FILTER (WHERE fresh) AS inserted,
           count(*) FILTER (WHERE NOT fresh AND (changed OR opens OR enterprise_changed)) AS updated,
           count(*) FILTER (WHERE NOT fresh AND NOT (changed OR opens OR enterprise_changed)) AS unchanged
    FROM import_verdict";

/// Brings the nonconformities in and opens the cases that their orders begin.
fn nonconformities(conn: &mut PgConnection, import: ImportId, author: Author<'_>) -> Result<Merged, Problem> {
    diesel::sql_query(VERDICT).execute(conn)?;
    let Counted { merged, changed } = diesel::sql_query(COUNTS).get_result::<Counted>(conn)?;
    // Most lists only add: what would look for changes in all their rows is left out.
    trace::rows(conn, import, changed > 0)?;
    write_listed_nonconformities(conn, "import_verdict", changed > 0, author.at)?;
    open_cases(
        conn,
        author,
        "(SELECT case_id, id AS nonconformity_id, enterprise_id, region, rule_version, NULL::date AS stopped_on,
                 NULL::date AS received_on, order_issued_on AS ordered_on, rectify_by, reinspect_by
          FROM import_verdict WHERE opens)",
    )?;
    Ok(merged)
}
