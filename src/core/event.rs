//! What others learn of a command, published after its commit and never before.

use crate::core::actor::Role;
use crate::core::ids::{AccountId, ConsultationId, SessionId};
use crate::core::presence::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A message was stored, for this audience: a count of the changes of who may see the consultation.
    #[serde(skip)]
    Message(Box<StoredMessage>, i64),
    /// Messages up to this one stand in the log, whether or not they were announced.
    #[serde(skip)]
    Behind(ConsultationId, String, i64),
    /// A consultation's status, expert or panel changed.
    Consultation(ConsultationChange),
    /// A consultation was offered to an expert.
    Offer(Offer),
    /// An account no longer takes part in a consultation.
    Removed(ConsultationId, AccountId),
    /// A participant has read up to a message.
    Read(ReadMark),
    /// A log-in ended: its sockets must close.
    SessionEnded(SessionId),
    /// There is work for the workers of this kind.
    #[serde(skip)]
    Work(Work),
    /// An expert came, went, or said so.
    Presence(PresenceChange),
    /// A participant is typing.
    Typing(Typing),
}

impl Event {
    /// Whether other servers learn of it by the database. Messages they find in the log, work by polling.
    pub fn is_shared(&self) -> bool {
        match self {
            Event::Consultation(_)
            | Event::Offer(_)
            | Event::Removed(..)
            | Event::Read(_)
            | Event::SessionEnded(_)
            | Event::Presence(_)
            | Event::Typing(_) => true,
            Event::Message(..) | Event::Behind(..) | Event::Work(_) => false,
        }
    }
}

/// What kind of worker to wake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Mails stand in the outbox.
    Mail,
    /// An import is queued.
    Import,
    /// A consultation waits, or an expert became free.
    Match,
    /// The list of nonconformities has grown.
    List,
    /// A plan is queued.
    Plan,
}

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
    /// `text`, or `advice` for an expert's list of actions.
    pub kind: String,
    /// The text.
    pub body: String,
    /// Ids of attachments.
    pub attachments: Vec<Uuid>,
    /// When it was stored.
    pub sent_at: DateTime<Utc>,
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

/// The present state of a consultation, as its participants see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsultationChange {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Its status now.
    pub status: String,
    /// The name of the expert who holds it, once accepted.
    pub expert: Option<String>,
    /// The names of the experts on its panel.
    #[serde(default)]
    pub panel: Vec<String>,
}

/// An offer of a consultation to an expert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// To whom.
    pub account: AccountId,
    /// What.
    pub consultation: ConsultationId,
    /// Its subject.
    pub subject: String,
    /// Until when it may be accepted.
    pub expires_at: DateTime<Utc>,
}

/// How far someone has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadMark {
    /// The consultation.
    pub consultation: ConsultationId,
    /// `talk` or `notes`.
    pub stream: String,
    /// The reader.
    pub account: AccountId,
    /// Up to which message.
    pub seq: i64,
}

/// An expert came, went, or said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceChange {
    /// Who.
    pub user: Sender,
    /// As what.
    pub state: State,
    /// Where it is told: the consultations under way that the expert takes part in.
    pub consultations: Vec<ConsultationId>,
}

/// A participant is typing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typing {
    /// Who.
    pub user: Sender,
    /// Where.
    pub consultation: ConsultationId,
}
