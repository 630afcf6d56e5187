//! Sampling programmes, signals of danger, inspections and what belongs to them.
//!
//! A crate of its own, so that a change of what stands above it does not compile it anew. The map of all modules is in `lib.rs`.

#![recursion_limit = "256"]

pub use zerodesk_helpdesk::*;

pub mod cross_inspections;
pub mod inspections;
pub mod label_checks;
pub mod programmes;
pub mod recordings;
pub mod sampling_lists;
pub mod signals;
