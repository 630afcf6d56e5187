//! What offices send in: some two hundred files, made here, each with its right answer beside it. No row may vanish: those that the
//! maker of a file put in are those that come out, good or with a reason, or the file is refused.

mod book;
mod cells;
mod damaged;
mod habits;
mod sheets;
mod texts;

use chrono::NaiveDate;
use std::collections::BTreeMap;
use zerodesk::catalogue::Catalogue;
use zerodesk::core::Caller;
use zerodesk::list_files::reader::Source;
use zerodesk::list_files::refusal::ImportError;
use zerodesk::list_files::settings::ImportSettings;
use zerodesk::list_files::unheaded::Unheaded;
use zerodesk::zero_out::import::row::{Row, Rules, read};
use zerodesk::zero_out::import::{Column, import_file};

use crate::zero_out::lists::app;

/// A file with its right answer.
pub struct Case {
    pub name: String,
    pub bytes: Vec<u8>,
    pub answer: Answer,
}

/// What is right.
pub enum Answer {
    /// The file is refused with this code, and its text names this.
    Refused(&'static str, &'static str),
    /// These rows are read, with these warnings.
    Read(Vec<Expected>, Vec<&'static str>),
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    pub sheet: Option<String>,
    pub row: u32,
    /// The codes of the reasons; none where the row is good.
    pub faults: Vec<String>,
}

pub fn good(row: u32) -> Expected {
    Expected { sheet: None, row, faults: Vec::new() }
}

pub fn bad(row: u32, fault: &str) -> Expected {
    Expected { sheet: None, row, faults: vec![fault.to_owned()] }
}

impl Expected {
    pub fn on(self, sheet: &str) -> Self {
        Self { sheet: Some(sheet.to_owned()), ..self }
    }
}

/// The columns that all rows of the corpus have, in their order.
pub const COLUMNS: [Column; 9] = [
    Column::Uscc,
    Column::Name,
    Column::OperatingStatus,
    Column::RegionCode,
    Column::ProductKind,
    Column::ReportNo,
    Column::InspectedOn,
    Column::FailedItems,
    Column::OrderIssuedOn,
];

pub fn headings() -> Vec<String> {
    COLUMNS.iter().map(|column| column.name_zh().to_owned()).collect()
}

/// A good row, another for each number.
pub fn record(n: u32) -> Vec<String> {
    let code = crate::support::csv::uscc(n);
    let (name, report) = (format!("测试{n}有限公司"), format!("BG-2021-{n:04}"));
    [&code, &name, "在营", "440103", "K0101", &report, "2021-08-03", "抗拉强度；屈服强度", "2021-09-01"]
        .map(str::to_owned)
        .to_vec()
}

/// The good row with one cell changed.
pub fn changed(n: u32, column: Column, value: &str) -> Vec<String> {
    let mut cells = record(n);
    cells[COLUMNS.iter().position(|known| *known == column).unwrap()] = value.to_owned();
    cells
}

/// What a file is read as.
struct Seen {
    rows: Vec<Expected>,
    good: BTreeMap<String, Row>,
    warnings: Vec<String>,
}

fn look(bytes: &[u8], catalogue: &Catalogue) -> Result<Seen, (String, String)> {
    let refused = |error| match error {
        ImportError::Refused(refusal) => (refusal.code().to_string(), refusal.text().zh.into_owned()),
        ImportError::Failed(problem) => panic!("{problem}"),
    };
    let limits = ImportSettings { max_upload_bytes: 8 << 20, max_rows: 1_000, ..ImportSettings::default() };
    let rules = Rules {
        catalogue,
        scope: None,
        today: NaiveDate::from_ymd_opt(2026, 11, 1).unwrap(),
        admitted: &std::collections::BTreeSet::new(),
    };
    let source = Source::open(bytes, &limits).map_err(|refusal| refused(refusal.into()))?;
    let lists = source.lists::<Column>().map_err(refused)?;
    let mut seen = Seen { rows: Vec::new(), good: BTreeMap::new(), warnings: Vec::new() };
    seen.warnings.extend(lists.warnings.iter().map(|warning| warning.code.to_string()));
    for table in &lists.tables {
        seen.warnings.extend(table.header.warnings.iter().map(|warning| warning.code.to_string()));
        let mut unheaded = Unheaded::default();
        let read = source.rows(table, &mut |line| {
            let faults = match read(&table.header, line, rules) {
                Ok(row) => {
                    seen.good.insert(row.report_no.clone(), row);
                    Vec::new()
                }
                Err(faults) => faults.iter().map(|fault| fault.code.to_string()).collect(),
            };
            if !faults.iter().any(|fault| fault == "not_a_record") {
                unheaded.note(&table.header, line);
            }
            seen.rows.push(Expected { sheet: table.sheet.clone(), row: line.row, faults });
            Ok(true)
        });
        read.map_err(refused)?;
        seen.warnings.extend(unheaded.warning(table).map(|warning| warning.code.to_string()));
    }
    Ok(seen)
}

pub fn all() -> Vec<Case> {
    [texts::cases(), cells::cases(), sheets::cases(), habits::cases(), damaged::cases()]
        .into_iter()
        .flatten()
        .collect()
}

/// Of every row that the maker of a file put in an import says what became of it.
#[test]
fn every_row_is_inserted_or_rejected() {
    let app = app();
    let mut wrong = Vec::new();
    for Case { name, bytes, answer } in all() {
        let listed = look(&bytes, app.catalogue()).map_or(0, |seen| seen.good.len());
        let report = import_file(&app, &Caller::system(), &name, bytes, true, &|_, _| ()).unwrap();
        let refused = report.problem.as_ref().map(|problem| problem.code.to_string());
        let (expected, code) = match &answer {
            Answer::Read(rows, _) => (rows.len(), None),
            Answer::Refused(code, _) => (0, Some((*code).to_owned())),
        };
        let found = (report.rows, report.inserted, report.inserted + report.rejected, refused);
        // A record that is there twice is rejected by the row of the first.
        let [expected, listed] = [expected, listed].map(|n| i32::try_from(n).unwrap());
        if found != (expected, listed, expected, code) {
            wrong.push(format!("{name}: {found:?} instead of {expected}, {listed}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_has_its_right_answer() {
    let catalogue = Catalogue::builtin().unwrap();
    let cases = all();
    assert!(cases.len() >= 150, "{}", cases.len());
    let names: std::collections::BTreeSet<_> = cases.iter().map(|case| &case.name).collect();
    assert_eq!(names.len(), cases.len());
    let mut wrong = Vec::new();
    for Case { name, bytes, answer } in &cases {
        match (look(bytes, &catalogue), answer) {
            (Err((code, text)), Answer::Refused(expected, named)) => {
                if code != *expected || !text.contains(named) {
                    wrong.push(format!("{name}: refused with {code}, {text}"));
                }
            }
            (Ok(seen), Answer::Read(rows, warnings)) => {
                if seen.rows != *rows {
                    wrong.push(format!("{name}: {:?} instead of {rows:?}", seen.rows));
                }
                if seen.warnings != *warnings {
                    wrong.push(format!("{name}: warns of {:?}", seen.warnings));
                }
                // Whatever way a record came, it is the same.
                for row in seen.good.values() {
                    let told = row.failed_items == ["抗拉强度", "屈服强度"] && row.region == "440103";
                    if !told || row.inspected_on != NaiveDate::from_ymd_opt(2021, 8, 3).unwrap() {
                        wrong.push(format!("{name}: {row:?}"));
                    }
                }
            }
            (Err((code, text)), _) => wrong.push(format!("{name}: refused with {code}, {text}")),
            (Ok(seen), _) => wrong.push(format!("{name}: taken: {:?}", seen.rows)),
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
