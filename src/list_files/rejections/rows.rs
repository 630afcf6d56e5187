//! The rejected rows of an import, one after the other: memory does not grow with their number.

use super::kept::Kept;
use crate::core::{Language, Problem};
use crate::list_files::ListColumn;
use crate::list_files::place::{Heading, ROWS_OF_A_LIST};
use crate::list_files::rejection_columns::{self, SURPLUS};
use diesel::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Jsonb, Nullable, Text, Uuid};
use serde_json::Value;
use std::collections::BTreeMap;

/// Reasons that are read at a time.
const PART: i64 = 2_000;

/// One reason for which a row was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason<C> {
    /// The column at fault; none where it is the row as a whole.
    pub column: Option<C>,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A rejected row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRow<C> {
    /// Its stored number.
    pub row_no: i32,
    /// Its cells as they were in the file.
    pub cells: Vec<String>,
    /// What some of them were beyond their texts.
    pub marks: Option<String>,
    /// Why it was rejected.
    pub reasons: Vec<Reason<C>>,
}

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = Integer)]
    row_no: i32,
    #[diesel(sql_type = Integer)]
    ordinal: i32,
    #[diesel(sql_type = Text)]
    field: String,
    #[diesel(sql_type = Text)]
    reason_zh: String,
    #[diesel(sql_type = Text)]
    reason_en: String,
    #[diesel(sql_type = Nullable<Jsonb>)]
    cells: Option<Value>,
    #[diesel(sql_type = Nullable<Text>)]
    marks: Option<String>,
}

/// Hands on the rejected rows in the order of the file.
///
/// # Errors
/// What the sink gives; when the database refuses.
pub fn each<C: ListColumn>(
    conn: &mut PgConnection,
    kept: Kept,
    sink: &mut dyn FnMut(&RejectedRow<C>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut row: Option<RejectedRow<C>> = None;
    let mut after = (-1, 0);
    loop {
        let part = part(conn, kept, after)?;
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

fn part(conn: &mut PgConnection, kept: Kept, (row, ordinal): (i32, i32)) -> Result<Vec<Stored>, Problem> {
    Ok(diesel::sql_query(format!(
        "SELECT row_no, ordinal, field, reason_zh, reason_en, cells, marks FROM {} \
         WHERE import_id = $1 AND (row_no, ordinal) > ($2, $3) ORDER BY row_no, ordinal LIMIT $4",
        kept.rejections
    ))
    .bind::<Uuid, _>(kept.import)
    .bind::<Integer, _>(row)
    .bind::<Integer, _>(ordinal)
    .bind::<BigInt, _>(PART)
    .load(conn)?)
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
pub fn widths(conn: &mut PgConnection, kept: Kept, lists: usize) -> Result<BTreeMap<i32, usize>, Problem> {
    let found = diesel::sql_query(format!(
        "SELECT row_no / $2 AS list, max(jsonb_array_length(cells)) AS cells FROM {} \
         WHERE import_id = $1 AND cells IS NOT NULL GROUP BY 1",
        kept.rejections
    ))
    .bind::<Uuid, _>(kept.import)
    .bind::<Integer, _>(distance(lists))
    .load::<Width>(conn)?;
    Ok(found.into_iter().map(|width| (width.list, usize::try_from(width.cells).unwrap_or(0))).collect())
}

/// The distance of the numbers of two lists of a file with so many.
pub fn distance(lists: usize) -> i32 {
    if lists < 2 { i32::MAX } else { ROWS_OF_A_LIST }
}

/// The heading of cells beyond the last heading of a list: those of a text are at fault, those of a sheet stand in columns without one.
#[must_use]
pub fn beyond(heading: &Heading, language: Language) -> &'static str {
    if heading.sheet.is_some() { "" } else { rejection_columns::heading(SURPLUS, language) }
}

#[derive(QueryableByName)]
struct Any {
    #[diesel(sql_type = Bool)]
    found: bool,
}

/// Whether any rejected row has a cell that was more than its text.
///
/// # Errors
/// When the database refuses.
pub fn any_marks(conn: &mut PgConnection, kept: Kept) -> Result<bool, Problem> {
    let any: Any = diesel::sql_query(format!(
        "SELECT EXISTS (SELECT FROM {} WHERE import_id = $1 AND marks IS NOT NULL) AS found",
        kept.rejections
    ))
    .bind::<Uuid, _>(kept.import)
    .get_result(conn)?;
    Ok(any.found)
}
