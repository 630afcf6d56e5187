//! The regulator's and the operator's console, on the demo's province: who gets which page, that every link leads somewhere, and
//! that lists and calendars agree with what the API counts.

use std::collections::{BTreeSet, VecDeque};

use serde_json::{Value, json};
use zerodesk::cli::demo;
use zerodesk::core::Role;
use zerodesk::server::rooms::all_pages;

use super::support::{Server, server};

const DEMO: &str = "zerodesk-demo";

fn province() -> Server {
    let server = server();
    demo::run(&server.app).unwrap();
    server
}

fn token(server: &Server, username: &str, password: &str) -> String {
    let reply = server.post("/api/v1/auth/login", &json!({ "username": username, "password": password }));
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["access_token"].as_str().unwrap().to_owned()
}

/// The addresses of pages that a page links to.
fn links(page: &str) -> Vec<String> {
    let hrefs = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    hrefs
        .map(|href| href.replace("&#38;", "&").replace("&amp;", "&"))
        .filter(|href| href.starts_with('/') && !href.starts_with("/assets/") && !href.starts_with("//"))
        .collect()
}

fn items(server: &Server, token: &str, path: &str) -> Vec<Value> {
    let reply = server.get_as(path, token);
    assert_eq!(reply.status, 200, "{path}: {}", reply.text);
    reply.json()["items"].as_array().unwrap().clone()
}

/// A path without the ids in it, so that of many alike a few are visited.
fn kind_of(href: &str) -> String {
    let (path, query) = href.split_once('?').unwrap_or((href, ""));
    let path: Vec<&str> = path.split('/').map(|part| if part.len() == 36 { "{id}" } else { part }).collect();
    let names: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{} {names:?}", path.join("/"))
}

#[test]
fn every_link_of_the_console_resolves_and_every_page_is_small() {
    let server = province();
    for (username, role) in [("admin-guangdong", Role::Admin), ("operator", Role::Operator)] {
        let token = token(&server, username, DEMO);
        let mut waiting = VecDeque::from(["/".to_owned()]);
        let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
        let mut kinds: std::collections::BTreeMap<String, u32> = Default::default();
        while let Some(path) = waiting.pop_front() {
            let language = if path.len().is_multiple_of(2) { "zh-CN" } else { "en" };
            let glue = if path.contains('?') { '&' } else { '?' };
            let asked = path.split('#').next().unwrap();
            // Data and pictures are in no language.
            let asked = if asked.starts_with("/api") || asked.contains(".svg") {
                asked.to_owned()
            } else {
                format!("{asked}{glue}lang={language}")
            };
            let reply = server.get_as(&asked, &token);
            assert_eq!(reply.status, 200, "{username} {asked}: {}", reply.text);
            if !reply.header("content-type").starts_with("text/html") || asked.starts_with("/api") {
                continue;
            }
            assert!(reply.text.len() < 100 * 1024, "{asked}: {} bytes", reply.text.len());
            for inline in ["style=\"", "onclick", "<script>", "javascript:"] {
                assert!(!reply.text.contains(inline), "{asked}: {inline}");
            }
            // The way to the log-in is shown once the session has ended.
            for href in links(&reply.text).into_iter().filter(|href| !href.starts_with("/login")) {
                let many = kinds.entry(kind_of(&href)).or_default();
                if *many < 3 && seen.insert(href.clone()) {
                    *many += 1;
                    waiting.push_back(href);
                }
            }
        }
        let home = server.get_as("/", &token).text;
        let nav = home.split("<nav class=\"pages\"").nth(1).unwrap().split("</nav>").next().unwrap();
        let places =
            all_pages().flat_map(|page| page.places).filter(|place| place.roles.contains(&role)).count();
        assert!(places >= 7);
        assert_eq!(links(nav).len(), places, "{username}");
        assert!(seen.len() > 40, "{username} saw only {seen:?}");
    }
}

