//! `docs/security.md` has a row for each requirement of level 1 and 2, says where each is met, and names tests that exist.

use std::collections::BTreeSet;
use std::path::Path;

use super::{none, read, root};

/// Requirements of level 1 and 2 in OWASP ASVS 5.0.0.
const REQUIREMENTS: usize = 253;

/// The names of all test functions of the program.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut folders = vec![root().join("src"), root().join("tests")];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                names.extend(tests_of(&path));
            }
        }
    }
    names
}

fn tests_of(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let functions = text.split("#[test]").skip(1).filter_map(|rest| rest.split("fn ").nth(1));
    functions.filter_map(|rest| rest.split('(').next()).map(str::to_owned).collect()
}

#[test]
fn every_requirement_has_a_row_and_every_named_test_exists() {
    let document = read("docs/security.md");
    let known = tests();
    let (mut wrong, mut seen) = (Vec::new(), BTreeSet::new());
    for (line, text) in document.prose() {
        let cells: Vec<_> = text.split('|').map(str::trim).collect();
        let [_, id, short, place, shown, _] = cells.as_slice() else { continue };
        if !id.strip_prefix('V').is_some_and(|id| id.starts_with(|c: char| c.is_ascii_digit())) {
            continue;
        }
        if !seen.insert((*id).to_owned()) {
            wrong.push(format!("{line}: {id} comes twice"));
        }
        if short.is_empty() || place.is_empty() {
            wrong.push(format!("{line}: {id} says nothing"));
        }
        for name in shown.split('`').skip(1).step_by(2) {
            if !known.contains(name) {
                wrong.push(format!("{line}: {id} names the test {name}, which does not exist"));
            }
        }
    }
    none(&wrong);
    assert_eq!(seen.len(), REQUIREMENTS);
}
