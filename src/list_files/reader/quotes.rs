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
    /// Whether a blank follows a separator, as in sentences.
    of_words: bool,
}

/// A row of fewer cells than this is too short to tell by its separators alone that a cell holds parts of two.
const LEAST_CELLS: usize = 5;

impl Spanning {
    /// The cell at a place of a record.
    pub fn of(text: &str, mark: char, place: usize) -> Self {
        let mut lines = text.split(['\n', '\r']).map(|line| line.matches(mark).count());
        let first = lines.next().unwrap_or(0);
        let last = lines.next_back().unwrap_or(0);
        let of_words = text.split(mark).skip(1).any(|part| part.starts_with(' '));
        Self { place, first, last, between: lines.max().unwrap_or(0), of_words }
    }

    /// Whether the cell begins in one row and ends in another, by the separators alone: its first line fills the one row up, its last line with
    /// what stands behind it makes up the other, and no blank follows a separator. `cells` is how many cells the record has, `width` how many a row has.
    #[must_use]
    pub fn joins(self, cells: usize, width: usize) -> bool {
        let behind = cells.saturating_sub(self.place + 1);
        !self.of_words
            && width >= LEAST_CELLS
            && self.place + self.first + 1 == width
            && self.last + behind + 1 == width
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_two_rows_are_known_by_their_separators() {
        // Of five columns: opened in the second of one row, closed in the second, the third or the fourth of the next.
        for (text, cells) in [
            ("440103,K0301,质量,12\n2026-06,440104", 5),
            ("440103,K0301,质量,12\n2026-06,440104,K0302", 4),
            ("440103,K0301,质量,12\n2026-05,440105,K0301,售后,3\n2026-06,440104", 5),
        ] {
            assert!(Spanning::of(text, ',', 1).joins(cells, 5), "{text}");
        }
        for (text, cells) in [
            ("荔湾区,芳村\n大道,1号", 5),
            ("a, b, c, d\ne, f", 5),
            ("440103\n荔湾区", 5),
            ("a,b,c,d\ne,f,g", 5),
        ] {
            assert!(!Spanning::of(text, ',', 1).joins(cells, 5), "{text}");
        }
        assert!(!Spanning::of("甲,乙\n丙,丁", ',', 1).joins(3, 3), "too short to tell");
    }
}
