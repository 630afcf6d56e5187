//! The frames that the server sends.

use crate::chat::events::{
    ConsultationChanged, InvitationChanged, Mentioned, MessageRetracted, OfferEnded, OfferMade, ReadMark,
    Sender, StoredMessage, Typing,
};
use crate::chat::kernel::Stream;
use crate::core::actor::{Person, Role};
use crate::core::ids::{AccountId, ConsultationId};
use crate::core::{Language, Problem};
use crate::presence::PresenceChanged;
use bytestring::ByteString;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A `message` frame, borrowed: a [`StoredMessage`] need not be made first.
#[derive(Serialize)]
#[serde(tag = "ev", rename = "message")]
pub struct MessageContent<'a> {
    /// The consultation.
    pub consultation: ConsultationId,
    /// `talk` or `notes`.
    pub stream: &'a str,
    /// Its number.
    pub seq: i64,
    /// The id that the sender's client made.
    pub client_id: Uuid,
    /// Who sent it.
    pub sender: SenderContent<'a>,
    /// As in [`StoredMessage`].
    pub kind: &'a str,
    /// The text.
    pub body: &'a str,
    /// Ids of attachments.
    pub attachments: &'a [Uuid],
    /// The number of the message that it quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<i64>,
    /// When it was stored.
    pub sent_at: DateTime<Utc>,
    /// When its sender took it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retracted_at: Option<DateTime<Utc>>,
}

/// Who sent a message.
#[derive(Serialize)]
pub struct SenderContent<'a> {
    /// The account.
    pub id: AccountId,
    /// The name shown.
    pub name: &'a str,
    /// The role.
    pub role: Role,
}

#[derive(Serialize)]
struct AckFrame<'a> {
    ev: &'static str,
    #[serde(rename = "ref")]
    reference: &'a Option<Value>,
    consultation: ConsultationId,
    stream: Stream,
    client_id: Uuid,
    seq: i64,
    duplicate: bool,
}

fn text(frame: &impl Serialize) -> ByteString {
    // These frames are maps with string keys; writing one can't fail.
    serde_json::to_string(frame).unwrap_or_default().into()
}

/// `message`
pub fn message(message: &StoredMessage) -> ByteString {
    let Sender { id, ref name, role } = message.sender;
    message_content(&MessageContent {
        consultation: message.consultation,
        stream: &message.stream,
        seq: message.seq,
        client_id: message.client_id,
        sender: SenderContent { id, name, role },
        kind: &message.kind,
        body: &message.body,
        attachments: &message.attachments,
        reply_to: message.reply_to,
        sent_at: message.sent_at,
        retracted_at: message.retracted_at,
    })
}

/// `message`, from borrowed content.
pub fn message_content(content: &MessageContent<'_>) -> ByteString {
    text(content)
}

/// `ack`
pub fn ack(
    reference: &Option<Value>,
    consultation: ConsultationId,
    stream: Stream,
    client_id: Uuid,
    seq: i64,
    duplicate: bool,
) -> ByteString {
    text(&AckFrame { ev: "ack", reference, consultation, stream, client_id, seq, duplicate })
}

/// `welcome`
pub fn welcome(person: &Person, heartbeat_seconds: u64, max_frame_bytes: usize) -> ByteString {
    text(&json!({
        "ev": "welcome", "user": user(person),
        "heartbeat_seconds": heartbeat_seconds, "max_frame_bytes": max_frame_bytes,
    }))
}

fn user(person: &Person) -> Value {
    json!({ "id": person.account, "name": person.name, "role": person.scope.role() })
}

/// `subscribed`
pub fn subscribed(
    reference: &Option<Value>,
    consultation: ConsultationId,
    last_seq: &BTreeMap<String, i64>,
    status: &str,
) -> ByteString {
    text(&json!({
        "ev": "subscribed", "ref": reference, "consultation": consultation,
        "last_seq": last_seq, "status": status,
    }))
}

/// `unsubscribed`
pub fn unsubscribed(reference: &Option<Value>, consultation: ConsultationId) -> ByteString {
    text(&json!({ "ev": "unsubscribed", "ref": reference, "consultation": consultation }))
}

/// `error`
pub fn error(reference: &Option<Value>, problem: &Problem, language: Language) -> ByteString {
    text(&json!({ "ev": "error", "ref": reference, "problem": problem.body(language, None) }))
}

/// `consultation`
pub fn consultation(change: &ConsultationChanged) -> ByteString {
    text(&json!({
        "ev": "consultation", "consultation": change.consultation,
        "status": change.status, "expert": change.expert, "panel": change.panel,
    }))
}

/// `offer`
pub fn offer(offer: &OfferMade) -> ByteString {
    text(&json!({
        "ev": "offer", "consultation": offer.consultation,
        "subject": offer.subject, "until": offer.expires_at,
    }))
}

/// `offer_ended`
pub fn offer_ended(ended: &OfferEnded) -> ByteString {
    text(&json!({ "ev": "offer_ended", "consultation": ended.consultation, "answer": ended.answer }))
}

/// `invitation`
pub fn invitation(change: &InvitationChanged) -> ByteString {
    text(&json!({
        "ev": "invitation", "consultation": change.consultation,
        "subject": change.subject, "state": change.state,
    }))
}

/// `mention`
pub fn mention(mention: &Mentioned) -> ByteString {
    text(&json!({
        "ev": "mention", "consultation": mention.consultation,
        "subject": mention.subject, "seq": mention.seq, "by": mention.by,
    }))
}

/// `queue`
pub fn queue() -> ByteString {
    text(&json!({ "ev": "queue" }))
}

/// `typing`
pub fn typing(typing: &Typing) -> ByteString {
    text(&json!({ "ev": "typing", "consultation": typing.consultation, "user": typing.user }))
}

/// `presence`
pub fn presence(change: &PresenceChanged, consultation: ConsultationId) -> ByteString {
    text(&json!({
        "ev": "presence", "consultation": consultation, "user": change.user, "state": change.state,
    }))
}

/// `retracted`
pub fn retracted(gone: &MessageRetracted) -> ByteString {
    text(&json!({
        "ev": "retracted", "consultation": gone.consultation, "stream": gone.stream,
        "seq": gone.seq, "at": gone.at,
    }))
}

/// `read`
pub fn read_mark(mark: &ReadMark) -> ByteString {
    text(&json!({
        "ev": "read", "consultation": mark.consultation, "stream": mark.stream,
        "user": mark.account, "seq": mark.seq,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_shows_the_message_and_no_more() {
        let stored = StoredMessage {
            consultation: ConsultationId::new(),
            stream: "talk".to_owned(),
            seq: 3,
            client_id: Uuid::new_v4(),
            sender: Sender { id: AccountId::new(), name: "专家".to_owned(), role: Role::Expert },
            kind: "text".to_owned(),
            body: "\"复检\"".to_owned(),
            attachments: vec![Uuid::new_v4()],
            reply_to: Some(2),
            sent_at: "2026-03-02T01:00:00.123456Z".parse().unwrap(),
            retracted_at: None,
        };
        let mut frame: Value = serde_json::from_str(&message(&stored)).unwrap();
        assert_eq!(frame.as_object_mut().unwrap().remove("ev"), Some(Value::from("message")));
        assert_eq!(frame, serde_json::to_value(&stored).unwrap());
    }
}
