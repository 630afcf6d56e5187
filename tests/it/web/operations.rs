//! Health, metrics, the OpenAPI document, headers, draining.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;
use zerodesk::server::ROUTES;

use super::support::{server, server_with};

#[test]
fn health_and_readiness() {
    let server = server_with(
        |_| {},
        |options| {
            let check = Box::new(|_: &zerodesk::app::App| Ok(()));
            options.ready.push(zerodesk::web::ReadyCheck { name: "outbox", check });
        },
    );
    assert_eq!(server.get("/healthz").json()["status"], "ok");
    let ready = server.get("/readyz");
    assert_eq!(ready.status, 200);
    let names: Vec<_> = ready.json()["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["draining", "database", "migrations", "outbox"]);
}

#[test]
fn a_database_that_lacks_a_migration_is_not_ready() {
    let server = server();
    {
        use diesel::connection::SimpleConnection;
        let forget = "DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)";
        server.database.connect().batch_execute(forget).unwrap();
    }
    let ready = server.get("/readyz");
    assert_eq!(ready.status, 503);
    assert!(ready.text.contains(r#"{"name":"migrations","ok":false}"#), "{}", ready.text);
}

#[test]
fn requests_are_counted_by_route() {
    let server = server();
    server.get("/api/v1/regions?limit=1");
    server.get("/api/v1/regions?limit=0");
    server.get("/api/v1/nothing-1");
    server.get("/api/v1/nothing-2");
    let reply = server.get("/metrics");
    assert!(reply.header("content-type").starts_with("text/plain"));
    for line in [
        r#"zerodesk_http_requests_total{method="GET",route="/api/v1/regions",status="200"} 1"#,
        r#"zerodesk_http_requests_total{method="GET",route="/api/v1/regions",status="422"} 1"#,
        r#"zerodesk_http_requests_total{method="GET",route="unmatched",status="404"} 2"#,
        r#"zerodesk_http_request_seconds_count{method="GET",route="/api/v1/regions"} 2"#,
        "zerodesk_build_info{version=",
        "zerodesk_database_connections{state=\"idle\"}",
        "process_resident_memory_bytes",
    ] {
        assert!(reply.text.contains(line), "{line}\n{}", reply.text);
    }
    assert!(!reply.text.contains("nothing-1"));
}

/// The values of every enum below a value.
fn enums(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| enums(item, found)),
        Value::Object(fields) => {
            let words = fields.get("enum").and_then(Value::as_array).into_iter().flatten();
            found.extend(words.filter_map(Value::as_str).map(ToOwned::to_owned));
            fields.values().for_each(|field| enums(field, found));
        }
        _ => {}
    }
}

#[test]
fn enums_of_the_openapi_document_have_the_values_that_are_sent() {
    let mut words = Vec::new();
    enums(&server().get("/api/openapi.json").json(), &mut words);
    for word in ["correction", "operating", "evidence_submitted", "zh-CN", "notes"] {
        assert!(words.iter().any(|w| w == word), "no {word} in {words:?}");
    }
    let of_rust = |w: &&String| w.starts_with(|c: char| c.is_ascii_uppercase());
    assert_eq!(words.iter().filter(of_rust).collect::<Vec<_>>(), [] as [&String; 0]);
}

#[test]
fn the_openapi_document_has_every_route() {
    let server = server();
    let reply = server.get("/api/openapi.json");
    assert_eq!(reply.header("content-type"), "application/json");
    let mut document = reply.json();
    assert_eq!(document["openapi"], "3.1.0");
    for row in ROUTES.iter() {
        let operation = &document["paths"][row.path][row.method.to_lowercase()];
        assert!(operation.is_object(), "{} {}", row.method, row.path);
        assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{} {}", row.method, row.path);
        assert!(operation["responses"]["default"].is_object());
        for parameter in operation["parameters"].as_array().unwrap() {
            assert!(parameter["$ref"].is_string() || parameter["schema"].is_object(), "{parameter}");
        }
    }
    references(&document, &document);
    document["info"]["version"] = "[version]".into();
    insta::assert_json_snapshot!("openapi", document);
}

/// Every reference leads somewhere.
fn references(document: &Value, part: &Value) {
    match part {
        Value::Object(fields) => {
            if let Some(Value::String(to)) = fields.get("$ref") {
                assert!(document.pointer(to.trim_start_matches('#')).is_some(), "{to} leads nowhere");
            }
            fields.values().for_each(|v| references(document, v));
        }
        Value::Array(items) => items.iter().for_each(|v| references(document, v)),
        _ => {}
    }
}

#[test]
fn the_request_id_is_the_callers_or_a_new_one() {
    let server = server();
    let given = "0198b7b0-0000-7000-8000-000000000001";
    let reply = server.send("GET", "/nothing", &[("X-Request-Id", given)], None);
    assert_eq!(reply.problem()["request_id"], given);
    for bad in ["x", "", "<script>", "00000000-0000-0000-0000-000000000000"] {
        let reply = server.send("GET", "/healthz", &[("X-Request-Id", bad)], None);
        assert_ne!(reply.header("x-request-id"), bad);
        assert!(reply.header("x-request-id").parse::<uuid::Uuid>().is_ok());
    }
}

#[test]
fn pages_come_with_strict_headers_and_in_the_readers_language() {
    let server = server();
    for path in ["/", "/api/docs", "/assets/docs.js", "/nothing", "/healthz"] {
        let reply = server.get(path);
        let policy = reply.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"));
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
    }
    // Browsers send `Sec-Fetch-Site` where they keep this one; elsewhere they would only complain.
    let opener = "cross-origin-opener-policy";
    let trusted = server.send("GET", "/", &[("Sec-Fetch-Site", "none")], None);
    assert_eq!(trusted.header(opener), "same-origin");
    assert!(!server.get("/").headers.contains_key(opener));
    assert!(server.get("/").text.contains("产品质量专家服务台"));
    assert!(server.get("/?lang=en").text.contains("help-desk"));
    let english = server.send("GET", "/", &[("Accept-Language", "en")], None);
    assert_eq!(english.header("content-language"), "en");
    let docs = server.get("/api/docs");
    assert!(docs.header("content-type").starts_with("text/html"));
    for inline in ["style=", "onclick", "<script>", "<style", "javascript:"] {
        assert!(!docs.text.contains(inline), "{inline}");
    }
}

#[test]
fn answers_are_compressed_on_request() {
    let server = server();
    let address = server.handle.as_ref().unwrap().address();
    let mut stream = TcpStream::connect(address).unwrap();
    let request =
        "GET /api/openapi.json HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(String::from_utf8_lossy(&answer).contains("content-encoding: gzip"));
}

#[test]
fn draining_refuses_new_requests_and_finishes_running_ones() {
    let (entered, inside) = std::sync::mpsc::channel();
    let mut server = server_with(
        |_| {},
        |options| {
            let check = Box::new(move |_: &zerodesk::app::App| {
                let _ = entered.send(());
                std::thread::sleep(Duration::from_millis(700));
                Ok(())
            });
            options.ready.push(zerodesk::web::ReadyCheck { name: "slow", check });
        },
    );
    let handle = server.handle.take().unwrap();
    let address = handle.address();
    let slow = std::thread::spawn(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    inside.recv_timeout(Duration::from_secs(10)).unwrap();
    handle.drain();
    let refused = server.get("/api/v1/regions");
    assert_eq!((refused.status, &refused.problem()["code"]), (503, &"draining".into()));
    assert_ne!(refused.header("retry-after"), "");
    assert_eq!(server.get("/healthz").status, 200);
    let begun = Instant::now();
    handle.stop().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    let answer = slow.join().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
}
