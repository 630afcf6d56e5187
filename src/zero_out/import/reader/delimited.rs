//! CSV and its relatives.

use super::sink::{LONGEST_CELL, MOST_COLUMNS, Sink, bounded};
use crate::core::Problem;
use crate::core::cells::unguard;
use crate::zero_out::import::refusal::ImportError;
use csv::{ReaderBuilder, StringRecord};

/// Hands on each record, numbered as a spreadsheet would: blank lines count, line breaks inside of
/// quotes do not.
pub fn each(text: &str, mark: u8, sink: Sink<'_>) -> Result<(), ImportError> {
    let mut reader =
        ReaderBuilder::new().delimiter(mark).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut cells: Vec<String> = Vec::new();
    let (mut row, mut end) = (0u32, 0usize);
    while reader.read_record(&mut record).map_err(Problem::internal)? {
        let start = end;
        end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let lines = blank_lines(text.as_bytes(), start, end);
        row = row.saturating_add(1).saturating_add(lines);
        fill(&mut cells, &record);
        if !sink(row, &mut cells)? {
            break;
        }
    }
    Ok(())
}

/// Takes over the fields, into the strings that the last row left.
fn fill(cells: &mut Vec<String>, record: &StringRecord) {
    let length = record.len().min(MOST_COLUMNS);
    cells.resize_with(length, String::new);
    for (cell, field) in cells.iter_mut().zip(record.iter()) {
        let field = unguard(field);
        if field.len() <= LONGEST_CELL {
            cell.clear();
            cell.push_str(field);
        } else {
            *cell = bounded(field);
        }
    }
}

/// The reader passes over blank lines without a word; they precede the record.
fn blank_lines(text: &[u8], start: usize, end: usize) -> u32 {
    let mut rest = text.get(start..end).unwrap_or_default();
    // The reader ends a record at the CR of a CRLF.
    if start > 0 && text.get(start - 1) == Some(&b'\r') {
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    let mut lines = 0;
    loop {
        rest = match rest {
            [b'\r', b'\n', after @ ..] | [b'\r' | b'\n', after @ ..] if !after.is_empty() => after,
            _ => return lines,
        };
        lines += 1;
    }
}
