//! Files of the zero-out list through the reader of lists.

use crate::list_files::reader::Source;
use crate::list_files::refusal::{ImportError, Refusal};
use crate::list_files::settings::ImportSettings;
use crate::zero_out::import::column::Column;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

fn limits() -> ImportSettings {
    ImportSettings { max_upload_bytes: 8 << 20, max_rows: 1000, ..ImportSettings::default() }
}

fn refused(bytes: &[u8]) -> String {
    match read(bytes) {
        Err(ImportError::Refused(refusal)) => refusal.code().to_string(),
        Err(ImportError::Failed(problem)) => panic!("{problem}"),
        Ok(rows) => panic!("taken: {rows:?}"),
    }
}

fn read(bytes: &[u8]) -> Result<Vec<(u32, Vec<String>)>, ImportError> {
    let source = Source::open(bytes, &limits())?;
    let lists = source.lists::<Column>()?;
    let mut rows = Vec::new();
    for table in &lists.tables {
        source.rows(table, &mut |line| {
            let cells = Column::ALL.iter().map(|c| table.header.cell(&line.cells, *c).to_owned()).collect();
            rows.push((line.row, cells));
            Ok(true)
        })?;
    }
    Ok(rows)
}

fn headings() -> Vec<&'static str> {
    Column::ALL.iter().map(|c| c.name_zh()).collect()
}

fn body() -> Vec<Vec<String>> {
    let width = Column::ALL.len();
    (0..3).map(|row| (0..width).map(|column| format!("值{row}-{column}, \"引\"\n号")).collect()).collect()
}

fn text(mark: u8) -> String {
    let mut csv =
        csv::WriterBuilder::new().delimiter(mark).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    csv.write_record(headings()).unwrap();
    body().iter().for_each(|row| csv.write_record(row).unwrap());
    String::from_utf8(csv.into_inner().unwrap()).unwrap()
}

