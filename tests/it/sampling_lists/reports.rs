//! Reports that laboratories' systems hand over: by an API key, known by the number of the form.

use serde_json::{Value, json};

use super::{IMPORTS, counts, start};
use crate::support::people::text;
use crate::support::{Http, TestApp};

const REPORTS: &str = "/api/v1/inspections/reports";

/// A program that acts for an officer within these scopes.
fn program(app: &TestApp, officer: &Http, scopes: &[&str]) -> Http {
    let body = json!({ "name": "检验系统", "scopes": scopes, "region": "440100", "days": 30 });
    let key = officer.post("/api/v1/api-keys", &body).expect(201);
    app.http().with_token(&text(&key["secret"]))
}

fn form(number: &str, conclusion: &str, items: Value) -> Value {
    json!({
        "form_no": number, "report_no": format!("R-{number}"), "product_name": "热轧带肋钢筋",
        "inspected": "广州甲建材有限公司", "sampled_on": "2026-05-06", "reported_on": "2026-05-20",
        "conclusion": conclusion, "items": items,
    })
}

#[test]
fn forms_are_taken_once_and_a_bad_one_keeps_no_other_back() {
    let (app, officer) = start();
    let system = program(&app, &officer, &["inspections:report"]);
    let items = json!([
        { "item": "抗拉强度，R", "requirement": "≥540", "measured": "512", "ok": false },
        { "item": "弯曲", "ok": true },
    ]);
    let forms = json!({ "forms": [form("F1", "nonconforming", items), form("F2", "不合格", json!([]))] });
    let taken = system.post(REPORTS, &forms).expect(200);
    let outcomes: Vec<&str> =
        taken["forms"].as_array().unwrap().iter().map(|form| form["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["inserted", "rejected"], "{taken}");
    assert_eq!(taken["forms"][1]["reasons"][0]["code"], json!("failed_items_empty"), "{taken}");
    let id = text(&taken["forms"][0]["inspection"]);
    let detail = officer.get(&format!("/api/v1/inspections/{id}")).expect(200);
    let names: Vec<&str> =
        detail["items"].as_array().unwrap().iter().map(|item| item["item"].as_str().unwrap()).collect();
    assert_eq!(names, ["抗拉强度，R", "弯曲"], "{detail}");

    let again = system.post(REPORTS, &forms).expect(200);
    assert_eq!(again["forms"][0]["outcome"], json!("unchanged"), "{again}");
    assert_eq!(again["forms"][0]["inspection"], json!(id));
    let list = officer.get(&format!("{IMPORTS}/{}", text(&taken["list"]))).expect(200);
    assert_eq!(counts(&list), [1, 0, 0, 1]);
    assert_eq!((&list["from_system"], &list["file_name"]), (&json!(true), &json!("检验系统")), "{list}");
}

#[test]
fn a_call_that_is_no_list_of_forms_is_refused() {
    let (app, officer) = start();
    let system = program(&app, &officer, &["inspections:report"]);
    assert_eq!(
        system.post(REPORTS, &json!({ "forms": [] })).problem()["errors"][0]["pointer"],
        json!("/forms")
    );
    let strange = json!({ "forms": [{ "product": "x" }] });
    assert_eq!(system.post(REPORTS, &strange).status, 422);
    let other = program(&app, &officer, &["reports:read"]);
    assert_eq!(other.post(REPORTS, &json!({ "forms": [] })).status, 403);
}
