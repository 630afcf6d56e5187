//! The layers of the application, read from the sources: imports point down, files do not import each other in cycles, and a table is touched by
//! its owner only.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What the domains may know of `notifications`: the outbox and what goes into it.
const OF_NOTIFICATIONS: [&str; 6] = ["Prose", "Recipient", "MailState", "enqueue", "outbox", "ROOM"];

/// The interfaces, which may know all of it.
const DOORS: [&str; 3] = ["server", "cli", "telemetry"];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The layer of each module in the list of `lib.rs`, counted from the lowest; modules on one line share it.
fn layers() -> BTreeMap<String, usize> {
    let text = std::fs::read_to_string(src().join("lib.rs")).unwrap();
    let mut layers = BTreeMap::new();
    for (layer, line) in text.lines().filter(|line| line.starts_with("//! - ")).enumerate() {
        for name in line.split("[`").skip(1).filter_map(|rest| rest.split("`]").next()) {
            if !name.contains("::") {
                layers.insert(name.to_owned(), layer);
            }
        }
    }
    layers
}

fn files_below(dir: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files_below(&path, ending, found);
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
}

/// The files below `src/` with this ending, by their path from there, without the programs.
fn sources(ending: &str) -> BTreeMap<String, String> {
    let mut found = Vec::new();
    files_below(&src(), ending, &mut found);
    found
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(src()).unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .filter(|(name, _)| !name.starts_with("bin/") && name != "main.rs")
        .collect()
}

