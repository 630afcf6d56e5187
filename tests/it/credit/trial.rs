//! A version of the rules tried on the past before it is enacted; and what happens when one comes into force.

use serde_json::json;

use super::{CREDIT, grade, listed, number};
use crate::conduct::{entered, entry_of, people};
use crate::support::TestApp;
use crate::support::people::text;

#[test]
fn other_rules_are_tried_on_the_past_and_nothing_is_stored() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let other = app.claimed_enterprise(2, "440305", "K0301");
    entered(&officer, &entry_of(&enterprise.id, "sold_after_stop"));
    entered(&officer, &entry_of(&other.id, "sampling_passed"));
    grade(&app);
    let rules = officer.get(&format!("{CREDIT}/rules")).expect(200);
    assert_eq!((&rules["in_force"], &rules["trial"]), (&json!("credit-2021-trial"), &json!(true)));
    let mut tried = rules["versions"][0].clone();
    tried["version"] = json!("milder");
    for behaviour in tried["behaviours"].as_array_mut().unwrap() {
        if behaviour["code"] == "sold_after_stop" {
            behaviour["points"] = json!(5);
            behaviour["floor"] = json!(null);
        }
    }
    let rows = number(&app, "SELECT count(*) FROM credit_change");
    let path = format!("{CREDIT}/trial");
    let found = officer.post(&path, &json!({ "rules": tried })).expect(200);
    let total = &found["total"];
    assert_eq!((&total["enterprises"], &total["better"], &total["worse"]), (&json!(2), &json!(1), &json!(0)));
    assert_eq!(
        (&total["before"]["c"], &total["after"]["b"], &total["after"]["a"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let regions: Vec<String> =
        found["regions"].as_array().unwrap().iter().map(|row| text(&row["key"])).collect();
    assert_eq!(regions, ["440100", "440300"]);
    assert_eq!(found["sizes"][0]["key"], "one");
    let example = &found["examples"][0];
    assert_eq!(
        (&example["enterprise_id"], &example["before"], &example["after"]),
        (&json!(enterprise.id), &json!("c"), &json!("b"))
    );
    assert_eq!(number(&app, "SELECT count(*) FROM credit_change"), rows);
    assert_eq!(listed(&officer, &format!("{CREDIT}?grade=c")).len(), 1);
    // Of a day before anything was known there is nobody; of the rules in force nothing changes; a city tries them on its own.
    let none = officer.post(&path, &json!({ "rules": tried, "day": "2026-03-01" })).expect(200);
    assert_eq!(none["total"]["enterprises"], 0);
    let same = officer.post(&path, &json!({ "rules": rules["versions"][0] })).expect(200);
    assert_eq!((&same["total"]["better"], &same["total"]["worse"]), (&json!(0), &json!(0)));
    let shenzhen = app.admin("shenzhen", "440300").post(&path, &json!({ "rules": tried })).expect(200);
    assert_eq!(shenzhen["total"]["enterprises"], 1);
    for (body, pointer) in [
        (json!({}), "/rules"),
        (json!({ "rules": { "version": "x" } }), "/rules"),
        (json!({ "toml": "version = " }), "/toml"),
        (json!({ "rules": tried, "toml": "x = 1" }), "/rules"),
        (json!({ "rules": tried, "day": "2027-01-01" }), "/day"),
    ] {
        assert_eq!(officer.post(&path, &body).problem()["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(enterprise.http.post(&path, &json!({})).status, 403);
    assert_eq!(enterprise.http.get(&format!("{CREDIT}/rules")).status, 200);
}
