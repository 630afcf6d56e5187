//! The internal notes never reach the enterprise, and a removed participant receives no more messages.

use serde_json::{Value, json};
use uuid::Uuid;

use diesel::prelude::*;
use zerodesk::chat::settings::{FanoutKind, FanoutSettings};
use zerodesk::db::schema::enterprise;

use super::{entry, fast, log};
use crate::support::people::text;

#[test]
fn notes_are_hidden_from_the_enterprise_everywhere() {
    let app = fast().start();
    let (officer, talk) = app.small_world();
    let id = talk.id.as_str();
    let enterprise = &talk.enterprise.http;
    let mut factory = app.following(enterprise, id);
    let mut expert = app.following(&talk.expert.http, id);
    let mut watcher = app.following(&officer, id);

    assert_eq!(expert.say_acknowledged(id, "notes", "a secret of the experts"), 1);
    assert_eq!(watcher.say_acknowledged(id, "notes", "a secret of the officer"), 2);
    watcher.wait(|v| v["seq"] == 1 && v["stream"] == "notes");
    expert.wait(|v| v["seq"] == 2 && v["stream"] == "notes");
    expert.send(&json!({ "op": "read", "consultation": id, "stream": "notes", "seq": 2 }));
    watcher.wait_ev("read");
    assert_eq!(expert.say_acknowledged(id, "talk", "in the open"), 1);
    factory.wait(|v| v["ev"] == "message" && v["stream"] == "talk");
    let heard = factory.frames_so_far();
    assert!(heard.is_empty(), "the enterprise received more than the talk: {heard:?}");

    // It can neither read, nor write, nor mark as read what it may not know of.
    for (n, frame) in [
        json!({ "op": "send", "stream": "notes", "client_id": Uuid::new_v4(), "body": "let me in" }),
        json!({ "op": "read", "stream": "notes", "seq": 1 }),
    ]
    .into_iter()
    .enumerate()
    {
        let mut frame = frame;
        frame["ref"] = json!(n);
        frame["consultation"] = json!(id);
        factory.send(&frame);
        let refused = factory.wait_ev("error");
        assert_eq!((&refused["ref"], &refused["problem"]["status"]), (&json!(n), &json!(404)), "{refused}");
    }
    let path = format!("/api/v1/consultations/{id}");
    let body = json!({ "stream": "notes", "client_id": Uuid::new_v4(), "body": "let me in" });
    assert_eq!(enterprise.post(&format!("{path}/messages"), &body).refusal().0, 404);
    assert_eq!(enterprise.get(&format!("{path}/messages?stream=notes")).refusal().0, 404);
    assert_eq!(log(&app, id, "notes").len(), 2);

    let standing = app.ws(enterprise).subscribe(id, 0, 7);
    assert_eq!(standing["last_seq"], json!({ "talk": 1 }));
    for path in [
        path.clone(),
        format!("{path}/messages"),
        format!("{path}/history"),
        format!("{path}/match"),
        "/api/v1/consultations".to_owned(),
        format!("/api/v1/remediation/cases/{}", talk.enterprise.case.as_deref().unwrap()),
    ] {
        let answer = enterprise.get(&path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.text.contains("notes") && !answer.text.contains("secret"), "{path}: {}", answer.text);
    }
    // Experts and officers do see them.
    for who in [&talk.expert.http, &officer] {
        let view = who.get(&path).expect(200);
        assert_eq!(view["last_seq"], json!({ "talk": 1, "notes": 2 }));
    }
}

#[test]
fn an_expert_who_hands_over_can_neither_read_nor_write() {
    let app = fast().start();
    let (officer, talk) = app.small_world();
    let id = talk.id.as_str();
    let next = app.approved_expert(&officer, "expert-2", "K0101");
    let mut factory = app.following(&talk.enterprise.http, id);
    let mut first = app.following(&talk.expert.http, id);
    factory.say_acknowledged(id, "talk", "before");
    first.say_acknowledged(id, "notes", "for my successor");
    first.wait(|v| v["ev"] == "message" && v["stream"] == "notes");
    first.wait(|v| v["ev"] == "message" && v["stream"] == "talk");
    assert_eq!(first.frames_so_far(), [] as [Value; 0]);

    let path = format!("/api/v1/consultations/{id}");
    let body = json!({ "expert": next.id, "reason": "another specialty" });
    assert_eq!(talk.expert.http.post(&format!("{path}/transfer"), &body).status, 204);
    let gone = first.wait_ev("unsubscribed");
    assert_eq!((&gone["consultation"], &gone["ref"]), (&json!(id), &Value::Null));
    assert_eq!(factory.say_acknowledged(id, "talk", "after"), 2);
    let heard = first.frames_so_far();
    assert!(heard.iter().all(|v| v["ev"] != "message"), "{heard:?}");
    first.say(id, "talk", Uuid::new_v4(), "me again");
    assert_eq!(first.wait_ev("error")["problem"]["status"], 404);
    first.send(&json!({ "op": "subscribe", "ref": "x", "consultation": id }));
    assert_eq!(first.wait_ev("error")["problem"]["status"], 404);
    for path in [path.clone(), format!("{path}/messages")] {
        assert_eq!(talk.expert.http.get(&path).refusal().0, 404);
    }

    // Who filled in a form meanwhile is told what has happened, and who never took part is not.
    let conclusion = json!({ "conclusion": "更换供应商" });
    let told = talk.expert.http.post(&format!("{path}/conclude"), &conclusion).problem();
    assert_eq!((&told["status"], &told["code"]), (&json!(404), &json!("not_found")));
    assert!(text(&told["detail"]).contains("未保存"), "{told}");
    let stranger = app.approved_expert(&officer, "expert-3", "K0102");
    let told = stranger.http.post(&format!("{path}/conclude"), &conclusion).problem();
    assert!(!text(&told["detail"]).contains("未保存"), "{told}");

    // To the next one it is only offered so far: to be seen, not to be written in.
    let mut second = app.following(&next.http, id);
    second.say(id, "talk", Uuid::new_v4(), "too early");
    assert_eq!(second.wait_ev("error")["problem"]["status"], 403);
    next.http.act(&format!("{path}/accept")).expect(200);
    assert_eq!(second.say_acknowledged(id, "talk", "my turn"), 3);
    let seen: Vec<_> = second.messages_to(id, "talk", 3).iter().map(entry).collect();
    assert_eq!(seen, log(&app, id, "talk"), "the successor has the whole talk");
    assert_eq!(text(&second.messages_to(id, "notes", 1)[0]["body"]), "for my successor");
    assert_eq!(log(&app, id, "talk").len(), 3, "what was refused is not in the log");
}

