//! The HTTP handlers: they extract, execute and show.

pub mod lists;
pub mod penalties;
