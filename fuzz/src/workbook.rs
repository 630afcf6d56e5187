//! Workbooks. An input is an archive, or the text of parts that are put into one, so that mutations reach the reader of XML and not
//! only the checksums of ZIP: the first sheet, then other parts, each under a line `=== name`. A made workbook holds known records on
//! known rows, written in the many ways that spreadsheets and exports write them: exactly these rows come out.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use super::choices::Choices;
use super::lists::{self, COLUMNS, assert_all_there};

const SHEET: &str = "xl/worksheets/sheet1.xml";
/// The last row of a sheet.
const LAST_ROW: u32 = 1_048_576;

pub fn check(input: &[u8]) {
    if let Some(choices) = Choices::of(input) {
        return made(choices);
    }
    let file = file(input);
    lists::read_as_sampling_list(&file);
    for list in lists::read(&file).unwrap_or_default() {
        assert!(list.sheet.is_some(), "a list of a workbook has a sheet");
        assert!(list.rows.iter().all(|(row, _)| (1..=LAST_ROW).contains(row)));
        assert!(list.rejected <= list.rows.len());
    }
}

/// The file of an input.
pub fn file(input: &[u8]) -> Vec<u8> {
    match Choices::of(input) {
        Some(choices) => make(choices).0,
        None if input.starts_with(b"PK") => input.to_vec(),
        None => archive(&parts(input)),
    }
}

/// The parts of an input, over those that every workbook needs.
fn parts(input: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut parts = usual_parts("");
    let (mut name, mut content) = (SHEET.to_owned(), Vec::new());
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(b"=== ") {
            Some(other) => {
                parts.insert(name, std::mem::take(&mut content));
                name = String::from_utf8_lossy(other).trim().to_owned();
            }
            None => content.extend_from_slice(line),
        }
    }
    parts.insert(name, content);
    parts
}

fn usual_parts(sheets: &str) -> BTreeMap<String, Vec<u8>> {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let sheets =
        if sheets.is_empty() { "<sheet name=\"名单\" sheetId=\"1\" r:id=\"rId1\"/>" } else { sheets };
    let relations = [
        relation("rId1", "worksheet", "worksheets/sheet1.xml"),
        relation("rId2", "worksheet", "worksheets/sheet2.xml"),
        relation("rId3", "sharedStrings", "sharedStrings.xml"),
        relation("rId4", "styles", "styles.xml"),
    ]
    .concat();
    let workbook = format!("<workbook xmlns:r=\"{OFFICE}\"><sheets>{sheets}</sheets></workbook>");
    let styles = "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"49\"/></cellXfs></styleSheet>";
    [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", format!("<Relationships>{relations}</Relationships>")),
        ("xl/sharedStrings.xml", "<sst><si><t>甲</t></si></sst>".to_owned()),
        ("xl/styles.xml", styles.to_owned()),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text.into_bytes()))
    .collect()
}

fn archive(parts: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        // A name that can't be in an archive leaves its part out.
        if zip.start_file(name.as_str(), options).is_ok() {
            zip.write_all(content).expect("a write to memory");
        }
    }
    zip.finish().expect("an archive in memory").into_inner()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// The strings that cells share.
#[derive(Default)]
struct Shared(Vec<String>);

/// One cell as some program writes it.
fn cell(reference: Option<String>, text: &str, shared: &mut Shared, choices: &mut Choices<'_>) -> String {
    let at = reference.map_or(String::new(), |reference| format!(" r=\"{reference}\""));
    let plain = escaped(text);
    match choices.byte() % 7 {
        0 => {
            shared.0.push(format!("<si><t xml:space=\"preserve\">{plain}</t></si>"));
            format!("<c{at} t=\"s\"><v>{}</v></c>", shared.0.len() - 1)
        }
        1 => {
            // A text in several styles, and one that says how another is pronounced.
            let middle = text.char_indices().nth(1).map_or(text.len(), |(at, _)| at);
            let (first, second) = (escaped(&text[..middle]), escaped(&text[middle..]));
            shared.0.push(format!(
                "<si><r><t>{first}</t></r><r><rPr><b/></rPr><t>{second}</t></r><rPh sb=\"0\" eb=\"1\"><t>读音</t></rPh></si>"
            ));
            format!("<c{at} t=\"s\" s=\"2\"><v>{}</v></c>", shared.0.len() - 1)
        }
        2 => format!("<c{at} t=\"str\"><f>A1&amp;\"x\"</f><v>{plain}</v></c>"),
        3 => format!("<c{at} t=\"inlineStr\"><is><t><![CDATA[{text}]]></t></is></c>"),
        4 => format!("<x:c{at} t=\"inlineStr\" xmlns:x=\"urn:x\"><x:is><x:t>{plain}</x:t></x:is></x:c>"),
        _ => format!("<c{at} t=\"inlineStr\"><is><t>{plain}</t></is></c>"),
    }
}

