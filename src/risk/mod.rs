//! Risk (质量安全研判): which product kinds are getting more dangerous in which regions.
//!
//! - [`method`]: the level of a risk by probability and severity, exactly (pure)
//! - [`assessments`]: judgements that one officer writes and another validates
//! - [`index`]: kinds and regions ranked by failures, severity, trend and signals, of today and of past days
//! - [`alerts`]: quality alerts of three causes, all with the same states
//! - [`quality`], [`trial`]: how good alerts are; other rules tried on the past
//! - [`sources`]: signals from samplings and penalties
//! - [`digest`]: the weekly mail
//!
//! Invariants:
//! * The index ranks work. No conduct, grade, measure or sanction reads it, and nothing here enters conduct.
//! * Figures of a day that is over never change.
//! * Who validates an assessment has not written it; a validated one never changes.
//! * There is one open alert for each cause, kind, item and region; what was dealt with or dismissed raises no further one.
//!
//! Neighbours: `signals`, `inspections`, `conduct`, `zero_out` below; `oversight` above, whose letters, interviews and listings follow from alerts.

pub mod alerts;
pub mod api;
pub mod assessments;
pub mod digest;
mod exports;
mod global_search;
pub mod ids;
pub mod index;
pub mod mails;
pub mod method;
pub mod pages;
pub mod quality;
mod room;
mod rules_view;
pub mod settings;
pub mod sources;
pub mod trial;

pub use room::ROOM;