fn book(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The parts of a workbook, with some put in place of others.
fn altered(bytes: &[u8], change: impl Fn(&str, Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    use std::io::Read;
    let mut old = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..old.len() {
        let mut part = old.by_index(at).unwrap();
        let name = part.name().unwrap().to_string();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        zip.start_file(&*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&change(&name, bytes)).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn plain_book() -> Vec<u8> {
    book(|sheet| {
        for (column, heading) in (0..).zip(headings()) {
            sheet.write(0, column, heading).unwrap();
        }
        for (row, cells) in (1..).zip(body()) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write(row, column, cell).unwrap();
            }
        }
    })
}

fn ole2(stream: &str) -> Vec<u8> {
    let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    bytes.resize(1024, 0);
    bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(2048, 0);
    bytes
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
}

#[test]
fn every_format_and_encoding_gives_the_same_rows() {
    let expected: Vec<_> = (2..).zip(body()).collect();
    let utf8 = text(b',');
    let bom = [b"\xef\xbb\xbf".as_slice(), utf8.as_bytes()].concat();
    let (gb, _, lossy) = encoding_rs::GB18030.encode(&utf8);
    assert!(!lossy);
    for (name, bytes) in [
        ("utf-8", utf8.clone().into_bytes()),
        ("utf-8 with mark", bom),
        ("gb18030", gb.into_owned()),
        ("utf-16le, tabs", utf16(&text(b'\t'), false)),
        ("utf-16be", utf16(&utf8, true)),
        ("semicolons", text(b';').into_bytes()),
        ("title above", format!("清零名单,,\r\n\r\n{utf8}").into_bytes()),
        ("xlsx", plain_book()),
    ] {
        let mut rows = read(&bytes).unwrap_or_else(|halt| panic!("{name}: {halt:?}"));
        if name == "title above" {
            rows.iter_mut().for_each(|(row, _)| *row -= 2);
        }
        assert_eq!(rows, expected, "{name}");
    }
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_shows_them() {
    let head = headings().join(",");
    for end in ["\n", "\r\n", "\r"] {
        let lines = ["", &head, "", "a", "\"b", "b\",2", "", "", ",,", "c", "", ""];
        let rows = read(lines.join(end).as_bytes()).unwrap();
        let seen: Vec<_> = rows.iter().map(|(row, cells)| (*row, cells[0].clone())).collect();
        // The quoted break makes lines 5 and 6 one row.
        let quoted = format!("b{end}b");
        assert_eq!(seen, [(4, "a".to_owned()), (5, quoted), (9, "c".to_owned())], "{end:?}");
    }
    let bytes = book(|sheet| {
        sheet.merge_range(0, 0, 0, 13, "清零名单", &Format::new()).unwrap();
        for (column, heading) in (0..).zip(headings()) {
            sheet.write(2, column, heading).unwrap();
        }
        sheet.write(4, 0, "a").unwrap();
        sheet.write(7, 0, "b").unwrap();
        sheet.write_blank(900, 3, &Format::new().set_bold()).unwrap();
    });
    let rows = read(&bytes).unwrap();
    assert_eq!(rows.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [5, 8]);
}

#[test]
fn cells_of_a_workbook_come_out_as_they_look() {
    let bytes = book(|sheet| {
        for (column, heading) in (0..).zip(headings()) {
            sheet.write(0, column, heading).unwrap();
        }
        let date = Format::new().set_num_format("yyyy-mm-dd");
        let chinese = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
        let moment = ExcelDateTime::from_ymd(2021, 8, 3).unwrap();
        sheet.write(1, 0, 440_103).unwrap();
        sheet.write(1, 1, 13_800_138_000_i64).unwrap();
        sheet.write(1, 2, 914_403_001_922_038_216_f64).unwrap();
        sheet.write_with_format(1, 3, &moment, &date).unwrap();
        sheet.write_with_format(1, 4, &moment, &chinese).unwrap();
        sheet.write_with_format(1, 5, moment.clone().and_hms(13, 30, 0).unwrap(), &date).unwrap();
        sheet.write(1, 6, 44411).unwrap();
        sheet.write(1, 7, 0.000_000_1).unwrap();
        sheet.write(1, 8, true).unwrap();
        sheet.write_formula(1, 9, rust_xlsxwriter::Formula::new("=NA()").set_result("#N/A")).unwrap();
    });
    let (_, cells) = read(&bytes).unwrap().remove(0);
    assert_eq!(
        cells[..10],
        [
            "440103",
            "13800138000",
            "914403001922038300",
            "2021-08-03",
            "2021-08-03",
            "2021-08-03",
            "44411",
            "0.0000001",
            "TRUE",
            "#N/A"
        ]
    );
}

#[test]
fn the_sheet_with_the_header_is_found() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet();
    workbook.add_worksheet().write(0, 0, "说明").unwrap();
    let sheet = workbook.add_worksheet();
    for (column, heading) in (0..).zip(headings()) {
        sheet.write(0, column, heading).unwrap();
    }
    sheet.write(1, 0, "a").unwrap();
    assert_eq!(read(&workbook.save_to_buffer().unwrap()).unwrap().len(), 1);
}

#[test]
fn a_distant_cell_costs_no_memory() {
    let bytes = book(|sheet| {
        for (column, heading) in (0..).zip(headings()) {
            sheet.write(0, column, heading).unwrap();
        }
        sheet.write(1_048_575, 16_383, "far").unwrap();
        sheet.write(1_048_575, 0, "a").unwrap();
    });
    assert_eq!(read(&bytes).unwrap()[0].0, 1_048_576);
}

#[test]
fn ragged_rows_are_padded_and_escapes_taken_away() {
    let csv = format!("{}\r\na,b\r\n'=1+1,'+86\r\n", headings().join(","));
    let rows = read(csv.as_bytes()).unwrap();
    assert_eq!((rows[0].1[1].as_str(), rows[0].1[2].as_str()), ("b", ""));
    assert_eq!(rows[1].1[..2], ["=1+1", "+86"]);
}

#[test]
fn files_that_are_no_list_are_refused_by_name() {
    let head = headings().join(",");
    let types = ("[Content_Types].xml", b"<Types/>".as_slice());
    let macros = b"<Types><Override ContentType=\"application/vnd.ms-excel.sheet.macroEnabled.main+xml\"/>";
    let encrypted_gb = encoding_rs::GB18030.encode(&head).0.into_owned();
    for (bytes, code) in [
        (Vec::new(), "import_empty"),
        (b" \r\n\t\n".to_vec(), "import_empty"),
        (b"\xef\xbb\xbf".to_vec(), "import_empty"),
        (b"\xff\xfe".to_vec(), "import_empty"),
        (b",,,\n,,\n".to_vec(), "import_empty"),
        (book(|_| ()), "import_empty"),
        (ole2("Workbook"), "import_xls"),
        (ole2("Book"), "import_xls"),
        (ole2("EncryptedPackage"), "import_encrypted"),
        (ole2("WordDocument"), "import_not_a_table"),
        (archive(&[types, ("xl/workbook.xml", b"x"), ("xl/vbaProject.bin", b"x")]), "import_macros"),
        (archive(&[("[Content_Types].xml", macros), ("xl/workbook.xml", b"x")]), "import_macros"),
        (archive(&[types, ("xl/workbook.xml", b"x"), ("xl/macrosheets/sheet1.xml", b"x")]), "import_macros"),
        (archive(&[types, ("xl/workbook.xml", b"x")]), "import_damaged"),
        (archive(&[types, ("xl/workbook.bin", b"x")]), "import_not_a_table"),
        (archive(&[types, ("word/document.xml", b"x")]), "import_not_a_table"),
        (archive(&[("mimetype", b"x"), ("content.xml", b"x")]), "import_not_a_table"),
        (archive(&[("a.csv", b"x")]), "import_not_a_table"),
        (b"PK\x03\x04 and no more".to_vec(), "import_damaged"),
        (plain_book()[..2000].to_vec(), "import_damaged"),
        (b"%PDF-1.7 ...".to_vec(), "import_not_a_table"),
        (b"\n<html><table><tr><td>uscc".to_vec(), "import_not_a_table"),
        (b"\xef\xbb\xbf<!DOCTYPE html>".to_vec(), "import_not_a_table"),
        (b"<?xml version=\"1.0\"?><Workbook/>".to_vec(), "import_not_a_table"),
        (b"\x89PNG\r\n".to_vec(), "import_not_a_table"),
        (b"{\\rtf1}".to_vec(), "import_not_a_table"),
        (b"hello".to_vec(), "import_missing_columns"),
        (b"a,b\n1,2\n".to_vec(), "import_missing_columns"),
        (format!("{head},USCC\n").into_bytes(), "import_doubled_column"),
        (utf16(&head, false)[2..].to_vec(), "import_bad_encoding"),
        ([head.as_bytes(), b"\n\xff\xff\n"].concat(), "import_bad_encoding"),
        ([&encrypted_gb[..], b"\n\xff\xff\n"].concat(), "import_bad_encoding"),
        ([b"\xef\xbb\xbf".as_slice(), &encrypted_gb].concat(), "import_bad_encoding"),
    ] {
        assert_eq!(refused(&bytes), code, "{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(40)]));
    }
}

#[test]
fn decompression_bombs_are_not_unpacked() {
    let sheet = |size: usize| {
        move |name: &str, bytes: Vec<u8>| {
            if name.ends_with("sheet1.xml") { [bytes, vec![b' '; size]].concat() } else { bytes }
        }
    };
    assert_eq!(refused(&altered(&plain_book(), sheet(40 << 20))), "import_too_large");
    let mixed: Vec<u8> = (0..70u32 << 20).map(|n| (n.wrapping_mul(2_654_435_761) >> 27) as u8 | 64).collect();
    let large = altered(&plain_book(), |name, bytes| {
        if name.ends_with("sheet1.xml") { [bytes, mixed.clone()].concat() } else { bytes }
    });
    assert_eq!(refused(&large), "import_too_large");
    // A count of strings for which there is no memory: it is not believed.
    let counted = altered(&plain_book(), |name, bytes| {
        let text = String::from_utf8_lossy(&bytes);
        if name.ends_with("sharedStrings.xml") {
            text.replace("uniqueCount=\"", "uniqueCount=\"99999999999").into_bytes()
        } else {
            bytes
        }
    });
    assert_eq!(read(&counted).unwrap().len(), body().len());
    let small = ImportSettings { max_upload_bytes: 100, ..limits() };
    assert!(matches!(Source::open(&plain_book(), &small), Err(Refusal::TooLarge { limit: 100 })));
}
