//! Conduct by itself: out of final results, refused samplings and the course of cases; entered once, and taken back when its ground is gone.

use serde_json::{Value, json};

use crate::inspections::{confirmed, form, form_of, registered, reported, step};
use crate::remediation::support::Course103;
use crate::support::people::{Enterprise, text};
use crate::support::{Http, TestApp};

const CONDUCT: &str = "/api/v1/conduct";

/// Judges what changed, as the job does.
fn follow(app: &TestApp) {
    while zerodesk::conduct_sources::follow::sweep(&app.app, &|| false).unwrap() {}
}

fn entries(who: &Http) -> Vec<Value> {
    who.get(CONDUCT).expect(200)["items"].as_array().unwrap().clone()
}

/// Behaviours of samplings and whether they are annulled, in their order; what comes of the cases that failures open is left out.
#[track_caller]
fn of_samplings(who: &Http) -> Vec<(String, bool)> {
    conduct(who).into_iter().filter(|(behaviour, _)| behaviour.starts_with("sampling_")).collect()
}

/// Behaviours and whether they are annulled, in their order.
#[track_caller]
fn conduct(who: &Http) -> Vec<(String, bool)> {
    let mut found: Vec<(String, bool)> =
        entries(who).iter().map(|entry| (text(&entry["behaviour"]), entry["state"] == "annulled")).collect();
    found.sort();
    found
}

fn one(behaviour: &str, annulled: bool) -> (String, bool) {
    (behaviour.to_owned(), annulled)
}

fn start() -> (TestApp, Http, Enterprise) {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    (app, officer, producer)
}

fn ordinal(seen: &Value, name: &str) -> Value {
    let events = seen["events"].as_array().unwrap();
    events.iter().find(|event| event["step"] == name).unwrap()["ordinal"].clone()
}

#[test]
fn a_failure_is_conduct_once_it_is_final_and_no_longer_when_it_is_not() {
    let (app, officer, producer) = start();
    let path = registered(&officer, &form_of("F-1", &producer));
    confirmed(&officer, &path, "R-1");
    follow(&app);
    assert_eq!(of_samplings(&officer), [], "it is not final");
    let seen = step(&officer, &path, "finalise", "2026-02-20", &json!({})).expect(200);
    follow(&app);
    follow(&app);
    assert_eq!(of_samplings(&officer), [one("sampling_failed_safety", false)]);
    let found = entries(&officer);
    let entry = found.iter().find(|entry| entry["behaviour"] == "sampling_failed_safety").unwrap();
    assert_eq!(
        (&entry["enterprise_id"], &entry["role"]),
        (&json!(producer.id), &json!("producer")),
        "{entry}"
    );
    assert_eq!((&entry["happened_on"], &entry["decided_on"]), (&json!("2026-01-06"), &json!("2026-02-20")));
    assert!(entry["line"].to_string().contains("聚氯乙烯绝缘电线"), "it is about the product line: {entry}");

    let correction = json!({ "step": "correct", "corrects": ordinal(&seen, "finalise"), "annulled": true, "reason": "误登记" });
    officer.post(&format!("{path}/events"), &correction).expect(200);
    follow(&app);
    assert_eq!(of_samplings(&officer), [one("sampling_failed_safety", true)]);
    step(&officer, &path, "finalise", "2026-02-21", &json!({})).expect(200);
    follow(&app);
    assert_eq!(
        of_samplings(&officer),
        [one("sampling_failed_safety", false), one("sampling_failed_safety", true)]
    );
}

