//! Figures that come from elsewhere.

use serde_json::{Value, json};

use super::get;
use crate::support::people::PASSWORD;
use crate::support::{Http, TestApp};

const FIGURES: &str = "/api/v1/reports/published-figures";

/// The source report's figures of the province, but for those that are counted.
fn guangdong() -> Value {
    json!({ "year": 2021, "source": "广东省市场监管局 2021 年度报告", "figures": {
        "credit_scored": 52_999, "credit_grade_c": 1_021, "credit_grade_d": 200,
        "sampling_classes": 51, "sampling_kinds": 202, "sampling_products": 28_682,
        "sampling_operators": 13_505, "sampling_nonconforming": 5_613,
        "label_classes": 21, "label_products": 10_121, "label_three_noes": 690, "label_nonconforming": 789,
    } })
}

fn value(report: &Value, figure: &str) -> Value {
    let rows = report["rows"].as_array().unwrap();
    rows.iter().find(|row| row["figure"] == figure).map_or(Value::Null, |row| row["value"].clone())
}

#[test]
fn published_figures_are_stored_and_reported() {
    let app = TestApp::builder().at("2022-01-10T01:00:00Z").start();
    let (officer, city) = (app.admin("officer-gd", "440000"), app.admin("officer-sz", "440300"));
    let made = officer.post(FIGURES, &guangdong()).expect(201);
    assert_eq!(made["region_name"], "广东省");
    let report = get(&officer, "published-figures");
    let wanted = guangdong();
    for (figure, number) in wanted["figures"].as_object().unwrap() {
        assert_eq!(&value(&report, figure), number, "{figure}: {report}");
    }
    assert_eq!(report["rows"].as_array().unwrap().len(), 12);
    let share = |name: &str| {
        let shares = report["shares"].as_array().unwrap();
        shares.iter().find(|share| share["share"] == name).unwrap()["percent"].clone()
    };
    assert_eq!((share("label_failed"), share("sampling_nonconforming")), (json!(14.6), json!(19.6)));
    let overview = get(&officer, "overview");
    assert_eq!(overview["published"].as_array().unwrap().len(), 12, "{overview}");
    let csv = officer.get(&format!("{FIGURES}?format=csv")).text;
    assert!(
        csv.contains("440000,广东省,2021,有信用评分的企业,52999,广东省市场监管局 2021 年度报告,2022-01-10"),
        "{csv}"
    );

    // A city's are its own: Shenzhen's, entered by its officer, seen by the province.
    let shenzhen = json!({ "year": 2021, "source": "深圳市市场监管局", "figures": {
        "interviewed": 660, "trained": 291, "followed_up": 472, "helped_on_site": 596, "committed": 654 } });
    city.post(FIGURES, &shenzhen).expect(201);
    let seen = get(&officer, "published-figures?region=440300");
    assert_eq!((value(&seen, "interviewed"), value(&seen, "committed")), (json!(660), json!(654)));
    assert_eq!(value(&get(&city, "published-figures"), "credit_scored"), Value::Null);
    assert_eq!(get(&city, "overview")["published"].as_array().unwrap().len(), 5);
}

#[test]
fn a_corrected_figure_keeps_its_earlier_value_on_earlier_days() {
    let app = TestApp::builder().at("2022-01-10T01:00:00Z").start();
    let officer = app.admin("officer-gd", "440000");
    officer.post(FIGURES, &guangdong()).expect(201);
    app.clock.set("2022-01-12T01:00:00Z".parse().unwrap());
    let officer = app.http().log_in("officer-gd", PASSWORD);
    let right = json!({ "year": 2021, "source": "更正公告", "figures": { "credit_scored": 53_000 } });
    officer.post(FIGURES, &right).expect(201);
    let on = |day: &str| value(&get(&officer, &format!("published-figures?as_of={day}")), "credit_scored");
    assert_eq!(
        (on("2022-01-09"), on("2022-01-11"), on("2022-01-12")),
        (Value::Null, json!(52_999), json!(53_000))
    );
    let audit = officer.get("/api/v1/audit?action=publish_figures").expect(200);
    assert_eq!(audit["items"].as_array().unwrap().len(), 2, "{audit}");
}

#[test]
fn bad_figures_are_refused_by_name() {
    let app = TestApp::builder().at("2022-01-10T01:00:00Z").start();
    let city = app.admin("officer-sz", "440300");
    let refused = |who: &Http, change: Value| {
        let mut body = json!({ "year": 2021, "source": "x", "figures": { "trained": 1 } });
        for (field, value) in change.as_object().unwrap() {
            body[field] = value.clone();
        }
        let reply = who.post(FIGURES, &body);
        assert_eq!(reply.status, 422, "{body}: {}", reply.text);
        reply.problem()["errors"][0]["pointer"].as_str().unwrap().to_owned()
    };
    for (change, pointer) in [
        (json!({ "region": "440000" }), "/region"),
        (json!({ "region": "440100" }), "/region"),
        (json!({ "year": 2023 }), "/year"),
        (json!({ "year": 1900 }), "/year"),
        (json!({ "source": " " }), "/source"),
        (json!({ "figures": {} }), "/figures"),
        (json!({ "figures": { "a/b": 1 } }), "/figures/a~1b"),
        (json!({ "figures": { "trained": -1 } }), "/figures/trained"),
        (json!({ "figures": { "trained": 1_000_000_000_001i64 } }), "/figures/trained"),
    ] {
        assert_eq!(refused(&city, change.clone()), pointer, "{change}");
    }
    assert_eq!(get(&city, "published-figures")["rows"], json!([]), "nothing of it was taken");
    let operator = app.operator("the-operator");
    assert_eq!(operator.post(FIGURES, &guangdong()).status, 403);
}

#[test]
fn the_page_shows_figures_by_year_and_officers_enter_them_there() {
    let app = TestApp::builder().at("2022-01-10T01:00:00Z").start();
    let (officer, city) = (app.admin("officer-gd", "440000"), app.admin("officer-sz", "440300"));
    officer.post(FIGURES, &guangdong()).expect(201);
    let page = officer.get("/published-figures").text;
    for text in ["有信用评分的企业", "52999", "广东省市场监管局 2021 年度报告", "标识检查不合格率：14.6%"]
    {
        assert!(page.contains(text), "{text}");
    }
    // Each figure has its field in the form, under the name by which the API takes it.
    for figure in guangdong()["figures"].as_object().unwrap().keys() {
        assert!(page.contains(&format!("name=\"figures.{figure}\"")), "{figure}");
    }
    let english = officer.in_english().get("/published-figures").text;
    assert!(english.contains("Not conforming in label inspection: 14.6%"), "{english}");
    let before = officer.get("/published-figures?as_of=2022-01-09").text;
    assert!(before.contains("还没有登记公布数据") && !before.contains("52999"), "a past day stays as it was");
    // A city sees its own alone, an operator all and no form.
    assert!(!city.get("/published-figures").text.contains("52999"));
    assert_eq!(city.get("/published-figures?region=440000").status, 422);
    let operator = app.operator("operator").get("/published-figures").text;
    assert!(
        operator.contains("52999") && !operator.contains("data-api=\"/api/v1/reports/published-figures\"")
    );
}
