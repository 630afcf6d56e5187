//! The index of risk for kind × region × window: counted from results, signals and assessments, with every part kept and shown; it ranks work and
//! is no ground for any measure or sanction.
//!
//! - [`follow`]: the job
//! - [`formula`]: parts and index of a cell, interval, bounds with hysteresis (pure)
//! - [`sums`]: the sums of all cells at a moment
//! - [`keep`]: the index of a day is counted and kept
//! - [`queries`]: the index of a day as a ranked list, and of a cell over days
//! - [`raise`]: alerts that come of it

pub mod follow;
pub mod formula;
pub mod keep;
pub mod queries;
pub mod raise;
pub mod sums;
