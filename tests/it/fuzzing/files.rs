//! The lists of the corpora and mutations of them through the whole import, into a database. The targets have held their rows against
//! another reader or against the records that were put in.

use zerodesk::core::Caller;
use zerodesk::zero_out::import::{ImportState, import_file};

use super::mutations::Mutator;
use super::targets::{list_of, run};
use super::{SEED, kept};
use crate::zero_out::lists::app;

/// Mutations of the corpus of each format.
const MUTATIONS: usize = 120;

#[test]
fn every_row_of_every_file_is_accounted_for_or_the_file_is_refused() {
    let app = app();
    let (mut taken, mut refused) = (0, 0);
    for target in ["csv", "workbook"] {
        let inputs: Vec<Vec<u8>> = kept(target).into_iter().map(|(_, input)| input).collect();
        let mut mutator = Mutator::new(SEED ^ 1, target, &inputs);
        let mutations: Vec<Vec<u8>> = (0..MUTATIONS).map(|_| mutator.next()).collect();
        for input in inputs.iter().chain(&mutations) {
            run(target, input);
            let Some((file, counted)) = list_of(target, input) else { continue };
            let report = import_file(&app, &Caller::system(), "list", file, false, &|_, _| ()).unwrap();
            let accounted = report.inserted + report.updated + report.unchanged + report.rejected;
            assert_eq!(report.rows, accounted, "{:?}", String::from_utf8_lossy(input));
            // A header without rows is refused by the import, not by the reader.
            match counted.filter(|rows| *rows > 0) {
                // Other headings within a list are found by the rules for rows.
                Some(_) if report.state == ImportState::Failed => {
                    let code = report.problem.unwrap().code.to_string();
                    assert_eq!(code, "import_other_header", "{:?}", String::from_utf8_lossy(input));
                    refused += 1;
                }
                Some(rows) => {
                    assert_eq!(
                        usize::try_from(report.rows),
                        Ok(rows),
                        "{:?}",
                        String::from_utf8_lossy(input)
                    );
                    taken += 1;
                }
                None => {
                    assert_eq!(report.state, ImportState::Failed, "{:?}", String::from_utf8_lossy(input));
                    let problem = report.problem.unwrap();
                    assert!(problem.code.to_string().starts_with("import_"), "{problem:?}");
                    refused += 1;
                }
            }
        }
    }
    assert!(taken > 40 && refused > 40, "{taken} files were taken, {refused} refused");
}
