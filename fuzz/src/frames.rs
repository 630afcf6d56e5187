//! Frames of the chat: a request that is taken is within the limits and reads the same when it is written again; a refused one gets an
//! answer of bounded length that names the field.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;
use zerodesk::chat::events::{Sender, StoredMessage};
use zerodesk::chat::kernel::Draft;
use zerodesk::chat::protocol;
use zerodesk::chat::protocol::{Incoming, Limits, Request, parse};
use zerodesk::core::ids::AccountId;
use zerodesk::core::{Language, Role};

const LIMITS: Limits = Limits { body_chars: 40, attachments: 3 };
/// Most bytes of an `error` frame: a `ref` of 1 KiB, and sentences.
const LONGEST_ANSWER: usize = 8 * 1024;

pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Incoming { reference, request } = parse(text, LIMITS);
    if let Some(reference) = &reference {
        assert!(reference.to_string().len() <= 1_024.max(text.len()), "a long ref is kept");
    }
    match request {
        Ok(request) => {
            within_limits(&request);
            let again = parse(&written(&request, &reference).to_string(), LIMITS);
            assert_eq!(again.reference, reference.filter(|given| !given.is_null()));
            assert_eq!(again.request.expect("a request that was taken"), request);
            if let Request::Send(draft) = request {
                stored(draft);
            }
        }
        Err(problem) => {
            assert!(matches!(problem.status, 400 | 422), "{problem:?}");
            assert!(problem.status == 400 || !problem.errors.is_empty(), "no field is named: {problem:?}");
            assert!(problem.errors.iter().all(|error| error.pointer.starts_with('/')), "{problem:?}");
            for language in [Language::Zh, Language::En] {
                let answer = protocol::error(&reference, &problem, language);
                assert!(answer.len() < LONGEST_ANSWER, "an answer of {} bytes", answer.len());
                let answer: Value = serde_json::from_str(&answer).expect("JSON");
                assert_eq!(answer["ref"], reference.clone().unwrap_or_default());
                assert_eq!(answer["ev"], "error");
            }
        }
    }
}

fn within_limits(request: &Request) {
    match request {
        Request::Subscribe { after, .. } => assert!(after.iter().all(|n| *n >= 0)),
        Request::Read { seq, .. } => assert!(*seq > 0),
        Request::Send(draft) => {
            assert!(!draft.body.trim().is_empty() && draft.body.chars().count() <= LIMITS.body_chars);
            assert!(!draft.body.contains('\0'), "PostgreSQL can't keep it");
            assert!(draft.attachments.len() <= LIMITS.attachments);
            let mut once = draft.attachments.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), draft.attachments.len(), "an attachment is there twice");
            assert!(draft.reply_to.is_none_or(|seq| seq > 0));
        }
        Request::Unsubscribe { .. } | Request::Typing { .. } | Request::Presence { .. } => {}
    }
}

/// The frame of a request.
fn written(request: &Request, reference: &Option<Value>) -> Value {
    let mut frame = match request {
        Request::Subscribe { consultation, after: [talk, notes] } => {
            json!({ "op": "subscribe", "consultation": consultation, "after": { "talk": talk, "notes": notes } })
        }
        Request::Unsubscribe { consultation } => json!({ "op": "unsubscribe", "consultation": consultation }),
        Request::Send(Draft { consultation, stream, client_id, body, attachments, reply_to }) => json!({
            "op": "send", "consultation": consultation, "stream": stream.as_str(), "client_id": client_id,
            "body": body, "attachments": attachments, "reply_to": reply_to,
        }),
        Request::Read { consultation, stream, seq } => {
            json!({ "op": "read", "consultation": consultation, "stream": stream.as_str(), "seq": seq })
        }
        Request::Typing { consultation, stream } => {
            json!({ "op": "typing", "consultation": consultation, "stream": stream.as_str() })
        }
        Request::Presence { state } => json!({ "op": "presence", "state": state.as_str() }),
    };
    if let Some(reference) = reference {
        frame["ref"] = reference.clone();
    }
    frame
}

/// A message comes out of its frame as it was stored.
fn stored(draft: Draft) {
    let message = StoredMessage {
        consultation: draft.consultation,
        stream: draft.stream.as_str().to_owned(),
        seq: 7,
        client_id: draft.client_id,
        sender: Sender { id: AccountId(Uuid::nil()), name: draft.body.clone(), role: Role::Expert },
        kind: "text".to_owned(),
        body: draft.body,
        attachments: draft.attachments,
        reply_to: draft.reply_to,
        sent_at: DateTime::<Utc>::UNIX_EPOCH,
        retracted_at: None,
    };
    let frame = protocol::message(&message);
    let read: StoredMessage = serde_json::from_str(&frame).expect("a message");
    assert_eq!(read, message);
}
