//! Texts read as lists.
//!
//! A text that is taken is read by another reader of CSV as well: both must come to the same rows and cells. In a made list, whose
//! records are known, quotes are added or taken away: the list is refused, or every record comes out in a row of its own.

use std::borrow::Cow;

use super::choices::Choices;
use super::lists::{self, COLUMNS, List, assert_all_there};
use zerodesk::core::cells::{is_empty, unguard};

const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

pub fn check(input: &[u8]) {
    match Choices::of(input) {
        Some(choices) => made(choices),
        None if input.starts_with(b"PK") => {}
        None => {
            lists::read_as_sampling_list(input);
            if let Ok(lists) = lists::read(input) {
                assert_eq!(lists.len(), 1, "a text is one list");
                assert!(lists[0].sheet.is_none());
                counted_by_another(&text_of(input), &lists[0]);
            }
        }
    }
}

fn text_of(input: &[u8]) -> Cow<'_, str> {
    let (encoding, rest) = match input {
        [0xff, 0xfe, rest @ ..] => (encoding_rs::UTF_16LE, rest),
        [0xfe, 0xff, rest @ ..] => (encoding_rs::UTF_16BE, rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => (encoding_rs::UTF_8, rest),
        _ if std::str::from_utf8(input).is_ok() => (encoding_rs::UTF_8, input),
        _ => (encoding_rs::GB18030, input),
    };
    encoding.decode_without_bom_handling_and_without_replacement(rest).expect("a text that was taken")
}

/// Holds a list against what the crate `csv` reads, which knows nothing of headings: the separator is the one that gives them.
fn counted_by_another(text: &str, list: &List) {
    if text.starts_with('\u{feff}') {
        // The other reader takes a second byte order mark away as well.
        return;
    }
    let same = |ours: &[String], theirs: &[String]| {
        let width = ours.len().max(theirs.len().min(1_024));
        let cell = |cells: &[String], at: usize| cells.get(at).cloned().unwrap_or_default();
        (0..width).all(|at| {
            let (ours, theirs) = (cell(ours, at), cell(theirs, at));
            let theirs = unguard(&theirs);
            // Blanks behind a closing quote are no part of our cell. Of a long cell the beginning is kept.
            ours.trim_end_matches([' ', '\t']) == theirs.trim_end_matches([' ', '\t'])
                || (ours.len() >= 32_767 && theirs.starts_with(&ours))
        })
    };
    for separator in SEPARATORS {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes());
        let records: Vec<Vec<String>> = reader
            .records()
            .map(|record| record.expect("UTF-8 in memory").iter().map(str::to_owned).collect())
            .collect();
        let Some(header) = records.iter().position(|record| same(&list.headings, record)) else { continue };
        let theirs: Vec<&Vec<String>> =
            records[header + 1..].iter().filter(|cells| !cells.iter().all(|cell| is_empty(cell))).collect();
        assert_eq!(list.rows.len(), theirs.len(), "rows read and rows counted differ");
        for ((row, ours), theirs) in list.rows.iter().zip(theirs) {
            assert!(same(ours, theirs), "row {row} is {ours:?} here and {theirs:?} elsewhere");
        }
        return;
    }
    panic!("no separator gives the headings {:?}", list.headings);
}

/// The file of an input, if it is one for this reader.
pub fn file(input: &[u8]) -> Option<Vec<u8>> {
    match Choices::of(input) {
        Some(choices) => Some(make(choices).file),
        None => (!input.starts_with(b"PK")).then(|| input.to_vec()),
    }
}

struct Made {
    file: Vec<u8>,
    records: Vec<Vec<String>>,
    /// How many quotes were added or lost.
    changes: usize,
}

fn made(choices: Choices<'_>) {
    let Made { file, records, changes } = make(choices);
    match lists::read(&file) {
        Ok(lists) => {
            let List { headings, rows, .. } = &lists[0];
            assert_all_there(&records, headings, rows);
            if changes == 0 {
                let cells: Vec<_> = rows.iter().map(|(_, cells)| cells.clone()).collect();
                assert_eq!(cells, records, "an unharmed list");
            }
        }
        Err(refusal) => assert!(changes > 0, "an unharmed list is refused: {}", refusal.text().en),
    }
}

/// A list of known records, in which quotes may be added or lost.
fn make(mut choices: Choices<'_>) -> Made {
    let records: Vec<_> = (0..1 + choices.below(6)).map(|n| lists::record(n, &mut choices)).collect();
    let separator = choices.of_these(&SEPARATORS);
    let end =
        choices.of_these(&[csv::Terminator::CRLF, csv::Terminator::Any(b'\n'), csv::Terminator::Any(b'\r')]);
    let quotes = choices.of_these(&[csv::QuoteStyle::Necessary, csv::QuoteStyle::Always]);
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator)
        .terminator(end)
        .quote_style(quotes)
        .from_writer(Vec::new());
    writer.write_record(COLUMNS.iter().map(|column| column.name_zh())).expect("a write to memory");
    for record in &records {
        writer.write_record(record).expect("a write to memory");
    }
    let mut text = String::from_utf8(writer.into_inner().expect("a write to memory")).expect("UTF-8");
    let changes = choices.below(4);
    for _ in 0..changes {
        change_quote(&mut text, &mut choices);
    }
    let file = match choices.byte() % 3 {
        0 => text.clone().into_bytes(),
        1 => encoding_rs::GB18030.encode(&text).0.into_owned(),
        _ => {
            [&[0xff, 0xfe][..], &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat()
        }
    };
    Made { file, records, changes }
}

/// Adds a quote somewhere, or takes one away; never within a mark, which then would be another.
fn change_quote(text: &mut String, choices: &mut Choices<'_>) {
    let add = choices.byte().is_multiple_of(2);
    let places: Vec<usize> = if add {
        // At the borders of cells and lines, and where the next character is no letter or digit of a mark.
        text.char_indices()
            .filter(|(at, _)| {
                let before = text[..*at].chars().next_back();
                before.is_none_or(|c| ",;\t|\r\n\"".contains(c))
                    || text[*at..].starts_with([',', ';', '\t', '|', '\r', '\n'])
            })
            .map(|(at, _)| at)
            .collect()
    } else {
        text.match_indices('"').map(|(at, _)| at).collect()
    };
    if places.is_empty() {
        return;
    }
    let at = places[choices.below(places.len())];
    if add {
        text.insert(at, '"');
    } else {
        text.remove(at);
    }
}
