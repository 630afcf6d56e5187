//! The pages: in both languages, for who may see them, with a session that no other site can use.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use zerodesk::settings::{Mode, ProcessSettings, ServerSettings, Settings};

use super::support::{PASSWORD, Reply, Server, server, server_with};
use crate::support::TestApp;

const OURS: (&str, &str) = ("Sec-Fetch-Site", "same-origin");
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

fn log_in(server: &Server, name: &str, password: &str) -> Reply {
    let body = format!("username={name}&password={}&next=%2Fcases%2F1", password.replace(' ', "+"));
    server.send("POST", "/login", &[OURS, FORM], Some(body.as_bytes()))
}

fn cookies(reply: &Reply) -> Vec<String> {
    reply.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap().to_owned()).collect()
}

/// The pairs to send back, for a path under `/session`.
fn jar(reply: &Reply) -> String {
    let pairs: Vec<_> = cookies(reply).iter().map(|c| c.split(';').next().unwrap().to_owned()).collect();
    pairs.join("; ")
}

#[test]
fn pages_answer_in_both_languages_without_anything_inline() {
    let server = server();
    for path in ["/", "/login", "/register", "/claim", "/invitation", "/apply", "/apply/confirm", "/logout"] {
        for (tag, word) in [("zh-CN", "产品质量"), ("en", "help-desk")] {
            let reply = server.get(&format!("{path}?lang={tag}"));
            assert_eq!((reply.status, reply.header("content-language")), (200, tag), "{path}");
            assert!(reply.text.contains(word), "{path} {tag}");
            assert!(cookies(&reply).iter().any(|c| c.starts_with(&format!("zerodesk_lang={tag};"))));
            for inline in ["style=\"", "onclick", "<script>", "<style ", "javascript:"] {
                assert!(!reply.text.contains(inline), "{path}: {inline}");
            }
            // A style may be in the page if the page's policy names it by its digest.
            let policy = reply.header("content-security-policy").to_owned();
            assert!(!policy.contains("unsafe") && policy.contains("default-src 'none'"), "{policy}");
            let styles: Vec<&str> =
                reply.text.split("<style>").skip(1).map(|s| s.split("</style>").next().unwrap()).collect();
            assert!(!styles.is_empty() && styles.iter().all(|s| !s.is_empty()), "{path}: a style is missing");
            for style in styles {
                let digest = STANDARD.encode(zerodesk::core::secret::sha256(style.as_bytes()));
                assert!(policy.contains(&format!("'sha256-{digest}'")), "{path}: {style:.40}");
            }
            assert!(reply.text.len() < 100 * 1024, "{path}: {}", reply.text.len());
        }
    }
    let kept = server.send("GET", "/login", &[("Cookie", "zerodesk_lang=en")], None);
    assert_eq!(kept.header("content-language"), "en");
}

#[test]
fn assets_are_cached_by_version_and_revalidated_without_one() {
    let server = server();
    let page = server.get("/login").text;
    let at = page.find("src=\"/assets/").expect("a module") + 5;
    let path = page[at..].split('"').next().unwrap();
    let kept = server.get(path);
    assert_eq!((kept.status, kept.header("cache-control")), (200, "public, max-age=31536000, immutable"));
    let plain = server.get("/assets/desk.js");
    assert_eq!((plain.status, plain.header("cache-control")), (200, "no-cache"));
    // Pages get the same without what only readers need.
    assert!(plain.text.starts_with("/**") && !kept.text.contains("/**"), "{}", kept.text);
    assert_eq!(plain.text.lines().count(), kept.text.lines().count(), "a fault's line is that of the source");
    let etag = plain.header("etag").to_owned();
    assert_eq!(server.send("GET", "/assets/desk.js", &[("If-None-Match", &etag)], None).status, 304);
    assert_eq!(server.get("/assets/000000000000/desk.js").header("cache-control"), "no-cache");
    assert_eq!(server.get("/assets/nothing.js").status, 404);
    // The one address at which browsers look for an icon without being told.
    let icon = server.get("/favicon.ico");
    assert_eq!((icon.status, icon.header("content-type")), (200, "image/svg+xml"));
    assert!(icon.text.contains("<svg"), "{}", icon.text);
}