#[test]
fn the_console_is_limited_to_staff() {
    let server = server();
    let (admin, operator) = (server.token("officer", Some("440100")), server.token("operator", None));
    for path in ["/progress", "/enterprises", "/imports", "/vetting", "/experts", "/calendar", "/audit"] {
        assert_eq!(server.get(path).status, 303, "{path}");
        assert_eq!(server.get_as(path, &admin).status, 200, "{path}");
        assert_eq!(server.get_as(path, &operator).status, 200, "{path}");
    }
    for path in ["/cases", "/plans", "/queue", "/alerts"] {
        assert_eq!(server.get_as(path, &admin).status, 200, "{path}");
        let refused = server.get_as(path, &operator);
        assert_eq!(refused.status, 403, "{path}");
        assert!(refused.header("content-type").starts_with("text/html"));
    }
    // Nothing is there yet, and each page says so; what can't be asked for is refused by name.
    assert!(server.get_as("/", &admin).text.contains("目前没有待办事项"));
    assert!(server.get_as("/cases", &admin).text.contains("没有符合条件的案件"));
    for path in
        ["/cases?state=nowhere", "/progress?as_of=2999-01-01", "/progress?region=440300", "/audit?from=soon"]
    {
        assert_eq!(server.get_as(path, &admin).status, 422, "{path}");
    }
}

#[test]
fn enterprises_and_experts_have_no_access_to_the_console() {
    let server = province();
    for username in ["enterprise-lele", "expert-li"] {
        let token = token(&server, username, DEMO);
        for path in [
            "/progress",
            "/enterprises",
            "/imports",
            "/vetting",
            "/experts",
            "/calendar",
            "/audit",
            "/cases",
            "/queue",
            "/alerts",
        ] {
            assert_eq!(server.get_as(path, &token).status, 403, "{username} {path}");
        }
    }
}

#[test]
fn calendar_lists_and_filters_agree() {
    let server = province();
    let token = token(&server, "admin-guangdong", DEMO);
    let report = server.get_as("/api/v1/reports/deadline-days", &token).json();
    let clocks = ["rectification", "reinspection", "second_reinspection", "suspension"];
    let count = |path: String| items(&server, &token, &path).len() as i64;
    let mut ahead = 0;
    for day in report["days"].as_array().unwrap() {
        let date = day["day"].as_str().unwrap();
        for clock in clocks {
            let wanted = day[clock].as_i64().unwrap();
            ahead += wanted;
            if wanted > 0 {
                // What the law counts ends on working days; the term of a suspension is the officer's.
                assert!(day["working_day"] == true || clock == "suspension", "{day}");
                let path = format!(
                    "/api/v1/remediation/cases?limit=200&deadline_from={date}&deadline_to={date}&clock={clock}"
                );
                assert_eq!(count(path), wanted, "{day}");
            }
        }
    }
    assert_eq!(report["days"].as_array().unwrap().len(), 31);
    assert!(ahead > 10, "{report}");
    let today: chrono::NaiveDate = report["as_of"].as_str().unwrap().parse().unwrap();
    let yesterday = today.pred_opt().unwrap();
    for clock in clocks {
        let path = format!("/api/v1/remediation/cases?limit=200&deadline_to={yesterday}&clock={clock}");
        assert_eq!(count(path), report["missed"][clock].as_i64().unwrap(), "{clock}");
    }
    // The same as the report by region says.
    let deadlines = server.get_as("/api/v1/reports/deadlines", &token).json();
    for total in deadlines["total"].as_array().unwrap() {
        let clock = total["clock"].as_str().unwrap();
        assert_eq!(total["missed"], report["missed"][clock], "{clock}");
        let days = report["days"].as_array().unwrap().iter().map(|day| day[clock].as_i64().unwrap());
        assert_eq!(
            total["ahead"].as_i64().unwrap(),
            days.sum::<i64>() + report["later"][clock].as_i64().unwrap()
        );
    }

    let cases = |query: &str| items(&server, &token, &format!("/api/v1/remediation/cases?limit=200&{query}"));
    let all = cases("");
    let (mine, theirs) = (cases("turn=authority"), cases("turn=enterprise"));
    let ended = all.iter().filter(|c| {
        ["cleared", "overturned", "licence_revoked", "closed", "withdrawn"]
            .contains(&c["state"].as_str().unwrap())
    });
    assert_eq!(mine.len() + theirs.len() + ended.count(), all.len());
    assert!(theirs.iter().all(|c| ["ordered", "correcting"].contains(&c["state"].as_str().unwrap())));
    let toys = cases("class=C06");
    assert!(!toys.is_empty() && toys.iter().all(|c| c["product_kind"].as_str().unwrap().starts_with("K06")));
    let one = &all[0];
    for q in [one["enterprise_name"].as_str().unwrap(), one["report_no"].as_str().unwrap()] {
        let found =
            cases(&format!("q={}", form_urlencoded::byte_serialize(q.as_bytes()).collect::<String>()));
        assert!(found.iter().any(|c| c["id"] == one["id"]), "{q}");
    }
    assert!(cases("q=%25").is_empty() && cases("q=%E6%97%A0%E6%AD%A4%E4%BC%81%E4%B8%9A").is_empty());
    for wrong in ["turn=nobody", "deadline_from=soon", "clock=chess"] {
        assert_eq!(
            server.get_as(&format!("/api/v1/remediation/cases?{wrong}"), &token).status,
            422,
            "{wrong}"
        );
    }
}

