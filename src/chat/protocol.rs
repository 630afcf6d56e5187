//! The frames. Parsing is lenient about what it does not know and strict about what it uses.

use crate::core::actor::{Person, Role};
use crate::core::event::{ConsultationChange, Offer, PresenceChange, ReadMark, Sender, StoredMessage};
use crate::core::ids::{AccountId, ConsultationId};
use crate::core::presence::State;
use crate::core::problem::FieldError;
use crate::core::{Language, Problem, Text};
use crate::settings::ChatSettings;
use bytestring::ByteString;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// The subprotocol's name.
pub const SUBPROTOCOL: &str = "zerodesk.v1";

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

/// What a client asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Hear a consultation, from the numbers it has.
    Subscribe {
        /// Which.
        consultation: ConsultationId,
        /// The last number it has of each stream.
        after: [i64; 2],
    },
    /// Hear no more of it.
    Unsubscribe {
        /// Which.
        consultation: ConsultationId,
    },
    /// Store a message.
    Send(Draft),
    /// It has read up to a message.
    Read {
        /// Where.
        consultation: ConsultationId,
        /// In which stream.
        stream: Stream,
        /// Up to which number.
        seq: i64,
    },
    /// Its user is typing.
    Typing {
        /// Where.
        consultation: ConsultationId,
    },
    /// Its user is there or not.
    Presence {
        /// `online`, `away` or `offline`.
        state: State,
    },
}

/// A message on its way in, checked in form but not in right.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Where.
    pub consultation: ConsultationId,
    /// In which stream.
    pub stream: Stream,
    /// The id that the client made.
    pub client_id: Uuid,
    /// The text.
    pub body: String,
    /// Ids of attachments, each once.
    pub attachments: Vec<Uuid>,
}

/// What a message may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most characters of its text.
    pub body_chars: usize,
    /// Most attachments.
    pub attachments: usize,
}

impl From<&ChatSettings> for Limits {
    fn from(chat: &ChatSettings) -> Self {
        Self { body_chars: chat.max_body_chars, attachments: chat.attachments_per_message }
    }
}

/// A frame with the `ref` under which its answer goes back.
#[derive(Debug)]
pub struct Incoming {
    /// Echoed as it came.
    pub reference: Option<Value>,
    /// What is asked, or why it can't be read.
    pub request: Result<Request, Problem>,
}

#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(borrow)]
    op: Option<Cow<'a, str>>,
    #[serde(rename = "ref")]
    reference: Option<Value>,
    #[serde(borrow)]
    consultation: Option<Cow<'a, str>>,
    #[serde(borrow)]
    stream: Option<Cow<'a, str>>,
    #[serde(borrow)]
    client_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    body: Option<Cow<'a, str>>,
    #[serde(borrow)]
    attachments: Option<Vec<Cow<'a, str>>>,
    after: Option<After>,
    seq: Option<i64>,
    #[serde(borrow)]
    state: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    talk: i64,
    #[serde(default)]
    notes: i64,
}

/// Reads a text frame.
pub fn parse(text: &str, limits: Limits) -> Incoming {
    match serde_json::from_str::<Raw<'_>>(text) {
        Ok(raw) if is_long(text, raw.reference.as_ref()) => {
            let fault = Text::new("过长", "is too long");
            let problem = Problem::invalid(vec![FieldError::body("/ref", fault)]);
            Incoming { reference: None, request: Err(problem) }
        }
        Ok(raw) => {
            let request = read(&raw, limits);
            Incoming { reference: raw.reference, request }
        }
        Err(error) => {
            // The slow way, only to give the answer its `ref`.
            let value: Option<Value> = serde_json::from_str(text).ok();
            let reference = value.as_ref().and_then(|v| v.get("ref")).cloned();
            let reference = reference.filter(|r| !is_long(text, Some(r)));
            let detail = match value {
                None => Text::new(format!("不是合法的 JSON:{error}"), format!("is not JSON: {error}")),
                Some(_) => {
                    Text::new(format!("字段类型有误:{error}"), format!("a field has the wrong type: {error}"))
                }
            };
            Incoming { reference, request: Err(Problem::new(400, "bad_frame", detail)) }
        }
    }
}

/// Greatest `ref` in bytes of JSON: it is kept until the answer goes out.
const MAX_REF_BYTES: usize = 1024;

fn is_long(text: &str, reference: Option<&Value>) -> bool {
    let long = |reference: &Value| reference.to_string().len() > MAX_REF_BYTES;
    text.len() > MAX_REF_BYTES && reference.is_some_and(long)
}

