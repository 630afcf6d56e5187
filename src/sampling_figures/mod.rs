//! The figures of inspections (监督抽查统计): counted from single rows, each with its numerator, its denominator and its formula, today and as of a
//! past day.
//!
//! - What an inspection adds to the figures is said once, in `functions.sql`: for now and for a past moment. What refused, was not found, was barred,
//!   is void or was handed over has no result and leaves the denominator.
//! - A figure as of a past day counts what had been entered by its end in Asia/Shanghai, so it never changes. What was overturned or withdrawn
//!   leaves no trace in any figure of a later day.
//! - The figures of now are kept as sums ([`sums`]); what has changed since they were last folded is counted by whoever asks, in the same snapshot.
//! - A region counts the inspections that took place in it or under it. The year and month are those of the sampling, or of the entry where no
//!   sample was taken.
//! - By two dimensions at a time they are counted from the facts, with bounds on rows and columns ([`cross`]).
//! - What an authority has announced stays beside what is counted, with the difference ([`announced`]).
//!
//! Neighbours: `inspections` and `programmes` below, by their published views; `reports`, whose tables, scopes, cache of past days and published
//! figures it uses.

pub mod announced;
pub mod api;
pub mod breadth;
pub mod counting;
pub mod coverage;
pub mod cross;
pub mod days;
pub mod effect;
pub mod indicators;
pub mod intervals;
pub mod lines;
pub mod pages;
pub mod report;
mod room;
pub mod sums;
mod table;

pub use room::ROOM;
