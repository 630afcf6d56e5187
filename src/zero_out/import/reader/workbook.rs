//! Workbooks (.xlsx), by calamine, one cell after the other: a sheet that claims to reach to its
//! last corner costs nothing.

use super::sink::{LONGEST_CELL, MOST_COLUMNS, Sink, bounded};
use crate::zero_out::import::refusal::{ImportError, Refusal};
use calamine::{DataRef, Reader, SheetType, Xlsx};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

/// The names of the worksheets, in order.
pub fn sheets(bytes: &[u8]) -> Result<Vec<String>, ImportError> {
    let book = open(bytes)?;
    let sheets = book.sheets_metadata().iter().filter(|s| s.typ == SheetType::WorkSheet);
    Ok(sheets.map(|s| s.name.clone()).collect())
}

/// The number of rows that a sheet claims to have, 0 where it claims nothing.
pub fn estimate(bytes: &[u8], sheet: &str) -> u64 {
    let Ok(mut book) = open(bytes) else { return 0 };
    book.worksheet_cells_reader(sheet).map_or(0, |cells| cells.dimensions().end.0.into())
}

/// Hands on the rows of a sheet that have cells.
pub fn each(bytes: &[u8], sheet: &str, sink: Sink<'_>) -> Result<(), ImportError> {
    let mut book = open(bytes)?;
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|_| Refusal::Damaged)?;
    let mut cells: Vec<String> = Vec::new();
    let mut row: Option<u32> = None;
    loop {
        // Calamine is fed by strangers here: should it panic, the file is at fault.
        let next = catch_unwind(AssertUnwindSafe(|| reader.next_cell())).map_err(|_| Refusal::Damaged)?;
        let Some(cell) = next.map_err(|_| Refusal::Damaged)? else { break };
        let (at, column) = cell.get_position();
        match row {
            Some(known) if known == at => {}
            // Rows out of order would make two rows of one number.
            Some(known) if known > at => return Err(Refusal::Damaged.into()),
            _ => {
                if let Some(known) = row
                    && !sink(known.saturating_add(1), &mut cells)?
                {
                    return Ok(());
                }
                cells.clear();
                row = Some(at);
            }
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let text = shown(cell.get_value());
        if column < MOST_COLUMNS && !text.is_empty() {
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            if let Some(place) = cells.get_mut(column) {
                *place = text;
            }
        }
    }
    if let Some(known) = row {
        sink(known.saturating_add(1), &mut cells)?;
    }
    Ok(())
}

fn open(bytes: &[u8]) -> Result<Book<'_>, Refusal> {
    match catch_unwind(AssertUnwindSafe(|| Book::new(Cursor::new(bytes)))) {
        Ok(Ok(book)) => Ok(book),
        Ok(Err(calamine::XlsxError::Password)) => Err(Refusal::Encrypted),
        _ => Err(Refusal::Damaged),
    }
}

/// A cell as text. Whole numbers have no point and none an exponent; a date is YYYY-MM-DD.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => bounded(text),
        DataRef::SharedString(text) => bounded(text),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => decimal(*number),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(moment) if moment.is_datetime() => match moment.as_datetime() {
            Some(moment) => moment.date().to_string(),
            None => decimal(moment.as_f64()),
        },
        DataRef::DateTime(length) => decimal(length.as_f64()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.chars().take(LONGEST_CELL).collect(),
        DataRef::Error(error) => error.to_string(),
    }
}

fn decimal(number: f64) -> String {
    // Rust writes a float without an exponent and in the fewest digits that tell it apart.
    number.to_string()
}
