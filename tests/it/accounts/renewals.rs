//! Renewing tokens: one successor for all who ask within the grace, the end of the family for who comes later.

use chrono::Duration;
use serde_json::{Value, json};
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::settings::{Secret, SigningKey, TokenKeys};

use super::log_in;
use crate::support::people::PASSWORD;
use crate::support::{Reply, TestApp};

fn refresh(app: &TestApp, token: &Value) -> Reply {
    app.http().post("/api/v1/auth/refresh", &json!({ "refresh_token": token }))
}

fn me(app: &TestApp, tokens: &Value) -> u16 {
    app.http().with_token(tokens["access_token"].as_str().unwrap()).get("/api/v1/me").status
}

fn officer(app: &TestApp) -> Value {
    app.admin("officer", "440000");
    log_in(app, "officer", PASSWORD).expect(200)
}

#[test]
fn who_asks_at_once_or_again_gets_the_same_successor() {
    let app = TestApp::start();
    let other = app.another().start();
    let first = officer(&app);
    let replies: Vec<Value> = std::thread::scope(|scope| {
        let calls: Vec<_> = [&app, &other, &app, &other]
            .map(|server| scope.spawn(|| refresh(server, &first["refresh_token"]).expect(200)))
            .into_iter()
            .collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    for reply in &replies {
        assert_eq!(reply["refresh_token"], replies[0]["refresh_token"]);
        assert_eq!(me(&app, reply), 200);
    }
    // An answer was lost: it is asked for again, just before the end of the grace.
    app.clock.advance(Duration::seconds(29));
    let again = refresh(&app, &first["refresh_token"]).expect(200);
    assert_eq!(again["refresh_token"], replies[0]["refresh_token"]);
    assert_ne!(again["refresh_token"], first["refresh_token"]);
    let second = refresh(&app, &again["refresh_token"]).expect(200);
    assert_eq!(me(&app, &second), 200);
}

#[test]
fn an_old_token_after_the_grace_ends_the_family() {
    let app = TestApp::start();
    let first = officer(&app);
    let second = refresh(&app, &first["refresh_token"]).expect(200);
    app.clock.advance(Duration::seconds(30));
    assert_eq!(refresh(&app, &first["refresh_token"]).refusal(), (401, "invalid_refresh_token".to_owned()));
    assert_eq!(me(&app, &second), 401);
    assert_eq!(refresh(&app, &second["refresh_token"]).status, 401);
    assert_eq!(refresh(&app, &json!("never given")).status, 401);
}

#[test]
fn an_old_token_whose_successor_was_used_ends_the_family_within_the_grace() {
    let app = TestApp::start();
    let first = officer(&app);
    let second = refresh(&app, &first["refresh_token"]).expect(200);
    let third = refresh(&app, &second["refresh_token"]).expect(200);
    assert_eq!(refresh(&app, &first["refresh_token"]).status, 401);
    assert_eq!(me(&app, &third), 401);
    assert_eq!(refresh(&app, &third["refresh_token"]).status, 401);
}

#[test]
fn a_change_of_the_signing_key_takes_no_session_away() {
    let app = TestApp::start();
    let first = officer(&app);
    let second = refresh(&app, &first["refresh_token"]).expect(200);
    let new =
        SigningKey { kid: "new".to_owned(), secret: Secret::new("a new key of thirty-two bytes or more") };
    let changed = app.another().settings(|s| s.edit::<TokenKeys>().keys.insert(0, new)).start();
    let again = refresh(&changed, &first["refresh_token"]).expect(200);
    assert_eq!(again["refresh_token"], second["refresh_token"], "made under the old key");
    let third = refresh(&changed, &second["refresh_token"]).expect(200);
    assert_eq!(me(&changed, &third), 200);
}

#[test]
fn a_session_ends_when_it_lies_idle_and_at_the_latest_at_its_end() {
    let change = |s: &mut zerodesk::settings::Settings| {
        s.edit::<AuthSettings>().staff_idle_hours = 8;
        s.edit::<AuthSettings>().staff_session_days = 1;
    };
    let app = TestApp::builder().settings(change).start();
    let first = officer(&app);
    app.clock.advance(Duration::hours(8));
    assert_eq!(refresh(&app, &first["refresh_token"]).status, 401, "it lay idle");

    let mut tokens = log_in(&app, "officer", PASSWORD).expect(200);
    for _ in 0..3 {
        app.clock.advance(Duration::hours(7));
        tokens = refresh(&app, &tokens["refresh_token"]).expect(200);
    }
    app.clock.advance(Duration::minutes(179));
    tokens = refresh(&app, &tokens["refresh_token"]).expect(200);
    assert_eq!(me(&app, &tokens), 200);
    app.clock.advance(Duration::minutes(1));
    assert_eq!(me(&app, &tokens), 401, "a day is over");
    assert_eq!(refresh(&app, &tokens["refresh_token"]).status, 401);
}
