//! Support programmes (康复帮扶): recovery support of a place (一地一策) or a product (一品一策), and whether it helped.
//!
//! The way of one: an officer writes it with its scope, lead hospital, target and measures ([`create`], [`measures`]); a second officer approves it, which
//! freezes the baseline, the diagnosis and which other programmes claim the same enterprises ([`steps`]); measures begin and are done; costs and fees are entered
//! ([`amounts`]); it is evaluated, as often as is wanted, and closed.
//!
//! What holds:
//! * The baseline is one from before: a programme whose measures have begun is not approved. It never changes, whatever is entered later.
//! * No rate is shown without its n and its 95 % interval, and no change without what the rest of the province did meanwhile ([`effects`]).
//! * A target that is met, missed or undecided is so by the rule of [`crate::sampling_figures::intervals::judge`]: too few results decide nothing.
//! * Two programmes that claim the same enterprises say why. A lead hospital that takes fees discloses them and recuses itself.
//! * Everybody reads the sheet of an approved one ([`public`]); it names no enterprise, no consultation and no person.
//!
//! Neighbours: `programmes` below, which keeps name, period, base state and the second officer; `sampling_figures`, which counts; `recovery`, which says who
//! recovered; `consultations` and `inspections`, of whose published views the diagnosis is made.

pub mod amounts;
pub mod api;
pub mod causes;
mod chart;
pub mod create;
pub mod detail;
pub mod diagnosis;
pub mod effects;
pub mod entries;
pub mod entries_api;
mod exports;
pub mod ids;
pub mod input;
pub mod measures;
pub mod overlap;
pub mod pages;
pub mod policy;
pub mod public;
pub mod queries;
mod room;
pub mod settings;
pub mod state;
pub mod steps;
pub mod store;
mod words;

pub use room::ROOM;
