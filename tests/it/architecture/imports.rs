//! Which file uses which: every path that a file names is followed to the file that defines what it names, and files do not
//! use each other in cycles.

use super::sources::{all_sources, code_without_texts};
use std::collections::{BTreeMap, BTreeSet};

/// The files of a folder of sources, as far as their imports are concerned.
pub struct Crate {
    files: BTreeMap<String, File>,
    /// The file of each macro that is exported, and so named from the root of the crate.
    macros: BTreeMap<String, String>,
}

/// One file.
struct File {
    /// The module that it is, from the folder of the sources: `["remediation", "api"]`.
    module: Vec<String>,
    uses: Vec<Use>,
    /// The code without its `use` statements.
    code: String,
}

/// One name that a `use` statement brings into a file.
struct Use {
    /// The path as it is written.
    path: Vec<String>,
    /// The name in this file.
    name: String,
    /// `pub use`, of any visibility.
    reexport: bool,
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The end of the word at the beginning.
fn word_end(text: &str) -> usize {
    text.find(|c: char| !is_word(c)).unwrap_or(text.len())
}

/// Reads one path of a `use` statement (or a list in braces) and gives what is left behind it. A path comes with its name.
fn expand<'a>(prefix: &[String], text: &'a str, found: &mut Vec<(Vec<String>, String)>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = rest.trim_start();
            if let Some(rest) = rest.strip_prefix('}') {
                return rest;
            }
            rest = expand(prefix, rest, found).trim_start();
            match rest.strip_prefix(',') {
                Some(more) => rest = more,
                None => return rest.strip_prefix('}').unwrap_or(rest),
            }
        }
    }
    let (word, rest) = match text.strip_prefix('*') {
        Some(rest) => ("*", rest),
        None => text.split_at(word_end(text)),
    };
    let mut path = prefix.to_vec();
    if word != "self" || prefix.is_empty() {
        path.push(word.to_owned());
    }
    if let Some(rest) = rest.strip_prefix("::") {
        return expand(&path, rest, found);
    }
    let (alias, rest) = match rest.trim_start().strip_prefix("as ") {
        Some(rest) => {
            let rest = rest.trim_start();
            let (alias, rest) = rest.split_at(word_end(rest));
            (Some(alias.to_owned()), rest)
        }
        None => (None, rest),
    };
    let name = alias.or_else(|| path.last().cloned()).unwrap_or_default();
    found.push((path, name));
    rest
}

/// Takes the `use` statements out of a code.
fn take_uses(code: &str) -> (Vec<Use>, String) {
    let (mut uses, mut others, mut rest) = (Vec::new(), String::new(), code);
    while let Some(at) = rest.find("use ") {
        let (before, statement) = rest.split_at(at);
        let line = before.rsplit(['\n', ';', '{', '}']).next().unwrap_or_default().trim();
        let visible = line.is_empty() || line == "pub" || line.starts_with("pub(") && line.ends_with(')');
        let Some(end) = statement.find(';').filter(|_| visible) else {
            others.push_str(before);
            others.push_str("use ");
            rest = &statement["use ".len()..];
            continue;
        };
        others.push_str(before);
        let mut found = Vec::new();
        expand(&[], statement["use ".len()..end].trim_start_matches("::"), &mut found);
        uses.extend(found.into_iter().map(|(path, name)| Use { path, name, reexport: !line.is_empty() }));
        rest = &statement[end + 1..];
    }
    others.push_str(rest);
    (uses, others)
}

/// Every path of two words and more in a code: `a::b` in `a::b::<C>(d::e())`, and `d::e`.
fn paths(code: &str) -> BTreeSet<Vec<String>> {
    let (mut found, mut rest, mut before) = (BTreeSet::new(), code, ' ');
    while let Some(at) = rest.find(is_word) {
        before = rest[..at].chars().next_back().unwrap_or(before);
        rest = &rest[at..];
        let mut path = Vec::new();
        loop {
            let (word, behind) = rest.split_at(word_end(rest));
            path.push(word.to_owned());
            rest = behind;
            match behind.strip_prefix("::") {
                Some(more) if more.starts_with(is_word) => rest = more,
                _ => break,
            }
        }
        if path.len() > 1 && !matches!(before, ':' | '.' | '\'') {
            found.insert(path);
        }
        before = 'x';
    }
    found
}

/// Every path that a code names, in its uses and elsewhere.
pub fn named_paths(code: &str) -> Vec<Vec<String>> {
    let (uses, others) = take_uses(code);
    uses.into_iter().map(|used| used.path).chain(paths(&others)).collect()
}

/// Whether a code names this word by itself.
fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(|c| is_word(c) || matches!(c, ':' | '.' | '\'')) && !after.is_some_and(is_word)
    })
}

