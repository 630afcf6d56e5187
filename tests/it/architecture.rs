//! The layers of the application, read from the sources: imports point down, files do not import each other in cycles, a table is touched by
//! its owner only, and what a domain publishes is used by higher domains only.

mod published;

mod imports;
pub mod sources;

use imports::Crate;
use sources::{code, module_of, sources, src};
use std::collections::{BTreeMap, BTreeSet};

/// What the domains may know of `notifications`: the outbox and what goes into it.
const OF_NOTIFICATIONS: [&str; 7] =
    ["Prose", "Recipient", "MailState", "enqueue", "outbox", "outcome", "ROOM"];

/// The interfaces, which may know all of it.
const INTERFACES: [&str; 3] = ["server", "cli", "telemetry"];

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
fn tables_in_rust(file: &str, text: &str, imports: &Crate) -> BTreeSet<String> {
    let mut found = named_after(&code(text), &["FROM", "JOIN", "INTO", "UPDATE", "TABLE", "ONLY"]);
    for (path, _) in imports.paths_of(file) {
        if let [db, schema, table, ..] = path.as_slice()
            && db == "db"
            && schema == "schema"
        {
            found.insert(table.clone());
        }
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
    let files = sources("rs");
    let imports = Crate::read(&files);
    for file in files.keys() {
        let module = module_of(file);
        let Some(here) = layers.get(module) else { continue };
        for (path, _) in imports.paths_of(file) {
            // What is no module is a macro.
            let Some(there) = path.first().and_then(|to| layers.get(to)) else { continue };
            seen += 1;
            let item = path.get(1).map_or("", String::as_str);
            let outbox_only = path[0] != "notifications"
                || module == "notifications"
                || INTERFACES.contains(&module)
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
fn every_job_is_declared_by_a_room() {
    let written: usize = sources("rs").values().map(|text| text.matches(": Job =").count()).sum();
    let declared: usize = zerodesk::ROOMS.iter().map(|room| room.jobs.len()).sum();
    assert!(written > 5);
    assert_eq!(declared, written, "a job that no room declares is never started");
}

/// Files that use tables of many domains beside their commands. Only the demonstration data may, with dates in past years, which
/// commands cannot write.
const AROUND: [&str; 1] = ["cli/demo/tables.rs"];

#[test]
fn only_its_owner_uses_a_table() {
    let (layers, owners, mut found, mut own) = (layers(), owners(), BTreeSet::new(), 0);
    let (mut around, imports) = (BTreeSet::new(), Crate::read(&sources("rs")));
    let owner_of = |table: &str| owners.get(table).map(String::as_str);
    let may = |module: &str, table: &str| {
        owner_of(table).is_none_or(|owner| owner == module || owner == "catalogue")
    };
    for (file, text) in sources("rs") {
        let module = module_of(&file).to_owned();
        for table in tables_in_rust(&file, &text, &imports) {
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

/// The handlers that may use a connection which can write, by the beginning of their path.
const WRITING_HANDLERS: [&str; 7] = [
    // The hour of a key's last use is written without a command.
    "api_keys/authenticate.rs",
    // A mark of what was read is written without a command.
    "consultations/api/messages.rs",
    // What is counted of a past day is kept.
    "reports/api.rs",
    "reports/pages/",
    "sampling_figures/api.rs",
    "sampling_figures/pages.rs",
    "server/home.rs",
];

#[test]
fn handlers_read_one_state_of_the_database() {
    let is_handler = |file: &str| {
        let of_a_room = file.split(['/', '.', '_']).any(|part| part == "api" || part == "pages");
        (of_a_room || file == "server/home.rs") && !file.starts_with("cli/")
    };
    let (files, mut found) = (sources("rs"), BTreeSet::new());
    for (file, text) in files.iter().filter(|(file, _)| is_handler(file)) {
        if code(text).contains(".conn()") {
            let known = WRITING_HANDLERS.iter().find(|known| file.starts_with(**known));
            found.insert(*known.unwrap_or(&file.as_str()));
        }
    }
    let known: BTreeSet<&str> = WRITING_HANDLERS.into();
    assert_eq!(
        found.into_iter().collect::<Vec<_>>(),
        known.into_iter().collect::<Vec<_>>(),
        "elsewhere `App::snapshot` is meant: statements of `App::conn` see different moments"
    );
}

/// Doc comments that are a question word or a preposition and name nothing. Those of fields stand in the OpenAPI document.
const EMPTY_DOCS: [&str; 55] = [
    "Why.",
    "When.",
    "Where.",
    "Who.",
    "Whom.",
    "What.",
    "How.",
    "Which.",
    "It.",
    "All.",
    "Done.",
    "Reason.",
    "The same.",
    "Which one.",
    "Which of them.",
    "How many.",
    "How much.",
    "How long.",
    "How it stands.",
    "How it looks.",
    "Whose it is.",
    "What it is.",
    "What it says.",
    "What it said.",
    "What it came to.",
    "What it comes to.",
    "What came of it.",
    "What happened.",
    "What was done.",
    "What was found.",
    "Where it is.",
    "Where it stands.",
    "Where that stands.",
    "Who did it.",
    "Who asks.",
    "Who tests.",
    "Who pays.",
    "Who it is.",
    "As what.",
    "By what.",
    "By whom.",
    "By role.",
    "By itself.",
    "By the rules in force.",
    "For what.",
    "For what it is.",
    "For whom.",
    "For people.",
    "From above.",
    "From the left.",
    "From when on.",
    "From which day.",
    "In which post.",
    "How a state looks.",
    "Whose case.",
];

#[test]
fn doc_comments_say_what_a_thing_is() {
    let mut found = BTreeSet::new();
    for (file, text) in sources::all_sources("rs") {
        let docs = text.lines().filter_map(|line| line.trim_start().strip_prefix("/// "));
        found.extend(docs.filter(|doc| EMPTY_DOCS.contains(doc)).map(|doc| format!("{file}: {doc}")));
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// The names in the cells of the rows of a Markdown table that begin with this cell.
fn cells_of(document: &str, first: &str) -> Vec<BTreeSet<String>> {
    let row = document.lines().find(|line| line.starts_with(&format!("| `{first}` | `lib_")));
    let cells = row
        .unwrap_or_default()
        .split('|')
        .map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>());
    cells.collect()
}

#[test]
fn the_crates_are_listed_with_what_they_use_and_hold() {
    let architecture = std::fs::read_to_string(src().join("../ARCHITECTURE.md")).unwrap();
    let mut seen = 0;
    for entry in std::fs::read_dir(src()).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = file.strip_prefix("lib_").and_then(|rest| rest.strip_suffix(".rs")) else {
            continue;
        };
        let root = std::fs::read_to_string(src().join(&file)).unwrap();
        let named = |before: &str, after: &str| -> BTreeSet<String> {
            let names = root.lines().filter_map(|line| line.strip_prefix(before)?.strip_suffix(after));
            names.map(str::to_owned).collect()
        };
        let uses: BTreeSet<String> =
            named("pub use zerodesk_", "::*;").iter().map(|name| name.replace('_', "-")).collect();
        let cells = cells_of(&architecture, &name.replace('_', "-"));
        assert_eq!(cells.get(3), Some(&uses), "{file}");
        assert_eq!(cells.get(4), Some(&named("pub mod ", ";")), "{file}");
        seen += 1;
    }
    assert!(seen > 5, "only {seen} crates were found");
}

/// The module names in the first cells of the table below this head.
fn first_cells(document: &str, head: &str) -> Vec<String> {
    let below = document.lines().skip_while(|line| *line != head).skip(2);
    below
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.split('|').nth(1))
        .flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned))
        .collect()
}

#[test]
fn each_module_has_one_row_in_the_table_of_the_rooms() {
    let table = first_cells("| a | b |\n|---|---|\n| `x`, `y` | `no` |\n| `z` | |\n\n| `no` |", "| a | b |");
    assert_eq!(table, ["x", "y", "z"]);
    let architecture = std::fs::read_to_string(src().join("../ARCHITECTURE.md")).unwrap();
    let rows = first_cells(&architecture, "| module | what it holds |");
    let mut once = rows.clone();
    once.sort();
    // `every_module_is_listed` holds the map of `lib.rs` against the folders.
    assert_eq!(once, layers().into_keys().collect::<Vec<_>>());
}
