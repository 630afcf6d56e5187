//! The files below `src/`, and their code without comments and tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
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

/// The files below `src/` with this ending, by their path from there, without the roots of the lower crates, which declare modules alone.
pub fn all_sources(ending: &str) -> BTreeMap<String, String> {
    let mut found = Vec::new();
    files_below(&src(), ending, &mut found);
    found
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(src()).unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .filter(|(name, _)| !name.starts_with("lib_"))
        .collect()
}

/// The same without the programs.
pub fn sources(ending: &str) -> BTreeMap<String, String> {
    let mut files = all_sources(ending);
    files.retain(|name, _| !name.starts_with("bin/") && name != "main.rs");
    files
}

/// The module at the top to which a file belongs.
pub fn module_of(file: &str) -> &str {
    file.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// What a character of a source belongs to. A string of an attribute may hold a path: `#[serde(with = "…")]`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Text,
    AttributeText,
}

/// The code of a file without comments and without what is compiled for tests only.
pub fn code(text: &str) -> String {
    without_tests(lexed(text)).into_iter().map(|(c, _)| c).collect()
}

/// The same without the content of strings, but for those of attributes.
pub fn code_without_texts(text: &str) -> String {
    let blank = |(c, kind)| if kind == Kind::Text && c != '"' { ' ' } else { c };
    without_tests(lexed(text)).into_iter().map(blank).collect()
}

/// Every character of a source with what it belongs to; comments are left out.
fn lexed(text: &str) -> Vec<(char, Kind)> {
    let chars: Vec<char> = text.chars().collect();
    let (mut found, mut at, mut brackets) = (Vec::with_capacity(chars.len()), 0, 0_usize);
    while let Some(&c) = chars.get(at) {
        let (kind, end) = token(&chars, at);
        match c {
            '#' if brackets == 0 && attribute(&chars[at..]) => brackets = 1,
            '[' if kind == Kind::Code && brackets > 0 && chars[at - 1] != '#' && chars[at - 1] != '!' => {
                brackets += 1;
            }
            ']' if kind == Kind::Code => brackets = brackets.saturating_sub(1),
            _ => {}
        }
        let kind = if kind == Kind::Text && brackets > 0 { Kind::AttributeText } else { kind };
        if kind != Kind::Comment {
            found.extend(chars[at..end].iter().map(|c| (*c, kind)));
        }
        at = end;
    }
    found
}

fn attribute(chars: &[char]) -> bool {
    matches!(chars, ['#', '[', ..] | ['#', '!', '[', ..])
}

/// What begins at this place, and where it ends.
fn token(chars: &[char], at: usize) -> (Kind, usize) {
    let rest = &chars[at..];
    let ends = |found: Option<usize>| at + found.unwrap_or(rest.len());
    let in_word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    match rest {
        ['/', '/', ..] => (Kind::Comment, ends(rest.iter().position(|c| *c == '\n'))),
        ['/', '*', ..] => {
            (Kind::Comment, ends(rest.windows(2).position(|two| two == ['*', '/']).map(|n| n + 2)))
        }
        ['r', '"' | '#', ..] if !in_word || chars[at - 1] == 'b' => {
            let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
            if rest.get(hashes + 1) != Some(&'"') {
                return (Kind::Code, at + 1);
            }
            let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            let close = rest[hashes + 2..].windows(end.len()).position(|some| some == end);
            (Kind::Text, ends(close.map(|n| n + hashes + 2 + end.len())))
        }
        ['"', ..] => (Kind::Text, ends(closing(rest, '"'))),
        ['\'', '\\', ..] => (Kind::Text, ends(closing(rest, '\''))),
        ['\'', _, '\'', ..] => (Kind::Text, at + 3),
        _ => (Kind::Code, at + 1),
    }
}

/// The place behind the closing quote of what begins with one.
fn closing(rest: &[char], quote: char) -> Option<usize> {
    let mut at = 1;
    while let Some(c) = rest.get(at) {
        at += match c {
            '\\' => 2,
            c if *c == quote => return Some(at + 1),
            _ => 1,
        };
    }
    None
}

/// Takes out each item that is marked as compiled for tests only, with its attributes.
fn without_tests(mut code: Vec<(char, Kind)>) -> Vec<(char, Kind)> {
    let mark: Vec<(char, Kind)> = "#[cfg(test)]".chars().map(|c| (c, Kind::Code)).collect();
    while let Some(start) = code.windows(mark.len()).position(|some| some == mark) {
        let (mut end, mut depth) = (start + mark.len(), 0_usize);
        while let Some((c, kind)) = code.get(end) {
            end += 1;
            match (c, kind) {
                ('{' | '[' | '(', Kind::Code) => depth += 1,
                (']' | ')', Kind::Code) => depth = depth.saturating_sub(1),
                ('}', Kind::Code) => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                (';', Kind::Code) if depth == 0 => break,
                _ => {}
            }
        }
        code.drain(start..end);
    }
    code
}

#[test]
fn code_is_read_without_comments_and_tests() {
    let text = concat!(
        "use a::b; // crate::c\n/* d */ fn e<'a>(x: &'a str) { f(\"// g {\", '{', r#\"h \"}\"#) }\n",
        "#[cfg(test)]\nmod tests { fn i() { j(\"}\") } }\n#[cfg(test)]\nuse k::l;\n#[serde(with = \"m::n\")]\nstruct O;",
    );
    let read = code(text);
    for kept in ["use a::b;", "// g {", "h \"}", "m::n", "struct O;"] {
        assert!(read.contains(kept), "{kept} is missing: {read}");
    }
    for gone in ["crate::c", " d ", "fn i", "k::l"] {
        assert!(!read.contains(gone), "{gone} is there: {read}");
    }
    let read = code_without_texts(text);
    for (word, kept) in [("m::n", true), ("struct O;", true), ("// g {", false), ("h \"}", false)] {
        assert_eq!(read.contains(word), kept, "{word}: {read}");
    }
}
