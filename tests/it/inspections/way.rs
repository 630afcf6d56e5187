//! The way of a sample: registered, sampled, sealed, tested, reported, delivered, final, published.

use serde_json::{Value, json};

use super::{INSPECTIONS, confirmed, form, form_of, registered, reported, sample, step, sweep};
use crate::support::TestApp;
use crate::support::people::text;

#[test]
fn a_conforming_sample_goes_from_its_draw_to_the_bulletin_and_back_to_its_owner() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let path = registered(&officer, &form("440000-0001"));
    let seen = reported(&officer, &path, "R-1", "conforming");
    assert_eq!(
        (&seen["state"], &seen["outcome"], &seen["sampled_on"], &seen["sample"]),
        (&json!("reported"), &json!("conforming"), &json!("2026-01-06"), &json!("held"))
    );
    assert_eq!(seen["subject"]["seals"], json!(["F-001", "F-002"]));
    assert_eq!(step(&officer, &path, "publish", "2026-01-15", &json!({})).refusal().1, "inspection_state");
    let delivered =
        step(&officer, &path, "deliver", "2026-01-16", &json!({ "party": "operator" })).expect(200);
    assert_eq!(delivered["delivered"], json!({ "operator": "2026-01-16" }));
    let done = step(&officer, &path, "finalise", "2026-01-16", &json!({})).expect(200);
    assert_eq!(done["final_on"], "2026-01-16", "what conforms waits for no challenge");
    let published = step(&officer, &path, "publish", "2026-02-01", &json!({})).expect(200);
    assert_eq!(
        (&published["state"], &published["published_on"]),
        (&json!("published"), &json!("2026-02-01"))
    );
    let back = step(&officer, &path, "return_sample", "2026-02-02", &json!({})).expect(200);
    assert_eq!((&back["state"], &back["sample"]), (&json!("published"), &json!("returned")));
    assert_eq!(back["findings"], json!([]));
    let events = back["events"].as_array().unwrap();
    assert!(
        events.iter().skip(1).all(|event| event["late"] == true),
        "entered weeks after it happened: {events:?}"
    );
    let steps: Vec<String> = events.iter().map(|event| text(&event["step"])).collect();
    assert_eq!(
        steps,
        [
            "draw",
            "sample",
            "seal",
            "receive",
            "test",
            "report",
            "deliver",
            "finalise",
            "publish",
            "return_sample"
        ]
    );
}

#[test]
fn a_form_is_registered_once() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let made = officer.post(INSPECTIONS, &form("A-1")).expect(201);
    let again = officer.post(INSPECTIONS, &form("A-1")).expect(200);
    assert_eq!(again["id"], made["id"]);
    let mut other = form("A-1");
    other["product_name"] = json!("另一产品");
    assert_eq!(officer.post(INSPECTIONS, &other).refusal(), (409, "inspection_number_taken".to_owned()));
    let city = app.admin("officer-gz", "440100");
    let mut municipal = form("A-1");
    municipal["level"] = json!("municipal");
    assert_ne!(city.post(INSPECTIONS, &municipal).expect(201)["id"], made["id"], "another organiser");
    for (key, value, pointer) in [
        ("place_region", json!("999999"), "/place_region"),
        ("product_kind", json!("K9999"), "/product_kind"),
        ("number", json!(" "), "/number"),
        ("operator_name", Value::Null, "/operator_name"),
        ("drawn_on", json!("2027-01-01"), "/drawn_on"),
        ("organiser_region", json!("450000"), "/organiser_region"),
    ] {
        let mut bad = form("A-2");
        bad[key] = value;
        let problem = officer.post(INSPECTIONS, &bad).problem();
        let pointers: Vec<String> =
            problem["errors"].as_array().unwrap().iter().map(|error| text(&error["pointer"])).collect();
        assert!(pointers.contains(&pointer.to_owned()), "{key}: {problem}");
    }
    let found = officer.get(&format!("{INSPECTIONS}?q=明珠")).expect(200);
    assert_eq!(found["items"], json!([]), "a trademark is no name");
    let found = officer.get(&format!("{INSPECTIONS}?q=天河五金&state=drawn&region=440100")).expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
}

