//! An enterprise is asked, told, signs; promises become actions, are reported, become overdue; what was found counts for credit and is
//! public.

use chrono::Duration;
use serde_json::{Value, json};

use super::{COMMITMENTS, asked, evidence, faults, follow, signature};
use crate::support::TestApp;
use crate::support::people::{PASSWORD, text};

fn public(app: &TestApp) -> Value {
    app.http().get("/api/v1/public/commitments").expect(200)
}

#[test]
fn nothing_is_signed_untold_without_a_post_or_under_another_text() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let path = asked(&officer, &firm.id);
    let detail = firm.http.get(&path).expect(200);
    assert!(text(&detail["notice_zh"]).contains("第四十六条"), "{detail}");
    assert_eq!(detail["state"], "drafted");
    let good = signature(&detail, &["2026-03-20"]);
    for (field, bad, pointer) in [
        ("told", json!(false), "/told"),
        ("signer_post", json!("无"), "/signer_post"),
        ("signer_post", json!("  "), "/signer_post"),
        ("text_version", json!("old"), "/text_version"),
        ("promises", json!([]), "/promises"),
    ] {
        let mut body = good.clone();
        body[field] = bad;
        let refused = firm.http.post(&format!("{path}/sign"), &body).problem();
        assert_eq!(faults(&refused), [pointer], "{refused}");
    }
    let mut today = good.clone();
    today["promises"][0]["due_on"] = json!("2026-03-02");
    let refused = firm.http.post(&format!("{path}/sign"), &today).problem();
    assert_eq!(faults(&refused), ["/promises/0/due_on"]);
    assert_eq!(officer.post(&format!("{path}/sign"), &good).status, 403);
    assert_eq!(public(&app)["items"], json!([]), "nothing is public before the signature");
    let signed = firm.http.post(&format!("{path}/sign"), &good).expect(200);
    assert_eq!((&signed["state"], &signed["signer_post"]), (&json!("signed"), &json!("总经理")));
    assert_eq!(text(&signed["text_sha256"]).len(), 64);
    assert_eq!(firm.http.post(&format!("{path}/sign"), &good).refusal().0, 409, "once");
}

#[test]
fn a_kind_is_named_by_its_code() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    for kind in ["k0101", "热轧带肋钢筋"] {
        let body = json!({ "enterprise_id": firm.id, "topic": "质量", "product_kind": kind });
        assert_eq!(faults(&officer.post(COMMITMENTS, &body).problem()), ["/product_kind"], "{kind}");
    }
}

#[test]
fn a_stranger_learns_nothing_of_a_commitment() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let (firm, other) =
        (app.claimed_enterprise(1, "440103", "K0101"), app.claimed_enterprise(2, "440103", "K0101"));
    let elsewhere = app.admin("elsewhere", "440300");
    let path = asked(&officer, &firm.id);
    for who in [&other.http, &elsewhere] {
        assert_eq!(who.get(&path).status, 404);
        let body = json!({ "outcome": "released", "reason": "x" });
        assert!([403, 404].contains(&who.post(&format!("{path}/settle"), &body).status));
        assert_eq!(who.get(COMMITMENTS).expect(200)["items"], json!([]));
    }
    let body = json!({ "enterprise_id": firm.id, "topic": "x" });
    assert_eq!(faults(&elsewhere.post(COMMITMENTS, &body).problem()), ["/enterprise_id"]);
    assert_eq!(firm.http.post(COMMITMENTS, &body).status, 403);
    assert_eq!(
        officer.get(&format!("{COMMITMENTS}?q=整改")).expect(200)["items"].as_array().unwrap().len(),
        1
    );
}

#[test]
fn promises_become_actions_of_the_running_case_and_follow_them() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let case = firm.case.clone().expect("a case runs");
    let path = asked(&officer, &firm.id);
    let detail = firm.http.get(&path).expect(200);
    let mut body = signature(&detail, &["2026-03-20"]);
    body["promises"][0]["kind"] = json!("containment");
    let signed = firm.http.post(&format!("{path}/sign"), &body).expect(200);
    assert_eq!(signed["case_id"], json!(case));
    let action = text(&signed["promises"][0]["action_id"]);
    let of_case = firm.http.get(&format!("/api/v1/remediation/cases/{case}")).expect(200);
    let actions = of_case["actions"].as_array().unwrap();
    let found = actions.iter().find(|one| one["id"] == json!(action)).unwrap();
    assert_eq!((&found["state"], &found["due_on"]), (&json!("accepted"), &json!("2026-03-20")));
    let done = json!({ "evidence": "更换记录", "done_on": "2026-03-02" });
    firm.http.post(&format!("/api/v1/remediation/cases/{case}/actions/{action}/complete"), &done).expect(200);
    follow(&app);
    let detail = firm.http.get(&path).expect(200);
    assert_eq!(detail["promises"][0]["reported_on"], "2026-03-02", "{detail}");
    assert_eq!(detail["promises"][0]["state"], "done");
}