#[test]
fn a_denied_product_and_risk_monitoring_are_no_conduct() {
    let (app, officer, producer) = start();
    let path = registered(&officer, &form_of("N-1", &producer));
    reported(&officer, &path, "R-1", "nonconforming");
    for party in ["operator", "producer"] {
        step(&officer, &path, "deliver", "2026-01-16", &json!({ "party": party })).expect(200);
    }
    step(&officer, &path, "ask_producer", "2026-01-16", &json!({})).expect(200);
    step(&producer.http, &path, "deny", "2026-01-18", &json!({ "reason": "并非我公司产品" })).expect(200);
    step(&officer, &path, "finalise", "2026-02-20", &json!({})).expect(200);
    let mut monitoring = form_of("M-1", &producer);
    (monitoring["purpose"], monitoring["model"]) = (json!("risk_monitoring"), json!("BV 4"));
    let path = registered(&officer, &monitoring);
    confirmed(&officer, &path, "R-2");
    step(&officer, &path, "finalise", "2026-02-20", &json!({})).expect(200);
    follow(&app);
    assert_eq!(of_samplings(&officer), []);
}

#[test]
fn an_unlawful_refusal_is_conduct_and_a_lawful_one_is_none() {
    let (app, officer, producer) = start();
    for (number, reason) in [("J-1", "without_ground"), ("J-2", "asked_to_pay")] {
        let mut form = form(number);
        form["operator"] = json!(producer.id);
        form["operator_name"] = Value::Null;
        let path = registered(&officer, &form);
        step(&officer, &path, "refuse", "2026-01-06", &json!({ "reason": reason })).expect(200);
    }
    follow(&app);
    assert_eq!(of_samplings(&officer), [one("sampling_refused", false)]);
    let found = entries(&officer);
    let entry = found.iter().find(|entry| entry["behaviour"] == "sampling_refused").unwrap();
    assert_eq!(entry["role"], "seller");
}

#[test]
fn what_an_officer_annulled_is_not_made_anew() {
    let (app, officer, producer) = start();
    let path = registered(&officer, &form_of("A-1", &producer));
    confirmed(&officer, &path, "R-1");
    step(&officer, &path, "finalise", "2026-02-20", &json!({})).expect(200);
    follow(&app);
    let found = entries(&officer);
    let entry = found.iter().find(|entry| entry["behaviour"] == "sampling_failed_safety").unwrap();
    let id = text(&entry["id"]);
    let annul = json!({ "step": "annul", "ground": "mistake", "reason": "登记有误", "article": "产品质量法第十五条" });
    officer.post(&format!("{CONDUCT}/{id}/events"), &annul).expect(200);
    step(&officer, &path, "publish", "2026-02-25", &json!({})).expect(200);
    follow(&app);
    assert_eq!(of_samplings(&officer), [one("sampling_failed_safety", true)]);
}

#[test]
fn the_failed_sample_the_late_correction_and_the_failed_reinspection_are_one_fact() {
    let mut case = Course103::new();
    follow(&case.app);
    assert_eq!(conduct(&case.province), [], "nothing is late yet");
    // The sixty days from the order, moved behind the holidays, have passed.
    case.at("2021-10-11");
    follow(&case.app);
    assert_eq!(conduct(&case.province), [one("correction_late", false)]);
    case.correct();
    case.step(&case.district, json!({ "event": "reinspect", "passed": false }));
    follow(&case.app);
    follow(&case.app);
    assert_eq!(conduct(&case.province), [one("correction_late", false), one("reinspection_failed", false)]);
    let facts: Vec<Value> = entries(&case.province).iter().map(|entry| entry["fact_id"].clone()).collect();
    assert_eq!(facts[0], facts[1], "several entries of one fact count once");
}

#[test]
fn a_corrected_step_takes_its_conduct_back() {
    let mut case = Course103::new();
    case.at("2021-08-20");
    case.correct();
    case.step(&case.district, json!({ "event": "reinspect", "passed": false }));
    follow(&case.app);
    assert_eq!(conduct(&case.province), [one("reinspection_failed", false)]);
    let seen = case.get(&case.district);
    let last = seen["version"].clone();
    case.step(
        &case.second,
        json!({ "event": "correct", "corrects": last, "passed": true, "reason": "结果录入有误" }),
    );
    follow(&case.app);
    assert_eq!(conduct(&case.province), [one("reinspection_failed", true)]);
}
