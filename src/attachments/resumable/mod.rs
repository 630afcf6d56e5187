//! Uploads in parts, which go on where they broke off: after a lost connection, at another server, after a reload of the page.
//!
//! The client says what file comes ([`commands::BeginUpload`]), sends its parts in order, asks how far it is whenever it does not know, and ends it.
//! Each part is an object of the store, so any server takes the next one. At the end the parts are put together, and the file is
//! taken like one that came at once (`receive`): recognised by its content, scanned, counted.
//!
//! A part counts once it is stored: what was said to be received is never asked for again. An upload that nobody goes on with is deleted with
//! its parts after the hours after which an unused file is.

pub mod api;
pub mod commands;
pub mod housekeeping;
mod store;

pub use store::{UploadView, may_know};
