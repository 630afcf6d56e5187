//! Files as offices publish them and systems export them, each with the right answer beside it: `tests/data/sampling_lists`.

use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use zerodesk::catalogue::Catalogue;
use zerodesk::list_files::place::{Headings, row_no};
use zerodesk::list_files::reader::Source;
use zerodesk::list_files::refusal::ImportError;
use zerodesk::list_files::settings::ImportSettings;
use zerodesk::sampling_lists::list::column::Column;
use zerodesk::sampling_lists::list::row::{Defaults, Rules, read};
use zerodesk::sampling_lists::list::samples::{Sample, Samples};

/// At least so many files.
const FILES: usize = 25;

struct Seen {
    rows: usize,
    not_records: usize,
    rejected: BTreeMap<String, String>,
    samples: Vec<Sample>,
}

fn look(bytes: &[u8], catalogue: &Catalogue) -> Result<Seen, String> {
    let refused = |error| match error {
        ImportError::Refused(refusal) => refusal.code().to_string(),
        ImportError::Failed(problem) => panic!("{problem}"),
    };
    let limits = ImportSettings { max_upload_bytes: 8 << 20, max_rows: 1_000, ..ImportSettings::default() };
    let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    let (defaults, admitted) = (Defaults::default(), BTreeSet::new());
    let rules = Rules { catalogue, scope: "440000", today, defaults: &defaults, admitted: &admitted };
    let source = Source::open(bytes, &limits).map_err(|refusal| refusal.code().to_string())?;
    let lists = source.lists::<Column>().map_err(refused)?;
    let mut samples = Samples::default();
    let mut seen = Seen { rows: 0, not_records: 0, rejected: BTreeMap::new(), samples: Vec::new() };
    for (list, table) in lists.tables.iter().enumerate() {
        let done = source.rows(table, &mut |line| {
            seen.rows += 1;
            let number = row_no(list, line.row)?;
            match read(&table.header, line, rules) {
                Ok(read) => samples.take(number, read),
                Err(faults) => {
                    let code = faults[0].code.to_string();
                    seen.not_records += usize::from(code == "not_a_record");
                    let numbers = [Column::FormNo, Column::ReportNo]
                        .map(|column| table.header.cell(&line.cells, column).trim());
                    samples.broken(number, numbers, code != "not_a_record");
                    seen.rejected.insert(number.to_string(), code);
                }
            }
            Ok(true)
        });
        done.map_err(refused)?;
    }
    let (good, late) = samples.done(&Headings::of(&lists.tables));
    seen.rejected.extend(late.into_iter().map(|(row, fault)| (row.to_string(), fault.code.to_string())));
    seen.samples = good;
    Ok(seen)
}

/// What is expected of a sample, by the keys that the answer names.
fn said(sample: &Sample, key: &str) -> Value {
    let row = &sample.row;
    match key {
        "rows" => json!(sample.rows),
        "number" => json!(sample.number),
        "outcome" => json!(row.outcome),
        "operator" => json!(row.operator.name),
        "uscc" => json!(row.operator.uscc.as_ref().map(ToString::to_string)),
        "producer" => json!(row.producer.as_ref().map(|producer| &producer.name)),
        "abroad" => json!(row.producer_abroad),
        "client" => json!(row.parties.client),
        "contractor" => json!(row.parties.contractor),
        "role" => json!(row.role),
        "place" => json!(row.place_region),
        "kind" => json!(row.product_kind),
        "trademark" => json!(row.trademark),
        "model" => json!(row.model),
        "batch" => json!(row.batch),
        "produced_on" => json!(row.produced_on),
        "sampled_on" => json!(row.sampled_on),
        "purpose" => json!(row.purpose),
        "level" => json!(row.level),
        "shop" => json!(row.online.shop),
        "unit" => json!(row.quantities.unit),
        "price_fen" => json!(row.quantities.price_fen),
        "items" => {
            let some = |text: &Option<String>| text.clone().unwrap_or_default();
            let items = row.items.iter();
            json!(
                items.map(|i| [i.name.clone(), some(&i.requirement), some(&i.measured)]).collect::<Vec<_>>()
            )
        }
        other => panic!("no such key in an answer: {other}"),
    }
}

#[test]
fn every_file_gives_the_answer_beside_it() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/sampling_lists");
    let catalogue = Catalogue::builtin().unwrap();
    let mut answers: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    answers.sort();
    assert!(answers.len() >= FILES, "{} files", answers.len());
    let mut wrong = Vec::new();
    for path in answers {
        let answer: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let name = answer["file"].as_str().unwrap();
        let seen = look(&std::fs::read(folder.join(name)).unwrap(), &catalogue);
        let mut differs = |what: &str, wanted: &Value, found: Value| {
            if *wanted != found {
                wrong.push(format!("{name}: {what}: wanted {wanted}, found {found}"));
            }
        };
        let seen = match (seen, &answer["refused"]) {
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
        let samples = answer["samples"].as_array().unwrap();
        let rows: Vec<&Vec<i32>> = seen.samples.iter().map(|sample| &sample.rows).collect();
        differs("samples", &json!(samples.iter().map(|s| &s["rows"]).collect::<Vec<_>>()), json!(rows));
        for (wanted, sample) in samples.iter().zip(&seen.samples) {
            for (key, value) in wanted.as_object().unwrap() {
                differs(&format!("sample of row {} {key}", sample.rows[0]), value, said(sample, key));
            }
        }
        // Each row that was seen is a row of a sample, or has a reason.
        let taken: usize = seen.samples.iter().map(|sample| sample.rows.len()).sum();
        differs("rows in all", &json!(seen.rows), json!(taken + seen.rejected.len()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
