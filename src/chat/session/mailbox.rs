//! What a session does with the messages of the hub.

use crate::chat::kernel::{BatchItem, CloseReason, SessionMessage};
use crate::chat::protocol;
use crate::chat::session::actor::{Ctx, Session};
use actix::Handler;
use actix_web_actors::ws::CloseCode;

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
            SessionMessage::FrameOf(id, frame) => self.send_of(id, frame, ctx),
            SessionMessage::Removed(id) => {
                self.early.remove(&id);
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
