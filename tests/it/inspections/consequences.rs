//! What a failure causes, and how it is taken back without a trace in any later figure.

use serde_json::{Value, json};

use super::{confirmed, form_of, next_day, registered, reported, result, step, sweep};
use crate::support::csv::uscc;
use crate::support::people::text;
use crate::support::{Http, TestApp};

/// What the figures of the province say of a day, but for the day itself.
fn figures(who: &Http, day: &str) -> Vec<Value> {
    ["funnel?", "zero-out-rate?count=nonconformity&by=class&"]
        .map(|report| {
            let mut found = who.get(&format!("/api/v1/reports/{report}as_of={day}")).expect(200);
            assert_eq!(found.as_object_mut().unwrap().remove("as_of"), Some(json!(day)));
            found
        })
        .to_vec()
}

#[test]
fn a_sellers_failure_opens_nothing() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let seller = app.claimed_enterprise(1, "440106", "K0101");
    let mut form = super::form("S-1");
    form["operator"] = json!(seller.id);
    form["producer_name"] = json!("外地电缆厂");
    let path = registered(&officer, &form);
    let seen = confirmed(&officer, &path, "R-1");
    assert_eq!(
        (&seen["outcome"], &seen["findings"]),
        (&json!("nonconforming"), &json!([])),
        "no producer is known"
    );
    let records = officer.get(&format!("/api/v1/enterprises/{}", seller.id)).expect(200);
    assert_eq!(records["nonconformities"].as_array().unwrap().len(), 1, "only that of the list");
}

#[test]
fn what_is_overturned_leaves_no_trace_from_then_on_and_past_days_stay() {
    let app = TestApp::start();
    app.admin("officer", "440000");
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    let today = || app.now().date_naive().to_string();
    let without = today();
    let officer = &next_day(&app, &["officer"])[0];
    let path = registered(officer, &form_of("O-1", &producer));
    let seen = confirmed(officer, &path, "R-1");
    let case = text(&seen["findings"][0]["case_id"]);
    let with_it = today();
    let people = next_day(&app, &["officer", "enterprise-1"]);
    let (officer, enterprise) = (&people[0], &people[1]);
    let [none, stood] = [&without, &with_it].map(|day| figures(officer, day));
    assert_ne!(none, stood, "the failure is counted");
    // Entered for it: its challenge came on paper in time.
    step(officer, &path, "contest", "2026-01-30", &json!({ "party": "producer", "reason": "对结果有异议" }))
        .expect(200);
    step(
        officer,
        &path,
        "order_retest",
        "2026-02-03",
        &json!({ "laboratory": laboratory(officer), "other_persons": true }),
    )
    .expect(200);
    let overturned =
        step(officer, &path, "overturn", "2026-02-20", &result("R-1F", "conforming")).expect(200);
    assert_eq!(
        (&overturned["outcome"], &overturned["nonconformity_id"]),
        (&json!("conforming"), &Value::Null)
    );
    assert_eq!(overturned["findings"][0]["reason"], "overturned");
    let rounds: Vec<String> =
        overturned["items"].as_array().unwrap().iter().map(|item| text(&item["round"])).collect();
    assert_eq!(rounds, ["test", "retest"]);
    let gone = officer.get(&format!("/api/v1/remediation/cases/{case}")).expect(200);
    assert_eq!(gone["state"], "withdrawn");
    let records = officer.get(&format!("/api/v1/enterprises/{}", producer.id)).expect(200);
    assert_eq!(records["nonconformities"].as_array().unwrap().len(), 1);
    app.mail("factory-1@enterprise.example", "的异议，处理如下");
    let own = enterprise.get("/api/v1/my/inspections").expect(200);
    assert_eq!(own["items"][0]["outcome"], "conforming");
    // Yesterday's figures stay as they were, those from now on are as before it ever was.
    let taken_back = today();
    let officer = &next_day(&app, &["officer"])[0];
    assert_eq!((figures(officer, &without), figures(officer, &with_it)), (none.clone(), stood));
    assert_eq!(figures(officer, &taken_back), none);
    let taken = step(officer, &path, "finalise", "2026-03-05", &json!({})).expect(200);
    assert_eq!(taken["state"], "final");
}

fn laboratory(who: &Http) -> String {
    let body = json!({ "name": "复检机构", "products": ["C03"], "serves": ["440000"], "capacity": 10 });
    text(&who.post("/api/v1/laboratories", &body).expect(201)["id"])
}

