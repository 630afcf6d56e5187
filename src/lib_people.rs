//! Who uses ZeroDesk: accounts, enterprises, experts, their files, and who is matched with whom.
//!
//! A crate of its own, so that a change of what stands above it does not compile it anew. The map of all modules is in `lib.rs`.

#![recursion_limit = "256"]

pub use zerodesk_kit::*;

pub mod accounts;
pub mod attachments;
pub mod audit;
pub mod enterprises;
pub mod experts;
pub mod matching;
pub mod presence;