#[test]
fn rules_refuse_with_their_article() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let path = registered(&officer, &form("B-1"));
    let mut one = sample();
    one["sample"]["samplers"] = json!(["张三"]);
    let refused = step(&officer, &path, "sample", "2026-01-06", &one).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/sample/samplers");
    assert!(text(&refused["detail"]).contains("第四十二条"), "{refused}");
    let mut much = sample();
    much["sample"]["needed_quantity"] = json!(2);
    let refused = step(&officer, &path, "sample", "2026-01-06", &much).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/sample/test_quantity");
    let refused = step(&officer, &path, "refuse", "2026-01-06", &json!({ "reason": "心情不好" })).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/reason");
    let ended =
        step(&officer, &path, "refuse", "2026-01-06", &json!({ "reason": "without_ground" })).expect(200);
    assert_eq!(ended["state"], "refused");
    assert!(text(&ended["reason"]["article_zh"]).contains("第五十六条"));
    assert_eq!(step(&officer, &path, "sample", "2026-01-07", &sample()).refusal().1, "inspection_state");
    // Fields that do not go with a step, and those that are missing.
    let other = registered(&officer, &form("B-2"));
    let refused = step(&officer, &other, "attempt", "2026-01-06", &json!({ "seals": ["x"] })).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/seals");
    let refused = step(&officer, &other, "sample", "2026-01-06", &json!({})).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/sample");
    let refused = step(&officer, &other, "attempt", "2026-01-04", &json!({})).problem();
    assert!(
        text(&refused["errors"][0]["detail"]).contains("2026年1月5日"),
        "days as people write them: {refused}"
    );
    let stale = step(&officer, &other, "attempt", "2026-01-06", &json!({ "version": 7 }));
    assert_eq!(stale.refusal(), (409, "inspection_changed".to_owned()));
}

#[test]
fn the_same_product_is_not_sampled_twice_within_six_months() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    let first = registered(&officer, &form_of("C-1", &producer));
    step(&officer, &first, "sample", "2026-01-06", &sample()).expect(200);
    let again = registered(&officer, &form_of("C-2", &producer));
    let refused = step(&officer, &again, "sample", "2026-02-06", &sample()).problem();
    assert!(text(&refused["detail"]).contains("六个月"), "{refused}");
    let mut follow_up = form_of("C-3", &producer);
    follow_up["purpose"] = json!("follow_up");
    let exempt = registered(&officer, &follow_up);
    step(&officer, &exempt, "sample", "2026-02-06", &sample()).expect(200);
    let barred = step(&officer, &again, "bar", "2026-02-06", &json!({ "reason": "repeat" })).expect(200);
    assert_eq!(barred["state"], "barred");
}

#[test]
fn a_silent_producer_confirms_and_results_become_final_by_the_calendar() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    let path = registered(&officer, &form_of("D-1", &producer));
    reported(&officer, &path, "R-1", "nonconforming");
    for party in ["operator", "producer"] {
        step(&officer, &path, "deliver", "2026-02-20", &json!({ "party": party })).expect(200);
    }
    let asked = step(&officer, &path, "ask_producer", "2026-02-20", &json!({})).expect(200);
    let term = |seen: &Value, name: &str| {
        let terms = seen["terms"].as_array().unwrap();
        terms.iter().find(|term| term["term"] == name).unwrap().clone()
    };
    // Fifteen days from February 20 end on a Saturday, so the Monday after it is the last day; today is March 2.
    assert_eq!(
        (&term(&asked, "confirm")["due_on"], &term(&asked, "confirm")["days_left"]),
        (&json!("2026-03-09"), &json!(7))
    );
    sweep(&app);
    assert_eq!(officer.get(&path).expect(200)["confirmation"], "pending", "the term has not passed");
    app.clock.advance(chrono::Duration::days(8));
    sweep(&app);
    let officer = app.http().log_in("officer", super::PASSWORD);
    let seen = officer.get(&path).expect(200);
    assert_eq!(
        (&seen["confirmation"], &seen["state"], &seen["final_on"]),
        (&json!("deemed"), &json!("final"), &json!("2026-03-10")),
        "{seen}"
    );
    assert_eq!(seen["findings"].as_array().unwrap().len(), 1);
    sweep(&app);
    assert_eq!(officer.get(&path).expect(200)["version"], seen["version"], "nothing is done twice");
}

#[test]
fn a_failure_arrives_as_a_case_with_its_clocks() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let producer = app.claimed_enterprise(1, "440103", "K0101");
    let path = registered(&officer, &form_of("E-1", &producer));
    let seen = confirmed(&officer, &path, "R-9");
    let finding = &seen["findings"][0];
    assert_eq!((&finding["party"], &finding["taken_back_at"]), (&json!("producer"), &Value::Null));
    assert_eq!(seen["nonconformity_id"], finding["nonconformity_id"]);
    let case = officer.get(&format!("/api/v1/remediation/cases/{}", text(&finding["case_id"]))).expect(200);
    assert_eq!(case["state"], "stopped", "{case}");
    let listed = officer.get(&format!("/api/v1/enterprises/{}", producer.id)).expect(200);
    let numbers: Vec<String> = listed["nonconformities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|nonconformity| text(&nonconformity["report_no"]))
        .collect();
    assert!(numbers.contains(&"R-9".to_owned()), "{numbers:?}");
    // The case goes its way.
    let ordered = officer.post(
        &format!("/api/v1/remediation/cases/{}/events", text(&finding["case_id"])),
        &json!({ "event": "order", "occurred_on": "2026-02-02" }),
    );
    assert!(ordered.status < 300, "{}", ordered.text);
    let mail = app.mail("factory-1@enterprise.example", "检查结果现送达");
    assert!(mail.body_text.contains("E-1"), "{}", mail.body_text);
}