/// The module at the top to which a file belongs.
fn module_of(file: &str) -> &str {
    file.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// The code of a file without comments and its own tests.
fn code(text: &str) -> String {
    let own = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = own.lines().map(|line| match line.find("//") {
        Some(at) if !line[..at].contains('"') => &line[..at],
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Every path that begins with one of these words, with braces expanded: `crate::a::{b, c::d}` is two.
fn paths_from(code: &str, root: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(root) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        expand("", &code[at + root.len()..], &mut found);
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

/// The path of the module that a file is: `remediation::api` for `remediation/api/mod.rs`.
fn module_path(file: &str) -> Vec<String> {
    let mut parts: Vec<String> = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| last == "mod" || last == "lib") {
        parts.pop();
    }
    parts
}

/// The file of a module, if it is one.
fn file_of(path: &[String], sources: &BTreeMap<String, String>) -> Option<String> {
    let joined = path.join("/");
    [format!("{joined}.rs"), format!("{joined}/mod.rs")].into_iter().find(|name| sources.contains_key(name))
}

/// Every path that a file names, from the root of the crate.
fn absolute_paths(file: &str, text: &str) -> Vec<Vec<String>> {
    let (code, here) = (code(text), module_path(file));
    let split = |path: &String| path.split("::").map(str::to_owned).collect::<Vec<_>>();
    let mut found: Vec<Vec<String>> = paths_from(&code, "crate::").iter().map(split).collect();
    found.extend(paths_from(&code, "self::").iter().map(|path| [here.clone(), split(path)].concat()));
    for path in paths_from(&code, "super::").iter().map(split) {
        let ups = path.iter().take_while(|part| *part == "super").count();
        let base = here.len().saturating_sub(ups + 1);
        found.push([here[..base].to_vec(), path[ups..].to_vec()].concat());
    }
    found
}

/// The names that a module re-exports from its children, each with its origin: `pub use state::CaseState;`.
fn reexports(file: &str, text: &str) -> BTreeMap<String, Vec<String>> {
    let (code, here) = (code(text), module_path(file));
    let mut found = BTreeMap::new();
    for statement in code.split(';') {
        let Some((_, path)) = statement.trim().split_once("pub use ") else { continue };
        let mut paths = Vec::new();
        expand("", path.trim_start_matches("self::"), &mut paths);
        for path in paths {
            let parts: Vec<String> = path.split("::").map(str::to_owned).collect();
            let absolute = match parts.first().map(String::as_str) {
                Some("crate") => parts[1..].to_vec(),
                _ => [here.clone(), parts.clone()].concat(),
            };
            found.insert(parts.last().cloned().unwrap_or_default(), absolute);
        }
    }
    found
}

/// The file that defines what a path names: through re-exports, to the deepest module that is a file.
fn defined_in(path: &[String], sources: &BTreeMap<String, String>, depth: usize) -> Option<String> {
    let deepest = (1..=path.len()).rev().find_map(|n| file_of(&path[..n], sources).map(|file| (n, file)));
    let (n, file) = deepest?;
    if let (Some(item), true) = (path.get(n), depth < 4)
        && let Some(from) = reexports(&file, &sources[&file]).get(item)
        && let Some(target) = defined_in(from, sources, depth + 1)
    {
        return Some(target);
    }
    Some(file)
}

/// Which files each file imports.
fn imports(sources: &BTreeMap<String, String>) -> BTreeMap<String, BTreeSet<String>> {
    let mut graph = BTreeMap::new();
    for (file, text) in sources {
        let handed_on: BTreeSet<Vec<String>> = reexports(file, text).into_values().collect();
        let targets: BTreeSet<String> = absolute_paths(file, text)
            .iter()
            .filter(|path| !handed_on.contains(*path))
            .filter_map(|path| defined_in(path, sources, 0))
            .filter(|target| target != file && target != "lib.rs")
            .collect();
        graph.insert(file.clone(), targets);
    }
    graph
}

/// Groups of files that import each other, directly or through others.
fn import_cycles(graph: &BTreeMap<String, BTreeSet<String>>) -> Vec<BTreeSet<String>> {
    let reached = |from: &String| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(file) = next.pop() {
            for to in graph.get(&file).into_iter().flatten() {
                if seen.insert(to.clone()) {
                    next.push(to.clone());
                }
            }
        }
        seen
    };
    let all: BTreeMap<&String, BTreeSet<String>> = graph.keys().map(|file| (file, reached(file))).collect();
    let mut found: Vec<BTreeSet<String>> = Vec::new();
    for (file, reached) in &all {
        if !reached.contains(*file) || found.iter().any(|cycle| cycle.contains(*file)) {
            continue;
        }
        let back = |other: &&String| all.get(other).is_some_and(|r| r.contains(*file));
        found.push(reached.iter().filter(back).cloned().collect());
    }
    found
}

/// The owner of each table, as the rooms declare it.
fn owners() -> BTreeMap<String, String> {
    let mut owners = BTreeMap::new();
    for (file, text) in sources("rs") {
        for room in text.split("Room = Room {").skip(1) {
            let field =
                |name: &str| room.split("..Room::EMPTY").next()?.split_once(&format!("\n    {name}: "));
            let name = field("name").and_then(|(_, rest)| rest.split('"').nth(1)).unwrap_or_default();
            let tables = field("tables").and_then(|(_, rest)| rest.split(']').next()).unwrap_or_default();
            for table in tables.split('"').skip(1).step_by(2) {
                let before = owners.insert(table.to_owned(), name.to_owned());
                assert_eq!(before, None, "{file}: {table} has two owners");
            }
        }
    }
    owners
}

/// The names after these words of SQL, such as the tables behind `FROM`.
fn named_after(text: &str, words: &[&str]) -> BTreeSet<String> {
    let tokens: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
        .filter(|t| !t.is_empty())
        .collect();
    tokens.windows(2).filter(|pair| words.contains(&pair[0])).map(|pair| pair[1].to_owned()).collect()
}

/// The tables that a file of Rust touches: by diesel's definitions, or in SQL.
fn tables_in_rust(code: &str) -> BTreeSet<String> {
    let mut found = named_after(code, &["FROM", "JOIN", "INTO", "UPDATE", "TABLE", "ONLY"]);
    for path in paths_from(code, "crate::").iter().filter_map(|p| p.strip_prefix("db::schema::")) {
        found.insert(path.split("::").next().unwrap_or_default().to_owned());
    }
    found
}

/// Which tables SQL without comments uses, and on which it only has triggers.
fn tables_in_sql(text: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let code: String =
        text.lines().map(|l| l.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let (mut touched, mut listened) = (BTreeSet::new(), BTreeSet::new());
    for statement in code.split(";\n") {
        let upper = statement.trim_start().to_uppercase();
        if upper.starts_with("CREATE TRIGGER") || upper.starts_with("CREATE CONSTRAINT TRIGGER") {
            listened.extend(named_after(statement, &["ON", "on"]));
        } else {
            touched.extend(named_after(statement, &["FROM", "JOIN", "INTO", "UPDATE", "ONLY", "ROWTYPE"]));
        }
    }
    (touched, listened)
}

#[test]
fn paths_with_braces_are_expanded() {
    let text = "use crate::a::{b, c::{d as e, self}, f,};\nlet x = crate::g::h(1); $crate::i!(); mycrate::j";
    assert_eq!(paths_from(text, "crate::"), ["a::b", "a::c::d", "a::c::self", "a::f", "g::h", "i"]);
}

#[test]
fn every_module_is_listed() {
    let layers = layers();
    let modules: BTreeSet<_> = sources("rs").keys().map(|file| module_of(file).to_owned()).collect();
    let modules: BTreeSet<_> = modules.into_iter().filter(|name| name != "lib").collect();
    assert_eq!(modules, layers.keys().cloned().collect());
    assert_eq!(layers["core"], 0);
    assert!(layers["accounts"] < layers["server"] && layers["web"] < layers["accounts"]);
}

#[test]
fn imports_point_down() {
    let (layers, mut upwards, mut seen) = (layers(), BTreeSet::new(), 0);
    for (file, text) in sources("rs") {
        let module = module_of(&file);
        let Some(here) = layers.get(module) else { continue };
        for path in absolute_paths(&file, &text) {
            // What is no module is a macro.
            let Some(there) = path.first().and_then(|to| layers.get(to)) else { continue };
            seen += 1;
            let item = path.get(1).map_or("", String::as_str);
            let outbox_only = path[0] != "notifications"
                || module == "notifications"
                || DOORS.contains(&module)
                || OF_NOTIFICATIONS.contains(&item);
            if there > here || !outbox_only {
                upwards.insert(format!("{file} imports {}", path.join("::")));
            }
        }
    }
    assert!(seen > 500, "only {seen} imports were found");
    assert!(upwards.is_empty(), "{upwards:#?}");
}

#[test]
fn there_are_no_import_cycles() {
    let sources = sources("rs");
    let graph = imports(&sources);
    let edges: usize = graph.values().map(BTreeSet::len).sum();
    assert!(edges > 1000, "only {edges} imports between files were found");
    let found = import_cycles(&graph);
    let lines: Vec<String> = found
        .iter()
        .map(|cycle| {
            let inside =
                |file: &String| graph[file].intersection(cycle).cloned().collect::<Vec<_>>().join(", ");
            cycle.iter().map(|file| format!("  {file} -> {}\n", inside(file))).collect()
        })
        .collect();
    assert!(found.is_empty(), "cycles of imports:\n{}", lines.join("\n"));
}

#[test]
fn every_job_is_declared_by_a_room() {
    let written: usize =
        sources("rs").values().map(|text| text.matches("pub const JOB: Job =").count()).sum();
    let declared: usize = zerodesk::ROOMS.iter().map(|room| room.jobs.len()).sum();
    assert!(written > 5);
    assert_eq!(declared, written, "a job that no room declares is never started");
}

#[test]
fn import_cycles_are_found() {
    let files = [
        ("a/mod.rs", "pub mod x; pub mod y;\npub use x::X;"),
        ("a/x.rs", "use crate::a::y::f;\npub struct X;"),
        ("a/y.rs", "use super::X;\npub fn f() {}"),
        ("b.rs", "use crate::a::X;"),
    ];
    let sources = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let graph = imports(&sources);
    assert_eq!(graph["b.rs"], ["a/x.rs".to_owned()].into());
    assert_eq!(import_cycles(&graph), [["a/x.rs".to_owned(), "a/y.rs".to_owned()].into()]);
}

/// Files that write tables of many domains, around their commands: they make demonstration data, with dates in past years, which
/// commands cannot write. Nothing else may.
const AROUND: [&str; 2] = ["cli/demo.rs", "cli/demo/province.rs"];

#[test]
fn only_its_owner_uses_a_table() {
    let (layers, owners, mut found, mut own) = (layers(), owners(), BTreeSet::new(), 0);
    let mut around = BTreeSet::new();
    let owner_of = |table: &str| owners.get(table).map(String::as_str);
    let may = |module: &str, table: &str| {
        owner_of(table).is_none_or(|owner| owner == module || owner == "catalogue")
    };
    for (file, text) in sources("rs") {
        let module = module_of(&file).to_owned();
        for table in tables_in_rust(&code(&text)) {
            own += usize::from(owner_of(&table) == Some(module.as_str()));
            if may(&module, &table) {
                continue;
            }
            match AROUND.iter().find(|exempt| **exempt == file) {
                Some(exempt) => drop(around.insert(*exempt)),
                None => drop(found.insert(format!("{file} touches {table}"))),
            }
        }
    }
    assert_eq!(around, AROUND.into(), "an exemption that is not needed any more is removed");
    for (file, text) in sources("sql") {
        let module = module_of(&file).to_owned();
        let (touched, listened) = tables_in_sql(&text);
        for table in touched {
            own += usize::from(owner_of(&table) == Some(module.as_str()));
            if !may(&module, &table) {
                found.insert(format!("{file} touches {table}"));
            }
        }
        // A trigger may listen to a table of a lower layer, to note that something changed.
        for table in listened {
            // What no room owns is a table of `db`.
            let above = layers.get(owner_of(&table).unwrap_or("db")) <= layers.get(&module);
            if !above {
                found.insert(format!("{file} has a trigger on {table}"));
            }
        }
    }
    assert!(own > 100, "only {own} uses of own tables were found");
    assert!(found.is_empty(), "{found:#?}");
}

/// The names of commands, by the types that are commands.
fn command_names() -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for text in sources("rs").into_values() {
        for part in text.split("impl Command for ").skip(1) {
            let name =
                part.split_once("const NAME: &'static str = \"").and_then(|(_, rest)| rest.split('"').next());
            let command = part.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            names.insert(command.to_owned(), name.unwrap_or_default().to_owned());
        }
    }
    names
}

/// The words that a file writes as actions of the audit, by `audit(…)`: a word itself, or the name of a command.
fn audited(text: &str, names: &BTreeMap<String, String>) -> BTreeSet<String> {
    let (code, mut words) = (code(text), BTreeSet::new());
    for (at, call) in code.match_indices("audit(") {
        let (before, rest) = (&code[..at], &code[at + call.len()..]);
        if before.ends_with("fn ") || before.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        // Up to the subject or the particulars, whose texts are no actions.
        let ends = ["Subject", "subject", "row.subject", "json!", ";"];
        let end = ends.iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
        let said = &rest[..end];
        if let Some(word) = said.split('"').nth(1).filter(|word| !word.contains('{')) {
            words.insert(word.to_owned());
        }
        if let Some(of) = said.split("::NAME").next().filter(|of| of.len() < said.len()) {
            let of = of.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let own = before.rsplit("impl Command for ").next().unwrap_or_default();
            let own = own.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let command = if of == "Self" { own } else { of };
            words.insert(names.get(command).unwrap_or_else(|| panic!("{command} is no command")).clone());
        }
    }
    words
}

/// Every action that is written in the audit has words for people, and every word is written: but for the steps of a case and of an
/// action, whose words follow from the step.
#[test]
fn audit_actions_are_those_that_rooms_declare() {
    let (names, mut written, mut declared) = (command_names(), BTreeSet::new(), BTreeSet::new());
    for text in sources("rs").into_values() {
        written.extend(audited(&text, &names));
        for room in text.split("\n    audit: &[").skip(1) {
            let list = room.split("],").next().unwrap_or_default();
            declared.extend(
                list.split("word(\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
            );
        }
    }
    assert!(written.len() > 40, "only {written:#?} are written");
    written
        .extend(["accept_action", "decline_action", "complete_action", "reopen_action"].map(str::to_owned));
    // Passed through a helper of the same file.
    written.extend(["refuse_expert", "withdraw_refusal"].map(str::to_owned));
    let silent: Vec<_> = written.difference(&declared).collect();
    let unused: Vec<_> = declared.difference(&written).collect();
    assert!(
        silent.is_empty() && unused.is_empty(),
        "written but not declared: {silent:?}; declared but not written: {unused:?}"
    );
}
