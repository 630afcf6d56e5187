//! The pages of figures.

pub mod charts;
pub mod experts;
pub mod overview;
pub mod progress;
pub mod published;
