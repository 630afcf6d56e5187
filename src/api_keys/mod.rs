//! API keys: programs of other systems act in place of the officer who made the key, within its scopes and its region.
//!
//! - A key is shown once and stored as a hash. It is presented as `Authorization: Bearer zdk_…` ([`mod@authenticate`]).
//! - What a key opens is said by the row of each route (`key` of [`crate::web::room::RouteRow`]); a route that says nothing is closed to
//!   keys, and so are pages, sockets, and whatever needs a proof of who is there: a key proves nothing of a person.
//! - It acts as an officer of its region: never with more rights than the officer has at that moment. One that is deactivated, demoted or
//!   moved ends the rights of the keys at once.
//! - Consultations are opened by other systems in the name of enterprises that are claimed ([`incoming`]), under a reference of the system's
//!   own, so that a repeated call opens nothing twice.
//!
//! Neighbours: `accounts`, whose officers make keys; `consultations`, whose command opens; [`crate::core::key_scope`] with the scopes.

pub mod api;
pub mod authenticate;
mod commands;
pub mod exports;
pub mod ids;
pub mod incoming;
pub mod mails;
pub mod pages;
pub mod policy;
pub mod queries;
mod room;
pub mod settings;

pub use authenticate::authenticate;
pub use commands::{CreateKey, KeyMade, RevokeKey};
pub use incoming::{Incoming, OpenIncoming, Opened};
pub use room::ROOM;
