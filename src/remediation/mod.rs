//! The statutory course of a case, from the rectification order to clearance.
//!
//! - Pure: [`clocks`] counts the days of the law, [`state`] says which step follows which, [`fact`] is what an event says, and
//!   [`course`] folds the effective events of a history into the state of the case.
//! - [`history`] is the history as it is stored, [`store`] the row and how both are written, [`load`] how they are read under a
//!   lock. The row holds the result of the fold, never anything else.
//! - [`opening`] is the one way in: one case or the ten thousand of a list. [`RecordEvent`] is the command of every later
//!   event: a step (`write_step`) or a correction (`correct`).
//! - [`policy`] decides who may see a case and take which step.
//!
//! A case belongs to one nonconformity and keeps the version of the rules (settings) that was in force on the day it began.
//! Nothing but its own events moves it: closing a chat or an absent expert stops no clock. No event is ever overwritten: one that
//! was entered wrongly is corrected by an event of its own, and the history is folded again.
//!
//! Neighbours: `consultations` and `chat` below (advice is given in a consultation); `zero_out`, whose import opens cases, `risk`
//! and `reports` above.

pub mod action;
pub mod advice;
pub mod api;
mod breach;
pub mod case_filter;
pub mod case_search;
pub mod case_view;
pub mod clearance;
pub mod clocks;
pub mod conclude;
pub mod consequences;
mod correct;
pub mod course;
mod course_deadlines;
pub mod deadlines;
mod detail;
pub mod dossier;
pub mod enterprise_mails;
pub mod enterprises;
pub mod event;
mod event_checks;
pub mod evidence;
mod exports;
pub mod fact;
mod files;
pub mod given_advice;
mod global_search;
pub mod history;
pub mod ids;
pub mod law;
pub mod load;
pub mod mails;
pub mod move_action;
pub mod new_action;
pub mod open_case;
pub mod opening;
pub mod orders;
pub mod pages;
mod personal;
pub mod policy;
pub mod queries;
pub mod record_event;
mod room;
pub mod settings;
pub mod state;
pub mod store;
pub mod view;
pub mod withdrawal;
mod write_step;

pub use advice::{AddAction, GiveAdvice};
pub use clearance::DecideCriterion;
pub use conclude::ConcludeConsultation;
pub use event::{CaseEvent, NewEvent};
pub use evidence::AddEvidence;
pub use move_action::MoveAction;
pub use open_case::OpenCase;
pub use record_event::RecordEvent;
pub use room::ROOM;
pub use state::{CaseState, CaseStep};
