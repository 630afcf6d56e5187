//! The frames of the WebSocket protocol: requests of clients and what the server sends.

mod incoming;
mod outgoing;
mod stored;

pub use incoming::{Incoming, Limits, Request, check_attachments, check_body, check_reply, parse};
pub use outgoing::{
    ack, consultation, error, invitation, mention, message, offer, offer_ended, presence, queue, read_mark,
    retracted, subscribed, typing, unsubscribed, welcome,
};

/// The subprotocol's name.
pub const SUBPROTOCOL: &str = "zerodesk.v1";
