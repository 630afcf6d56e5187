//! What is fuzzed, and what must hold for every input. A target is a plain function over bytes that panics where something does not
//! hold. Two programs call them: the tests, over the kept corpora and a fixed number of mutations (`tests/it/fuzzing.rs`, which
//! includes this file), and libFuzzer, guided by coverage (`script/fuzz`).

#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a target reports by panicking; it is a test and never part of the product"
)]

mod choices;
mod csv_lists;
mod dates;
mod frames;
mod lists;
mod multipart;
mod uscc;
mod workbook;

/// A target: panics where something does not hold for an input.
pub type Target = fn(&[u8]);

/// All targets by their names, which are those of their corpora.
pub const TARGETS: [(&str, Target); 6] = [
    ("csv", csv_lists::check),
    ("workbook", workbook::check),
    ("frames", frames::check),
    ("dates", dates::check),
    ("uscc", uscc::check),
    ("multipart", multipart::check),
];

/// The file that an input of `csv` or `workbook` stands for, and how many rows a reader of lists must count in it: none where the file
/// is to be refused. For tests that send it through the whole import.
///
/// # Panics
/// Where there is no such target.
pub fn list_of(name: &str, input: &[u8]) -> Option<(Vec<u8>, Option<usize>)> {
    let file = match name {
        "csv" => csv_lists::file(input)?,
        "workbook" => workbook::file(input),
        _ => panic!("{name} has no files"),
    };
    let rows = lists::read(&file).ok().map(|lists| lists.iter().map(|list| list.rows.len()).sum());
    Some((file, rows))
}

/// Gives an input to the target of a name.
///
/// # Panics
/// Where there is no such target, and where something does not hold.
pub fn run(name: &str, input: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).expect("a target of this name");
    target(input);
}
