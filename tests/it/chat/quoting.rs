//! A message may quote an earlier one of its stream, by its number.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::people::Talk;
use crate::support::ws::send_frame;
use crate::support::{Http, TestApp, Ws};

const SECRET: &str = "不该说的配方";

fn path(talk: &Talk, what: &str) -> String {
    format!("/api/v1/consultations/{}/{what}", talk.id)
}

fn quoting(stream: &str, body: &str, reply_to: &Value) -> Value {
    json!({ "stream": stream, "client_id": Uuid::new_v4(), "body": body, "reply_to": reply_to })
}

fn say(who: &Http, talk: &Talk, stream: &str, body: &str, reply_to: &Value) -> i64 {
    let said = quoting(stream, body, reply_to);
    who.post(&path(talk, "messages"), &said).expect(201)["seq"].as_i64().unwrap()
}

/// Sends by the socket; gives the answer.
fn send(ws: &mut Ws, talk: &Talk, client_id: Uuid, stream: &str, reply_to: &Value) -> Value {
    let mut frame = send_frame(&talk.id, stream, client_id, "回复");
    frame["reply_to"] = reply_to.clone();
    ws.send(&frame);
    ws.wait(|v| v["ref"] == client_id.to_string())
}

fn fault(problem: &Value) -> (i64, String) {
    let pointer = problem["errors"][0]["pointer"].as_str().unwrap_or_default();
    (problem["status"].as_i64().unwrap(), pointer.to_owned())
}

#[test]
fn a_quote_is_shown_wherever_the_message_is() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (expert, factory) = (&talk.expert.http, &talk.enterprise.http);
    assert_eq!(say(factory, &talk, "talk", "横肋间距\n偏大，怎么办？", &Value::Null), 1);
    let mut screen = app.following(factory, &talk.id);
    screen.messages_to(&talk.id, "talk", 1);
    let (mut ws, by_socket) = (app.ws(expert), Uuid::new_v4());
    assert_eq!(send(&mut ws, &talk, by_socket, "talk", &json!(1))["seq"], 2);
    assert_eq!(say(factory, &talk, "talk", "再问", &json!(2)), 3);
    assert_eq!(say(factory, &talk, "talk", "没有引用", &Value::Null), 4);
    let frames = screen.messages_to(&talk.id, "talk", 4);
    let quoted: Vec<_> = frames.iter().map(|frame| frame["reply_to"].clone()).collect();
    assert_eq!(quoted, [json!(1), json!(2), Value::Null]);
    for who in [expert, factory, &officer] {
        let log = who.get(&path(&talk, "messages")).expect(200);
        let quoted: Vec<_> = log["items"].as_array().unwrap().iter().map(|m| m["reply_to"].clone()).collect();
        assert_eq!(quoted, [Value::Null, json!(1), json!(2), Value::Null]);
        // Who resumes from the beginning reads the same.
        let again = app.following(who, &talk.id).messages_to(&talk.id, "talk", 4);
        assert_eq!(again[1]["reply_to"], 1);
        let record = who.get(&path(&talk, "transcript?format=text")).text;
        assert!(
            record.contains("引用第 1 条") && record.contains("横肋间距 偏大，怎么办？\n回复"),
            "{record}"
        );
        let page = who.get(&path(&talk, "transcript?format=html&lang=en")).text;
        assert!(page.contains("quotes 1, ") && page.contains("quotes 2, "), "{page}");
        let talked: Value =
            serde_json::from_str(&who.get(&path(&talk, "transcript?format=json")).text).unwrap();
        assert_eq!(talked["talk"][2]["reply_to"], 2);
        let shown = who.get(&format!("/consultations/{}", talk.id)).text;
        assert!(
            shown.contains("href=\"#talk-1\"")
                && shown.contains("<span class=\"words\">横肋间距 偏大，怎么办？</span>")
        );
    }
    // Taken back: it is quoted without its words.
    let seq = say(factory, &talk, "talk", SECRET, &Value::Null);
    say(expert, &talk, "talk", "收到", &json!(seq));
    factory.act(&path(&talk, &format!("messages/{seq}/retract"))).expect(204);
    for who in [expert, factory] {
        let page = who.get(&format!("/consultations/{}", talk.id)).text;
        assert!(page.contains("<span class=\"words\">消息已撤回</span>") && !page.contains(SECRET));
        for format in ["html", "text", "json"] {
            assert!(!who.get(&path(&talk, &format!("transcript?format={format}"))).text.contains(SECRET));
        }
    }
}

