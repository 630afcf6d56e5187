//! Tokens: valid ones, and every kind of invalid one.

use chrono::Duration;
use serde_json::{Value, json};
use zerodesk::accounts::token;
use zerodesk::core::ids::{AccountId, SessionId};
use zerodesk::core::{Clock, Role};
use zerodesk::settings::{Secret, SigningKey, TokenKeys};

use super::support::{Server, server};

fn refresh(server: &Server, token: &Value) -> super::support::Reply {
    server.post("/api/v1/auth/refresh", &json!({ "refresh_token": token }))
}

#[test]
fn log_in_returns_the_account() {
    let server = server();
    let token = server.token("GD.Officer", Some("440000"));
    let reply = server.get_as("/api/v1/me", &token);
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("cache-control"), "no-store");
    let me = reply.json();
    assert_eq!(me["username"], "gd.officer");
    assert_eq!(me["role"], "admin");
    assert_eq!(me["region"], "440000");
    assert_eq!(me["language"], "zh-CN");
    assert_eq!(me["enterprise_id"], Value::Null);
}

#[test]
fn a_token_ends_with_its_expiry_its_session_or_its_key() {
    let server = server();
    let tokens = server.log_in_as("officer-gd", Some("440000"));
    let good = tokens["access_token"].as_str().unwrap();
    let refused = |token: &str| {
        let reply = server.get_as("/api/v1/me", token);
        assert_eq!(reply.status, 401);
        reply.problem()["code"].as_str().unwrap().to_owned()
    };
    // Of a key that is not ours, under our key's name.
    let (now, mut other) = (server.clock.now(), (**server.app.settings()).clone());
    let kid = other.section::<TokenKeys>().keys[0].kid.clone();
    other.edit::<TokenKeys>().keys =
        vec![SigningKey { kid, secret: Secret::new("another key that nobody here knows of") }];
    let forged = token::issue(&other, AccountId::new(), SessionId::new(), Role::Operator, now).unwrap();
    assert_eq!(refused(&forged), "invalid_token");
    // Of our key, for a session that never was.
    let settings = server.app.settings();
    let unknown = token::issue(settings, AccountId::new(), SessionId::new(), Role::Operator, now).unwrap();
    assert_eq!(refused(&unknown), "unauthenticated");
    // With `alg: none`.
    let body = good.split('.').nth(1).unwrap();
    assert_eq!(refused(&format!("eyJhbGciOiJub25lIiwia2lkIjoiZGV2ZWxvcG1lbnQifQ.{body}.")), "invalid_token");
    for junk in ["", " ", "x", "a.b", &"a".repeat(6000)] {
        assert_eq!(refused(junk), "invalid_token", "{junk:?}");
    }
    server.clock.advance(Duration::seconds(899));
    assert_eq!(server.get_as("/api/v1/me", good).status, 200);
    server.clock.advance(Duration::seconds(1));
    assert_eq!(refused(good), "invalid_token");
}

#[test]
fn a_bad_token_is_reported_before_a_bad_body() {
    let server = server();
    let headers = [("Authorization", "Bearer x"), ("Content-Type", "text/plain")];
    assert_eq!(server.send("POST", "/api/v1/auth/logout", &headers, Some(b"junk")).status, 401);
}

#[test]
fn logging_out_ends_the_session_at_once() {
    let server = server();
    let tokens = server.log_in_as("officer-gd", Some("440000"));
    let access = tokens["access_token"].as_str().unwrap();
    let header = format!("Bearer {access}");
    let reply = server.send("POST", "/api/v1/auth/logout", &[("Authorization", &header)], None);
    assert_eq!((reply.status, reply.text.as_str()), (204, ""));
    assert_eq!(server.get_as("/api/v1/me", access).problem()["code"], "unauthenticated");
    assert_eq!(refresh(&server, &tokens["refresh_token"]).problem()["code"], "invalid_refresh_token");
}

#[test]
fn requests_by_cookie_change_data_only_from_our_own_pages() {
    let server = server();
    let cookie = format!("zerodesk_session={}", server.token("officer-gd", Some("440000")));
    let call = |method: &str, path: &str, more: &[(&str, &str)]| {
        let mut headers = vec![("Cookie", cookie.as_str())];
        headers.extend_from_slice(more);
        server.send(method, path, &headers, None).status
    };
    assert_eq!(call("GET", "/api/v1/me", &[]), 200);
    let out = "/api/v1/auth/logout";
    assert_eq!(call("POST", out, &[]), 403);
    assert_eq!(call("POST", out, &[("Origin", "https://evil.example")]), 403);
    assert_eq!(call("POST", out, &[("Sec-Fetch-Site", "same-site"), ("Origin", &server.url)]), 403);
    assert_eq!(call("POST", out, &[("Origin", "null")]), 403);
    assert_eq!(call("POST", out, &[("Origin", &server.url)]), 204);
    assert_eq!(call("GET", "/api/v1/me", &[]), 401);
}

#[test]
fn the_audit_is_seen_by_region() {
    let server = server();
    let operator = server.token("operator", None);
    let (province, city) =
        (server.token("officer-gd", Some("440000")), server.token("officer-gz", Some("440100")));
    let actions = |token: &str| -> Vec<(String, Option<String>)> {
        let page = server.get_as("/api/v1/audit?limit=200", token).json();
        let text = |v: &Value| v.as_str().map(ToOwned::to_owned);
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| (text(&i["action"]).unwrap(), text(&i["region"])))
            .collect()
    };
    let made = |region: &str| ("create_staff".to_owned(), Some(region.to_owned()));
    assert!(actions(&operator).len() >= 6);
    assert_eq!(actions(&province), [made("440100"), made("440000")], "newest first");
    assert_eq!(actions(&city), [made("440100")]);
    assert_eq!(server.get("/api/v1/audit").status, 401);
    // Paged to its end, one row at a time.
    let (mut cursor, mut seen) = (String::new(), 0);
    loop {
        let page = server.get_as(&format!("/api/v1/audit?limit=1&cursor={cursor}"), &operator).json();
        seen += page["items"].as_array().unwrap().len();
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, actions(&operator).len());
}
