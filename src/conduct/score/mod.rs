//! The score and the grade of an enterprise on a day: pure functions of its entries and the rules. No clock and no database.
//!
//! The score of a subject is the sum over its facts of what each fact counts, which is the points of one of its entries that are in force: base ×
//! intent × repeat, by the rules that were in force on the day of the decision. All numbers are whole; a score is in thousandths of a point.
//! Nothing is carried from one day to the next, so every grade of every day can be computed from the entries again.

pub mod book;
pub mod entry;
pub mod fold;
pub mod forecast;
mod repeats;
#[cfg(test)]
mod tests;

pub use book::RuleBook;
pub use entry::Entry;
pub use fold::{EntryScore, EntryStatus, FactScore, RoleStanding, Standing, SubjectScore, standing};
pub use forecast::forecast;
