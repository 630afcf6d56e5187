//! The register of licensed producers, and the reading of the coverage rate that is counted against it.

use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};

const LICENCES: &str = "/api/v1/production-licences";
const PRODUCER: &str = "9144030071526726XG";

fn licence(number: &str, change: &Value) -> Value {
    let mut body = json!({
        "licence_no": number, "uscc": PRODUCER, "name": "深圳线缆厂", "region": "440300", "product_kind": "K0301",
        "valid_from": "2026-01-01", "valid_until": "2030-12-31",
    });
    for (key, value) in change.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

fn enter(who: &Http, licences: &[Value]) -> Value {
    who.post(LICENCES, &json!({ "licences": licences })).expect(200)
}

fn reading(who: &Http, query: &str) -> (Value, Value) {
    let report = who.get(&format!("/api/v1/reports/sampling?{query}")).expect(200);
    let all = report["coverage"].as_array().unwrap();
    let found = all.iter().find(|rate| rate["reading"] == "licensed").unwrap();
    (found["sampled"].clone(), found["of"].clone())
}

#[test]
fn licences_are_entered_all_or_none_and_once() {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let (province, beside) = (app.admin("officer-gd", "440000"), app.admin("officer-gz", "440100"));
    let both = [licence("XK06-1", &json!({})), licence("XK06-2", &json!({ "region": "440000" }))];
    assert_eq!(enter(&province, &both), json!({ "entered": 2, "unchanged": 0 }));
    assert_eq!(enter(&province, &both[..1]), json!({ "entered": 0, "unchanged": 1 }));
    let listed = province.get(LICENCES).expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 2, "{listed}");
    assert_eq!(beside.get(LICENCES).expect(200)["items"], json!([]), "of another region");
    let id = text(&listed["items"][0]["id"]);
    let revoke = json!({ "revoked_on": "2026-11-01", "reason": "企业注销" });
    assert_eq!(beside.post(&format!("{LICENCES}/{id}/revoke"), &revoke).status, 404);
    for (wrong, pointer) in [
        (json!({ "uscc": "914403007152672600" }), "/licences/1/uscc"),
        (json!({ "product_kind": "K9999" }), "/licences/1/product_kind"),
        (json!({ "region": "999999" }), "/licences/1/region"),
        (json!({ "valid_until": "2025-01-01" }), "/licences/1/valid_until"),
        (json!({ "licence_no": " " }), "/licences/1/licence_no"),
        (json!({ "licence_no": "XK06-3" }), "/licences/1/licence_no"),
        (json!({ "licence_no": "XK06-1", "name": "另一家" }), "/licences/1/licence_no"),
    ] {
        let two = [licence("XK06-3", &json!({})), licence("XK06-4", &wrong)];
        let refused = province.post(LICENCES, &json!({ "licences": two })).problem();
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    assert_eq!(province.get(LICENCES).expect(200)["items"].as_array().unwrap().len(), 2, "none of them");
    let refused = province.post(LICENCES, &json!({ "licences": [] })).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/licences");
    let page = province.get("/licences").text;
    assert!(page.contains("深圳线缆厂") && page.contains("XK06-1"), "{page}");
    let csv = province.get(&format!("{LICENCES}?format=csv")).text;
    assert!(csv.contains("XK06-2") && csv.contains("许可证编号"), "{csv}");
}

#[test]
fn the_third_reading_of_the_coverage_rate_counts() {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let officer = app.admin("officer-gd", "440000");
    assert_eq!(reading(&officer, ""), (json!(0), json!(0)));
    enter(&officer, &[licence("XK06-1", &json!({}))]);
    assert_eq!(reading(&officer, ""), (json!(0), json!(1)));
    let head =
        "抽样单编号,产品名称,产品种类,被抽样单位,标称生产企业,标称生产企业统一社会信用代码,抽样日期,检验结论";
    let file = format!("{head}\nCY1,电线,K0301,广州甲店,深圳线缆厂,{PRODUCER},2026-05-06,合格\n");
    crate::sampling_lists::hand_in(&officer, file.as_bytes(), &[]);
    assert_eq!(reading(&officer, ""), (json!(1), json!(1)), "sampled at a seller of another region");
    assert_eq!(reading(&officer, "region=440300"), (json!(1), json!(1)));
    assert_eq!(reading(&officer, "region=440100"), (json!(0), json!(0)));
    app.clock.set("2026-11-22T04:00:00Z".parse().unwrap());
    let officer = app.http().log_in("officer-gd", PASSWORD);
    let id = text(&officer.get(LICENCES).expect(200)["items"][0]["id"]);
    let revoke = json!({ "revoked_on": "2026-11-01", "reason": "企业注销" });
    officer.post(&format!("{LICENCES}/{id}/revoke"), &revoke).expect(200);
    assert_eq!(reading(&officer, ""), (json!(0), json!(0)));
    assert_eq!(reading(&officer, "as_of=2026-11-20"), (json!(1), json!(1)), "what was known then stays");
    let again = officer.post(&format!("{LICENCES}/{id}/revoke"), &revoke).problem();
    assert_eq!(again["errors"][0]["pointer"], "/revoked_on");
    assert_eq!(enter(&officer, &[licence("XK06-1", &json!({}))])["entered"], 1, "entered anew");
}

#[test]
fn licences_come_as_a_list_whole_or_not_at_all() {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let (province, city) = (app.admin("officer-gd", "440000"), app.admin("officer-gz", "440100"));
    let path = format!("{LICENCES}/list");
    let list = |rows: &str| {
        let head = "证书编号,生产企业,统一社会信用代码,地区代码,产品种类,发证日期,有效期至\n";
        format!("{head}{rows}").into_bytes()
    };
    let good = list(&format!(
        "XK06-1,深圳线缆厂,{PRODUCER},440300,K0301,2026/1/1,2030-12-31\n\
         XK06-2,深圳线缆厂,{PRODUCER},440300,K0101,2026年1月1日,长期\n"
    ));
    let entered = province.upload(&path, "licences.csv", &good, &[]).expect(200);
    let counts = |answer: &Value| {
        let counts = ["rows", "entered", "unchanged", "not_records"].map(|key| answer[key].as_u64().unwrap());
        assert_eq!(counts[0], counts[1] + counts[2] + counts[3], "{answer}");
        counts
    };
    assert_eq!(counts(&entered), [2, 2, 0, 0]);
    let again = province.upload(&path, "licences.csv", &good, &[]).expect(200);
    assert_eq!((counts(&again), &again["list"]), ([2, 0, 2, 0], &Value::Null));
    let listed = province.get(LICENCES).expect(200);
    let until = |number: &str| {
        let all = listed["items"].as_array().unwrap();
        all.iter().find(|one| one["licence_no"] == number).unwrap()["valid_until"].clone()
    };
    assert_eq!((until("XK06-1"), until("XK06-2")), (json!("2030-12-31"), Value::Null));
    // What the file says wrongly, and what the register does not take, is told by its row.
    let unread = list(&format!(
        "XK06-3,深圳线缆厂,{PRODUCER},440300,K0301,2026-01-01,\nXK06-4,深圳线缆厂,{PRODUCER},440300,电线电缆王,2026-01-01,\n"
    ));
    let refused = province.upload(&path, "licences.csv", &unread, &[]).expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "/rows/3/product_kind", "{refused}");
    let wrong_code = list(
        "XK06-3,深圳线缆厂,9144030071526726XG,440300,K0301,2026-01-01,\nXK06-4,某厂,914403007152672600,440300,K0301,2026-01-01,\n",
    );
    let refused = province.upload(&path, "licences.csv", &wrong_code, &[]).expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "/rows/3/uscc", "{refused}");
    assert!(text(&refused["errors"][0]["detail"]).contains("第 3 行"), "{refused}");
    let refused = city.upload(&path, "licences.csv", &good, &[]).expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "/rows/2/region", "of another region");
    assert_eq!(province.get(LICENCES).expect(200)["items"].as_array().unwrap().len(), 2, "none of them");
    assert!(province.get("/licences").text.contains(&path), "the page has the form");
}

