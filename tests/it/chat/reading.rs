//! How far one has read, noted without a socket.

use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;
use zerodesk::chat::settings::{FanoutKind, FanoutSettings};

use super::fast;
use crate::support::{Http, PATIENCE};

fn unread(who: &Http) -> Vec<Value> {
    let list = who.get("/api/v1/consultations?unread=true").expect(200);
    list["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect()
}

#[test]
fn a_client_without_a_socket_marks_what_it_has_read() {
    let app = fast().start();
    let (_, talk) = app.small_world();
    let (id, enterprise) = (talk.id.as_str(), &talk.enterprise.http);
    let path = format!("/api/v1/consultations/{id}/read");
    let mut expert = app.following(&talk.expert.http, id);
    for body in ["one", "two", "three"] {
        expert.say_acknowledged(id, "talk", body);
    }
    assert_eq!(unread(enterprise), [json!(id)]);

    // The other windows of the reader, the other people, and those at other servers hear of it.
    let beside = app.another().settings(|s| s.edit::<FanoutSettings>().fanout = FanoutKind::Local).start();
    let mut window = app.following(enterprise, id);
    let mut elsewhere = beside.following(&talk.expert.http, id);
    // A server tells others once it has seen that there are some.
    let end = Instant::now() + PATIENCE;
    while elsewhere.frames_so_far().iter().all(|v| v["ev"] != "typing") {
        assert!(Instant::now() < end, "nothing comes from the other server");
        window.send(&json!({ "op": "typing", "consultation": id }));
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(enterprise.json("PUT", &path, &json!({ "stream": "talk", "seq": 2 })).status, 204);
    for ws in [&mut window, &mut expert, &mut elsewhere] {
        let mark = ws.wait_ev("read");
        assert_eq!((&mark["stream"], &mark["seq"]), (&json!("talk"), &json!(2)), "{mark}");
    }
    assert_eq!(unread(enterprise), [json!(id)], "one is left");
    assert_eq!(enterprise.json("PUT", &path, &json!({ "stream": "talk", "seq": 3 })).status, 204);
    assert_eq!(unread(enterprise), [] as [Value; 0]);

    // It never goes back, and nobody hears of what does not move.
    window.wait(|v| v["ev"] == "read" && v["seq"] == 3);
    assert_eq!(enterprise.json("PUT", &path, &json!({ "stream": "talk", "seq": 1 })).status, 204);
    assert_eq!(unread(enterprise), [] as [Value; 0]);
    assert!(window.frames_so_far().iter().all(|v| v["ev"] != "read"));
}

#[test]
fn a_mark_beyond_what_one_may_see_is_refused() {
    let app = fast().start();
    let (officer, talk) = app.small_world();
    let (id, enterprise) = (talk.id.as_str(), &talk.enterprise.http);
    let path = format!("/api/v1/consultations/{id}/read");
    let mut expert = app.following(&talk.expert.http, id);
    expert.say_acknowledged(id, "talk", "in the open");
    expert.say_acknowledged(id, "notes", "a secret");
    for seq in [2, 0, -1] {
        let refused = enterprise.json("PUT", &path, &json!({ "stream": "talk", "seq": seq })).expect(422);
        assert_eq!(refused["errors"][0]["pointer"], "/seq", "{refused}");
    }
    // What is hidden looks like what is not there, whatever the number.
    for seq in [1, 9] {
        let notes = json!({ "stream": "notes", "seq": seq });
        assert_eq!(enterprise.json("PUT", &path, &notes).refusal().0, 404);
    }
    let stranger = app.claimed_enterprise(7, "440300", "K0101").http;
    assert_eq!(stranger.json("PUT", &path, &json!({ "stream": "talk", "seq": 1 })).refusal().0, 404);

    // Who looks on marks for itself, and the enterprise hears nothing of it.
    let mut factory = app.following(enterprise, id);
    assert_eq!(officer.json("PUT", &path, &json!({ "stream": "talk", "seq": 1 })).status, 204);
    assert_eq!(officer.json("PUT", &path, &json!({ "stream": "notes", "seq": 1 })).status, 204);
    expert.wait(|v| v["ev"] == "read" && v["stream"] == "notes");
    assert_eq!(expert.say_acknowledged(id, "talk", "afterwards"), 2);
    factory.wait(|v| v["ev"] == "message" && v["seq"] == 2);
    assert!(factory.frames_so_far().iter().all(|v| v["ev"] != "read"));
}

#[test]
fn who_posts_a_message_has_read_what_is_before_it() {
    let app = fast().start();
    let (_, talk) = app.small_world();
    let (id, enterprise) = (talk.id.as_str(), &talk.enterprise.http);
    let path = format!("/api/v1/consultations/{id}/messages");
    let mut expert = app.following(&talk.expert.http, id);
    expert.say_acknowledged(id, "talk", "a question");
    assert_eq!(unread(enterprise), [json!(id)]);
    let answer = json!({ "client_id": Uuid::new_v4(), "body": "an answer" });
    assert_eq!(enterprise.post(&path, &answer).expect(201)["seq"], 2);
    assert_eq!(unread(enterprise), [] as [Value; 0]);
    assert_eq!(expert.wait_ev("read")["seq"], 2);
    expert.say_acknowledged(id, "talk", "one more");
    assert_eq!(enterprise.post(&path, &answer).expect(200)["duplicate"], true);
    assert_eq!(unread(enterprise), [json!(id)], "a repetition marks no more than the first one");
}
