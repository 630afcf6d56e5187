//! The time of an offer, what extends it, and the time until the first answer.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use zerodesk::matching::settings::MatchingSettings;

use super::support::{Scenario, accept};
use crate::support::people::Expert;

fn offer_deadline(view: &Value) -> DateTime<Utc> {
    view["offer_expires_at"].as_str().unwrap().parse().unwrap()
}

fn open_offer(expert: &Expert, id: &str) -> DateTime<Utc> {
    offer_deadline(&expert.http.get(&format!("/api/v1/consultations/{id}")).expect(200))
}

#[test]
fn opening_an_offer_extends_its_timer_and_an_expired_offer_moves_on() {
    let mut scenario = Scenario::with(|s| {
        s.edit::<MatchingSettings>().offer_present_seconds = 180;
        s.edit::<MatchingSettings>().offer_hold_seconds = 120;
        s.edit::<MatchingSettings>().offer_hold_most_seconds = 200;
    });
    let first =
        scenario.expert("first", &json!({ "specialties": [{ "product_kind": "K0101", "level": 3 }] }));
    let second = scenario.expert("second", &json!({}));
    let mut there = scenario.app.ws(&first.http);
    let (_, id) = scenario.opened();
    let offered = scenario.app.app.clock().now();
    let end = offered + Duration::seconds(180);
    assert_eq!(offer_deadline(&scenario.seen(&id)), end);
    assert_eq!(open_offer(&first, &id), end, "there is time enough");
    scenario.pass(170);
    let held = scenario.app.app.clock().now() + Duration::seconds(120);
    assert_eq!(offer_deadline(&scenario.seen(&id)), end, "whoever else looks holds nothing");
    assert_eq!(open_offer(&first, &id), held);
    there.wait(|frame| frame["ev"] == "offer" && frame["until"] == json!(held));
    scenario.pass(20);
    scenario.assert_at(&id, "offered", Some(&first));
    assert_eq!(scenario.matched(&id)["offers"][0]["expires_at"], json!(held));
    scenario.pass(90);
    assert_eq!(open_offer(&first, &id), end + Duration::seconds(200), "bounded");
    assert_eq!(scenario.history(&id).iter().filter(|word| *word == "hold").count(), 1);
    scenario.pass(200);
    scenario.assert_at(&id, "offered", Some(&second));
    let ended = there.wait_ev("offer_ended");
    assert_eq!((&ended["consultation"], &ended["answer"]), (&json!(id), &json!("expired")));
    assert_eq!(first.http.get(&format!("/api/v1/consultations/{id}")).refusal().0, 404, "another's now");
}

#[test]
fn subscribing_and_typing_extend_the_timer() {
    let mut scenario = Scenario::with(|s| s.edit::<MatchingSettings>().offer_hold_most_seconds = 3600);
    let expert = scenario.expert("expert", &json!({}));
    let mut there = scenario.app.ws(&expert.http);
    let (_, id) = scenario.opened();
    scenario.app.clock.advance(Duration::seconds(170));
    there.subscribe(&id, 0, 0);
    let held = |scenario: &Scenario| scenario.app.app.clock().now() + Duration::seconds(120);
    let wanted = json!(held(&scenario));
    there.wait(|frame| frame["ev"] == "offer" && frame["until"] == wanted);
    scenario.app.clock.advance(Duration::seconds(100));
    there.send(&json!({ "op": "typing", "consultation": id }));
    let wanted = json!(held(&scenario));
    there.wait(|frame| frame["ev"] == "offer" && frame["until"] == wanted);
}

#[test]
fn an_unresponsive_expert_is_replaced_and_the_enterprise_informed() {
    let mut scenario = Scenario::with(|s| s.edit::<MatchingSettings>().first_answer_minutes = 60);
    let silent =
        scenario.expert("silent", &json!({ "specialties": [{ "product_kind": "K0101", "level": 3 }] }));
    let next = scenario.expert("next", &json!({}));
    let (enterprise, id) = scenario.opened();
    accept(&silent, &id);
    let mut factory = scenario.app.following(&enterprise.http, &id);
    factory.say_acknowledged(&id, "talk", "在吗");
    scenario.pass(59 * 60);
    scenario.assert_at(&id, "active", Some(&silent));
    scenario.pass(60);
    scenario.assert_at(&id, "offered", Some(&next));
    factory.wait(|frame| frame["ev"] == "consultation" && frame["status"] == "offered");
    assert!(scenario.history(&id).contains(&"silence".to_owned()));
    scenario.app.mail("factory-1@enterprise.example", "改派");
    scenario.app.mail("silent@expert.example", "未在承诺时间内答复");
    let own = enterprise.http.get(&format!("/api/v1/consultations/{id}/history")).expect(200);
    assert!(own.as_array().unwrap().iter().any(|line| line["event"] == "silence"));
    let audit = scenario.app.operator("auditor").get("/api/v1/audit?limit=200").expect(200);
    assert!(audit["items"].as_array().unwrap().iter().any(|row| row["action"] == "reassign_silent"));
    // One message is enough to keep it.
    accept(&next, &id);
    let mut chat = scenario.app.following(&next.http, &id);
    chat.say_acknowledged(&id, "talk", "请提供报告");
    scenario.pass(3600 * 5);
    scenario.assert_at(&id, "active", Some(&next));
}

#[test]
fn an_expert_who_asks_for_information_is_not_silent() {
    let mut scenario = Scenario::with(|s| s.edit::<MatchingSettings>().first_answer_minutes = 60);
    let asks = scenario.expert("asks", &json!({}));
    let (_, id) = scenario.opened();
    accept(&asks, &id);
    let question = json!({ "question": "请上传检验报告" });
    asks.http.post(&format!("/api/v1/consultations/{id}/ask-information"), &question).expect(200);
    assert!(scenario.seen(&id)["search"]["answer_due_at"].is_null());
    scenario.pass(3600 * 5);
    scenario.assert_at(&id, "active", Some(&asks));
}

#[test]
fn the_setting_can_keep_an_unresponsive_expert() {
    let mut scenario =
        Scenario::with(|s| s.edit::<MatchingSettings>().reassign_silent = zerodesk::settings::YesNo::No);
    let silent = scenario.expert("silent", &json!({}));
    let (_, id) = scenario.opened();
    accept(&silent, &id);
    scenario.pass(3600 * 9);
    scenario.assert_at(&id, "active", Some(&silent));
}
