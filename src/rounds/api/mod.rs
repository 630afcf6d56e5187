//! The HTTP handlers of rounds: they extract, execute and show.

pub mod members;
pub mod report;
pub mod rounds;
