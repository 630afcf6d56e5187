//! The custody of a sample: sealed, carried, handed over, stored, opened, destroyed.

use chrono::Duration;
use serde_json::{Value, json};

use super::{World, begin, filmed, world};
use crate::support::{Http, Reply};

fn enter(world: &World, who: &Http, step: &str, hours: i64, more: &Value) -> Reply {
    let at = world.app.now() - Duration::hours(100) + Duration::hours(hours);
    let mut body = json!({ "part": "test", "step": step, "at": at });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    who.post(&format!("{}/custody", world.path()), &body)
}

fn last(manifest: &Value) -> Value {
    manifest["custody"].as_array().unwrap().last().unwrap().clone()
}

fn words(values: &Value) -> Vec<&str> {
    values.as_array().unwrap().iter().map(|value| value.as_str().unwrap()).collect()
}

#[test]
fn a_sample_goes_from_hand_to_hand_and_what_does_not_fit_is_noted() {
    let world = world();
    let (sampler, lab) = (&world.sampler, &world.laboratory);
    let seals = json!(["F001", "F002"]);
    let sealed = enter(&world, sampler, "seal", 0, &json!({ "taker": "抽样队", "seals": seals })).expect(201);
    assert_eq!((&last(&sealed)["state"], &last(&sealed)["flags"]), (&json!("sealed"), &json!([])));
    let carried = json!({ "giver": "抽样队", "taker": "物流公司" });
    enter(&world, sampler, "carry", 1, &carried).expect(201);
    // Other seals, broken ones, from somebody who had not got it, three days later.
    let handed =
        json!({ "giver": "别的公司", "taker": "检验所", "seals": ["F001", "F009"], "seals_whole": false });
    let noted = enter(&world, lab, "hand", 73, &handed).expect(201);
    assert_eq!(words(&last(&noted)["flags"]), ["other_seals", "seals_broken", "other_holder", "gap"]);
    let row = &world.officer.get("/api/v1/recordings?flagged=true").expect(200)["items"][0];
    assert_eq!((&row["custody_flags"], &row["recordings"]), (&json!(1), &json!(0)));
    // It was entered wrongly: annulled with a reason, and entered again.
    let annul = format!("{}/custody/3/annul", world.path());
    let annulled = lab.post(&annul, &json!({ "reason": "录入错误" })).expect(200);
    assert_eq!((&annulled["custody"][2]["annulled"], &last(&annulled)["annuls"]), (&json!(true), &json!(3)));
    assert_eq!(lab.post(&annul, &json!({ "reason": "再次" })).refusal(), (409, "custody_state".to_owned()));
    let handed = json!({ "giver": "物流公司", "taker": "检验所", "seals": ["f002", "F001"] });
    let right = enter(&world, lab, "hand", 20, &handed).expect(201);
    assert_eq!(last(&right)["flags"], json!([]));
    let stored = json!({ "taker": "检验所", "place": "二号库 3 架" });
    enter(&world, lab, "store", 21, &stored).expect(201);
    let opened =
        enter(&world, lab, "open", 90, &json!({ "giver": "检验所", "seals": seals, "reason": "检验" }))
            .expect(201);
    assert_eq!(words(&last(&opened)["flags"]), ["opened_unfilmed"]);
    let gone = json!({ "reason": "检毕", "witness": "李四" });
    assert_eq!(last(&enter(&world, lab, "destroy", 95, &gone).expect(201))["state"], "destroyed");
    let after = enter(&world, lab, "store", 96, &stored);
    assert_eq!(after.refusal(), (409, "custody_state".to_owned()));
    // The reserve sample has a history of its own.
    let reserve = json!({ "part": "reserve", "taker": "被抽企业", "seals": ["B001"] });
    assert_eq!(last(&enter(&world, sampler, "seal", 0, &reserve).expect(201))["state"], "sealed");
    let page = world.enterprise.http.get(&format!("/inspections/{}/recording", world.inspection));
    assert!(page.text.contains("启封未录像") && page.text.contains("已作废"), "{}", page.text);
}

#[test]
fn what_a_step_needs_is_said_by_field() {
    let world = world();
    let pointers = |step: &str, more: &Value| -> Vec<String> {
        let reply = enter(&world, &world.sampler, step, 0, more);
        if reply.status != 422 {
            return vec![format!("{} {}", reply.status, reply.text)];
        }
        reply.json()["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["pointer"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(pointers("seal", &json!({})), ["/taker", "/seals"]);
    assert_eq!(pointers("hand", &json!({ "giver": "甲", "taker": "甲" })), ["/taker", "/seals"]);
    assert_eq!(pointers("carry", &json!({})), ["/giver", "/taker"]);
    assert_eq!(pointers("store", &json!({ "taker": "甲" })), ["/place"]);
    assert_eq!(pointers("open", &json!({})), ["/seals", "/reason"]);
    assert_eq!(pointers("destroy", &json!({})), ["/reason", "/witness"]);
    let late = world.app.now() + Duration::hours(1);
    assert_eq!(pointers("seal", &json!({ "taker": "甲", "seals": ["1"], "at": late })), ["/at"]);
    let seal = json!({ "taker": "甲", "seals": ["1"], "recording": uuid::Uuid::now_v7() });
    assert_eq!(pointers("seal", &seal), ["/recording"]);
    // Nothing is done with what is not sealed, and nothing before what was done.
    let hand = json!({ "giver": "甲", "taker": "乙", "seals": ["1"] });
    assert_eq!(enter(&world, &world.sampler, "hand", 0, &hand).refusal(), (409, "custody_state".to_owned()));
    enter(&world, &world.sampler, "seal", 10, &json!({ "taker": "甲", "seals": ["1"] })).expect(201);
    let earlier = enter(&world, &world.sampler, "hand", 9, &hand);
    assert_eq!(earlier.refusal(), (409, "custody_state".to_owned()));
    // The enterprise sees it and enters nothing.
    assert_eq!(enter(&world, &world.enterprise.http, "hand", 11, &hand).status, 403);
    assert_eq!(enter(&world, &world.stranger.http, "hand", 11, &hand).status, 404);
}

#[test]
fn a_film_that_is_shorter_than_the_sealing_is_noted() {
    let world = world();
    let mut device = begin(&world, &world.sampler);
    let begins = world.app.now();
    filmed(&world, &world.sampler, &mut device, 1, 2);
    world.app.clock.advance(Duration::minutes(5));
    let seal = |part: &str, seconds: i64| {
        let body = json!({
            "part": part, "step": "seal", "taker": "抽样队", "seals": ["1"], "began_at": begins, "at": begins + Duration::seconds(seconds),
            "recording": device.id,
        });
        let made = world.sampler.post(&format!("{}/custody", world.path()), &body).expect(201);
        last(&made)["unfilmed_seconds"].clone()
    };
    assert_eq!(seal("test", 20), Value::Null);
    assert_eq!(seal("reserve", 80), json!(60));
}
