//! Laboratories, and bodies that take samples: what they may test, whom they serve, how much they can take.

pub mod api;
pub mod commands;
pub mod products;
pub mod queries;
