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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zero_out::import::Column;

    #[test]
    fn rows_in_a_cell_are_seen() {
        assert!(looks_like_rows::<Column>("一所\n9144030071526726XG,某公司,在营,440103", ','));
        assert!(looks_like_rows::<Column>("一所\n,某公司,在营,440103", ','));
        assert!(looks_like_rows::<Column>("甲\t440103\t2021-08-03\n91", '\t'));
        assert!(!looks_like_rows::<Column>("绝缘厚度,导体电阻\n标志,耐热", ','));
        assert!(!looks_like_rows::<Column>("一所\n二所", ','));
        assert!(!looks_like_rows::<Column>("某路 1 号\n2021-08-03 起搬至某街 2 号", ','));
    }

    #[test]
    fn a_cell_that_is_closed_in_its_own_row_holds_none() {
        // Of ten columns the ninth is the last required one.
        let of = |text: &str, place, cells| Spanning::of(text, ',', place).swallows(cells, 8);
        assert!(!of("见\n9144030071526726XG,某公司", 9, 10));
        assert!(!of("原为\n9144030071526726XG,某公司\n现已更名", 1, 10));
        // The quote was forgotten in the last column and closed by one of the next row.
        assert!(of("一所\n9144030071526726XG,b,c,d,e,f,g,h,i,j", 9, 10));
        assert!(of("b\n9144030071526726XG,某公司", 8, 17));
        assert!(of("b\na,b,c,d,e,f,g,h,i,j\n9144030071526726XG,", 1, 10));
        assert!(of("b\n9144030071526726XG,某公司", 1, 5), "what is left of the row is too short");
    }
}
