//! Visits (上门帮扶): proposed with times, chosen by the enterprise, held, minuted, and what was found on them.

pub mod candidates;
pub mod danger;
pub mod findings;
pub mod fitness;
pub mod photos;
pub mod propose;
pub mod row;
pub mod slots;
pub mod steps;
