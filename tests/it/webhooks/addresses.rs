//! Where calls go, and where they never go.

use chrono::Duration;
use serde_json::json;
use zerodesk::settings::YesNo;
use zerodesk::webhooks::settings::WebhookSettings;

use super::{ALL, PATH, app, becomes, local, try_it, webhook};
use crate::support::receiver::Answer;
use crate::support::{Receiver, TestApp};

#[test]
fn a_redirect_is_not_followed() {
    let (app, receiver, other) = (app(), Receiver::start(), Receiver::start());
    let officer = app.admin("officer", "440000");
    let (id, _) = webhook(&officer, &receiver, "440000", &ALL);
    for status in [301, 307] {
        receiver.answer(Answer::of(status).with("location", &other.url()));
    }
    try_it(&officer, &id);
    let first = becomes(&officer, &id, "pending", 1);
    assert_eq!(first["attempts"][0]["status"], 301);
    app.clock.advance(Duration::seconds(10));
    let second = becomes(&officer, &id, "pending", 2);
    assert_eq!(second["attempts"][0]["status"], 307);
    assert!(other.calls().is_empty());
}

#[test]
fn a_name_that_leads_to_this_machine_is_not_called() {
    let receiver = Receiver::start();
    // http is allowed, no network is.
    let app = TestApp::builder().settings(|s| s.edit::<WebhookSettings>().plain_http = YesNo::Yes).start();
    let officer = app.admin("officer", "440000");
    let url = format!("http://localhost:{}/hook", receiver.port());
    let made = officer.post(PATH, &json!({ "url": url, "events": ALL })).expect(201);
    let id = made["id"].as_str().unwrap();
    try_it(&officer, id);
    let tried = becomes(&officer, id, "pending", 1);
    let error = tried["attempts"][0]["error"].as_str().unwrap();
    assert!(error.contains("is not public"), "{error}");
    assert_eq!(tried["attempts"][0]["status"], json!(null));
    assert!(receiver.calls().is_empty());
}

#[test]
fn a_network_that_is_allowed_no_more_is_not_called() {
    let (app, receiver) = (app(), Receiver::start());
    let officer = app.admin("officer", "440000");
    let (id, _) = webhook(&officer, &receiver, "440000", &ALL);
    let strict = app
        .another()
        .settings(|s| s.edit::<WebhookSettings>().allowed_networks = "10.0.0.0/8".parse().unwrap());
    let mut app = app;
    app.stop();
    let strict = strict.start();
    let officer = officer.at(&strict.url);
    try_it(&officer, &id);
    let tried = becomes(&officer, &id, "pending", 1);
    assert!(tried["attempts"][0]["error"].as_str().unwrap().contains("127.0.0.1 is not public"));
    assert!(receiver.calls().is_empty());
}

#[test]
fn an_address_that_may_not_be_called_is_refused_by_its_field() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    for url in [
        "http://hooks.example.cn/x",
        "ftp://hooks.example.cn/x",
        "hooks.example.cn",
        "https://",
        "https://user@hooks.example.cn/",
        "https://user:word@hooks.example.cn/",
        "https://hooks.example.cn/#part",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://10.0.0.8:8443/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        &*format!("https://hooks.example.cn/{}", "x".repeat(2_000)),
    ] {
        let refused = officer.post(PATH, &json!({ "url": url, "events": ALL })).problem();
        assert_eq!(
            (&refused["status"], &refused["errors"][0]["pointer"]),
            (&json!(422), &json!("/url")),
            "{url}: {refused}"
        );
    }
    for (body, pointer) in [
        (json!({ "url": "https://hooks.example.cn/", "events": [] }), "/events"),
        (json!({ "url": "https://hooks.example.cn/", "events": ["case.unheard_of"] }), "/events/0"),
        (json!({ "url": "https://hooks.example.cn/", "events": ALL, "region": "999999" }), "/region"),
        (
            json!({ "url": "https://hooks.example.cn/", "events": ALL, "description": "长".repeat(201) }),
            "/description",
        ),
    ] {
        let refused = officer.post(PATH, &body).problem();
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
}

#[test]
fn an_officer_has_so_many_webhooks_and_no_more() {
    let app = TestApp::builder()
        .settings(|s| {
            local(s);
            s.edit::<WebhookSettings>().per_officer = 2;
        })
        .start();
    let (officer, other) = (app.admin("officer", "440000"), app.admin("other", "440000"));
    let body = json!({ "url": "https://hooks.example.cn/", "events": ALL });
    let first = officer.post(PATH, &body).expect(201);
    officer.post(PATH, &body).expect(201);
    let refused = officer.post(PATH, &body).problem();
    assert_eq!((&refused["status"], &refused["errors"][0]["pointer"]), (&json!(422), &json!("/url")));
    other.post(PATH, &body).expect(201);
    let one = format!("{PATH}/{}", first["id"].as_str().unwrap());
    officer.send("DELETE", &one, &[], None).expect(204);
    officer.send("DELETE", &one, &[], None).expect(404);
    officer.post(PATH, &body).expect(201);
}
