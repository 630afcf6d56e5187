//! Credit conduct: facts, scores, grades, penalties.
//!
//! A crate of its own, so that a change of what stands above it does not compile it anew. The map of all modules is in `lib.rs`.

#![recursion_limit = "256"]

pub use zerodesk_inspections::*;

pub mod conduct;
pub mod conduct_sources;
pub mod credit;
pub mod penalty_lists;
