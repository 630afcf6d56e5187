//! The statutory course of a case, from the rectification order to clearance.
//!
//! [`clocks`] counts the days of the law, [`state`] says which step follows which, and [`course`] folds a
//! history into where the case stands; all three are pure. A case belongs to one nonconformity and keeps the
//! version of the rules (settings) that was in force on the day it began. Nothing but its own events moves
//! it: closing a chat or an absent expert stops no clock. Every step is a line of the case's history; none is
//! ever overwritten: a mis-entered one is corrected by a line of its own, and the history is folded anew. The
//! row is what the fold came to, never anything else.
//!
//! Neighbours: `consultations` and `chat` below (advice is given in a consultation); the import of
//! the zero-out list opens cases with [`clocks`]; `reports` above.

pub mod actions;
pub mod advice;
pub mod api;
mod breach;
pub mod clearance;
pub mod clocks;
pub mod course;
pub mod deadlines;
pub mod dossier;
pub mod event;
pub mod evidence;
mod files;
pub mod narrow;
pub mod open;
pub mod orders;
pub mod pages;
pub mod policy;
pub mod queries;
mod room;
pub mod state;
pub mod steps;
pub mod store;
pub mod view;

pub use actions::MoveAction;
pub use advice::{AddAction, GiveAdvice};
pub use clearance::DecideCriterion;
pub use event::{CaseEvent, NewEvent};
pub use evidence::AddEvidence;
pub use open::OpenCase;
pub use room::ROOM;
pub use state::{CaseState, CaseStep};
pub use steps::RecordEvent;
