//! The template: what it offers, and that it is imported as it is filled in.

use std::io::{Cursor, Read, Write};

use serde_json::json;
use zerodesk::core::Language;
use zerodesk::zero_out::import::Column;

use crate::support::csv::{row, uscc};
use crate::support::{Http, TestApp};
use crate::zero_out::mended::sheets;

const PATH: &str = "/api/v1/zero-out/imports/template";

fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut book = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..book.len())
        .map(|at| {
            let mut part = book.by_index(at).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (part.name().unwrap().to_string(), text)
        })
        .collect()
}

/// The template with rows typed into its list, the rest as it was.
fn filled(template: &[u8], rows: &[Vec<String>]) -> Vec<u8> {
    let mut lines = String::new();
    for (line, cells) in (2..).zip(rows) {
        lines.push_str(&format!("<row r=\"{line}\">"));
        for (column, cell) in (0u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            let name = rust_xlsxwriter::utility::column_number_to_name(column);
            lines.push_str(&format!("<c r=\"{name}{line}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>"));
        }
        lines.push_str("</row>");
    }
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts(template) {
        let text = match name.as_str() {
            "xl/worksheets/sheet1.xml" => text.replace("</sheetData>", &format!("{lines}</sheetData>")),
            _ => text,
        };
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn template(who: &Http, query: &str) -> Vec<u8> {
    let reply = who.get(&format!("{PATH}{query}"));
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(reply.header("content-type").contains("spreadsheetml"));
    reply.bytes
}

#[test]
fn the_template_has_what_can_be_chosen() {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let (officer, city) = (app.admin("officer", "440000"), app.admin("city", "440300"));
    let book = template(&officer, "");
    let all = sheets(&book);
    let names: Vec<_> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["清零名单", "填写说明", "选项"]);
    let headings: Vec<_> = Column::ALL.iter().map(|column| column.name_zh()).collect();
    assert_eq!((all[0].1.len(), &all[0].1[0]), (1, &headings.iter().map(|h| (*h).to_owned()).collect()));
    let explained: Vec<_> = all[1].1.iter().map(|row| row[0].as_str()).collect();
    assert!(headings.iter().all(|heading| explained.contains(heading)), "{explained:?}");

    let parts = parts(&book);
    let part = |name: &str| &parts.iter().find(|(known, _)| known == name).unwrap().1;
    let list = part("xl/worksheets/sheet1.xml");
    for column in ["operating_status", "region_code", "product_kind", "inspection_level", "laboratory"] {
        assert!(list.contains(&format!("<formula1>list_{column}</formula1>")), "{column}: {list}");
        assert!(part("xl/workbook.xml").contains(&format!("name=\"list_{column}\"")), "{column}");
    }
    assert!(list.contains("type=\"date\"") && list.contains("type=\"list\""));
    assert!(part("xl/workbook.xml").contains("state=\"hidden\""));
    // Texts as texts, dates as dates.
    let styles = part("xl/styles.xml");
    assert!(styles.contains("numFmtId=\"49\"") && styles.contains("formatCode=\"yyyy-mm-dd\""), "{styles}");

    let regions = |book: &[u8]| -> Vec<String> {
        let options = &sheets(book)[2].1;
        let at = options[1].iter().position(|heading| heading == Column::RegionCode.name_zh()).unwrap();
        options[2..].iter().map(|row| row[at].clone()).filter(|cell| !cell.is_empty()).collect()
    };
    assert!(regions(&book).contains(&"440103 荔湾区".to_owned()));
    let own = regions(&template(&city, ""));
    assert!(own.len() > 3 && own.iter().all(|region| region.starts_with("4403")), "{own:?}");

    for english in [template(&officer.in_english(), ""), template(&officer, "?language=en")] {
        let all = sheets(&english);
        assert_eq!(all[0].0, "Zero-out list");
        assert_eq!(all[0].1[0], Column::ALL.iter().map(|column| column.as_str()).collect::<Vec<_>>());
    }
    assert_eq!(officer.get(&format!("{PATH}?language=fr")).status, 422);
}

#[test]
fn the_template_is_imported_as_it_is_filled_in() {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let officer = app.admin("officer", "440000");
    for (n, language) in [(0, Language::Zh), (10, Language::En)] {
        let query = format!("?language={}", language.tag());
        let book = template(&officer, &query);
        let options = &sheets(&book)[2].1;
        // A row for each value that can be chosen, in turns.
        let rows: Vec<Vec<String>> = (0..300)
            .map(|at| {
                let mut cells = row(&[
                    (Column::Uscc, &uscc(n * 1_000 + at)),
                    (Column::ReportNo, &format!("BG-{n}-{at:04}")),
                ]);
                for (place, heading) in options[1].iter().enumerate().filter(|(_, h)| !h.is_empty()) {
                    let values: Vec<_> =
                        options[2..].iter().map(|row| &row[place]).filter(|v| !v.is_empty()).collect();
                    let column = Column::of(heading).unwrap();
                    cells[column as usize] = values[at as usize % values.len()].replace('&', "&amp;");
                }
                cells
            })
            .collect();
        let report = app.import(&officer, &filled(&book, &rows), false);
        assert_eq!((&report["inserted"], &report["rejected"]), (&json!(300), &json!(0)), "{report}");
        assert_eq!(report["warnings"], json!([]), "{report}");
        let example: Vec<String> =
            Column::ALL.iter().map(|column| column.example(language).to_owned()).collect();
        let report = app.import(&officer, &filled(&book, &[example]), true);
        assert_eq!((&report["rows"], &report["rejected"]), (&json!(1), &json!(0)), "{report}");
    }
    // Empty it holds no list.
    let report = app.import(&officer, &template(&officer, ""), true);
    assert_eq!(report["problem"]["code"], "import_no_rows", "{report}");
}

#[test]
fn the_template_is_for_those_who_import() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    assert_eq!(officer.get(PATH).status, 200);
    assert_eq!(app.http().get(PATH).status, 401);
    for who in [&talk.enterprise.http, &talk.expert.http] {
        assert_eq!(who.get(PATH).status, 403);
    }
    let page = officer.get("/imports").text;
    assert!(page.contains("下载模板") && page.contains(&format!("{PATH}?language=zh-CN")), "{page}");
    for column in Column::ALL {
        assert!(page.contains(column.name_zh()) && page.contains(column.rule().zh.as_ref()), "{column}");
    }
}
