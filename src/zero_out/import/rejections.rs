//! What was rejected: as a list with reasons, and as a file that can be corrected and imported again.

use crate::core::cells::guard;
use crate::core::page::{Page, Slice};
use crate::core::{Actor, Problem};
use crate::db::schema::{zero_out_import as imports, zero_out_rejection as rejected};
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::column::Column;
use crate::zero_out::import::header::{REASON_COLUMNS, is_reason};
use crate::zero_out::import::rejection_code::RejectionCode;
use crate::zero_out::import::view::import_status;
use diesel::PgConnection;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::Write;
use uuid::Uuid;

/// One reason for which one row was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Queryable, Selectable, utoipa::ToSchema)]
#[diesel(table_name = rejected)]
pub struct RejectionView {
    /// The row as a spreadsheet numbers it: the first line of the file is 1.
    #[diesel(column_name = row_no)]
    pub row: i32,
    /// The column's English name; empty where it is the row as a whole.
    #[diesel(column_name = field)]
    pub column: String,
    /// What is in the cell, cut after 200 characters.
    pub value: String,
    /// The stable word for the reason.
    pub code: RejectionCode,
    /// The reason in Chinese.
    pub reason_zh: String,
    /// The reason in English.
    pub reason_en: String,
    /// Which of the row's reasons it is, from 0.
    #[serde(skip)]
    ordinal: i32,
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
        .select(RejectionView::as_select())
        .order((rejected::row_no, rejected::ordinal))
        .limit(slice.limit.saturating_add(1))
        .into_boxed();
    if let Some(after) = slice.after {
        let (row, ordinal) = place(after);
        query = query
            .filter(rejected::row_no.gt(row).or(rejected::row_no.eq(row).and(rejected::ordinal.gt(ordinal))));
    }
    let rows: Vec<RejectionView> = query.load(conn)?;
    Ok(Page::cut(rows, slice, |row| cursor(row.row, row.ordinal)))
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

/// The rejected rows as they were, under the header of the file, with two columns more for the
/// reasons, which an import passes over. UTF-8 with a byte order mark, as Excel wants it.
///
/// # Errors
/// As [`import_status`].
pub fn rejections_csv(conn: &mut PgConnection, actor: &Actor, id: ImportId) -> Result<Vec<u8>, Problem> {
    let mut file = Vec::new();
    write_rejections_csv(conn, actor, id, &mut file)?;
    Ok(file)
}

/// The same, written away piece by piece: memory does not grow with the number of rows.
///
/// # Errors
/// As [`import_status`]; 500 when the writer fails.
pub fn write_rejections_csv(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ImportId,
    file: &mut dyn Write,
) -> Result<(), Problem> {
    import_status(conn, actor, id)?;
    let header: Option<Value> = imports::table.find(id).select(imports::header).first(conn)?;
    let header: Vec<String> = header.map(serde_json::from_value).transpose()?.unwrap_or_default();
    // A file of rejections that is imported again has the columns of the reasons already.
    let kept: Vec<usize> =
        header.iter().enumerate().filter(|(_, cell)| !is_reason(cell)).map(|(at, _)| at).collect();

    file.write_all(b"\xef\xbb\xbf").map_err(Problem::internal)?;
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
    let pick = |cells: &[String]| -> Vec<String> {
        kept.iter().map(|at| cells.get(*at).map(|cell| guard(cell)).unwrap_or_default()).collect()
    };
    let headings = pick(&header).into_iter().chain(REASON_COLUMNS.map(str::to_owned));
    csv.write_record(headings).map_err(Problem::internal)?;
    let mut row: Option<Rejected> = None;
    let mut after = (-1, 0);
    loop {
        let part = part(conn, id, after)?;
        let Some(last) = part.last() else { break };
        after = (last.row_no, last.ordinal);
        for reason in part {
            match &mut row {
                Some(row) if row.row_no == reason.row_no => row.add(&reason),
                _ => {
                    let next = Rejected::new(reason)?;
                    if let Some(done) = row.replace(next) {
                        csv.write_record(done.record(pick)).map_err(Problem::internal)?;
                    }
                }
            }
        }
    }
    if let Some(done) = row {
        csv.write_record(done.record(pick)).map_err(Problem::internal)?;
    }
    csv.flush().map_err(Problem::internal)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = rejected)]
struct Reason {
    row_no: i32,
    ordinal: i32,
    field: String,
    reason_zh: String,
    reason_en: String,
    cells: Option<Value>,
}

fn part(conn: &mut PgConnection, id: ImportId, (row, ordinal): (i32, i32)) -> Result<Vec<Reason>, Problem> {
    Ok(rejected::table
        .filter(rejected::import_id.eq(id))
        .filter(rejected::row_no.ge(row))
        .filter(rejected::row_no.gt(row).or(rejected::ordinal.gt(ordinal)))
        .order((rejected::row_no, rejected::ordinal))
        .limit(2_000)
        .select(Reason::as_select())
        .load(conn)?)
}

struct Rejected {
    row_no: i32,
    cells: Vec<String>,
    zh: String,
    en: String,
}

impl Rejected {
    fn new(mut reason: Reason) -> Result<Self, Problem> {
        let cells = reason.cells.take().map(serde_json::from_value).transpose()?.unwrap_or_default();
        let mut row = Self { row_no: reason.row_no, cells, zh: String::new(), en: String::new() };
        row.add(&reason);
        Ok(row)
    }

    fn add(&mut self, reason: &Reason) {
        let column = reason.field.parse::<Column>().ok();
        if !self.zh.is_empty() {
            self.zh.push(';');
            self.en.push_str("; ");
        }
        if let Some(column) = column {
            self.zh.push_str(&format!("{}:", column.name_zh()));
            self.en.push_str(&format!("{}: ", column.as_str()));
        }
        self.zh.push_str(&reason.reason_zh);
        self.en.push_str(&reason.reason_en);
    }

    fn record(&self, pick: impl Fn(&[String]) -> Vec<String>) -> Vec<String> {
        let mut record = pick(&self.cells);
        record.extend([guard(&self.zh), guard(&self.en)]);
        record
    }
}
