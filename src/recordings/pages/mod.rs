//! The pages: inspections that were recorded with the figures, the recordings of one, and the page on which a phone records.

pub mod record;
pub mod recording;
pub mod recordings;
pub mod timeline;
pub mod words;
