//! Files that lost or changed rows in earlier versions, through the real door: uploaded over HTTP, checked, then imported.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::csv::{row, uscc};
use crate::support::people::text;
use crate::support::{Http, TestApp};
use crate::zero_out::sent_in::workbook;
use zerodesk::zero_out::import::Column;

/// An officer of the province, at noon of 2026-11-20 in Shanghai.
fn start() -> (TestApp, Http) {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let officer = app.admin("officer", "440000");
    (app, officer)
}

fn counts(report: &Value) -> [i64; 5] {
    ["rows", "inserted", "updated", "unchanged", "rejected"].map(|key| report[key].as_i64().unwrap())
}

/// Sheet, row, column and code of each reason.
fn reasons(officer: &Http, report: &Value) -> Vec<(Option<String>, i64, String, String)> {
    let path = format!("/api/v1/zero-out/imports/{}/rejections", text(&report["id"]));
    let found = officer.get(&path).expect(200);
    let reason = |item: &Value| {
        let sheet = item["sheet"].as_str().map(str::to_owned);
        (
            sheet,
            item["row"].as_i64().unwrap(),
            text(&item["column"]).to_owned(),
            text(&item["code"]).to_owned(),
        )
    };
    found["items"].as_array().unwrap().iter().map(reason).collect()
}

fn warnings(report: &Value) -> Vec<(String, Option<String>)> {
    let warning = |item: &Value| (text(&item["code"]).to_owned(), item["sheet"].as_str().map(str::to_owned));
    report["warnings"].as_array().unwrap().iter().map(warning).collect()
}

/// The order dates of all that is listed, by report number.
fn listed(app: &TestApp) -> Vec<(String, Option<NaiveDate>)> {
    use zerodesk::db::schema::nonconformity as n;
    let conn = &mut *app.app.conn().unwrap();
    n::table.select((n::report_no, n::order_issued_on)).order(n::report_no).load(conn).unwrap()
}

/// A check, which must write nothing, then the import, which must count the same.
fn checked_and_imported(app: &TestApp, officer: &Http, file: &[u8]) -> Value {
    let before = listed(app);
    let checked = app.import(officer, file, true);
    assert_eq!(listed(app), before);
    let imported = app.import(officer, file, false);
    for key in ["state", "rows", "inserted", "updated", "unchanged", "rejected", "warnings", "problem"] {
        assert_eq!(checked[key], imported[key], "{key}");
    }
    imported
}

#[test]
fn a_quote_that_swallows_rows_is_named_with_its_line() {
    let (app, officer) = start();
    let mut long = String::from(
        "uscc,name,operating_status,region_code,product_kind,report_no,inspected_on,failed_items,laboratory\n",
    );
    for n in 0..1_000 {
        let quote = if n == 10 { "\"质检一所" } else { "" };
        long.push_str(&format!(
            "{},测试企业{n}有限公司,在营,440103,电线电缆,BG-{n},2026-03-05,绝缘厚度,{quote}\n",
            uscc(n)
        ));
    }
    for (file, line) in [
        (include_bytes!("cases/swallow-last.csv").as_slice(), "第 3 行"),
        (include_bytes!("cases/swallow-silent.csv"), "第 3 行"),
        (long.as_bytes(), "第 12 行"),
    ] {
        let report = checked_and_imported(&app, &officer, file);
        assert_eq!(report["state"], "failed", "{report}");
        assert_eq!(report["problem"]["code"], "import_unclosed_quote", "{report}");
        assert!(text(&report["problem"]["detail_zh"]).contains(line), "{report}");
    }
    assert!(listed(&app).is_empty());
    // With the quote closed every row comes in.
    let mended = long.replace("\"质检一所", "质检一所");
    let report = checked_and_imported(&app, &officer, mended.as_bytes());
    assert_eq!(counts(&report), [1_000, 1_000, 0, 0, 0], "{report}");
}

#[test]
fn every_visible_sheet_is_imported_and_hidden_ones_are_named() {
    let (app, officer) = start();
    let report = checked_and_imported(&app, &officer, include_bytes!("cases/hidden-first.xlsx"));
    assert_eq!(counts(&report), [1, 1, 0, 0, 0], "{report}");
    assert_eq!(warnings(&report), [("hidden_sheet".to_owned(), Some("2025旧".to_owned()))]);
    assert_eq!(listed(&app), [("BUG-3081006-56675".to_owned(), None)]);
    let report = checked_and_imported(&app, &officer, include_bytes!("cases/two-sheets.xlsx"));
    assert_eq!(counts(&report), [5, 5, 0, 0, 0], "{report}");
    assert_eq!((warnings(&report).len(), listed(&app).len()), (0, 6));
}

