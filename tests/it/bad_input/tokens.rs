//! Bad tokens: all are refused alike, at every interface.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use zerodesk::settings::{Secret, TokenKeys};

use super::{Answer, assert_none, contents, in_both, wanted};
use crate::support::people::{PASSWORD, text};
use crate::support::ws::By;
use crate::support::{TestApp, Ws};

pub const KINDS: usize = 27;

fn signed(header: &Header, claims: &Value, secret: &str) -> String {
    encode(header, claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

/// A token that is good but for its algorithm, which the program's own provider of cryptography does not have.
fn signed_by_sha512(header: &Header, claims: &Value, secret: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use hmac::{Hmac, KeyInit, Mac};
    let part = |json: Vec<u8>| URL_SAFE_NO_PAD.encode(json);
    let header = part(serde_json::to_vec(header).unwrap());
    let message = format!("{header}.{}", part(serde_json::to_vec(claims).unwrap()));
    let mac = Hmac::<sha2::Sha512>::new_from_slice(secret.as_bytes()).unwrap().chain_update(&message);
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

#[test]
fn every_bad_token_is_refused() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let good = officer.token.clone().unwrap();
    let ended = app.http().log_in("officer", PASSWORD);
    ended.act("/api/v1/auth/logout").expect(204);
    let log_in = json!({ "username": "officer", "password": PASSWORD });
    let tokens = app.http().post("/api/v1/auth/login", &log_in).expect(200);

    let auth = app.app.settings().section::<TokenKeys>();
    let (kid, secret) = (auth.keys[0].kid.clone(), auth.keys[0].secret.expose().to_owned());
    let header = Header { kid: Some(kid), ..Header::new(Algorithm::HS256) };
    let parts: Vec<&str> = good.split('.').collect();
    let claims: Value = {
        use base64::Engine;
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    let with = |key: &str, value: Value| {
        let mut claims = claims.clone();
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(key)),
            value => claims[key] = value,
        }
        signed(&header, &claims, &secret)
    };
    let me = |token: &str| app.http().with_token(token).get("/api/v1/me");
    assert_eq!(
        me(&with("role", json!("operator"))).expect(200)["role"],
        "admin",
        "the account's row decides"
    );
    let now = app.now().timestamp();
    let other = Secret::new("another key that nobody here knows of");
    let bad: Vec<(&str, String, &str)> = vec![
        ("nothing", String::new(), "invalid_token"),
        ("a word", "x".to_owned(), "invalid_token"),
        ("dots", "..".to_owned(), "invalid_token"),
        ("two parts", parts[..2].join("."), "invalid_token"),
        ("four parts", format!("{good}.x"), "invalid_token"),
        ("no signature", format!("{}.{}.", parts[0], parts[1]), "invalid_token"),
        ("another's signature", format!("{}.{}.{}", parts[0], parts[1], "A".repeat(43)), "invalid_token"),
        ("much too long", "a".repeat(6000), "invalid_token"),
        (
            "no algorithm",
            format!("eyJhbGciOiJub25lIiwia2lkIjoiZGV2ZWxvcG1lbnQifQ.{}.", parts[1]),
            "invalid_token",
        ),
        ("another key", signed(&header, &claims, other.expose()), "invalid_token"),
        ("no key named", signed(&Header::new(Algorithm::HS256), &claims, &secret), "invalid_token"),
        (
            "an unknown key",
            signed(&Header { kid: Some("old".to_owned()), ..Header::default() }, &claims, &secret),
            "invalid_token",
        ),
        (
            "another algorithm",
            signed_by_sha512(&Header { alg: Algorithm::HS512, ..header.clone() }, &claims, &secret),
            "invalid_token",
        ),
        ("another issuer", with("iss", json!("else")), "invalid_token"),
        ("no issuer", with("iss", Value::Null), "invalid_token"),
        ("for another", with("aud", json!("else")), "invalid_token"),
        ("for nobody", with("aud", Value::Null), "invalid_token"),
        ("ended", with("exp", json!(now)), "invalid_token"),
        ("without an end", with("exp", Value::Null), "invalid_token"),
        ("with an end in words", with("exp", json!("never")), "invalid_token"),
        ("of nobody", with("sub", Value::Null), "invalid_token"),
        ("of no id", with("sub", json!("officer")), "invalid_token"),
        ("of another account", with("sub", json!(uuid::Uuid::now_v7())), "unauthenticated"),
        ("without a session", with("sid", Value::Null), "invalid_token"),
        ("of another session", with("sid", json!(uuid::Uuid::now_v7())), "unauthenticated"),
        ("of an ended session", ended.token.unwrap(), "unauthenticated"),
        ("a refresh token", text(&tokens["refresh_token"]), "invalid_token"),
    ];
    assert_eq!(bad.len(), KINDS);
    let (before, mut differences) = (contents(&app, &[]), Vec::new());
    for (what, token, code) in &bad {
        let found = in_both(&app.http().with_token(token), |who| who.get("/api/v1/me"));
        if found != wanted(&format!("401 {code}")) {
            differences.push(format!("{what}: {code} wanted, {found:?}"));
        }
        // A bad token is refused before the body is read.
        let reply = app.http().with_token(token).post("/api/v1/consultations", &json!({ "no": "body" }));
        assert_eq!(reply.status, 401, "{what}");
        if token.len() < 4000 {
            assert_eq!(Ws::try_connect(&app.url, token, By::Header).err(), Some(401), "{what}");
        }
    }
    assert_none(differences);
    for header in ["Basic YTpi", "Bearer", "Token x", "bearer", &good] {
        let reply = app.http().send("GET", "/api/v1/me", &[("Authorization", header)], None);
        assert_eq!(Answer::of(&reply), wanted("401 invalid_token"), "{header}");
    }
    assert_eq!(contents(&app, &[]), before);
    assert_eq!(me(&good).status, 200);
}

#[test]
fn every_bad_refresh_token_is_refused() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let before = contents(&app, &[]);
    let long = "x".repeat(10_000);
    for token in ["", "x", "never-given-out", &long, officer.token.as_deref().unwrap()] {
        let body = json!({ "refresh_token": token });
        let found = in_both(&app.http(), |who| who.post("/api/v1/auth/refresh", &body));
        assert_eq!(found, wanted("401 invalid_refresh_token"), "{token}");
    }
    assert_eq!(contents(&app, &[]), before);
}
