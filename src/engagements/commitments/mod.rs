//! Commitments (承诺书): an officer asks an enterprise for one, the enterprise is told that it is public and counts for credit, signs the
//! text in force and says what it
//! promises until when; promises become actions of its running case; an officer finds it kept or broken, or releases the enterprise.
//!
//! What holds:
//! * The text in force on the day is signed, by a person with a post who confirmed to have been told (Guangdong Market Regulation
//!   Ordinance, art. 46). What was signed
//!   is kept with its digest and never changes, whatever becomes of the text.
//! * A promise is overdue after the working day on or after its day, and never found broken before.
//! * Kept and broken become credit conduct, once for each commitment; what the rules of credit do not cover becomes none. Objection and
//!   annulment are those of `conduct`,
//!   and what everybody reads follows them.

pub mod api;
pub mod create;
pub mod due;
pub mod exports;
pub mod follow;
pub mod notices;
pub mod pages;
pub mod promises;
pub mod public;
pub mod queries;
pub mod report;
pub mod settle;
pub mod sign;
pub mod texts;

pub use create::NewCommitment;
