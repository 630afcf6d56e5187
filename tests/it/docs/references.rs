//! What the documents name: files, routes, settings, metrics, words of the pages.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use zerodesk::server::load_settings;
use zerodesk::settings::LoadOptions;

use super::{Document, documents, none, read, root};

/// Variables that are no settings.
const OTHER_VARIABLES: [&str; 4] =
    ["ZERODESK_CONFIG", "ZERODESK_ADMIN_PASSWORD", "ZERODESK_PICTURES", "ZERODESK_BENCH_MESSAGES"];
/// Folders of the repository whose files are named in documents.
const FOLDERS: [&str; 8] =
    ["package/", "src/", "script/", "docs/", "config/", "tests/", "templates/", "migrations/"];

/// The folder of the data, which the first start makes.
const DATA: &str = "var/";

/// The address of a heading, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn anchors(text: &str) -> BTreeSet<String> {
    let page = Document { name: String::new(), text: text.to_owned() };
    let headings = page.prose().into_iter().filter(|(_, line)| line.starts_with('#'));
    headings.map(|(_, line)| anchor(line.trim_start_matches('#'))).collect()
}

/// The targets of a line's links.
fn links(line: &str) -> Vec<&str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect()
}

#[test]
fn links_resolve() {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for document in documents() {
        let folder = Path::new(&document.name).parent().unwrap().to_path_buf();
        for (line, text) in document.prose() {
            for link in links(text).into_iter().filter(|link| !link.contains("://")) {
                seen += 1;
                let (path, part) =
                    link.split_once('#').map_or((link, None), |(path, part)| (path, Some(part)));
                let file = if path.is_empty() {
                    root().join(&document.name)
                } else {
                    root().join(&folder).join(path)
                };
                let there = file.exists()
                    && part.is_none_or(|part| {
                        std::fs::read_to_string(&file).is_ok_and(|text| anchors(&text).contains(part))
                    });
                if !there {
                    wrong.push(format!("{}:{line}: {link}", document.name));
                }
            }
        }
    }
    assert!(seen > 20, "only {seen} links were found");
    none(&wrong);
}

/// Every file and folder below the folders that documents name, as `/path/`.
fn entries() -> Vec<String> {
    fn walk(folder: &Path, path: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = format!("{path}{}/", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                walk(&entry.path(), &path, found);
            }
            found.push(path);
        }
    }
    let mut found = Vec::new();
    for folder in FOLDERS {
        walk(&root().join(folder), &format!("/{folder}"), &mut found);
    }
    found
}

/// Whether a word names a source file or one of their folders, perhaps by the end of its path alone.
fn is_source(word: &str) -> bool {
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "_/.-".contains(c));
    plain
        && word != DATA
        && (word.ends_with(".rs") || word.ends_with(".sql") || word.ends_with('/') && !word.starts_with('/'))
}

#[test]
fn paths_that_are_named_exist() {
    let (mut wrong, mut seen, entries) = (Vec::new(), 0, entries());
    for document in documents() {
        let code = document.code().into_iter().map(|(line, text)| (line, text, true));
        let fenced = document.fenced().into_iter().map(|(line, text)| (line, text, false));
        for (line, text, in_prose) in code.chain(fenced) {
            let path = text.split_whitespace().next().unwrap_or_default();
            // A place to be filled in, or a pattern, is no path.
            let named = FOLDERS.iter().any(|folder| path.starts_with(folder));
            if !(named || in_prose && is_source(path)) || path.contains(['<', '*', '{', '…']) {
                continue;
            }
            seen += 1;
            let end = format!("/{}/", path.trim_end_matches('/'));
            if !root().join(path).exists() && !entries.iter().any(|entry| entry.ends_with(&end)) {
                wrong.push(format!("{}:{line}: {path}", document.name));
            }
        }
    }
    assert!(seen > 10, "only {seen} paths were found");
    none(&wrong);
}

#[test]
fn the_readme_leads_to_every_document() {
    let readme = read("README.md").text;
    let missing: Vec<_> =
        documents().into_iter().map(|document| document.name).filter(|name| name != "README.md").collect();
    let missing: Vec<_> = missing.into_iter().filter(|name| !readme.contains(&format!("({name})"))).collect();
    none(&missing);
}

/// The OpenAPI document, from its snapshot, wherever that stands.
fn open_api() -> Value {
    fn find(folder: &Path) -> Option<std::path::PathBuf> {
        let mut entries: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        entries.into_iter().find_map(|path| {
            if path.is_dir() {
                return find(&path);
            }
            path.to_string_lossy().ends_with("openapi.snap").then_some(path)
        })
    }
    let text = std::fs::read_to_string(find(&root().join("tests")).expect("no snapshot of OpenAPI")).unwrap();
    serde_json::from_str(text.splitn(3, "---\n").nth(2).unwrap()).unwrap()
}

/// Whether two paths name one route: a variable part of either matches any.
fn same_path(known: &str, shown: &str) -> bool {
    let (known, shown): (Vec<_>, Vec<_>) = (known.split('/').collect(), shown.split('/').collect());
    known.len() == shown.len()
        && known.iter().zip(shown).all(|(k, s)| *k == s || k.starts_with('{') && s.starts_with('{'))
}

