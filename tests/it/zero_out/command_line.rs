//! The list brought in by the program itself: what it prints for other programs.

use std::process::Command;

use serde_json::Value;
use zerodesk::zero_out::import::Column;

use crate::support::Database;
use crate::support::csv::{file, row, uscc};

#[test]
fn the_json_of_an_import_has_every_reason() {
    let (database, folder) = (Database::new(), tempfile::tempdir().unwrap());
    let faulty = (1..=1_200).map(|n| {
        row(&[(Column::Uscc, &uscc(n)), (Column::ReportNo, &format!("R{n}")), (Column::RegionCode, "999999")])
    });
    let rows: Vec<Vec<String>> = std::iter::once(row(&[])).chain(faulty).collect();
    std::fs::write(folder.path().join("list.csv"), file(&rows)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_zerodesk"))
        .args(["import", "zero-out", "--dry-run", "--json", "list.csv"])
        .current_dir(folder.path())
        .env("DATABASE_URL", database.url())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let counts = ["rows", "inserted", "rejected"].map(|count| report[count].as_i64().unwrap());
    assert_eq!(counts, [1_201, 1, 1_200], "{said}");
    let reasons = report["rejections"].as_array().unwrap();
    let rows: Vec<i64> = reasons.iter().map(|reason| reason["row"].as_i64().unwrap()).collect();
    assert_eq!(rows, (3..=1_202).collect::<Vec<i64>>());
    assert_eq!(reasons[0]["column"], "region_code");
    assert_eq!(reasons[0]["value"], "999999");
}
