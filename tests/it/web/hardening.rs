//! Headers, cookies, Origin and metrics, in development and in production.

use zerodesk::server::settings::MetricsSettings;
use zerodesk::settings::{Mode, ProcessSettings, Secret, ServerSettings, Settings};

use super::support::{Server, server, server_with};

fn at(public_url: &str) -> Server {
    let mut server = server_with(|s| s.edit::<ServerSettings>().public_url = public_url.to_owned(), |_| {});
    server.url = format!("http://{}", server.handle.as_ref().unwrap().address());
    server
}

#[test]
fn every_answer_carries_the_headers_that_browsers_heed() {
    let (plain, https) = (server(), at("https://desk.example"));
    for path in ["/healthz", "/login", "/api/v1/me", "/nothing", "/assets/desk.js"] {
        let reply = plain.get(path);
        assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert!(reply.header("permissions-policy").contains("camera=()"), "{path}");
        assert_eq!(reply.header("strict-transport-security"), "", "{path}: there is no https");
        assert_eq!(
            https.get(path).header("strict-transport-security"),
            "max-age=31536000; includeSubDomains",
            "{path}"
        );
    }
    let mut none = server_with(
        |s| {
            s.edit::<ServerSettings>().public_url = "https://desk.example".to_owned();
            s.edit::<ServerSettings>().hsts_seconds = 0;
        },
        |_| {},
    );
    none.url = format!("http://{}", none.handle.as_ref().unwrap().address());
    assert_eq!(none.get("/healthz").header("strict-transport-security"), "");
}

#[test]
fn over_https_cookies_belong_to_this_host_alone() {
    let server = at("https://desk.example");
    server.token("officer-gd", Some("440000"));
    let form = b"username=officer-gd&password=correct+horse+battery";
    let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", "https://desk.example")];
    let reply = server.send("POST", "/login", &headers, Some(form));
    assert_eq!(reply.status, 303, "{}", reply.text);
    let set: Vec<String> =
        reply.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap().to_owned()).collect();
    let names = ["__Host-zerodesk_session=", "__Host-zerodesk_refresh=", "__Host-zerodesk_device="];
    assert_eq!(set.len(), names.len(), "{set:?}");
    for (cookie, name) in set.iter().zip(names) {
        assert!(cookie.starts_with(name), "{cookie}");
        let flags: Vec<&str> = cookie.split("; ").collect();
        assert!(
            flags.contains(&"Secure") && flags.contains(&"Path=/") && !cookie.contains("Domain"),
            "{cookie}"
        );
    }
    let token = set[0].split(['=', ';']).nth(1).unwrap();
    let me = |name: &str| server.send("GET", "/api/v1/me", &[("Cookie", &format!("{name}={token}"))], None);
    assert_eq!(me("__Host-zerodesk_session").status, 200);
    assert_eq!(me("zerodesk_session").status, 401, "a name that others could set is not read");

    let english = server.get("/login?lang=en");
    let kept = english.header("set-cookie");
    assert!(kept.starts_with("__Host-zerodesk_lang=en; ") && kept.contains("; Secure"), "{kept}");
    assert!(kept.contains("; Path=/;") && kept.contains("; HttpOnly"), "{kept}");
    let page = |cookie: &str| server.send("GET", "/login", &[("Cookie", cookie)], None).text;
    assert!(page("__Host-zerodesk_lang=en").contains("<html lang=\"en\""));
    assert!(!page("zerodesk_lang=en").contains("<html lang=\"en\""));
}

#[test]
fn an_origin_is_ours_with_its_scheme() {
    let https = at("https://desk.example");
    let host = https.url.strip_prefix("http://").unwrap().to_owned();
    let log_in = |server: &Server, origin: &str| {
        let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", origin)];
        server.send("POST", "/login", &headers, Some(b"username=x&password=y")).status
    };
    assert_eq!(log_in(&https, "https://desk.example"), 401);
    for origin in ["http://desk.example", "https://desk.example:8443", &format!("http://{host}"), "null"] {
        assert_eq!(log_in(&https, origin), 403, "{origin}");
    }
    let plain = server();
    let host = plain.url.strip_prefix("http://").unwrap().to_owned();
    assert_eq!(log_in(&plain, &format!("http://{host}")), 401);
    assert_eq!(log_in(&plain, &format!("https://{host}")), 403);
}

fn metrics(change: impl FnOnce(&mut MetricsSettings), mode: Mode) -> Server {
    let settings = |s: &mut Settings| {
        s.edit::<ProcessSettings>().mode = mode;
        s.edit::<ServerSettings>().public_url = "http://desk.example".to_owned();
        change(&mut s.edit::<MetricsSettings>());
    };
    let mut server = server_with(settings, |_| {});
    server.url = format!("http://{}", server.handle.as_ref().unwrap().address());
    server
}

#[test]
fn the_metrics_are_for_those_who_watch() {
    const TOKEN: &str = "a-token-of-the-watchers";
    assert_eq!(metrics(|_| {}, Mode::Development).get("/metrics").status, 200);
    assert_eq!(metrics(|_| {}, Mode::Production).get("/metrics").status, 404);
    for mode in [Mode::Development, Mode::Production] {
        let server = metrics(|m| m.token = Secret::new(TOKEN), mode);
        assert_eq!(server.get("/metrics").refusal(), (401, "unauthenticated".to_owned()));
        assert_eq!(server.get_as("/metrics", "another-token-of-others").status, 401);
        let reply = server.get_as("/metrics", TOKEN);
        assert!(reply.status == 200 && reply.text.contains("zerodesk_build_info"), "{}", reply.text);
    }
    let server = metrics(|m| m.address = "127.0.0.1:0".to_owned(), Mode::Production);
    assert_eq!(server.get("/metrics").status, 404);
    let metrics_at = server.handle.as_ref().unwrap().extra_listener(0).unwrap();
    let mut extra = server;
    extra.url = format!("http://{metrics_at}");
    assert_eq!(extra.get("/metrics").status, 200);
    assert_eq!(extra.get("/healthz").status, 404);
}
