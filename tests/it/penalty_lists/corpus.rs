//! Files as authorities publish them and systems export them, each with the right answer beside it: `tests/data/penalty_lists`.

use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use zerodesk::catalogue::Catalogue;
use zerodesk::list_files::place::row_no;
use zerodesk::list_files::reader::Source;
use zerodesk::list_files::refusal::ImportError;
use zerodesk::list_files::settings::ImportSettings;
use zerodesk::penalty_lists::list::acts::{Counted, role};
use zerodesk::penalty_lists::list::column::Column;
use zerodesk::penalty_lists::list::row::{Defaults, Penalty, Rules, read};
use zerodesk::penalty_lists::settings::PenaltyListSettings;

/// At least so many files.
const FILES: usize = 18;

struct Seen {
    rows: usize,
    not_records: usize,
    rejected: BTreeMap<String, String>,
    penalties: Vec<(i32, Penalty)>,
}

fn look(bytes: &[u8], catalogue: &Catalogue, settings: &PenaltyListSettings) -> Result<Seen, String> {
    let refused = |error| match error {
        ImportError::Refused(refusal) => refusal.code().to_string(),
        ImportError::Failed(problem) => panic!("{problem}"),
    };
    let limits = ImportSettings { max_upload_bytes: 8 << 20, max_rows: 1_000, ..ImportSettings::default() };
    let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    let (defaults, admitted) = (Defaults::default(), BTreeSet::new());
    let rules = Rules { catalogue, settings, today, defaults: &defaults, admitted: &admitted };
    let source = Source::open(bytes, &limits).map_err(|refusal| refusal.code().to_string())?;
    let lists = source.lists::<Column>().map_err(refused)?;
    let mut seen = Seen { rows: 0, not_records: 0, rejected: BTreeMap::new(), penalties: Vec::new() };
    for (list, table) in lists.tables.iter().enumerate() {
        let done = source.rows(table, &mut |line| {
            seen.rows += 1;
            let number = row_no(list, line.row)?;
            match read(&table.header, line, rules) {
                Ok(penalty) => seen.penalties.push((number, penalty)),
                Err(faults) => {
                    let code = faults[0].code.to_string();
                    seen.not_records += usize::from(code == "not_a_record");
                    seen.rejected.insert(number.to_string(), code);
                }
            }
            Ok(true)
        });
        done.map_err(refused)?;
    }
    Ok(seen)
}

/// What is expected of a penalty, by the keys that the answer names.
fn said(row: i32, penalty: &Penalty, settings: &PenaltyListSettings, key: &str) -> Value {
    match key {
        "row" => json!(row),
        "document" => json!(penalty.document_no),
        "key" => json!(penalty.key().document),
        "party" => json!(penalty.party),
        "uscc" => json!(penalty.uscc.as_ref().map(ToString::to_string)),
        "region" => json!(penalty.party_region),
        "act" => json!(penalty.act),
        "facts" => json!(penalty.facts),
        "product" => json!(penalty.product),
        "counted" => match &penalty.counted {
            Counted::As(behaviour) => json!(behaviour),
            Counted::Waived => json!("waived"),
            Counted::Unknown => json!("unknown"),
        },
        "role" => json!(role(&penalty.act, settings.rules_on(penalty.decided_on).unwrap())),
        "fine_fen" => json!(penalty.fine_fen),
        "authority" => json!(penalty.authority),
        "authority_region" => json!(penalty.authority_region),
        "decided_on" => json!(penalty.decided_on),
        "happened_on" => json!(penalty.happened_on),
        "fault" => json!(penalty.fault),
        "annulled" => json!(penalty.annulled.is_some()),
        "form_no" => json!(penalty.form_no),
        other => panic!("no such key in an answer: {other}"),
    }
}

#[test]
fn every_file_gives_the_answer_beside_it() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/penalty_lists");
    let (catalogue, settings) = (Catalogue::builtin().unwrap(), PenaltyListSettings::default());
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
        let seen = look(&std::fs::read(folder.join(name)).unwrap(), &catalogue, &settings);
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
        let penalties = answer["penalties"].as_array().unwrap();
        let rows: Vec<i32> = seen.penalties.iter().map(|(row, _)| *row).collect();
        differs("penalties", &json!(penalties.iter().map(|p| &p["row"]).collect::<Vec<_>>()), json!(rows));
        for (wanted, (row, penalty)) in penalties.iter().zip(&seen.penalties) {
            for (key, value) in wanted.as_object().unwrap() {
                differs(&format!("row {row} {key}"), value, said(*row, penalty, &settings, key));
            }
        }
        // Each row that was seen is a penalty, or has a reason.
        differs("rows in all", &json!(seen.rows), json!(seen.penalties.len() + seen.rejected.len()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
