//! What stands on the rows of an import, row by row.

use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice, Total};
use crate::core::{Actor, Problem};
use crate::enterprises::ids::NonconformityId;
use crate::list_files::imports::row_pages::{after, cut};
use crate::list_files::place::Headings;
use crate::withdrawals::standing_kind::StandingKind;
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::import_status;
use crate::zero_out::import::rejections::headings;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A row of an import on which something stands.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingRow {
    /// The sheet of the workbook; none in a text.
    pub sheet: Option<String>,
    /// The row as a spreadsheet numbers it.
    pub row: i32,
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// Its name.
    pub enterprise_name: String,
    /// Its credit code.
    pub uscc: String,
    /// The record.
    pub nonconformity: NonconformityId,
    /// The report's number.
    pub report_no: String,
    /// What stands on it.
    pub standing: Vec<Standing>,
}

/// A thing that stands on a row.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Standing {
    /// The kind of record.
    #[schema(inline)]
    pub kind: StandingKind,
    /// The thing: an import, a case, a consultation, an enterprise, a plan or an alert, as the kind says.
    pub id: Option<Uuid>,
    /// The page that shows it.
    pub href: Option<String>,
    /// Description, in Chinese.
    pub text_zh: String,
    /// Description, in English.
    pub text_en: String,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Found {
    #[diesel(sql_type = Integer)]
    row_no: i32,
    #[diesel(sql_type = SqlUuid)]
    enterprise_id: EnterpriseId,
    #[diesel(sql_type = Text)]
    enterprise: String,
    #[diesel(sql_type = Text)]
    uscc: String,
    #[diesel(sql_type = SqlUuid)]
    nonconformity_id: NonconformityId,
    #[diesel(sql_type = Text)]
    report_no: String,
    #[diesel(sql_type = Text)]
    kind: StandingKind,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    thing: Option<Uuid>,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// All that stands on rows of import `$1`: of the rows beyond number `$2` the first `$3`, with how many rows there are in all. What an enterprise
/// as a whole bears is said of its first row.
///
/// `mine` are the rows of the import, `leaving` the enterprises that nothing else keeps on the list, `changed` those whose
/// details it changed, `brought` those that are new by it and have an address or a contact that no later import found missing. Such
/// a detail came with this import: where a later import names the enterprise it would stay, or come back when that one is withdrawn.
const STANDING: &str = r#"
    WITH mine AS MATERIALIZED (
        SELECT r.row_no, r.enterprise_id, r.nonconformity_id, r.fresh, r.case_id, r.case_version, r.after,
               r.fresh OR r.case_id IS NOT NULL OR r.before IS NOT NULL AS touched
        FROM published.zero_out_row r WHERE r.import_id = $1
    ), first AS MATERIALIZED (
        SELECT m.enterprise_id, min(m.row_no) AS row_no FROM mine m GROUP BY m.enterprise_id
    ), first_fresh AS MATERIALIZED (
        SELECT m.enterprise_id, min(m.row_no) AS row_no FROM mine m WHERE m.fresh GROUP BY m.enterprise_id
    ), kept AS MATERIALIZED (
        SELECT DISTINCT n.enterprise_id FROM first_fresh f
        JOIN published.nonconformity n ON n.enterprise_id = f.enterprise_id
        WHERE NOT EXISTS (SELECT FROM mine m WHERE m.fresh AND m.nonconformity_id = n.id)
    ), leaving AS MATERIALIZED (
        SELECT f.enterprise_id, f.row_no FROM first_fresh f
        WHERE NOT EXISTS (SELECT FROM kept k WHERE k.enterprise_id = f.enterprise_id)
    ), later AS MATERIALIZED (
        SELECT i.id FROM published.zero_out_import i
        WHERE i.state = 'done' AND i.merge_no > (SELECT o.merge_no FROM published.zero_out_import o WHERE o.id = $1)
    ), changed AS MATERIALIZED (
        SELECT l.enterprise_id, l.after FROM published.zero_out_listed l WHERE l.import_id = $1 AND l.before IS NOT NULL
    ), brought AS MATERIALIZED (
        SELECT l.enterprise_id
        FROM published.zero_out_listed l
        JOIN published.enterprise e ON e.id = l.enterprise_id
        WHERE l.import_id = $1 AND l.fresh AND EXISTS (
            SELECT FROM (VALUES ('address', e.address), ('contact_name', e.contact_name),
                                ('contact_phone', e.contact_phone), ('contact_email', e.contact_email)) d (detail, now)
            WHERE d.now IS NOT NULL AND NOT EXISTS (
                SELECT FROM published.zero_out_listed o
                WHERE o.enterprise_id = l.enterprise_id AND o.import_id IN (SELECT x.id FROM later x)
                  AND o.before -> d.detail = 'null'::jsonb))
    ), cases AS MATERIALIZED (
        SELECT m.row_no, m.case_id FROM mine m WHERE m.case_id IS NOT NULL
    ), found AS MATERIALIZED (
        SELECT m.row_no, 'later_import' AS kind, r.import_id AS thing
        FROM mine m
        JOIN published.zero_out_row r ON r.nonconformity_id = m.nonconformity_id
        WHERE m.touched AND r.import_id IN (SELECT l.id FROM later l)
        UNION
        SELECT f.row_no, 'later_import', o.import_id
        FROM changed l
        JOIN first f ON f.enterprise_id = l.enterprise_id
        JOIN published.zero_out_listed o ON o.enterprise_id = l.enterprise_id
        WHERE o.import_id IN (SELECT x.id FROM later x)
        UNION
        SELECT f.row_no, 'later_import', o.import_id
        FROM brought b
        JOIN first f ON f.enterprise_id = b.enterprise_id
        JOIN published.zero_out_listed o ON o.enterprise_id = b.enterprise_id
        WHERE o.import_id IN (SELECT x.id FROM later x)
        UNION
        SELECT f.row_no, 'enterprise_changed', l.enterprise_id
        FROM changed l
        JOIN first f ON f.enterprise_id = l.enterprise_id
        JOIN published.enterprise e ON e.id = l.enterprise_id
        WHERE EXISTS (SELECT FROM jsonb_each(l.after) a WHERE to_jsonb(e) -> a.key IS DISTINCT FROM a.value)
        UNION
        SELECT m.row_no, 'record_changed', m.enterprise_id
        FROM mine m
        LEFT JOIN published.nonconformity n ON n.id = m.nonconformity_id
        WHERE m.touched AND (n.id IS NULL OR m.after IS NOT NULL
          AND EXISTS (SELECT FROM jsonb_each(m.after) a WHERE to_jsonb(n) -> a.key IS DISTINCT FROM a.value))
        UNION
        SELECT m.row_no, 'case', c.id
        FROM mine m JOIN published.remediation_case c ON c.nonconformity_id = m.nonconformity_id
        WHERE m.fresh AND c.id IS DISTINCT FROM m.case_id
        UNION
        SELECT m.row_no, 'case_event', m.case_id
        FROM mine m LEFT JOIN published.remediation_case c ON c.id = m.case_id
        WHERE m.case_id IS NOT NULL AND c.version IS DISTINCT FROM m.case_version
        UNION
        SELECT k.row_no, x.kind, x.case_id
        FROM case_materials(ARRAY(SELECT o.case_id FROM cases o)) x JOIN cases k ON k.case_id = x.case_id
        UNION
        SELECT m.row_no, 'consultation', c.id
        FROM mine m JOIN published.consultation c ON c.nonconformity_id = m.nonconformity_id
        WHERE m.fresh
        UNION
        SELECT l.row_no, 'consultation', c.id
        FROM leaving l JOIN published.consultation c ON c.enterprise_id = l.enterprise_id
        WHERE c.nonconformity_id IS NULL
        UNION
        SELECT l.row_no, 'account', a.enterprise_id
        FROM leaving l JOIN published.account a ON a.enterprise_id = l.enterprise_id
        UNION
        SELECT l.row_no, 'assignment', a.plan_id
        FROM leaving l JOIN published.matching_assignment a ON a.enterprise_id = l.enterprise_id
        UNION
        SELECT m.row_no, 'meeting', a.id
        FROM published.quality_alert a
        JOIN region_scope s ON s.scope = a.region
        JOIN published.enterprise e ON e.region = s.region
        JOIN mine m ON m.enterprise_id = e.id AND m.fresh
        JOIN published.nonconformity n ON n.id = m.nonconformity_id AND n.product_kind = a.product_kind
        WHERE a.cause = 'cluster' AND a.state IN ('meeting', 'measure', 'closed') AND a.answered_at >= n.created_at
          AND n.inspected_on BETWEEN a.first_on AND a.last_on
          AND EXISTS (SELECT FROM unnest(n.failed_items) AS i (item) WHERE btrim(i.item) = a.item)
    )
    SELECT f.row_no, m.enterprise_id, e.name AS enterprise, e.uscc, m.nonconformity_id, n.report_no, f.kind, f.thing,
           (SELECT count(DISTINCT o.row_no) FROM found o) AS total
    FROM found f
    JOIN mine m ON m.row_no = f.row_no
    JOIN published.enterprise e ON e.id = m.enterprise_id
    JOIN published.nonconformity_ever n ON n.id = m.nonconformity_id
    WHERE f.row_no IN (SELECT o.row_no FROM found o WHERE o.row_no > $2 GROUP BY o.row_no ORDER BY o.row_no LIMIT $3)
    ORDER BY f.row_no, f.kind, f.thing"#;

/// The first rows beyond one, at most `most`, on which something stands, and how many there are in all.
///
/// # Errors
/// When the database can't be asked.
pub fn rows_beyond(
    conn: &mut PgConnection,
    id: ImportId,
    after: i32,
    most: i64,
) -> Result<(Vec<(i32, StandingRow)>, i64), Problem> {
    let found: Vec<Found> = diesel::sql_query(STANDING)
        .bind::<SqlUuid, _>(id)
        .bind::<Integer, _>(after)
        .bind::<BigInt, _>(most)
        .load(conn)?;
    let places = headings(conn, id)?;
    let total = found.first().map_or(0, |row| row.total);
    let mut rows: Vec<(i32, StandingRow)> = Vec::new();
    for one in found {
        let standing = Standing::of(one.kind, one.thing);
        match rows.last_mut() {
            Some((row_no, last)) if *row_no == one.row_no => last.standing.push(standing),
            _ => rows.push((one.row_no, row(one, standing, &places))),
        }
    }
    Ok((rows, total))
}

impl Standing {
    fn of(kind: StandingKind, id: Option<Uuid>) -> Self {
        let text = kind.text();
        Self {
            kind,
            id,
            href: kind.page().zip(id).map(|(page, id)| format!("{page}{id}")),
            text_zh: text.zh.into_owned(),
            text_en: text.en.into_owned(),
        }
    }
}

fn row(found: Found, standing: Standing, places: &Headings) -> StandingRow {
    let (sheet, row) = places.sheet(found.row_no);
    StandingRow {
        sheet: sheet.map(str::to_owned),
        row,
        enterprise: found.enterprise_id,
        enterprise_name: found.enterprise,
        uscc: found.uscc,
        nonconformity: found.nonconformity_id,
        report_no: found.report_no,
        standing: vec![standing],
    }
}

/// What stands on the rows of an import, in the order of the file.
///
/// # Errors
/// 404 where there is no such import that the actor may know of; 401 and 403 as for imports.
pub fn standing(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ImportId,
    slice: Slice,
) -> Result<Page<StandingRow>, Problem> {
    // Nothing can stand on what wrote nothing, or was withdrawn; while the job withdraws it, the job looks.
    if !import_status(conn, actor, id)?.withdrawable {
        return Ok(Page { items: Vec::new(), next_cursor: None });
    }
    let (rows, _) = rows_beyond(conn, id, after(slice), slice.limit.saturating_add(1))?;
    Ok(cut(rows, slice))
}

/// How many rows of an import something stands on.
///
/// # Errors
/// When the database can't be asked.
pub fn count(conn: &mut PgConnection, id: ImportId) -> Result<Total, Problem> {
    let (_, rows) = rows_beyond(conn, id, 0, 1)?;
    Ok(Total { rows, more: false })
}