/// One row; a cell that is empty may be left out, where the others say where they stand.
fn row(number: u32, cells: &[String], shared: &mut Shared, choices: &mut Choices<'_>) -> String {
    let named = !choices.one_in(4);
    let hidden = if choices.one_in(8) { " hidden=\"1\"" } else { "" };
    let mut xml = format!("<row r=\"{number}\"{hidden}>");
    for (column, text) in ('A'..).zip(cells) {
        let reference = named.then(|| format!("{column}{number}"));
        if text.is_empty() {
            match reference {
                Some(reference) if choices.one_in(2) => {
                    write!(xml, "<c r=\"{reference}\" s=\"1\"/>").expect("memory")
                }
                Some(_) => {}
                None => xml.push_str("<c/>"),
            }
        } else {
            xml.push_str(&cell(reference, text, shared, choices));
        }
    }
    xml.push_str("</row>");
    xml
}

/// The records of a sheet, each with the number of its row.
type Numbered = Vec<(u32, Vec<String>)>;

/// A workbook with what its two sheets hold.
fn make(mut choices: Choices<'_>) -> (Vec<u8>, Vec<Numbered>) {
    let mut shared = Shared::default();
    let mut parts = usual_parts(concat!(
        "<sheet name=\"一\" sheetId=\"1\" r:id=\"rId1\"/>",
        "<sheet name=\"二\" sheetId=\"2\" r:id=\"rId2\"/>"
    ));
    let headings: Vec<String> = COLUMNS.iter().map(|column| column.name_zh().to_owned()).collect();
    let mut expected = Vec::new();
    for sheet in 0..2 {
        let mut number = 1 + choices.below(20) as u32;
        let mut xml = format!("<worksheet><sheetData>{}", row(number, &headings, &mut shared, &mut choices));
        let mut rows = Vec::new();
        for n in 0..1 + choices.below(5) {
            number += 1 + if choices.one_in(4) { choices.below(1_000) as u32 } else { 0 };
            if choices.one_in(8) {
                // A row that was cleared: cells with a style and nothing in them.
                xml.push_str(&row(number, &vec![String::new(); COLUMNS.len()], &mut shared, &mut choices));
                number += 1;
            }
            let record = lists::record(sheet * 8 + n, &mut choices);
            xml.push_str(&row(number, &record, &mut shared, &mut choices));
            rows.push((number, record));
        }
        xml.push_str("</sheetData></worksheet>");
        parts.insert(format!("xl/worksheets/sheet{}.xml", sheet + 1), xml.into_bytes());
        expected.push(rows);
    }
    parts.insert("xl/sharedStrings.xml".to_owned(), format!("<sst>{}</sst>", shared.0.concat()).into_bytes());
    (archive(&parts), expected)
}

fn made(choices: Choices<'_>) {
    let (file, expected) = make(choices);
    let lists = lists::read(&file);
    let lists =
        lists.unwrap_or_else(|refusal| panic!("an unharmed workbook is refused: {}", refusal.text().en));
    assert_eq!(lists.len(), 2, "lists on two sheets");
    for (list, expected) in lists.iter().zip(&expected) {
        let records: Vec<_> = expected.iter().map(|(_, record)| record.clone()).collect();
        assert_all_there(&records, &list.headings, &list.rows);
        let seen: Vec<_> = list.rows.iter().map(|(row, cells)| (*row, padded(cells))).collect();
        assert_eq!(&seen, expected, "an unharmed workbook");
    }
}

/// A row with the empty cells at its end.
fn padded(cells: &[String]) -> Vec<String> {
    let mut cells = cells.to_vec();
    cells.resize(COLUMNS.len().max(cells.len()), String::new());
    cells
}
