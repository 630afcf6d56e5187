//! The statutory course of a case, from the rectification order to clearance.
//!
//! [`clocks`] counts the days of the law and [`state`] says which step follows which; both are pure.
//! A case belongs to one nonconformity that has an order, and keeps the version of the rules it was
//! opened under. Nothing but its own events moves it: closing a chat or an absent expert stops no
//! clock. Every step is a line of the case's history; none is ever overwritten.
//!
//! Neighbours: `consultations` and `chat` below (advice is given in a consultation); the import of
//! the zero-out list opens cases with [`clocks`]; `reports` above.

pub mod advice;
pub mod alerts;
pub mod attachments;
pub mod clocks;
pub mod deadlines;
pub mod evidence;
pub mod open;
pub mod policy;
pub mod queries;
pub mod state;
pub mod steps;
pub mod store;

pub use advice::{AddAction, GiveAdvice};
pub use evidence::AddEvidence;
pub use open::OpenCase;
pub use state::{CaseState, CaseStep};
pub use steps::RecordStep;