#[test]
fn only_an_earlier_message_of_the_same_stream_is_quoted() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let (expert, factory) = (&talk.expert.http, &talk.enterprise.http);
    say(expert, &talk, "talk", "一", &Value::Null);
    for body in ["甲", "乙", "丙"] {
        say(expert, &talk, "notes", body, &Value::Null);
    }
    let mut ws = app.ws(expert);
    // Three is a number of the notes alone, two that of this very message.
    for wrong in [json!(0), json!(-1), json!(2), json!(3), json!(i64::MAX)] {
        let refused = expert.post(&path(&talk, "messages"), &quoting("talk", "x", &wrong)).problem();
        assert_eq!(fault(&refused), (422, "/reply_to".to_owned()), "{wrong}");
        let refused = send(&mut ws, &talk, Uuid::new_v4(), "talk", &wrong);
        assert_eq!(fault(&refused["problem"]), (422, "/reply_to".to_owned()), "{wrong}");
    }
    let not_a_number = send(&mut ws, &talk, Uuid::new_v4(), "talk", &json!("1"));
    assert_eq!(fault(&not_a_number["problem"]), (400, "/reply_to".to_owned()));
    // Whoever may not see a stream learns nothing of its numbers.
    let hidden = factory.post(&path(&talk, "messages"), &quoting("notes", "x", &json!(99)));
    assert_eq!(hidden.status, 404);
    assert_eq!(say(expert, &talk, "talk", "二", &json!(1)), 2, "what was refused took no number");
    assert_eq!(say(expert, &talk, "notes", "丁", &json!(3)), 4);
}

#[test]
fn a_repeated_message_quotes_the_same_one() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let expert = &talk.expert.http;
    say(expert, &talk, "talk", "一", &Value::Null);
    say(expert, &talk, "talk", "二", &Value::Null);
    let (mut ws, client_id) = (app.ws(expert), Uuid::new_v4());
    let first = send(&mut ws, &talk, client_id, "talk", &json!(1));
    assert_eq!((&first["seq"], &first["duplicate"]), (&json!(3), &json!(false)));
    let again = send(&mut ws, &talk, client_id, "talk", &json!(1));
    assert_eq!((&again["seq"], &again["duplicate"]), (&json!(3), &json!(true)));
    for other in [json!(2), Value::Null, json!(99)] {
        let refused = send(&mut ws, &talk, client_id, "talk", &other);
        assert_eq!(refused["problem"]["code"], "client_id_reused", "{other}");
    }
}

#[test]
fn a_draft_keeps_its_quote() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let expert = &talk.expert.http;
    say(expert, &talk, "talk", "一", &Value::Null);
    let keep = |reply_to: Value| {
        expert.json(
            "PUT",
            &path(&talk, "draft"),
            &json!({ "stream": "talk", "body": "半句", "reply_to": reply_to }),
        )
    };
    keep(json!(1)).expect(204);
    assert_eq!(expert.get(&path(&talk, "draft")).expect(200)["talk"]["reply_to"], 1);
    for wrong in [json!(0), json!(2)] {
        assert_eq!(fault(&keep(wrong).problem()), (422, "/reply_to".to_owned()));
    }
    keep(Value::Null).expect(204);
    assert_eq!(expert.get(&path(&talk, "draft")).expect(200)["talk"]["reply_to"], Value::Null);
}

#[test]
fn who_was_away_learns_what_was_taken_back() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let (expert, factory) = (&talk.expert.http, &talk.enterprise.http);
    say(factory, &talk, "talk", "一", &Value::Null);
    say(factory, &talk, "talk", SECRET, &Value::Null);
    say(expert, &talk, "notes", "内部的", &Value::Null);
    let retract = |who: &Http, stream: &str, seq: i64| {
        who.act(&path(&talk, &format!("messages/{seq}/retract?stream={stream}"))).expect(204);
    };
    retract(factory, "talk", 2);
    retract(expert, "notes", 1);
    let gone = |who: &Http, talk_seq: i64, notes: i64| {
        let mut ws = app.ws(who);
        ws.subscribe(&talk.id, talk_seq, notes);
        let frames = ws.frames_so_far();
        let gone = frames.iter().filter(|frame| frame["ev"] == "retracted");
        gone.map(|frame| (frame["stream"].as_str().unwrap().to_owned(), frame["seq"].as_i64().unwrap()))
            .collect::<Vec<_>>()
    };
    let (of_talk, of_notes) = (("talk".to_owned(), 2), ("notes".to_owned(), 1));
    assert_eq!(gone(expert, 2, 1), [of_talk.clone(), of_notes]);
    assert_eq!(gone(factory, 2, 1), std::slice::from_ref(&of_talk), "an enterprise hears nothing of notes");
    assert_eq!(gone(factory, 99, 0), [of_talk], "whatever it claims to have");
    assert_eq!(gone(factory, 1, 0), [], "that one it reads in the log");
    assert_eq!(gone(factory, 0, 0), []);
    // It was known to whoever has what was said long after it.
    app.clock.advance(chrono::Duration::hours(1));
    let factory = &app.http().log_in("enterprise-1", crate::support::people::PASSWORD);
    say(factory, &talk, "talk", "三", &Value::Null);
    assert_eq!(gone(factory, 3, 0), []);
}
