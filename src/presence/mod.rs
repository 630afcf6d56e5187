//! Who is connected, and what experts say of their availability.
//!
//! - [`local`]: the open sockets of this server, by account, in memory.
//! - [`changes`]: who connected, left or changed their state and is not written yet.
//! - [`connections`]: the table `account_connection`, one row for each server that an expert or somebody of an enterprise is connected
//!   to, and the servers that run on this database. Matching reads it in its own transaction.
//! - [`report`]: writes the changes and makes the events that report them.
//!
//! The connections of experts and of the people of enterprises are written to the database; those of officers are not, since
//! their presence matters to nobody beyond the server that they are connected to. Only experts' states are shown to others. Where a
//! change is shown is not decided here: whoever writes the changes passes a function that gives the conversations of an expert
//! ([`report::ShownIn`]).
//!
//! Neighbours: `accounts` below gives names; the chat above opens sockets and runs [`report`] on the thread that reads
//! the database; `consultations` asks whether an expert is present when it makes an offer, `unread_mails` who is away.

pub mod availability;
pub mod changes;
pub mod connections;
pub mod events;
pub mod local;
pub mod report;
mod room;

pub use availability::Availability;
pub use events::{EVENTS, PresenceChanged, PresentUser};
pub use local::{LocalPresence, is_present};
pub use room::ROOM;
