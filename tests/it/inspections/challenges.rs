//! Two parties of one result: each gets it and has its days, whatever the other one does, and neither reads what the other one writes.

use chrono::Duration;
use serde_json::{Value, json};

use super::{form, registered, reported, step, sweep};
use crate::support::TestApp;
use crate::support::people::{Enterprise, PASSWORD};

/// An inspection at a seller of a product of another enterprise.
fn form_of_both(number: &str, seller: &Enterprise, producer: &Enterprise) -> Value {
    let mut form = form(number);
    form["operator"] = json!(seller.id);
    form["operator_name"] = Value::Null;
    form["producer"] = json!(producer.id);
    form
}

/// How many inspections wait for an enterprise.
fn waiting(who: &Enterprise) -> usize {
    let found = who.http.get("/api/v1/my/inspections?waits=true").expect(200);
    found["items"].as_array().unwrap().len()
}

fn event<'a>(seen: &'a Value, name: &str) -> &'a Value {
    seen["events"].as_array().unwrap().iter().find(|event| event["step"] == name).unwrap()
}

#[test]
fn a_sellers_challenge_does_not_take_the_result_from_the_producer() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let seller = app.claimed_enterprise(1, "440106", "K0301");
    let producer = app.claimed_enterprise(2, "440305", "K0301");
    let path = registered(&officer, &form_of_both("C-1", &seller, &producer));
    reported(&officer, &path, "R-1", "nonconforming");
    step(&officer, &path, "deliver", "2026-02-20", &json!({ "party": "operator" })).expect(200);
    step(&seller.http, &path, "contest", "2026-03-02", &json!({ "reason": "对方法有异议" })).expect(200);
    let twice =
        step(&officer, &path, "contest", "2026-03-02", &json!({ "party": "operator", "reason": "x" }));
    assert_eq!(twice.status, 409);
    step(&officer, &path, "refuse_retest", "2026-03-02", &json!({ "reason": "备样已失效" })).expect(200);
    sweep(&app);
    assert_eq!(officer.get(&path).expect(200)["state"], "upheld", "the producer has not got it");
    assert_eq!(step(&officer, &path, "finalise", "2026-03-02", &json!({})).status, 422);
    let got = step(&officer, &path, "deliver", "2026-03-02", &json!({ "party": "producer" })).expect(200);
    assert_eq!(got["state"], "upheld");
    step(&officer, &path, "ask_producer", "2026-03-02", &json!({})).expect(200);
    let confirmed = step(&producer.http, &path, "confirm", "2026-03-02", &json!({})).expect(200);
    assert_eq!(confirmed["findings"].as_array().unwrap().len(), 1, "its failure is on record");
    assert_eq!(confirmed["allowed"], json!(["contest"]), "it has its own days");
    assert_eq!((waiting(&producer), waiting(&seller)), (1, 0));
    let again =
        step(&officer, &path, "contest", "2026-03-02", &json!({ "party": "operator", "reason": "x" }))
            .problem();
    assert_eq!(again["errors"][0]["pointer"], "/party", "once is enough");
    assert_eq!(step(&officer, &path, "finalise", "2026-03-02", &json!({})).status, 422);
    app.clock.advance(Duration::days(40));
    sweep(&app);
    let officer = app.http().log_in("officer", PASSWORD);
    assert_eq!(officer.get(&path).expect(200)["state"], "final");
}

#[test]
fn a_party_does_not_read_what_was_entered_for_the_other_one() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let seller = app.claimed_enterprise(1, "440106", "K0301");
    let producer = app.claimed_enterprise(2, "440305", "K0301");
    let path = registered(&officer, &form_of_both("C-2", &seller, &producer));
    reported(&officer, &path, "R-2", "nonconforming");
    for party in ["operator", "producer"] {
        step(&officer, &path, "deliver", "2026-02-25", &json!({ "party": party })).expect(200);
    }
    step(&officer, &path, "ask_producer", "2026-02-25", &json!({})).expect(200);
    let said = json!({ "reason": "防伪码不是本企业的", "document": "函〔2026〕1号", "note": "内部" });
    step(&officer, &path, "deny", "2026-03-02", &said).expect(200);
    let of_officer = officer.get(&path).expect(200);
    assert_eq!(event(&of_officer, "deny")["details"]["reason"], "防伪码不是本企业的");
    let of_producer = producer.http.get(&path).expect(200);
    assert_eq!(event(&of_producer, "deny")["details"]["reason"], "防伪码不是本企业的");
    let of_seller = seller.http.get(&path).expect(200);
    let denied = event(&of_seller, "deny");
    assert_eq!(
        (&denied["details"], &denied["document"], &denied["note"]),
        (&json!({}), &Value::Null, &Value::Null)
    );
    // Who was there for the seller is known to the seller.
    let witness = |seen: &Value| {
        (seen["subject"]["witness"].clone(), event(seen, "sample")["details"]["sample"]["witness"].clone())
    };
    assert_eq!(witness(&of_seller), (json!("王五"), json!("王五")));
    assert_eq!(witness(&of_producer), (Value::Null, Value::Null));
}

#[test]
fn what_waits_for_a_party_is_what_it_can_still_do() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let seller = app.claimed_enterprise(1, "440106", "K0301");
    let producer = app.claimed_enterprise(2, "440305", "K0301");
    let path = registered(&officer, &form_of_both("C-3", &seller, &producer));
    reported(&officer, &path, "R-3", "nonconforming");
    step(&officer, &path, "ask_producer", "2026-01-16", &json!({})).expect(200);
    step(&officer, &path, "deliver", "2026-01-16", &json!({ "party": "operator" })).expect(200);
    // What a party was not told it does not read.
    let knows = |who: &Enterprise| {
        let seen = who.http.get(&path).expect(200);
        let listed = |query: &str| {
            who.http.get(&format!("/api/v1/my/inspections?{query}")).expect(200)["items"]
                .as_array()
                .unwrap()
                .len()
        };
        (
            seen["outcome"].clone(),
            seen["items"].as_array().unwrap().len(),
            listed("outcome=nonconforming"),
            listed("q=R-3"),
        )
    };
    assert_eq!(knows(&seller), (json!("nonconforming"), 1, 1, 0));
    assert_eq!(knows(&producer), (Value::Null, 0, 0, 0));
    // The seller's days are over, and the producer, which has no result yet, has still to answer.
    assert_eq!(officer.get(&path).expect(200)["state"], "delivered");
    assert_eq!((waiting(&seller), waiting(&producer)), (0, 1));
    step(&producer.http, &path, "confirm", "2026-03-02", &json!({})).expect(200);
    assert_eq!(waiting(&producer), 0, "nothing to contest before it is delivered");
    step(&officer, &path, "deliver", "2026-03-02", &json!({ "party": "producer" })).expect(200);
    assert_eq!((waiting(&seller), waiting(&producer)), (0, 1));
    for who in [&seller, &producer] {
        assert_eq!(knows(who), (json!("nonconforming"), 1, 1, 1));
    }
    // Each is shown its own days.
    let next = |who: &Enterprise| {
        let row = who.http.get("/api/v1/my/inspections").expect(200)["items"][0].clone();
        (row["next_term"]["party"].clone(), row["next_term"]["days_left"].clone(), row["late"].clone())
    };
    assert_eq!(next(&producer), (json!("producer"), json!(15), json!(false)));
    assert_eq!(next(&seller), (json!("operator"), json!(-28), json!(true)));
}
