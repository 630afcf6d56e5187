//! A check is a record: its file is imported from there, once, as long as it is kept; and an import leads to what it brought.

use chrono::Duration;
use diesel::prelude::*;
use serde_json::{Value, json};
use std::time::Instant;
use zerodesk::core::Caller;
use zerodesk::db::schema::zero_out_import as imports;
use zerodesk::list_files::settings::ImportSettings;
use zerodesk::zero_out::import::Column;
use zerodesk::zero_out::import::checked::DeleteCheckedFiles;

use crate::support::csv::{file, row, uscc};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, PATIENCE, TestApp};

fn start() -> (TestApp, Http) {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let officer = app.admin("officer", "440100");
    (app, officer)
}

/// A list of two good rows, one of which opens a case, and a bad one.
fn list() -> Vec<u8> {
    file(&[
        row(&[(Column::Uscc, &uscc(1)), (Column::ReportNo, "R1")]),
        row(&[(Column::Uscc, &uscc(2)), (Column::ReportNo, "R2"), (Column::OrderIssuedOn, "")]),
        row(&[(Column::Uscc, &uscc(3)), (Column::OperatingStatus, "不详")]),
    ])
}

fn path(id: &str) -> String {
    format!("/api/v1/zero-out/imports/{id}")
}

/// An import at its end.
fn ended(who: &Http, id: &str) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let view = who.get(&path(id)).expect(200);
        if ["done", "failed"].contains(&view["state"].as_str().unwrap()) {
            return view;
        }
        assert!(Instant::now() < end, "{view}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

fn import(who: &Http, id: &str) -> (u16, String) {
    who.act(&format!("{}/import", path(id))).refusal()
}

fn has_file(app: &TestApp, id: &str) -> bool {
    let id: zerodesk::zero_out::ids::ImportId = id.parse().unwrap();
    let kept = imports::table.find(id).select(imports::file.is_not_null());
    kept.first(&mut *app.app.conn().unwrap()).unwrap()
}

#[test]
fn a_checked_file_is_imported_from_its_record_once() {
    let (app, officer) = start();
    let check = app.import(&officer, &list(), true);
    let id = text(&check["id"]);
    assert!(check["file_until"].is_string() && check["imported_as"].is_null(), "{check}");
    let page = officer.get(&format!("/imports/{id}")).text;
    assert!(
        page.contains("尚未写入") && page.contains("确认导入该文件") && page.contains("文件保存至"),
        "{page}"
    );

    let asked = officer.act(&format!("{}/import", path(&id)));
    assert_eq!(asked.status, 202, "{}", asked.text);
    let import_id = text(&asked.json()["id"]);
    assert_eq!(asked.header("location"), path(&import_id));
    let done = ended(&officer, &import_id);
    for key in ["state", "file_name", "rows", "inserted", "updated", "unchanged", "rejected"] {
        assert_eq!(done[key], check[key], "{key}");
    }
    assert_eq!((&done["dry_run"], &done["check"]), (&json!(false), &json!(id)));
    assert_eq!(officer.get(&path(&id)).expect(200)["imported_as"], json!(import_id));
    // Asked for again, it is the same import.
    let again = officer.act(&format!("{}/import", path(&id))).expect(202);
    assert_eq!(text(&again["id"]), import_id);
    let count: i64 = imports::table.count().get_result(&mut *app.app.conn().unwrap()).unwrap();
    assert_eq!(count, 2);
    let page = officer.get(&format!("/imports/{id}")).text;
    assert!(page.contains(&format!("/imports/{import_id}")) && !page.contains("确认导入该文件"), "{page}");
    assert!(!page.contains("尚未写入") && !page.contains("未写入"), "{page}");
    let page = officer.get("/imports").text;
    assert!(page.contains(&format!("href=\"/imports/{import_id}\">已导入")), "{page}");
    let page = officer.get(&format!("/imports/{import_id}")).text;
    assert!(
        page.contains(&format!("/imports/{id}\""))
            && page.contains(&format!("/enterprises?import={import_id}")),
        "{page}"
    );
}

#[test]
fn the_page_of_a_check_names_an_unknown_column_once_and_counts_totals_apart() {
    let (app, officer) = start();
    let text_of = String::from_utf8(list()).unwrap();
    let mut lines: Vec<String> = text_of.lines().map(|line| format!("{line},")).collect();
    lines[0].push_str("备注甲");
    lines.push("合计,3 家".to_owned());
    let check = app.import(&officer, lines.join("\n").as_bytes(), true);
    assert_eq!(
        (&check["rows"], &check["rejected"], &check["not_records"]),
        (&json!(4), &json!(2), &json!(1))
    );
    let page = officer.get(&format!("/imports/{}?lang=zh-CN", text(&check["id"]))).text;
    assert_eq!(page.matches("备注甲").count(), 1, "{page}");
    for told in ["<dt>拒绝</dt><dd>1</dd>", "<dt>非记录行</dt><dd>1</dd>", "1 行是合计、分组标题、说明等"]
    {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(officer.get("/imports?lang=zh-CN").text.contains("拒绝 1 · 非记录行 1"));
}

#[test]
fn what_is_no_check_of_ones_own_is_not_imported() {
    let (app, officer) = start();
    let refused = |id: &str| import(&officer, id);
    let real = app.import(&officer, &list(), false);
    assert_eq!(refused(&text(&real["id"])), (409, "import_not_checked".to_owned()));
    let bad = app.import(&officer, b"no list", true);
    assert_eq!(refused(&text(&bad["id"])), (409, "import_not_checked".to_owned()));
    assert!(!has_file(&app, &text(&bad["id"])));
    let check = app.import(&officer, &list(), true);
    let id = &text(&check["id"]);
    let other = app.admin("other", "440300");
    assert_eq!(import(&other, id).0, 404);
    assert_eq!(import(&other, "00000000-0000-7000-8000-000000000000").0, 404);
    assert_eq!(import(&other, "x").0, 404);
    assert_eq!(import(&app.http(), id).0, 401);
    for query in ["format=xlsx", "format=csv"] {
        assert_eq!(other.get(&format!("{}/rejections?{query}", path(id))).status, 404, "{query}");
    }
    assert_eq!(officer.get(&format!("{}/rejections?format=pdf", path(id))).status, 422);
    // The officer of the province sees it, and imports it under the region under which it was checked.
    let province = app.admin("province", "440000");
    let asked = province.act(&format!("{}/import", path(id))).expect(202);
    assert_eq!(ended(&officer, &text(&asked["id"]))["unchanged"], 2);
}

#[test]
fn a_checked_file_is_kept_for_a_while_only() {
    let (app, officer) = start();
    let id = text(&app.import(&officer, &list(), true)["id"]);
    app.clock.advance(Duration::hours(167));
    app.app.execute(&Caller::system(), &DeleteCheckedFiles {}).unwrap();
    assert!(has_file(&app, &id));
    app.clock.advance(Duration::hours(2));
    let officer = app.http().log_in("officer", PASSWORD);
    assert_eq!(import(&officer, &id), (409, "import_file_gone".to_owned()));
    app.app.execute(&Caller::system(), &DeleteCheckedFiles {}).unwrap();
    assert!(!has_file(&app, &id));
    assert_eq!(import(&officer, &id), (409, "import_file_gone".to_owned()));
    assert!(officer.get(&path(&id)).expect(200)["file_until"].is_null());
    assert!(officer.get(&format!("/imports/{id}")).text.contains("检查过的文件已不再保存"));
}

#[test]
fn so_many_checked_files_are_kept_and_no_more() {
    let app = TestApp::builder()
        .at("2026-11-20T04:00:00Z")
        .settings(|s| s.edit::<ImportSettings>().checked_files_per_account = 2)
        .start();
    let (officer, other) = (app.admin("officer", "440100"), app.admin("other", "440100"));
    let of_other = text(&app.import(&other, &list(), true)["id"]);
    let ids: Vec<String> = (0..3).map(|_| text(&app.import(&officer, &list(), true)["id"])).collect();
    let kept: Vec<bool> = ids.iter().map(|id| has_file(&app, id)).collect();
    assert_eq!(kept, [false, true, true]);
    assert!(has_file(&app, &of_other));
    assert_eq!(import(&officer, &ids[0]), (409, "import_file_gone".to_owned()));
}

#[test]
fn no_file_is_kept_where_none_shall_be() {
    let app = TestApp::builder()
        .at("2026-11-20T04:00:00Z")
        .settings(|s| s.edit::<ImportSettings>().checked_file_hours = 0)
        .start();
    let officer = app.admin("officer", "440100");
    let id = text(&app.import(&officer, &list(), true)["id"]);
    assert!(!has_file(&app, &id));
    assert_eq!(import(&officer, &id), (409, "import_file_gone".to_owned()));
}

#[test]
fn an_import_leads_to_what_it_brought() {
    let (app, officer) = start();
    app.import(&officer, &file(&[row(&[(Column::Uscc, &uscc(9)), (Column::ReportNo, "OLD")])]), false);
    let first = app.import(&officer, &list(), false);
    let second = app.import(
        &officer,
        &file(&[
            row(&[(Column::Uscc, &uscc(1)), (Column::ReportNo, "R1")]),
            row(&[(Column::Uscc, &uscc(2)), (Column::ReportNo, "R2"), (Column::Laboratory, "某所")]),
            row(&[(Column::Uscc, &uscc(4)), (Column::ReportNo, "R4")]),
        ]),
        false,
    );
    let (first, second) = (text(&first["id"]), text(&second["id"]));
    let numbers = |query: &str| {
        let list = officer.get(&format!("/api/v1/zero-out?{query}")).expect(200);
        let mut numbers: Vec<String> = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| text(&item["nonconformity"]["report_no"]))
            .collect();
        numbers.sort();
        numbers
    };
    assert_eq!(numbers(&format!("import={first}")), ["R1", "R2"]);
    assert_eq!(numbers(&format!("import={second}")), ["R1", "R2", "R4"]);
    for (outcome, expected) in [("inserted", "R4"), ("updated", "R2"), ("unchanged", "R1")] {
        assert_eq!(numbers(&format!("import={second}&outcome={outcome}")), [expected]);
    }
    let named = officer.get(&format!("/api/v1/enterprises?import={first}")).expect(200);
    assert_eq!(named["items"].as_array().unwrap().len(), 2);
    // A check brought nothing in.
    let check = app.import(&officer, &list(), true);
    assert!(numbers(&format!("import={}", text(&check["id"]))).is_empty());

    let page = officer.get(&format!("/imports/{first}/records")).text;
    let line = officer.get(&format!("/api/v1/zero-out?import={first}&q={}", uscc(1))).expect(200);
    let case = text(&line["items"][0]["nonconformity"]["case"]);
    let enterprise = text(&line["items"][0]["enterprise"]);
    for href in [format!("/cases/{case}"), format!("/enterprises/{enterprise}")] {
        assert!(page.contains(&href), "{href} in {page}");
    }
    let page = officer.get(&format!("/imports/{second}/records?outcome=inserted")).text;
    assert!(page.contains("R4") && !page.contains(">R1<"), "{page}");
    assert!(officer.get(&format!("/enterprises?import={first}")).text.contains(&uscc(1)));

    // What one may not know of, and what can't be asked for.
    let other = app.admin("other", "440300");
    for query in [
        format!("import={first}"),
        "import=x".to_owned(),
        "import=00000000-0000-7000-8000-000000000000".to_owned(),
        "outcome=inserted".to_owned(),
    ] {
        let reply = other.get(&format!("/api/v1/zero-out?{query}"));
        assert_eq!(reply.status, 422, "{query}: {}", reply.text);
    }
    assert_eq!(other.get(&format!("/api/v1/enterprises?import={first}")).status, 422);
    assert_eq!(other.get(&format!("/imports/{first}/records")).status, 404);
    assert_eq!(officer.get(&format!("/imports/{first}/records?outcome=lost")).status, 422);
}