#[test]
fn a_denial_takes_it_back_and_its_rejection_brings_it_again() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    let path = registered(&officer, &form_of("N-1", &producer));
    reported(&officer, &path, "R-1", "nonconforming");
    for party in ["operator", "producer"] {
        step(&officer, &path, "deliver", "2026-01-16", &json!({ "party": party })).expect(200);
    }
    assert_eq!(producer.http.get(&path).status, 404, "it has not been asked");
    step(&officer, &path, "ask_producer", "2026-01-16", &json!({})).expect(200);
    app.mail("factory-1@enterprise.example", "标称为贵单位生产");
    let asked = producer.http.get(&path).expect(200);
    assert_eq!(asked["allowed"], json!(["confirm", "deny"]), "its days for a challenge are over");
    assert!(
        !asked.to_string().contains("王五"),
        "who was present at the shop is not for the producer: {asked}"
    );
    let denied =
        step(&producer.http, &path, "deny", "2026-01-18", &json!({ "reason": "并非我公司产品" })).expect(200);
    assert_eq!((&denied["confirmation"], &denied["findings"]), (&json!("denied"), &json!([])));
    let stands =
        step(&officer, &path, "reject_denial", "2026-01-25", &json!({ "reason": "证据不足" })).expect(200);
    assert_eq!(stands["findings"].as_array().unwrap().len(), 1);
    // Handed over: it leaves the denominator, and what it caused.
    let over = step(
        &officer,
        &path,
        "hand_over",
        "2026-01-26",
        &json!({ "handed_to": "公安机关", "reason": "涉嫌假冒" }),
    )
    .expect(200);
    assert_eq!(
        (&over["state"], &over["findings"][0]["reason"]),
        (&json!("handed_over"), &json!("handed_over"))
    );
}

#[test]
fn risk_monitoring_causes_nothing_and_is_not_published() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    let mut form = form_of("M-1", &producer);
    form["purpose"] = json!("risk_monitoring");
    let path = registered(&officer, &form);
    let seen = confirmed(&officer, &path, "R-1");
    assert_eq!(seen["findings"], json!([]));
    assert_eq!(
        seen["effects"],
        json!({ "nonconformity": false, "conduct": false, "publication": false, "signal": "single" })
    );
    step(&officer, &path, "finalise", "2026-02-20", &json!({})).expect(200);
    let refused = step(&officer, &path, "publish", "2026-02-21", &json!({})).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/step", "{refused}");
}

#[test]
fn the_progress_of_a_programme_follows() {
    let app = TestApp::start();
    let (planner, approver) = crate::programmes::officers(&app);
    let (programme, target) = crate::programmes::approved(
        &planner,
        &approver,
        &json!({
            "product_class": "C03", "region": "440100", "samples": 5, "role": "seller",
        }),
    );
    let mut form = super::form("P-1");
    form["programme"] = json!(programme.rsplit('/').next().unwrap());
    form["target"] = json!(target);
    let path = registered(&planner, &form);
    let counted = |who: &Http| {
        let found = who.get(&format!("{programme}/targets/{target}")).expect(200);
        (found["taken"].clone(), found["finished"].clone())
    };
    assert_eq!(counted(&planner), (json!(0), json!(0)));
    reported(&planner, &path, "R-1", "conforming");
    assert_eq!(counted(&planner), (json!(1), json!(0)));
    step(&planner, &path, "deliver", "2026-01-16", &json!({ "party": "operator" })).expect(200);
    step(&planner, &path, "finalise", "2026-01-16", &json!({})).expect(200);
    assert_eq!(counted(&planner), (json!(1), json!(1)));
    let body = json!({ "step": "correct", "corrects": 8, "annulled": true, "reason": "误登记" });
    planner.post(&format!("{path}/events"), &body).expect(200);
    assert_eq!(counted(&planner), (json!(1), json!(0)), "taken back");
}

#[test]
fn a_producer_that_comes_into_the_register_later_gets_its_record() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let mut form = super::form("N-1");
    form["producer_name"] = json!("广州第7公司");
    form["producer_uscc"] = json!(uscc(7));
    let path = registered(&officer, &form);
    let before = confirmed(&officer, &path, "R-7");
    assert_eq!((&before["producer_id"], &before["findings"]), (&Value::Null, &json!([])));
    sweep(&app);
    assert_eq!(officer.get(&path).expect(200)["findings"], json!([]), "nobody has this code yet");
    app.listed(7, "440103", "K0301");
    sweep(&app);
    let after = officer.get(&path).expect(200);
    assert!(after["producer_id"].is_string() && after["findings"][0]["case_id"].is_string(), "{after}");
    sweep(&app);
    assert_eq!(officer.get(&path).expect(200)["findings"].as_array().unwrap().len(), 1, "once");
}

#[test]
fn a_withdrawn_inspection_leaves_the_record_that_a_list_had_brought() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let own = app.claimed_enterprise(1, "440103", "K0101");
    let records = || {
        let seen = officer.get(&format!("/api/v1/enterprises/{}", own.id)).expect(200);
        seen["nonconformities"].as_array().unwrap().clone()
    };
    let report = text(&records()[0]["report_no"]);
    // The record was there before the inspection.
    app.clock.advance(chrono::Duration::minutes(1));
    let mut form = form_of("N-2", &own);
    form["product_kind"] = json!("K0101");
    let path = registered(&officer, &form);
    let found = confirmed(&officer, &path, &report);
    assert_eq!((records().len(), text(&found["nonconformity_id"])), (1, own.nonconformity.clone()));
    step(&officer, &path, "withdraw", "2026-03-02", &json!({ "reason": "误登" })).expect(200);
    assert_eq!(records().len(), 1, "the list still says so");
}