#[test]
fn cookies_of_a_log_in_are_http_only_and_same_site() {
    let server = server();
    server.token("officer-gd", Some("440000"));
    let reply = log_in(&server, "officer-gd", PASSWORD);
    assert_eq!((reply.status, reply.header("location")), (303, "/cases/1"));
    let set = cookies(&reply);
    let wanted = [
        ("zerodesk_session=", "Path=/"),
        ("zerodesk_refresh=", "Path=/session"),
        ("zerodesk_device=", "Path=/login"),
    ];
    assert_eq!(set.len(), wanted.len(), "{set:?}");
    for (cookie, (start, path)) in set.iter().zip(wanted) {
        assert!(cookie.starts_with(start), "{cookie}");
        for flag in ["HttpOnly", "SameSite=Lax", path] {
            assert!(cookie.split("; ").any(|f| f == flag), "{cookie}: {flag}");
        }
        assert!(!cookie.contains("Secure"));
    }
    let home = server.send("GET", "/", &[("Cookie", &jar(&reply))], None);
    assert!(home.text.contains("监管工作台"));
    assert_eq!(home.header("cache-control"), "no-store");
    server.token("operator", None);
    let reply = log_in(&server, "operator", PASSWORD);
    let home = server.send("GET", "/", &[("Cookie", &jar(&reply))], None);
    assert!(home.text.contains("运营工作台") && !home.text.contains("监管工作台"), "{}", home.text);
}

#[test]
fn cookies_are_secure_if_the_public_address_is_https() {
    for (mode, public_url, secure) in [
        (Mode::Development, "https://desk.example", true),
        (Mode::Production, "https://desk.example", true),
        // A network without TLS, where a browser would drop the cookies.
        (Mode::Development, "http://desk.example", false),
        (Mode::Production, "http://desk.example", false),
    ] {
        let settings = |s: &mut Settings| {
            s.edit::<ProcessSettings>().mode = mode;
            s.edit::<ServerSettings>().public_url = public_url.into();
        };
        let mut server = server_with(settings, |_| {});
        server.url = format!("http://{}", server.handle.as_ref().unwrap().address());
        server.token("officer-gd", Some("440000"));
        let set = cookies(&log_in(&server, "officer-gd", PASSWORD));
        assert_eq!(set.len(), 3, "{set:?}");
        assert!(set.iter().all(|c| c.contains("Secure") == secure), "{mode:?} {public_url}: {set:?}");
    }
}

#[test]
fn a_wrong_password_keeps_the_username_and_escapes_it() {
    let server = server();
    let reply = log_in(&server, "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", "wrong");
    assert_eq!(reply.status, 401);
    assert!(reply.header("content-type").starts_with("text/html"));
    assert!(reply.text.contains("用户名或密码不正确"));
    assert!(reply.text.contains("script&#62;alert(1)") && !reply.text.contains("<script>alert"));
    assert!(cookies(&reply).is_empty());
}

#[test]
fn a_post_from_another_site_is_refused() {
    let server = server();
    for headers in [
        vec![FORM, ("Sec-Fetch-Site", "cross-site")],
        vec![FORM, ("Sec-Fetch-Site", "same-site")],
        vec![FORM, ("Origin", "https://evil.example")],
        vec![FORM],
    ] {
        for path in ["/login", "/session/renew", "/session/end"] {
            let reply = server.send("POST", path, &headers, Some(b"username=a&password=b"));
            assert_eq!(reply.status, 403, "{path} {headers:?}");
            assert!(cookies(&reply).is_empty());
        }
    }
}

#[test]
fn anonymous_visitors_are_redirected_to_the_log_in_and_back() {
    let server = server();
    let case = "/cases/01a206ec-af76-76c4-bc9e-4226e13ab089";
    let reply = server.get(case);
    assert_eq!(reply.status, 303);
    assert_eq!(reply.header("location"), format!("/login?next={}", case.replace('/', "%2F")));
    server.token("officer-gd", Some("440000"));
    let cookie = jar(&log_in(&server, "officer-gd", PASSWORD));
    let reply = server.send("GET", case, &[("Cookie", &cookie)], None);
    assert_eq!(reply.status, 404);
    assert!(reply.header("content-type").starts_with("text/html"));
    // Nobody is led elsewhere.
    let reply = server.send("GET", "/login?next=%2F%2Fevil.example", &[("Cookie", &cookie)], None);
    assert_eq!((reply.status, reply.header("location")), (303, "/"));
}

#[test]
fn people_get_a_page_at_unknown_addresses_and_programs_a_problem() {
    let server = server();
    let people = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let page = server.send("GET", "/no-such-page", &[people], None);
    assert_eq!(page.status, 404);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.text.contains("页面不存在"), "{}", page.text);
    // The slash at the end goes, the query stays; nobody is led elsewhere.
    for (asked, wanted) in
        [("/login/", "/login"), ("/cases/?due=7", "/cases?due=7"), ("//evil.example/", "/")]
    {
        let reply = server.send("GET", asked, &[people], None);
        assert_eq!((reply.status, reply.header("location")), (303, wanted), "{asked}");
    }
    for (path, accept) in
        [("/no-such-page", "application/json"), ("/login/", "*/*"), ("/api/v1/none/", people.1)]
    {
        let reply = server.send("GET", path, &[("Accept", accept)], None);
        assert_eq!(reply.status, 404, "{path}");
        assert!(reply.header("content-type").starts_with("application/problem+json"), "{path}");
    }
}

