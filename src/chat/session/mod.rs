//! The session of one socket.
//!
//! - `actor`: the actor that reads and writes the socket. The only place that knows actix's actors: a move to another
//!   way of holding sockets changes this folder only.
//! - `handle`: how the hub and the writers reach it.
//! - `mailbox`: what it does with the messages of the hub.
//! - `subscriptions`: how it follows consultations and reads the log where deliveries have gaps.

mod actor;
mod handle;
mod mailbox;
mod subscriptions;

pub use actor::{Open, open};
