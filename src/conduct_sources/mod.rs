//! Conduct by itself: out of the final results of inspections, refused samplings, and the course of cases.
//!
//! Triggers note what was written, a job judges it: what follows from an inspection or a case now ([`judge`], pure) is compared with what was
//! entered of it, and the difference is entered or annulled ([`follow`]). So a round can be repeated, and broken off between any two of them.
//!
//! What holds:
//! * Only what [`crate::inspections::effects`] says of a method and purpose causes conduct: nothing comes of quick tests, cross-inspections,
//!   visits and risk monitoring. Nothing comes of a challenge, a consultation, a voluntary report or a test that was asked for: they are no source.
//! * The failed sample, the failed re-inspection and the missed term of its case are one fact, by the ids of the inspection and the case.
//! * What no longer follows (the result was overturned, the producer denied, the step corrected, the case withdrawn) is annulled by an event.
//! * What an officer annulled stays annulled.
//!
//! Neighbours: `conduct` below, which keeps the entries; `inspections` and `remediation`, which it reads.

pub mod follow;
pub mod ids;
pub mod judge;
mod read;
mod room;
pub mod settings;

pub use room::ROOM;
