//! What an import changes, kept row by row, so that it can be withdrawn as a whole: which records and cases are new, and what those said before
//! that were there. Each by one statement, before the change itself is written.

use crate::core::Problem;
use crate::remediation::ids::CaseId;
use crate::remediation::orders::ListedOrder;
use crate::zero_out::ids::ImportId;
use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid};

/// The values that `before` and `after` name differently, by column. To be joined to the rows that change alone: it is worked out for each row
/// that it is joined to, also for one that a condition on the join drops.
fn difference(before: &str, after: &str, columns: &[&str]) -> String {
    let object = |of: &str| {
        let pairs: Vec<String> = columns.iter().map(|column| format!("'{column}', {of}.{column}")).collect();
        format!("jsonb_build_object({})", pairs.join(", "))
    };
    format!(
        "SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after
         FROM jsonb_each({}) b JOIN jsonb_each({}) a ON a.key = b.key WHERE a.value <> b.value",
        object(before),
        object(after),
    )
}

/// What a list says of an enterprise.
const OF_ENTERPRISE: [&str; 7] =
    ["name", "operating_status", "region", "address", "contact_name", "contact_phone", "contact_email"];
/// What it says of a nonconformity.
const OF_NONCONFORMITY: [&str; 6] =
    ["inspected_on", "inspection_level", "failed_items", "order_issued_on", "laboratory", "signed_by"];

/// Keeps which enterprises the list names and what it changes of them. The table `import_enterprise` is made, nothing is written yet.
pub fn enterprises(conn: &mut PgConnection, import: ImportId) -> Result<(), Problem> {
    let sql = format!(
        "INSERT INTO zero_out_listed (import_id, enterprise_id, fresh, before, after)
         SELECT $1, f.id, f.fresh OR f.relisted, NULL, NULL
         FROM import_enterprise f WHERE f.relisted OR NOT f.changed
         UNION ALL
         SELECT $1, f.id, false, d.before, d.after
         FROM import_enterprise f
         JOIN published.enterprise e ON e.id = f.id
         CROSS JOIN LATERAL ({}) d
         WHERE f.changed AND NOT f.relisted",
        difference("e", "f", &OF_ENTERPRISE)
    );
    diesel::sql_query(sql).bind::<Uuid, _>(import).execute(conn)?;
    Ok(())
}

/// Keeps what each row does. The table `import_verdict` is made, nothing is written yet; `changed` says whether one of its rows changes a record.
pub fn rows(conn: &mut PgConnection, import: ImportId, changed: bool) -> Result<(), Problem> {
    let values =
        "$1, v.row_no, v.enterprise_id, v.id, v.fresh, CASE WHEN v.opens THEN v.case_id END, v.opens,
             CASE WHEN v.opens THEN 1 END";
    let outcome = "CASE WHEN v.fresh THEN 'inserted'
                  WHEN v.changed OR v.opens OR v.enterprise_changed THEN 'updated' ELSE 'unchanged' END";
    let insert = "INSERT INTO zero_out_row (import_id, row_no, enterprise_id, nonconformity_id, fresh, case_id, case_opened,
             case_version, before, after, outcome)";
    let same = format!(
        "{insert}
         SELECT {values}, NULL, NULL, {outcome}
         FROM import_verdict v WHERE NOT v.changed"
    );
    diesel::sql_query(same).bind::<Uuid, _>(import).execute(conn)?;
    if changed {
        let other = format!(
            "{insert}
             SELECT {values}, d.before, d.after, {outcome}
             FROM import_verdict v
             JOIN published.nonconformity n ON n.id = v.id
             CROSS JOIN LATERAL ({}) d
             WHERE v.changed",
            difference("n", "v", &OF_NONCONFORMITY)
        );
        diesel::sql_query(other).bind::<Uuid, _>(import).execute(conn)?;
    }
    Ok(())
}

/// Keeps which cases took their orders from the list. The orders are entered.
pub fn orders(conn: &mut PgConnection, import: ImportId, orders: &[ListedOrder]) -> Result<(), Problem> {
    if orders.is_empty() {
        return Ok(());
    }
    let cases: Vec<CaseId> = orders.iter().map(|order| order.case).collect();
    diesel::sql_query(
        "UPDATE zero_out_row r SET case_id = c.id, case_version = c.version
         FROM published.remediation_case c
         WHERE r.import_id = $1 AND c.id = ANY($2) AND r.nonconformity_id = c.nonconformity_id",
    )
    .bind::<Uuid, _>(import)
    .bind::<Array<Uuid>, _>(cases)
    .execute(conn)?;
    Ok(())
}

/// Gives the import its place among those whose rows went in. The caller holds the lock of the merges.
pub fn number(conn: &mut PgConnection, import: ImportId) -> Result<(), Problem> {
    diesel::sql_query(
        "UPDATE zero_out_import
         SET merge_no = (SELECT coalesce(max(merge_no), 0) + 1 FROM zero_out_import) WHERE id = $1",
    )
    .bind::<Uuid, _>(import)
    .execute(conn)?;
    Ok(())
}
