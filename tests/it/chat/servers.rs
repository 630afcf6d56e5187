//! Several servers: messages arrive at once with NATS, and within a second through the log without it.

use zerodesk::chat::settings::ChatSettings;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

use super::{entry, fast, log};
use crate::support::people::{PASSWORD, Talk};
use crate::support::ws::Came;
use crate::support::{Http, NatsServer, TestApp, Ws};

/// Within which everything must be there without NATS.
const SOON: Duration = Duration::from_secs(2);

/// Another server with the same settings that can be talked to by NATS.
fn beside(app: &TestApp) -> TestApp {
    let other = app.another().start();
    connected(&other);
    other
}

fn connected(app: &TestApp) {
    app.metric_becomes("zerodesk_fanout_connected", |n| n == 1.0);
}

fn here(app: &TestApp, who: &Http) -> Http {
    who.at(&app.url)
}

fn is_message(seq: i64) -> impl Fn(&Value) -> bool {
    move |v| v["ev"] == "message" && v["seq"] == seq
}

#[test]
fn three_on_three_servers_hold_a_conversation() {
    let nats = NatsServer::start();
    let one = fast().nats(&nats.url()).start();
    connected(&one);
    let (officer, talk) = one.small_world();
    let (two, three) = (beside(&one), beside(&one));
    let id = talk.id.as_str();
    let mut factory = one.following(&talk.enterprise.http, id);
    let mut expert = two.following(&talk.expert.http, id);
    let mut watcher = three.following(&officer, id);
    for n in 1..=20 {
        let (who, others) =
            if n % 2 == 1 { (&mut factory, &mut expert) } else { (&mut expert, &mut factory) };
        assert_eq!(who.said(id, "talk", &format!("message {n}")), n);
        for ws in [&mut *others, &mut watcher] {
            ws.wait(is_message(n));
        }
    }
    assert_eq!(watcher.said(id, "notes", "between us"), 1);
    assert_eq!(expert.wait(|v| v["stream"] == "notes")["body"], "between us");
    assert!(one.metric("zerodesk_fanout_heard") > 0.0 && one.metric("zerodesk_fanout_sent") > 0.0);

    // Who types, how far who has read, how the expert stands: who, where, up to which number.
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
    let again = here(&two, &talk.enterprise.http).log_in("enterprise-1", PASSWORD);
    let mut elsewhere = two.following(&again, id);
    assert_eq!(here(&three, &talk.enterprise.http).act("/api/v1/auth/logout").status, 204);
    assert_eq!(factory.closed(), 4001);
    // Concluded at the third server, reported at all.
    let path = format!("/api/v1/consultations/{id}/conclude");
    here(&three, &talk.expert.http).post(&path, &json!({ "conclusion": "done" })).expect(200);
    for ws in [&mut elsewhere, &mut expert, &mut watcher] {
        assert_eq!(ws.wait_ev("consultation")["status"], "concluded");
    }
    let heard = elsewhere.settled();
    assert!(heard.iter().all(|v| v["stream"] != "notes"), "{heard:?}");
}

#[test]
fn whoever_hands_over_on_one_server_hears_no_more_on_another() {
    let nats = NatsServer::start();
    let one = fast().nats(&nats.url()).start();
    connected(&one);
    let (officer, talk) = one.small_world();
    let two = beside(&one);
    let id = talk.id.as_str();
    let next = one.approved_expert(&officer, "expert-2", "K0101");
    let mut factory = one.following(&talk.enterprise.http, id);
    let (mut first, mut second) = (two.following(&talk.expert.http, id), two.ws(&next.http));
    hand_over(&one, &talk, &next.id);
    assert_eq!(factory.said(id, "talk", "after"), 1);
    assert_eq!(first.wait_ev("unsubscribed")["consultation"], json!(id));
    let offer = second.wait_ev("offer");
    assert_eq!(offer["consultation"], json!(id));
    // Connected to another server, the expert has three minutes and not a day.
    let until: chrono::DateTime<chrono::Utc> = offer["until"].as_str().unwrap().parse().unwrap();
    assert_eq!((until - one.now()).num_seconds(), 180);
    assert!(first.settled().iter().all(|v| v["ev"] != "message"));
}

fn hand_over(app: &TestApp, talk: &Talk, next: &str) {
    let path = format!("/api/v1/consultations/{}/transfer", talk.id);
    let body = json!({ "expert": next, "reason": "another specialty" });
    assert_eq!(here(app, &talk.expert.http).post(&path, &body).status, 204);
}

/// Waits for what must come soon after `since`.
#[track_caller]
fn soon(since: Instant, what: &str, ws: &mut Ws, fits: impl Fn(&Value) -> bool) -> Value {
    let frame = ws.wait(fits);
    assert!(since.elapsed() < SOON, "{what} took {:?}", since.elapsed());
    frame
}

