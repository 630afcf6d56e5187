//! Each webhook is told of its region and of nothing else, whatever happens between an event and its call.

use chrono::Duration;
use diesel::connection::SimpleConnection;
use serde_json::json;

use super::{ALL, PATH, app, becomes, deliveries, until, webhook};
use crate::people::{deactivate, id_of};
use crate::support::receiver::Answer;
use crate::support::{Http, Receiver};

#[test]
fn only_events_of_the_region_and_below_are_sent() {
    let app = app();
    let officers: Vec<(Http, Receiver, &str)> = ["440000", "440100", "440103", "440106", "440300"]
        .into_iter()
        .map(|region| (app.admin(&format!("officer-{region}"), region), Receiver::start(), region))
        .collect();
    let ids: Vec<String> = officers
        .iter()
        .map(|(officer, receiver, region)| webhook(officer, receiver, region, &ALL[..2]).0)
        .collect();
    // Of a region below the own one.
    let below = Receiver::start();
    webhook(&officers[0].0, &below, "440300", &ALL[..2]);
    // In 440103, offered to an expert who accepts.
    app.small_world();
    for (_, receiver, _) in &officers[..3] {
        receiver.wait(2);
    }
    for (at, (officer, receiver, region)) in officers.iter().enumerate() {
        let all = deliveries(officer, &ids[at]);
        assert_eq!(all.len(), if at < 3 { 2 } else { 0 }, "{region}: {all:?}");
        assert_eq!(receiver.calls().len(), all.len(), "{region}");
    }
    assert!(below.calls().is_empty());
}

#[test]
fn an_officer_knows_of_the_webhooks_of_the_own_region_and_below() {
    let (app, receiver) = (app(), Receiver::start());
    let province = app.admin("province", "440000");
    let (city, colleague) = (app.admin("city", "440100"), app.admin("colleague", "440100"));
    let elsewhere = app.admin("elsewhere", "440300");
    let (id, _) = webhook(&city, &receiver, "440100", &ALL);
    for region in ["440000", "440300", "440305"] {
        let body = json!({ "url": receiver.url(), "events": ALL, "region": region });
        let refused = city.post(PATH, &body).problem();
        assert_eq!(refused["errors"][0]["pointer"], "/region", "{region}: {refused}");
    }
    let one = format!("{PATH}/{id}");
    for knows in [&province, &city, &colleague] {
        knows.get(&one).expect(200);
        assert_eq!(knows.get(PATH).expect(200)["items"].as_array().unwrap().len(), 1);
    }
    assert!(elsewhere.get(PATH).expect(200)["items"].as_array().unwrap().is_empty());
    for (method, path, body) in [
        ("GET", one.clone(), None),
        ("PATCH", one.clone(), Some(json!({ "active": false }))),
        ("DELETE", one.clone(), None),
        ("POST", format!("{one}/rotate"), None),
        ("POST", format!("{one}/test"), None),
        ("GET", format!("{one}/deliveries"), None),
        ("POST", format!("{one}/replay"), Some(json!({ "failed_since": "2026-01-01T00:00:00Z" }))),
    ] {
        let reply = match &body {
            Some(body) => elsewhere.json(method, &path, body),
            None => elsewhere.send(method, &path, &[], None),
        };
        assert_eq!(reply.status, 404, "{method} {path}: {}", reply.text);
    }
    assert!(receiver.calls().is_empty());
}

#[test]
fn what_has_left_the_region_is_withheld() {
    let (app, receiver) = (app(), Receiver::start());
    let officer = app.admin("city", "440100");
    let (id, _) = webhook(&officer, &receiver, "440100", &["consultation.opened"]);
    receiver.always(Answer::of(500));
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    app.open(&enterprise);
    becomes(&officer, &id, "pending", 1);
    app.database()
        .connect()
        .batch_execute(&format!("UPDATE enterprise SET region = '440305' WHERE id = '{}'", enterprise.id))
        .unwrap();
    app.clock.advance(Duration::seconds(10));
    becomes(&officer, &id, "withheld", 1);
    assert_eq!(receiver.calls().len(), 1);
    // Sent again, it is judged again.
    let delivery = deliveries(&officer, &id).remove(0);
    officer.post(&format!("{PATH}/{id}/replay"), &json!({ "delivery": delivery["id"] })).expect(200);
    becomes(&officer, &id, "withheld", 1);
    assert_eq!(receiver.calls().len(), 1);
}

#[test]
fn the_webhooks_of_who_is_deactivated_pass_to_the_named_officer() {
    let (app, receiver) = (app(), Receiver::start());
    let province = app.admin("province", "440000");
    let (city, heir) = (app.admin("city", "440100"), app.admin("heir", "440100"));
    let (id, _) = webhook(&city, &receiver, "440100", &["consultation.opened"]);
    let account = id_of(&city);
    let path = format!("/api/v1/accounts/{account}");
    let listed = province.get(&path).expect(200);
    let further = &listed["open_matters"]["further"];
    assert_eq!((&further[0]["kind"], &further[0]["count"]), (&json!("webhooks"), &json!(1)), "{listed}");
    let done = deactivate(&province, &account, Some(&id_of(&heir)));
    let handed = &done["handed_over"]["further"];
    assert_eq!((&handed[0]["kind"], &handed[0]["count"]), (&json!("webhooks"), &json!(1)), "{done}");
    assert_eq!(done["open_matters"]["further"], json!([]));
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    app.open(&enterprise);
    becomes(&province, &id, "delivered", 1);
    let shown = province.get(&format!("{PATH}/{id}")).expect(200);
    assert_eq!((&shown["state"], &shown["officer_acts"]), (&json!("active"), &json!(true)));
    // The former officer's return takes nothing back.
    province.act(&format!("{path}/reactivate")).expect(200);
    assert_eq!(province.get(&path).expect(200)["open_matters"]["further"], json!([]));
}

#[test]
fn the_webhooks_of_who_is_deactivated_rest() {
    let (app, receiver) = (app(), Receiver::start());
    let province = app.admin("province", "440000");
    let city = app.admin("city", "440100");
    let (id, _) = webhook(&city, &receiver, "440100", &["consultation.opened"]);
    receiver.answer(Answer::of(500));
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    app.open(&enterprise);
    becomes(&province, &id, "pending", 1);
    let account = id_of(&city);
    deactivate(&province, &account, None);
    app.clock.advance(Duration::minutes(10));
    let other = app.claimed_enterprise(2, "440103", "K0101");
    app.open(&other);
    let shown = province.get(&format!("{PATH}/{id}")).expect(200);
    assert_eq!((&shown["state"], &shown["officer_acts"]), (&json!("active"), &json!(false)));
    let refused = province.act(&format!("{PATH}/{id}/test")).refusal();
    assert_eq!(refused, (409, "webhook_rests".to_owned()));
    let resting = deliveries(&province, &id);
    assert_eq!(
        (resting.len(), &resting[0]["state"], &resting[0]["attempts_made"]),
        (1, &json!("pending"), &json!(1))
    );
    assert_eq!(receiver.calls().len(), 1);
    province.act(&format!("/api/v1/accounts/{account}/reactivate")).expect(200);
    until(&province, &id, |all| all.len() == 1 && all[0]["state"] == "delivered");
}
