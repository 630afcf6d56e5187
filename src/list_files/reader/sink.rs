//! How the readers of all formats hand on a row, and how much of it they keep.

use super::line::Line;
use crate::list_files::refusal::ImportError;

/// Most characters of one cell that are kept: Excel's own limit.
pub const LONGEST_CELL: usize = 32_767;
/// Most columns that are kept.
pub const MOST_COLUMNS: usize = 1_024;

/// What is done with a row. `false` ends the reading.
pub type Sink<'s> = &'s mut dyn FnMut(&mut Line) -> Result<bool, ImportError>;

/// A cell no longer than is kept.
pub fn bounded(cell: &str) -> String {
    // A character has at least one byte, so most cells need no counting.
    if cell.len() <= LONGEST_CELL {
        return cell.to_owned();
    }
    cell.chars().take(LONGEST_CELL).collect()
}
