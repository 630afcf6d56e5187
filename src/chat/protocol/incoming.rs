//! Frames from clients. Parsing is lenient about what it does not know and strict about what it uses.

use crate::chat::kernel::{Draft, Stream};
use crate::chat::settings::ChatSettings;
use crate::core::ids::ConsultationId;
use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};
use crate::presence::Availability;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashSet;
use uuid::Uuid;

/// A request of a client.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Follow a consultation, from the numbers that the client has.
    Subscribe {
        /// The consultation.
        consultation: ConsultationId,
        /// The last number of each stream that the client has.
        after: [i64; 2],
    },
    /// Stop following a consultation.
    Unsubscribe {
        /// The consultation.
        consultation: ConsultationId,
    },
    /// Store a message.
    Send(Draft),
    /// The user has read up to a message.
    Read {
        /// The consultation.
        consultation: ConsultationId,
        /// The stream.
        stream: Stream,
        /// The number of the last message read.
        seq: i64,
    },
    /// The user is typing.
    Typing {
        /// The consultation.
        consultation: ConsultationId,
        /// The stream that they write in.
        stream: Stream,
    },
    /// The user sets their availability.
    Presence {
        /// `online`, `away` or `offline`.
        state: Availability,
    },
}

/// The limits of a message.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Greatest number of characters of the text.
    pub body_chars: usize,
    /// Greatest number of attachments.
    pub attachments: usize,
}

impl From<&ChatSettings> for Limits {
    fn from(chat: &ChatSettings) -> Self {
        Self { body_chars: chat.max_body_chars, attachments: chat.attachments_per_message }
    }
}

/// A frame with the `ref` that its answer repeats.
#[derive(Debug)]
pub struct Incoming {
    /// The client's `ref`.
    pub reference: Option<Value>,
    /// The request, or why it can't be read.
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
            // Parsed a second time, only to give the answer its `ref`.
            let value: Option<Value> = serde_json::from_str(text).ok();
            let reference = value.as_ref().and_then(|v| v.get("ref")).cloned();
            let reference = reference.filter(|r| !is_long(text, Some(r)));
            let detail = match value {
                None => Text::new(format!("不是合法的 JSON:{error}"), format!("is not JSON: {error}")),
                Some(_) => Text::new(
                    format!("字段类型有误：{error}"),
                    format!("a field has the wrong type: {error}"),
                ),
            };
            Incoming { reference, request: Err(Problem::new(Code::BadFrame, detail)) }
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
        Some("typing") => Request::Typing { consultation, stream },
        Some("presence") => {
            let state = raw.state.as_deref().unwrap_or_default().parse().unwrap_or_else(|_| {
                fault("/state", "须为 online、away 或 offline", "must be online, away or offline");
                Availability::Offline
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

/// Checks the text of a message.
pub fn check_body(body: &str, max_chars: usize, fault: &mut impl FnMut(&str, &'static str, &'static str)) {
    if body.trim().is_empty() {
        fault("/body", "不能为空", "must not be empty");
    } else if body.len() > max_chars && body.chars().count() > max_chars {
        fault("/body", "过长", "is too long");
    } else if crate::core::fields::has_control(body) {
        fault("/body", "含有控制字符", "contains control characters");
    }
}

/// Checks the ids of a message's attachments; gives each once.
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

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
