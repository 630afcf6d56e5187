//! Recordings of samplings (阳光抽检) and the custody of their samples: so that nobody can say afterwards that the sample was another.
//!
//! Words: a *recording* is what one device films, photographs or records of one inspection; it begins with a *nonce* of the server, whose words
//! are said into the camera, and comes in *segments*; a *shot* is something that has to be seen on them; a *view* is one person looking at them.
//!
//! What holds:
//! - A recording belongs to one inspection, one person and one device. Its segments are a hash chain ([`chain`]): each names the SHA-256 of the one
//!   before, the first one the nonce. Segments may come in any order and days late; what is missing, late or doubtful is noted ([`flags`]) and shown,
//!   never mended. What was sent is never replaced, and no file is in two segments.
//! - A file whose hash is not the one that the device computed is refused. What the hashes can't tell (whether the device itself lied) the nonce, the
//!   times, the place and the words in the film do.
//! - What another system keeps is named with its number there ([`external`]). It shows what who named it says; no chain proves it.
//! - The custody of a sample is a fold ([`custody`]); a wrong entry is annulled by another one. Each hand-over names two parties.
//! - The film is shown within a view, which has a reason and is logged; the enterprise concerned reads the log. Originals are for those whom the
//!   setting names; the others see the blurred rendition where one was handed in. The platform blurs nothing itself.
//! - Numbers and lists of shots are settings, by version ([`settings`]); a recording keeps the version under which it began.
//! - What the folds come to is kept for each inspection (`recording_summary`) and tests hold both together.
//!
//! Neighbours: `inspections` below says who may know of what; `attachments` below keeps the files. Above, `retention` erases them by outcome.

pub mod api;
pub mod chain;
pub mod content;
pub mod custody;
pub mod custody_store;
mod custody_words;
pub mod erasure;
mod exports;
pub mod external;
mod external_api;
pub mod external_store;
pub mod flags;
pub mod ids;
pub mod inspected;
pub mod keep;
pub mod manifest;
pub mod pages;
mod personal;
pub mod place;
pub mod policy;
pub mod queries;
pub mod record;
pub mod report;
mod room;
pub mod segment;
pub mod settings;
pub mod shots;
pub mod spoken;
pub mod store;
pub mod views;

pub use room::ROOM;
