//! The figures of credit (信用统计): how many operators have which grade, how grades move, how long they last, what came of objections and applications for
//! repair, and whether who has a worse grade fails more often; each with its numerator and denominator, today and as of a past day.
//!
//! - A figure as of a past day is made of what was so at its end in Asia/Shanghai, by rows that are never written for a day that is over
//!   (`published.credit_change`), so it never changes.
//! - An operator counts once, in its worst role; by role it counts in each of its roles. It counts in the region in which it was on the day.
//! - Scored is who has a grade: something stands on its file. With points is whose score is above nought.
//!
//! Neighbours: `credit`, `conduct` and `inspections` below, by their published views; `reports`, whose tables and scopes it uses.

pub mod api;
pub mod counts;
pub mod days;
pub mod decisions;
pub mod pages;
pub mod recidivism;
pub mod report;
mod room;
mod table;

pub use room::ROOM;
