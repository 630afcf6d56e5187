//! Several servers: messages arrive at once with NATS, and within a second through the log without it.

use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;
use zerodesk::chat::settings::ChatSettings;

use super::{entry, fast, log};
use crate::support::people::{PASSWORD, Talk};
use crate::support::ws::Received;
use crate::support::{Http, NatsServer, TestApp, Ws};

/// The time within which everything must arrive without NATS.
const SOON: Duration = Duration::from_secs(2);

/// Another server with the same settings, connected to NATS.
fn another_server(app: &TestApp) -> TestApp {
    let other = app.another().start();
    wait_connected(&other);
    other
}

fn wait_connected(app: &TestApp) {
    app.metric_becomes("zerodesk_fanout_connected", |n| n == 1.0);
}

fn caller_at(app: &TestApp, who: &Http) -> Http {
    who.at(&app.url)
}

fn is_message(seq: i64) -> impl Fn(&Value) -> bool {
    move |v| v["ev"] == "message" && v["seq"] == seq
}

#[test]
fn participants_on_three_servers_share_a_conversation() {
    let nats = NatsServer::start();
    let one = fast().nats(&nats.url()).start();
    wait_connected(&one);
    let (officer, talk) = one.small_world();
    let (two, three) = (another_server(&one), another_server(&one));
    let id = talk.id.as_str();
    let mut factory = one.following(&talk.enterprise.http, id);
    let mut expert = two.following(&talk.expert.http, id);
    let mut watcher = three.following(&officer, id);
    for n in 1..=20 {
        let (who, others) =
            if n % 2 == 1 { (&mut factory, &mut expert) } else { (&mut expert, &mut factory) };
        assert_eq!(who.say_acknowledged(id, "talk", &format!("message {n}")), n);
        for ws in [&mut *others, &mut watcher] {
            ws.wait(is_message(n));
        }
    }
    assert_eq!(watcher.say_acknowledged(id, "notes", "between us"), 1);
    assert_eq!(expert.wait(|v| v["stream"] == "notes")["body"], "between us");
    assert!(one.metric("zerodesk_fanout_heard") > 0.0 && one.metric("zerodesk_fanout_sent") > 0.0);

    // Typing, marks of reading and presence: who, where, up to which number.
    factory.send(&json!({ "op": "typing", "consultation": id }));
    let typing = expert.wait_ev("typing");
    assert_eq!((&typing["consultation"], &typing["user"]["role"]), (&json!(id), &json!("enterprise")));
    expert.send(&json!({ "op": "read", "consultation": id, "stream": "talk", "seq": 19 }));
    let read = factory.wait_ev("read");
    assert_eq!(
        (&read["consultation"], &read["stream"], &read["seq"]),
        (&json!(id), &json!("talk"), &json!(19))
    );
    expert.send(&json!({ "op": "read", "consultation": id, "stream": "notes", "seq": 1 }));
    watcher.wait(|v| v["ev"] == "read" && v["stream"] == "notes");
    expert.send(&json!({ "op": "presence", "state": "away" }));
    for ws in [&mut factory, &mut watcher] {
        let presence = ws.wait_ev("presence");
        assert_eq!((&presence["consultation"], &presence["state"]), (&json!(id), &json!("away")));
        assert_eq!(presence["user"]["name"], json!(talk.expert.name));
    }

    // Logged out at one, closed at the other; the other log-in stays.
    let again = caller_at(&two, &talk.enterprise.http).log_in("enterprise-1", PASSWORD);
    let mut elsewhere = two.following(&again, id);
    assert_eq!(caller_at(&three, &talk.enterprise.http).act("/api/v1/auth/logout").status, 204);
    assert_eq!(factory.closed(), 4001);
    // Concluded at the third server, reported at all.
    let path = format!("/api/v1/consultations/{id}/conclude");
    caller_at(&three, &talk.expert.http).post(&path, &json!({ "conclusion": "done" })).expect(200);
    for ws in [&mut elsewhere, &mut expert, &mut watcher] {
        assert_eq!(ws.wait_ev("consultation")["status"], "concluded");
    }
    let heard = elsewhere.frames_so_far();
    assert!(heard.iter().all(|v| v["stream"] != "notes"), "{heard:?}");
}

