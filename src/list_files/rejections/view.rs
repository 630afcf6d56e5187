//! The reasons for which rows were not taken, as a list.

use super::kept::Kept;
use crate::core::Problem;
use crate::core::page::{Page, Slice, Total};
use crate::db::total::total;
use crate::list_files::place::Headings;
use crate::list_files::rejection_code::RejectionCode;
use diesel::PgConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Uuid};
use serde::{Deserialize, Serialize};

/// One reason for which one row was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RejectionView {
    /// The sheet of the workbook; none in a text.
    pub sheet: Option<String>,
    /// The row as a spreadsheet numbers it: the first line of the file or sheet is 1.
    pub row: i32,
    /// The column's English name; empty where it is the row as a whole.
    pub column: String,
    /// What is in the cell, cut after 200 characters.
    pub value: String,
    /// The stable word for the reason.
    pub code: RejectionCode,
    /// The reason in Chinese.
    pub reason_zh: String,
    /// The reason in English.
    pub reason_en: String,
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
    value: String,
    #[diesel(sql_type = Text)]
    code: RejectionCode,
    #[diesel(sql_type = Text)]
    reason_zh: String,
    #[diesel(sql_type = Text)]
    reason_en: String,
}

impl Stored {
    fn view(self, headings: &Headings) -> RejectionView {
        let (sheet, row) = headings.sheet(self.row_no);
        RejectionView {
            sheet: sheet.map(str::to_owned),
            row,
            column: self.field,
            value: self.value,
            code: self.code,
            reason_zh: self.reason_zh,
            reason_en: self.reason_en,
        }
    }
}

/// The reasons of an import, in the order of the file; the cursor is the place in it.
///
/// # Errors
/// When the database can't be asked.
pub fn page(conn: &mut PgConnection, kept: Kept, slice: Slice) -> Result<Page<RejectionView>, Problem> {
    let (row, ordinal) = slice.after.map_or((-1, -1), place);
    let rows: Vec<Stored> = diesel::sql_query(format!(
        "SELECT row_no, ordinal, field, value, code, reason_zh, reason_en FROM {} \
         WHERE import_id = $1 AND (row_no, ordinal) > ($2, $3) ORDER BY row_no, ordinal LIMIT $4",
        kept.rejections
    ))
    .bind::<Uuid, _>(kept.import)
    .bind::<Integer, _>(row)
    .bind::<Integer, _>(ordinal)
    .bind::<BigInt, _>(slice.limit.saturating_add(1))
    .load(conn)?;
    let headings = kept.headings(conn)?;
    let Page { items, next_cursor } = Page::cut(rows, slice, |row| cursor(row.row_no, row.ordinal));
    Ok(Page { items: items.into_iter().map(|row| row.view(&headings)).collect(), next_cursor })
}

/// How many reasons an import has.
///
/// # Errors
/// When the database can't be asked.
pub fn count(conn: &mut PgConnection, kept: Kept) -> Result<Total, Problem> {
    let query = sql::<Integer>(&format!("SELECT row_no FROM {} WHERE import_id = ", kept.rejections));
    Ok(total(conn, query.bind::<Uuid, _>(kept.import))?)
}

/// Pages are cut by UUIDs; a row's number and reason fit into one.
fn cursor(row: i32, ordinal: i32) -> uuid::Uuid {
    let half = |n: i32| u64::try_from(n).unwrap_or(0);
    uuid::Uuid::from_u64_pair(half(row), half(ordinal))
}

fn place(cursor: uuid::Uuid) -> (i32, i32) {
    let (row, ordinal) = cursor.as_u64_pair();
    (i32::try_from(row).unwrap_or(i32::MAX), i32::try_from(ordinal).unwrap_or(i32::MAX))
}
