//! Credit conduct (信用行为): facts that count for or against a product or an operator.
//!
//! An entry says that an enterprise, in a role and perhaps with one of its product lines, showed a behaviour that the rules name. Its points follow from
//! the rules that were in force on the day of the decision; nobody types points. The score and the grade of a day are a pure
//! function of the entries and the rules ([`score`]); the domains above store the grades and act on them.
//!
//! What holds:
//! * A fact counts once for a subject, however many entries are about it (the failed sample, the penalty for it, the failed re-inspection).
//! * The enterprise is notified before an entry counts. It objects, and the entry is marked at once; another officer than who entered it decides.
//! * A correction is an event of the history like any other. Rows store the state that the history leads to.
//! * An answer about a past day never changes: it is made of what was known at its end. What is annulled leaves no trace in later answers.
//! * Every number of the rules is a setting with its source; while the rules are provisional, grades are on trial.
//!
//! Neighbours: `inspections` and `remediation` below, whose results and cases entries name.

pub mod api;
pub mod course;
pub mod detail;
pub mod enter;
pub mod entries;
pub mod erasure;
pub mod event;
mod exports;
pub mod facts;
pub mod files;
mod global_search;
pub mod ids;
pub mod judge;
pub mod mails;
pub mod new_conduct;
mod notices;
pub mod pages;
pub mod policy;
pub mod queries;
pub mod record;
pub mod repair;
mod room;
pub mod rows;
pub mod rules;
mod rules_check;
pub mod scope;
pub mod score;
pub mod settings;
pub mod state;
pub mod store;
pub mod sweep;
pub mod view;
pub mod wake;
pub mod words;

pub use enter::{EnterConduct, Entered};
pub use record::RecordConductStep;
pub use room::ROOM;