#[test]
fn a_participant_removed_on_one_server_receives_nothing_stored_by_another() {
    let app = fast().start();
    let (officer, talk) = app.small_world();
    let id = talk.id.as_str();
    let next = app.approved_expert(&officer, "expert-2", "K0101");
    // This server is not told of what happens at the other.
    let beside = app.another().settings(|s| s.edit::<FanoutSettings>().fanout = FanoutKind::Local).start();
    let mut factory = beside.following(&talk.enterprise.http, id);
    let mut expert = beside.following(&talk.expert.http, id);
    let mut watcher = beside.following(&officer, id);
    factory.say_acknowledged(id, "talk", "before");
    for ws in [&mut expert, &mut watcher] {
        assert_eq!(ws.wait_ev("message")["seq"], 1);
    }
    let body = json!({ "expert": next.id, "reason": "another specialty" });
    let path = format!("/api/v1/consultations/{id}/transfer");
    assert_eq!(talk.expert.http.post(&path, &body).status, 204);
    assert_eq!(factory.say_acknowledged(id, "talk", "after"), 2);
    assert_eq!(watcher.say_acknowledged(id, "notes", "of the successor"), 1);
    let gone = expert.wait_ev("unsubscribed");
    assert_eq!((&gone["consultation"], &gone["ref"]), (&json!(id), &Value::Null));
    let heard = expert.frames_so_far();
    assert!(heard.iter().all(|v| v["ev"] != "message"), "{heard:?}");
    // The remaining participants go on.
    assert_eq!(watcher.wait(|v| v["ev"] == "message" && v["stream"] == "talk")["seq"], 2);
    assert_eq!(factory.say_acknowledged(id, "talk", "on"), 3);
    assert_eq!(watcher.wait(|v| v["ev"] == "message" && v["stream"] == "talk")["seq"], 3);
}

#[test]
fn an_officer_receives_nothing_after_the_enterprise_leaves_the_region() {
    let app = fast().start();
    let (province, talk) = app.small_world();
    let id = talk.id.as_str();
    let city = app.admin("officer-of-guangzhou", "440100");
    let mut factory = app.following(&talk.enterprise.http, id);
    let (mut left, mut stays) = (app.following(&city, id), app.following(&province, id));
    factory.say_acknowledged(id, "talk", "before");
    left.wait_ev("message");
    // To Shenzhen, as an import of the list would.
    diesel::update(enterprise::table.find(talk.enterprise.id.parse::<Uuid>().unwrap()))
        .set(enterprise::region.eq("440305"))
        .execute(&mut *app.app.conn().unwrap())
        .unwrap();
    factory.say_acknowledged(id, "talk", "after");
    assert_eq!(left.wait_ev("unsubscribed")["consultation"], json!(id));
    assert!(left.frames_so_far().iter().all(|v| v["ev"] != "message"));
    stays.messages_to(id, "talk", 2);
}

#[test]
fn a_concluded_consultation_is_read_only() {
    let app = fast().start();
    let (_, talk) = app.small_world();
    let id = talk.id.as_str();
    let mut factory = app.following(&talk.enterprise.http, id);
    factory.say_acknowledged(id, "talk", "before the end");
    let conclusion = json!({ "conclusion": "done" });
    talk.expert.http.post(&format!("/api/v1/consultations/{id}/conclude"), &conclusion).expect(200);
    let change = factory.wait_ev("consultation");
    assert_eq!((&change["status"], &change["expert"]), (&json!("concluded"), &json!(talk.expert.name)));
    factory.say(id, "talk", Uuid::new_v4(), "one more thing");
    assert_eq!(factory.wait_ev("error")["problem"]["code"], "consultation_concluded");
    assert_eq!(app.following(&talk.expert.http, id).messages_to(id, "talk", 1).len(), 1);
}