/// The module in which `crate::` paths of a file begin: a program's, or the library's.
fn root_of(file: &str) -> Vec<String> {
    match file.split('/').collect::<Vec<_>>()[..] {
        ["bin", program, ..] => vec!["bin".to_owned(), program.trim_end_matches(".rs").to_owned()],
        ["main.rs"] => vec!["main".to_owned()],
        _ => Vec::new(),
    }
}

/// The path of the module that a file is: `remediation::api` for `remediation/api/mod.rs`.
fn module_path(file: &str) -> Vec<String> {
    let mut parts: Vec<String> = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    let root = parts.len() > 1 && parts.last().is_some_and(|last| last == "main");
    if root || parts.last().is_some_and(|last| last == "mod" || last == "lib") {
        parts.pop();
    }
    parts
}

impl Crate {
    pub fn read(sources: &BTreeMap<String, String>) -> Self {
        let (mut files, mut macros) = (BTreeMap::new(), BTreeMap::new());
        for (file, text) in sources {
            let code = code_without_texts(text);
            let exported = code.split("#[macro_export]").skip(1);
            for name in exported.filter_map(|rest| rest.trim_start().strip_prefix("macro_rules! ")) {
                macros.insert(name[..word_end(name)].to_owned(), file.clone());
            }
            let (uses, code) = take_uses(&code);
            files.insert(file.clone(), File { module: module_path(file), uses, code });
        }
        Self { files, macros }
    }

    /// The file of a module, if it is one.
    fn file_of(&self, module: &[String]) -> Option<&str> {
        let joined = module.join("/");
        let names = match module {
            [] => vec!["lib.rs".to_owned()],
            _ => vec![format!("{joined}.rs"), format!("{joined}/mod.rs"), format!("{joined}/main.rs")],
        };
        names.iter().find_map(|name| self.files.get_key_value(name)).map(|(name, _)| name.as_str())
    }

    /// A path from the folder of the sources, as far as it does not lead into another crate.
    fn absolute(&self, file: &str, path: &[String], aliases: bool) -> Option<Vec<String>> {
        let here = &self.files[file].module;
        let (first, rest) = path.split_first()?;
        let under = |base: &[String], rest: &[String]| Some([base, rest].concat());
        match first.as_str() {
            "crate" => under(&root_of(file), rest),
            "zerodesk" if !root_of(file).is_empty() => under(&[], rest),
            "self" => under(here, rest),
            "super" => {
                let ups = path.iter().take_while(|part| *part == "super").count();
                under(&here[..here.len().saturating_sub(ups)], &path[ups..])
            }
            _ => {
                let alias = self.files[file].uses.iter().filter(|_| aliases).find(|some| some.name == *first);
                if let Some(alias) = alias {
                    return [self.absolute(file, &alias.path, false)?, rest.to_vec()].concat().into();
                }
                let child = [here.as_slice(), std::slice::from_ref(first)].concat();
                self.file_of(&child)?;
                under(here, path)
            }
        }
    }

    /// Every path into these sources that a file names, with whether the file only re-exports it: `pub use child::Name`.
    pub fn paths_of(&self, file: &str) -> Vec<(Vec<String>, bool)> {
        let File { uses, code, .. } = &self.files[file];
        let named = paths(code);
        let mut found: Vec<_> = named
            .iter()
            .filter_map(|path| self.absolute(file, path, true))
            .map(|path| (path, false))
            .collect();
        for used in uses {
            let Some(path) = self.absolute(file, &used.path, false) else { continue };
            // What is used of a module is found where it is named.
            let module = self.file_of(&path).is_some() && named.iter().any(|path| path[0] == used.name);
            if !module {
                found.push((path, used.reexport && !names(code, &used.name)));
            }
        }
        found
    }

    /// The file that defines what a path names: through re-exports, to the deepest module that is a file.
    pub fn defined_in(&self, path: &[String], depth: usize) -> Option<&str> {
        let (n, file) =
            (0..=path.len()).rev().find_map(|n| self.file_of(&path[..n]).map(|file| (n, file)))?;
        let Some(item) = path.get(n) else { return Some(file) };
        if n == 0
            && let Some(file) = self.macros.get(item)
        {
            return Some(file);
        }
        let from = self.files[file].uses.iter().filter(|_| depth < 8).find(|some| some.name == *item);
        from.and_then(|from| self.absolute(file, &from.path, false))
            .and_then(|from| self.defined_in(&[from.as_slice(), &path[n + 1..]].concat(), depth + 1))
            .or(Some(file))
    }

    /// Which files each file uses.
    pub fn imports(&self) -> BTreeMap<String, BTreeSet<String>> {
        let of = |file: &String| {
            let paths = self.paths_of(file).into_iter().filter(|(_, reexport)| !reexport);
            let targets = paths.filter_map(|(path, _)| self.defined_in(&path, 0).map(str::to_owned));
            targets.filter(|target| target != file).collect()
        };
        self.files.keys().map(|file| (file.clone(), of(file))).collect()
    }
}