#[test]
fn a_rest_day_is_warned_of_and_the_next_working_day_counts() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let path = asked(&officer, &firm.id);
    let detail = firm.http.get(&path).expect(200);
    // A Saturday.
    let body = signature(&detail, &["2026-03-14"]);
    let signed = firm.http.post(&format!("{path}/sign"), &body).expect(200);
    let promise = &signed["promises"][0];
    assert_eq!((&promise["rest_day"], &promise["counts_until"]), (&json!(true), &json!("2026-03-16")));
    assert_eq!(signed["warnings"].as_array().unwrap().len(), 1, "{signed}");
}

#[test]
fn broken_waits_for_the_term_counts_once_and_is_public_with_the_post_alone() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let path = asked(&officer, &firm.id);
    let detail = firm.http.get(&path).expect(200);
    firm.http.post(&format!("{path}/sign"), &signature(&detail, &["2026-03-10"])).expect(200);
    let broken = json!({ "outcome": "broken", "reason": "现场核查未更换部件" });
    let settle = format!("{path}/settle");
    assert_eq!(officer.post(&settle, &broken).refusal(), (409, "commitment_undecided".to_owned()));
    let kept = json!({ "outcome": "kept", "reason": "核查属实" });
    assert_eq!(officer.post(&settle, &kept).refusal(), (409, "commitment_undecided".to_owned()));
    // Told before it is due, and when it is overdue.
    app.clock.advance(Duration::days(4));
    follow(&app);
    app.mail("factory-1@enterprise.example", "即将到期");
    app.clock.advance(Duration::days(5));
    follow(&app);
    app.mail("factory-1@enterprise.example", "逾期");
    let officer = app.http().log_in("officer", PASSWORD);
    let overdue = officer.get(&format!("{COMMITMENTS}?overdue=true")).expect(200);
    assert_eq!(overdue["items"].as_array().unwrap().len(), 1);
    let settled = officer.post(&settle, &broken).expect(200);
    assert_eq!((&settled["state"], &settled["overdue"]), (&json!("broken"), &json!(false)));
    let conduct = text(&settled["conduct_id"]);
    let entry = officer.get(&format!("/api/v1/conduct/{conduct}")).expect(200);
    assert_eq!((&entry["behaviour"], &entry["source"]), (&json!("commitment_broken"), &json!("commitment")));
    assert_eq!(officer.post(&settle, &broken).refusal().0, 409, "once for each commitment");
    let all = officer.get(&format!("/api/v1/conduct?enterprise={}", firm.id)).expect(200);
    let of_it = all["items"].as_array().unwrap().iter().filter(|one| one["behaviour"] == "commitment_broken");
    assert_eq!(of_it.count(), 1);
    // What everybody reads names the post, and nobody.
    let shown = public(&app);
    let item = &shown["items"][0];
    assert_eq!((&item["state"], &item["signer_post"]), (&json!("broken"), &json!("总经理")));
    assert!(!shown.to_string().contains("王某某") && !shown.to_string().contains("signer_name"), "{shown}");
    let page = app.http().get("/public/commitments");
    assert_eq!(page.status, 200);
}

#[test]
fn kept_needs_reports_and_released_counts_for_nothing() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let (kept, released) = (asked(&officer, &firm.id), asked(&officer, &firm.id));
    for path in [&kept, &released] {
        let detail = firm.http.get(path).expect(200);
        firm.http.post(&format!("{path}/sign"), &signature(&detail, &["2026-03-20"])).expect(200);
    }
    let promise = text(&firm.http.get(&kept).expect(200)["promises"][0]["id"]);
    let report = json!({ "done_on": "2026-03-02", "report": "已全部更换" });
    let reported = firm.http.post(&format!("{kept}/promises/{promise}/report"), &report).expect(200);
    assert_eq!(reported["promises"][0]["state"], "done");
    let again = firm.http.post(&format!("{kept}/promises/{promise}/report"), &report);
    assert_eq!(again.refusal(), (409, "engagement_state".to_owned()));
    let found = json!({ "outcome": "kept", "reason": "核查属实" });
    let settled = officer.post(&format!("{kept}/settle"), &found).expect(200);
    assert_eq!(settled["state"], "kept");
    assert!(settled["conduct_id"].is_string());
    let found = json!({ "outcome": "released", "reason": "企业停产" });
    let settled = officer.post(&format!("{released}/settle"), &found).expect(200);
    assert_eq!((&settled["state"], &settled["conduct_id"]), (&json!("released"), &Value::Null));
}

