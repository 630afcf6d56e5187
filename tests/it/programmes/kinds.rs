//! Programmes of other kinds than sampling: the same states and second officer, but no targets, draws or rules of sampling.

use serde_json::{Value, json};

use super::{PROGRAMMES, officers, target, written};
use crate::support::TestApp;
use crate::support::people::text;

fn of_kind(kind: &str) -> Value {
    let mut body = written("巡回问诊第一年");
    body["kind"] = json!(kind);
    body
}

#[test]
fn the_other_kinds_are_approved_in_the_same_way_and_have_no_samples() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    for kind in ["circuit", "campaign", "outreach"] {
        let made = planner.post(PROGRAMMES, &of_kind(kind)).expect(201);
        assert_eq!((&made["kind"], &made["rules_version"]), (&json!(kind), &Value::Null));
        let path = format!("{PROGRAMMES}/{}", text(&made["id"]));
        let added = planner.post(&format!("{path}/targets"), &target("C03", "440100", 20));
        assert_eq!(added.refusal(), (409, "programme_kind".to_owned()), "{kind}");
        let rules = planner.json("PATCH", &path, &json!({ "rules_version": "sampling-2020" }));
        assert_eq!(rules.expect(422)["errors"][0]["pointer"], "/rules_version");
        planner.act(&format!("{path}/submit")).expect(200);
        assert_eq!(
            planner.act(&format!("{path}/approve")).refusal(),
            (409, "second_officer_needed".to_owned())
        );
        let done = approver.act(&format!("{path}/approve")).expect(200);
        assert_eq!(done["allowed"], json!(["start", "close"]), "nothing is drawn for one of {kind}");
        let drawn = planner.post(&format!("{path}/draws"), &json!({ "target_id": made["id"] }));
        assert_eq!(drawn.refusal(), (409, "programme_kind".to_owned()));
        assert_eq!(planner.get(&format!("/programmes/{}", text(&made["id"]))).status, 200);
        assert_eq!(
            planner.get(&format!("{PROGRAMMES}?kind={kind}")).expect(200)["items"].as_array().unwrap().len(),
            1
        );
    }
    // One of recovery support is written, approved and closed at its own address.
    assert_eq!(planner.post(PROGRAMMES, &of_kind("support")).refusal(), (409, "programme_kind".to_owned()));
    // The lists of sampling do not show them.
    assert_eq!(planner.get(PROGRAMMES).expect(200)["items"], json!([]));
    let mut with_targets = of_kind("circuit");
    with_targets["targets"] = json!([target("C03", "440100", 20)]);
    assert_eq!(planner.post(PROGRAMMES, &with_targets).expect(422)["errors"][0]["pointer"], "/targets");
    let mut with_rules = of_kind("circuit");
    with_rules["rules_version"] = json!("sampling-2020");
    assert_eq!(planner.post(PROGRAMMES, &with_rules).expect(422)["errors"][0]["pointer"], "/rules_version");
}

#[test]
fn the_regions_under_its_organiser_know_of_an_approved_one() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    let city = app.admin("city", "440100");
    let path =
        format!("{PROGRAMMES}/{}", text(&planner.post(PROGRAMMES, &of_kind("circuit")).expect(201)["id"]));
    assert_eq!(city.get(&path).refusal().0, 404);
    planner.act(&format!("{path}/submit")).expect(200);
    approver.act(&format!("{path}/approve")).expect(200);
    assert_eq!(city.get(&path).expect(200)["state"], "approved");
    assert_eq!(city.act(&format!("{path}/start")).refusal().0, 403, "its organiser keeps it");
}
