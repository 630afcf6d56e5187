//! Tags of consultations: small vocabularies that officers keep for their regions and experts for their product hospitals, and which consultation
//! has which tags.
//!
//! - A tag belongs to a region. The officers of the region and of those above it keep it: they rename it, retire it and bring it back.
//! - It can be put on the consultations of enterprises in that region, by the experts who take part and the officers in charge, as many as
//!   the settings allow. One that is retired stays where it is, and is put on nothing any more.
//! - A tag of a product hospital is kept by its experts, who put it on the consultations in which they take part. All others who see the tags of
//!   a consultation see it there and may take it away.
//! - Enterprises know nothing of tags.
//! - No two tags of which one may be put on the consultations of the other's region have the same name, nor have two of a hospital.
//!
//! Neighbours: `consultations` below, which shows tags and filters by them; it asks the functions in `functions.sql`.

pub mod api;
mod commands;
mod exports;
pub mod pages;
pub mod policy;
pub mod queries;
mod room;
pub mod settings;
mod tagging;

pub use commands::{ChangeTag, CreateTag, RetireTag};
pub use room::ROOM;
pub use tagging::SetTags;
