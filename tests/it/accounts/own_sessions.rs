//! The own sessions: seen with device, place and last use, ended one by one or all but this one.

use chrono::Duration;
use serde_json::{Value, json};

use super::log_in_from;
use crate::support::TestApp;

const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0";

fn of(list: &Value) -> Vec<Value> {
    list["items"].as_array().unwrap().clone()
}

#[test]
fn sessions_are_listed_with_device_place_and_last_use() {
    let app = TestApp::start();
    app.admin("officer", "440000");
    app.clock.advance(Duration::minutes(5));
    let here = log_in_from(&app, "officer", EDGE);
    let sessions = of(&here.get("/api/v1/me/sessions").expect(200));
    assert_eq!(sessions.len(), 2);
    let [this, other] = [&sessions[0], &sessions[1]];
    assert_eq!((&this["current"], &other["current"]), (&json!(true), &json!(false)));
    assert_eq!(this["device"], "Windows 电脑上的 Edge 浏览器");
    assert_eq!((&this["address"], &this["place"]), (&json!("127.0.0.1"), &json!("本机")));
    let english = of(&here.in_english().get("/api/v1/me/sessions").expect(200));
    assert_eq!(
        (&english[0]["device"], &english[0]["place"]),
        (&json!("Edge on a Windows computer"), &json!("this machine"))
    );

    // The last use is written once a minute at most.
    let last = |sessions: &[Value]| sessions[0]["last_used_at"].as_str().unwrap().to_owned();
    let before = last(&sessions);
    app.clock.advance(Duration::seconds(59));
    assert_eq!(last(&of(&here.get("/api/v1/me/sessions").expect(200))), before);
    app.clock.advance(Duration::seconds(1));
    here.get("/api/v1/me").expect(200);
    assert_ne!(last(&of(&here.get("/api/v1/me/sessions").expect(200))), before);
}

#[test]
fn a_session_is_ended_with_its_sockets_and_only_by_its_owner() {
    let app = TestApp::start();
    let first = app.admin("officer", "440000");
    let stranger = app.admin("somebody", "440100");
    let second = log_in_from(&app, "officer", "python-requests/2.32");
    let mut socket = app.ws(&second);
    let list = of(&first.get("/api/v1/me/sessions").expect(200));
    let id = list.iter().find(|s| s["current"] == false).unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/me/sessions/{id}");
    assert_eq!(stranger.send("DELETE", &path, &[], None).status, 404);
    assert_eq!(second.get("/api/v1/me").status, 200);
    first.send("DELETE", &path, &[], None).expect(204);
    assert_eq!(socket.closed(), 4001);
    assert_eq!(second.get("/api/v1/me").status, 401);
    assert_eq!(first.send("DELETE", &path, &[], None).status, 404, "it has ended");
    assert_eq!(of(&first.get("/api/v1/me/sessions").expect(200)).len(), 1);
}

#[test]
fn all_others_are_ended_at_once() {
    let app = TestApp::start();
    let first = app.admin("officer", "440000");
    let others = [log_in_from(&app, "officer", EDGE), log_in_from(&app, "officer", "curl/8")];
    let stranger = app.admin("somebody", "440100");
    first.send("DELETE", "/api/v1/me/sessions", &[], None).expect(204);
    assert!(others.iter().all(|other| other.get("/api/v1/me").status == 401));
    assert_eq!((first.get("/api/v1/me").status, stranger.get("/api/v1/me").status), (200, 200));
    assert_eq!(app.http().get("/api/v1/me/sessions").status, 401);
}
