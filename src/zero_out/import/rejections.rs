//! What was rejected: as a list with reasons, and as a file that can be corrected and imported again.

mod csv;
mod rows;
mod xlsx;

use crate::core::page::{Page, Slice, Total};
use crate::core::{Actor, Problem};
use crate::db::schema::zero_out_rejection as rejected;
use crate::db::total::total;
use crate::enterprises::Uscc;
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::place::Headings;
use crate::zero_out::import::rejection_code::RejectionCode;
use crate::zero_out::import::view::import_status;
use diesel::PgConnection;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use rows::headings;

pub use csv::{rejections_csv, write_rejections_csv};
pub use xlsx::write_rejections_xlsx;

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

impl RejectionView {
    /// The code of the row, where an officer may let it in against the rule that it breaks.
    #[must_use]
    pub fn admissible(&self) -> Option<Uscc> {
        let of_rule = matches!(
            self.code,
            RejectionCode::UsccAuthority
                | RejectionCode::UsccRegion
                | RejectionCode::UsccChecksum
                | RejectionCode::UsccOrganisation
        );
        Uscc::shaped(&self.value).ok().filter(|_| of_rule)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = rejected)]
struct Stored {
    row_no: i32,
    ordinal: i32,
    field: String,
    value: String,
    code: RejectionCode,
    reason_zh: String,
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
/// As [`import_status`].
pub fn rejections(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ImportId,
    slice: Slice,
) -> Result<Page<RejectionView>, Problem> {
    import_status(conn, actor, id)?;
    let mut query = rejected::table
        .filter(rejected::import_id.eq(id))
        .select(Stored::as_select())
        .order((rejected::row_no, rejected::ordinal))
        .limit(slice.limit.saturating_add(1))
        .into_boxed();
    if let Some(after) = slice.after {
        let (row, ordinal) = place(after);
        query = query
            .filter(rejected::row_no.gt(row).or(rejected::row_no.eq(row).and(rejected::ordinal.gt(ordinal))));
    }
    let rows: Vec<Stored> = query.load(conn)?;
    let headings = headings(conn, id)?;
    let Page { items, next_cursor } = Page::cut(rows, slice, |row| cursor(row.row_no, row.ordinal));
    Ok(Page { items: items.into_iter().map(|row| row.view(&headings)).collect(), next_cursor })
}

/// How many reasons an import has.
///
/// # Errors
/// As [`import_status`].
pub fn count(conn: &mut PgConnection, actor: &Actor, id: ImportId) -> Result<Total, Problem> {
    import_status(conn, actor, id)?;
    Ok(total(conn, rejected::table.filter(rejected::import_id.eq(id)).select(rejected::row_no))?)
}

/// Pages are cut by UUIDs; a row's number and reason fit into one.
fn cursor(row: i32, ordinal: i32) -> Uuid {
    let half = |n: i32| u64::try_from(n).unwrap_or(0);
    Uuid::from_u64_pair(half(row), half(ordinal))
}

fn place(cursor: Uuid) -> (i32, i32) {
    let (row, ordinal) = cursor.as_u64_pair();
    (i32::try_from(row).unwrap_or(i32::MAX), i32::try_from(ordinal).unwrap_or(i32::MAX))
}
