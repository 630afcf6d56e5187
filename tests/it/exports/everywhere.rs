//! Every list that the API declares as a file, for everyone who may see it.

use serde_json::Value;
use zerodesk::server::ROUTES;
use zerodesk::server::rooms::all_pages;
use zerodesk::web::openapi;
use zerodesk::zero_out::import::Column;

use super::{ABOVE, XLSX, lines, part, rows, sheet};
use crate::support::csv::{file, row, uscc};
use crate::support::{Http, TestApp};

/// The paths of the lists that have a workbook, reports aside.
fn lists() -> Vec<String> {
    let document = openapi::document(&ROUTES).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let has_book = |item: &Value| item["get"]["responses"]["200"]["content"].get(XLSX).is_some();
    let found: Vec<_> =
        paths.iter().filter(|(_, item)| has_book(item)).map(|(path, _)| path.clone()).collect();
    found.into_iter().filter(|path| !path.starts_with("/api/v1/reports/")).collect()
}

/// How many rows a list has, page by page.
fn paged(who: &Http, path: &str) -> Result<usize, u16> {
    let (mut count, mut cursor) = (0, String::new());
    loop {
        let together =
            if path.ends_with("/colleagues") || path.ends_with("/sessions") || path.ends_with("/changes") {
                path.to_owned()
            } else {
                format!("{path}?limit=2{cursor}")
            };
        let reply = who.get(&together);
        if reply.status != 200 {
            return Err(reply.status);
        }
        let page = reply.json();
        let items = if page["items"].is_array() { &page["items"] } else { &page["changes"] };
        count += items.as_array().unwrap().len();
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(count),
        }
    }
}

#[test]
fn every_list_is_a_file_for_who_sees_it() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let elsewhere = app.admin("elsewhere", "440300");
    let operator = app.operator("operator");
    app.claimed_enterprise(2, "440305", "K0102");
    app.applied_expert("expert-2", "K0102", &["440000"]);
    officer.post("/api/v1/tags", &serde_json::json!({ "name": "原材料" })).expect(201);
    let round = serde_json::json!({ "name": "插座互检", "product_kind": "K2301" });
    officer.post("/api/v1/cross-inspections", &round).expect(201);
    let plan = officer.post("/api/v1/matching/plans", &serde_json::json!({})).expect(202);
    let plan = plan["id"].as_str().unwrap();
    app.mails_sent();
    let lists = lists();
    assert!(lists.len() >= 20, "{lists:?}");
    let (mut files, mut filled) = (0, 0);
    for path in lists.iter().map(|path| path.replace("{id}", plan)) {
        for (who, name) in [
            (&officer, "officer"),
            (&elsewhere, "officer elsewhere"),
            (&operator, "operator"),
            (&talk.enterprise.http, "enterprise"),
            (&talk.expert.http, "expert"),
        ] {
            let counted = paged(who, &path);
            let book = who.get(&format!("{path}?format=xlsx"));
            let count = match counted {
                Ok(count) => count,
                Err(status) => {
                    assert_eq!(book.status, status, "{path} by {name}: {}", book.text);
                    continue;
                }
            };
            let range = sheet(&book);
            let found = rows(&range);
            // Each file is a row of the audit itself, and mails are on their way.
            if path.ends_with("/audit") || path.ends_with("/mail") {
                assert!(found.len() >= count, "{path} by {name}");
            } else {
                assert_eq!(found.len(), count, "{path} by {name}");
            }
            let about = range.get_value((1, 0)).unwrap().to_string();
            assert!(
                about.starts_with("截至 20") && about.contains("范围：") && about.contains("筛选："),
                "{about}"
            );
            let xml = part(&book, "xl/worksheets/sheet1.xml");
            for wanted in
                ["<pane ySplit=\"3\"", "state=\"frozen\"", "<autoFilter ref=\"A3:", "customWidth=\"1\""]
            {
                assert!(xml.contains(wanted), "{path}: no {wanted}");
            }
            let named = book.header("content-disposition");
            assert!(named.contains("filename*=UTF-8''%E") && named.contains(".xlsx"), "{named}");
            assert_eq!(book.header("cache-control"), "private, no-store");
            let csv = who.get(&format!("{path}?format=csv"));
            let comma = lines(&csv);
            if !path.ends_with("/audit") && !path.ends_with("/mail") {
                assert_eq!(comma.len(), count, "{path} by {name}");
            }
            let english = who.in_english().get(&format!("{path}?format=csv"));
            let headings = english.text.lines().next().unwrap().trim_start_matches('\u{feff}').to_owned();
            assert!(headings.is_ascii(), "{path}: {headings}");
            assert_eq!(headings.split(',').count(), range.width().max(1), "{path}");
            assert!(range.height() >= ABOVE);
            files += 1;
            filled += usize::from(count > 0);
        }
    }
    assert!(files > 30 && filled > 20, "{files} files, {filled} with rows");
}

