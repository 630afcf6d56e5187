//! What one client can hold of the server: time, memory, connections.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::json;
use zerodesk::settings::ServerSettings;

use super::support::{Server, server_with};

fn address(server: &Server) -> SocketAddr {
    server.handle.as_ref().unwrap().address()
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(address(server)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
    stream
}

/// All that comes back until the server closes.
fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_head_that_does_not_come_in_time_is_given_up() {
    let server = server_with(|s| s.edit::<ServerSettings>().head_seconds = 1, |_| {});
    let mut slow = connect(&server);
    slow.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ").unwrap();
    let answer = rest(slow);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn a_body_that_does_not_come_in_time_is_given_up() {
    let server = server_with(|s| s.edit::<ServerSettings>().body_seconds = 1, |_| {});
    let token = server.token("officer-gd", Some("440000"));
    for (path, kind) in [
        ("/api/v1/auth/login", "application/json"),
        ("/login", "application/x-www-form-urlencoded"),
        ("/api/v1/zero-out/imports", "multipart/form-data; boundary=x"),
    ] {
        let mut slow = connect(&server);
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nOrigin: http://{0}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: {kind}\r\nContent-Length: 100\r\n\r\n--x",
            address(&server)
        );
        slow.write_all(head.as_bytes()).unwrap();
        let answer = rest(slow);
        assert!(answer.starts_with("HTTP/1.1 408 "), "{path}: {answer}");
        assert!(path == "/login" || answer.contains("\"code\":\"request_timeout\""), "{path}: {answer}");
    }
}

#[test]
fn a_client_has_no_more_connections_than_its_share() {
    let server = server_with(
        |s| {
            s.edit::<ServerSettings>().connections_per_address = 4;
            s.edit::<ServerSettings>().head_seconds = 60;
        },
        |_| {},
    );
    let held: Vec<_> = (0..4)
        .map(|_| {
            let mut stream = connect(&server);
            stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
            let mut start = [0; 12];
            stream.read_exact(&mut start).unwrap();
            assert_eq!(&start, b"HTTP/1.1 200");
            stream
        })
        .collect();
    let answer = rest(connect(&server));
    assert!(answer.starts_with("HTTP/1.1 429 ") && answer.contains("Retry-After: 5\r\n"), "{answer}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("Content-Length: {}", body.len())), "{answer}");
    let problem: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!((&problem["code"], &problem["status"]), (&json!("too_many_requests"), &json!(429)));
    assert!(problem["detail"].as_str().unwrap().contains("连接过多"), "{problem}");
    drop(held);
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let mut stream = connect(&server);
        let sent = stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        if sent.is_ok() && rest(stream).starts_with("HTTP/1.1 200 ") {
            break;
        }
        assert!(Instant::now() < end, "ended connections make room");
    }
}

#[test]
fn proxies_carry_more_connections_than_one_client() {
    let server = server_with(
        |s| {
            s.edit::<ServerSettings>().connections_per_address = 1;
            s.edit::<ServerSettings>().trusted_proxies = "127.0.0.0/8".parse().unwrap();
        },
        |_| {},
    );
    let _held: Vec<_> = (0..8).map(|_| connect(&server)).collect();
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn bodies_in_memory_are_bounded_by_what_has_come() {
    let server = server_with(|s| s.edit::<ServerSettings>().bodies_bytes = 1_048_576, |_| {});
    let limit = server.app.settings().section::<ServerSettings>().max_json_bytes;
    let begin = |bytes: usize| {
        let mut stream = connect(&server);
        let head = format!(
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {limit}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&vec![b' '; bytes]).unwrap();
        stream
    };
    // Announced, and not sent.
    let announced: Vec<_> = (0..20).map(|_| begin(10)).collect();
    let body = json!({ "username": "nobody", "password": "x" });
    assert_eq!(server.post("/api/v1/auth/login", &body).status, 401);
    // Sent nearly whole: two fit into the half that one network has, so one of three is refused.
    let mut sent: Vec<_> = (0..3).map(|_| begin(limit - 1000)).collect();
    sent.iter().for_each(|stream| stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap());
    let end = Instant::now() + Duration::from_secs(15);
    let mut start = [0; 1024];
    let refusal = loop {
        assert!(Instant::now() < end, "none was refused");
        if let Some(bytes) = sent.iter_mut().find_map(|stream| stream.read(&mut start).ok()) {
            break String::from_utf8_lossy(&start[..bytes]).to_ascii_lowercase();
        }
    };
    assert!(refusal.starts_with("http/1.1 503 ") && refusal.contains("retry-after: 3"), "{refusal}");
    drop((announced, sent));
    let padded = format!("{body}{}", " ".repeat(limit - 1000));
    let headers = [("Content-Type", "application/json")];
    let retry = || server.send("POST", "/api/v1/auth/login", &headers, Some(padded.as_bytes())).status;
    while retry() == 503 {
        assert!(Instant::now() < end, "what was held is given back");
    }
}

#[test]
fn a_form_of_ten_thousand_fields_is_refused_at_the_first_that_is_too_many() {
    let server = server_with(|_| {}, |_| {});
    let authorization = format!("Bearer {}", server.token("officer-gd", Some("440000")));
    let headers =
        [("Authorization", authorization.as_str()), ("Content-Type", "multipart/form-data; boundary=x")];
    let part = |name: &str| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\ntrue\r\n");
    let form = |parts: String| {
        let body = format!("{parts}--x--\r\n");
        server.send("POST", "/api/v1/zero-out/imports", &headers, Some(body.as_bytes()))
    };
    let repeated = form(part("dry_run").repeat(10_000));
    assert_eq!(repeated.refusal(), (422, "invalid_fields".to_owned()));
    assert_eq!(repeated.problem()["errors"][0]["pointer"], "/dry_run");
    let strange = form((0..10_000).map(|n| part(&format!("field{n}"))).collect());
    assert_eq!(strange.problem()["errors"][0]["pointer"], "/field0");
    // A part's own head is bounded as well.
    let long = format!("--x\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n\r\n", "n".repeat(200_000));
    assert!((400..=422).contains(&form(long).status));
}

#[test]
fn health_is_answered_beside_a_server_that_takes_no_more_connections() {
    let server = server_with(
        |s| {
            s.edit::<ServerSettings>().health_address = "127.0.0.1:0".to_owned();
            s.edit::<ServerSettings>().connections_per_address = 1;
            s.edit::<ServerSettings>().head_seconds = 60;
        },
        |_| {},
    );
    let health_at = server.handle.as_ref().unwrap().extra_listener(0).unwrap();
    let _held = connect(&server);
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(health_at).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        rest(stream)
    };
    assert!(ask("/healthz").starts_with("HTTP/1.1 200 "));
    assert!(ask("/readyz").starts_with("HTTP/1.1 200 "));
    for path in ["/metrics", "/api/v1/me", "/login"] {
        assert!(ask(path).starts_with("HTTP/1.1 404 "), "{path}");
    }
}
