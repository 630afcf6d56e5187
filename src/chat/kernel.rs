//! The types that pass between the parts of the chat: protocol, writers, hub, sessions and fan-out.
//!
//! A message passes through them in this order: a session parses a [`Draft`] and submits it to the writers with a
//! [`Reply`]; the writers store it and make an [`Answer`] with the [`Sent`] result; the hub turns the answer into a
//! [`Stored`] message for the sessions and for the other servers, and sends each session a [`SessionMessage`] through its
//! [`SessionHandle`].
//!
//! The file imports no other file of the chat, so that all of them can import it.

use crate::core::Problem;
use crate::core::actor::Person;
use crate::core::ids::ConsultationId;
use bytestring::ByteString;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

crate::word_enum! {
    /// The two streams of a consultation.
    pub enum Stream {
        /// Seen by all participants.
        Talk = "talk",
        /// The internal notes of experts and admins.
        Notes = "notes",
    }
}

impl Stream {
    /// 0 for talk, 1 for notes.
    pub fn index(self) -> usize {
        match self {
            Stream::Talk => 0,
            Stream::Notes => 1,
        }
    }
}

/// The number of one open socket in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocketId(pub(super) u64);

/// A message from a client before it is stored: its form is checked, the right to send it is not.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The stream.
    pub stream: Stream,
    /// The id that the client made.
    pub client_id: Uuid,
    /// The text.
    pub body: String,
    /// Ids of attachments, each once.
    pub attachments: Vec<Uuid>,
    /// The number of the message that it quotes.
    pub reply_to: Option<i64>,
}

/// What the writers did with a message.
#[derive(Debug)]
pub enum Sent {
    /// Stored now.
    Stored {
        /// Its number in the stream.
        seq: i64,
        /// The audience that it was stored for; see [`Stored::audience`].
        audience: i64,
        /// The time of storing.
        at: DateTime<Utc>,
    },
    /// Stored before, with this number.
    Duplicate(i64),
    /// Not stored, with the reason.
    Refused(Problem),
}

/// Where the result of a message goes.
pub enum Reply {
    /// To a caller. The function runs on a thread that delivers to others, too, so it must not block.
    Call(Box<dyn FnOnce(Sent) + Send>),
    /// To a socket.
    Socket(Origin),
}

/// The socket that a message came from.
pub struct Origin {
    /// The socket.
    pub socket: SocketId,
    /// Its session.
    pub session: SessionRef,
    /// The client's `ref`, which the answer repeats.
    pub reference: Option<Value>,
}

/// A message with its result.
pub struct Answer {
    /// The message.
    pub draft: Draft,
    /// The sender.
    pub sender: Arc<Person>,
    /// Where the result goes.
    pub reply: Reply,
    /// The result.
    pub sent: Sent,
}

/// A stored message on its way to the sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The stream.
    pub stream: Stream,
    /// Its number in the stream.
    pub seq: i64,
    /// The number of changes of who may see the consultation, at the time of storing. A session whose right was last
    /// confirmed at a lower number must ask for it again before it shows the message.
    pub audience: i64,
    /// The frame, ready to send.
    pub frame: ByteString,
}

/// The result of a message that a session sent.
pub struct SendResult {
    /// The client's `ref`.
    pub reference: Option<Value>,
    /// The consultation.
    pub consultation: ConsultationId,
    /// The stream.
    pub stream: Stream,
    /// The id that the client made.
    pub client_id: Uuid,
    /// The result.
    pub sent: Sent,
}

/// One entry of a [`SessionMessage::Batch`].
pub enum BatchItem {
    /// The result of a message that the session sent.
    Result(SendResult),
    /// A message of a consultation that the session follows.
    Stored(Stored),
}

/// The reason for which the server closes a socket.
#[derive(Debug, Clone, Copy)]
pub enum CloseReason {
    /// The log-in ended.
    SessionEnded,
    /// The server stops, or may have missed events; the client should connect again and resume.
    GoingAway,
}

/// What the hub sends to a session.
pub enum SessionMessage {
    /// All that one batch of the writers holds for the session, so that it is woken once.
    Batch(Vec<BatchItem>),
    /// The log holds messages up to this number, whether or not they were delivered.
    LogAdvanced {
        /// The consultation.
        consultation: ConsultationId,
        /// The stream.
        stream: Stream,
        /// The highest number.
        seq: i64,
    },
    /// A frame to send as it is.
    Frame(ByteString),
    /// A frame about a consultation, to send once the right to see the consultation is confirmed.
    FrameOf(ConsultationId, ByteString),
    /// The session's user no longer takes part in the consultation.
    Removed(ConsultationId),
    /// The socket must be closed.
    Close(CloseReason),
}

/// The way to a session. Sending never blocks; a message to a session that has ended is dropped.
pub trait SessionHandle: Send + Sync {
    /// Queues a message for the session.
    fn send(&self, message: SessionMessage);
}

/// A shared handle of a session.
pub type SessionRef = Arc<dyn SessionHandle>;
