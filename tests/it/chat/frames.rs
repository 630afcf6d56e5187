//! Malformed frames get an error and affect nothing else.

use serde_json::{Value, json};
use std::io::Write;
use tungstenite::Message;
use uuid::Uuid;
use zerodesk::chat::settings::ChatSettings;

use super::{fast, log};
use crate::support::{TestApp, Ws};

/// The bytes of one frame as a client sends it, with a mask of zeros (RFC 6455, section 5.2).
fn frame(opcode: u8, last: bool, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![if last { 0x80 | opcode } else { opcode }];
    match u16::try_from(payload.len()) {
        Ok(len) if len < 126 => bytes.push(0x80 | u8::try_from(len).unwrap()),
        Ok(len) => {
            bytes.push(0x80 | 126);
            bytes.extend(len.to_be_bytes());
        }
        Err(_) => {
            bytes.push(0x80 | 127);
            bytes.extend(u64::try_from(payload.len()).unwrap().to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

#[track_caller]
fn refused(ws: &mut Ws, text: &str) -> Value {
    ws.send_raw(Message::text(text));
    let answer = ws.wait_ev("error");
    assert_eq!(answer["problem"]["code"].as_str().map(str::is_empty), Some(false), "{answer}");
    answer
}

/// Malformed frames: the text, the status of the answer and its pointers.
pub fn bad_frames(id: &str) -> Vec<(String, u16, &'static [&'static str])> {
    let mine = Uuid::new_v4();
    let send = format!("{{\"op\":\"send\",\"consultation\":\"{id}\"");
    let subscribe = format!("{{\"op\":\"subscribe\",\"consultation\":\"{id}\"");
    let own = format!("\"client_id\":\"{mine}\"");
    [
        (String::new(), 400, &[][..]),
        ("null".to_owned(), 400, &[]),
        ("{".to_owned(), 400, &[]),
        ("[1]".to_owned(), 400, &[]),
        ("\"send\"".to_owned(), 400, &[]),
        ("{\"op\":7}".to_owned(), 400, &["/op"]),
        ("{\"op\":\"send\"".to_owned(), 400, &[]),
        ("{}".to_owned(), 422, &["/op"]),
        ("{\"op\":\"fly\"}".to_owned(), 422, &["/op"]),
        ("{\"op\":\"send\"}".to_owned(), 422, &["/consultation", "/client_id", "/body"]),
        (format!("{send},\"body\":\"x\"}}"), 422, &["/client_id"]),
        (format!("{send},\"client_id\":\"1\",\"body\":\"x\"}}"), 422, &["/client_id"]),
        (format!("{send},{own}}}"), 422, &["/body"]),
        (format!("{send},{own},\"body\":\" \"}}"), 422, &["/body"]),
        (format!("{send},{own},\"body\":\"{}\"}}", "x".repeat(8001)), 422, &["/body"]),
        (format!("{send},{own},\"body\":\"a\\u0000b\"}}"), 422, &["/body"]),
        (format!("{send},{own},\"body\":[\"x\"]}}"), 400, &["/body"]),
        (format!("{send},{own},\"body\":\"x\",\"attachments\":[\"{mine}\"]}}"), 422, &["/attachments"]),
        (format!("{send},{own},\"body\":\"x\",\"stream\":\"all\"}}"), 422, &["/stream"]),
        (format!("{subscribe},\"after\":{{\"talk\":-1}}}}"), 422, &["/after"]),
        (format!("{subscribe},\"after\":7}}"), 400, &["/after"]),
        ("{\"op\":\"subscribe\",\"consultation\":\"x\"}".to_owned(), 422, &["/consultation"]),
        ("{\"op\":\"unsubscribe\"}".to_owned(), 422, &["/consultation"]),
        (format!("{{\"op\":\"subscribe\",\"consultation\":\"{mine}\"}}"), 404, &[]),
        (format!("{{\"op\":\"read\",\"consultation\":\"{mine}\",\"seq\":1}}"), 404, &[]),
        (format!("{{\"op\":\"read\",\"consultation\":\"{id}\",\"seq\":0}}"), 422, &["/seq"]),
        ("{\"op\":\"presence\",\"state\":\"here\"}".to_owned(), 422, &["/state"]),
        ("{\"op\":\"presence\",\"state\":\"online\"}".to_owned(), 403, &[]),
    ]
    .to_vec()
}

#[test]
fn garbage_gets_an_error_and_the_socket_stays_open() {
    let app = fast().start();
    let (_, talk) = app.small_world();
    let mut ws = app.following(&talk.enterprise.http, &talk.id);
    let id = talk.id.as_str();
    for (text, status, pointers) in bad_frames(id) {
        let answer = refused(&mut ws, &text);
        let problem = &answer["problem"];
        let found: Vec<_> =
            problem["errors"].as_array().into_iter().flatten().map(|e| e["pointer"].clone()).collect();
        assert_eq!(problem["status"], status, "{text}: {answer}");
        assert_eq!(found, pointers, "{text}: {answer}");
    }
    for (n, message) in
        [Message::binary(vec![0, 159, 146, 150]), Message::binary(Vec::new())].into_iter().enumerate()
    {
        ws.send_raw(message);
        assert_eq!(ws.wait_ev("error")["problem"]["code"], "bad_frame", "binary {n}");
    }
    let mut parts = frame(2, false, b"{");
    parts.extend(frame(0, true, b"}"));
    ws.stream().write_all(&parts).unwrap();
    assert_eq!(ws.wait_ev("error")["problem"]["code"], "bad_frame", "binary in parts");
    ws.send_raw(Message::Ping(vec![1, 2, 3].into()));
    assert_eq!(ws.say_acknowledged(id, "talk", "still here"), 1);
    assert_eq!(log(&app, id, "talk").len(), 1);
}

#[test]
fn the_answer_to_a_bad_frame_has_its_ref_and_the_callers_language() {
    let app = fast().start();
    let officer = app.admin("officer", "440000");
    let mut ws = app.ws(&officer);
    for reference in [json!("a"), json!(17), json!({ "n": [1] })] {
        ws.send(&json!({ "op": "fly", "ref": reference }));
        let answer = ws.wait_ev("error");
        assert_eq!(answer["ref"], reference);
        assert!(!answer["problem"]["detail"].as_str().unwrap().is_ascii(), "Chinese by default");
    }
}

#[test]
fn split_frames_and_fragments_are_reassembled() {
    let app = fast().start();
    let (_, talk) = app.small_world();
    let mut ws = app.following(&talk.enterprise.http, &talk.id);
    let id = talk.id.as_str();
    let whole = |client_id: Uuid, body: &str| {
        let frame = crate::support::ws::send_frame(id, "talk", client_id, body);
        frame.to_string().into_bytes()
    };
    // One frame, byte by byte.
    let first = Uuid::new_v4();
    for byte in frame(1, true, &whole(first, "逐字节")) {
        ws.stream().write_all(&[byte]).unwrap();
    }
    assert_eq!(ws.wait_ev("ack")["client_id"], json!(first));
    // One message in three frames, cut inside a character, with a ping between.
    let second = Uuid::new_v4();
    let bytes = whole(second, "分段");
    let cut = bytes.iter().position(|byte| *byte == 0xe5).unwrap() + 1;
    let mut parts = frame(1, false, &bytes[..cut]);
    parts.extend(frame(9, true, b"between"));
    parts.extend(frame(0, false, &bytes[cut..cut + 2]));
    parts.extend(frame(0, true, &bytes[cut + 2..]));
    ws.stream().write_all(&parts).unwrap();
    assert_eq!(ws.wait_ev("ack")["client_id"], json!(second));
    let stored: Vec<_> = log(&app, id, "talk").into_iter().map(|(.., body)| body).collect();
    assert_eq!(stored, ["逐字节", "分段"]);
}

#[test]
fn a_protocol_error_closes_only_its_own_socket() {
    let app = fast().start();
    let (_, talk) = app.small_world();
    let most = app.app.settings().section::<ChatSettings>().max_frame_bytes;
    let mut other = app.following(&talk.expert.http, &talk.id);
    let with = |bytes: &[u8]| {
        let mut ws = app.ws(&talk.enterprise.http);
        let _ = ws.stream().write_all(bytes);
        ws.closed()
    };
    assert_eq!(with(&frame(1, true, &vec![b' '; most + 1])), 1009, "one frame too large");
    let mut parts = frame(1, false, &vec![b' '; most]);
    parts.extend(frame(0, true, b" "));
    assert_eq!(with(&parts), 1009, "too large in parts");
    // The server does not wait for the terabyte that a header announces.
    let mut head = vec![0x81, 0xff];
    head.extend((1_u64 << 40).to_be_bytes());
    assert_eq!(with(&head), 1009, "too large by its head");
    assert_eq!(with(&frame(1, true, &[0xff, 0xfe])), 1007, "not UTF-8");
    parts = frame(1, false, b"\xe5");
    parts.extend(frame(0, true, b"x"));
    assert_eq!(with(&parts), 1007, "not UTF-8 once put together");
    assert_eq!(with(&frame(0, true, b"x")), 1002, "a part of nothing");
    assert_eq!(with(&frame(3, true, b"x")), 1002, "an opcode of the future");
    assert_eq!(other.say_acknowledged(&talk.id, "talk", "not my fault"), 1);
    // A frame of exactly the limit is accepted.
    let mut ws = app.ws(&talk.enterprise.http);
    ws.stream().write_all(&frame(1, true, &vec![b' '; most])).unwrap();
    assert_eq!(ws.wait_ev("error")["problem"]["status"], 400);
}

#[test]
fn the_longest_message_is_taken_however_it_is_escaped() {
    let app = fast().start();
    let (_, talk) = app.small_world();
    let most = app.app.settings().section::<ChatSettings>().max_body_chars;
    let mut ws = app.following(&talk.enterprise.http, &talk.id);
    let mut send = |count: usize| {
        let (id, body) = (Uuid::new_v4(), r"\ud83d\ude00".repeat(count));
        let head = format!(r#"{{"op":"send","ref":1,"consultation":"{}","client_id":"{id}""#, talk.id);
        let text = format!(r#"{head},"body":"{body}"}}"#);
        ws.stream().write_all(&frame(1, true, text.as_bytes())).unwrap();
        if count > most { ws.wait_ev("error") } else { ws.wait_ev("ack") }
    };
    assert_eq!(send(most)["seq"], 1);
    assert_eq!(send(most + 1)["problem"]["errors"][0]["pointer"], "/body");
}

#[test]
fn too_many_frames_close_the_socket_with_4009() {
    let app = TestApp::builder().settings(|s| s.edit::<ChatSettings>().frames_per_second = 1).start();
    let officer = app.admin("officer", "440000");
    let mut ws = app.ws(&officer);
    // The client gets the close code, however much it has still sent.
    for _ in 0..2_000 {
        ws.try_send(&json!({ "op": "fly" }));
    }
    assert_eq!(ws.closed(), 4009);
}

#[test]
fn too_many_subscriptions_are_refused() {
    let app = TestApp::builder().settings(|s| s.edit::<ChatSettings>().subscriptions_per_socket = 1).start();
    let (officer, talk) = app.small_world();
    let mut ws = app.following(&officer, &talk.id);
    ws.send(&json!({ "op": "subscribe", "ref": 1, "consultation": Uuid::new_v4() }));
    assert_eq!(ws.wait_ev("error")["problem"]["code"], "too_many_subscriptions");
    ws.subscribe(&talk.id, 0, 0);
}
