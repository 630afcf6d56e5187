//! The zero-out list: the lists that offices send in, their import, and the list as officers and enterprises see it.
//!
//! Neighbours: `enterprises` owns enterprises and nonconformities, `remediation` opens the case that a row with an order begins.

pub mod api;
pub mod import;
pub mod pages;
mod room;

pub use room::ROOM;
