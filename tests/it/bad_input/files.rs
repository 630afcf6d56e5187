//! Files that are no list: each is refused as a whole.

use serde_json::json;
use zerodesk::list_files::settings::ImportSettings;
use zerodesk::zero_out::import::Column;

use super::{Answer, assert_none, contents, in_both, wanted};
use crate::support::TestApp;
use crate::support::csv::{file, row};

fn without(column: Column) -> Vec<u8> {
    let text = String::from_utf8(file(&[row(&[])])).unwrap();
    text.replacen(column.name_zh(), "别的", 1).into_bytes()
}

fn doubled(column: Column) -> Vec<u8> {
    let text = String::from_utf8(file(&[row(&[])])).unwrap();
    text.replacen("地址", column.name_zh(), 1).into_bytes()
}

/// An OLE2 container that names a stream.
fn ole2(stream: &str) -> Vec<u8> {
    let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    bytes.resize(600, 0);
    bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(2048, 0);
    bytes
}

/// What a file is, its bytes, and the code of its refusal.
pub fn cases() -> Vec<(String, Vec<u8>, &'static str)> {
    let good = file(&[row(&[])]);
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write(0, 0, "x").unwrap();
    let book = book.save_to_buffer().unwrap();
    let mut cases: Vec<(String, Vec<u8>, &str)> = [
        ("nothing", Vec::new(), "import_empty"),
        ("blanks", b" \r\n \r\n".to_vec(), "import_empty"),
        ("separators", b",,,\r\n,,,\r\n".to_vec(), "import_empty"),
        ("only a header", file(&[]), "import_no_rows"),
        ("a PDF", b"%PDF-1.4 ...".to_vec(), "import_not_a_table"),
        ("a picture", b"\x89PNG\r\n\x1a\n....".to_vec(), "import_not_a_table"),
        ("another picture", b"\xff\xd8\xff\xe0....".to_vec(), "import_not_a_table"),
        ("a web page", b"<!DOCTYPE html><html></html>".to_vec(), "import_not_a_table"),
        (
            "a web page that calls itself .xls",
            b"<table><tr><td>x</td></tr></table>".to_vec(),
            "import_not_a_table",
        ),
        ("an archive", b"Rar!\x1a\x07....".to_vec(), "import_not_a_table"),
        ("a gzip", b"\x1f\x8b\x08....".to_vec(), "import_not_a_table"),
        ("a program", b"\x7fELF....".to_vec(), "import_not_a_table"),
        ("an old workbook", ole2("Workbook"), "import_xls"),
        ("an encrypted workbook", ole2("EncryptedPackage"), "import_encrypted"),
        ("an old document", ole2("WordDocument"), "import_not_a_table"),
        ("half a workbook", book[..book.len() / 2].to_vec(), "import_damaged"),
        ("a workbook of something else", book, "import_missing_columns"),
        (
            "bytes of no encoding",
            [&good[..], b"\xff\xff\xff\xff\x00\x80\xff"].concat(),
            "import_bad_encoding",
        ),
        ("a text", "只是一句话。\n还有一句。\n".as_bytes().to_vec(), "import_missing_columns"),
        ("a column twice", doubled(Column::ReportNo), "import_doubled_column"),
    ]
    .map(|(what, bytes, code)| (what.to_owned(), bytes, code))
    .to_vec();
    for column in Column::ALL.iter().filter(|column| column.is_required()) {
        cases.push((format!("a list without {column}"), without(*column), "import_missing_columns"));
    }
    cases
}

#[test]
fn every_bad_file_is_refused_as_a_whole() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let except = ["zero_out_import", "audit_entry", "audit_head"];
    let (before, mut differences) = (contents(&app, &except), Vec::new());
    for (what, bytes, code) in cases() {
        let report = app.import(&officer, &bytes, false);
        let problem = &report["problem"];
        if (&report["state"], &problem["code"], &report["rows"])
            != (&json!("failed"), &json!(code), &json!(0))
        {
            differences.push(format!("{what}: {code} wanted, {report}"));
            continue;
        }
        assert!(problem["detail_zh"].as_str().unwrap().chars().any(|c| c > '一'), "{problem}");
        assert!(problem["detail_en"].as_str().unwrap().is_ascii() || code.contains("column"), "{problem}");
    }
    assert_none(differences);
    assert_eq!(contents(&app, &except), before);
}

#[test]
fn a_bad_upload_is_refused_before_it_is_an_import() {
    const EDGE: &str = "multipart/form-data; boundary=x";
    let app = TestApp::builder().settings(|s| s.edit::<ImportSettings>().max_upload_bytes = 2000).start();
    let officer = app.admin("officer", "440000");
    let before = contents(&app, &[]);
    let part = |name: &str, body: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{body}\r\n")
    };
    let mut differences = Vec::new();
    for (what, kind, body, answer) in [
        ("JSON", "application/json", "{}".to_owned(), "415 unsupported_media_type"),
        ("no boundary", "multipart/form-data", "x".to_owned(), "400 bad_multipart"),
        ("no file", EDGE, part("dry_run", "true") + "--x--\r\n", "422 invalid_fields /file"),
        ("two files", EDGE, part("file", "a") + &part("file", "b") + "--x--\r\n", "422 invalid_fields /file"),
        (
            "not a flag",
            EDGE,
            part("file", "a") + &part("dry_run", "perhaps") + "--x--\r\n",
            "422 invalid_fields /dry_run",
        ),
        (
            "an unknown part",
            EDGE,
            part("file", "a") + &part("colour", "red") + "--x--\r\n",
            "422 invalid_fields /colour",
        ),
        (
            "a long part",
            EDGE,
            part("file", "a") + &part("dry_run", &"1".repeat(1100)) + "--x--\r\n",
            "422 invalid_fields /dry_run",
        ),
        ("cut off", EDGE, part("file", "a"), "400 bad_multipart"),
        ("too large", EDGE, part("file", &"a".repeat(2001)) + "--x--\r\n", "413 body_too_large /file"),
    ] {
        let found = in_both(&officer, |who| {
            who.send("POST", "/api/v1/zero-out/imports", &[("Content-Type", kind)], Some(body.as_bytes()))
        });
        if found != wanted(answer) {
            differences.push(format!("{what}: {answer} wanted, {found:?}"));
        }
    }
    assert_none(differences);
    assert_eq!(contents(&app, &[]), before);
    let nobody = app.http().upload("/api/v1/zero-out/imports", "x", b"x", &[]);
    assert_eq!(Answer::of(&nobody), wanted("401 unauthenticated"));
}
