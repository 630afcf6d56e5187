//! Rejections as files that people mend: all that came, the reason beside the cell, and imported again as they are.

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use rust_xlsxwriter::{Format, Workbook};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use zerodesk::app::App;
use zerodesk::core::page::Slice;
use zerodesk::core::{Actor, Caller, Language};
use zerodesk::list_files::reader::Source;
use zerodesk::list_files::rejections::write_xlsx;
use zerodesk::list_files::settings::ImportSettings;
use zerodesk::zero_out::ids::ImportId;
use zerodesk::zero_out::import::command::TABLES;
use zerodesk::zero_out::import::{Column, ImportReport, import_file, rejections, rejections_csv};

use crate::support::csv::{B, file, row, uscc};
use crate::support::people::text;
use crate::support::{Http, TestApp};
use crate::zero_out::corpus;
use crate::zero_out::lists::app;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A row of a sheet as texts.
type Cells = Vec<String>;

/// The sheets of a workbook, each with its rows.
pub fn sheets(bytes: &[u8]) -> Vec<(String, Vec<Cells>)> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let text = |cell: &Data| match cell {
        // How a workbook writes what XML can't hold.
        Data::String(text) => text.replace("_x0007_", "\u{7}").replace("_x000D_", "\r"),
        Data::Empty => String::new(),
        other => panic!("{other:?} is no text"),
    };
    let names = book.sheet_names();
    names
        .into_iter()
        .map(|name| {
            let range = book.worksheet_range(&name).unwrap();
            (name, range.rows().map(|row| row.iter().map(text).collect()).collect())
        })
        .collect()
}

/// The same workbook again, written by another hand: what a person saves after mending.
fn saved(sheets: &[(String, Vec<Cells>)]) -> Vec<u8> {
    let mut book = Workbook::new();
    let text = Format::new().set_num_format("@");
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (line, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string_with_format(line, column, cell, &text).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

fn place(headings: &[String], heading: &str) -> usize {
    headings.iter().position(|cell| cell == heading).unwrap_or_else(|| panic!("{heading} in {headings:?}"))
}

fn xlsx(app: &App, id: ImportId) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = Vec::new();
    let conn = &mut *app.conn().unwrap();
    write_xlsx::<Column>(conn, TABLES.kept(id.0), Language::Zh, folder.path(), &mut bytes).unwrap();
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "nothing is left on the disk");
    bytes
}

/// The columns and codes of each rejected row, in their order. What only the rest of the file made wrong is left out.
fn codes(app: &App, report: &ImportReport) -> Vec<Vec<(String, String)>> {
    let mut all: BTreeMap<_, Vec<(String, String)>> = BTreeMap::new();
    let mut order = Vec::new();
    let slice = Slice { limit: 1_000, ..Slice::default() };
    let page = rejections(&mut app.conn().unwrap(), &Actor::System, report.id, slice).unwrap();
    for item in page.items {
        let key = (item.sheet, item.row);
        if !order.contains(&key) {
            order.push(key.clone());
        }
        all.entry(key).or_default().push((item.column, item.code.to_string()));
    }
    let rows = order.into_iter().map(|key| all[&key].clone());
    rows.filter(|codes| codes.iter().all(|(_, code)| code != "duplicate_row")).collect()
}

/// The rejected rows' cells under each heading of the file that came, as our own reader sees them.
fn came(bytes: &[u8], report: &ImportReport, app: &App) -> Vec<Vec<(String, String)>> {
    let slice = Slice { limit: 1_000, ..Slice::default() };
    let page = rejections(&mut app.conn().unwrap(), &Actor::System, report.id, slice).unwrap();
    let limits = ImportSettings { max_upload_bytes: 8 << 20, ..ImportSettings::default() };
    let source = Source::open(bytes, &limits).unwrap();
    let mut rows = Vec::new();
    for table in &source.lists::<Column>().unwrap().tables {
        let rejected =
            |row: u32| page.items.iter().any(|item| item.sheet == table.sheet && item.row == row as i32);
        let mut keep = |line: &mut zerodesk::list_files::reader::line::Line| {
            if rejected(line.row) {
                let beyond = if table.sheet.is_some() { "" } else { "多出的单元格" };
                let headings = table.header.cells.iter().map(String::as_str).chain(std::iter::repeat(beyond));
                let cells = headings.zip(&line.cells).filter(|(_, cell)| !cell.is_empty());
                rows.push(cells.map(|(h, c)| (h.to_owned(), c.replace('\0', "\u{fffd}"))).collect());
            }
            Ok(true)
        };
        assert!(source.rows(table, &mut keep).is_ok());
    }
    rows
}

