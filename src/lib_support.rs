//! Help for enterprises on site and online: visits and trainings, rounds, online sessions, vouchers, campaigns.
//!
//! A crate of its own, so that a change of what stands above it does not compile it anew. The map of all modules is in `lib.rs`.

#![recursion_limit = "256"]

pub use zerodesk_credit::*;

pub mod campaigns;
pub mod engagements;
pub mod online_sessions;
pub mod rounds;
pub mod vouchers;
