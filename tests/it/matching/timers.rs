//! An offer's time, what holds it, and the promise of a first answer.

use zerodesk::matching::settings::MatchingSettings;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use super::world::{Desk, accept};
use crate::support::people::Expert;

fn until(view: &Value) -> DateTime<Utc> {
    view["offer_expires_at"].as_str().unwrap().parse().unwrap()
}

fn look(expert: &Expert, id: &str) -> DateTime<Utc> {
    until(&expert.http.get(&format!("/api/v1/consultations/{id}")).expect(200))
}

#[test]
fn opening_holds_the_timer_up_to_a_bound_and_silence_passes_on() {
    let mut desk = Desk::with(|s| {
        s.edit::<MatchingSettings>().offer_present_seconds = 180;
        s.edit::<MatchingSettings>().offer_hold_seconds = 120;
        s.edit::<MatchingSettings>().offer_hold_most_seconds = 200;
    });
    let first = desk.expert("first", &json!({ "specialties": [{ "product_kind": "K0101", "level": 3 }] }));
    let second = desk.expert("second", &json!({}));
    let mut there = desk.app.ws(&first.http);
    let (_, id) = desk.opened();
    let offered = desk.app.app.clock().now();
    let end = offered + Duration::seconds(180);
    assert_eq!(until(&desk.seen(&id)), end);
    assert_eq!(look(&first, &id), end, "there is time enough");
    desk.pass(170);
    let held = desk.app.app.clock().now() + Duration::seconds(120);
    assert_eq!(until(&desk.seen(&id)), end, "whoever else looks holds nothing");
    assert_eq!(look(&first, &id), held);
    there.wait(|frame| frame["ev"] == "offer" && frame["until"] == json!(held));
    desk.pass(20);
    desk.assert_at(&id, "offered", Some(&first));
    assert_eq!(desk.matched(&id)["offers"][0]["expires_at"], json!(held));
    desk.pass(90);
    assert_eq!(look(&first, &id), end + Duration::seconds(200), "bounded");
    assert_eq!(desk.history(&id).iter().filter(|word| *word == "hold").count(), 1);
    desk.pass(200);
    desk.assert_at(&id, "offered", Some(&second));
    assert_eq!(first.http.get(&format!("/api/v1/consultations/{id}")).refusal().0, 404, "another's now");
}

#[test]
fn subscribing_and_typing_hold_the_timer() {
    let mut desk = Desk::with(|s| s.edit::<MatchingSettings>().offer_hold_most_seconds = 3600);
    let expert = desk.expert("expert", &json!({}));
    let mut there = desk.app.ws(&expert.http);
    let (_, id) = desk.opened();
    desk.app.clock.advance(Duration::seconds(170));
    there.subscribe(&id, 0, 0);
    let held = |desk: &Desk| desk.app.app.clock().now() + Duration::seconds(120);
    let wanted = json!(held(&desk));
    there.wait(|frame| frame["ev"] == "offer" && frame["until"] == wanted);
    desk.app.clock.advance(Duration::seconds(100));
    there.send(&json!({ "op": "typing", "consultation": id }));
    let wanted = json!(held(&desk));
    there.wait(|frame| frame["ev"] == "offer" && frame["until"] == wanted);
}

#[test]
fn a_silent_expert_is_passed_over_and_the_enterprise_told() {
    let mut desk = Desk::with(|s| s.edit::<MatchingSettings>().first_answer_minutes = 60);
    let silent = desk.expert("silent", &json!({ "specialties": [{ "product_kind": "K0101", "level": 3 }] }));
    let next = desk.expert("next", &json!({}));
    let (enterprise, id) = desk.opened();
    accept(&silent, &id);
    let mut factory = desk.app.following(&enterprise.http, &id);
    factory.said(&id, "talk", "在吗");
    desk.pass(59 * 60);
    desk.assert_at(&id, "active", Some(&silent));
    desk.pass(60);
    desk.assert_at(&id, "offered", Some(&next));
    factory.wait(|frame| frame["ev"] == "consultation" && frame["status"] == "offered");
    assert!(desk.history(&id).contains(&"silence".to_owned()));
    desk.app.mail("factory-1@enterprise.example", "改派");
    desk.app.mail("silent@expert.example", "未在承诺时间内答复");
    let own = enterprise.http.get(&format!("/api/v1/consultations/{id}/history")).expect(200);
    assert!(own.as_array().unwrap().iter().any(|line| line["event"] == "silence"));
    let audit = desk.app.operator("auditor").get("/api/v1/audit?limit=200").expect(200);
    assert!(audit["items"].as_array().unwrap().iter().any(|row| row["action"] == "reassign_silent"));
    // One word is enough to keep it.
    accept(&next, &id);
    let mut chat = desk.app.following(&next.http, &id);
    chat.said(&id, "talk", "请提供报告");
    desk.pass(3600 * 5);
    desk.assert_at(&id, "active", Some(&next));
}

#[test]
fn the_setting_leaves_a_silent_expert_alone() {
    let mut desk = Desk::with(|s| s.edit::<MatchingSettings>().reassign_silent = zerodesk::settings::YesNo::No);
    let silent = desk.expert("silent", &json!({}));
    let (_, id) = desk.opened();
    accept(&silent, &id);
    desk.pass(3600 * 9);
    desk.assert_at(&id, "active", Some(&silent));
}
