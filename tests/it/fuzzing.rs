//! The fuzz targets over their corpora and a fixed number of mutations of them, the same on every machine. Guided by coverage they
//! run in `script/fuzz`. See docs/fuzzing.md.

#[path = "../../fuzz/src/lib.rs"]
mod targets;

mod files;
mod mutations;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};

use mutations::Mutator;
use targets::{TARGETS, run};

/// The seed of the mutations. Another one tries other inputs.
const SEED: u64 = 20_260_301;

fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target)
}

/// The kept inputs of a target, by their names.
fn kept(target: &str) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(corpus(target)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    paths.iter().map(|path| (name(path), std::fs::read(path).unwrap())).collect()
}

/// Runs a target; an input for which it fails is written to a file, and said.
fn try_input(target: &str, input: &[u8], what: &str) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| run(target, input))) {
        let path = std::env::temp_dir().join(format!("zerodesk-fuzz-{target}-{}", uuid::Uuid::new_v4()));
        std::fs::write(&path, input).unwrap();
        eprintln!("{target}: {what} fails (seed {SEED}); the input is in {}", path.display());
        eprintln!("minimise it with: script/fuzz {target} minimise {}", path.display());
        resume_unwind(panic);
    }
}

/// All kept inputs, then so many mutations of them.
fn short_run(target: &str, mutations: u32) {
    let kept = kept(target);
    assert!(kept.len() > 4, "the corpus of {target} has only {} inputs", kept.len());
    for (name, input) in &kept {
        try_input(target, input, name);
    }
    let inputs: Vec<Vec<u8>> = kept.into_iter().map(|(_, input)| input).collect();
    let mut mutator = Mutator::new(SEED, target, &inputs);
    for n in 0..mutations {
        try_input(target, &mutator.next(), &format!("mutation {n}"));
    }
}

#[test]
fn csv() {
    short_run("csv", 3_000);
}

#[test]
fn workbook() {
    short_run("workbook", 2_000);
}

#[test]
fn frames() {
    short_run("frames", 20_000);
}

#[test]
fn dates() {
    short_run("dates", 20_000);
}

#[test]
fn uscc() {
    short_run("uscc", 20_000);
}

#[test]
fn multipart() {
    short_run("multipart", 3_000);
}

#[test]
fn every_target_has_a_corpus_a_program_and_a_short_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(root.join("fuzz/Cargo.toml")).unwrap();
    let own = std::fs::read_to_string(root.join(file!())).unwrap();
    let names: BTreeSet<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    for name in &names {
        assert!(manifest.contains(&format!("name = \"{name}\"\npath = \"targets/{name}.rs\"")), "{name}");
        let program = std::fs::read_to_string(root.join(format!("fuzz/targets/{name}.rs"))).unwrap();
        assert!(program.contains(&format!("run(\"{name}\", data)")), "{name}");
        assert!(own.contains(&format!("short_run(\"{name}\"")), "{name}");
    }
    let folders = std::fs::read_dir(root.join("fuzz/corpus")).unwrap();
    let folders: Vec<String> =
        folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(folders.iter().map(String::as_str).collect::<BTreeSet<_>>(), names);
}
