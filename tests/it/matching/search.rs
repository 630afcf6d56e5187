//! Exact and near first, wider with waiting, then the admins.

use zerodesk::matching::settings::MatchingSettings;
use serde_json::json;

use super::world::{Desk, accept, conclude, decline};

#[test]
fn exact_and_near_come_first_and_each_refusal_leads_wider() {
    let mut desk = Desk::new();
    let province = desk.expert("province", &json!({ "regions": ["440300"] }));
    let class = desk.expert("class", &json!({ "specialties": [{ "product_class": "C01", "level": 3 }] }));
    let related = desk.expert("related", &json!({ "specialties": [{ "product_class": "C02", "level": 3 }] }));
    let city = desk.expert("city", &json!({ "regions": ["440100"] }));
    let exact = desk.expert("exact", &json!({}));
    desk.expert("foreign", &json!({ "specialties": [{ "product_class": "C40", "level": 3 }] }));
    let (enterprise, id) = desk.opened();
    for expert in [&exact, &city, &class, &province, &related] {
        desk.assert_at(&id, "offered", Some(expert));
        decline(expert, &id);
    }
    // Nobody is left to wait for: the queue and its alarm come at once.
    desk.assert_at(&id, "waiting", None);
    let words = desk.history(&id);
    for (word, times) in
        [("offer", 5), ("decline", 5), ("widen_class", 1), ("widen_province", 1), ("queue", 1)]
    {
        assert_eq!(words.iter().filter(|w| *w == word).count(), times, "{word} in {words:?}");
    }
    assert_eq!(words.last().unwrap(), "queue");
    // That is the platform's doing, not that of the expert who declined.
    let lines = desk.officer.get(&format!("/api/v1/consultations/{id}/history")).expect(200);
    for line in lines.as_array().unwrap() {
        let widened = ["widen_class", "widen_province", "queue"].contains(&line["event"].as_str().unwrap());
        assert_eq!(line["actor_role"] == "system", widened, "{line}");
    }
    desk.app.mail("officer@regulator.example", "绝缘电阻不合格");
    let queue = desk.officer.get("/api/v1/consultations?alarm=true").expect(200);
    assert_eq!(queue["items"][0]["id"], json!(id));
    assert_eq!(queue["items"][0]["search"]["step"], "queue");
    assert!(queue["items"][0]["search"]["alarmed_at"].is_string());
    let own = enterprise.http.get(&format!("/api/v1/consultations/{id}")).expect(200);
    assert!(own.get("search").is_none(), "no matter of the enterprise: {own}");
    // A sixth arrives: matched without anyone asking.
    let late = desk.expert("late", &json!({ "regions": ["440300"] }));
    desk.work();
    desk.assert_at(&id, "offered", Some(&late));
    assert!(
        desk.officer.get("/api/v1/consultations?alarm=true").expect(200)["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_full_expert_of_the_kind_is_waited_for_but_not_for_ever() {
    let mut desk = Desk::with(|s| {
        s.edit::<MatchingSettings>().widen_class_seconds = 100;
        s.edit::<MatchingSettings>().widen_province_seconds = 200;
        s.edit::<MatchingSettings>().alarm_seconds = 300;
    });
    let exact = desk.expert("exact", &json!({ "capacity": 1 }));
    let (_, first) = desk.opened();
    desk.assert_at(&first, "offered", Some(&exact));
    accept(&exact, &first);
    // Full, too, so that they are hoped for in turn.
    let class = desk.expert("class", &json!({ "capacity": 1, "specialties": [{ "product_class": "C01" }] }));
    let (_, second) = desk.opened();
    desk.assert_at(&second, "waiting", None);
    assert_eq!(desk.history(&second), ["open"]);
    desk.pass(99);
    desk.assert_at(&second, "waiting", None);
    desk.pass(1);
    desk.assert_at(&second, "offered", Some(&class));
    accept(&class, &second);
    let (_, third) = desk.opened();
    desk.pass(100);
    assert_eq!(desk.history(&third), ["open", "widen_class"]);
    desk.pass(100);
    assert_eq!(desk.history(&third), ["open", "widen_class", "widen_province"]);
    assert!(desk.seen(&third)["search"]["alarmed_at"].is_null());
    desk.pass(100);
    assert_eq!(desk.history(&third), ["open", "widen_class", "widen_province", "queue"]);
    desk.app.mail("officer@regulator.example", "待派");
    desk.pass(1000);
    assert_eq!(desk.history(&third).len(), 4, "one alarm is enough");
    // A place comes free: it is not lost.
    conclude(&exact, &first);
    desk.work();
    desk.assert_at(&third, "offered", Some(&exact));
}

#[test]
fn equals_take_turns_and_the_busier_comes_later() {
    let mut desk = Desk::new();
    let experts = ["a", "b", "c"].map(|name| desk.expert(&format!("expert-{name}"), &json!({})));
    let mut seen = Vec::new();
    for _ in 0..6 {
        let (_, id) = desk.opened();
        seen.push(desk.held(&id).1.unwrap());
        desk.pass(1);
    }
    for expert in &experts {
        assert_eq!(seen[..3].iter().filter(|name| **name == expert.name).count(), 1, "{seen:?}");
    }
    assert_eq!(seen[..3], seen[3..], "the one longest without one comes first");
}

#[test]
fn the_most_urgent_of_those_who_wait_gets_the_free_place() {
    let mut desk = Desk::new();
    let expert = desk.expert(
        "expert",
        &json!({
            "capacity": 1, "specialties": [{ "product_class": "C01" }, { "product_class": "C10" }],
        }),
    );
    let (_, first) = desk.opened();
    accept(&expert, &first);
    // Furniture is supervised less closely than steel.
    let general = desk.app.claimed_enterprise(50, "440103", "K1001");
    let general = crate::support::people::text(&desk.app.open(&general)["id"]);
    let (_, strict) = desk.opened();
    conclude(&expert, &first);
    desk.work();
    desk.assert_at(&strict, "offered", Some(&expert));
    desk.assert_at(&general, "waiting", None);
}

#[test]
fn the_match_is_explained_to_each_by_what_they_may_know() {
    let mut desk = Desk::new();
    let best = desk.expert(
        "best",
        &json!({ "specialties": [{ "product_kind": "K0101", "level": 3, "items": ["甲"] }] }),
    );
    let other = desk.expert("other", &json!({ "specialties": [{ "product_class": "C01", "level": 1 }] }));
    let (enterprise, id) = desk.opened();
    let matched = desk.matched(&id);
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
