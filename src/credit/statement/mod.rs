//! The statement of an operator (信用对账单), like a bank's: each entry with its article, its points, from and until when it counts and what ends it; the
//! sum and the grade in words; what the grade will be on coming days if nothing happens. Folded from the ground, as of any day.

mod build;
mod texts;
pub mod view;

pub use build::{of, papers};
pub use texts::points;
