//! An admin assigns, reassigns, pins: in the admin's region, with a reason, within the rules.

use serde_json::json;

use super::support::{Scenario, accept};

#[test]
fn an_admin_assigns_and_reassigns_and_everyone_is_told() {
    let mut scenario = Scenario::new();
    let first =
        scenario.expert("first", &json!({ "specialties": [{ "product_kind": "K0101", "level": 3 }] }));
    let second = scenario.expert("second", &json!({ "specialties": [{ "product_class": "C40" }] }));
    let (enterprise, id) = scenario.opened();
    accept(&first, &id);
    let mut factory = scenario.app.following(&enterprise.http, &id);
    let mut out = scenario.app.following(&first.http, &id);
    let path = format!("/api/v1/consultations/{id}/assign");
    let order = json!({ "expert": second.id, "reason": "需要家具方面的意见" });
    for who in [&enterprise.http, &first.http] {
        assert_eq!(who.post(&path, &order).refusal().0, 403);
    }
    let elsewhere = scenario.app.admin("officer-sz", "440300");
    assert_eq!(elsewhere.post(&path, &order).refusal().0, 404, "not in that region");
    assert_eq!(scenario.officer.post(&path, &json!({ "expert": second.id, "reason": "" })).refusal().0, 422);
    assert_eq!(scenario.officer.post(&path, &json!({ "expert": first.id, "reason": "x" })).refusal().0, 422);
    let seen = scenario.officer.post(&path, &order).expect(200);
    assert_eq!((&seen["status"], &seen["expert"]["id"]), (&json!("active"), &json!(second.id)));
    factory.wait(|f| f["ev"] == "consultation" && f["expert"] == json!(second.name));
    out.wait(|f| f["ev"] == "unsubscribed");
    assert_eq!(first.http.get(&format!("/api/v1/consultations/{id}")).refusal().0, 404);
    for (to, word) in [
        ("factory-1@enterprise.example", "改派"),
        ("first@expert.example", "需要家具方面的意见"),
        ("second@expert.example", "指派"),
    ] {
        scenario.app.mail(to, word);
    }
    let lines = scenario.officer.get(&format!("/api/v1/consultations/{id}/history")).expect(200);
    let line = lines.as_array().unwrap().iter().find(|l| l["event"] == "assign").unwrap();
    assert_eq!((&line["note"], &line["actor_role"]), (&order["reason"], &json!("admin")));
    let audit = scenario.officer.get("/api/v1/audit?limit=200").expect(200);
    let row =
        audit["items"].as_array().unwrap().iter().find(|r| r["action"] == "assign_consultation").unwrap();
    assert_eq!(row["data"]["reason"], order["reason"]);
    // Taken away without a name: matched again, to no one who was tried.
    scenario.officer.post(&path, &json!({ "reason": "请重新匹配" })).expect(200);
    scenario.assert_at(&id, "waiting", None);
}

#[test]
fn a_pinned_consultation_is_left_where_it_is() {
    let mut scenario = Scenario::new();
    let pinned = scenario.expert("pinned", &json!({}));
    let other = scenario.expert("other", &json!({}));
    let (_, id) = scenario.opened();
    let path = |what: &str| format!("/api/v1/consultations/{id}/{what}");
    let order = json!({ "expert": pinned.id, "reason": "熟悉该企业", "pin": true });
    let seen = scenario.officer.post(&path("assign"), &order).expect(200);
    assert_eq!(seen["search"]["pinned"], true);
    scenario.pass(86_400);
    scenario.assert_at(&id, "active", Some(&pinned));
    scenario.officer.post(&path("unpin"), &json!({ "reason": "久未答复" })).expect(200);
    scenario.work();
    scenario.assert_at(&id, "offered", Some(&other));
    let words = scenario.history(&id);
    assert!(words.contains(&"unpin".to_owned()) && words.contains(&"silence".to_owned()), "{words:?}");
    // An offer that is pinned does not lapse either.
    scenario.officer.post(&path("pin"), &json!({ "reason": "等他" })).expect(200);
    scenario.pass(86_400 * 3);
    scenario.assert_at(&id, "offered", Some(&other));
    let without = scenario.officer.post(&path("assign"), &json!({ "reason": "x", "pin": true }));
    assert_eq!(without.refusal().0, 422);
}

