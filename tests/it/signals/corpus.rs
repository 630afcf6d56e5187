//! Files as authorities publish them, each with the right answer beside it: `tests/data/signals`. They were made for the tests.

use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use zerodesk::catalogue::Catalogue;
use zerodesk::list_files::ListColumn;
use zerodesk::list_files::fault::CellFault;
use zerodesk::list_files::header::Header;
use zerodesk::list_files::place::row_no;
use zerodesk::list_files::reader::Source;
use zerodesk::list_files::reader::line::Line;
use zerodesk::list_files::refusal::ImportError;
use zerodesk::list_files::settings::ImportSettings;
use zerodesk::signals::feed::Feed;
use zerodesk::signals::feeds;
use zerodesk::signals::list::complaints::{ComplaintColumn, refuse_cells, refuse_headings};
use zerodesk::signals::list::{Rules, complaints, penalties, recalls};
use zerodesk::signals::new_signal::NewSignal;
use zerodesk::signals::settings::SignalSettings;

/// At least so many files.
const FILES: usize = 14;

#[derive(Default)]
struct Seen {
    rows: usize,
    not_records: usize,
    rejected: BTreeMap<String, String>,
    signals: Vec<(i32, NewSignal)>,
}

fn refused(error: ImportError) -> String {
    match error {
        ImportError::Refused(refusal) => refusal.code().to_string(),
        ImportError::Failed(problem) => panic!("{problem}"),
    }
}

fn rows<C: ListColumn>(
    source: &Source<'_>,
    read: impl Fn(&Header<C>, &Line) -> Result<NewSignal, Vec<CellFault<C>>>,
) -> Result<Seen, ImportError> {
    let lists = source.lists::<C>()?;
    let mut seen = Seen::default();
    for (list, table) in lists.tables.iter().enumerate() {
        source.rows(table, &mut |line| {
            seen.rows += 1;
            let number = row_no(list, line.row)?;
            match read(&table.header, line) {
                Ok(signal) => seen.signals.push((number, signal)),
                Err(faults) => {
                    let code = faults[0].code.to_string();
                    seen.not_records += usize::from(code == "not_a_record");
                    seen.rejected.insert(number.to_string(), code);
                }
            }
            Ok(true)
        })?;
    }
    Ok(seen)
}

fn look(
    feed: Feed,
    bytes: &[u8],
    catalogue: &Catalogue,
    settings: &SignalSettings,
) -> Result<Seen, ImportError> {
    let limits = ImportSettings { max_upload_bytes: 8 << 20, max_rows: 1_000, ..ImportSettings::default() };
    let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    let (in_force, admitted) = (settings.on(today).unwrap(), std::collections::BTreeSet::new());
    let rules = Rules { feed, catalogue, rules: in_force, today, home: "440000", admitted: &admitted };
    let table = feeds::table(feed, bytes)?;
    let source = Source::open(&table, &limits)?;
    match feed {
        Feed::Penalties => rows(&source, |header, line| penalties::read(header, line, rules)),
        Feed::Complaints => {
            for table in &source.lists::<ComplaintColumn>()?.tables {
                refuse_headings(&table.header.cells)?;
                source
                    .rows(table, &mut |line| refuse_cells(line).map(|()| true).map_err(ImportError::from))?;
            }
            rows(&source, |header, line| complaints::read(header, line, rules))
        }
        Feed::SafetyGate | Feed::Cpsc | Feed::DomesticRecalls => {
            rows(&source, |header, line| recalls::read(header, line, rules))
        }
    }
}

/// What is expected of a signal, by the keys that the answer names.
fn said(row: i32, signal: &NewSignal, key: &str) -> Value {
    let named = &signal.named;
    match key {
        "row" => json!(row),
        "id" => json!(signal.external_id),
        "title" => json!(signal.title),
        "published_on" => json!(signal.published_on),
        "region" => json!(signal.region),
        "kind" => json!(signal.product_kind),
        "hazard" => json!(signal.hazard),
        "barcode" => json!(signal.barcode),
        "url" => json!(signal.url),
        "brand" => json!(named.brand),
        "category" => json!(named.category),
        "maker" => json!(named.maker),
        "place" => json!(named.place),
        "count" => json!(named.count),
        "units_text" => json!(named.units_text),
        "month" => json!(named.month),
        "late_days" => json!(named.late_days),
        other => panic!("no such key in an answer: {other}"),
    }
}

#[test]
fn every_file_gives_the_answer_beside_it() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/signals");
    let (catalogue, settings) = (Catalogue::builtin().unwrap(), SignalSettings::default());
    let mut answers: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".answer.json"))
        .collect();
    answers.sort();
    assert!(answers.len() >= FILES, "{} files", answers.len());
    let mut wrong = Vec::new();
    for path in answers {
        let answer: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let name = answer["file"].as_str().unwrap();
        let feed: Feed = answer["feed"].as_str().unwrap().parse().unwrap();
        let seen = look(feed, &std::fs::read(folder.join(name)).unwrap(), &catalogue, &settings);
        let mut differs = |what: &str, wanted: &Value, found: Value| {
            if *wanted != found {
                wrong.push(format!("{name}: {what}: wanted {wanted}, found {found}"));
            }
        };
        let seen = match (seen.map_err(refused), &answer["refused"]) {
            (Err(code), refused) => {
                differs("refused", refused, json!(code));
                continue;
            }
            (Ok(_), Value::String(code)) => {
                differs("refused", &json!(code), Value::Null);
                continue;
            }
            (Ok(seen), _) => seen,
        };
        differs("rows", &answer["rows"], json!(seen.rows));
        let none = json!({});
        let rejected = if answer["rejected"].is_object() { &answer["rejected"] } else { &none };
        differs("rejected", rejected, json!(seen.rejected));
        if let Some(count) = answer["not_records"].as_u64() {
            differs("no records", &json!(count), json!(seen.not_records));
        }
        let signals = answer["signals"].as_array().unwrap();
        let rows: Vec<i32> = seen.signals.iter().map(|(row, _)| *row).collect();
        differs("signals", &json!(signals.iter().map(|p| &p["row"]).collect::<Vec<_>>()), json!(rows));
        for (wanted, (row, signal)) in signals.iter().zip(&seen.signals) {
            for (key, value) in wanted.as_object().unwrap() {
                differs(&format!("row {row} {key}"), value, said(*row, signal, key));
            }
        }
        // Each row that was seen is a signal, or has a reason.
        differs("rows in all", &json!(seen.rows), json!(seen.signals.len() + seen.rejected.len()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
