//! What was rejected of a list: its rows with their reasons, as a list and as a file that can be corrected and imported again.
//!
//! A room keeps them in a table of its own, of which [`Kept`] says the name. All such tables have the same columns.

mod csv;
mod kept;
mod rows;
mod view;
mod xlsx;

pub use csv::write_csv;
pub use kept::{Kept, KeptReason};
pub use view::{RejectionView, count, page};
pub use xlsx::write_xlsx;
