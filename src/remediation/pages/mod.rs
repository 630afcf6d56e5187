//! The pages of cases.

pub mod case;
pub mod cases;
pub mod charts;
pub mod conclude;
pub mod consultation;
pub mod words;
