//! The events that the chat delivers to sockets.
//!
//! The chat emits those of messages, reading and typing itself. Those of a consultation's state, offers and participants are
//! emitted by `consultations`, above; they are defined here because the chat, below, delivers them.

use crate::chat::kernel::Stream;
use crate::core::actor::Role;
use crate::core::event::{EventKind, Payload};
use crate::core::ids::{AccountId, ConsultationId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// A message of the log, as everyone on the consultation sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StoredMessage {
    /// The consultation.
    pub consultation: ConsultationId,
    /// `talk` or `notes`.
    pub stream: String,
    /// The place in the stream: 1, 2, 3 … without a gap.
    pub seq: i64,
    /// The id that the sender's client made.
    pub client_id: Uuid,
    /// Who sent it.
    pub sender: Sender,
    /// `text`, `advice` for an expert's list of actions, or `erased` once its period has passed.
    pub kind: String,
    /// The text.
    pub body: String,
    /// Ids of attachments.
    pub attachments: Vec<Uuid>,
    /// The number of the message of the same stream that it quotes, if it quotes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<i64>,
    /// When it was stored.
    pub sent_at: DateTime<Utc>,
    /// When its sender took it back; its text and its attachments are empty then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted_at: Option<DateTime<Utc>>,
}

/// Who sent a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Sender {
    /// The account.
    pub id: AccountId,
    /// The name shown.
    pub name: String,
    /// The role.
    pub role: Role,
}

/// A command stored a message. Other servers find it in the log.
#[derive(Debug)]
pub struct MessageStored {
    /// The message.
    pub message: StoredMessage,
    /// The audience that it was stored for; see [`crate::chat::kernel::Stored::audience`].
    pub audience: i64,
}

/// The log of a stream holds messages up to a number, whether or not they were delivered. Other servers find it in the log.
#[derive(Debug, Clone, Copy)]
pub struct LogAdvanced {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The stream.
    pub stream: Stream,
    /// The highest number.
    pub seq: i64,
}

/// How far someone has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadMark {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The stream.
    pub stream: Stream,
    /// The reader.
    pub account: AccountId,
    /// The number of the last message read.
    pub seq: i64,
    /// Whether only those who see the notes learn of it: the others do not see that the reader is there.
    #[serde(default)]
    pub inside: bool,
}

/// A message was taken back by its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRetracted {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The stream.
    pub stream: Stream,
    /// The message's number.
    pub seq: i64,
    /// When it was taken back.
    pub at: DateTime<Utc>,
}

/// A participant is typing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typing {
    /// The participant.
    pub user: Sender,
    /// The consultation.
    pub consultation: ConsultationId,
    /// Whether only those who see the notes learn of it: it is a note, or the others do not see that the person is there.
    #[serde(default)]
    pub inside: bool,
}

/// A consultation's status, expert or panel changed; this is its state now, as its participants see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationChanged {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Its status now.
    pub status: String,
    /// The name of the expert who holds it, once accepted.
    pub expert: Option<String>,
    /// The names of the experts on its panel.
    #[serde(default)]
    pub panel: Vec<String>,
    /// Whether only those who see the notes learn of it: for the others nothing has changed.
    #[serde(default)]
    pub inside: bool,
}

/// The stream whose readers learn of an event.
fn readers_of(stream: Stream, inside: bool) -> Stream {
    if inside { Stream::Notes } else { stream }
}

impl ReadMark {
    /// The stream whose readers learn of it.
    pub fn shown_to(&self) -> Stream {
        readers_of(self.stream, self.inside)
    }
}

impl Typing {
    /// The stream whose readers learn of it.
    pub fn shown_to(&self) -> Stream {
        readers_of(Stream::Talk, self.inside)
    }
}

impl ConsultationChanged {
    /// The stream whose readers learn of it.
    pub fn shown_to(&self) -> Stream {
        readers_of(Stream::Talk, self.inside)
    }
}

/// A consultation was offered to an expert, or the time of the offer was extended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferMade {
    /// The expert's account.
    pub account: AccountId,
    /// The consultation.
    pub consultation: ConsultationId,
    /// Its subject.
    pub subject: String,
    /// The time until which it may be accepted.
    pub expires_at: DateTime<Utc>,
}

/// An offer to an expert is over, other than by its acceptance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferEnded {
    /// The expert's account.
    pub account: AccountId,
    /// The consultation.
    pub consultation: ConsultationId,
    /// How: `declined`, `expired` or `withdrawn`.
    pub answer: String,
}

/// An expert was invited to the panel of a consultation, or the invitation was answered, taken back or has lapsed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationChanged {
    /// The expert's account.
    pub account: AccountId,
    /// The consultation.
    pub consultation: ConsultationId,
    /// Its subject.
    pub subject: String,
    /// The state of the invitation now: `invited`, `accepted`, `declined`, `withdrawn` or `lapsed`.
    pub state: String,
}

/// Somebody was mentioned in an internal note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mentioned {
    /// The account of who was mentioned.
    pub account: AccountId,
    /// The consultation.
    pub consultation: ConsultationId,
    /// Its subject.
    pub subject: String,
    /// The number of the note.
    pub seq: i64,
    /// The name of who wrote it.
    pub by: String,
}

/// What officers see in their queue has changed: a consultation was opened, offered, taken, ended or needs them. It says no more, since
/// each of them asks for what they may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueChanged {
    /// Code of the consultation's region.
    pub region: String,
}

/// An account no longer takes part in a consultation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRemoved {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The account.
    pub account: AccountId,
}

impl Payload for MessageStored {
    const KIND: &'static str = "message";
}

impl Payload for LogAdvanced {
    const KIND: &'static str = "behind";
}

/// Implements [`Payload`] for types that other servers read from the feed, and lists their kinds.
macro_rules! shared_events {
    ($($type:ty = $kind:literal $(, before commit: $early:literal)?;)+) => {
        $(impl Payload for $type {
            const KIND: &'static str = $kind;
            $(const BEFORE_COMMIT: bool = $early;)?

            fn to_feed(&self) -> Option<serde_json::Result<Value>> {
                Some(serde_json::to_value(self))
            }
        })+

        /// The kinds of events that the chat reads from the feed.
        pub const EVENTS: &[EventKind] = &[$(EventKind::of::<$type>()),+];
    };
}

shared_events! {
    ReadMark = "read";
    Typing = "typing";
    MessageRetracted = "retracted";
    ConsultationChanged = "consultation";
    OfferMade = "offer";
    OfferEnded = "offer_ended";
    InvitationChanged = "invitation";
    Mentioned = "mention";
    QueueChanged = "queue";
    // A message that is stored after the commit must not reach those who were removed by it.
    MemberRemoved = "removed", before commit: true;
}
