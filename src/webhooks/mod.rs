//! Webhooks: other systems are told of what happens in a region, by calls of theirs that are signed (Standard Webhooks).
//!
//! - An officer registers an endpoint for the own region or one below it, with the kinds of events that it wants ([`event`]).
//! - Triggers (`functions.sql`) write a delivery for each webhook that asks for an event, in the transaction in which it happens, so none is
//!   lost and none is told of that did not happen. A job ([`worker`]) sends them: it takes some with a lease ([`queue`]), calls
//!   ([`client`]), and writes down what came of it. What fails is tried again with growing pauses, for days.
//! - A delivery holds ids and states, nobody's data: who wants more asks the API.
//!
//! Invariants: nothing of another region, or of a higher level, is sent: that is decided when the event is written and again before each
//! attempt. A webhook rests while its officer may not see its region. The id of a delivery is the same in all attempts and replays. No call
//! goes to an address that is not public, unless the settings name its network ([`crate::outgoing`]). Secrets are shown once and encrypted in the
//! database ([`secret`]).
//!
//! Neighbours: `consultations`, `remediation` and `zero_out` below, to whose tables the triggers listen; `accounts`, whose keys encrypt the
//! secrets. Nothing stands above but what gathers the domains.

pub mod api;
pub mod client;
mod commands;
mod disable;
pub mod event;
pub mod exports;
mod hand_over;
pub mod housekeeping;
pub mod ids;
pub mod mails;
pub mod pages;
pub mod policy;
pub mod queries;
pub mod queue;
mod replay;
mod room;
pub mod secret;
pub mod settings;
pub mod state;
mod store;
pub mod worker;

pub use commands::{ChangeWebhook, CreateWebhook, DeleteWebhook, RotateSecret, WebhookSecret};
pub use disable::DisableWebhook;
pub use replay::{ReplayDeliveries, Replayed, TestWebhook};
pub use room::ROOM;
