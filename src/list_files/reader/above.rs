//! Rows above the headings: titles and notes may stand there, records may not. They would be passed over without a word.

use super::delimited::MARKS;
use super::line::Line;
use crate::core::cells::{compact, forced_text, is_empty};
use crate::list_files::ListColumn;
use crate::list_files::column::is_credit_code;
use crate::list_files::header::Header;

/// As much of a cell is kept as tells a value from a note, in characters.
const KEPT: usize = 40;
/// A record has at least so many cells with content.
const LEAST_CELLS: usize = 4;

/// The rows above the headings, as far as they have been read.
#[derive(Debug, Default)]
pub struct Above {
    rows: Vec<(u32, Vec<String>)>,
}

impl Above {
    /// Keeps a row that is not the one of headings.
    pub fn add(&mut self, line: &Line) {
        let cells = line.cells.iter().map(|cell| forced_text(cell).chars().take(KEPT).collect());
        self.rows.push((line.row, cells.collect()));
    }

    /// The first row before this one that is a record of a list with these headings.
    pub fn record<C: ListColumn>(&self, before: u32, header: &Header<C>) -> Option<u32> {
        let above = self.rows.iter().take_while(|(row, _)| *row < before);
        above.into_iter().find(|(_, cells)| is_record(cells, header)).map(|(row, _)| *row)
    }
}

/// Whether a row holds what only records hold: a credit code; or enough cells with values that a title has not. A record whose code is
/// missing or wrong is one as well.
pub fn is_record<C: ListColumn>(cells: &[String], header: &Header<C>) -> bool {
    if cells.iter().any(|cell| is_credit_code(&compact(cell))) {
        return true;
    }
    let filled = cells.iter().filter(|cell| !is_empty(cell)).count();
    if filled < LEAST_CELLS || Header::<C>::score(cells) > 1 {
        return false;
    }
    let required = || C::ALL.iter().copied().filter(|column| column.is_required());
    let in_place = required().filter(|column| !is_empty(header.cell(cells, *column))).count();
    let fits = C::ALL.iter().filter(|column| column.is_value(header.cell(cells, **column))).count();
    // Half of what a record must have stands where it belongs, or the row has values of several kinds in whatever order.
    let kinds = C::SIGNS.iter().filter(|kind| cells.iter().any(|cell| kind.is_value(cell))).count();
    let half = required().count().div_ceil(2);
    (in_place >= half && fits >= 1) || (filled >= half && kinds >= 2)
}

/// Whether a cell holds a whole record whose cells are separated by a mark that the list has not.
#[must_use]
pub fn record_of_other_separator<C: ListColumn>(cell: &str) -> bool {
    MARKS.map(char::from).iter().any(|mark| {
        let parts = || cell.split(*mark).map(str::trim).filter(|part| !is_empty(part));
        let least = C::ALL.iter().filter(|column| column.is_required()).count().div_ceil(2);
        let kinds = || C::SIGNS.iter().filter(|kind| parts().any(|part| kind.is_value(part))).count();
        parts().count() >= least && (parts().any(|part| is_credit_code(&compact(part))) || kinds() >= 2)
    })
}
