//! The HTTP handlers of risk: they extract, execute and show.

pub mod assessments;
pub mod digest;
pub mod index;
pub mod rules;
