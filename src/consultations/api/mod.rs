//! Consultations over HTTP.

pub mod drafts;
pub mod invitations;
pub mod mentions;
pub mod messages;
pub mod reading;
pub mod refusals;
pub mod related;
pub mod steps;
pub mod transcript;
mod transcript_text;
