//! Characters that do not show, or that turn the direction of writing, are shown as such wherever people read what others wrote.

use std::collections::{BTreeSet, VecDeque};

use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use zerodesk::core::hidden_characters::is_hidden;
use zerodesk::db::schema::{account, enterprise, expert};

use crate::support::people::{Talk, text};
use crate::support::{Http, TestApp};

/// Turns what follows around, and does not show.
const TURN: &str = "\u{202E}";
/// Joined emoji, which stay whole.
const FAMILY: &str = "👨‍👩‍👧";

/// Everything that people write in a consultation and around it, with the character in it.
fn written() -> (TestApp, Http, Talk) {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let conn = &mut *app.app.conn().unwrap();
    // Names, as they would come in by any way.
    let named = |name: &str| format!("{name}{TURN}gpj.exe");
    diesel::update(enterprise::table).set(enterprise::name.eq(named("甲公司"))).execute(conn).unwrap();
    diesel::update(expert::table)
        .set((expert::name.eq(named("张三")), expert::title.eq(named("高级工程师"))))
        .execute(conn)
        .unwrap();
    diesel::update(account::table).set(account::name.eq(named("李四"))).execute(conn).unwrap();
    let path = format!("/api/v1/consultations/{}", talk.id);
    let (enterprise, leading) = (&talk.enterprise.http, &talk.expert.http);
    for (who, stream) in [(enterprise, "talk"), (leading, "talk"), (leading, "notes"), (&officer, "notes")] {
        let body =
            json!({ "client_id": Uuid::new_v4(), "stream": stream, "body": format!("消息{TURN} {FAMILY}") });
        who.post(&format!("{path}/messages"), &body).expect(201);
    }
    let about = json!({ "product_kind": "K0101", "subject": named("主题"), "question": named("问题") });
    let second = text(&enterprise.post("/api/v1/consultations", &about).expect(201)["id"]);
    leading.act(&format!("/api/v1/consultations/{second}/accept")).expect(200);
    let end = json!({ "conclusion": named("结论") });
    leading.post(&format!("/api/v1/consultations/{second}/conclude"), &end).expect(200);
    let rated = json!({ "rating": 4, "comment": named("评价") });
    enterprise.post(&format!("/api/v1/consultations/{second}/rating"), &rated).expect(200);
    officer.post(&format!("{path}/pin"), &json!({ "reason": named("理由") })).expect(200);
    (app, officer, talk)
}

/// A page without what is sent back as it was typed: the fields of forms, and the data of its modules.
fn read(page: &str) -> String {
    let mut seen = page.to_owned();
    for (attribute, quote) in [("data-chat='", '\''), (" value=\"", '"')] {
        let mut parts = seen.split(attribute);
        let mut kept = parts.next().unwrap().to_owned();
        for part in parts {
            kept.push_str(part.split_once(quote).map_or("", |(_, rest)| rest));
        }
        seen = kept;
    }
    let mut parts = seen.split("<textarea");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |kept, part| kept + part.split_once("</textarea>").map_or("", |(_, rest)| rest))
}