#[test]
fn the_audit_is_filtered_by_actor_action_and_time() {
    let server = province();
    let token = token(&server, "admin-guangdong", DEMO);
    let rows = |query: &str| items(&server, &token, &format!("/api/v1/audit?limit=200&{query}"));
    let by = rows("by=admin-review");
    assert!(!by.is_empty() && by.iter().all(|row| row["actor_name"] == "省局 林涛"), "{by:?}");
    assert_eq!(by.len(), rows("by=%E7%9C%81%E5%B1%80%20%E6%9E%97%E6%B6%9B").len());
    assert!(rows("by=nobody").is_empty());
    let day = by[0]["at"].as_str().unwrap();
    let day = day.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let day = zerodesk::core::clock::shanghai_date(day);
    let that_day = rows(&format!("by=admin-review&from={day}&to={day}"));
    let within = |row: &&Value| {
        let at = row["at"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        zerodesk::core::clock::shanghai_date(at) == day
    };
    assert_eq!(that_day.len(), by.iter().filter(within).count());
    assert!(!that_day.is_empty());
    let kinds = rows("subject_type=quality_alert");
    assert!(!kinds.is_empty() && kinds.iter().all(|row| row["subject_type"] == "quality_alert"));
}

#[test]
fn the_demo_is_a_plausible_province() {
    let server = province();
    let token = token(&server, "admin-guangdong", DEMO);
    let overview = server.get_as("/api/v1/reports/overview", &token).json();
    // Three that were cleared have failed an inspection since.
    assert!(overview["cleared"].as_i64().unwrap() >= 29, "{overview}");
    let lively = overview["cases"].as_object().unwrap().values().filter(|n| n.as_i64() > Some(0)).count();
    assert!(lively >= 11, "{overview}");
    let months = server.get_as("/api/v1/reports/zero-out-rate?by=month", &token).json();
    let rates: Vec<f64> =
        months["rows"].as_array().unwrap().iter().map(|r| r["rate"].as_f64().unwrap()).collect();
    assert!(rates.len() == 12 && rates[0] > 0.0 && rates[10] > rates[0] + 0.2, "{rates:?}");
    let page = server.get_as("/", &token).text;
    for word in ["问诊告警", "质量预警待处理", "专家申请待审核", "企业认领待审核", "整改已报，待复查"]
    {
        assert!(page.contains(word), "{word}");
    }
    // A second run changes nothing.
    demo::run(&server.app).unwrap();
    assert_eq!(server.get_as("/api/v1/reports/overview", &token).json(), overview);
}
