//! Every kind of refusal is problem+json, in the caller's language.

use serde_json::{Value, json};

use super::support::{Reply, Server, server, server_with};

const JSON: (&str, &str) = ("Content-Type", "application/json");
const LOGIN: &str = "/api/v1/auth/login";

fn redacted(reply: &Reply) -> Value {
    let mut body = reply.problem();
    body["request_id"] = "[id]".into();
    body
}

/// One bad request of each kind, by a name.
fn one_of_each(server: &Server, language: &str) -> Vec<(&'static str, Reply)> {
    let send = |method: &str, path: &str, more: &[(&str, &str)], body: Option<&[u8]>| {
        let mut headers = vec![("Accept-Language", language)];
        headers.extend_from_slice(more);
        server.send(method, path, &headers, body)
    };
    let login = |body: &[u8]| send("POST", LOGIN, &[JSON], Some(body));
    let big = format!("{{\"username\":\"{}\",\"password\":\"x\"}}", "x".repeat(300_000));
    let long = format!("/api/v1/regions?parent={}", "1".repeat(9000));
    vec![
        ("unknown route", send("GET", "/api/v1/nothing", &[], None)),
        ("wrong method", send("DELETE", LOGIN, &[], None)),
        ("no body", send("POST", LOGIN, &[JSON], None)),
        ("broken json", login(b"{\n  \"username\": oops}")),
        ("not utf-8", login(b"{\"username\":\"\xff\",\"password\":\"x\"}")),
        ("not an object", login(b"[\"a\",\"b\"]")),
        ("missing field", login(b"{\"username\":\"a\"}")),
        ("unknown field", login(b"{\"username\":\"a\",\"password\":\"b\",\"c\":1}")),
        ("wrong type", login(b"{\"username\":1,\"password\":\"b\"}")),
        ("nul", login(b"{\"username\":\"a\\u0000\",\"password\":\"b\"}")),
        ("wrong content type", send("POST", LOGIN, &[("Content-Type", "text/plain")], Some(b"{}"))),
        ("no content type", send("POST", LOGIN, &[], Some(b"{}"))),
        ("compressed", send("POST", LOGIN, &[JSON, ("Content-Encoding", "gzip")], Some(b"{}"))),
        ("too large", login(big.as_bytes())),
        ("bad key", send("POST", LOGIN, &[JSON, ("Idempotency-Key", "a b")], Some(b"{}"))),
        ("unknown parameter", send("GET", "/api/v1/regions?colour=red", &[], None)),
        ("bad parameter", send("GET", "/api/v1/regions?level=planet", &[], None)),
        ("bad limit and cursor", send("GET", "/api/v1/regions?limit=0&cursor=x", &[], None)),
        ("unknown region", send("GET", "/api/v1/regions?parent=999999", &[], None)),
        ("long address", send("GET", &long, &[], None)),
        ("no token", send("GET", "/api/v1/me", &[], None)),
        ("no bearer", send("GET", "/api/v1/me", &[("Authorization", "Basic YTpi")], None)),
        ("bad token", send("GET", "/api/v1/me", &[("Authorization", "Bearer a.b.c")], None)),
        ("bad credentials", login(br#"{"username":"nobody","password":"nothing at all"}"#)),
    ]
}

#[test]
fn every_kind_of_problem_in_both_languages() {
    let server = server();
    for (tag, asked) in [("zh-CN", "fr, zh;q=0.5"), ("en", "en-GB")] {
        let mut bodies = serde_json::Map::new();
        for (name, reply) in one_of_each(&server, asked) {
            assert_eq!(reply.header("content-language"), tag, "{name}");
            bodies.insert(name.to_owned(), redacted(&reply));
        }
        insta::assert_json_snapshot!(format!("problems_{tag}"), bodies);
    }
}

#[test]
fn chinese_is_the_default_language() {
    let server = server();
    assert_eq!(server.get("/nothing").problem()["detail"], "找不到该资源");
}

#[test]
fn a_wrong_method_lists_the_allowed_ones() {
    let server = server();
    let reply = server.send("PUT", "/api/v1/regions", &[], None);
    assert_eq!((reply.status, reply.header("allow")), (405, "GET, HEAD, OPTIONS"));
    let reply = server.send("OPTIONS", LOGIN, &[], None);
    assert_eq!((reply.status, reply.header("allow"), reply.text.as_str()), (204, "POST, OPTIONS", ""));
    let reply = server.send("BREW", "/", &[], None);
    assert_eq!((reply.status, reply.header("allow")), (405, "GET, HEAD, OPTIONS"));
    assert_eq!(server.send("HEAD", "/api/v1/regions", &[], None).status, 200);
    let reply = server.send("HEAD", "/api/v1/nothing", &[], None);
    assert_eq!((reply.status, reply.text.as_str()), (404, ""));
}

#[test]
fn an_unavailable_database_gives_503_without_the_cause() {
    let server = server_with(|_| {}, |_| {});
    let token = server.token("officer-gd", Some("440000"));
    let name: String = {
        use diesel::prelude::*;
        let mut conn = server.app.conn().unwrap();
        diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>("current_database()::text"))
            .get_result(&mut *conn)
            .unwrap()
    };
    let admin = crate::support::cluster::admin_url();
    {
        use diesel::connection::{Connection, SimpleConnection};
        let mut conn = diesel::PgConnection::establish(admin).unwrap();
        conn.batch_execute(&format!(
            "ALTER DATABASE {name} ALLOW_CONNECTIONS false; \
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        ))
        .unwrap();
    }
    let reply = server.get_as("/api/v1/me", &token);
    assert_eq!(reply.status, 503, "{}", reply.text);
    assert_eq!(reply.problem()["code"], "unavailable");
    assert_ne!(reply.header("retry-after"), "");
    assert!(!reply.text.contains("FATAL") && !reply.text.contains("terminat"), "{}", reply.text);
    let ready = server.get("/readyz");
    assert_eq!((ready.status, &ready.json()["ready"]), (503, &json!(false)));
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn a_panic_on_the_blocking_pool_is_a_500() {
    let server = server_with(
        |_| {},
        |options| {
            let check =
                Box::new(|_: &zerodesk::app::App, _: &mut diesel::PgConnection| -> Result<(), String> {
                    panic!("a secret")
                });
            options.ready.push(zerodesk::web::ReadyCheck { name: "bad", check });
        },
    );
    let reply = server.get("/readyz");
    assert_eq!(reply.problem()["code"], "internal");
    assert!(!reply.text.contains("secret"));
}

#[test]
fn malformed_http_is_refused() {
    let server = server();
    for bytes in [
        &b"GET / HTTP/9.9\r\n\r\n"[..],
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ] {
        let answer = server.raw(bytes);
        assert!(answer.starts_with("HTTP/1.1 400"), "{} -> {answer}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn two_hundred_bad_bodies_get_a_clear_answer() {
    let server = server();
    let mut bodies: Vec<Vec<u8>> = Vec::new();
    let good = br#"{"username":"admin","password":"some password"}"#;
    // Cut anywhere, it is broken.
    bodies.extend((0..good.len()).map(|at| good[..at].to_vec()));
    // Any byte replaced by one that JSON does not know outside of a string, or never.
    for at in 0..good.len() {
        for byte in [0x00, 0x1f, 0xff] {
            let mut body = good.to_vec();
            body[at] = byte;
            bodies.push(body);
        }
    }
    for value in ["1", "null", "true", "[]", "{}", "1e999", "\"\\ud800\""] {
        bodies.push(format!("{{\"username\":{value},\"password\":\"x\"}}").into_bytes());
    }
    assert!(bodies.len() >= 150);
    for body in bodies {
        let reply = server.send("POST", LOGIN, &[JSON], Some(&body));
        assert!(matches!(reply.status, 400 | 422), "{}: {}", String::from_utf8_lossy(&body), reply.text);
        let problem = reply.problem();
        assert_eq!(problem["code"], if reply.status == 400 { "bad_json" } else { "invalid_fields" });
        assert_eq!(problem["errors"].is_null(), reply.status == 400);
    }
}
