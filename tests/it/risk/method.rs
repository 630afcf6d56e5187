//! The table of probability by severity through its own door: all 32 cells and their exact bounds, what raises a level, what is refused.

use serde_json::{Value, json};

use super::{ASSESSMENTS, start};
use crate::support::Http;
use crate::support::people::text;

fn judged(who: &Http, body: &Value) -> Value {
    let mut whole = json!({ "product_kind": "K0101", "hazard": "触电" });
    whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    who.post(&format!("{ASSESSMENTS}/level"), &whole).expect(200)
}

#[test]
fn all_cells_and_the_exact_bounds() {
    let app = start();
    let officer = app.admin("officer", "440000");
    let rows = [
        ("0.6", "high serious serious serious"),
        ("50%", "medium serious serious serious"),
        ("1/10", "medium serious serious serious"),
        ("0.01003", "medium serious serious serious"),
        ("1/100", "low high serious serious"),
        ("1/1000", "low medium high serious"),
        ("0.0001", "low low medium high"),
        ("1/100000", "low low low medium"),
        ("1/1000000", "low low low low"),
    ];
    for (probability, wanted) in rows {
        let found: Vec<String> = (1..=4)
            .map(|severity| {
                text(&judged(&officer, &json!({ "probability": probability, "severity": severity }))["level"])
            })
            .collect();
        assert_eq!(found.join(" "), wanted, "{probability}");
    }
}

#[test]
fn units_urgency_and_social_impact_raise_the_level_and_every_step_is_tried() {
    let app = start();
    let officer = app.admin("officer", "440000");
    let body = json!({ "probability": "0.005", "severity": 1 });
    let with = |more: Value| {
        let mut body = body.clone();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let found = judged(&officer, &body);
        [text(&found["table_level"]), text(&found["units_level"]), text(&found["level"])].join(" ")
    };
    assert_eq!(with(json!({})), "low low low");
    assert_eq!(with(json!({ "units": 100_000 })), "low low low");
    assert_eq!(with(json!({ "units": 100_001 })), "low medium medium");
    assert_eq!(with(json!({ "units": 1_000_001 })), "low high high");
    assert_eq!(with(json!({ "urgency": "emergency" })), "low low medium");
    assert_eq!(with(json!({ "social_impact": "wide", "urgency": "emergency" })), "low low medium");
    let step = |probability: &str| json!({ "text": "x", "probability": probability, "evidence": "limited" });
    let scenario =
        |severity: i32, steps: Vec<Value>| json!({ "title": "x", "severity": severity, "steps": steps });
    let found = judged(
        &officer,
        &json!({ "scenarios": [scenario(3, vec![step("0.02"), step("1/50")]), scenario(3, vec![step("0.0006")])] }),
    );
    // 0.0004 + 0.0006 is 1/1000 exactly, which is not more than 1/1000.
    assert_eq!((&found["level"], &found["row"]), (&json!("high"), &json!(4)));
    let tried = found["sensitivity"].as_array().unwrap();
    assert_eq!(tried.len(), 3);
    assert_eq!((&tried[0]["doubled"], &tried[0]["tenfold"]), (&json!("serious"), &json!("serious")));
    let highest = judged(
        &officer,
        &json!({ "combination": "highest", "scenarios": [scenario(3, vec![step("0.02"), step("1/50")]), scenario(1, vec![step("0.7")])] }),
    );
    assert_eq!((&highest["severity"], &highest["level"]), (&json!(3), &json!("high")));
}

#[test]
fn what_is_no_probability_is_refused_with_its_place() {
    let app = start();
    let officer = app.admin("officer", "440000");
    for (body, pointer) in [
        (json!({ "probability": "0", "severity": 1 }), "/probability"),
        (json!({ "probability": "1.01", "severity": 1 }), "/probability"),
        (json!({ "probability": "1e-3", "severity": 1 }), "/probability"),
        (json!({ "probability": "1/0", "severity": 1 }), "/probability"),
        (json!({ "probability": "0.1", "severity": 5 }), "/severity"),
        (json!({ "severity": 1 }), "/probability"),
        (json!({ "probability": "0.1" }), "/severity"),
        (json!({}), "/scenarios"),
        (json!({ "probability": "0.1", "severity": 1, "units": 0 }), "/units"),
        (json!({ "probability": "0.1", "severity": 1, "product_kind": "K9999" }), "/product_kind"),
    ] {
        let mut whole = json!({ "product_kind": "K0101", "hazard": "触电" });
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let refused = officer.post(&format!("{ASSESSMENTS}/level"), &whole);
        assert_eq!(
            (refused.status, &refused.problem()["errors"][0]["pointer"]),
            (422, &json!(pointer)),
            "{body}"
        );
    }
    assert_eq!(officer.post(&format!("{ASSESSMENTS}/level"), &json!({ "x": 1 })).status, 422);
}
