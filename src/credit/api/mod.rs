//! The HTTP handlers of credit: they extract, execute and show.

pub mod grades;
pub mod honours;
pub mod rules;
pub mod tasks;
