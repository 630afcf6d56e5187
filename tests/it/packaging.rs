//! What is packed: the image of a container has all files that the program is made of.

use std::collections::BTreeSet;
use std::path::Path;

use crate::architecture::sources::sources;

/// The first part of each path outside of `src/` from which a file of `src/` takes a text, its tests aside.
fn included(file: &str, text: &str) -> Vec<String> {
    let folders = Path::new(file).parent().map_or(0, |folder| folder.components().count());
    let own = text.split("#[cfg(test)]").next().unwrap_or_default();
    let calls = own.split("include_").skip(1).filter_map(|rest| rest.split_once("!(\"")?.1.split('"').next());
    let outside = calls.filter_map(|path| path.strip_prefix("../".repeat(folders + 1).as_str()));
    outside.filter_map(|path| path.split('/').next()).map(str::to_owned).collect()
}

#[test]
fn the_image_is_built_of_all_that_the_program_is_made_of() {
    let text =
        r#"const A: &str = include_str!("../../config/a.toml"); const B: &str = include_str!("../b.sql");"#;
    assert_eq!(included("a/b.rs", text), ["config"]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let mut needed: BTreeSet<String> = sources("rs")
        .iter()
        .filter(|(file, _)| !file.ends_with("tests.rs"))
        .flat_map(|(file, text)| included(file, text))
        .collect();
    assert!(needed.contains("config"), "{needed:?}");
    // What is read by the compiler and by macros without being named in a source.
    let by_macros =
        ["Cargo.toml", "Cargo.lock", "askama.toml", "build.rs", "crates", "migrations", "src", "templates"];
    needed.extend(by_macros.into_iter().filter(|name| root.join(name).exists()).map(str::to_owned));
    let dockerfile = read("package/Dockerfile");
    let copied: BTreeSet<String> = dockerfile
        .lines()
        .filter_map(|line| line.strip_prefix("COPY ").filter(|rest| !rest.starts_with("--")))
        .flat_map(|rest| {
            let names: Vec<&str> = rest.split_whitespace().collect();
            names[..names.len() - 1].iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()
        })
        .collect();
    let missing: Vec<_> = needed.difference(&copied).collect();
    assert!(missing.is_empty(), "package/Dockerfile does not copy {missing:?}");
    let ignored = read(".dockerignore");
    let hidden: Vec<_> = ignored.lines().filter(|line| needed.contains(line.trim_matches('/'))).collect();
    assert!(hidden.is_empty(), ".dockerignore hides {hidden:?}");
}

#[test]
fn every_crate_escapes_what_its_pages_show() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let of_the_top = std::fs::read_to_string(root.join("askama.toml")).unwrap();
    let escaper = &of_the_top[of_the_top.find("[[escaper]]").unwrap()..];
    let mut crates = 0;
    for entry in std::fs::read_dir(root.join("crates")).unwrap() {
        let file = entry.unwrap().path().join("askama.toml");
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(text.ends_with(escaper), "{} does not name the escaper", file.display());
        crates += 1;
    }
    assert!(crates > 5);
}
