//! Events for the public: reported in numbers, leaflets apart from people, with what was said of dangers.

use serde_json::{Value, json};

use super::faults;
use crate::support::TestApp;
use crate::support::people::text;

const OUTREACH: &str = "/api/v1/outreach";

#[test]
fn an_event_is_reported_and_what_it_collects_stands_among_the_signals_at_once() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let body = json!({ "topic": "家电安全进社区", "place": "某社区", "place_kind": "community", "on_day": "2026-03-02" });
    let path = format!("{OUTREACH}/{}", text(&officer.post(OUTREACH, &body).expect(201)["id"]));
    let mut report =
        json!({ "people": 120, "leaflets": 1000, "questions": 50, "asked": 1000, "satisfied": 900 });
    let refused = officer.post(&format!("{path}/report"), &report).problem();
    assert_eq!(faults(&refused), ["/asked"], "leaflets are no people");
    (report["asked"], report["satisfied"]) = (json!(100), json!(96));
    officer.post(&format!("{path}/report"), &report).expect(200);
    assert_eq!(
        officer.post(&format!("{path}/report"), &report).refusal(),
        (409, "engagement_state".to_owned())
    );
    let signals =
        json!({ "signals": [{ "text": "充电器发烫", "product_kind": "K2301" }, { "text": "玩具掉漆" }] });
    let seen = officer.post(&format!("{path}/signals"), &signals).expect(200);
    assert_eq!((&seen["signals"], &seen["collected"][0]["handed_over"]), (&json!(2), &json!(true)));
    let listed = officer.get("/api/v1/signals").expect(200)["items"].clone();
    for collected in seen["collected"].as_array().unwrap() {
        let known = |one: &&Value| one["external_id"] == collected["id"];
        let found: Vec<&Value> = listed.as_array().unwrap().iter().filter(known).collect();
        assert_eq!(found.len(), 1, "{listed}");
        assert_eq!(
            (&found[0]["source"], &found[0]["scope"], &found[0]["title"]),
            (&json!("officer"), &json!("440100"), &collected["text"])
        );
    }
    for collected in seen["collected"].as_array().unwrap() {
        let signal = officer.get(&format!("/api/v1/signals/{}", text(&collected["signal_id"]))).expect(200);
        assert_eq!(signal["external_id"], collected["id"]);
    }
    let named = json!({ "signals": [{ "text": "灶具漏气，联系电话 13800138000" }] });
    let seen = officer.post(&format!("{path}/signals"), &named).expect(200);
    assert!(!seen.to_string().contains("13800138000"), "{seen}");
    let sums = officer.get("/api/v1/outreach-figures").expect(200);
    let wanted = json!({ "events": 1, "people": 120, "leaflets": 1000, "questions": 50, "asked": 100, "satisfied": 96, "signals": 3 });
    assert_eq!(sums, wanted);
    let bad = json!({ "signals": [{ "text": "", "product_kind": "X", "region": "9" }] });
    let refused = officer.post(&format!("{path}/signals"), &bad).problem();
    assert_eq!(faults(&refused), ["/signals/0/text", "/signals/0/product_kind", "/signals/0/region"]);
    // A kind by its name, and a region that the officer has no say in.
    let bad = json!({ "signals": [{ "text": "x", "product_kind": "电线电缆", "region": "440300" }] });
    let refused = officer.post(&format!("{path}/signals"), &bad).problem();
    assert_eq!(faults(&refused), ["/signals/0/product_kind", "/signals/0/region"]);
    let named = json!({ "signals": [{ "text": "张女士说充电器发烫，电话13812345678" }] });
    let seen = officer.post(&format!("{path}/signals"), &named).expect(200);
    let told = &seen["collected"].as_array().unwrap().last().unwrap()["text"];
    assert_eq!(told, "＊女士说充电器发烫，电话＊");
    assert_eq!(app.admin("elsewhere", "440300").get(&path).status, 404);
}

#[test]
fn an_event_ahead_is_neither_reported_nor_said_to_have_taken_place() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let body =
        json!({ "topic": "进校园", "place": "某小学", "place_kind": "school", "on_day": "2026-05-02" });
    let path = format!("{OUTREACH}/{}", text(&officer.post(OUTREACH, &body).expect(201)["id"]));
    let report = json!({ "people": 1, "leaflets": 1, "questions": 1 });
    assert_eq!(faults(&officer.post(&format!("{path}/report"), &report).problem()), [""]);
    let hold = json!({ "step": "hold" });
    assert_eq!(faults(&officer.post(&format!("{path}/events"), &hold).problem()), ["/step"]);
    let cancel = json!({ "step": "cancel", "reason": "天气原因" });
    assert_eq!(officer.post(&format!("{path}/events"), &cancel).expect(200)["state"], "cancelled");
    let signals = json!({ "signals": [{ "text": "x" }] });
    assert_eq!(officer.post(&format!("{path}/signals"), &signals).refusal().0, 409);
}

#[test]
fn every_page_of_the_kinds_opens() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let commitment = super::asked(&officer, &firm.id);
    let shown = commitment.replace("/api/v1", "");
    for page in ["/commitments", "/commitment-texts", "/trainings", "/follow-ups", "/outreach", &shown] {
        assert_eq!(officer.get(page).status, 200, "{page}");
    }
    for page in ["/my/commitments", "/my/trainings", &shown] {
        assert_eq!(firm.http.get(page).status, 200, "{page}");
    }
    assert_eq!(officer.get("/my/commitments").status, 404);
    assert_eq!(app.http().get("/public/commitments?q=x").status, 200);
}

#[test]
fn a_report_is_corrected_with_a_reason() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let body =
        json!({ "topic": "进社区", "place": "某社区", "place_kind": "community", "on_day": "2026-03-02" });
    let path = format!("{OUTREACH}/{}", text(&officer.post(OUTREACH, &body).expect(201)["id"]));
    let right = json!({ "people": 12, "leaflets": 1000, "questions": 50, "reason": "多写一个零" });
    let correction = format!("{path}/correction");
    assert_eq!(officer.post(&correction, &right).refusal(), (409, "engagement_state".to_owned()));
    let report = json!({ "people": 120, "leaflets": 1000, "questions": 50 });
    officer.post(&format!("{path}/report"), &report).expect(200);
    let mut wrong = right.clone();
    wrong["asked"] = json!(13);
    assert_eq!(faults(&officer.post(&correction, &wrong).problem()), ["/asked", "/asked"]);
    let mut same = right.clone();
    same["people"] = json!(120);
    assert_eq!(faults(&officer.post(&correction, &same).problem()), [""]);
    let done = officer.post(&correction, &right).expect(200);
    assert_eq!((&done["people"], &done["state"]), (&json!(12), &json!("held")));
    assert_eq!(officer.get("/api/v1/outreach-figures").expect(200)["people"], 12);
    officer.post(&format!("{path}/events"), &json!({ "step": "close" })).expect(200);
    officer.post(&correction, &report_with_reason(11)).expect(200);
}

fn report_with_reason(people: i32) -> Value {
    json!({ "people": people, "leaflets": 1000, "questions": 50, "reason": "重新清点" })
}
