//! Reports as files for spreadsheets.

use calamine::{Data, Reader, Xlsx};
use serde_json::json;
use std::io::Cursor;

use super::sql;
use crate::support::TestApp;

#[test]
fn every_report_is_exported_as_csv_and_xlsx_without_formulas() {
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let app = TestApp::start();
    let (officer, _) = app.small_world();
    let figures = json!({ "year": 2020, "source": "=1+1", "figures": { "trained": 291 } });
    officer.post("/api/v1/reports/published-figures", &figures).expect(201);
    sql(&app, "UPDATE expert SET name = '=HYPERLINK(\"http://x\",\"a\")'");
    for report in ["overview", "zero-out-rate", "funnel", "experts", "deadlines", "published-figures"] {
        let path = format!("/api/v1/reports/{report}");
        assert_eq!(officer.get(&path).header("content-type"), "application/json");
        for csv in [
            officer.get(&format!("{path}?format=csv")),
            officer.send("GET", &path, &[("Accept", "text/csv")], None),
        ] {
            assert!(csv.header("content-type").starts_with("text/csv; charset=utf-8"), "{csv:?}");
            let named = csv.header("content-disposition");
            assert!(named.starts_with(&format!("attachment; filename=\"{report}_2")), "{named}");
            assert!(
                named.contains("filename*=UTF-8''%E") && named.contains("%E5%B9%BF%E4%B8%9C%E7%9C%81_2"),
                "广东省: {named}"
            );
            assert!(csv.text.starts_with('\u{feff}'));
            let mut lines = csv::Reader::from_reader(csv.text.trim_start_matches('\u{feff}').as_bytes());
            assert!(lines.headers().unwrap().iter().all(|h| !h.is_ascii()), "Chinese in doubt: {}", csv.text);
            for line in lines.records() {
                assert!(
                    line.unwrap().iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])),
                    "{}",
                    csv.text
                );
            }
        }
        let english = officer.in_english().get(&format!("{path}?format=csv"));
        assert!(english.text.lines().next().unwrap().trim_start_matches('\u{feff}').is_ascii());
        assert_eq!(english.header("content-language"), "en");
        let book = officer.send("GET", &path, &[("Accept", XLSX)], None).bytes;
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(book)).unwrap();
        let name = book.sheet_names()[0].clone();
        assert!(book.worksheet_formula(&name).unwrap().is_empty());
        let sheet = book.worksheet_range(&name).unwrap();
        assert!(sheet.height() >= 4, "{report}");
        let about = sheet.get_value((1, 0)).unwrap().to_string();
        assert!(about.starts_with("截至 ") && about.contains("范围：广东省；"), "{about}");
        if report == "experts" {
            let name = Data::String("=HYPERLINK(\"http://x\",\"a\")".to_owned());
            assert_eq!(sheet.get_value((3, 0)), Some(&name), "as words");
        }
        let refused = officer.get(&format!("{path}?format=pdf"));
        assert_eq!((refused.status, &refused.problem()["errors"][0]["pointer"]), (422, &"?format".into()));
    }
}
