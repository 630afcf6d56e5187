//! What the hub, the writers and the log reader tell a session.

use crate::chat::hub::{SocketId, Stored};
use crate::chat::protocol::{self, Stream};
use crate::chat::session::{Ctx, Session};
use crate::chat::writer::Sent;
use crate::core::ids::ConsultationId;
use actix::{Addr, Handler, Message};
use actix_web_actors::ws::CloseCode;
use bytestring::ByteString;
use serde_json::Value;
use uuid::Uuid;

/// A message for the session: all that a batch of the writers holds for it.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Letter(pub Vec<News>);

/// A part of a [`Letter`].
pub enum News {
    /// The answer to a message of its own.
    Answered(Answered),
    /// A message of a consultation that it follows.
    Stored(Stored),
}

/// Where a message came from.
pub struct Origin {
    /// The socket.
    pub socket: SocketId,
    /// Its session.
    pub addr: Addr<Session>,
    /// Echoed in the answer.
    pub reference: Option<Value>,
}

/// A message for the session: the log holds this number by now.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Hint {
    /// Where.
    pub consultation: ConsultationId,
    /// In which stream.
    pub stream: Stream,
    /// The number.
    pub seq: i64,
}

/// A message for the session: a frame to send as it is.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Push(pub ByteString);

/// A message for the session: its user no longer takes part.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Forget(pub ConsultationId);

/// A message for the session: close.
#[derive(Message, Debug, Clone, Copy)]
#[rtype(result = "()")]
pub enum Close {
    /// The log-in ended.
    Ended,
    /// The server goes away.
    GoingAway,
}

/// The answer to a message.
pub struct Answered {
    /// The `ref` that it came with.
    pub reference: Option<Value>,
    /// Where.
    pub consultation: ConsultationId,
    /// In which stream.
    pub stream: Stream,
    /// The id that the client made.
    pub client_id: Uuid,
    /// The answer.
    pub sent: Sent,
}

impl Handler<Letter> for Session {
    type Result = ();

    fn handle(&mut self, Letter(news): Letter, ctx: &mut Ctx) {
        for news in news {
            match news {
                News::Answered(answer) => self.answered(answer, ctx),
                News::Stored(stored) => self.deliver(stored, ctx),
            }
        }
    }
}

impl Handler<Hint> for Session {
    type Result = ();

    fn handle(&mut self, hint: Hint, ctx: &mut Ctx) {
        let Some(following) = self.subscriptions.get_mut(&hint.consultation) else { return };
        if following.hint(hint.stream, hint.seq) {
            self.read_on(hint.consultation, ctx);
        }
    }
}

impl Handler<Push> for Session {
    type Result = ();

    fn handle(&mut self, Push(frame): Push, ctx: &mut Ctx) {
        self.send(ctx, frame);
    }
}

impl Handler<Forget> for Session {
    type Result = ();

    fn handle(&mut self, Forget(id): Forget, ctx: &mut Ctx) {
        if self.subscriptions.remove(&id).is_some() {
            self.send(ctx, protocol::unsubscribed(&None, id));
        }
    }
}

impl Handler<Close> for Session {
    type Result = ();

    fn handle(&mut self, close: Close, ctx: &mut Ctx) {
        match close {
            Close::Ended => self.close(ctx, CloseCode::Other(4001), "logged out"),
            Close::GoingAway => self.close(ctx, CloseCode::Away, "going away"),
        }
    }
}
