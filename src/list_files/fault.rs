//! What is wrong with a row.

use crate::core::Text;
use crate::list_files::rejection_code::RejectionCode;

/// One thing that is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFault<C> {
    /// The column at fault; none where it is the row as a whole.
    pub column: Option<C>,
    /// The value in the cell.
    pub value: String,
    /// The stable word for it.
    pub code: RejectionCode,
    /// The reason in both languages.
    pub reason: Text,
}

/// A value as it is shown beside its fault.
#[must_use]
pub fn cut(value: &str) -> String {
    const SHOWN: usize = 200;
    match value.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", value.get(..at).unwrap_or_default()),
        None => value.to_owned(),
    }
}
