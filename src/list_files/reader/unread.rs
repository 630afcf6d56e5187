//! What of a workbook can't be read, and would be missing without a word.

use super::line::{Line, Mark};
use super::workbook::{SHARED_STRINGS, letters};
use crate::core::cells::{compact, is_empty};
use crate::list_files::ListColumn;
use crate::list_files::column::is_credit_code;
use crate::list_files::refusal::Refusal;

/// A row with a credit code and so many cells in all looks like a record.
const CELLS_OF_RECORD: usize = 4;

/// The first cell of a row of headings that is an error, or a formula without its result.
pub fn heading<C: ListColumn>(line: &Line) -> Option<Refusal> {
    let unreadable = line.marks.iter().filter(|(_, mark)| matches!(mark, Mark::Error | Mark::Formula));
    let mut found = unreadable.filter_map(|(place, _)| Some((*place, line.cells.get(*place)?)));
    let (place, heading) = found.find(|(_, cell)| !is_empty(cell) && C::of(cell).is_none())?;
    let heading = heading.chars().take(100).collect();
    Some(Refusal::HeadingUnreadable { column: letters(place), heading })
}

/// The number of a row with a text that was among the damaged ones, and their part.
pub fn damaged(line: &Line) -> Option<(u32, String)> {
    let is_text = |cell: Option<&String>| cell.is_some_and(|cell| cell == SHARED_STRINGS);
    let any = line.marks.iter().any(|(at, mark)| *mark == Mark::Damaged && is_text(line.cells.get(*at)));
    any.then(|| (line.row, SHARED_STRINGS.to_owned()))
}

/// Whether a row looks like a record of the list.
pub fn is_record(line: &Line) -> bool {
    line.cells.iter().filter(|cell| !is_empty(cell)).count() >= CELLS_OF_RECORD
        && line.cells.iter().any(|cell| is_credit_code(&compact(cell)))
}
