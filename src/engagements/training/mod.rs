//! Trainings (培训): planned by an officer or an expert, enterprises are invited by region, kind and list status or one by one, attendance
//! is marked by a code that is
//! scanned on the spot or by hand with a reason, and counted by enterprise, not by head.
//!
//! The code ([`code`]) changes each minute by the server's clock and is good for two; it is no proof of who came, only that somebody of
//! the enterprise, logged in, saw it.
//! Who was not invited, or is none of the programme's cohort, may come; the row says so.

pub mod api;
pub mod attend;
pub mod change;
pub mod code;
pub mod create;
pub mod exports;
pub mod invite;
pub mod notices;
pub mod pages;
pub mod queries;

pub use create::NewTraining;