/// The same as they stand in a file of rejections, without its further columns.
fn written(sheets: &[(String, Vec<Cells>)]) -> Vec<Vec<(String, String)>> {
    let own = |heading: &String| heading.starts_with("拒绝原因") || heading.starts_with('原');
    let mut rows = Vec::new();
    for (_, lines) in sheets {
        let (headings, lines) = lines.split_first().unwrap();
        for line in lines {
            let headings = headings.iter().cloned().chain(std::iter::repeat(String::new()));
            let cells = headings.zip(line).filter(|(heading, cell)| !own(heading) && !cell.is_empty());
            rows.push(cells.map(|(heading, cell)| (heading, cell.clone())).collect());
        }
    }
    rows
}

/// Every file that offices send in: what is rejected of it comes back whole, and is rejected for the same reasons as long as nobody
/// has mended it.
#[test]
fn what_is_rejected_of_any_file_comes_back_whole() {
    let app = app();
    let (mut files, mut wrong) = (0, Vec::new());
    for corpus::Case { name, bytes, .. } in corpus::all() {
        let check =
            |bytes: Vec<u8>| import_file(&app, &Caller::system(), &name, bytes, true, &|_, _| ()).unwrap();
        let report = check(bytes.clone());
        if report.rejected == 0 {
            continue;
        }
        files += 1;
        let book = xlsx(&app, report.id);
        let (came, written) = (came(&bytes, &report, &app), written(&sheets(&book)));
        // A number of days from 1904 comes back as its date.
        if came != written && !name.contains("1904") {
            wrong.push(format!("{name}: {written:?} instead of {came:?}"));
        }
        let expected = codes(&app, &report);
        let csv = rejections_csv(&mut app.conn().unwrap(), &Actor::System, report.id).unwrap();
        for (kind, file) in [("workbook", book), ("CSV", csv)] {
            let again = check(file);
            let seen = codes(&app, &again);
            if seen != expected {
                let problem = again.problem.map(|problem| problem.detail_zh);
                wrong.push(format!("{name}, {kind}: {seen:?} instead of {expected:?} {problem:?}"));
            }
        }
    }
    assert!(files > 50, "only {files} files had rejections");
    assert!(wrong.is_empty(), "{} of {files}:\n{}", wrong.len(), wrong.join("\n"));
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut book = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    book.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn download(officer: &Http, report: &Value, query: &str) -> Vec<u8> {
    let path = format!("/api/v1/zero-out/imports/{}/rejections{query}", text(&report["id"]));
    let reply = officer.get(&path);
    assert_eq!((reply.status, reply.header("content-type")), (200, XLSX), "{}", reply.text);
    assert!(reply.header("content-disposition").contains("rejections.xlsx"));
    reply.bytes
}

/// A list under headings of the office's own, with a column that nobody knows and three rows to mend.
fn broken() -> Vec<u8> {
    let rows = [
        row(&[]),
        row(&[
            (Column::Uscc, B),
            (Column::Name, "=cmd()"),
            (Column::OperatingStatus, "不详"),
            (Column::ReportNo, "R2"),
        ]),
        row(&[
            (Column::Uscc, &uscc(1)),
            (Column::InspectedOn, "21-8-3"),
            (Column::FailedItems, ""),
            (Column::ReportNo, "R3"),
        ]),
        row(&[(Column::Uscc, "9144030071526726XH"), (Column::ReportNo, "000123")]),
    ];
    let text = String::from_utf8(file(&rows)).unwrap();
    let text = text.replace("企业名称", "生产企业").replace("经营状态", "企业状态");
    let lines: Vec<String> = text.lines().map(|line| format!("{line},007")).collect();
    lines.join("\n").replacen(",007", ",内部编号", 1).into_bytes()
}

#[test]
fn a_broken_list_is_mended_in_its_own_file() {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let officer = app.admin("officer", "440000");
    let report = app.import(&officer, &broken(), false);
    assert_eq!((&report["inserted"], &report["rejected"]), (&json!(1), &json!(3)), "{report}");
    let book = download(&officer, &report, "?format=xlsx");
    let mut sheets = sheets(&book);
    let [(name, rows)] = sheets.as_mut_slice() else { panic!("{sheets:?}") };
    assert_eq!(name, "被拒的行");
    let headings = rows[0].clone();
    // The headings of the file that came, in their order, each reason right beside its cell.
    let own: Vec<_> =
        headings.iter().filter(|h| !h.starts_with("拒绝原因") && !h.starts_with('原')).collect();
    assert_eq!(own[1..3], ["生产企业", "企业状态"]);
    assert_eq!(own[16], "内部编号");
    for heading in ["统一社会信用代码", "企业状态", "抽样日期", "不合格项目"] {
        assert_eq!(headings[place(&headings, heading) + 1], format!("拒绝原因：{heading}"));
    }
    assert!(!headings.contains(&"拒绝原因：联系人".to_owned()), "no column of reasons without one");
    let at = |heading: &str| place(&headings, heading);
    assert_eq!(rows[1][at("生产企业")], "=cmd()");
    assert!(rows[1][at("企业状态") + 1].contains("经营状态须为"), "{:?}", rows[1]);
    assert_eq!(rows[2][at("不合格项目") + 1], "不合格项目不能为空");
    assert!(rows[2][at("抽样日期") + 1].contains("不是有效日期"));
    assert_eq!((rows[3][at("检验报告编号")].as_str(), rows[3][at("内部编号")].as_str()), ("000123", "007"));
    let lines: Vec<_> = rows[1..].iter().map(|row| row[at("原行号")].as_str()).collect();
    assert_eq!(lines, ["3", "4", "5"]);

    // Texts alone, the cells at fault coloured, those that are empty as well.
    let sheet = part(&book, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>") && !sheet.contains("<v>"), "a formula or a number");
    let styles = part(&book, "xl/styles.xml");
    assert!(styles.contains("FFC7CE") && styles.contains("numFmtId=\"49\""), "{styles}");
    let style = |cell: &str| {
        let (_, rest) =
            sheet.split_once(&format!("<c r=\"{cell}\" s=\"")).unwrap_or_else(|| panic!("{cell}"));
        rest.split('"').next().unwrap().to_owned()
    };
    let cell = |heading: &str, row: usize| {
        let name = rust_xlsxwriter::utility::column_number_to_name(at(heading) as u16);
        style(&format!("{name}{row}"))
    };
    let coloured = cell("企业状态", 2);
    assert_eq!(
        [cell("抽样日期", 3), cell("不合格项目", 3), cell("统一社会信用代码", 4)],
        [(); 3].map(|()| coloured.clone())
    );
    assert_ne!(cell("企业状态", 3), coloured);

    // Unmended it is rejected again, and warns of nothing that the download put in.
    let again = app.import(&officer, &book, true);
    assert_eq!(again["rejected"], 3, "{again}");
    let warned: Vec<_> = again["warnings"].as_array().unwrap().iter().map(|w| text(&w["column"])).collect();
    assert_eq!(warned, ["内部编号"]);

    let (status, on, items, code) =
        (at("企业状态"), at("抽样日期"), at("不合格项目"), at("统一社会信用代码"));
    rows[1][status] = "存续".to_owned();
    rows[2][on] = "2021-08-03".to_owned();
    rows[2][items] = "甲".to_owned();
    rows[3][code] = uscc(2);
    let mended = app.import(&officer, &saved(&sheets), false);
    assert_eq!((&mended["inserted"], &mended["rejected"]), (&json!(3), &json!(0)), "{mended}");
    let named = officer.get("/api/v1/enterprises?q=cmd").expect(200);
    assert_eq!(named["items"][0]["name"], "=cmd()");
    // By Accept and in English.
    let path = format!("/api/v1/zero-out/imports/{}/rejections", text(&report["id"]));
    let reply = officer.in_english().send("GET", &path, &[("Accept", XLSX)], None);
    assert_eq!((reply.status, reply.header("content-language")), (200, "en"));
    let english = self::sheets(&reply.bytes);
    assert!(english[0].1[0].contains(&"rejection_reason: 企业状态".to_owned()), "{:?}", english[0].1[0]);
    assert!(english[0].1[1].iter().any(|cell| cell.contains("operating status must be one of")));
}

#[test]
fn what_a_spreadsheet_changed_is_rejected_until_it_is_mended_or_said_to_be_right() {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let officer = app.admin("officer", "440000");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("广州市").unwrap();
    for (column, heading) in (0..).zip(Column::ALL) {
        sheet.write(0, column, heading.name_zh()).unwrap();
        for n in 1..=3 {
            let cells = row(&[(Column::Uscc, &uscc(n)), (Column::ReportNo, &format!("R{n}"))]);
            sheet.write(n, column, &cells[column as usize]).unwrap();
        }
    }
    let (number, name) = (Column::ReportNo as u16, Column::Name as u16);
    sheet.write(1, number, 2_026_030_512_345_670_000_f64).unwrap();
    sheet.write_with_format(2, name, 46024, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
    sheet.write(3, number, 2026.1).unwrap();
    let report = app.import(&officer, &book.save_to_buffer().unwrap(), true);
    assert_eq!(report["rejected"], 3, "{report}");
    let kept = download(&officer, &report, "?format=xlsx");
    assert_eq!(app.import(&officer, &kept, true)["rejected"], 3);
    let mut sheets = sheets(&kept);
    assert_eq!(sheets[0].0, "广州市");
    let headings = sheets[0].1[0].clone();
    let rows = &mut sheets[0].1;
    let at = |heading: &str| place(&headings, heading);
    assert_eq!(rows[2][at("原工作表")], "广州市");
    // One number is right as it is, the rest is entered again.
    rows[1][at("拒绝原因：检验报告编号")].clear();
    rows[2][at("企业名称")] = "一二公司".to_owned();
    rows[3][at("检验报告编号")] = "2026.10".to_owned();
    let mended = app.import(&officer, &saved(&sheets), false);
    assert_eq!((&mended["inserted"], &mended["rejected"]), (&json!(3), &json!(0)), "{mended}");
    let list = officer.get("/api/v1/zero-out").expect(200);
    let numbers: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| text(&item["nonconformity"]["report_no"]))
        .collect();
    for number in ["2026030512345670000", "2026.10"] {
        assert!(numbers.contains(&number.to_owned()), "{numbers:?}");
    }
}

#[test]
fn lists_of_several_sheets_come_back_sheet_by_sheet() {
    let app = app();
    let rows = |n: u32| {
        vec![
            row(&[(Column::Uscc, &uscc(n)), (Column::RegionCode, "999999")]),
            row(&[(Column::Uscc, &uscc(n + 1))]),
        ]
    };
    let (one, two) = (rows(1), rows(3));
    let book = crate::zero_out::sent_in::workbook(&[("广州市", false, &one), ("深圳市", false, &two)]);
    let report = import_file(&app, &Caller::system(), "list.xlsx", book, false, &|_, _| ()).unwrap();
    assert_eq!((report.inserted, report.rejected), (2, 2));
    let mut sheets = sheets(&xlsx(&app, report.id));
    let names: Vec<_> = sheets.iter().map(|(name, rows)| (name.as_str(), rows.len())).collect();
    assert_eq!(names, [("广州市", 2), ("深圳市", 2)]);
    for (_, rows) in &mut sheets {
        let at = place(&rows[0], "行政区划代码");
        rows[1][at] = "440103 荔湾区".to_owned();
    }
    let mended = import_file(&app, &Caller::system(), "m.xlsx", saved(&sheets), false, &|_, _| ()).unwrap();
    assert_eq!((mended.inserted, mended.rejected, mended.warnings.len()), (2, 0, 0), "{mended:?}");
}
