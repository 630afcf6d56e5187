//! The words of penalty lists for people.

use crate::list_files::imports::ImportState;
use crate::sampling_lists::proposal_state::Likeness;
use crate::web::frame::Frame;

/// The state of a list.
pub fn list_state_word(f: &Frame, state: ImportState) -> &'static str {
    crate::zero_out::pages::imports::state_word(f, state)
}

/// By what an enterprise was found.
pub fn likeness_word(f: &Frame, likeness: Likeness) -> &'static str {
    crate::sampling_lists::pages::words::likeness_word(f, likeness)
}

/// A sum of money in yuan.
pub fn yuan(fen: i64) -> String {
    if fen % 100 == 0 { (fen / 100).to_string() } else { format!("{}.{:02}", fen / 100, fen % 100) }
}
