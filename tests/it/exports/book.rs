//! What stands in the cells, and how it is shown.

use calamine::Data;
use chrono::Duration;
use serde_json::json;
use zerodesk::zero_out::import::Column;

use super::{lines, part, rows, sheet};
use crate::support::TestApp;
use crate::support::csv::{file, row, uscc};
use crate::support::people::PASSWORD;

#[test]
fn cells_are_what_they_seem() {
    let app = TestApp::builder().at("2026-03-02T01:00:00Z").start();
    let province = app.admin("officer", "440000");
    let shenzhen = app.admin("officer-sz", "440300");
    let formula = "=HYPERLINK(\"http://x\",\"a\")";
    let list = file(&[
        row(&[(Column::Uscc, &uscc(1)), (Column::Name, formula), (Column::ReportNo, "20210000000000000123")]),
        row(&[
            (Column::Uscc, &uscc(2)),
            (Column::Name, "深圳市某某电线电缆有限公司𠮷"),
            (Column::RegionCode, "440305"),
            (Column::ReportNo, "00123"),
            (Column::OrderIssuedOn, ""),
        ]),
    ]);
    let report = app.import(&province, &list, false);
    assert_eq!(report["inserted"], 2, "{report}");
    let reply = province.get("/api/v1/zero-out?format=xlsx");
    let range = sheet(&reply);
    let text = |at: (u32, u32)| range.get_value(at).map(ToString::to_string).unwrap_or_default();
    assert_eq!(text((0, 0)), "清零名单");
    let about = text((1, 0));
    assert!(
        about.starts_with("截至 2026年3月2日 09:00（北京时间）；范围：广东省；筛选：无；导出人："),
        "{about}"
    );
    let headings: Vec<String> = range.rows().nth(2).unwrap().iter().map(ToString::to_string).collect();
    let column = |name: &str| u32::try_from(headings.iter().position(|h| h == name).expect(name)).unwrap();
    // The newest first.
    let of = |line: u32, name: &str| range.get_value((line, column(name))).cloned().unwrap_or(Data::Empty);
    let line = if of(3, "报告编号") == Data::String("00123".to_owned()) { 4 } else { 3 };
    assert_eq!(of(line, "企业名称"), Data::String(formula.to_owned()), "words, and no formula");
    assert_eq!(of(line, "报告编号"), Data::String("20210000000000000123".to_owned()), "all digits");
    let day = match of(line, "抽样日期") {
        Data::DateTime(day) => day,
        other => panic!("{other:?} is no date"),
    };
    assert_eq!(day.as_datetime().unwrap().date().to_string(), "2021-08-01");
    assert_eq!(of(7 - line, "责令改正日期"), Data::Empty);
    assert_eq!(of(7 - line, "企业名称"), Data::String("深圳市某某电线电缆有限公司𠮷".to_owned()));
    let named = reply.header("content-disposition");
    assert_eq!(
        named,
        "attachment; filename=\"zero-out-list_2026-03-02.xlsx\"; \
         filename*=UTF-8''%E6%B8%85%E9%9B%B6%E5%90%8D%E5%8D%95_%E5%B9%BF%E4%B8%9C%E7%9C%81_2026-03-02.xlsx"
    );
    // As wide as the name needs: thirteen Chinese characters and one beyond the first plane.
    let xml = part(&reply, "xl/worksheets/sheet1.xml");
    let width = xml.split("<col min=\"2\"").nth(1).and_then(|rest| rest.split("width=\"").nth(1));
    let width: usize = width.and_then(|rest| rest.split('"').next()).unwrap().parse().unwrap();
    assert!((27..=40).contains(&width), "{width}");
    let styles = part(&reply, "xl/styles.xml");
    for format in ["yyyy\\-mm\\-dd\"", "yyyy\\-mm\\-dd\\ hh:mm\"", "0.0%\""] {
        assert!(styles.contains(format), "no {format}");
    }
    // By region, by Accept, and for who sees only that region.
    let filtered = province.get("/api/v1/zero-out?region=440300&cleared=false&format=xlsx");
    let range = sheet(&filtered);
    assert_eq!(rows(&range).len(), 1);
    let about = range.get_value((1, 0)).unwrap().to_string();
    assert!(about.contains("范围：深圳市；") && about.contains("清零（未清零）"), "{about}");
    assert!(filtered.header("content-disposition").contains("%E6%B7%B1%E5%9C%B3%E5%B8%82"), "深圳市");
    let theirs = shenzhen.send("GET", "/api/v1/zero-out", &[("Accept", super::XLSX)], None);
    assert_eq!(rows(&sheet(&theirs)).len(), 1);
    assert!(!rows(&sheet(&theirs)).concat().contains(&formula.to_owned()));
    let csv = lines(&province.get("/api/v1/zero-out?format=csv"));
    assert!(csv.concat().contains(&format!("'{formula}")), "a formula is disarmed: {csv:?}");
    let english = sheet(&province.in_english().get("/api/v1/zero-out?format=xlsx"));
    assert_eq!(english.get_value((0, 0)), Some(&Data::String("Zero-out list".to_owned())));
    assert!(
        english
            .get_value((1, 0))
            .unwrap()
            .to_string()
            .starts_with("As of 2 Mar 2026, 09:00 (Beijing time); Scope: ")
    );
}