#[track_caller]
fn assert_shown(place: &str, seen: &str) {
    // Joined emoji stay whole.
    let seen = seen.replace(FAMILY, "");
    if let Some((at, c)) = seen.char_indices().find(|(_, c)| is_hidden(*c)) {
        let around: String =
            seen[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
        panic!("{place}: U+{:04X} behind “{around}”", u32::from(c));
    }
}

/// The pages that links lead to.
fn links(page: &str) -> BTreeSet<String> {
    let hrefs = page.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let own = hrefs.filter(|href| href.starts_with('/') && !href.starts_with("//"));
    let page =
        |href: &&str| !["/assets", "/api/", "/logout", "/docs"].iter().any(|not| href.starts_with(not));
    own.filter(page)
        .map(|href| href.split('#').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"))
        .collect()
}

#[test]
fn every_page_shows_what_does_not_show() {
    let (app, officer, talk) = written();
    let mut marked = BTreeSet::new();
    for (role, who) in
        [("officer", &officer), ("expert", &talk.expert.http), ("enterprise", &talk.enterprise.http)]
    {
        let mut known: BTreeSet<String> = ["/", "/consultations"].map(str::to_owned).into();
        known.insert(format!("/consultations/{}", talk.id));
        let mut queue: VecDeque<String> = known.iter().cloned().collect();
        let mut pages = 0;
        while let Some(path) = queue.pop_front() {
            let reply = who.get(&path);
            if !reply.header("content-type").starts_with("text/html") || pages > 150 {
                continue;
            }
            pages += 1;
            assert_shown(&format!("{role} {path}"), &read(&reply.text));
            if reply.text.contains("⟨U+202E⟩") {
                marked.insert(
                    path.split(['?', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
                        .next()
                        .unwrap()
                        .to_owned(),
                );
            }
            for link in links(&reply.text) {
                if known.insert(link.clone()) {
                    queue.push_back(link);
                }
            }
        }
        assert!(pages > 5, "{role}: only {pages} pages were found");
    }
    assert!(marked.len() > 5, "{marked:?}");
    let page = officer.get(&format!("/consultations/{}", talk.id)).text;
    assert!(page.contains(FAMILY), "joined emoji stay whole");
    assert!(page.contains("<bdi>甲公司⟨U+202E⟩gpj.exe</bdi>"), "names are isolated");
    for mail in app.smtp.received() {
        assert_shown("mail", &mail.body_text);
    }
}

#[test]
fn files_for_people_show_it_and_data_stays_as_typed() {
    let (app, officer, talk) = written();
    let path = format!("/api/v1/consultations/{}", talk.id);
    for format in ["html", "text"] {
        let file = officer.get(&format!("{path}/transcript?format={format}")).text;
        assert!(file.contains("⟨U+202E⟩") && file.contains(FAMILY), "{file}");
        assert_shown(format, &file);
    }
    let figures = officer.get("/api/v1/reports/experts?format=csv").text;
    assert!(figures.contains("⟨U+202E⟩"), "{figures}");
    assert_shown("csv", figures.trim_start_matches('\u{FEFF}'));
    let typed = |value: &Value| text(value).contains(TURN);
    let data = officer.get(&format!("{path}/transcript?format=json")).json();
    assert!(typed(&data["talk"][0]["body"]) && typed(&data["consultation"]["enterprise"]["name"]), "{data}");
    assert!(typed(&officer.get(&format!("{path}/messages")).expect(200)["items"][0]["body"]));
    let mut socket = app.following(&officer, &talk.id);
    assert!(typed(&socket.wait_ev("message")["body"]));
}

#[test]
fn every_value_of_a_page_goes_through_the_one_escaper() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = std::fs::read_to_string(root.join("askama.toml")).unwrap();
    assert!(config.contains("crate::web::escaper::VisibleEscaper") && config.contains("\"html\""));
    let mut unescaped = BTreeSet::new();
    for file in walkdir(&root.join("templates")) {
        let page = std::fs::read_to_string(&file).unwrap();
        for value in page.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()) {
            if value.contains("|safe") || value.contains("| safe") || value.contains("escape(\"none\")") {
                let what = value.trim().split(['(', '|', '"']).next().unwrap().to_owned();
                unescaped.insert(what);
            }
        }
        assert!(!page.contains("autoescape"), "{}", file.display());
    }
    // The styles of the pages, parts of pages that went through the escaper, and what is sent back as it was typed; what a search marks, which
    // escapes piece by piece (`web::escaper::marked`).
    let known = [
        "advice",
        "asked.marked",
        "card",
        "crate::web::escaper::as_typed",
        "crate::web::escaper::json_attribute",
        "f.style",
        "nonconformities",
    ];
    assert_eq!(unescaped, known.map(str::to_owned).into());
}

/// Kinds of fields in which nobody types.
const CHOSEN: [&str; 10] =
    ["hidden", "checkbox", "radio", "date", "number", "time", "datetime-local", "month", "range", "file"];

/// Where a tag of a template ends: expressions and statements in it may hold its end as well.
fn tag_end(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        at += if rest.starts_with("{{") {
            rest.find("}}").unwrap() + 2
        } else if rest.starts_with("{%") {
            rest.find("%}").unwrap() + 2
        } else if rest.starts_with('>') {
            return at;
        } else {
            rest.chars().next().unwrap().len_utf8()
        };
    }
}

#[test]
fn what_a_form_sends_back_is_as_it_was_typed() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let typed = |value: &str| value.trim_start().starts_with("crate::web::escaper::as_typed(");
    for file in walkdir(&root.join("templates")) {
        let page = std::fs::read_to_string(&file).unwrap();
        for (at, _) in page.match_indices("<input") {
            let tag = &page[at..at + tag_end(&page[at..])];
            let chosen = CHOSEN.iter().any(|kind| tag.contains(&format!(" type=\"{kind}\"")));
            if let Some((_, value)) = tag.split_once(" value=\"{{").filter(|_| !chosen) {
                assert!(typed(value), "{}: {tag}", file.display());
            }
        }
        for (at, _) in page.match_indices("<textarea") {
            let area = page[at..].split("</textarea>").next().unwrap();
            for value in area[tag_end(area)..].split("{{").skip(1) {
                assert!(typed(value), "{}: {area}", file.display());
            }
        }
    }
    // Somebody whose name has such a character saves the own account: the name stays.
    let (_app, officer, _) = written();
    let page = officer.get("/account").text;
    assert!(page.contains(&format!("name=\"name\" value=\"李四{TURN}gpj.exe\"")), "{page}");
}

fn walkdir(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walkdir(&path));
        } else if path.extension().is_some_and(|e| e == "html") {
            found.push(path);
        }
    }
    found
}

/// The characters of a class of a regular expression, as a string of JavaScript writes it.
fn class(text: &str) -> impl Fn(char) -> bool {
    let mut ends: Vec<(u32, bool)> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (hex, after) = if let Some(after) = rest.strip_prefix("\\u{") {
            after.split_once('}').unwrap()
        } else if let Some(after) = rest.strip_prefix("\\u") {
            after.split_at(4)
        } else if let Some(after) = rest.strip_prefix("\\x") {
            after.split_at(2)
        } else {
            ("0", rest.strip_prefix("\\0").unwrap())
        };
        let to = after.strip_prefix('-');
        ends.push((u32::from_str_radix(hex, 16).unwrap(), to.is_some()));
        rest = to.unwrap_or(after);
    }
    let mut ranges = Vec::new();
    let mut all = ends.into_iter();
    while let Some((from, goes_on)) = all.next() {
        ranges.push(from..=if goes_on { all.next().unwrap().0 } else { from });
    }
    move |c| ranges.iter().any(|range| range.contains(&u32::from(c)))
}

#[test]
fn modules_know_the_same_characters_as_the_server() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/assets/api.js");
    let module = std::fs::read_to_string(file).unwrap();
    let (_, rest) = module.split_once("const unseen =").unwrap();
    let written = rest.split_once(")|[").unwrap().1.split_once("]/gu").unwrap().0;
    let known = class(written);
    for c in '\0'..=char::MAX {
        assert_eq!(known(c), is_hidden(c), "U+{:04X}", u32::from(c));
    }
}
