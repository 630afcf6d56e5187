//! Credit repair: its conditions, evidence and decision.

use serde_json::{Value, json};

use super::{CONDUCT, decision, entered, entry, entry_of, people, step};
use crate::support::people::text;
use crate::support::{Http, TestApp};

/// A failure whose waiting time has passed.
fn old(enterprise: &str) -> Value {
    let mut entry = entry(enterprise);
    (entry["happened_on"], entry["decided_on"]) = (json!("2025-07-20"), json!("2025-08-01"));
    entry
}

fn evidence(who: &Http) -> String {
    text(
        &who.upload("/api/v1/attachments", "整改.pdf", crate::attachments::samples::PDF, &[]).expect(201)["id"],
    )
}

fn application(who: &Http) -> Value {
    json!({ "declared": ["duties_done", "harm_removed"], "attachments": [evidence(who)] })
}

#[test]
fn a_repair_needs_its_conditions_and_evidence() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let path = entered(&officer, &old(&enterprise.id));
    let without = step(&enterprise.http, &path, "apply_repair", &json!({})).problem();
    assert_eq!(without["errors"][0]["pointer"], "/attachments");
    let undeclared = json!({ "attachments": [evidence(&enterprise.http)] });
    let unmet = step(&enterprise.http, &path, "apply_repair", &undeclared).problem();
    assert_eq!(unmet["code"], "repair_conditions_unmet");
    let pointers: Vec<&Value> = unmet["errors"].as_array().unwrap().iter().map(|e| &e["pointer"]).collect();
    assert_eq!(pointers, ["/conditions/duties_done", "/conditions/harm_removed"]);
    let unknown = json!({ "attachments": [evidence(&enterprise.http)], "declared": ["waited"] });
    let unknown = step(&enterprise.http, &path, "apply_repair", &unknown).problem();
    assert_eq!(unknown["errors"][0]["pointer"], "/declared/0", "what the platform checks is not declared");
    let young = entered(&officer, &entry_of(&enterprise.id, "label_failed"));
    let unmet = step(&enterprise.http, &young, "apply_repair", &application(&enterprise.http)).problem();
    assert_eq!(unmet["errors"][0]["pointer"], "/conditions/waited");
    entered(&officer, &entry(&enterprise.id));
    let unmet = step(&enterprise.http, &path, "apply_repair", &application(&enterprise.http)).problem();
    assert_eq!(unmet["errors"][0]["pointer"], "/conditions/no_repeat", "it failed again since");
}

#[test]
fn a_repair_is_granted_or_refused_in_time() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let path = entered(&officer, &old(&enterprise.id));
    let asked = step(&enterprise.http, &path, "apply_repair", &application(&enterprise.http)).expect(200);
    assert_eq!((&asked["state"], &asked["due_on"]), (&json!("repair_pending"), &json!("2026-03-05")));
    let file = text(&asked["events"][2]["attachments"][0]["id"]);
    let path_of_file = format!("/api/v1/attachments/{file}");
    assert_eq!(officer.get(&path_of_file).status, 200, "the officer reads the evidence");
    let stranger = app.claimed_enterprise(2, "440106", "K0101");
    assert_eq!(stranger.http.get(&path_of_file).status, 404);
    assert_eq!(step(&enterprise.http, &path, "grant_repair", &json!({})).status, 403);
    assert_eq!(step(&officer, &path, "refuse_repair", &json!({})).status, 422, "without a reason");
    let refused = step(&officer, &path, "refuse_repair", &decision()).expect(200);
    assert_eq!(refused["state"], "notified");
    app.mail("factory-1@enterprise.example", "信用修复处理结果");
    step(&enterprise.http, &path, "apply_repair", &application(&enterprise.http)).expect(200);
    let granted = step(&officer, &path, "grant_repair", &json!({})).expect(200);
    assert_eq!((&granted["state"], &granted["repaired_on"]), (&json!("repaired"), &json!("2026-03-02")));
}

#[test]
fn what_can_not_be_repaired_says_why() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let mut severe = entry_of(&enterprise.id, "penalty_severe");
    severe["document_no"] = json!("粤市监处罚〔2026〕9号");
    let path = entered(&officer, &severe);
    let refused = step(&enterprise.http, &path, "apply_repair", &application(&enterprise.http)).problem();
    assert_eq!(refused["code"], "repair_conditions_unmet");
    assert!(text(&refused["article"]).contains("第十四条"), "{refused}");
    let seen = enterprise.http.get(&path).expect(200);
    let repair = seen["ends"].as_array().unwrap().iter().find(|end| end["kind"] == "repair").unwrap();
    assert_eq!(
        (&repair["possible"], &repair["reason"]["zh"]),
        (&json!(false), &json!("该行为依规定不予修复"))
    );
    assert_eq!(
        officer.get(&format!("{CONDUCT}?behaviour=penalty_severe")).expect(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
