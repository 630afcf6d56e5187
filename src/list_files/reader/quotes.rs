//! Whether a cell in quotes that spans lines holds rows of the list. That happens where a quote was forgotten and another closes it
//! some lines below: by the rules of CSV it is one cell, and the rows in it would be gone. A remark that names a code is none.

use crate::list_files::ListColumn;
use crate::list_files::column::is_credit_code;

/// Whether the text of a cell, broken into lines and at the separators, has parts that only other cells of a row have: a credit code,
/// or two of region code, date and status.
pub fn looks_like_rows<C: ListColumn>(text: &str, mark: char) -> bool {
    if !text.contains(mark) {
        return false;
    }
    let mut signs = 0;
    for part in text.split([mark, '\n', '\r']).map(|part| part.trim_matches([' ', '"', '\t', '=', '\''])) {
        if is_credit_code(part) {
            return true;
        }
        if C::SIGNS.iter().any(|column| column.is_value(part) && (!column.is_date() || part.len() >= 8)) {
            signs += 1;
        }
    }
    signs >= 2
}

/// A cell of several lines, by how many separators its lines hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spanning {
    /// How many cells stand before it.
    place: usize,
    first: usize,
    last: usize,
    /// The most of a line between the first and the last.
    between: usize,
}

impl Spanning {
    /// The cell at a place of a record.
    pub fn of(text: &str, mark: char, place: usize) -> Self {
        let mut lines = text.split(['\n', '\r']).map(|line| line.matches(mark).count());
        let first = lines.next().unwrap_or(0);
        let last = lines.next_back().unwrap_or(0);
        Self { place, first, last, between: lines.max().unwrap_or(0) }
    }

    /// Whether it holds the end of one row and the beginning of another, in a record of so many cells: both are then as long as a row
    /// is, or a whole row stands between them. Where the record by itself is too short, the cell is what is left of its row.
    pub fn swallows(self, cells: usize, last_required: usize) -> bool {
        let behind = cells.saturating_sub(self.place + 1);
        cells <= last_required
            || self.between >= last_required
            || (self.place + self.first >= last_required && self.last + behind >= last_required)
    }
}
