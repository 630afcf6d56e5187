//! `config/default.toml` is made from the sections that the rooms declare; the tables of `docs/configuration.md` are made from it
//! and from what the program itself says that it wants.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use zerodesk::server::{SECTIONS, load_settings};
use zerodesk::settings::{LoadOptions, SettingsError, default_file};

use super::{read, root};

const FILE: &str = "docs/configuration.md";
const BEGIN: &str = "<!-- tables: begin -->\n";
const END: &str = "<!-- tables: end -->\n";
/// Set to make the tables again.
const UPDATE: &str = "UPDATE_DOCS";

/// A section of the settings file.
#[derive(Default)]
struct Section {
    /// As it is in the file, without brackets; empty for what is before all sections.
    name: String,
    /// Whether it is an item of a list.
    repeats: bool,
    /// Paragraphs about all of it.
    about: Vec<String>,
    keys: Vec<Key>,
}

struct Key {
    name: String,
    default: String,
    meaning: String,
}

/// The paragraphs of a block of comment lines.
fn paragraphs(comment: &[&str]) -> Vec<String> {
    let mut found = vec![String::new()];
    for line in comment {
        let text = line.trim_start_matches('#');
        match (text.trim(), found.last_mut()) {
            ("", _) => found.push(String::new()),
            (words, Some(last)) => {
                // An item of a list within the comment is indented by three more blanks.
                let item = text.starts_with("   ") && !text.starts_with("    ");
                let words = words.replace('<', "&lt;");
                let between = if last.is_empty() {
                    ""
                } else if item {
                    "<br>"
                } else {
                    " "
                };
                let _ = write!(last, "{between}{words}");
            }
            (_, None) => {}
        }
    }
    found.retain(|paragraph| !paragraph.is_empty());
    found
}

/// Reads the built-in settings file with its comments.
fn sections(text: &str) -> Vec<Section> {
    let mut found = vec![Section::default()];
    let (mut comment, mut in_list) = (Vec::new(), false);
    for line in text.lines() {
        if in_list {
            in_list = line != "]";
        } else if line.starts_with('#') {
            comment.push(line);
        } else if line.starts_with('[') {
            found.push(Section {
                name: line.trim_matches(['[', ']']).to_owned(),
                repeats: line.starts_with("[["),
                about: paragraphs(&comment),
                keys: Vec::new(),
            });
            comment.clear();
        } else if let Some((name, value)) = line.split_once(" = ") {
            let mut about = paragraphs(&comment);
            comment.clear();
            in_list = value == "[";
            let section = found.last_mut().unwrap();
            let meaning = about.pop().unwrap_or_else(|| panic!("no comment above {name}"));
            section.about.extend(about);
            let default =
                if in_list { "the list in `config/default.toml`".to_owned() } else { format!("`{value}`") };
            section.keys.push(Key { name: name.to_owned(), default, meaning });
        } else {
            comment.clear();
        }
    }
    found
}

/// What the program wants of each key: what it says when the key is `true`, which none may be.
fn wanted(sections: &[Section]) -> BTreeMap<String, String> {
    let mut text = String::new();
    for section in sections.iter().filter(|section| !section.name.contains('.')) {
        if !section.name.is_empty() {
            let _ = writeln!(text, "[{}]", section.name);
        }
        section.keys.iter().for_each(|key| text += &format!("{} = true\n", key.name));
        let lists = sections.iter().filter(|other| other.repeats);
        for list in lists.filter_map(|other| other.name.strip_prefix(&format!("{}.", section.name))) {
            let _ = writeln!(text, "{list} = true");
        }
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let options = LoadOptions { file: Some(file.path().to_path_buf()), ..LoadOptions::default() };
    let Err(SettingsError::Invalid(problems)) = load_settings(options) else {
        panic!("all keys may be true")
    };
    let said = |what: &str| {
        what.split(" wanted")
            .next()
            .unwrap_or(what)
            .trim_start_matches("a whole number from ")
            .replace("\", \"", "`, `")
            .replace('"', "`")
    };
    problems.into_iter().map(|problem| (problem.key, said(&problem.what))).collect()
}

/// What a value of a list's item is, by its default.
fn kind(default: &str) -> &'static str {
    match default.trim_matches('`').chars().next() {
        Some('0'..='9') => "a whole number",
        Some('[') => "a list",
        Some('{') => "a text in both languages",
        _ => "text",
    }
}

fn tables(text: &str) -> String {
    let sections = sections(text);
    let wanted = wanted(&sections);
    let mut out = String::new();
    for section in &sections {
        let brackets = if section.repeats { ("[[", "]]") } else { ("[", "]") };
        let title = if section.name.is_empty() {
            "Before all sections".to_owned()
        } else {
            format!("`{}{}{}`", brackets.0, section.name, brackets.1)
        };
        let _ = writeln!(out, "### {title}\n");
        section.about.iter().for_each(|paragraph| {
            let _ = writeln!(out, "{paragraph}\n");
        });
        let _ = writeln!(out, "| key | default | value | meaning |\n|---|---|---|---|");
        for key in &section.keys {
            let path = if section.name.is_empty() {
                key.name.clone()
            } else {
                format!("{}.{}", section.name, key.name)
            };
            let value = match wanted.get(&path) {
                Some(value) => value.as_str(),
                None if section.name.contains('.') => kind(&key.default),
                None => panic!("the program does not know {path}"),
            };
            let cells = [&key.default, value, &key.meaning].map(|cell| cell.replace('|', "\\|"));
            let _ = writeln!(out, "| `{path}` | {} |", cells.join(" | "));
        }
        out.push('\n');
    }
    out
}

#[test]
fn the_settings_file_and_its_tables_are_up_to_date() {
    let (place, toml) = (root().join("config/default.toml"), default_file(&SECTIONS));
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&place, &toml).unwrap();
    } else {
        assert!(
            std::fs::read_to_string(&place).unwrap() == toml,
            "config/default.toml is not up to date; run {UPDATE}=1 cargo test --test it docs::configuration"
        );
    }
    let page = read(FILE).text;
    let (before, rest) = page.split_once(BEGIN).expect("no mark where the tables begin");
    let (_, after) = rest.split_once(END).expect("no mark where the tables end");
    let made = format!("{before}{BEGIN}\n{}{END}{after}", tables(&toml));
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(root().join(FILE), made).unwrap();
    } else {
        assert!(
            page == made,
            "{FILE} is not up to date; run {UPDATE}=1 cargo test --test it docs::configuration"
        );
    }
}

#[test]
fn a_comment_is_read_by_its_paragraphs_and_items() {
    let toml = "# of the file\n\n# All of it.\n[a]\n# More on all.\n#\n# One\n# key:\n#   x  an item,\n#      longer\n#   y  another\nb = 1\n";
    let [top, section] = &sections(toml)[..] else { panic!() };
    assert!(top.keys.is_empty() && top.about.is_empty());
    assert_eq!(section.about, ["All of it.", "More on all."]);
    assert_eq!(section.keys[0].meaning, "One key:<br>x  an item, longer<br>y  another");
}
