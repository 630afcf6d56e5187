//! Signals out of what the platform knows: failed samplings of any purpose, risk monitoring among them, failed labels and suspect quick tests, each by
//! itself; cross-inspections in sums of a month only; penalties. What of them becomes a signal is said by the effects of inspections
//! ([`crate::inspections::effects`]). Nothing goes the other way: no signal becomes conduct.

pub mod follow;
mod make;
mod sums;
