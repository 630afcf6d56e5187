//! What a re-inspection says of the experts who consulted on the case.

use diesel::prelude::*;
use serde_json::json;
use zerodesk::core::ids::ExpertId;
use zerodesk::db::schema::expert;

use super::support::Course103;

/// First re-inspections of the expert's cases, and how many of them were passed.
fn outcomes(c: &Course103, id: &str) -> (i32, i32) {
    let conn = &mut *c.app.app.conn().unwrap();
    let id = ExpertId(id.parse().unwrap());
    expert::table.find(id).select((expert::reinspected, expert::passed_first)).first(conn).unwrap()
}

#[test]
fn a_corrected_reinspection_reaches_the_outcomes_of_the_expert() {
    let mut c = Course103::new();
    let expert = c.app.approved_expert(&c.province, "expert-1", "K0101");
    c.app.talk(&c.enterprise, &expert);
    c.at("2021-08-20");
    c.correct();
    assert_eq!(outcomes(&c, &expert.id), (0, 0));
    c.step(&c.district, json!({ "event": "reinspect", "passed": false }));
    assert_eq!(outcomes(&c, &expert.id), (1, 0));
    // The other outcome, and back again: each correction corrects the one before it.
    let turn = |corrects: i64, passed: bool| json!({ "event": "correct", "corrects": corrects, "reason": "看错", "passed": passed });
    let last = || c.get(&c.district)["version"].as_i64().unwrap();
    assert_eq!(c.step(&c.district, turn(last(), true)), "reinspection_passed");
    assert_eq!(outcomes(&c, &expert.id), (1, 1));
    assert_eq!(c.step(&c.district, turn(last(), false)), "failed");
    assert_eq!(outcomes(&c, &expert.id), (1, 0));
    c.step(&c.district, turn(last(), true));
    // A correction that leaves the outcome as it is changes nothing.
    let moved = json!({ "event": "correct", "corrects": last(), "reason": "日期", "occurred_on": "2021-08-20",
                        "document": "1 号" });
    c.step(&c.district, moved);
    assert_eq!(outcomes(&c, &expert.id), (1, 1));
    // The re-inspection is annulled, then entered again.
    let annul = json!({ "event": "correct", "corrects": last(), "reason": "误登", "annulled": true });
    assert_eq!(c.step(&c.district, annul), "evidence_submitted");
    assert_eq!(outcomes(&c, &expert.id), (0, 0));
    c.step(&c.district, json!({ "event": "reinspect", "passed": true }));
    assert_eq!(outcomes(&c, &expert.id), (1, 1));
}
