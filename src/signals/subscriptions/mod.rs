//! Feeds of news and opinion that are asked for by their addresses: RSS 2.0 and Atom, with the guards of all calls of other people's servers
//! ([`crate::outgoing`]). Officers of the province keep them.
//!
//! No call is made within a transaction: a job takes the feeds that are due by moving their next call on, fetches them, and a command stores the answer.
//!
//! - [`queries`]: the list, and one of them
//! - [`commands`]: registered, corrected, paused
//! - [`fetch`]: the job that asks for feeds
//! - [`read`]: the answer of a feed, stored, and its entries as signals

pub mod commands;
pub mod fetch;
pub mod queries;
pub mod read;
