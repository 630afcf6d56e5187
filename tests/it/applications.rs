//! Applications of experts: the mailbox is proved before an officer sees anything, and nothing is to be learnt from the answers.

use chrono::Duration;
use diesel::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use zerodesk::db::schema::{account, expert, expert_application};
use zerodesk::experts::housekeeping::sweep;
use zerodesk::experts::settings::ApplicationSettings;
use zerodesk::settings::{ServerSettings, Settings};

use crate::support::TestApp;
use crate::support::http::Reply;
use crate::support::people::{PASSWORD, link, text};

const APPLICATIONS: &str = "/api/v1/expert-applications";
const STRANGER: &str = "203.0.113.5";
const OWNER: &str = "198.51.100.7";
const CHEN: &str = "chen@hospital.example";

fn start_with(change: impl FnOnce(&mut Settings)) -> TestApp {
    TestApp::builder()
        .settings(|s| s.edit::<ServerSettings>().trusted_proxies = "127.0.0.0/8".parse().unwrap())
        .settings(change)
        .start()
}

fn application(email: &str) -> Value {
    json!({
        "name": "陈工", "title": "正高级工程师", "email": email, "regions": ["440100"],
        "specialties": [{ "product_kind": "K0101", "level": 3 }],
    })
}

fn apply_from(app: &TestApp, address: &str, email: &str) -> Reply {
    let headers = [("Content-Type", "application/json"), ("X-Forwarded-For", address)];
    app.http().send("POST", APPLICATIONS, &headers, Some(application(email).to_string().as_bytes()))
}

fn behind_link(app: &TestApp, what: &str, body: &Value) -> Reply {
    app.http().post(&format!("{APPLICATIONS}/{what}"), body)
}

fn chosen(token: &str, username: &str) -> Value {
    json!({ "token": token, "username": username, "password": PASSWORD })
}

fn tokens_to(app: &TestApp, address: &str) -> Vec<String> {
    app.mails_sent();
    app.smtp.received().iter().filter(|mail| mail.to == [address]).filter_map(link).collect()
}

#[test]
fn officers_see_an_application_once_its_mailbox_is_proved() {
    let app = start_with(|_| {});
    let admin = app.admin("officer", "440000");
    let received = apply_from(&app, OWNER, CHEN).expect(202);
    assert_eq!(received["state"], "received");
    let token = tokens_to(&app, CHEN).pop().unwrap();
    for path in [APPLICATIONS, "/api/v1/experts"] {
        assert_eq!(admin.get(path).expect(200)["items"], json!([]), "{path}");
    }
    let mut conn = app.app.conn().unwrap();
    assert_eq!(expert::table.count().get_result::<i64>(&mut *conn).unwrap(), 0);
    let experts = account::table.filter(account::role.eq(zerodesk::core::Role::Expert)).count();
    assert_eq!(experts.get_result::<i64>(&mut *conn).unwrap(), 0, "no name is reserved");

    let shown = behind_link(&app, "inspect", &json!({ "token": token })).expect(200);
    assert_eq!((&shown["name"], &shown["email"]), (&json!("陈工"), &json!(CHEN)));
    assert_eq!(
        (&shown["network"], &shown["asked_at"]),
        (&json!("198.51.100.0/24"), &json!("2026-03-02T01:00:00Z"))
    );

    // Only whoever has proved a mailbox learns that a name is taken.
    let taken = behind_link(&app, "confirm", &chosen(&token, "officer"));
    assert_eq!(taken.refusal(), (409, "username_taken".to_owned()));
    let applied = behind_link(&app, "confirm", &chosen(&token, "chen")).expect(201);
    assert_eq!((&applied["id"], &applied["vetting"]), (&received["id"], &json!("applied")));
    assert_eq!(behind_link(&app, "confirm", &chosen(&token, "chen-2")).status, 422, "it is good once");
    assert_eq!(admin.get(APPLICATIONS).expect(200)["items"][0]["id"], applied["id"]);
    app.mail(CHEN, "已收到您的专家申请");
    admin.act(&format!("{APPLICATIONS}/{}/approve", text(&applied["id"]))).expect(200);
    app.http().log_in("chen", PASSWORD);
}

