//! Risk, oversight, figures and reports over several domains, what is published, what is kept and how long.
//!
//! A crate of its own, so that a change of what stands above it does not compile it anew. The map of all modules is in `lib.rs`.

#![recursion_limit = "256"]

pub use zerodesk_credit::*;
pub use zerodesk_desk_tools::*;

pub mod bulletins;
pub mod credit_codes;
pub mod credit_figures;
pub mod oversight;
pub mod personal_data;
pub mod recovery;
pub mod reports;
pub mod retention;
pub mod risk;
pub mod sampling_figures;
pub mod support_programmes;
pub mod withdrawals;