#[test]
fn every_list_of_a_page_can_be_exported_from_there() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let operator = app.operator("operator");
    for (who, page, wanted) in [
        (&officer, "/enterprises?cleared=false", "/api/v1/enterprises?cleared=false&#38;format=xlsx"),
        (&officer, "/enterprises", "/api/v1/zero-out?format=xlsx"),
        (
            &officer,
            "/cases?region=440100&deadline_to=2099-12-31",
            "/api/v1/remediation/cases?region=440100&#38;deadline_to=2099-12-31&#38;format=xlsx",
        ),
        (&officer, "/queue?status=active", "/api/v1/consultations?status=active&#38;format=xlsx"),
        (&officer, "/queue?show=all", "/api/v1/consultations?format=xlsx"),
        (&officer, "/experts", "/api/v1/experts?state=approved&#38;format=xlsx"),
        (&officer, "/people", "/api/v1/accounts?role=admin&#38;format=xlsx"),
        (
            &officer,
            "/audit?subject_type=consultation",
            "/api/v1/audit?subject_type=consultation&#38;format=xlsx",
        ),
        (&operator, "/mail?state=all", "/api/v1/mail?format=xlsx"),
        (&talk.enterprise.http, "/records?show=open", "/api/v1/zero-out?cleared=false&#38;format=xlsx"),
        (
            &talk.enterprise.http,
            "/consultations?status=active&unread=1",
            "/api/v1/consultations?status=active&#38;",
        ),
        (&talk.enterprise.http, "/colleagues", "/api/v1/enterprises/me/colleagues?format=xlsx"),
        (&talk.expert.http, "/account", "/api/v1/me/sessions?format=xlsx"),
    ] {
        let cookie = format!("zerodesk_session={}", who.token.as_deref().unwrap());
        let mut browser = who.clone();
        browser.token = None;
        let shown = browser.send("GET", page, &[("Cookie", &cookie)], None);
        assert_eq!(shown.status, 200, "{page}");
        assert!(shown.text.contains(wanted), "{page} has no {wanted}");
    }
}

/// Pages that show a list without a way to search it or to export it, and why.
const WITHOUT: [(&str, &str, &str); 2] = [
    ("/colleagues", "search", "the people of one enterprise are a handful and on one page"),
    ("/recordings", "search", "inspections are searched in their own list, which leads to their recordings"),
];