/// Groups of files that use each other, directly or through others.
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

#[test]
fn there_are_no_import_cycles() {
    let graph = Crate::read(&all_sources("rs")).imports();
    let edges: usize = graph.values().map(BTreeSet::len).sum();
    assert!(edges > 2000, "only {edges} imports between files were found");
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

/// The imports of each of these files, each one line: `a.rs: b.rs c.rs`.
fn imports_of(files: &[(&str, &str)]) -> Vec<String> {
    let sources = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let graph = Crate::read(&sources).imports();
    let line = |(file, targets): (&String, &BTreeSet<String>)| {
        (!targets.is_empty())
            .then(|| format!("{file}: {}", targets.iter().cloned().collect::<Vec<_>>().join(" ")))
    };
    graph.iter().filter_map(line).collect()
}

#[test]
fn paths_with_braces_are_expanded() {
    let text = "use crate::a::{b, c::{d as e, self}, f,};\npub(crate) use g::*;\nlet x = h::i::<j::K>(1); l.m::<n>(); $o::p!()";
    let (uses, code) = take_uses(text);
    let lines: Vec<_> = uses.iter().map(|some| format!("{} {}", some.path.join("::"), some.name)).collect();
    assert_eq!(lines, ["crate::a::b b", "crate::a::c::d e", "crate::a::c c", "crate::a::f f", "g::* *"]);
    assert_eq!(uses.iter().map(|some| some.reexport).collect::<Vec<_>>(), [false, false, false, false, true]);
    let lines: Vec<_> = paths(&code).iter().map(|path| path.join("::")).collect();
    assert_eq!(lines, ["h::i", "j::K", "o::p"]);
}

#[test]
fn a_reexported_name_is_found_where_it_is_defined() {
    let files = [
        ("lib.rs", "pub mod a; pub mod b; pub static ALL: &[b::Y] = &[];"),
        ("a/mod.rs", "mod x; mod y;\npub use x::X;\npub(crate) use y::{self as z, Y};\nfn g(y: Y) {}"),
        (
            "a/x.rs",
            "#[macro_export]\nmacro_rules! m { () => {} }\nuse super::z;\npub struct X; fn h() { z::f() }",
        ),
        ("a/y.rs", "use super::X;\npub fn f() {}"),
        ("b.rs", "use crate::a::{self, X};\nfn f() { a::z::f(); crate::m!(); crate::ALL; }"),
    ];
    let lines = [
        "a/mod.rs: a/y.rs",
        "a/x.rs: a/y.rs",
        "a/y.rs: a/x.rs",
        "b.rs: a/x.rs a/y.rs lib.rs",
        "lib.rs: b.rs",
    ];
    assert_eq!(imports_of(&files), lines);
}

#[test]
fn relative_paths_and_programs_are_read() {
    let files = [
        ("lib.rs", "pub mod c;"),
        ("c/mod.rs", "mod d;\n#[cfg(test)]\nmod tests { use super::d; }\nfn f() { let s = \"d::text\"; }"),
        ("c/d.rs", "mod e; use e::E; use super::G;\nfn f() { self::e::g(); super::f(); }"),
        ("c/d/e.rs", "use super::super::f;"),
        ("main.rs", "fn main() { zerodesk::c::main() }"),
        ("bin/p/main.rs", "mod q; mod r; fn main() { q::run(); }\nfn print() {}"),
        ("bin/p/q.rs", "use crate::r::R; use crate::print; use zerodesk::c::C;"),
        ("bin/p/r/mod.rs", "mod s;\n#[serde(with = \"s\")] struct R; fn f() { s::f() }"),
        ("bin/p/r/s.rs", "pub fn f() {}"),
    ];
    let lines = [
        "bin/p/main.rs: bin/p/q.rs",
        "bin/p/q.rs: bin/p/main.rs bin/p/r/mod.rs c/mod.rs",
        "bin/p/r/mod.rs: bin/p/r/s.rs",
        "c/d.rs: c/d/e.rs c/mod.rs",
        "c/d/e.rs: c/mod.rs",
        "main.rs: c/mod.rs",
    ];
    assert_eq!(imports_of(&files), lines);
}

#[test]
fn import_cycles_are_found() {
    let graph = |edges: &[(&str, &str)]| {
        let mut graph = BTreeMap::<String, BTreeSet<String>>::new();
        for (from, to) in edges {
            graph.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        graph
    };
    let found = import_cycles(&graph(&[("a", "b"), ("b", "c"), ("c", "b"), ("d", "a"), ("e", "e")]));
    assert_eq!(found, [["b".to_owned(), "c".to_owned()].into(), ["e".to_owned()].into()]);
    assert_eq!(import_cycles(&graph(&[("a", "b"), ("b", "c"), ("a", "c")])), []);
}
