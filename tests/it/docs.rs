//! README.md, ARCHITECTURE.md and `docs/` are checked against the program: links, paths, commands, routes, settings, metrics and
//! the words of the pages that they name must exist, and the tables of settings are made from `config/default.toml`.

mod asvs;
mod commands;
mod configuration;
mod references;
mod search;

use std::path::{Path, PathBuf};

/// One document: its path in the repository and its text.
struct Document {
    name: String,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn read(name: &str) -> Document {
    let text = std::fs::read_to_string(root().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    Document { name: name.to_owned(), text }
}

/// README.md, ARCHITECTURE.md and every Markdown file of `docs/`.
fn documents() -> Vec<Document> {
    let mut names: Vec<String> = std::fs::read_dir(root().join("docs"))
        .unwrap()
        .map(|entry| format!("docs/{}", entry.unwrap().file_name().into_string().unwrap()))
        .filter(|name| name.ends_with(".md"))
        .collect();
    names.extend(["README.md".to_owned(), "ARCHITECTURE.md".to_owned()]);
    names.sort();
    names.iter().map(|name| read(name)).collect()
}

impl Document {
    /// The lines outside of fenced blocks, with their numbers from 1.
    fn prose(&self) -> Vec<(usize, &str)> {
        self.lines(false)
    }

    /// The lines within fenced blocks, with their numbers from 1.
    fn fenced(&self) -> Vec<(usize, &str)> {
        self.lines(true)
    }

    fn lines(&self, wanted: bool) -> Vec<(usize, &str)> {
        let mut inside = false;
        let mut found = Vec::new();
        for (at, line) in self.text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                inside = !inside;
            } else if inside == wanted {
                found.push((at + 1, line));
            }
        }
        found
    }

    /// What is between backticks in the prose, each with its line.
    fn code(&self) -> Vec<(usize, &str)> {
        let mut found = Vec::new();
        for (at, line) in self.prose() {
            found.extend(line.split('`').skip(1).step_by(2).map(|span| (at, span)));
        }
        found
    }

    /// The prose of a line without what is between backticks.
    fn without_code(line: &str) -> String {
        line.split('`').step_by(2).collect::<Vec<_>>().join(" ")
    }
}

/// Fails with all that was found, a line for each.
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