#[test]
fn an_order_does_not_exceed_a_capacity() {
    let mut scenario = Scenario::new();
    let expert = scenario.expert("expert", &json!({ "capacity": 1 }));
    let (_, first) = scenario.opened();
    let (_, second) = scenario.opened();
    scenario.assert_at(&first, "offered", Some(&expert));
    let order = json!({ "expert": expert.id, "reason": "x" });
    let refused = scenario.officer.post(&format!("/api/v1/consultations/{second}/assign"), &order);
    assert_eq!(refused.refusal().0, 422);
    assert!(refused.text.contains("承接数量已满"), "{}", refused.text);
    // What is offered to the expert already takes no second place.
    scenario.officer.post(&format!("/api/v1/consultations/{first}/assign"), &order).expect(200);
    scenario.assert_at(&first, "active", Some(&expert));
    let view = scenario.officer.get(&format!("/api/v1/experts/{}", expert.id)).expect(200);
    assert_eq!(view["private"]["open_consultations"], 1);
}

#[test]
fn an_officer_assigns_beyond_the_candidates_by_name_with_a_reason() {
    let mut scenario = Scenario::new();
    let stranger = scenario.expert(
        "stranger",
        &json!({ "name": "周无关", "specialties": [{ "product_class": "C33" }], "regions": ["440305"] }),
    );
    let tied = scenario.expert("tied", &json!({ "name": "周有关" }));
    let (enterprise, id) = scenario.opened();
    let applicant = scenario.app.applied_expert("applicant", "K0101", &["440000"]);
    let (page, path) = (format!("/queue/{id}"), format!("/api/v1/consultations/{id}/assign"));
    enterprise
        .http
        .post(&format!("/api/v1/experts/{}/exclusion", tied.id), &json!({ "reason": "亲属" }))
        .expect(204);

    let shown = scenario.officer.get(&page).text;
    assert!(shown.contains("指派其他专家") && !shown.contains(&stranger.id), "no candidate: {shown}");
    let found = scenario.officer.get(&format!("{page}?q=周")).text;
    assert!(found.contains(&format!("id=\"n-{}\"", stranger.id)), "{found}");
    assert!(found.contains("不符合派单规则：专长不涉及该产品及相近类别"), "{found}");
    assert!(found.contains("不能指派：企业已申请其回避"), "{found}");
    assert!(!found.contains(&format!("id=\"n-{}\"", tied.id)), "no form that is always refused: {found}");
    assert!(scenario.officer.get(&format!("{page}?q=applicant")).text.contains("没有符合条件的专家"));
    assert!(scenario.officer.in_english().get(&format!("{page}?q=周")).text.contains("Can’t be assigned"));

    let order = |expert: &str, reason: &str| {
        scenario.officer.post(&path, &json!({ "expert": expert, "reason": reason }))
    };
    assert_eq!(order(&stranger.id, " ").problem()["errors"][0]["pointer"], "/reason");
    for (expert, why) in [(&tied.id, "回避"), (&applicant, "未通过审核")] {
        let refused = order(expert, "急需").problem();
        assert_eq!((&refused["status"], &refused["errors"][0]["pointer"]), (&json!(422), &json!("/expert")));
        assert!(refused["errors"][0]["detail"].as_str().unwrap().contains(why), "{refused}");
    }
    order(&stranger.id, "熟悉该企业的工艺").expect(200);
    scenario.assert_at(&id, "active", Some(&stranger));
    let audit = scenario.officer.get("/api/v1/audit?action=assign_consultation").expect(200);
    assert_eq!(audit["items"][0]["data"]["passed_over"], json!(["no_specialty"]), "{audit}");
    assert_eq!(audit["items"][0]["data"]["reason"], "熟悉该企业的工艺");
    assert!(scenario.officer.get("/audit").text.contains("未适用的派单规则"));
    // Whoever has it is marked, and others see nothing of it.
    assert!(scenario.officer.get(&format!("{page}?q=周无关")).text.contains("现承接"));
    let elsewhere = scenario.app.admin("officer-sz", "440300");
    assert_eq!(elsewhere.get(&format!("{page}?q=周")).status, 404);
}
