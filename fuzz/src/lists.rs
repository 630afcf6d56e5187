//! Files read as the import reads them, up to the rules for rows. What holds for every file: it is refused with a reason of bounded
//! length in both languages, or each row is handed on once, in order, within the bounds of cells and columns, and is good or has a reason.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::NaiveDate;
use zerodesk::catalogue::Catalogue;
use zerodesk::enterprises::Uscc;
use zerodesk::enterprises::uscc::{ALPHABET, completed};
use zerodesk::list_files::reader::Source;
use zerodesk::list_files::refusal::{ImportError, Refusal};
use zerodesk::list_files::settings::ImportSettings;
use zerodesk::zero_out::import::Column;
use zerodesk::zero_out::import::row::{self, Rules};

use zerodesk::list_files::place::{Headings, row_no};
use zerodesk::sampling_lists::list as sampling;
use zerodesk::sampling_lists::list::row::Defaults;
use zerodesk::sampling_lists::list::samples::Samples;

use super::choices::Choices;

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::builtin().expect("the built-in catalogue"));

/// No code is let in against the rule.
static NONE: BTreeSet<Uscc> = BTreeSet::new();

const LIMITS: ImportSettings = ImportSettings {
    max_upload_bytes: 256 * 1024,
    max_rows: 10_000,
    checked_file_hours: 0,
    checked_files_per_account: 0,
};
/// What the reader keeps of a row at most: columns, and characters of a cell.
const MOST_COLUMNS: usize = 1_024;
const LONGEST_CELL: usize = 32_767;
/// Most bytes of a sentence for people.
const LONGEST_REASON: usize = 4_096;

/// The columns of made lists, in their order: the required ones.
pub const COLUMNS: [Column; 8] = [
    Column::Uscc,
    Column::Name,
    Column::OperatingStatus,
    Column::RegionCode,
    Column::ProductKind,
    Column::ReportNo,
    Column::InspectedOn,
    Column::FailedItems,
];

/// A list as it was read.
pub struct List {
    pub sheet: Option<String>,
    pub headings: Vec<String>,
    /// The number and the cells of each row.
    pub rows: Vec<(u32, Vec<String>)>,
    /// How many rows the rules reject.
    pub rejected: usize,
}

/// Reads a file.
pub fn read(file: &[u8]) -> Result<Vec<List>, Refusal> {
    let read = read_lists(file);
    if let Err(refusal) = &read {
        let text = refusal.text();
        for text in [&text.zh, &text.en] {
            assert!(!text.is_empty() && text.len() < LONGEST_REASON, "a reason of {} bytes", text.len());
        }
    }
    read
}

fn read_lists(file: &[u8]) -> Result<Vec<List>, Refusal> {
    let refused = |error| match error {
        ImportError::Refused(refusal) => refusal,
        ImportError::Failed(problem) => panic!("reading alone can't fail: {problem}"),
    };
    let today = NaiveDate::from_ymd_opt(2026, 11, 1).expect("a date");
    let rules = Rules { catalogue: &CATALOGUE, scope: None, today, admitted: &NONE };
    let source = Source::open(file, &LIMITS)?;
    let lists = source.lists::<Column>().map_err(refused)?;
    assert!(!lists.tables.is_empty(), "neither a list nor a refusal");
    let mut found = Vec::new();
    for table in &lists.tables {
        let (mut last, mut good, mut rejected, mut rows) = (table.header_row, 0, 0, Vec::new());
        let done = source.rows(table, &mut |line| {
            assert!(line.row > last, "row {} after row {last}", line.row);
            last = line.row;
            assert!(line.cells.len() <= MOST_COLUMNS, "{} columns", line.cells.len());
            for cell in &line.cells {
                assert!(
                    cell.len() <= LONGEST_CELL || cell.chars().count() <= LONGEST_CELL,
                    "a cell too long"
                );
            }
            match row::read(&table.header, line, rules) {
                Ok(_) => good += 1,
                Err(faults) => {
                    rejected += 1;
                    assert!(!faults.is_empty(), "row {} is rejected without a reason", line.row);
                    for fault in &faults {
                        let reason = &fault.reason;
                        assert!(!reason.zh.is_empty() && !reason.en.is_empty());
                        assert!(reason.zh.len() < LONGEST_REASON && reason.en.len() < LONGEST_REASON);
                    }
                }
            }
            rows.push((line.row, line.cells.clone()));
            Ok(true)
        });
        done.map_err(refused)?;
        assert_eq!(rows.len(), good + rejected);
        found.push(List { sheet: table.sheet.clone(), headings: table.header.cells.clone(), rows, rejected });
    }
    Ok(found)
}

