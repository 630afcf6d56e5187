//! Enterprises and the zero-out list.

pub mod import;
pub mod uscc;