/// A workbook with a sheet for each list of rows.
fn workbook(lists: &[(&str, &[[&str; 7]])]) -> Vec<u8> {
    const HEADINGS: [&str; 7] =
        ["证书编号", "生产企业", "统一社会信用代码", "地区代码", "产品种类", "发证日期", "有效期至"];
    let mut book = Workbook::new();
    for (name, rows) in lists {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (line, cells) in (0..).zip(std::iter::once(&HEADINGS).chain(*rows)) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write(line, column, *cell).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_row_of_a_workbook_is_told_by_its_sheet_and_its_number_there() {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let province = app.admin("officer-gd", "440000");
    let path = format!("{LICENCES}/list");
    let row = |number: &'static str, uscc: &'static str, kind: &'static str| {
        [number, "深圳线缆厂", uscc, "440300", kind, "2026-01-01", ""]
    };
    let told = |first: &[[&str; 7]], second: &[[&str; 7]]| {
        let file = workbook(&[("广州市", first), ("深圳市", second)]);
        let refused = province.upload(&path, "licences.xlsx", &file, &[]).expect(422);
        assert_eq!(refused["errors"].as_array().unwrap().len(), 1, "{refused}");
        (text(&refused["errors"][0]["pointer"]), text(&refused["errors"][0]["detail"]))
    };
    let good = [row("XK06-1", PRODUCER, "K0301"), row("XK06-2", PRODUCER, "K0101")];
    // What the file says wrongly.
    let (pointer, detail) =
        told(&good, &[row("XK06-3", PRODUCER, "K0301"), row("XK06-4", PRODUCER, "电线电缆王")]);
    assert_eq!(pointer, "/rows/3/product_kind");
    assert!(detail.starts_with("工作表“深圳市”第 3 行："), "{detail}");
    // What the register does not take.
    let (pointer, detail) = told(&good, &[row("XK06-3", "914403007152672600", "K0301")]);
    assert_eq!(pointer, "/rows/2/uscc");
    assert!(detail.starts_with("工作表“深圳市”第 2 行："), "{detail}");
    let (_, detail) = told(&[row("XK06-3", "914403007152672600", "K0301")], &good);
    assert!(detail.starts_with("工作表“广州市”第 2 行："), "{detail}");
}

#[test]
fn a_list_of_licences_is_checked_first_and_withdrawn_as_a_whole() {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let (province, city) = (app.admin("officer-gd", "440000"), app.admin("officer-gz", "440100"));
    let path = format!("{LICENCES}/list");
    let file = format!(
        "证书编号,生产企业,统一社会信用代码,地区代码,产品种类,发证日期,有效期至,传真\n\
         XK06-1,深圳线缆厂,{PRODUCER},440300 深圳市,K0301,2026/1/1,2030-12-31,8888\n\
         XK06-2,深圳线缆厂,{PRODUCER},440300,K0101,2026年1月1日,长期,\n\
         合计,2 项,,,,,,\n"
    );
    let checked = province.upload(&path, "licences.csv", file.as_bytes(), &[("dry_run", "true")]).expect(200);
    assert_eq!(
        (&checked["rows"], &checked["entered"], &checked["not_records"], &checked["dry_run"]),
        (&json!(3), &json!(2), &json!(1), &json!(true)),
        "{checked}"
    );
    assert_eq!(checked["warnings"][0]["code"], "unknown_column", "{checked}");
    assert_eq!(province.get(LICENCES).expect(200)["items"], json!([]), "nothing was entered");
    let entered = province.upload(&path, "licences.csv", file.as_bytes(), &[]).expect(200);
    assert_eq!((&entered["entered"], &entered["dry_run"]), (&json!(2), &json!(false)));
    let list = text(&entered["list"]);
    let listed = province.get(LICENCES).expect(200);
    assert_eq!((&listed["items"][0]["list"], &listed["items"][1]["list"]), (&json!(list), &json!(list)));
    assert!(
        province.get("/licences").text.contains(&format!("lists/{list}/withdraw")),
        "the page has the form"
    );
    let withdraw = format!("{LICENCES}/lists/{list}/withdraw");
    let reason = json!({ "reason": "名单有误" });
    assert_eq!(city.post(&withdraw, &reason).status, 404, "of another region");
    let blank = province.post(&withdraw, &json!({ "reason": " " })).problem();
    assert_eq!(blank["errors"][0]["pointer"], "/reason");
    assert_eq!(reading(&province, ""), (json!(0), json!(1)));
    app.clock.set("2026-11-22T04:00:00Z".parse().unwrap());
    let province = app.http().log_in("officer-gd", PASSWORD);
    assert_eq!(province.post(&withdraw, &reason).expect(200), json!({ "withdrawn": 2, "revoked_before": 0 }));
    assert_eq!(reading(&province, ""), (json!(0), json!(0)));
    assert_eq!(reading(&province, "as_of=2026-11-20"), (json!(0), json!(1)), "what was known then stays");
    assert_eq!(province.post(&withdraw, &reason).status, 422, "once");
    let again = province.upload(&path, "licences.csv", file.as_bytes(), &[]).expect(200);
    assert_eq!(again["entered"], 2, "entered anew");
}

#[test]
fn the_template_of_licences_is_for_officers() {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let officer = app.admin("officer-gz", "440100");
    let path = format!("{LICENCES}/template?language=zh-CN");
    assert_eq!(officer.get(&path).status, 200);
    assert_eq!(app.http().get(&path).status, 401);
    assert!(officer.get("/licences").text.contains("production-licences/template"), "the page links to it");
}