/// Reads a file as a sampling list: it is refused, or each row is a row of a sample or has a reason.
pub fn read_as_sampling_list(file: &[u8]) {
    let Ok(source) = Source::open(file, &LIMITS) else { return };
    let Ok(lists) = source.lists::<sampling::column::Column>() else { return };
    let (mut samples, mut rows, mut rejected) = (Samples::default(), 0, 0);
    let today = NaiveDate::from_ymd_opt(2026, 11, 1).expect("a date");
    let defaults = Defaults::default();
    let rules = sampling::row::Rules {
        catalogue: &CATALOGUE,
        scope: "440000",
        today,
        defaults: &defaults,
        admitted: &NONE,
    };
    for (list, table) in lists.tables.iter().enumerate() {
        let done = source.rows(table, &mut |line| {
            rows += 1;
            let number = row_no(list, line.row)?;
            match sampling::row::read(&table.header, line, rules) {
                Ok(read) => samples.take(number, read),
                Err(faults) => {
                    rejected += 1;
                    assert!(!faults.is_empty(), "row {} is rejected without a reason", line.row);
                    samples.broken(number, ["", ""], true);
                }
            }
            Ok(true)
        });
        if done.is_err() {
            return;
        }
    }
    let (good, late) = samples.done(&Headings::of(&lists.tables));
    let taken: usize = good.iter().map(|sample| sample.rows.len()).sum();
    assert_eq!(rows, taken + rejected + late.len(), "rows of a sampling list vanished");
}

/// A record whose code, name and report number no other `n` has. Its code is of an authority of any kind, or missing.
pub fn record(n: usize, choices: &mut Choices<'_>) -> Vec<String> {
    let registration = choices.of_these(&["91440103", "92440300", "N1440103", "A1440103", "13440103"]);
    let own = char::from(ALPHABET[10 + n % 20]);
    let others: String = (0..7).map(|_| char::from(choices.of_these(ALPHABET))).collect();
    let code = completed(registration, &format!("{own}{others}")).expect("parts of the right length");
    let code = if choices.one_in(16) { String::new() } else { code };
    let (name, report) = (format!("企业{n}号公司"), format!("BG-{n:03}-A"));
    let status = choices.of_these(&["在营", "吊销", ""]);
    let region = choices.of_these(&["440103", "广州市天河区", "440300"]);
    let date = choices.of_these(&["2021-08-03", "2021年8月3日", "44411", "20210803"]);
    let items = choices.of_these(&["抗拉强度", "甲，乙", "一\n二", "有\"引号\"的项", "a,b;c\td|e", ""]);
    [&code, &name, status, region, "K0101", &report, date, items].map(str::to_owned).to_vec()
}

/// What only one record holds: its code, name and report number.
pub fn marks(record: &[String]) -> impl Iterator<Item = &str> {
    [0, 1, 5].into_iter().map(|at| record[at].as_str()).filter(|mark| !mark.is_empty())
}

/// Nothing has vanished: each record is in a row of its own, and no row and no heading swallowed parts of several.
pub fn assert_all_there(records: &[Vec<String>], headings: &[String], rows: &[(u32, Vec<String>)]) {
    let holds = |cells: &[String], record: &[String]| {
        marks(record).any(|mark| cells.iter().any(|cell| cell.contains(mark)))
    };
    for record in records {
        assert!(!holds(headings, record), "a heading swallowed {record:?}");
        assert!(rows.iter().any(|(_, cells)| holds(cells, record)), "{record:?} vanished from {rows:?}");
    }
    for (row, cells) in rows {
        let held = records.iter().filter(|record| holds(cells, record)).count();
        assert!(held < 2, "row {row} holds {held} records: {cells:?}");
    }
}