#[test]
fn what_can_not_be_a_file_is_refused_by_name() {
    let app = TestApp::builder()
        .settings(|s| s.edit::<zerodesk::accounts::settings::AuthSettings>().access_token_seconds = 86_400)
        .start();
    let (officer, _) = app.small_world();
    for (query, pointer) in [
        ("format=pdf", "?format"),
        ("format=xlsx&limit=10", "?limit"),
        ("format=csv&cursor=x", "?cursor"),
        ("format=xlsx&nothing=1", "?nothing"),
    ] {
        let refused = officer.get(&format!("/api/v1/enterprises?{query}"));
        assert_eq!(
            (refused.status, &refused.problem()["errors"][0]["pointer"]),
            (422, &pointer.into()),
            "{query}"
        );
    }
    assert_eq!(officer.get("/api/v1/enterprises?format=xlsx").status, 200, "a log-in proves it");
    app.clock.advance(Duration::minutes(15));
    let refused = officer.get("/api/v1/enterprises?format=xlsx").refusal();
    assert_eq!(refused, (403, "step_up_required".to_owned()), "people's data");
    assert_eq!(officer.get("/api/v1/zero-out?format=xlsx").status, 200, "no people's data");
}

#[test]
fn every_file_that_names_people_needs_a_proof_of_who_is_there() {
    let app = TestApp::builder()
        .settings(|s| s.edit::<zerodesk::accounts::settings::AuthSettings>().access_token_seconds = 86_400)
        .start();
    let (officer, _) = app.small_world();
    let plan = crate::plans::computed(&officer, &json!({}));
    let plan = plan["id"].as_str().unwrap();
    app.clock.advance(Duration::minutes(15));
    for path in [
        "/api/v1/credit/tasks",
        "/api/v1/engagements",
        "/api/v1/imminent-dangers",
        "/api/v1/circuit-members",
        "/api/v1/programmes",
        "/api/v1/cross-inspections",
        "/api/v1/webhooks",
        "/api/v1/api-keys",
        "/api/v1/matching/plans",
    ] {
        officer.get(path).expect(200);
        for format in ["csv", "xlsx"] {
            let refused = officer.get(&format!("{path}?format={format}")).refusal();
            assert_eq!(refused, (403, "step_up_required".to_owned()), "{path} as {format}");
        }
    }
    let pairs = format!("/api/v1/matching/plans/{plan}/pairs");
    assert_eq!(officer.get(&pairs).refusal(), (403, "step_up_required".to_owned()));
    officer.post("/api/v1/auth/step-up", &json!({ "password": PASSWORD })).expect(200);
    assert_eq!(officer.get("/api/v1/engagements?format=csv").status, 200);
    assert_eq!(officer.get(&pairs).status, 200);
}