fn read(raw: &Raw<'_>, limits: Limits) -> Result<Request, Problem> {
    let mut errors = Vec::new();
    let mut fault = |pointer: &str, zh: &'static str, en: &'static str| {
        errors.push(FieldError::body(pointer, Text::new(zh, en)));
    };
    let consultation = raw.consultation.as_deref().and_then(|c| c.parse().ok().map(ConsultationId));
    if consultation.is_none() && raw.op.as_deref() != Some("presence") {
        fault("/consultation", "须为问诊的 UUID", "must be the UUID of a consultation");
    }
    let consultation = consultation.unwrap_or(ConsultationId(Uuid::nil()));
    let stream = match raw.stream.as_deref() {
        None => Stream::Talk,
        Some(word) => word.parse().unwrap_or_else(|_| {
            fault("/stream", "须为 talk 或 notes", "must be talk or notes");
            Stream::Talk
        }),
    };
    let request = match raw.op.as_deref() {
        Some("subscribe") => {
            let after = raw.after.as_ref().map_or([0, 0], |a| [a.talk, a.notes]);
            if after.iter().any(|n| *n < 0) {
                fault("/after", "不能为负数", "must not be negative");
            }
            Request::Subscribe { consultation, after }
        }
        Some("unsubscribe") => Request::Unsubscribe { consultation },
        Some("send") => {
            let client_id = raw.client_id.as_deref().and_then(|c| c.parse().ok());
            if client_id.is_none() {
                fault("/client_id", "须为客户端生成的 UUID", "must be a UUID that the client makes");
            }
            let body = raw.body.as_deref().unwrap_or_default();
            check_body(body, limits.body_chars, &mut fault);
            let ids = raw.attachments.iter().flatten().map(|id| id.parse().ok()).collect::<Option<_>>();
            if ids.is_none() {
                fault("/attachments", "须为附件的 UUID", "must be UUIDs of attachments");
            }
            let attachments = check_attachments(ids.unwrap_or_default(), limits.attachments, &mut fault);
            let client_id = client_id.unwrap_or(Uuid::nil());
            Request::Send(Draft { consultation, stream, client_id, body: body.to_owned(), attachments })
        }
        Some("read") => {
            let seq = raw.seq.unwrap_or(0);
            if seq < 1 {
                fault("/seq", "须为正整数", "must be a positive whole number");
            }
            Request::Read { consultation, stream, seq }
        }
        Some("typing") => Request::Typing { consultation },
        Some("presence") => {
            let state = raw.state.as_deref().unwrap_or_default().parse().unwrap_or_else(|_| {
                fault("/state", "须为 online、away 或 offline", "must be online, away or offline");
                State::Offline
            });
            Request::Presence { state }
        }
        _ => {
            errors.clear();
            errors.push(FieldError::body(
                "/op",
                Text::new(
                    "须为 subscribe、unsubscribe、send、read、typing 或 presence",
                    "must be subscribe, unsubscribe, send, read, typing or presence",
                ),
            ));
            return Err(Problem::invalid(errors));
        }
    };
    Problem::unless_empty(errors)?;
    Ok(request)
}

/// Whether a body can be a message.
pub fn check_body(body: &str, max_chars: usize, fault: &mut impl FnMut(&str, &'static str, &'static str)) {
    if body.trim().is_empty() {
        fault("/body", "不能为空", "must not be empty");
    } else if body.len() > max_chars && body.chars().count() > max_chars {
        fault("/body", "过长", "is too long");
    } else if crate::core::fields::has_control(body) {
        fault("/body", "含有控制字符", "contains control characters");
    }
}

/// The ids of a message's attachments, each once.
pub fn check_attachments(
    mut ids: Vec<Uuid>,
    most: usize,
    fault: &mut impl FnMut(&str, &'static str, &'static str),
) -> Vec<Uuid> {
    if ids.len() > most {
        fault("/attachments", "附件过多", "are too many");
    }
    let mut seen = HashSet::new();
    ids.retain(|id| seen.insert(*id));
    ids
}

/// What a `message` frame shows: a [`StoredMessage`] that need not be made first.
pub struct Said<'a> {
    /// The consultation.
    pub consultation: ConsultationId,
    /// `talk` or `notes`.
    pub stream: &'a str,
    /// Its number.
    pub seq: i64,
    /// The id that the sender's client made.
    pub client_id: Uuid,
    /// Who sent it.
    pub sender: Speaker<'a>,
    /// `text` or `advice`.
    pub kind: &'a str,
    /// The text.
    pub body: &'a str,
    /// Ids of attachments.
    pub attachments: &'a [Uuid],
    /// When it was stored.
    pub sent_at: DateTime<Utc>,
}

/// Who sent a message.
#[derive(Serialize)]
pub struct Speaker<'a> {
    /// The account.
    pub id: AccountId,
    /// The name shown.
    pub name: &'a str,
    /// The role.
    pub role: Role,
}

#[derive(Serialize)]
struct MessageFrame<'a> {
    ev: &'static str,
    consultation: ConsultationId,
    stream: &'a str,
    seq: i64,
    client_id: Uuid,
    sender: Speaker<'a>,
    kind: &'a str,
    body: &'a str,
    attachments: &'a [Uuid],
    sent_at: DateTime<Utc>,
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
    said(Said {
        consultation: message.consultation,
        stream: &message.stream,
        seq: message.seq,
        client_id: message.client_id,
        sender: Speaker { id, name, role },
        kind: &message.kind,
        body: &message.body,
        attachments: &message.attachments,
        sent_at: message.sent_at,
    })
}

