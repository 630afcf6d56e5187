//! Imports point one way: a room of `src/` imports only rooms above it in the list of `src/lib.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Steps back that are allowed, each with its reason: file, what it imports.
const ALLOWED: &[(&str, &str)] = &[
    // A row with an order opens its case in the same statement; the clock's arithmetic is pure.
    ("enterprises/import/load.rs", "remediation::clocks"),
    // A row with an order enters it on a case that waits for one, with the fold of the case's history.
    ("enterprises/import/execute.rs", "remediation::orders"),
    ("enterprises/import/merge.rs", "remediation::orders"),
    ("enterprises/import/merge.rs", "remediation::store"),
];

/// What the domain's rooms may know of `notifications`: the outbox and what goes into it.
const OF_NOTIFICATIONS: [&str; 6] = ["Mail", "Prose", "Recipient", "MailState", "enqueue", "outbox"];

/// The doors, which may know all of it.
const DOORS: [&str; 4] = ["web", "service", "cli", "telemetry"];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The place of each room in the list of `lib.rs`; rooms on one line share it.
fn order() -> BTreeMap<String, usize> {
    let text = std::fs::read_to_string(src().join("lib.rs")).unwrap();
    let mut order = BTreeMap::new();
    for (place, line) in text.lines().filter(|line| line.starts_with("//! - ")).enumerate() {
        for name in line.split("[`").skip(1).filter_map(|rest| rest.split("`]").next()) {
            if !name.contains("::") {
                order.insert(name.to_owned(), place);
            }
        }
    }
    order
}

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The code of a file without comments, its own tests and blanks within imports.
fn code(text: &str) -> String {
    let own = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = own.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// Every path that begins with `crate::`, with braces opened: `crate::a::{b, c::d}` is two.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        // `$crate::` is a macro's, which stands for the same.
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        expand("", &code[at + "crate::".len()..], &mut found);
    }
    found
}

/// Reads one path (or a list in braces) and gives what is left behind it.
fn expand<'a>(prefix: &str, text: &'a str, found: &mut Vec<String>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = expand(prefix, rest, found).trim_start();
            match rest.chars().next() {
                Some(',') => rest = rest[1..].trim_start(),
                Some('}') => return &rest[1..],
                _ => return rest,
            }
            if let Some(rest) = rest.strip_prefix('}') {
                return rest;
            }
        }
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '*')).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let path = if prefix.is_empty() { word.to_owned() } else { format!("{prefix}::{word}") };
    if let Some(rest) = rest.strip_prefix("::") {
        return expand(&path, rest, found);
    }
    found.push(path);
    match rest.trim_start().strip_prefix("as ") {
        Some(rest) => {
            let rest = rest.trim_start();
            &rest[rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())..]
        }
        None => rest,
    }
}

#[test]
fn a_path_is_read_with_its_braces() {
    let text = "use crate::a::{b, c::{d as e, self}, f,};\nlet x = crate::g::h(1); $crate::i!(); mycrate::j";
    assert_eq!(paths(text), ["a::b", "a::c::d", "a::c::self", "a::f", "g::h", "i"]);
}

#[test]
fn every_room_stands_in_the_list() {
    let order = order();
    let mut rooms = BTreeSet::new();
    for entry in std::fs::read_dir(src()).unwrap() {
        let path = entry.unwrap().path();
        // A folder without code holds the SQL of a domain whose code stands elsewhere.
        if path.is_dir() && !path.join("mod.rs").exists() {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        rooms.insert(name.trim_end_matches(".rs").to_owned());
    }
    rooms.remove("lib");
    rooms.remove("main");
    assert_eq!(rooms, order.keys().cloned().collect());
    assert_eq!(order["core"], 0);
    assert!(order["accounts"] < order["web"] && order["web"] == order["cli"]);
}

#[test]
fn imports_point_one_way() {
    let (order, mut all) = (order(), Vec::new());
    files(&src(), &mut all);
    assert!(all.len() > 100);
    let (mut steps_back, mut used, mut seen) = (BTreeSet::new(), BTreeSet::new(), 0);
    for file in all {
        let name = file.strip_prefix(src()).unwrap().to_str().unwrap().to_owned();
        let room = name.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        let Some(here) = order.get(&room) else { continue };
        for path in paths(&code(&std::fs::read_to_string(&file).unwrap())) {
            let (to, rest) = path.split_once("::").unwrap_or((&path, ""));
            // What is no room is a macro of `core`.
            let Some(there) = order.get(to) else { continue };
            seen += 1;
            let item = rest.split("::").next().unwrap_or_default();
            let outbox_only = to != "notifications"
                || room == "notifications"
                || DOORS.contains(&room.as_str())
                || OF_NOTIFICATIONS.contains(&item);
            if there <= here && outbox_only {
                continue;
            }
            match ALLOWED.iter().find(|(from, what)| *from == name && path.starts_with(what)) {
                Some(exception) => {
                    used.insert(exception);
                }
                None => {
                    steps_back.insert(format!("{name} imports {path}"));
                }
            }
        }
    }
    assert!(seen > 500, "only {seen} imports were found");
    assert!(steps_back.is_empty(), "{steps_back:#?}");
    let unused: Vec<_> = ALLOWED.iter().filter(|exception| !used.contains(exception)).collect();
    assert!(unused.is_empty(), "no longer needed: {unused:?}");
}