#[test]
fn without_nats_everything_is_there_within_two_seconds() {
    let one = fast().start();
    let (officer, talk) = one.small_world();
    let two = one.another().start();
    let id = talk.id.as_str();
    let next = one.approved_expert(&officer, "expert-2", "K0101");
    let mut factory = one.following(&talk.enterprise.http, id);
    let (mut expert, mut successor) = (two.following(&talk.expert.http, id), two.ws(&next.http));
    let mut leaving = two.following(&talk.enterprise.http, id);
    for n in 1..=3 {
        factory.said(id, "talk", "by the log");
        soon(Instant::now(), "a message", &mut expert, is_message(n));
    }
    expert.send(&json!({ "op": "read", "consultation": id, "stream": "talk", "seq": 3 }));
    soon(Instant::now(), "a mark of reading", &mut factory, |v| v["ev"] == "read" && v["seq"] == 3);
    expert.send(&json!({ "op": "presence", "state": "online" }));
    soon(Instant::now(), "presence", &mut factory, |v| v["ev"] == "presence" && v["state"] == "online");
    factory.send(&json!({ "op": "typing", "consultation": id }));
    soon(Instant::now(), "typing", &mut expert, |v| v["ev"] == "typing" && v["user"]["role"] == "enterprise");
    // A later subscriber sees it, too.
    let mut late = one.following(&officer, id);
    assert_eq!(late.wait_ev("presence")["state"], "online");
    let since = Instant::now();
    assert_eq!(talk.enterprise.http.act("/api/v1/auth/logout").status, 204);
    assert_eq!(leaving.closed(), 4001);
    assert!(since.elapsed() < SOON);
    let since = Instant::now();
    hand_over(&one, &talk, &next.id);
    soon(since, "an offer", &mut successor, |v| v["ev"] == "offer");
    soon(since, "a removal", &mut expert, |v| v["ev"] == "unsubscribed");
    soon(since, "a change", &mut late, |v| v["ev"] == "consultation" && v["status"] == "offered");
    // One that vanishes is offline for the others.
    here(&one, &next.http).act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
    successor.send(&json!({ "op": "presence", "state": "away" }));
    late.wait(|v| v["ev"] == "presence" && v["state"] == "away");
    let since = Instant::now();
    successor.hang_up();
    soon(since, "an absence", &mut late, |v| v["ev"] == "presence" && v["state"] == "offline");
}

#[test]
fn nats_may_be_away_at_the_start_and_go_and_come() {
    let mut nats = NatsServer::away();
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
            assert_eq!(factory.said(id, "talk", "without"), n);
            soon(Instant::now(), "a message without NATS", &mut expert, is_message(n));
        }
        assert_eq!(one.http().get("/readyz").status, 200);
        assert_eq!(one.metric("zerodesk_fanout_connected"), 0.0);
        nats.run();
        [&one, &two].into_iter().for_each(connected);
        // With NATS again, without a restart. A check of the log would not have found it yet.
        let by_nats = two.metric("zerodesk_fanout_heard");
        let lost = two.metric("zerodesk_fanout_caught_up");
        n += 1;
        assert_eq!(factory.said(id, "talk", "with"), n);
        expert.wait(is_message(n));
        assert!(two.metric("zerodesk_fanout_heard") > by_nats);
        assert_eq!(two.metric("zerodesk_fanout_caught_up"), lost);
        nats.stop();
        for app in [&one, &two] {
            app.metric_becomes("zerodesk_fanout_connected", |n| n == 0.0);
        }
    }
    let seen: Vec<_> = expert.settled();
    assert!(seen.iter().all(|v| v["ev"] != "message"), "nothing came twice: {seen:?}");
}

#[test]
fn installations_that_share_a_nats_do_not_hear_each_other() {
    let nats = NatsServer::start();
    let (one, stranger) = (fast().nats(&nats.url()).start(), fast().nats(&nats.url()).start());
    [&one, &stranger].into_iter().for_each(connected);
    let (_, talk) = one.small_world();
    let two = beside(&one);
    let mut factory = one.following(&talk.enterprise.http, &talk.id);
    let mut expert = two.following(&talk.expert.http, &talk.id);
    factory.said(&talk.id, "talk", "among us");
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
    connected(&one);
    let (_, talk) = one.small_world();
    let two = beside(&one);
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
    // Which of them is cut is nobody's promise.
    let ends = sockets.each_mut().map(|ws| {
        loop {
            match ws.poll(Duration::from_millis(300)) {
                Some(Came::Frame(_)) => {}
                other => break other,
            }
        }
    });
    assert!(ends.contains(&Some(Came::Closed(4009))), "{ends:?}");
    // Another user is not concerned.
    let other = app.admin("officer-2", "440000");
    app.ws(&other).settled();
}
