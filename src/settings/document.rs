//! The text of `config/default.toml`: every setting with its built-in value and what it means.

use std::fmt::Write as _;

use super::kind::{Key, Kind};
use super::values::DeclaredSection;

/// Greatest width of a line.
const WIDTH: usize = 128;

const HEAD: &str = r#"# ZeroDesk: every setting, with its default.
#
# Written from the `settings.rs` of the domains by `UPDATE_DOCS=1 cargo test --test it docs::configuration`; the values are built into the
# program.
#
# A later layer wins over an earlier one:
#   1. these values;
#   2. a settings file in the same form, with only the keys that differ: `--config FILE`, else the file named by
#      ZERODESK_CONFIG, else ./zerodesk.toml if there is one;
#   3. environment variables: ZERODESK_, the section, two underscores, the key: ZERODESK_SERVER__PORT=9000. One underscore
#      does as well: ZERODESK_SERVER_PORT=9000. DATABASE_URL sets database.url (ZERODESK_DATABASE__URL wins over it).
#
# An unknown key, a wrong type or a value out of its range stops the start and is named.
# `zerodesk check-config` prints the values in force and where each comes from, secrets masked.
"#;

/// The text of `config/default.toml`. Sections that share a name are together; keys without a section come first.
pub fn default_file(sections: &[DeclaredSection]) -> String {
    let mut out = HEAD.to_owned();
    let mut names: Vec<&str> = vec![""];
    for section in sections {
        if !names.contains(&section.name) {
            names.push(section.name);
        }
    }
    for name in names {
        let parts: Vec<_> = sections.iter().filter(|section| section.name == name).collect();
        out.push('\n');
        if let Some(text) = parts.iter().map(|section| section.text).find(|text| !text.is_empty()) {
            out.push_str(text);
            continue;
        }
        if !name.is_empty() {
            parts.iter().for_each(|section| comment(&mut out, section.about, ""));
            let _ = writeln!(out, "[{name}]");
        }
        for section in parts {
            for (key, value) in section.keys.iter().zip((section.built_in_texts)()) {
                comment(&mut out, key.words, &range(key));
                let _ = writeln!(out, "{} = {value}", key.name);
            }
        }
    }
    out
}

fn range(key: &Key) -> String {
    match key.kind {
        Kind::Integer(least, greatest) => format!("{least} to {greatest}."),
        _ => String::new(),
    }
}

/// Writes words as a comment, in lines of one width.
fn comment(out: &mut String, lines: &[&str], last: &str) {
    let words = lines.iter().flat_map(|line| line.split_whitespace()).chain(last.split_whitespace());
    let mut width = 0;
    for word in words {
        let length = word.chars().count() + 1;
        if width == 0 {
            out.push('#');
            width = 1;
        } else if width + length > WIDTH {
            out.push_str("\n#");
            width = 1;
        }
        let _ = write!(out, " {word}");
        width += length;
    }
    if width > 0 {
        out.push('\n');
    }
}
