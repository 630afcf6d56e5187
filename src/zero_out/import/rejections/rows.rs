//! The rejected rows of an import, one after the other: memory does not grow with their number.

use crate::core::{Language, Problem};
use crate::db::schema::{zero_out_import as imports, zero_out_rejection as rejected};
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::column::Column;
use crate::zero_out::import::place::{Heading, Headings, ROWS_OF_A_LIST};
use crate::zero_out::import::rejection_columns::{self, SURPLUS};
use diesel::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Uuid};
use serde_json::Value;
use std::collections::BTreeMap;

/// Reasons that are read at a time.
const PART: i64 = 2_000;

/// One reason for which a row was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The column at fault; none where it is the row as a whole.
    pub column: Option<Column>,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A rejected row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RejectedRow {
    /// Its stored number.
    pub row_no: i32,
    /// Its cells as they were in the file.
    pub cells: Vec<String>,
    /// What some of them were beyond their texts.
    pub marks: Option<String>,
    /// Why it was rejected.
    pub reasons: Vec<Reason>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = rejected)]
struct Stored {
    row_no: i32,
    ordinal: i32,
    field: String,
    reason_zh: String,
    reason_en: String,
    cells: Option<Value>,
    marks: Option<String>,
}

/// Hands on the rejected rows in the order of the file.
///
/// # Errors
/// What the sink gives; when the database refuses.
pub fn each(
    conn: &mut PgConnection,
    id: ImportId,
    sink: &mut dyn FnMut(&RejectedRow) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut row: Option<RejectedRow> = None;
    let mut after = (-1, 0);
    loop {
        let part = part(conn, id, after)?;
        let Some(last) = part.last() else { break };
        after = (last.row_no, last.ordinal);
        for stored in part {
            if row.as_ref().is_none_or(|row| row.row_no != stored.row_no) {
                let cells = stored.cells.map(serde_json::from_value).transpose()?.unwrap_or_default();
                let next =
                    RejectedRow { row_no: stored.row_no, cells, marks: stored.marks, reasons: Vec::new() };
                if let Some(done) = row.replace(next) {
                    sink(&done)?;
                }
            }
            if let Some(row) = &mut row {
                let (zh, en) = (stored.reason_zh, stored.reason_en);
                row.reasons.push(Reason { column: stored.field.parse().ok(), zh, en });
            }
        }
    }
    row.map_or(Ok(()), |done| sink(&done))
}

fn part(conn: &mut PgConnection, id: ImportId, (row, ordinal): (i32, i32)) -> Result<Vec<Stored>, Problem> {
    Ok(rejected::table
        .filter(rejected::import_id.eq(id))
        .filter(rejected::row_no.ge(row))
        .filter(rejected::row_no.gt(row).or(rejected::ordinal.gt(ordinal)))
        .order((rejected::row_no, rejected::ordinal))
        .limit(PART)
        .select(Stored::as_select())
        .load(conn)?)
}

/// The headings of the lists of an import.
///
/// # Errors
/// When the database refuses.
pub fn headings(conn: &mut PgConnection, id: ImportId) -> Result<Headings, Problem> {
    let stored: Option<Value> = imports::table.find(id).select(imports::header).first(conn)?;
    Ok(Headings::stored(stored)?)
}

#[derive(QueryableByName)]
struct Width {
    #[diesel(sql_type = Integer)]
    list: i32,
    #[diesel(sql_type = Integer)]
    cells: i32,
}

/// How many cells the longest rejected row of each list has; lists without one are left out.
///
/// # Errors
/// When the database refuses.
pub fn widths(conn: &mut PgConnection, id: ImportId, lists: usize) -> Result<BTreeMap<i32, usize>, Problem> {
    let distance = if lists < 2 { i32::MAX } else { ROWS_OF_A_LIST };
    let found = diesel::sql_query(
        "SELECT row_no / $2 AS list, max(jsonb_array_length(cells)) AS cells FROM zero_out_rejection \
         WHERE import_id = $1 AND cells IS NOT NULL GROUP BY 1",
    )
    .bind::<Uuid, _>(id)
    .bind::<Integer, _>(distance)
    .load::<Width>(conn)?;
    Ok(found.into_iter().map(|width| (width.list, usize::try_from(width.cells).unwrap_or(0))).collect())
}

/// The heading of cells beyond the last heading of a list: those of a text are at fault, those of a sheet stand in columns without one.
#[must_use]
pub fn beyond(heading: &Heading, language: Language) -> &'static str {
    if heading.sheet.is_some() { "" } else { rejection_columns::heading(SURPLUS, language) }
}

/// Whether any rejected row has a cell that was more than its text.
///
/// # Errors
/// When the database refuses.
pub fn any_marks(conn: &mut PgConnection, id: ImportId) -> Result<bool, Problem> {
    let marked = rejected::table.filter(rejected::import_id.eq(id)).filter(rejected::marks.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(marked)).get_result(conn)?)
}