#[test]
fn every_page_with_a_list_can_be_searched_and_exported() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let operator = app.operator("operator");
    app.applied_expert("expert-2", "K0102", &["440000"]);
    officer.post("/api/v1/tags", &serde_json::json!({ "name": "原材料" })).expect(201);
    crate::plans::computed(&officer, &serde_json::json!({}));
    app.mails_sent();
    let mut missing = Vec::new();
    for row in all_pages().filter(|row| row.method == "GET" && !row.path.contains('{')) {
        for who in [&officer, &operator, &talk.enterprise.http, &talk.expert.http] {
            let page = who.get(row.path);
            if page.status != 200 || !page.text.contains("<ul class=\"lines\"") {
                continue;
            }
            for (wanted, what) in [("type=\"search\"", "search"), ("format=xlsx", "export")] {
                if !page.text.contains(wanted)
                    && !WITHOUT.iter().any(|known| (known.0, known.1) == (row.path, what))
                {
                    missing.push(format!("{} has no {what}", row.path));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn heads_of_files_are_in_the_words_of_the_reader() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let plan = crate::plans::computed(&officer, &serde_json::json!({ "name": "春季巡诊" }));
    let list = file(&[row(&[(Column::Uscc, &uscc(7))])]);
    let import = app.import(&officer, &list, false)["id"].clone();
    let import = import.as_str().unwrap();
    let head = |who: &Http, path: &str| {
        let book = who.get(path);
        sheet(&book).get_value((1, 0)).unwrap().to_string()
    };
    let said = head(&officer, &format!("/api/v1/zero-out?import={import}&outcome=inserted&format=xlsx"));
    assert!(said.contains("导入结果（新增）") && said.contains("导入（list.csv）"), "{said}");
    let said =
        head(&officer.in_english(), "/api/v1/reports/zero-out-rate?by=month&count=nonconformity&format=xlsx");
    assert!(said.contains("by (month)") && said.contains("counted (nonconformities)"), "{said}");
    let said = head(&officer, "/api/v1/reports/zero-out-rate?by=month&format=xlsx");
    assert!(said.contains("统计方式（按月）"), "{said}");
    let enterprise = officer.get("/api/v1/consultations").json()["items"][0]["enterprise"].clone();
    let said = head(
        &officer,
        &format!("/api/v1/consultations?enterprise={}&format=xlsx", enterprise["id"].as_str().unwrap()),
    );
    assert!(said.contains(&format!("企业（{}）", enterprise["name"].as_str().unwrap())), "{said}");
    for part in ["assignments", "unserved", "experts", "changes"] {
        let path = format!("/api/v1/matching/plans/{}/{part}?format=xlsx", plan["id"].as_str().unwrap());
        let said = head(&officer, &path);
        assert!(said.contains("范围：春季巡诊；"), "{part}: {said}");
    }
    for who in [&officer, &talk.enterprise.http, &talk.expert.http] {
        let said = head(who, "/api/v1/me/sessions?format=xlsx");
        assert!(said.contains("范围：本人；"), "{said}");
    }
    // Nothing that narrows a list stands in the head as it was written in the address.
    let document = openapi::document(&ROUTES).unwrap();
    let (mut tried, mut raw) = (0, Vec::new());
    for path in lists() {
        let parameters =
            document["paths"][&path]["get"]["parameters"].as_array().cloned().unwrap_or_default();
        let path = path.replace("{id}", plan["id"].as_str().unwrap());
        for parameter in parameters {
            // What all routes share is referred to, and narrows nothing.
            let Some(name) = parameter["name"].as_str() else { continue };
            if parameter["in"] != "query" || ["format", "limit", "cursor"].contains(&name) {
                continue;
            }
            let word = parameter["schema"]["enum"][0].as_str().unwrap_or("true");
            for value in [word, "440000", "2026-01-01", "0190f3a0-0000-7000-8000-000000000000", import] {
                let book = officer.get(&format!("{path}?{name}={value}&format=xlsx"));
                if book.status == 200 {
                    let said = sheet(&book).get_value((1, 0)).unwrap().to_string();
                    // The audit's things are of any kind, and known by their ids.
                    let id = value.len() == 36
                        && said.contains(value)
                        && (path.as_str(), name) != ("/api/v1/audit", "subject");
                    let raw_name = said.contains(&format!("{name}="));
                    raw.extend((raw_name || id).then(|| format!("{path}: {said}")));
                    tried += 1;
                    break;
                }
            }
        }
    }
    assert!(raw.is_empty(), "{raw:#?}");
    assert!(tried > 30, "only {tried} filters were tried");
}