#[test]
fn two_tabs_renew_at_once_and_a_late_replay_ends_the_session() {
    let server = server();
    server.token("officer-gd", Some("440000"));
    let first = jar(&log_in(&server, "officer-gd", PASSWORD));
    server.clock.advance(Duration::seconds(1000));
    // The page leads to the renewal, and the renewal back.
    let page = server.send("GET", "/", &[("Cookie", &first)], None);
    assert_eq!((page.status, page.header("location")), (303, "/session/renew?next=%2F"));
    let renew = |cookie: &str| server.send("POST", "/session/renew", &[OURS, ("Cookie", cookie)], Some(b""));
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let tabs: Vec<_> = (0..4).map(|_| scope.spawn(|| renew(&first))).collect();
        tabs.into_iter().map(|tab| tab.join().unwrap()).collect()
    });
    let second = jar(&replies[0]);
    for reply in &replies {
        assert_eq!((reply.status, jar(reply).as_str()), (204, second.as_str()));
    }
    let home = |cookie: &str| server.send("GET", "/", &[("Cookie", cookie)], None).status;
    assert_eq!(home(&second), 200);
    // Later it is a replay.
    server.clock.advance(Duration::seconds(30));
    assert_eq!(renew(&first).status, 401);
    assert_eq!(home(&second), 303);
    assert_eq!(renew(&second).status, 401);
}

#[test]
fn cookies_last_as_long_as_the_session_of_the_role_may_lie_idle() {
    let app = TestApp::start();
    app.small_world();
    for (name, ages) in [
        // A day, and less on the seventh day, where the session ends.
        ("officer", [86_400, 3_600]),
        ("enterprise-1", [30 * 86_400, 30 * 86_400]),
        ("expert-1", [30 * 86_400, 30 * 86_400]),
    ] {
        let age = |reply: &Reply| {
            let set = cookies(reply);
            let set = set.iter().filter(|c| c.contains("zerodesk_session") || c.contains("zerodesk_refresh"));
            let ages: Vec<_> = set.map(|c| c.split("Max-Age=").nth(1).unwrap().to_owned()).collect();
            assert_eq!((ages.len(), &ages[0]), (2, &ages[1]));
            ages[0].split(';').next().unwrap().parse::<i64>().unwrap()
        };
        let body = format!("username={name}&password={}&next=%2F", PASSWORD.replace(' ', "+"));
        let mut reply = app.http().send("POST", "/login", &[OURS, FORM], Some(body.as_bytes()));
        assert_eq!(age(&reply), ages[0], "{name}");
        // Seven days but for an hour.
        for hours in [23, 23, 23, 23, 23, 23, 23, 6] {
            app.clock.advance(Duration::hours(hours));
            let jar = jar(&reply);
            reply = app.http().send("POST", "/session/renew", &[OURS, ("Cookie", &jar)], Some(b""));
            assert_eq!(reply.status, 204, "{name}");
        }
        assert_eq!(age(&reply), ages[1], "{name}");
    }
}

#[test]
fn two_tabs_renew_at_once_on_two_servers() {
    let one = TestApp::start();
    let (two, three) = (one.another().start(), one.another().start());
    one.admin("officer", "440000");
    let body = format!("username=officer&password={}&next=%2F", PASSWORD.replace(' ', "+"));
    let first = jar(&one.http().send("POST", "/login", &[OURS, FORM], Some(body.as_bytes())));
    let renew = |app: &TestApp, browser: &str| {
        let headers = [OURS, ("Cookie", first.as_str()), ("User-Agent", browser)];
        app.http().send("POST", "/session/renew", &headers, Some(b""))
    };
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let tabs = [&one, &two].map(|app| scope.spawn(|| renew(app, "ours")));
        tabs.map(|tab| tab.join().unwrap()).into()
    });
    let home = |cookie: &str| one.http().send("GET", "/", &[("Cookie", cookie)], None).status;
    for reply in &replies {
        assert_eq!((reply.status, home(&jar(reply))), (204, 200));
        assert_eq!(jar(reply), jar(&replies[0]), "one successor for both");
    }
    // Later it is a replay.
    one.clock.advance(Duration::seconds(30));
    assert_eq!(renew(&three, "ours").status, 401);
    assert!(replies.iter().all(|reply| home(&jar(reply)) == 303), "the whole family has ended");
}

#[test]
fn logging_out_ends_the_session_even_when_its_token_has_expired() {
    let server = server();
    server.token("officer-gd", Some("440000"));
    for wait in [0, 1000] {
        let cookie = jar(&log_in(&server, "officer-gd", PASSWORD));
        server.clock.advance(Duration::seconds(wait));
        let out = server.send("POST", "/session/end", &[OURS, ("Cookie", &cookie)], Some(b""));
        assert_eq!((out.status, out.header("location")), (303, "/"));
        assert!(cookies(&out).iter().all(|c| c.contains("Max-Age=0")));
        let after = server.send("POST", "/session/renew", &[OURS, ("Cookie", &cookie)], Some(b""));
        assert_eq!(after.status, 401);
    }
}
