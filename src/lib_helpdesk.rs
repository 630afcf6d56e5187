//! The main work of ZeroDesk: chat, consultations, remediation, zero-out lists, plans.
//!
//! A crate of its own, so that a change of what stands above it does not compile it anew. The map of all modules is in `lib.rs`.

#![recursion_limit = "256"]

pub use zerodesk_people::*;

pub mod chat;
pub mod consultations;
pub mod people;
pub mod plans;
pub mod remediation;
pub mod zero_out;
