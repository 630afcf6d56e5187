//! Frames from clients. Parsing is lenient about what it does not know and strict about what it uses.

use crate::chat::kernel::{Draft, Stream};
use crate::chat::settings::ChatSettings;
use crate::core::hidden_characters::is_blank;
use crate::core::ids::ConsultationId;
use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};
use crate::presence::Availability;
use serde::{Deserialize, de};
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
    reply_to: Option<i64>,
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
    // serde would take a list for the fields in their order.
    let object = text.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('{');
    let read_fields = if object { serde_json::from_str::<Raw<'_>>(text) } else { Err(de::Error::custom("")) };
    match read_fields {
        Ok(raw) if is_long(text, raw.reference.as_ref()) => {
            let fault = Text::new("过长", "is too long");
            let problem = Problem::invalid(vec![FieldError::body("/ref", fault)]);
            Incoming { reference: None, request: Err(problem) }
        }
        Ok(raw) => {
            let request = read(&raw, limits);
            Incoming { reference: raw.reference, request }
        }
        Err(_) => {
            // Parsed a second time, only to give the answer its `ref` and a reason in our words.
            let value = serde_json::from_str::<Value>(text);
            let reference = value.as_ref().ok().and_then(|v| v.get("ref")).cloned();
            let reference = reference.filter(|r| !is_long(text, Some(r)));
            Incoming { reference, request: Err(bad_frame(&value)) }
        }
    }
}

/// A field's name, whether a value fits it, and what it must be, in Chinese and in English.
type FieldType = (&'static str, fn(&Value) -> bool, &'static str, &'static str);

/// The fields of frames, with what each must be.
const FIELD_TYPES: [FieldType; 10] = [
    ("op", Value::is_string, "须为文本", "must be a string"),
    ("consultation", Value::is_string, "须为文本", "must be a string"),
    ("stream", Value::is_string, "须为文本", "must be a string"),
    ("client_id", Value::is_string, "须为文本", "must be a string"),
    ("body", Value::is_string, "须为文本", "must be a string"),
    ("state", Value::is_string, "须为文本", "must be a string"),
    ("attachments", is_texts, "须为文本数组", "must be an array of strings"),
    (
        "after",
        are_numbers,
        "须为对象，其 talk 和 notes 为整数",
        "must be an object with whole numbers talk and notes",
    ),
    ("seq", Value::is_i64, "须为整数", "must be a whole number"),
    ("reply_to", Value::is_i64, "须为整数", "must be a whole number"),
];

fn is_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(Value::is_string))
}

fn are_numbers(value: &Value) -> bool {
    let whole = |name: &str| value.get(name).is_none_or(Value::is_i64);
    value.is_object() && whole("talk") && whole("notes")
}

/// Why a text is no frame: it is not JSON, no object, or a field has the wrong type.
fn bad_frame(value: &Result<Value, serde_json::Error>) -> Problem {
    let value = match value {
        Ok(value) => value,
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            let text = Text::new(
                format!("不是有效的 JSON（第 {line} 行第 {column} 列）"),
                format!("is not valid JSON (line {line}, column {column})"),
            );
            return Problem::new(Code::BadFrame, text);
        }
    };
    if !value.is_object() {
        return Problem::new(Code::BadFrame, Text::new("须为 JSON 对象", "must be a JSON object"));
    }
    let wrong = FIELD_TYPES
        .iter()
        .filter(|(name, fits, ..)| value.get(name).is_some_and(|given| !given.is_null() && !fits(given)));
    let errors: Vec<FieldError> =
        wrong.map(|(name, _, zh, en)| FieldError::body(format!("/{name}"), Text::new(*zh, *en))).collect();
    let text = match errors.first() {
        Some(first) => Text::new(
            format!("字段 {} {}", first.pointer.trim_start_matches('/'), first.detail.zh),
            format!("the field {} {}", first.pointer.trim_start_matches('/'), first.detail.en),
        ),
        None => Text::new("字段重复", "a field is given twice"),
    };
    let mut problem = Problem::new(Code::BadFrame, text);
    problem.errors = errors;
    problem
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
            check_reply(raw.reply_to, &mut fault);
            let (client_id, reply_to) = (client_id.unwrap_or(Uuid::nil()), raw.reply_to);
            let body = body.to_owned();
            Request::Send(Draft { consultation, stream, client_id, body, attachments, reply_to })
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
    if is_blank(body) {
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

/// Checks the number of a quoted message; whether there is one is decided when the message is stored.
pub fn check_reply(reply_to: Option<i64>, fault: &mut impl FnMut(&str, &'static str, &'static str)) {
    if reply_to.is_some_and(|seq| seq < 1) {
        fault("/reply_to", "须为正整数", "must be a positive whole number");
    }
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
            ("{\"op\":1}", 400, vec!["/op"]),
            (r#"["send",1]"#, 400, vec![]),
            (r#"{"op":"read","seq":1.5,"attachments":[1]}"#, 400, vec!["/attachments", "/seq"]),
            (r#"{"op":"subscribe","after":{"talk":"1"}}"#, 400, vec!["/after"]),
            (r#"{"op":"send","reply_to":"1"}"#, 400, vec!["/reply_to"]),
            (
                &format!(
                    r#"{{"op":"send","consultation":"{id}","client_id":"{id}","body":"a","reply_to":0}}"#
                ),
                422,
                vec!["/reply_to"],
            ),
            (r#"{"op":"read","op":"read"}"#, 400, vec![]),
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
    fn why_a_text_is_no_frame_is_said_in_our_words() {
        for (text, zh, en) in [
            ("[]", "须为 JSON 对象", "must be a JSON object"),
            (r#"{"op":}"#, "不是有效的 JSON（第 1 行第 7 列）", "is not valid JSON (line 1, column 7)"),
            (r#"{"op":1}"#, "字段 op 须为文本", "the field op must be a string"),
            (r#"{"op":"a","op":"b"}"#, "字段重复", "a field is given twice"),
        ] {
            let problem = parse(text, LIMITS).request.unwrap_err();
            assert_eq!((&*problem.detail.zh, &*problem.detail.en), (zh, en), "{text}");
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
