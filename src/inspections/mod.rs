//! Inspections (监督检查): one product inspected once at one operator, from the draw to the final result and its consequences.
//!
//! - Pure: [`state`] has the allowed steps, [`particulars`] the fields of each step, [`rules`] the requirements of the law, [`terms`] the statutory
//!   terms, [`effects`] the possible consequences of a result. [`course`] folds the effective events ([`fact`]).
//! - The state of an inspection is computed from its events; the rows ([`rows`]) store the result ([`store`]), and tests compare both. A
//!   correction is an event like any other: the state is computed again with it.
//! - [`register`] creates one inspection, [`intake`] those of a list; [`record`] enters every later step. [`consequences`] opens the record of the
//!   zero-out list with its case, and takes both back; [`sweep`] acts when terms pass.
//!
//! What holds:
//! * Nothing is made public but a final result.
//! * A producer's nonconformity arises only once the result is delivered and the nominal producer has confirmed that the product is its own, or
//!   let the term pass. A seller's failure never makes one by itself.
//! * What was overturned or denied is taken back everywhere: from that moment on no figure has it, and those of past days stay.
//!
//! Neighbours: `remediation` below, which opens the cases; `programmes`, of which most inspections are part; `people`.

pub mod api;
pub mod breach;
pub mod challenge;
pub mod consequences;
mod correct;
pub mod course;
pub mod days;
pub mod detail;
pub mod effects;
mod entry;
pub mod event;
mod exports;
pub mod fact;
pub mod files;
mod fold;
mod global_search;
pub mod ids;
pub mod intake;
mod kind;
pub mod law;
pub mod mails;
mod notices;
pub mod offer;
pub mod orders;
pub mod pages;
pub mod particulars;
pub mod parties;
pub mod policy;
pub mod queries;
pub mod record;
pub mod references;
pub mod register;
pub mod registration;
mod room;
pub mod rows;
pub mod rules;
pub mod settings;
pub mod standing;
pub mod state;
pub mod store;
pub mod sweep;
pub mod terms;
pub mod texts;
pub mod view;
pub mod words;

pub use effects::Effects;
pub use record::RecordInspectionStep;
pub use register::RegisterInspection;
pub use room::ROOM;