#[test]
fn handing_over_on_one_server_ends_access_on_another() {
    let nats = NatsServer::start();
    let one = fast().nats(&nats.url()).start();
    wait_connected(&one);
    let (officer, talk) = one.small_world();
    let two = another_server(&one);
    let id = talk.id.as_str();
    let next = one.approved_expert(&officer, "expert-2", "K0101");
    let mut factory = one.following(&talk.enterprise.http, id);
    let (mut first, mut second) = (two.following(&talk.expert.http, id), two.ws(&next.http));
    hand_over(&one, &talk, &next.id);
    assert_eq!(factory.say_acknowledged(id, "talk", "after"), 1);
    assert_eq!(first.wait_ev("unsubscribed")["consultation"], json!(id));
    let offer = second.wait_ev("offer");
    assert_eq!(offer["consultation"], json!(id));
    // Connected to another server, the expert has three minutes and not a day.
    let until: chrono::DateTime<chrono::Utc> = offer["until"].as_str().unwrap().parse().unwrap();
    assert_eq!((until - one.now()).num_seconds(), 180);
    assert!(first.frames_so_far().iter().all(|v| v["ev"] != "message"));
}

fn hand_over(app: &TestApp, talk: &Talk, next: &str) {
    let path = format!("/api/v1/consultations/{}/transfer", talk.id);
    let body = json!({ "expert": next, "reason": "another specialty" });
    assert_eq!(caller_at(app, &talk.expert.http).post(&path, &body).status, 204);
}

/// Waits for what must come soon after `since`.
#[track_caller]
fn wait_soon(since: Instant, what: &str, ws: &mut Ws, fits: impl Fn(&Value) -> bool) -> Value {
    let frame = ws.wait(fits);
    assert!(since.elapsed() < SOON, "{what} took {:?}", since.elapsed());
    frame
}

#[test]
fn without_nats_everything_arrives_within_two_seconds() {
    let one = fast().start();
    let (officer, talk) = one.small_world();
    let two = one.another().start();
    let id = talk.id.as_str();
    let next = one.approved_expert(&officer, "expert-2", "K0101");
    let mut factory = one.following(&talk.enterprise.http, id);
    let (mut expert, mut successor) = (two.following(&talk.expert.http, id), two.ws(&next.http));
    let mut leaving = two.following(&talk.enterprise.http, id);
    for n in 1..=3 {
        factory.say_acknowledged(id, "talk", "by the log");
        wait_soon(Instant::now(), "a message", &mut expert, is_message(n));
    }
    expert.send(&json!({ "op": "read", "consultation": id, "stream": "talk", "seq": 3 }));
    wait_soon(Instant::now(), "a mark of reading", &mut factory, |v| v["ev"] == "read" && v["seq"] == 3);
    expert.send(&json!({ "op": "presence", "state": "online" }));
    wait_soon(Instant::now(), "presence", &mut factory, |v| v["ev"] == "presence" && v["state"] == "online");
    factory.send(&json!({ "op": "typing", "consultation": id }));
    wait_soon(Instant::now(), "typing", &mut expert, |v| {
        v["ev"] == "typing" && v["user"]["role"] == "enterprise"
    });
    // A later subscriber sees it, too.
    let mut late = one.following(&officer, id);
    assert_eq!(late.wait_ev("presence")["state"], "online");
    let since = Instant::now();
    assert_eq!(talk.enterprise.http.act("/api/v1/auth/logout").status, 204);
    assert_eq!(leaving.closed(), 4001);
    assert!(since.elapsed() < SOON);
    let since = Instant::now();
    hand_over(&one, &talk, &next.id);
    wait_soon(since, "an offer", &mut successor, |v| v["ev"] == "offer");
    wait_soon(since, "a removal", &mut expert, |v| v["ev"] == "unsubscribed");
    wait_soon(since, "a change", &mut late, |v| v["ev"] == "consultation" && v["status"] == "offered");
    // An expert whose connection breaks is offline for the others.
    caller_at(&one, &next.http).act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
    successor.send(&json!({ "op": "presence", "state": "away" }));
    late.wait(|v| v["ev"] == "presence" && v["state"] == "away");
    let since = Instant::now();
    successor.disconnect();
    wait_soon(since, "an absence", &mut late, |v| v["ev"] == "presence" && v["state"] == "offline");
}

