//! How sockets end: the log-in ends, the server stops, the caller was not admitted.

use serde_json::json;
use std::time::Duration;
use uuid::Uuid;
use zerodesk::chat::settings::ChatSettings;

use super::{Entry, assert_gapless, entry, fast, log};
use crate::support::people::PASSWORD;
use crate::support::ws::{By, Received};
use crate::support::{TestApp, Ws};

#[test]
fn logging_out_closes_the_sockets_of_that_session_only() {
    let app = fast().start();
    let (_, talk) = app.small_world();
    let other = app.http().log_in("enterprise-1", PASSWORD);
    let mut here = [app.following(&talk.enterprise.http, &talk.id), app.ws(&talk.enterprise.http)];
    let mut there = app.following(&other, &talk.id);
    assert_eq!(talk.enterprise.http.act("/api/v1/auth/logout").status, 204);
    for ws in &mut here {
        assert_eq!(ws.closed(), 4001);
    }
    assert_eq!(there.say_acknowledged(&talk.id, "talk", "still here"), 1);
    let token = talk.enterprise.http.token.as_deref().unwrap();
    for by in [By::Header, By::Subprotocol] {
        assert_eq!(Ws::try_connect(&app.url, token, by).err(), Some(401));
    }
}

#[test]
fn a_replayed_refresh_token_closes_the_sockets() {
    let app = fast().start();
    app.admin("officer", "440000");
    let body = json!({ "username": "officer", "password": PASSWORD });
    let tokens = app.http().post("/api/v1/auth/login", &body).expect(200);
    let mut ws = app.ws(&app.http().with_token(tokens["access_token"].as_str().unwrap()));
    let refresh = json!({ "refresh_token": tokens["refresh_token"] });
    app.http().post("/api/v1/auth/refresh", &refresh).expect(200);
    app.clock.advance(chrono::Duration::seconds(30));
    assert_eq!(app.http().post("/api/v1/auth/refresh", &refresh).status, 401);
    assert_eq!(ws.closed(), 4001);
}

#[test]
fn sockets_with_bad_tokens_are_refused() {
    let app = TestApp::start();
    for by in [By::Header, By::Subprotocol] {
        for token in ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
            assert_eq!(Ws::try_connect(&app.url, token, by).err(), Some(401), "{token} {by:?}");
        }
    }
}

/// Sends until the socket is closed; gives the acknowledged messages and the close code.
fn send_until_closed(mut ws: Ws, id: &str) -> (Vec<Entry>, u16) {
    let (mut acked, mut open) = (Vec::new(), true);
    loop {
        // A few in flight at any time.
        if open {
            let client_id = Uuid::new_v4();
            let frame = crate::support::ws::send_frame(id, "talk", client_id, &client_id.to_string());
            open = ws.try_send(&frame);
        }
        match ws.poll(Duration::from_secs(20)) {
            Some(Received::Frame(frame)) if frame["ev"] == "ack" => {
                let client_id: Uuid = frame["client_id"].as_str().unwrap().parse().unwrap();
                acked.push((frame["seq"].as_i64().unwrap(), client_id, client_id.to_string()));
            }
            Some(Received::Frame(_)) => {}
            Some(Received::Closed(code)) => return (acked, code),
            None => panic!("the socket stays open and silent"),
        }
    }
}

#[test]
fn a_draining_server_informs_clients_and_loses_no_acknowledged_message() {
    let mut app = fast().start();
    let (_, talk) = app.small_world();
    let id = talk.id.clone();
    let mut idle = app.ws(&talk.expert.http);
    let senders: Vec<_> = [&talk.enterprise.http, &talk.expert.http, &talk.enterprise.http]
        .into_iter()
        .map(|who| {
            let (ws, id) = (app.ws(who), id.clone());
            std::thread::spawn(move || send_until_closed(ws, &id))
        })
        .collect();
    // Once messages were acknowledged that could be lost.
    let mut watcher = app.following(&talk.expert.http, &id);
    watcher.messages_to(&id, "talk", 50);
    app.stop();
    assert_eq!(idle.closed(), 1001);
    let mut acked = Vec::new();
    for sender in senders {
        let (own, code) = sender.join().unwrap();
        assert_eq!(code, 1001);
        acked.extend(own);
    }
    let app = app.another().start();
    let stored = log(&app, &id, "talk");
    assert_gapless(&stored);
    assert!(acked.len() >= 40 && acked.iter().all(|message| stored.contains(message)));
    // The client resumes at the new server after the last message that it has.
    let mut back = app.ws(&talk.expert.http);
    back.subscribe(&id, 10, 0);
    let last = i64::try_from(stored.len()).unwrap();
    let seen: Vec<_> = back.messages_to(&id, "talk", last).iter().map(entry).collect();
    assert_eq!(seen, stored[10..]);
}

#[test]
fn a_draining_server_accepts_no_new_socket() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    app.service().web().drain();
    let token = officer.token.as_deref().unwrap();
    assert_eq!(Ws::try_connect(&app.url, token, By::Header).err(), Some(503));
}

#[test]
fn the_operator_has_no_access_to_chats() {
    let app = TestApp::start();
    let operator = app.operator("operator");
    let token = operator.token.as_deref().unwrap();
    assert_eq!(Ws::try_connect(&app.url, token, By::Header).unwrap().closed(), 4003);
}

#[test]
fn an_account_has_a_bounded_number_of_sockets() {
    let app = TestApp::builder().settings(|s| s.edit::<ChatSettings>().sockets_per_user = 2).start();
    let officer = app.admin("officer", "440000");
    let (first, _second) = (app.ws(&officer), app.ws(&officer));
    let token = officer.token.as_deref().unwrap();
    assert_eq!(Ws::try_connect(&app.url, token, By::Header).unwrap().closed(), 4009);
    first.disconnect();
    // The server notices it later.
    let end = std::time::Instant::now() + crate::support::PATIENCE;
    while Ws::try_connect(&app.url, token, By::Header).unwrap().poll(Duration::from_secs(20))
        == Some(Received::Closed(4009))
    {
        assert!(std::time::Instant::now() < end);
    }
}
