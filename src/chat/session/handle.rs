//! The handle by which the hub and the writers reach a session.

use crate::chat::kernel::{SessionHandle, SessionMessage};
use actix::{Message, Recipient};

impl Message for SessionMessage {
    type Result = ();
}

/// The mailbox of a session's actor.
pub(super) struct Mailbox(pub(super) Recipient<SessionMessage>);

impl SessionHandle for Mailbox {
    fn send(&self, message: SessionMessage) {
        self.0.do_send(message);
    }
}
