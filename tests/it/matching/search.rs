//! Exact and near first, wider with waiting, then the admins.

use serde_json::json;
use zerodesk::matching::settings::MatchingSettings;

use super::support::{Scenario, accept, conclude, decline};

#[test]
fn exact_and_near_come_first_and_each_refusal_widens_the_search() {
    let mut scenario = Scenario::new();
    let province = scenario.expert("province", &json!({ "regions": ["440300"] }));
    let class = scenario.expert("class", &json!({ "specialties": [{ "product_class": "C01", "level": 3 }] }));
    let related =
        scenario.expert("related", &json!({ "specialties": [{ "product_class": "C02", "level": 3 }] }));
    let city = scenario.expert("city", &json!({ "regions": ["440100"] }));
    let exact = scenario.expert("exact", &json!({}));
    scenario.expert("foreign", &json!({ "specialties": [{ "product_class": "C40", "level": 3 }] }));
    let (enterprise, id) = scenario.opened();
    for expert in [&exact, &city, &class, &province, &related] {
        scenario.assert_at(&id, "offered", Some(expert));
        decline(expert, &id);
    }
    // Nobody is left to wait for: the queue and its alarm come at once.
    scenario.assert_at(&id, "waiting", None);
    let words = scenario.history(&id);
    for (word, times) in
        [("offer", 5), ("decline", 5), ("widen_class", 1), ("widen_province", 1), ("queue", 1)]
    {
        assert_eq!(words.iter().filter(|w| *w == word).count(), times, "{word} in {words:?}");
    }
    assert_eq!(words.last().unwrap(), "queue");
    // That is the platform's doing, not that of the expert who declined.
    let lines = scenario.officer.get(&format!("/api/v1/consultations/{id}/history")).expect(200);
    for line in lines.as_array().unwrap() {
        let widened = ["widen_class", "widen_province", "queue"].contains(&line["event"].as_str().unwrap());
        assert_eq!(line["actor_role"] == "system", widened, "{line}");
    }
    scenario.app.mail("officer@regulator.example", "绝缘电阻不合格");
    let queue = scenario.officer.get("/api/v1/consultations?alarm=true").expect(200);
    assert_eq!(queue["items"][0]["id"], json!(id));
    assert_eq!(queue["items"][0]["search"]["step"], "queue");
    assert!(queue["items"][0]["search"]["alarmed_at"].is_string());
    let own = enterprise.http.get(&format!("/api/v1/consultations/{id}")).expect(200);
    assert!(own.get("search").is_none(), "no matter of the enterprise: {own}");
    // A sixth arrives: matched without anyone asking.
    let late = scenario.expert("late", &json!({ "regions": ["440300"] }));
    scenario.work();
    scenario.assert_at(&id, "offered", Some(&late));
    assert!(
        scenario.officer.get("/api/v1/consultations?alarm=true").expect(200)["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn an_expert_at_capacity_is_waited_for_only_for_a_time() {
    let mut scenario = Scenario::with(|s| {
        s.edit::<MatchingSettings>().widen_class_seconds = 100;
        s.edit::<MatchingSettings>().widen_province_seconds = 200;
        s.edit::<MatchingSettings>().alarm_seconds = 300;
    });
    let exact = scenario.expert("exact", &json!({ "capacity": 1 }));
    let (_, first) = scenario.opened();
    scenario.assert_at(&first, "offered", Some(&exact));
    accept(&exact, &first);
    // Full, too, so that they are hoped for in turn.
    let class =
        scenario.expert("class", &json!({ "capacity": 1, "specialties": [{ "product_class": "C01" }] }));
    let (_, second) = scenario.opened();
    scenario.assert_at(&second, "waiting", None);
    assert_eq!(scenario.history(&second), ["open"]);
    scenario.pass(99);
    scenario.assert_at(&second, "waiting", None);
    scenario.pass(1);
    scenario.assert_at(&second, "offered", Some(&class));
    accept(&class, &second);
    let (_, third) = scenario.opened();
    scenario.pass(100);
    assert_eq!(scenario.history(&third), ["open", "widen_class"]);
    scenario.pass(100);
    assert_eq!(scenario.history(&third), ["open", "widen_class", "widen_province"]);
    assert!(scenario.seen(&third)["search"]["alarmed_at"].is_null());
    scenario.pass(100);
    assert_eq!(scenario.history(&third), ["open", "widen_class", "widen_province", "queue"]);
    scenario.app.mail("officer@regulator.example", "待派");
    scenario.pass(1000);
    assert_eq!(scenario.history(&third).len(), 4, "one alarm is enough");
    // A place comes free: it is not lost.
    conclude(&exact, &first);
    scenario.work();
    scenario.assert_at(&third, "offered", Some(&exact));
}

#[test]
fn equal_experts_take_turns_and_less_busy_ones_come_first() {
    let mut scenario = Scenario::new();
    let experts = ["a", "b", "c"].map(|name| scenario.expert(&format!("expert-{name}"), &json!({})));
    let mut seen = Vec::new();
    for _ in 0..6 {
        let (_, id) = scenario.opened();
        seen.push(scenario.held(&id).1.unwrap());
        scenario.pass(1);
    }
    for expert in &experts {
        assert_eq!(seen[..3].iter().filter(|name| **name == expert.name).count(), 1, "{seen:?}");
    }
    assert_eq!(seen[..3], seen[3..], "the one longest without one comes first");
}

#[test]
fn the_most_urgent_of_those_who_wait_gets_the_free_place() {
    let mut scenario = Scenario::new();
    let expert = scenario.expert(
        "expert",
        &json!({
            "capacity": 1, "specialties": [{ "product_class": "C01" }, { "product_class": "C10" }],
        }),
    );
    let (_, first) = scenario.opened();
    accept(&expert, &first);
    // Furniture is supervised less closely than steel.
    let general = scenario.app.claimed_enterprise(50, "440103", "K1001");
    let general = crate::support::people::text(&scenario.app.open(&general)["id"]);
    let (_, strict) = scenario.opened();
    conclude(&expert, &first);
    scenario.work();
    scenario.assert_at(&strict, "offered", Some(&expert));
    scenario.assert_at(&general, "waiting", None);
}

#[test]
fn the_explanation_of_a_match_depends_on_the_role() {
    let mut scenario = Scenario::new();
    let best = scenario.expert(
        "best",
        &json!({ "specialties": [{ "product_kind": "K0101", "level": 3, "items": ["甲"] }] }),
    );
    let other = scenario.expert("other", &json!({ "specialties": [{ "product_class": "C01", "level": 1 }] }));
    let (enterprise, id) = scenario.opened();
    let matched = scenario.matched(&id);
    let (first, second) = (&matched["candidates"][0], &matched["candidates"][1]);
    assert_eq!((&first["excluded_by"], &first["score"]["fit"]), (&json!(null), &json!("class")), "{matched}");
    assert_eq!(second["excluded_by"], "already_tried");
    assert_eq!(second["score"]["fit"], "kind");
    assert_eq!(matched["offers"][0]["expert"], json!(best.id));
    for part in ["specialty", "region", "load", "urgency", "language", "outcome", "continuity"] {
        let value = matched["offers"][0]["score"]["parts"][part].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&value), "{part}: {value}");
    }
    accept(&best, &id);
    let path = format!("/api/v1/consultations/{id}/match");
    for who in [&enterprise.http, &best.http] {
        let told = who.get(&path).expect(200);
        assert!(told.get("candidates").is_none() && told.get("offers").is_none(), "{told}");
        assert!(told["reason"].as_str().unwrap().contains("专长正是该产品种类"), "{told}");
    }
    let english = enterprise.http.in_english().get(&path).expect(200);
    assert!(english["reason"].as_str().unwrap().starts_with("Taken by 专家 best"), "{english}");
    assert_eq!(other.http.get(&path).refusal().0, 404);
}
