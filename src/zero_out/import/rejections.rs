//! What was rejected: as a list with reasons, and as a file that can be corrected and imported again.

use crate::core::cells::guard;
use crate::core::page::{Page, Slice};
use crate::core::{Actor, Problem};
use crate::db::schema::{zero_out_import as imports, zero_out_rejection as rejected};
use crate::enterprises::Uscc;
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::column::Column;
use crate::zero_out::import::header::{REASON_COLUMNS, is_reason};
use crate::zero_out::import::place::Headings;
use crate::zero_out::import::rejection_code::RejectionCode;
use crate::zero_out::import::view::import_status;
use diesel::PgConnection;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::Write;
use uuid::Uuid;

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

/// The headings of the lists of an import, by which its rows are found in the file.
///
/// # Errors
/// When the database can't be asked.
pub fn headings(conn: &mut PgConnection, id: ImportId) -> Result<Headings, Problem> {
    let stored: Option<Value> = imports::table.find(id).select(imports::header).first(conn)?;
    Ok(Headings::stored(stored)?)
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
    let columns = Columns::of(headings(conn, id)?);

    file.write_all(b"\xef\xbb\xbf").map_err(Problem::internal)?;
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
    let headings = columns.names.iter().map(|cell| guard(cell)).chain(REASON_COLUMNS.map(str::to_owned));
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
                        csv.write_record(done.record(&columns)).map_err(Problem::internal)?;
                    }
                }
            }
        }
    }
    if let Some(done) = row {
        csv.write_record(done.record(&columns)).map_err(Problem::internal)?;
    }
    csv.flush().map_err(Problem::internal)
}

/// The columns of the file of rejections: those of all lists of the file, each once.
struct Columns {
    headings: Headings,
    names: Vec<String>,
    /// For each list the place of each of its cells.
    places: Vec<Vec<Option<usize>>>,
}

impl Columns {
    fn of(headings: Headings) -> Self {
        let mut names: Vec<String> = Vec::new();
        let mut places = Vec::new();
        for (list, heading) in headings.0.iter().enumerate() {
            let mut taken = Vec::new();
            for cell in &heading.cells {
                // A file of rejections that is imported again has the columns of the reasons already.
                let place = (!is_reason(cell)).then(|| {
                    let same = |name: &String| match Column::of(cell).or_else(|| Column::like(cell)) {
                        Some(column) => Column::of(name).or_else(|| Column::like(name)) == Some(column),
                        None => name == cell,
                    };
                    let known =
                        names.iter().position(same).filter(|at| list > 0 && !taken.contains(&Some(*at)));
                    known.unwrap_or_else(|| {
                        names.push(cell.clone());
                        names.len() - 1
                    })
                });
                taken.push(place);
            }
            places.push(taken);
        }
        Self { headings, names, places }
    }

    fn row(&self, row_no: i32, cells: &[String]) -> Vec<String> {
        let mut row = vec![String::new(); self.names.len()];
        let (list, _) = self.headings.place(row_no);
        for (place, cell) in self.places.get(list).into_iter().flatten().zip(cells) {
            if let Some(slot) = place.and_then(|at| row.get_mut(at)) {
                *slot = guard(cell);
            }
        }
        row
    }
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

    fn record(&self, columns: &Columns) -> Vec<String> {
        let mut record = columns.row(self.row_no, &self.cells);
        let (zh, en) = match columns.headings.sheet(self.row_no) {
            (Some(sheet), row) if columns.headings.0.len() > 1 => (
                format!("工作表“{sheet}”第 {row} 行：{}", self.zh),
                format!("sheet `{sheet}`, row {row}: {}", self.en),
            ),
            _ => (self.zh.clone(), self.en.clone()),
        };
        record.extend([guard(&zh), guard(&en)]);
        record
    }
}
