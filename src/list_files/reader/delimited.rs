//! CSV and its relatives, read strictly where quotes are concerned: a quote that is not closed, or closed far below, would make one
//! cell of many rows, and they would be gone without a word. A cell of several lines that is closed where it should be may hold anything.

use super::line::{Line, Mark};
use super::quotes::{Spanning, looks_like_rows};
use super::sink::{LONGEST_CELL, MOST_COLUMNS, Sink, bounded};
use crate::core::cells::{is_empty, unguard};
use crate::list_files::ListColumn;
use crate::list_files::refusal::{ImportError, Refusal};
use std::borrow::Cow;

/// What may separate the cells of a text.
pub const MARKS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What the header says of the rows below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// The number of headings.
    pub width: usize,
    /// The place of the last required column: a record has at least so many separators.
    pub last_required: usize,
}

/// Hands on each record, numbered as a spreadsheet would: blank lines count, line breaks inside of
/// quotes do not. `shape` is that of the rows, where the header is known.
///
/// # Errors
/// What the sink gives; a quote that can't be right, with the line of the text where it stands.
pub fn each<C: ListColumn>(
    text: &str,
    mark: u8,
    shape: Option<Shape>,
    sink: Sink<'_>,
) -> Result<(), ImportError> {
    let mut records = Records { text, mark, shape, at: 0, line: 1 };
    let mut line = Line::default();
    while records.next::<C>(&mut line)? {
        if !sink(&mut line)? {
            break;
        }
    }
    Ok(())
}

struct Records<'t> {
    text: &'t str,
    mark: u8,
    shape: Option<Shape>,
    /// The next byte.
    at: usize,
    /// The line of the text that it is in.
    line: usize,
}

impl<'t> Records<'t> {
    /// Reads the next record that is no blank line; `false` at the end.
    fn next<C: ListColumn>(&mut self, line: &mut Line) -> Result<bool, Refusal> {
        line.row = line.row.saturating_add(1);
        while matches!(self.byte(), Some(b'\n' | b'\r')) {
            self.line_end();
            line.row = line.row.saturating_add(1);
        }
        if self.byte().is_none() {
            return Ok(false);
        }
        let start = self.line;
        let mut count = 0;
        line.marks.clear();
        // The first quote of the record that spans lines, and the cells of several lines with separators: whether they look like rows.
        let mut spans = None;
        let mut suspects: Vec<((usize, usize), Spanning, bool)> = Vec::new();
        loop {
            let opened = self.line;
            let quoted = self.byte() == Some(b'"');
            let field = if quoted { self.quoted()? } else { self.plain() };
            if self.line > opened {
                spans.get_or_insert((opened, self.line));
                let mark = char::from(self.mark);
                if field.contains(mark) {
                    let signs = looks_like_rows::<C>(&field, mark);
                    suspects.push(((opened, self.line), Spanning::of(&field, mark, count), signs));
                }
            }
            if quoted && let Some(mark) = Mark::of_text(&field) {
                line.marks.push((count, mark));
            }
            keep(&mut line.cells, count, field.as_ref());
            count += 1;
            if self.byte() == Some(self.mark) {
                self.at += 1;
                continue;
            }
            break;
        }
        line.cells.truncate(count);
        if self.byte().is_some() {
            self.line_end();
        }
        if let (Some((opened, end)), Some(shape)) = (spans, self.shape)
            && line.cells.iter().skip(shape.width).any(|cell| !is_empty(cell))
        {
            // One record of several lines with more cells than there are headings: parts of two rows.
            return Err(Refusal::RowsInQuotes { line: opened.max(start), end });
        }
        let of_rows = |(_, cell, signs): &&((usize, usize), Spanning, bool)| match self.shape {
            Some(shape) => {
                cell.joins(count, shape.width) || (*signs && cell.swallows(count, shape.last_required))
            }
            None => *signs,
        };
        if let Some(((line, end), _, _)) = suspects.iter().find(of_rows) {
            return Err(Refusal::RowsInQuotes { line: *line, end: *end });
        }
        Ok(true)
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Passes over `\n`, `\r` or both.
    fn line_end(&mut self) {
        let length = if self.rest().starts_with(b"\r\n") { 2 } else { 1 };
        self.at += length;
        self.line += 1;
    }

    fn plain(&mut self) -> Cow<'t, str> {
        let mark = self.mark;
        let rest = self.rest();
        let length =
            rest.iter().position(|b| *b == mark || matches!(*b, b'\n' | b'\r')).unwrap_or(rest.len());
        let from = self.at;
        self.at += length;
        self.text.get(from..self.at).unwrap_or_default().into()
    }

    /// A field in quotes; doubled ones are part of it.
    fn quoted(&mut self) -> Result<Cow<'t, str>, Refusal> {
        let opened = self.line;
        let wrong = Refusal::UnclosedQuote { line: opened };
        self.at += 1;
        let from = self.at;
        let mut doubled = false;
        let (end, after) = loop {
            let Some(length) = self.rest().iter().position(|b| *b == b'"') else { return Err(wrong) };
            let end = self.at + length;
            if self.text.as_bytes().get(end + 1) == Some(&b'"') {
                doubled = true;
                self.at = end + 2;
            } else {
                break (end, end + 1);
            }
        };
        let raw = self.text.get(from..end).unwrap_or_default();
        self.line += breaks(raw.as_bytes());
        self.at = after;
        while self.byte() != Some(self.mark) && matches!(self.byte(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        match self.byte() {
            None | Some(b'\n' | b'\r') => {}
            Some(byte) if byte == self.mark => {}
            // A text goes on behind the quote that should end it.
            Some(_) => return Err(wrong),
        }
        Ok(if doubled { raw.replace("\"\"", "\"").into() } else { raw.into() })
    }
}

/// How many lines end in a text.
fn breaks(text: &[u8]) -> usize {
    let mut count = 0;
    let mut rest = text;
    while let Some(at) = rest.iter().position(|b| matches!(b, b'\n' | b'\r')) {
        count += 1;
        let length = if rest.get(at..).is_some_and(|end| end.starts_with(b"\r\n")) { 2 } else { 1 };
        rest = rest.get(at + length..).unwrap_or_default();
    }
    count
}

/// Takes over a field, into the string that the last row left.
fn keep(cells: &mut Vec<String>, at: usize, field: &str) {
    if at >= MOST_COLUMNS {
        return;
    }
    if cells.len() <= at {
        cells.resize_with(at + 1, String::new);
    }
    let field = unguard(field);
    if let Some(cell) = cells.get_mut(at) {
        if field.len() <= LONGEST_CELL {
            cell.clear();
            cell.push_str(field);
        } else {
            *cell = bounded(field);
        }
    }
}
