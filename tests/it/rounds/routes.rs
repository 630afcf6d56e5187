//! Rounds: numbered, given members by town, routed, closed or cancelled.

use serde_json::{Value, json};
use std::collections::BTreeSet;

use super::{MEMBERS, ROUNDS, circuit, cohort, members, round};
use crate::plans::{entry, listed};
use crate::programmes::officers;
use crate::support::people::text;
use crate::support::{Http, TestApp};

/// Two towns with six enterprises each, all given to one of two experts.
fn world() -> (TestApp, Http, String) {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    let rows: Vec<_> =
        (1..=12).map(|n| entry(n, if n % 2 == 0 { "440103" } else { "440106" }, "K0101")).collect();
    listed(&app, &planner, &rows);
    let experts = ["expert-1", "expert-2"].map(|name| app.approved_expert(&planner, name, "K0101").id);
    let programme = circuit(&planner, &approver);
    cohort(&planner, &programme, &json!({ "region": "440100" }));
    for (n, member) in members(&planner, &format!("programme={programme}")).iter().enumerate() {
        let body = json!({ "step": "give_expert", "expert_id": experts[n % 2] });
        planner.post(&format!("{MEMBERS}/{}/decisions", text(&member["id"])), &body).expect(200);
    }
    (app, planner, programme)
}

fn stops(who: &Http, round: &str) -> Vec<Value> {
    who.get(&format!("{ROUNDS}/{round}/stops?limit=200")).expect(200)["items"].as_array().unwrap().clone()
}

#[test]
fn rounds_are_numbered_and_given_members_by_town() {
    let (app, planner, programme) = world();
    let (one, two) = (round(&planner, &programme, "440100"), round(&planner, &programme, "440100"));
    let numbers: Vec<Value> = [&one, &two]
        .iter()
        .map(|id| planner.get(&format!("{ROUNDS}/{id}")).expect(200)["no"].clone())
        .collect();
    assert_eq!(numbers, [json!(1), json!(2)]);
    let give = |id: &str, body: Value| planner.post(&format!("{ROUNDS}/{id}/members"), &body);
    assert_eq!(
        give(&one, json!({ "regions": ["440103"] })).expect(200),
        json!({ "changed": 6, "members": 6 })
    );
    assert_eq!(
        give(&two, json!({ "regions": ["440100"] })).expect(200),
        json!({ "changed": 6, "members": 6 })
    );
    let moved = give(&two, json!({ "regions": ["440103"], "move": true })).expect(200);
    assert_eq!(moved, json!({ "changed": 6, "members": 12 }));
    let out = planner.post(&format!("{ROUNDS}/{two}/members/take-out"), &json!({ "regions": ["440103"] }));
    assert_eq!(out.expect(200), json!({ "changed": 6, "members": 6 }));
    assert_eq!(give(&one, json!({})).expect(422)["errors"][0]["pointer"], "/regions");
    assert_eq!(
        give(&one, json!({ "regions": ["440300"] })).expect(422)["errors"][0]["pointer"],
        "/regions/0"
    );
    assert_eq!(members(&planner, &format!("programme={programme}&in_round=false")).len(), 6);
    let district = app.admin("district", "440103");
    assert_eq!(
        district.post(&format!("{ROUNDS}/{one}/members"), &json!({ "regions": ["440103"] })).refusal().0,
        403
    );
}

#[test]
fn routes_visit_each_member_once_and_are_no_longer_than_nearest_first() {
    let (_app, planner, programme) = world();
    let id = round(&planner, &programme, "440100");
    let route = || planner.act(&format!("{ROUNDS}/{id}/routes"));
    assert_eq!(route().refusal(), (409, "circuit_route_impossible".to_owned()), "nobody is in it");
    planner.post(&format!("{ROUNDS}/{id}/members"), &json!({ "regions": ["440100"] })).expect(200);
    // Places that officers entered go before those of the towns.
    for (n, member) in members(&planner, &format!("round={id}")).iter().enumerate() {
        let north = 23.05 + f64::from(u32::try_from(n * 7 % 12).unwrap()) / 100.0;
        let point = json!({ "latitude": north, "longitude": 113.3, "source": "地图标注" });
        let path = format!("/api/v1/circuit-points/{}", text(&member["enterprise_id"]));
        planner.json("PUT", &path, &point).expect(204);
        let turned = json!({ "latitude": 113.3, "longitude": north, "source": "地图标注" });
        assert_eq!(planner.json("PUT", &path, &turned).expect(422)["errors"][0]["pointer"], "/latitude");
    }
    let routed = route().expect(200);
    assert_eq!(
        (&routed["visits"], &routed["unplaced"], &routed["experts"], &routed["days"]),
        (&json!(12), &json!(0), &json!(2), &json!(5))
    );
    assert!(routed["metres"].as_u64().unwrap() <= routed["nearest_metres"].as_u64().unwrap());
    let found = stops(&planner, &id);
    let once: BTreeSet<String> = found.iter().map(|stop| text(&stop["member_id"])).collect();
    assert_eq!((found.len(), once.len()), (12, 12));
    // At most four a day, in order, each with its own expert.
    for stop in &found {
        let day: Vec<&Value> = found
            .iter()
            .filter(|s| (&s["expert_id"], &s["on_day"]) == (&stop["expert_id"], &stop["on_day"]))
            .collect();
        assert!(day.len() <= 4);
        let orders: Vec<i64> = day.iter().map(|s| s["ordinal"].as_i64().unwrap()).collect();
        assert_eq!(orders, (1..=i64::try_from(day.len()).unwrap()).collect::<Vec<_>>());
    }
    let same = route().expect(200);
    assert_eq!(same, routed, "the same again");
    let page = planner.get(&format!("/rounds/{id}"));
    assert!(page.status == 200 && page.text.contains("路线总长"), "{}", page.text);
    assert_eq!(planner.get(&format!("{ROUNDS}/{id}/stops?format=csv")).status, 200);
    // Other days take the routes away; a day for one expert is too short for six.
    planner.json("PATCH", &format!("{ROUNDS}/{id}"), &json!({ "ends_on": "2026-03-09" })).expect(200);
    assert_eq!(stops(&planner, &id), [] as [Value; 0]);
    let short = route().expect(200);
    assert_eq!((&short["visits"], &short["unplaced"]), (&json!(8), &json!(4)));
}

