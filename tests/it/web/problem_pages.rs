//! Every code of a problem has a page, in both languages, for people and for programs.

use serde_json::Value;
use zerodesk::core::{Code, Language};
use zerodesk::list_files::rejection_code::{RejectionCode, WarningCode};

use super::support::{Reply, Server, server};

const LANGUAGES: [Language; 2] = [Language::Zh, Language::En];

fn ask(server: &Server, path: &str, accept: &str, language: Language) -> Reply {
    server.send("GET", path, &[("Accept", accept), ("Accept-Language", language.tag())], None)
}

#[test]
fn every_code_has_its_page_in_both_languages() {
    let server = server();
    for language in LANGUAGES {
        let index = ask(&server, "/problems", "text/html", language);
        let listed = ask(&server, "/problems", "application/json", language).json();
        assert_eq!(listed["items"].as_array().unwrap().len(), Code::ALL.len());
        for (code, item) in Code::ALL.iter().zip(listed["items"].as_array().unwrap()) {
            let path = format!("/problems/{code}");
            let page = ask(&server, &path, "text/html,*/*;q=0.8", language);
            assert_eq!(page.status, 200, "{path}");
            assert_eq!(page.header("content-language"), language.tag());
            assert!(page.header("content-type").starts_with("text/html"), "{path}");
            for text in [code.title(), code.explanation()] {
                let text = escaped(text.get(language));
                assert!(page.text.contains(&text), "{path}: {text}");
                assert!(index.text.contains(&text), "{path}: {text}");
            }
            let kind = ask(&server, &path, "application/json", language).json();
            assert_eq!(&kind, item);
            assert_eq!((&kind["type"], &kind["code"]), (&path.into(), &code.as_str().into()));
            assert_eq!(kind["status"], code.status());
            assert_eq!(kind["title"], code.title().get(language));
            assert_eq!(kind["explanation"], code.explanation().get(language));
        }
    }
    let plain = server.get("/problems/not_found");
    assert!(plain.header("content-type").starts_with("text/html"), "a page unless asked otherwise");
}

#[test]
fn every_code_of_an_import_is_explained() {
    let server = server();
    for language in LANGUAGES {
        let index = ask(&server, "/problems", "text/html", language).text;
        let rejections = RejectionCode::ALL.iter().map(|code| (code.as_str(), code.explanation()));
        let warnings = WarningCode::ALL.iter().map(|code| (code.as_str(), code.explanation()));
        for (code, text) in rejections.chain(warnings) {
            assert!(index.contains(&format!("<dt id=\"{code}\">")), "{code}");
            assert!(index.contains(&escaped(text.get(language))), "{code}");
        }
    }
}

#[test]
fn an_unknown_code_has_none() {
    let server = server();
    for path in ["/problems/nothing", "/problems/NOT_FOUND", "/problems/not_found/"] {
        assert_eq!(ask(&server, path, "application/json", Language::En).problem()["code"], "not_found");
    }
    let page = ask(&server, "/problems/nothing", "text/html", Language::En);
    assert_eq!(page.status, 404);
    assert!(page.header("content-type").starts_with("text/html"));
}

/// As HTML writes it.
fn escaped(text: &str) -> String {
    text.replace('&', "&#38;").replace('\'', "&#39;").replace('"', "&#34;")
}

/// What is under a key anywhere in a document.
fn values<'a>(document: &'a Value, key: &str, found: &mut Vec<&'a str>) {
    match document {
        Value::Array(items) => items.iter().for_each(|item| values(item, key, found)),
        Value::Object(fields) => {
            found.extend(fields.get(key).and_then(Value::as_str));
            fields.values().for_each(|field| values(field, key, found));
        }
        _ => {}
    }
}

#[test]
fn every_problem_in_a_snapshot_has_a_page() {
    let server = server();
    for text in [
        include_str!("snapshots/it__web__problems__problems_en.snap"),
        include_str!("snapshots/it__web__problems__problems_zh-CN.snap"),
    ] {
        let body = text.splitn(3, "---").nth(2).unwrap();
        let bodies: Value = serde_json::from_str(body).unwrap();
        let mut types = Vec::new();
        values(&bodies, "type", &mut types);
        assert!(types.len() > 20);
        for path in types {
            assert_eq!(ask(&server, path, "text/html", Language::Zh).status, 200, "{path}");
        }
    }
}