#[test]
fn nats_may_be_unavailable_at_the_start_and_later() {
    let mut nats = NatsServer::not_running();
    let one = fast().nats(&nats.url()).start();
    let (_, talk) = one.small_world();
    let two = one.another().start();
    let id = talk.id.as_str();
    let mut factory = one.following(&talk.enterprise.http, id);
    let mut expert = two.following(&talk.expert.http, id);
    let mut n = 0;
    for _ in 0..2 {
        // Without NATS: through the log, and the server stays ready.
        for _ in 0..3 {
            n += 1;
            assert_eq!(factory.say_acknowledged(id, "talk", "without"), n);
            wait_soon(Instant::now(), "a message without NATS", &mut expert, is_message(n));
        }
        assert_eq!(one.http().get("/readyz").status, 200);
        assert_eq!(one.metric("zerodesk_fanout_connected"), 0.0);
        nats.run();
        [&one, &two].into_iter().for_each(wait_connected);
        // With NATS again, without a restart. A check of the log would not have found it yet.
        let by_nats = two.metric("zerodesk_fanout_heard");
        let lost = two.metric("zerodesk_fanout_caught_up");
        n += 1;
        assert_eq!(factory.say_acknowledged(id, "talk", "with"), n);
        expert.wait(is_message(n));
        assert!(two.metric("zerodesk_fanout_heard") > by_nats);
        assert_eq!(two.metric("zerodesk_fanout_caught_up"), lost);
        nats.stop();
        for app in [&one, &two] {
            app.metric_becomes("zerodesk_fanout_connected", |n| n == 0.0);
        }
    }
    let seen: Vec<_> = expert.frames_so_far();
    assert!(seen.iter().all(|v| v["ev"] != "message"), "nothing came twice: {seen:?}");
}

#[test]
fn installations_that_share_a_nats_are_isolated() {
    let nats = NatsServer::start();
    let (one, stranger) = (fast().nats(&nats.url()).start(), fast().nats(&nats.url()).start());
    [&one, &stranger].into_iter().for_each(wait_connected);
    let (_, talk) = one.small_world();
    let two = another_server(&one);
    let mut factory = one.following(&talk.enterprise.http, &talk.id);
    let mut expert = two.following(&talk.expert.http, &talk.id);
    factory.say_acknowledged(&talk.id, "talk", "among us");
    expert.wait(is_message(1));
    assert!(two.metric("zerodesk_fanout_heard") > 0.0);
    assert_eq!(stranger.metric("zerodesk_fanout_heard"), 0.0);
}

#[test]
fn a_message_too_large_for_nats_is_read_from_the_log() {
    let nats = NatsServer::start();
    let one = fast()
        .nats(&nats.url())
        .settings(|s| {
            s.edit::<ChatSettings>().max_body_chars = 1_000_000;
            s.edit::<ChatSettings>().max_frame_bytes = 4_000_000;
            s.edit::<ChatSettings>().session_queue_bytes = 8_000_000;
        })
        .start();
    wait_connected(&one);
    let (_, talk) = one.small_world();
    let two = another_server(&one);
    let id = talk.id.as_str();
    let mut factory = one.following(&talk.enterprise.http, id);
    let mut expert = two.following(&talk.expert.http, id);
    // nats-server takes a mebibyte by default.
    for body in ["长".repeat(500_000), "short".to_owned()] {
        factory.say(id, "talk", Uuid::new_v4(), &body);
    }
    let seen: Vec<_> = expert.messages_to(id, "talk", 2).iter().map(entry).collect();
    assert!(seen == log(&one, id, "talk"));
}

#[test]
fn experts_on_a_server_that_ends_are_offline_for_the_others() {
    let one = fast().start();
    let (_, talk) = one.small_world();
    let mut two = one.another().start();
    let id = talk.id.as_str();
    let mut factory = one.following(&talk.enterprise.http, id);
    let mut expert = two.ws(&talk.expert.http);
    expert.send(&json!({ "op": "presence", "state": "online" }));
    assert_eq!(factory.wait_ev("presence")["state"], "online");
    two.stop();
    assert_eq!(factory.wait_ev("presence")["state"], "offline");
}

#[test]
fn the_frames_of_a_user_are_counted_over_all_sockets() {
    let app = TestApp::builder().settings(|s| s.edit::<ChatSettings>().frames_per_second = 1).start();
    let officer = app.admin("officer", "440000");
    let mut sockets = [app.ws(&officer), app.ws(&officer), app.ws(&officer)];
    // Each socket alone says a few only; all together say more than the account may.
    for _ in 0..12 {
        for ws in &mut sockets {
            ws.try_send(&json!({ "op": "fly" }));
        }
    }
    // Which of them is closed is not specified.
    let ends = sockets.each_mut().map(|ws| {
        loop {
            match ws.poll(Duration::from_millis(300)) {
                Some(Received::Frame(_)) => {}
                other => break other,
            }
        }
    });
    assert!(ends.contains(&Some(Received::Closed(4009))), "{ends:?}");
    // Another user is not concerned.
    let other = app.admin("officer-2", "440000");
    app.ws(&other).frames_so_far();
}
