//! The hard rules, entered through the interfaces that people use, and never relaxed.

use serde_json::json;
use zerodesk::zero_out::import::Column;

use super::support::{Scenario, accept, applying, conclude};
use crate::support::csv::{file, row, uscc};
use crate::support::people::{PASSWORD, text};

#[test]
fn conflicts_of_interest_exclude_however_they_are_known() {
    let mut scenario = Scenario::new();
    let code = uscc(1);
    let owner = scenario.expert("owner", &json!({ "conflicts": [{ "uscc": code, "relation": "owner" }] }));
    let employed = scenario.expert("employed", &json!({ "employer": "广州第1公司" }));
    let signer = scenario.expert("signer", &json!({ "signed_reports": ["r 1"] }));
    let recorded = scenario.expert("recorded", &json!({}));
    let conflict = json!({ "uscc": code, "relation": "owner", "note": "工商登记" });
    scenario.officer.post(&format!("/api/v1/experts/{}/conflicts", recorded.id), &conflict).expect(200);
    let told = scenario.expert("told", &json!({}));
    told.http.post("/api/v1/experts/me/conflicts", &json!({ "report_no": "R1" })).expect(200);
    let (_, id) = scenario.opened();
    scenario.assert_at(&id, "waiting", None);
    for (expert, rule) in [
        (&owner, "conflict_of_interest"),
        (&employed, "conflict_of_interest"),
        (&recorded, "conflict_of_interest"),
        (&signer, "signed_report"),
        (&told, "signed_report"),
    ] {
        assert_eq!(scenario.excluded(&id, expert).as_deref(), Some(rule), "{}", expert.name);
        // Nor by an admin's order.
        let order = json!({ "expert": expert.id, "reason": "急" });
        assert_eq!(
            scenario.officer.post(&format!("/api/v1/consultations/{id}/assign"), &order).refusal().0,
            422
        );
    }
    // An expert can't withdraw what is recorded; an admin may.
    let path = format!("/api/v1/experts/{}/conflicts?uscc={code}", recorded.id);
    assert_eq!(recorded.http.send("DELETE", &path, &[], None).refusal().0, 403);
    let bare = path.split('?').next().unwrap();
    let refused = scenario.officer.send("DELETE", bare, &[], None).expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "?uscc", "{refused}");
    scenario.officer.send("DELETE", &path, &[], None).expect(204);
    scenario.work();
    scenario.assert_at(&id, "offered", Some(&recorded));
}

#[test]
fn the_signer_of_the_failed_report_is_excluded() {
    let mut scenario = Scenario::new();
    let hospitals = scenario.app.http().get("/api/v1/product-hospitals").expect(200);
    let hospital = &hospitals.as_array().or_else(|| hospitals["items"].as_array()).unwrap()[0];
    let (code, name) = (text(&hospital["code"]), text(&hospital["name_zh"]));
    let signer = scenario.expert("signer", &json!({ "name": "王签发", "hospital": code }));
    let colleague = scenario.expert("colleague", &json!({ "hospital": code }));
    let namesake = scenario.expert("namesake", &json!({ "name": "王签发" }));
    let enterprise = scenario.enterprise();
    let list = file(&[row(&[
        (Column::Uscc, &uscc(1)),
        (Column::Name, "广州第1公司"),
        (Column::Laboratory, &name),
        (Column::SignedBy, "王签发"),
    ])]);
    let report = scenario.app.import(&scenario.officer.clone(), &list, false);
    assert_eq!((&report["updated"], &report["rejected"]), (&json!(1), &json!(0)), "{report}");
    let id = text(&scenario.app.open(&enterprise)["id"]);
    assert_eq!(scenario.excluded(&id, &signer).as_deref(), Some("signed_report"));
    for expert in [&colleague, &namesake] {
        assert_ne!(scenario.excluded(&id, expert).as_deref(), Some("signed_report"));
    }
}

#[test]
fn experts_on_leave_get_no_new_consultations() {
    let mut scenario = Scenario::new();
    let expert = scenario.expert("expert", &json!({}));
    let put = |body| expert.http.json("PUT", "/api/v1/experts/me/availability", &body);
    let wrong = put(json!({ "available": true, "leave": { "from": "2026-03-05", "to": "2026-03-04" } }));
    assert_eq!(wrong.refusal().0, 422);
    let leave = json!({ "from": "2026-03-02", "to": "2026-03-03" });
    put(json!({ "available": true, "leave": leave })).expect(200);
    // Said again without the leave: it stays.
    let view = put(json!({ "available": true })).expect(200);
    assert_eq!(view["private"]["leave"], leave);
    let (_, id) = scenario.opened();
    scenario.assert_at(&id, "waiting", None);
    assert_eq!(scenario.excluded(&id, &expert).as_deref(), Some("on_leave"));
    scenario.pass(86_400 * 2);
    scenario.assert_at(&id, "offered", Some(&expert));
    let back = scenario.app.http().log_in("expert", PASSWORD);
    let put = |body| back.json("PUT", "/api/v1/experts/me/availability", &body);
    assert!(put(json!({ "available": true, "leave": null })).expect(200)["private"]["leave"].is_null());
}

#[test]
fn an_enterprise_excludes_an_expert_from_now_on() {
    let mut scenario = Scenario::new();
    let unwanted =
        scenario.expert("unwanted", &json!({ "specialties": [{ "product_kind": "K0101", "level": 3 }] }));
    let other = scenario.expert("other", &json!({}));
    let (enterprise, id) = scenario.opened();
    accept(&unwanted, &id);
    let path = format!("/api/v1/experts/{}/exclusion", unwanted.id);
    assert_eq!(enterprise.http.post(&path, &json!({ "reason": " " })).refusal().0, 422);
    assert_eq!(unwanted.http.post(&path, &json!({ "reason": "x" })).refusal().0, 403);
    enterprise.http.post(&path, &json!({ "reason": "与竞争对手有往来" })).expect(204);
    scenario.assert_at(&id, "offered", Some(&other));
    accept(&other, &id);
    conclude(&other, &id);
    let talk = json!({ "product_kind": "K0101", "subject": "再问", "question": "?" });
    let again = text(&enterprise.http.post("/api/v1/consultations", &talk).expect(201)["id"]);
    assert_eq!(scenario.excluded(&again, &unwanted).as_deref(), Some("refused_by_enterprise"));
    enterprise.http.send("DELETE", &path, &[], None).expect(204);
    assert_eq!(scenario.excluded(&again, &unwanted), None);
    assert_eq!(enterprise.http.send("DELETE", &path, &[], None).refusal().0, 404);
}

#[test]
fn an_invalid_conflict_is_refused_with_its_field() {
    let scenario = Scenario::new();
    let expert = scenario.expert("expert", &json!({}));
    for body in [
        json!({}),
        json!({ "uscc": "9144030071526726XH", "relation": "owner" }),
        json!({ "uscc": uscc(1) }),
        json!({ "report_no": "" }),
    ] {
        assert_eq!(expert.http.post("/api/v1/experts/me/conflicts", &body).refusal().0, 422, "{body}");
    }
    let named = applying("bad", &json!({ "signed_reports": ["", "x"] }));
    let refused = scenario.app.http().post("/api/v1/expert-applications", &named);
    assert!(refused.text.contains("/signed_reports/0"), "{}", refused.text);
}
