//! The messages that a session gets from the hub.

use crate::chat::kernel::{BatchItem, CloseReason, SessionHandle, SessionMessage};
use crate::chat::protocol;
use crate::chat::session::actor::{Ctx, Session};
use actix::{Addr, Handler, Message};
use actix_web_actors::ws::CloseCode;

impl Message for SessionMessage {
    type Result = ();
}

/// The mailbox of a session's actor.
pub(super) struct Mailbox(pub(super) Addr<Session>);

impl SessionHandle for Mailbox {
    fn send(&self, message: SessionMessage) {
        self.0.do_send(message);
    }
}

impl Handler<SessionMessage> for Session {
    type Result = ();

    fn handle(&mut self, message: SessionMessage, ctx: &mut Ctx) {
        match message {
            SessionMessage::Batch(items) => {
                for item in items {
                    match item {
                        BatchItem::Result(result) => self.show_result(result, ctx),
                        BatchItem::Stored(stored) => self.deliver(stored, ctx),
                    }
                }
            }
            SessionMessage::LogAdvanced { consultation, stream, seq } => {
                let Some(subscription) = self.subscriptions.get_mut(&consultation) else { return };
                if subscription.log_advanced(stream, seq) {
                    self.read_log(consultation, ctx);
                }
            }
            SessionMessage::Frame(frame) => self.send(ctx, frame),
            SessionMessage::Removed(id) => {
                if self.subscriptions.remove(&id).is_some() {
                    self.send(ctx, protocol::unsubscribed(&None, id));
                }
            }
            SessionMessage::Close(CloseReason::SessionEnded) => {
                self.close(ctx, CloseCode::Other(4001), "logged out");
            }
            SessionMessage::Close(CloseReason::GoingAway) => self.close(ctx, CloseCode::Away, "going away"),
        }
    }
}
