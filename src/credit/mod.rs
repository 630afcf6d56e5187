//! Credit (信用分级): the stored grades of operators, and what follows from them. What counts for or against an operator, by which rules and
//! for how long, is decided in `conduct`; here its score function is applied to all operators, and the results are stored, listed, counted and acted on.
//!
//! - [`grading`] keeps the score and grade of each operator in each role ([`grading::row`]): a job grades anew whose conduct changed and those
//!   for whom time changes something, and all of them when other rules come into force. What a subject was at the end of each day stays.
//! - [`statement`] computes the score of one operator from its entries, as of any day, with its grades on coming days.
//! - [`measures`] turn grades into tasks of the region's officers, done or late.
//! - [`trial`] tries a version of the rules on the past before it is enacted.
//! - [`honours`] lists who had no failed sampling for years.
//!
//! What holds:
//! * A grade is what the fold of `conduct` gives for the end of a day. Lists read what is kept, the statement folds anew; tests hold the two
//!   against each other.
//! * Figures of a past day never change: rows of `credit_change` are written for the day on which they hold and for no earlier one.
//! * While the rules are provisional, grades are on trial: officers see them marked so, the operator sees its own, nobody else any; draws are
//!   weighted by them only where the settings say so.
//! * A worse grade holds once its entries count, which is after notice and the term for objections; a better one at once. Both follow from the
//!   fold. Operators that have ceased keep their file and get no measures.
//!
//! Neighbours: `conduct` below, whose fold it uses; `inspections` and `enterprises` by their published views; `programmes`, to which it says the
//! grades by which draws are weighted. Above: the public code, and figures, by the published views.

pub mod api;
mod exports;
pub mod grading;
pub mod honours;
pub mod ids;
pub mod mails;
pub mod measures;
pub mod pages;
pub mod policy;
pub mod queries;
mod room;
pub mod rules_view;
pub mod settings;
pub mod statement;
pub mod trial;
pub mod words;

pub use room::ROOM;