#[test]
fn a_member_of_nobody_is_not_routed_to_an_expert_with_a_conflict_of_interest() {
    let (_app, planner, programme) = world();
    let id = round(&planner, &programme, "440100");
    planner.post(&format!("{ROUNDS}/{id}/members"), &json!({ "regions": ["440100"] })).expect(200);
    let all = members(&planner, &format!("round={id}"));
    let kept_away = text(&all[0]["expert_id"]);
    let free: Vec<&Value> = all.iter().filter(|m| m["expert_id"] == json!(kept_away)).take(3).collect();
    for member in &free {
        let path = format!("{MEMBERS}/{}/decisions", text(&member["id"]));
        planner.post(&path, &json!({ "step": "give_expert" })).expect(200);
        let conflict = json!({ "uscc": member["uscc"], "relation": "owner" });
        planner.post(&format!("/api/v1/experts/{kept_away}/conflicts"), &conflict).expect(200);
    }
    let routed = planner.act(&format!("{ROUNDS}/{id}/routes")).expect(200);
    assert_eq!((&routed["visits"], &routed["unplaced"]), (&json!(12), &json!(0)));
    let found = stops(&planner, &id);
    for member in free {
        let stop = found.iter().find(|stop| stop["member_id"] == member["id"]).unwrap();
        assert_ne!(stop["expert_id"], json!(kept_away));
    }
}

#[test]
fn a_round_is_closed_after_it_began_or_cancelled_with_a_reason() {
    let (app, planner, programme) = world();
    let (one, two) = (round(&planner, &programme, "440100"), round(&planner, &programme, "440100"));
    planner.post(&format!("{ROUNDS}/{one}/members"), &json!({ "regions": ["440103"] })).expect(200);
    assert_eq!(planner.act(&format!("{ROUNDS}/{two}/close")).status, 422, "it has not begun");
    let cancelled = planner.post(&format!("{ROUNDS}/{one}/cancel"), &json!({ "reason": "台风" })).expect(200);
    assert_eq!((&cancelled["state"], &cancelled["members"]), (&json!("cancelled"), &json!(0)));
    assert_eq!(
        planner.act(&format!("{ROUNDS}/{one}/routes")).refusal(),
        (409, "circuit_round_state".to_owned())
    );
    app.clock.advance(chrono::Duration::days(10));
    let planner = app.http().log_in("planner", crate::support::people::PASSWORD);
    let closed = planner.act(&format!("{ROUNDS}/{two}/close")).expect(200);
    assert_eq!((&closed["state"], &closed["allowed"]), (&json!("closed"), &json!([])));
    let late = planner.post(&format!("{ROUNDS}/{two}/members"), &json!({ "regions": ["440103"] }));
    assert_eq!(late.refusal(), (409, "circuit_round_state".to_owned()));
}

#[test]
fn bad_rounds_are_refused_by_the_field() {
    let (_app, planner, programme) = world();
    let good = json!({ "programme_id": programme, "region": "440100", "starts_on": "2026-03-09", "ends_on": "2026-03-13" });
    for (change, pointer) in [
        (json!({ "ends_on": "2026-03-08" }), "/ends_on"),
        (json!({ "ends_on": "2026-06-01" }), "/ends_on"),
        (json!({ "starts_on": "2025-12-31", "ends_on": "2026-01-02" }), "/starts_on"),
        (json!({ "region": "999999" }), "/region"),
        (json!({ "per_day": 300 }), "/per_day"),
        (json!({ "note": "长".repeat(1_001) }), "/note"),
    ] {
        let mut body = good.clone();
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        let refused = planner.post(ROUNDS, &body).expect(422);
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    let mut unknown = good;
    unknown["programme_id"] = json!("01890000-0000-7000-8000-000000000001");
    assert_eq!(planner.post(ROUNDS, &unknown).status, 404);
}
