//! Name, mail address, phone, language and mails of the own account.

use chrono::Duration;
use diesel::prelude::*;
use serde_json::{Value, json};
use zerodesk::db::schema::{enterprise, expert};

use super::faults;
use crate::support::people::{PASSWORD, link};
use crate::support::{Http, Reply, TestApp};

fn put(http: &Http, body: &Value) -> Reply {
    http.json("PUT", "/api/v1/me", body)
}

fn confirm(app: &TestApp, token: &str) -> Reply {
    app.http().post("/api/v1/auth/email-confirmations", &json!({ "token": token }))
}

#[test]
fn what_is_absent_stays_and_what_is_wrong_is_named() {
    let app = TestApp::start();
    let http = app.admin_at("officer", "440000", "old@regulator.example");
    let changed =
        put(&http, &json!({ "name": " 周敏 ", "phone": "020-83330000", "language": "en" })).expect(200);
    assert_eq!(
        (&changed["name"], &changed["phone"], &changed["language"]),
        (&json!("周敏"), &json!("020-83330000"), &json!("en"))
    );
    let changed = put(&http, &json!({ "mails": { "queue": false } })).expect(200);
    assert_eq!(changed["name"], "周敏");
    assert_eq!(
        changed["mails"],
        json!({
            "consultations": true, "rounds": true, "reminders": true, "queue": false, "unread": true, "mentions": true, "knowledge": true,
        })
    );
    assert_eq!(put(&http, &json!({ "phone": "" })).expect(200)["phone"], Value::Null);
    for (bad, pointer) in [
        (json!({ "name": "" }), "/name"),
        (json!({ "email": "no address" }), "/email"),
        (json!({ "name": "\u{200B}\u{2800}" }), "/name"),
        (json!({ "phone": "1".repeat(31) }), "/phone"),
        (json!({ "phone": "abc" }), "/phone"),
        (json!({ "mails": { "a/b": false } }), "/mails/a~1b"),
        (json!({ "mails": { "statutory": false } }), "/mails/statutory"),
    ] {
        assert_eq!(faults(&put(&http, &bad))[0].0, pointer, "{bad}");
    }
    assert_eq!(put(&http, &json!({ "role": "operator" })).status, 422);
    let page = http.get("/account");
    assert_eq!(page.status, 200);
    assert!(page.text.contains("周敏") && page.text.contains("/api/v1/me/password"));
}

#[test]
fn a_mail_address_counts_once_it_is_confirmed_and_the_old_one_is_told() {
    let app = TestApp::start();
    let http = app.admin_at("officer", "440000", "old@regulator.example");
    let asked = put(&http, &json!({ "email": "new@regulator.example" })).expect(200);
    assert_eq!(asked["email"], "old@regulator.example");
    assert_eq!(asked["email_to_confirm"], "new@regulator.example");
    app.mail("old@regulator.example", "new@regulator.example");
    let mail = app.mail("new@regulator.example", "/confirm-email#token=");
    assert!(
        !mail.body_text.contains("name of officer") && !mail.body_text.contains("“officer”"),
        "{}",
        mail.body_text
    );
    let token = link(&mail).unwrap();
    assert_eq!(faults(&confirm(&app, "another"))[0].0, "/token");
    confirm(&app, &token).expect(204);
    let me = http.get("/api/v1/me").expect(200);
    assert_eq!((&me["email"], &me["email_to_confirm"]), (&json!("new@regulator.example"), &Value::Null));
    app.mail("old@regulator.example", "邮箱已更改");
    assert_eq!(confirm(&app, &token).status, 422, "good once");
}

#[test]
fn an_address_that_waits_is_mailed_again_until_the_limit_says_so() {
    let app = TestApp::start();
    let http = app.admin_at("officer", "440000", "old@regulator.example");
    let body = json!({ "email": "new@regulator.example" });
    for _ in 0..3 {
        assert_eq!(put(&http, &body).expect(200)["email_to_confirm"], "new@regulator.example");
    }
    assert_eq!(put(&http, &body).refusal(), (429, "too_many_requests".to_owned()));
    app.mails_sent();
    // The last link is the good one.
    app.mail("new@regulator.example", "/confirm-email#token=");
}

#[test]
fn an_old_session_needs_the_password_for_another_address() {
    let app = TestApp::start();
    let http = app.admin_at("officer", "440000", "old@regulator.example");
    app.clock.advance(Duration::minutes(10));
    let http = {
        // A session of half an hour, whose access token is still good.
        let tokens = super::log_in(&app, "officer", PASSWORD).expect(200);
        app.clock.advance(Duration::minutes(14));
        let more = app
            .http()
            .post("/api/v1/auth/refresh", &json!({ "refresh_token": tokens["refresh_token"] }))
            .expect(200);
        app.clock.advance(Duration::minutes(14));
        let more = app
            .http()
            .post("/api/v1/auth/refresh", &json!({ "refresh_token": more["refresh_token"] }))
            .expect(200);
        app.clock.advance(Duration::minutes(2));
        http.with_token(more["access_token"].as_str().unwrap())
    };
    let body = json!({ "email": "new@regulator.example" });
    assert_eq!(faults(&put(&http, &body)), [("/current".to_owned(), "更改邮箱须输入当前密码".to_owned())]);
    let wrong = json!({ "email": "new@regulator.example", "current": "not the password" });
    assert_eq!(faults(&put(&http, &wrong))[0].0, "/current");
    let right = json!({ "email": "new@regulator.example", "current": PASSWORD });
    assert_eq!(put(&http, &right).expect(200)["email_to_confirm"], "new@regulator.example");
}

#[test]
fn the_copies_of_an_expert_and_of_an_enterprise_follow() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    let conn = &mut *app.app.conn().unwrap();
    let moved = |http: &Http, name: &str, address: &str| {
        put(http, &json!({ "name": name, "phone": "13800138000", "email": address })).expect(200);
        confirm(&app, &link(&app.mail(address, "#token=")).unwrap()).expect(204);
    };
    moved(&talk.expert.http, "李慧敏", "li.new@expert.example");
    let of_expert: (String, String, Option<String>) =
        expert::table.select((expert::name, expert::email, expert::phone)).first(conn).unwrap();
    assert_eq!(
        of_expert,
        ("李慧敏".to_owned(), "li.new@expert.example".to_owned(), Some("13800138000".to_owned()))
    );
    moved(&talk.enterprise.http, "王芳", "new@enterprise.example");
    let of_enterprise: Option<String> =
        enterprise::table.select(enterprise::contact_email).first(conn).unwrap();
    assert_eq!(of_enterprise.as_deref(), Some("new@enterprise.example"));
}

#[test]
fn mails_of_a_kind_that_is_switched_off_do_not_come() {
    let app = TestApp::start();
    let (_, talk) = app.small_world();
    put(&talk.enterprise.http, &json!({ "mails": { "consultations": false } })).expect(200);
    let conclude = json!({ "conclusion": "更换模具。" });
    let path = format!("/api/v1/consultations/{}/conclude", talk.id);
    talk.expert.http.post(&path, &conclude).expect(200);
    app.mails_sent();
    let concluded = |mail: &crate::support::smtp::ReceivedMail| mail.header("Subject").contains("问诊已办结");
    assert!(!app.smtp.received().iter().any(concluded));
}