/// `message`, of one that is just being stored.
pub fn said(said: Said<'_>) -> ByteString {
    let Said { consultation, stream, seq, client_id, sender, kind, body, attachments, sent_at } = said;
    let ev = "message";
    text(&MessageFrame { ev, consultation, stream, seq, client_id, sender, kind, body, attachments, sent_at })
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
pub fn consultation(change: &ConsultationChange) -> ByteString {
    text(&json!({
        "ev": "consultation", "consultation": change.consultation,
        "status": change.status, "expert": change.expert, "panel": change.panel,
    }))
}

/// `offer`
pub fn offer(offer: &Offer) -> ByteString {
    text(&json!({
        "ev": "offer", "consultation": offer.consultation,
        "subject": offer.subject, "until": offer.expires_at,
    }))
}

/// `typing`
pub fn typing(person: &Person, consultation: ConsultationId) -> ByteString {
    text(&json!({ "ev": "typing", "consultation": consultation, "user": user(person) }))
}

/// `presence`
pub fn presence(change: &PresenceChange, consultation: ConsultationId) -> ByteString {
    text(&json!({
        "ev": "presence", "consultation": consultation, "user": change.user, "state": change.state,
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
    use proptest::prelude::*;

    const LIMITS: Limits = Limits { body_chars: 10, attachments: 2 };

    fn fault(text: &str) -> (u16, Vec<String>) {
        let problem = parse(text, LIMITS).request.unwrap_err();
        (problem.status, problem.errors.iter().map(|e| e.pointer.clone()).collect())
    }

    #[test]
    fn faults_name_their_field() {
        let id = Uuid::nil();
        for (text, status, pointers) in [
            ("", 400, vec![]),
            ("[]", 400, vec![]),
            ("{\"op\":1}", 400, vec![]),
            ("{}", 422, vec!["/op"]),
            (r#"{"op":"fly"}"#, 422, vec!["/op"]),
            (r#"{"op":"subscribe"}"#, 422, vec!["/consultation"]),
            (r#"{"op":"send","consultation":"x"}"#, 422, vec!["/consultation", "/client_id", "/body"]),
            (r#"{"op":"presence","state":"gone"}"#, 422, vec!["/state"]),
            (&format!(r#"{{"op":"read","consultation":"{id}","seq":0}}"#), 422, vec!["/seq"]),
            (
                &format!(r#"{{"op":"send","consultation":"{id}","client_id":"{id}","body":"a\u0000"}}"#),
                422,
                vec!["/body"],
            ),
            (
                &format!(r#"{{"op":"send","consultation":"{id}","client_id":"{id}","body":"12345678901"}}"#),
                422,
                vec!["/body"],
            ),
        ] {
            let (got, at) = fault(text);
            assert_eq!((got, at), (status, pointers.iter().map(ToString::to_string).collect()), "{text}");
        }
    }

    #[test]
    fn attachments_are_ids_each_once_and_not_too_many() {
        let send = |attachments: &Value| {
            let (id, body) = (Uuid::nil(), "x");
            let frame = json!({ "op": "send", "consultation": id, "client_id": id, "body": body, "attachments": attachments });
            parse(&frame.to_string(), LIMITS).request
        };
        let [a, b, c] = [1, 2, 3].map(Uuid::from_u128);
        for (given, kept) in [
            (json!(null), vec![]),
            (json!([]), vec![]),
            (json!([b, a]), vec![b, a]),
            (json!([a, a]), vec![a]),
        ] {
            assert!(matches!(send(&given), Ok(Request::Send(draft)) if draft.attachments == kept), "{given}");
        }
        for (given, status) in
            [(json!([a, b, c]), 422), (json!(["a"]), 422), (json!([1]), 400), (json!("a"), 400)]
        {
            assert_eq!(send(&given).unwrap_err().status, status, "{given}");
        }
    }

    #[test]
    fn a_bad_frame_still_gets_its_ref() {
        let incoming = parse(r#"{"op":"send","ref":"a7","body":5}"#, LIMITS);
        assert_eq!(incoming.reference, Some(Value::from("a7")));
        assert!(incoming.request.is_err());
    }

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
            sent_at: "2026-03-02T01:00:00.123456Z".parse().unwrap(),
        };
        let mut frame: Value = serde_json::from_str(&message(&stored)).unwrap();
        assert_eq!(frame.as_object_mut().unwrap().remove("ev"), Some(Value::from("message")));
        assert_eq!(frame, serde_json::to_value(&stored).unwrap());
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,200}") {
            let _ = parse(&text, LIMITS);
        }

        #[test]
        fn no_json_makes_the_parser_panic(op in "[a-z]{0,12}", key in "[a-z_]{1,12}", n in any::<i64>()) {
            let _ = parse(&json!({ "op": op, key: n }).to_string(), LIMITS);
        }
    }
}