#[test]
fn answers_tell_nothing_of_the_address() {
    let app = start_with(|_| {});
    let admin = app.admin("officer", "440000");
    app.approved_expert(&admin, "known", "K0101");
    apply_from(&app, STRANGER, "declined@hospital.example").expect(202);
    let token = tokens_to(&app, "declined@hospital.example").pop().unwrap();
    behind_link(&app, "decline", &json!({ "token": token })).expect(200);
    let mut answers = BTreeSet::new();
    for email in ["new@hospital.example", "known@expert.example", "declined@hospital.example"] {
        for _ in 0..8 {
            let reply = apply_from(&app, STRANGER, email);
            let mut body = reply.json();
            body["id"] = Value::Null;
            let names: BTreeSet<_> = reply.headers.keys().map(ToString::to_string).collect();
            answers.insert((reply.status, body.to_string(), names));
        }
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(answers.first().unwrap().0, 202);
    assert_eq!(tokens_to(&app, "declined@hospital.example").len(), 1);
}

#[test]
fn what_goes_to_one_address_is_limited_by_network() {
    let app = start_with(|_| {});
    for _ in 0..7 {
        apply_from(&app, STRANGER, "Chen@hospital.example").expect(202);
    }
    assert_eq!(tokens_to(&app, "Chen@hospital.example").len(), 5);
    apply_from(&app, OWNER, CHEN).expect(202);
    let token = tokens_to(&app, CHEN).pop().unwrap();
    behind_link(&app, "confirm", &chosen(&token, "chen")).expect(201);
}

#[test]
fn what_a_stranger_typed_is_deleted_when_the_mailbox_declines_it() {
    let app = start_with(|_| {});
    apply_from(&app, STRANGER, CHEN).expect(202);
    let token = tokens_to(&app, CHEN).pop().unwrap();
    behind_link(&app, "decline", &json!({ "token": token })).expect(200);
    let kept: Vec<Option<Value>> = expert_application::table
        .select(expert_application::application)
        .load(&mut *app.app.conn().unwrap())
        .unwrap();
    assert_eq!(kept, [None]);
    assert_eq!(behind_link(&app, "confirm", &chosen(&token, "stranger")).status, 422);
    apply_from(&app, STRANGER, CHEN).expect(202);
    assert_eq!(tokens_to(&app, CHEN).len(), 1, "this network sends no more there");
    apply_from(&app, OWNER, CHEN).expect(202);
    assert_eq!(tokens_to(&app, CHEN).len(), 2, "another does");
}

#[test]
fn too_many_applications_from_one_network_are_refused() {
    let app = start_with(|s| s.edit::<ApplicationSettings>().per_network_hour = 2);
    for n in 0..2 {
        apply_from(&app, STRANGER, &format!("a{n}@hospital.example")).expect(202);
    }
    let refused = apply_from(&app, STRANGER, CHEN);
    assert_eq!(refused.refusal(), (429, "too_many_requests".to_owned()));
    assert_eq!(refused.header("retry-after"), "3600");
    apply_from(&app, OWNER, CHEN).expect(202);
}

#[test]
fn an_application_that_nobody_confirmed_is_deleted() {
    let app = start_with(|_| {});
    apply_from(&app, OWNER, CHEN).expect(202);
    let token = tokens_to(&app, CHEN).pop().unwrap();
    let left = || {
        sweep(&app.app).unwrap();
        expert_application::table.count().get_result::<i64>(&mut *app.app.conn().unwrap()).unwrap()
    };
    assert_eq!(left(), 1);
    app.clock.advance(Duration::hours(49));
    assert_eq!(behind_link(&app, "confirm", &chosen(&token, "chen")).status, 422);
    assert_eq!(left(), 0);
}

#[test]
fn an_application_is_not_longer_than_it_needs_to_be() {
    let app = start_with(|_| {});
    let mut long = application(CHEN);
    long["specialties"][0]["items"] = (0..400).map(|n| format!("{n}{}", "长".repeat(90))).collect();
    let refused = app.http().post(APPLICATIONS, &long);
    assert_eq!(refused.refusal(), (422, "invalid_fields".to_owned()));
    assert_eq!(refused.json()["errors"][0]["pointer"], "/specialties");
}
