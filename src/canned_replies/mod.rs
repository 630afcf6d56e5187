//! Canned replies: texts with placeholders that experts and officers use again and again.
//!
//! - One of an account is seen and kept by that account alone.
//! - One of a product hospital is seen and kept by the hospital's experts, each of whom may change and delete it: it is the hospital's text,
//!   and who changed it stands in the audit. Officers regulate the enterprises and do not write for the experts, so they see none of it.
//! - One of the platform is seen by all experts and officers, and kept by the officers of a province or above.
//! - Its placeholders are known ones ([`template`]); they are filled for a consultation that the reader sees.
//!
//! Neighbours: `consultations` and `remediation` below, from whose views placeholders are filled. The composer of the chat offers them
//! (`assets/canned.js`).

pub mod api;
mod commands;
mod exports;
pub mod filling;
pub mod ids;
pub mod pages;
mod personal;
pub mod policy;
pub mod queries;
mod room;
pub mod scope;
pub mod settings;
pub mod template;

pub use commands::{ChangeReply, CreateReply, DeleteReply};
pub use room::ROOM;