#[test]
fn what_the_rules_of_credit_do_not_cover_becomes_no_conduct() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let body = json!({ "enterprise_id": firm.id, "topic": "食品标签整改", "matter": "food" });
    let path = format!("{COMMITMENTS}/{}", text(&officer.post(COMMITMENTS, &body).expect(201)["id"]));
    let detail = firm.http.get(&path).expect(200);
    let signed = firm.http.post(&format!("{path}/sign"), &signature(&detail, &["2026-03-20"])).expect(200);
    let promise = text(&signed["promises"][0]["id"]);
    let report = json!({ "done_on": "2026-03-02", "report": "已更换标签" });
    firm.http.post(&format!("{path}/promises/{promise}/report"), &report).expect(200);
    let found = json!({ "outcome": "kept", "reason": "核查属实" });
    let settled = officer.post(&format!("{path}/settle"), &found).expect(200);
    assert_eq!((&settled["state"], &settled["conduct_id"]), (&json!("kept"), &Value::Null));
    assert!(settled["conduct_note"].is_string(), "{settled}");
}

#[test]
fn a_new_text_is_signed_from_its_day_and_a_withdrawn_one_no_more() {
    let app = TestApp::start();
    let (province, city) = (app.admin("province", "440000"), app.admin("city", "440100"));
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let texts = "/api/v1/commitment-texts";
    let body = json!({ "version": "commitment-2026-2", "text": "新的承诺书", "in_force_from": "2026-03-02", "source": "粤市监〔2026〕1号" });
    assert_eq!(city.post(texts, &body).status, 403);
    let path = asked(&city, &firm.id);
    let old = firm.http.get(&path).expect(200);
    province.post(texts, &body).expect(201);
    assert_eq!(faults(&province.post(texts, &body).problem()), ["/version", "/in_force_from"]);
    let mut past = body.clone();
    (past["version"], past["in_force_from"]) = (json!("earlier"), json!("2026-03-01"));
    assert_eq!(faults(&province.post(texts, &past).problem()), ["/in_force_from"]);
    let refused = firm.http.post(&format!("{path}/sign"), &signature(&old, &["2026-03-20"])).problem();
    assert_eq!(faults(&refused), ["/text_version"], "the text has changed since it was read");
    let new = firm.http.get(&path).expect(200);
    assert_eq!(new["to_sign"]["version"], "commitment-2026-2");
    firm.http.post(&format!("{path}/sign"), &signature(&new, &["2026-03-20"])).expect(200);
    let withdraw = json!({ "reason": "文本有误" });
    province.post(&format!("{texts}/commitment-2026-2/withdraw"), &withdraw).expect(200);
    let signed = firm.http.get(&path).expect(200);
    assert_eq!(signed["text"], "新的承诺书", "what was signed stays");
    let next = firm.http.get(&asked(&city, &firm.id)).expect(200);
    assert_eq!(next["to_sign"]["version"], "commitment-2026");
}

#[test]
fn what_was_signed_counts_from_its_day_until_it_is_broken() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let path = asked(&officer, &firm.id);
    let committed = |at: &str| evidence(&app, &firm.id, "committed", at);
    assert_eq!(committed("2026-03-02T16:00:00Z"), 0, "it is asked for");
    let detail = firm.http.get(&path).expect(200);
    firm.http.post(&format!("{path}/sign"), &signature(&detail, &["2026-03-10"])).expect(200);
    assert_eq!((committed("2026-03-01T16:00:00Z"), committed("2026-03-02T16:00:00Z")), (0, 1));
    app.clock.advance(Duration::days(30));
    follow(&app);
    let officer = app.http().log_in("officer", PASSWORD);
    let broken = json!({ "outcome": "broken", "reason": "逾期未更换模具" });
    officer.post(&format!("{path}/settle"), &broken).expect(200);
    assert_eq!((committed("2026-03-02T16:00:00Z"), committed("2026-04-02T16:00:00Z")), (1, 0));
}

#[test]
fn who_is_asked_no_more_is_told() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let path = asked(&officer, &firm.id);
    officer.post(&format!("{path}/cancel"), &json!({ "reason": "案件已撤销" })).expect(200);
    app.mail("factory-1@enterprise.example", "案件已撤销");
}
