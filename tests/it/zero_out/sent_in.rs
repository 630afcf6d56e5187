//! Files of several lists and other kinds, imported into a database.

use crate::zero_out::lists::{B, admin, app, counts, csv, import_as, reasons, row};
use rust_xlsxwriter::{Format, Workbook};
use zerodesk::core::page::Slice;
use zerodesk::core::{Actor, Caller};
use zerodesk::zero_out::import::{Column, ImportState, rejections, rejections_csv};

/// A workbook with a sheet for each list of rows, under headings in an order of its own.
pub fn workbook(lists: &[(&str, bool, &[Vec<String>])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (at, (name, hidden, rows)) in lists.iter().enumerate() {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        sheet.set_hidden(*hidden);
        // The first visible sheet has to be the active one.
        if !hidden {
            sheet.set_active(true);
        }
        let mut places: Vec<usize> = (0..Column::ALL.len()).collect();
        places.rotate_left(at);
        for (column, place) in (0..).zip(&places) {
            sheet.write(0, column, Column::ALL[*place].name_zh()).unwrap();
            for (line, cells) in (1..).zip(*rows) {
                sheet.write(line, column, &cells[*place]).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn every_visible_list_is_imported_and_rejections_name_the_sheet() {
    let app = app();
    let file = workbook(&[
        ("旧", true, &[row(&[(Column::ReportNo, "R0")])]),
        ("广州市", false, &[row(&[]), row(&[(Column::OperatingStatus, "不详"), (Column::ReportNo, "R2")])]),
        (
            "深圳市",
            false,
            &[row(&[(Column::Uscc, B)]), row(&[]), row(&[(Column::ReportNo, "R3"), (Column::Address, "")])],
        ),
    ]);
    let report = import_as(&app, &Caller::system(), file.clone());
    assert_eq!((report.rows, counts(&report)), (5, [3, 0, 0, 2]));
    let warnings: Vec<_> = report.warnings.iter().map(|w| (w.code.to_string(), w.sheet.clone())).collect();
    assert_eq!(warnings, [("hidden_sheet".to_owned(), Some("旧".to_owned()))]);

    let conn = &mut app.conn().unwrap();
    let first = rejections(conn, &Actor::System, report.id, Slice { limit: 1, ..Slice::default() }).unwrap();
    assert!(first.next_cursor.is_some());
    let page = rejections(conn, &Actor::System, report.id, Slice { limit: 10, ..Slice::default() }).unwrap();
    let seen: Vec<_> = page.items.iter().map(|r| (r.sheet.as_deref(), r.row, r.code.as_str())).collect();
    assert_eq!(seen, [(Some("广州市"), 3, "operating_status_unknown"), (Some("深圳市"), 3, "duplicate_row")]);
    assert!(page.items[1].reason_zh.contains("工作表“广州市”第 2 行"));

    // The rows of both sheets stand under one row of headings, with the place of each in its reason.
    let text = String::from_utf8(rejections_csv(conn, &Actor::System, report.id).unwrap()).unwrap();
    assert!(text.contains("工作表“广州市”第 3 行：") && text.contains("工作表“深圳市”第 3 行："));
    let corrected = import_as(&app, &Caller::system(), text.replace("不详", "存续").into_bytes());
    assert_eq!((counts(&corrected), corrected.warnings.len()), ([1, 0, 1, 0], 0));
    assert_eq!(counts(&import_as(&app, &Caller::system(), file)), [0, 0, 3, 2]);
}

#[test]
fn an_order_that_contradicts_is_named_with_its_sheet() {
    let app = app();
    let guangzhou = admin(&app, "440100");
    import_as(&app, &guangzhou, csv(&[row(&[])]));
    let moved = row(&[(Column::OrderIssuedOn, "2021-08-04")]);
    let file = workbook(&[("甲", false, &[row(&[(Column::ReportNo, "R5")])]), ("乙", false, &[moved])]);
    let report = import_as(&app, &guangzhou, file);
    assert_eq!(counts(&report), [1, 0, 0, 1]);
    assert_eq!(reasons(&app, &report), [(2, "order_issued_on".into(), "order_date_conflicts".into())]);
    let conn = &mut app.conn().unwrap();
    let page = rejections(conn, &guangzhou.actor, report.id, Slice::default()).unwrap();
    assert_eq!(page.items[0].sheet.as_deref(), Some("乙"));
}

#[test]
fn hidden_rows_are_imported_and_named() {
    let app = app();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("筛选").unwrap();
    let rows = [row(&[]), row(&[(Column::ReportNo, "R2")]), row(&[(Column::ReportNo, "R3")])];
    sheet.merge_range(0, 0, 0, 15, "名单", &Format::new()).unwrap();
    for (column, place) in (0..).zip(Column::ALL) {
        sheet.write(1, column, place.name_zh()).unwrap();
        for (line, cells) in (2..).zip(&rows) {
            sheet.write(line, column, &cells[*place as usize]).unwrap();
        }
    }
    sheet.write(5, 0, "合计").unwrap();
    sheet.set_row_hidden(3).unwrap();
    let report = import_as(&app, &Caller::system(), book.save_to_buffer().unwrap());
    assert_eq!(counts(&report), [3, 0, 0, 1]);
    assert_eq!(reasons(&app, &report), [(6, String::new(), "not_a_record".into())]);
    assert_eq!((report.not_records, report.to_mend()), (1, 0));
    assert_eq!(report.warnings.len(), 1);
    assert!(report.warnings[0].detail_zh.contains("1 行隐藏的数据（第 4 行）"), "{:?}", report.warnings);
}

#[test]
fn files_that_would_lose_rows_are_refused_with_the_line() {
    let app = app();
    let text = String::from_utf8(csv(&[row(&[]), row(&[(Column::ReportNo, "R2")])])).unwrap();
    let unclosed = text.replacen("440103", "\"440103", 1);
    let lines: Vec<&str> = text.lines().collect();
    let mut headings: Vec<&str> = lines[0].split(',').collect();
    headings.reverse();
    let other = format!("{}\n{}\n{}\n{}\n", lines[0], lines[1], headings.join(","), lines[2]);
    // A list of the required columns alone, and below it one that has all: the second row of headings names more.
    let required = |row: &[String]| -> String {
        let cells: Vec<_> = Column::ALL.iter().zip(row).filter(|(column, _)| column.is_required()).collect();
        cells.into_iter().map(|(_, cell)| cell.as_str()).collect::<Vec<_>>().join(",")
    };
    let all: Vec<String> = lines[0].split(',').map(str::to_owned).collect();
    let below = format!("{}\n{}\n{}\n{}\n", required(&all), required(&row(&[])), lines[0], lines[2]);
    for (file, code, line) in [
        (unclosed, "import_unclosed_quote", "第 2 行"),
        (other, "import_other_header", "第 3 行"),
        (below, "import_other_header", "第 3 行"),
    ] {
        let report = import_as(&app, &Caller::system(), file.into_bytes());
        let problem = report.problem.unwrap();
        assert_eq!((report.state, problem.code.as_str()), (ImportState::Failed, code));
        assert!(problem.detail_zh.contains(line), "{}", problem.detail_zh);
    }
}
