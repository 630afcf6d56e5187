//! Lists as files: the same rows as page by page, for the same eyes, and a workbook that opens well.

mod audit;
mod book;
mod everywhere;
mod long;

use calamine::{Data, Range, Reader, Xlsx};
use std::io::{Cursor, Read};

use crate::support::http::Reply;

pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Rows above those of a list.
pub const ABOVE: usize = 3;

/// The sheet of a workbook that was answered.
#[track_caller]
pub fn sheet(reply: &Reply) -> Range<Data> {
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.header("content-type"), XLSX);
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(reply.bytes.clone())).unwrap();
    let name = book.sheet_names()[0].clone();
    assert!(book.worksheet_formula(&name).unwrap().is_empty(), "nothing is a formula");
    book.worksheet_range(&name).unwrap()
}

/// The XML of a part of a workbook.
pub fn part(reply: &Reply, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(reply.bytes.clone())).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The rows of a list, as text.
pub fn rows(sheet: &Range<Data>) -> Vec<Vec<String>> {
    let lines = sheet.rows().skip(ABOVE);
    lines.map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

/// The lines of a CSV file behind its headings.
pub fn lines(reply: &Reply) -> Vec<Vec<String>> {
    assert_eq!(reply.status, 200, "{}", reply.text);
    let text = reply.text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut file = csv::Reader::from_reader(text.as_bytes());
    file.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect()
}