#[test]
fn routes_that_are_named_exist() {
    let document = open_api();
    let paths = document["paths"].as_object().unwrap();
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for document in documents() {
        for (line, text) in document.code() {
            let Some((method, path)) = text.split_once(' ') else { continue };
            if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method) || path.contains('…') {
                continue;
            }
            seen += 1;
            let path = path.split(['?', ' ']).next().unwrap_or_default();
            let known = |prefix: &str| {
                let whole = format!("{prefix}{path}");
                paths.iter().any(|(known, methods)| {
                    same_path(known, &whole) && methods.get(method.to_lowercase()).is_some()
                })
            };
            if !known("") && !known("/api/v1") {
                wrong.push(format!("{}:{line}: {text}", document.name));
            }
        }
    }
    assert!(seen > 10, "only {seen} routes were found");
    none(&wrong);
}

/// Whether a variable sets something. A value that is wrong for it is reported otherwise than a name that nothing has.
fn is_variable(name: &str) -> bool {
    let options = LoadOptions { env: vec![(name.to_owned(), String::new())], ..LoadOptions::default() };
    match load_settings(options) {
        Ok(_) => true,
        Err(error) => !error.to_string().contains("no such setting"),
    }
}

#[test]
fn settings_that_are_named_exist() {
    let built_in: toml::Table =
        std::fs::read_to_string(root().join("config/default.toml")).unwrap().parse().unwrap();
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for document in documents() {
        for (line, text) in document.code().into_iter().chain(document.fenced()) {
            let places = text.match_indices("ZERODESK_").map(|(at, _)| &text[at..]);
            let is_word = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            let names = places.map(|rest| rest.split(|c| !is_word(c)).next().unwrap_or_default());
            for name in names.filter(|name| *name != "ZERODESK_" && !OTHER_VARIABLES.contains(name)) {
                seen += 1;
                if !is_variable(name) {
                    wrong.push(format!("{}:{line}: {name}", document.name));
                }
            }
            // `section.key`, where there is such a section.
            let Some((section, key)) = text.split_once('.') else { continue };
            let Some(table) = built_in.get(section).and_then(toml::Value::as_table) else { continue };
            let key = key.split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')).next();
            seen += 1;
            if !key.is_some_and(|key| table.contains_key(key)) {
                wrong.push(format!("{}:{line}: {text}", document.name));
            }
        }
    }
    assert!(seen > 20, "only {seen} settings were found");
    none(&wrong);
}

/// The texts of all files of some folders, one behind the other.
fn corpus(folders: &[&str]) -> String {
    fn add(folder: &Path, text: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                add(&path, text);
            } else if let Ok(more) = std::fs::read_to_string(&path) {
                text.push_str(&more);
            }
        }
    }
    let mut text = String::new();
    folders.iter().for_each(|folder| add(&root().join(folder), &mut text));
    text
}

#[test]
fn metrics_that_are_named_exist() {
    let (program, mut wrong, mut seen) = (corpus(&["src"]), Vec::new(), 0);
    for document in documents() {
        for (line, text) in document.code() {
            let is_metric =
                text.starts_with("zerodesk_") && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            seen += usize::from(is_metric);
            if is_metric && !program.contains(&format!("\"{text}\"")) {
                wrong.push(format!("{}:{line}: {text}", document.name));
            }
        }
    }
    assert!(seen > 10, "only {seen} metrics were found");
    none(&wrong);
}

/// The words of pages that a line names: `**中文**` and `*English*`.
fn labels(line: &str) -> Vec<String> {
    let line = Document::without_code(line);
    let strong: Vec<&str> = line.split("**").collect();
    let chinese = strong.iter().skip(1).step_by(2);
    let chinese = chinese.filter(|word| word.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)));
    let english = strong.iter().step_by(2).flat_map(|rest| rest.split('*').skip(1).step_by(2));
    chinese.copied().chain(english).map(str::to_owned).collect()
}

#[test]
fn quoted_page_texts_exist() {
    let (program, mut wrong, mut seen) = (corpus(&["src", "templates", "config"]), Vec::new(), 0);
    for document in documents().into_iter().filter(|document| document.name.starts_with("docs/guide-")) {
        for (line, text) in document.prose() {
            for label in labels(text) {
                seen += 1;
                if !program.contains(&label) {
                    wrong.push(format!("{}:{line}: {label}", document.name));
                }
            }
        }
    }
    assert!(seen > 100, "only {seen} words were found");
    none(&wrong);
}

#[test]
fn the_readme_is_read_in_five_minutes() {
    let readme = read("README.md");
    let words = readme.text.split_whitespace().count();
    assert!(words <= 1000, "{words} words; the rest belongs into docs/");
}

#[test]
fn headings_and_labels_are_read() {
    assert_eq!(anchor(" A plan: how, `why` & when"), "a-plan-how-why--when");
    assert_eq!(
        labels("**待办** *To do*, `**x**`, **bold**, and *Ask an expert*."),
        ["待办", "To do", "Ask an expert"]
    );
    assert!(same_path("/api/v1/cases/{id}", "/api/v1/cases/{id}") && !same_path("/a/{id}", "/a/b"));
    assert!(is_variable("ZERODESK_SERVER_PORT") && !is_variable("ZERODESK_SERVER_PROT"));
}