#[test]
fn what_an_operators_workbook_may_not_bring_is_told_sheet_by_sheet() {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let operator = app.operator("operator");
    let orders = |n: u32, ordered: &str| {
        vec![
            row(&[(Column::Uscc, &uscc(n)), (Column::ReportNo, "R1"), (Column::OrderIssuedOn, "")]),
            row(&[(Column::Uscc, &uscc(n)), (Column::ReportNo, "R2"), (Column::OrderIssuedOn, ordered)]),
        ]
    };
    let file =
        workbook(&[("广州市", false, &orders(1, "2021-09-01")), ("深圳市", false, &orders(2, "2021-09-02"))]);
    let report = checked_and_imported(&app, &operator, &file);
    assert_eq!(counts(&report), [4, 4, 0, 0, 0], "{report}");
    let told = ["广州市", "深圳市"].map(|sheet| ("order_needs_officer".to_owned(), Some(sheet.to_owned())));
    assert_eq!(warnings(&report), told);
    for warning in report["warnings"].as_array().unwrap() {
        assert_eq!(warning["rows"], 1, "{warning}");
        assert!(text(&warning["detail_zh"]).contains("第 3 行"), "{warning}");
    }
    assert!(listed(&app).iter().all(|(_, ordered)| ordered.is_none()));
}

#[test]
fn report_numbers_that_a_spreadsheet_has_changed_are_rejected() {
    let (app, officer) = start();
    let sheet = Some("清单".to_owned());
    for (file, sheet) in [
        (include_bytes!("cases/report-number-as-exponent.csv").as_slice(), None),
        (include_bytes!("cases/report-number-as-exponent-later.csv"), None),
        (include_bytes!("cases/report-number-of-19-digits.xlsx"), sheet.clone()),
        (include_bytes!("cases/report-number-as-date.xlsx"), sheet),
    ] {
        let report = checked_and_imported(&app, &officer, file);
        assert_eq!(counts(&report), [1, 0, 0, 0, 1], "{report}");
        let reason = (sheet, 2, "report_no".to_owned(), "identifier_mangled".to_owned());
        assert_eq!(reasons(&officer, &report), [reason]);
    }
    assert!(listed(&app).is_empty());
}

#[test]
fn an_error_elsewhere_in_the_workbook_does_not_cost_the_list() {
    let (app, officer) = start();
    let report = checked_and_imported(&app, &officer, include_bytes!("cases/spill-on-another-sheet.xlsx"));
    assert_eq!(counts(&report), [1, 1, 0, 0, 0], "{report}");
    assert_eq!(warnings(&report), [("sheet_not_read".to_owned(), Some("统计".to_owned()))]);
}

#[test]
fn a_formula_without_a_value_is_named() {
    let (app, officer) = start();
    let file = include_bytes!("cases/order-date-formula-without-value.xlsx");
    let report = checked_and_imported(&app, &officer, file);
    assert_eq!(counts(&report), [1, 0, 0, 0, 1], "{report}");
    let (column, code) = ("order_issued_on".to_owned(), "formula_without_value".to_owned());
    assert_eq!(reasons(&officer, &report), [(Some("清单".to_owned()), 2, column, code)]);
    assert!(listed(&app).is_empty());
}

#[test]
fn a_moment_in_utc_gives_the_day_in_shanghai() {
    let (app, officer) = start();
    let report = checked_and_imported(&app, &officer, include_bytes!("cases/utc.csv"));
    assert_eq!(counts(&report), [1, 1, 0, 0, 0], "{report}");
    assert_eq!(listed(&app), [("BUG-3392210-23808".to_owned(), NaiveDate::from_ymd_opt(2026, 10, 9))]);
    let cases = officer.get("/api/v1/remediation/cases").expect(200);
    assert_eq!(cases["items"][0]["ordered_on"], json!("2026-10-09"), "{cases}");
}

#[test]
fn the_number_of_an_identity_card_is_no_credit_code() {
    let (app, officer) = start();
    let report = checked_and_imported(&app, &officer, include_bytes!("cases/id-number.csv"));
    assert_eq!(counts(&report), [1, 0, 0, 0, 1], "{report}");
    assert_eq!(reasons(&officer, &report), [(None, 2, "uscc".to_owned(), "uscc_identity_card".to_owned())]);
}
