//! A forgotten password: the neutral answer, the link, its end, its limits.

use chrono::Duration;
use serde_json::{Value, json};
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::accounts::{CreateStaff, NewPassword};
use zerodesk::core::{Caller, Code, Language, Role};
use zerodesk::settings::ServerSettings;

use super::{ANOTHER, faults, log_in};
use crate::support::people::{PASSWORD, link};
use crate::support::{Reply, TestApp};

const ADDRESS: &str = "officer@regulator.example";

fn ask(app: &TestApp, body: &Value) -> Reply {
    app.http().post("/api/v1/auth/password-resets", body)
}

fn confirm(app: &TestApp, token: &str, password: &str) -> Reply {
    let body = json!({ "token": token, "password": password });
    app.http().post("/api/v1/auth/password-resets/confirm", &body)
}

/// The tokens of the links that were mailed to the officer so far.
fn mailed(app: &TestApp) -> Vec<String> {
    app.mails_sent();
    app.smtp.received().iter().filter(|mail| mail.to == [ADDRESS]).filter_map(link).collect()
}

#[test]
fn the_answer_and_its_time_are_the_same_for_everyone() {
    let app = TestApp::start();
    app.admin_at("officer", "440000", ADDRESS);
    let mut answers = Vec::new();
    for body in [
        json!({ "username": "officer" }),
        json!({ "username": " Officer " }),
        json!({ "email": "Officer@Regulator.example" }),
        json!({ "username": "nobody-here" }),
        json!({ "email": "nobody@regulator.example" }),
    ] {
        let begin = std::time::Instant::now();
        let reply = ask(&app, &body);
        assert!(begin.elapsed() >= std::time::Duration::from_millis(290), "{body}");
        answers.push((reply.status, reply.text));
    }
    assert!(
        answers.iter().all(|answer| *answer == (202, r#"{"state":"received"}"#.to_owned())),
        "{answers:?}"
    );
    assert_eq!(mailed(&app).len(), 3);
    for bad in [json!({}), json!({ "username": "" }), json!({ "username": "a", "email": "b@c.example" })] {
        assert_eq!(faults(&ask(&app, &bad))[0].0, "/username", "{bad}");
    }
}

#[test]
fn the_link_gives_a_new_password_once_and_ends_all_sessions() {
    let app = TestApp::start();
    let http = app.admin_at("officer", "440000", ADDRESS);
    let mut socket = app.ws(&http);
    ask(&app, &json!({ "username": "officer" })).expect(202);
    ask(&app, &json!({ "username": "officer" })).expect(202);
    let tokens = mailed(&app);
    let page = app.smtp.received().iter().find_map(|mail| {
        let at = mail.body_text.find("/reset-password#token=")?;
        Some(mail.body_text[at..].to_owned())
    });
    assert!(page.is_some(), "the token stands in the fragment");

    // A refused password leaves the link as it is.
    let refused = confirm(&app, &tokens[0], "password12345");
    assert_eq!((refused.status, faults(&refused)[0].0.as_str()), (422, "/password"));
    confirm(&app, &tokens[0], ANOTHER).expect(204);
    assert_eq!(http.get("/api/v1/me").status, 401);
    assert_eq!(socket.closed(), 4001);
    assert_eq!(
        (log_in(&app, "officer", PASSWORD).status, log_in(&app, "officer", ANOTHER).status),
        (401, 200)
    );
    app.mail(ADDRESS, "密码已更改");

    // Neither it nor the other one is good any more.
    for token in [&tokens[0], &tokens[1], &"never made".to_owned()] {
        let again = confirm(&app, token, "purple kettle window");
        assert_eq!(faults(&again), [("/token".to_owned(), "链接无效、已使用或已过期".to_owned())]);
    }
    assert_eq!(log_in(&app, "officer", ANOTHER).status, 200);
}

#[test]
fn a_link_ends_after_thirty_minutes() {
    let app = TestApp::start();
    app.admin_at("officer", "440000", ADDRESS);
    ask(&app, &json!({ "username": "officer" })).expect(202);
    let token = mailed(&app).remove(0);
    app.clock.advance(Duration::minutes(30));
    assert_eq!(confirm(&app, &token, ANOTHER).status, 422);
    assert_eq!(log_in(&app, "officer", PASSWORD).status, 200);
}

#[test]
fn an_address_and_a_network_are_limited() {
    let app =
        TestApp::builder().settings(|s| s.edit::<AuthSettings>().password_resets_from_network = 5).start();
    app.admin_at("officer", "440000", ADDRESS);
    for _ in 0..5 {
        assert_eq!(ask(&app, &json!({ "username": "officer" })).status, 202);
    }
    assert_eq!(mailed(&app).len(), 3, "three within an hour");
    for who in ["officer", "nobody"] {
        let refused = ask(&app, &json!({ "username": who }));
        assert_eq!(refused.refusal(), (429, "too_many_requests".to_owned()));
        assert!(!refused.header("retry-after").is_empty());
    }
    app.clock.advance(Duration::minutes(61));
    assert_eq!(ask(&app, &json!({ "username": "officer" })).status, 202);
    assert_eq!(mailed(&app).len(), 4);
}

/// Asks through the proxy, from an address.
fn ask_from(app: &TestApp, from: &str, body: &Value) {
    let headers = [("Content-Type", "application/json"), ("X-Forwarded-For", from)];
    let body = body.to_string();
    let reply = app.http().send("POST", "/api/v1/auth/password-resets", &headers, Some(body.as_bytes()));
    assert_eq!(reply.status, 202, "{}", reply.text);
}

#[test]
fn what_strangers_ask_for_does_not_use_up_ones_own_mails() {
    let app = TestApp::builder()
        .settings(|s| s.edit::<ServerSettings>().trusted_proxies = "127.0.0.1".parse().unwrap())
        .start();
    // The account has logged in from 127.0.0.1.
    app.admin_at("officer", "440000", ADDRESS);
    let body = json!({ "username": "officer" });
    for n in 0..6 {
        (0..4).for_each(|_| ask_from(&app, &format!("203.0.113.{n}"), &body));
    }
    assert_eq!(mailed(&app).len(), 12, "three for each network, twelve in all");
    ask(&app, &body).expect(202);
    assert_eq!(mailed(&app).len(), 13, "and one's own");
}

#[test]
fn a_name_that_is_somebody_elses_address_diverts_no_mail() {
    let app = TestApp::start();
    app.admin_at("officer", "440000", ADDRESS);
    let made = |username: &str, email: &str| {
        app.app.execute(
            &Caller::system(),
            &CreateStaff {
                username: username.to_owned(),
                password: NewPassword::hashed(ANOTHER, &app.app).unwrap(),
                name: "Somebody".to_owned(),
                email: Some(email.to_owned()),
                role: Role::Admin,
                region: Some("440000".to_owned()),
                language: Language::En,
            },
        )
    };
    assert_eq!(made(ADDRESS, "mallory@elsewhere.example").unwrap_err().code, Code::UsernameTaken);
    // The name came before the address.
    made("later@regulator.example", "mallory@elsewhere.example").unwrap();
    app.admin_at("later", "440000", "later@regulator.example");
    let received =
        |to: &str| app.smtp.received().iter().filter(|mail| mail.to == [to]).filter_map(link).count();
    ask(&app, &json!({ "email": "later@regulator.example" })).expect(202);
    app.mails_sent();
    assert_eq!((received("later@regulator.example"), received("mallory@elsewhere.example")), (1, 0));
    ask(&app, &json!({ "username": "later@regulator.example" })).expect(202);
    app.mails_sent();
    assert_eq!((received("later@regulator.example"), received("mallory@elsewhere.example")), (2, 1));
}

#[test]
fn the_pages_lead_there() {
    let app = TestApp::start();
    let page = |path: &str| app.http().get(path).text;
    for (path, words) in [
        ("/login?lang=zh-CN", ["/forgotten-password", "忘记密码", "12315"]),
        ("/login?lang=en", ["/forgotten-password", "Forgotten your password?", "12315"]),
        ("/forgotten-password?lang=zh-CN", ["/api/v1/auth/password-resets", "30 分钟", "用户名或邮箱"]),
        (
            "/forgotten-password?lang=en",
            ["/api/v1/auth/password-resets", "30 minutes", "Username or mail address"],
        ),
        ("/reset-password?lang=zh-CN", ["/api/v1/auth/password-resets/confirm", "新密码", "new-password"]),
        ("/reset-password?lang=en", ["/api/v1/auth/password-resets/confirm", "New password", "new-password"]),
    ] {
        let text = page(path);
        for word in words {
            assert!(text.contains(word), "{path} lacks {word}");
        }
    }
}
