//! The life of an assessment: written, handed in, validated by another officer, superseded; what it rests on; what of the level serious follows.

use chrono::Duration;
use serde_json::{Value, json};

use super::{ALERTS, ASSESSMENTS, Results, listed, signal, start};
use crate::people::{deactivate, id_of};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};

fn new(region: &str, probability: &str) -> Value {
    json!({
        "product_kind": "K0101", "region": region, "hazard": "触电", "summary": "绝缘不足",
        "scenarios": [{ "title": "使用者触电", "severity": 3, "steps": [
            { "text": "绝缘失效", "probability": probability, "evidence": "strong" },
            { "text": "使用者接触", "probability": "0.5", "evidence": "judgement" },
        ] }],
    })
}

#[track_caller]
fn written(who: &Http, body: &Value) -> String {
    format!("{ASSESSMENTS}/{}", text(&who.post(ASSESSMENTS, body).expect(201)["id"]))
}

#[track_caller]
fn validated(author: &Http, other: &Http, body: &Value) -> String {
    let path = written(author, body);
    author.act(&format!("{path}/submit")).expect(200);
    other.act(&format!("{path}/validate")).expect(200);
    path
}

fn officers(app: &TestApp) -> (Http, Http) {
    (app.admin("author", "440000"), app.admin("second", "440000"))
}

#[test]
fn who_wrote_it_does_not_validate_it_and_a_validated_one_never_changes() {
    let app = start();
    let (author, second) = officers(&app);
    let path = written(&author, &new("440100", "0.004"));
    let draft = author.get(&path).expect(200);
    assert_eq!(
        (&draft["state"], &draft["level"], &draft["own"]),
        (&json!("draft"), &json!("serious"), &json!(true))
    );
    assert_eq!((&draft["probability"], &draft["severity"]), (&json!("1/500"), &json!(3)));
    // Only the author changes it, with the version that was read.
    let revised = json!({ "version": 1, "assessment": new("440100", "0.0004") });
    assert_eq!(second.json("PUT", &path, &revised).status, 403);
    let after = author.json("PUT", &path, &revised).expect(200);
    assert_eq!((&after["level"], &after["version"]), (&json!("high"), &json!(2)));
    assert_eq!(author.json("PUT", &path, &revised).refusal().1, "assessment_changed");
    assert_eq!(second.act(&format!("{path}/submit")).status, 403);
    assert_eq!(second.act(&format!("{path}/validate")).refusal().1, "assessment_state");
    author.act(&format!("{path}/submit")).expect(200);
    assert_eq!(author.act(&format!("{path}/validate")).refusal().1, "second_officer_needed");
    assert_eq!(
        author.post(&format!("{path}/return"), &json!({ "reason": "x" })).refusal().1,
        "second_officer_needed"
    );
    let waiting = second.get(&format!("{ASSESSMENTS}/counts")).expect(200);
    assert_eq!(waiting["waiting"], 1);
    assert_eq!(second.post(&format!("{path}/return"), &json!({ "reason": " " })).status, 422);
    second.post(&format!("{path}/return"), &json!({ "reason": "请补充依据" })).expect(200);
    let version = author.get(&path).expect(200)["version"].clone();
    author
        .json("PUT", &path, &json!({ "version": version, "assessment": new("440100", "0.0004") }))
        .expect(200);
    author.act(&format!("{path}/submit")).expect(200);
    let done = second.act(&format!("{path}/validate")).expect(200);
    assert_eq!((&done["state"], &done["validator"]), (&json!("validated"), &json!("name of second")));
    let steps: Vec<String> = done["history"].as_array().unwrap().iter().map(|e| text(&e["step"])).collect();
    assert_eq!(steps, ["write", "revise", "submit", "return", "revise", "submit", "validate"]);
    assert_eq!(author.json("PUT", &path, &revised).refusal().1, "assessment_state");
    assert_eq!(second.act(&format!("{path}/validate")).refusal().1, "assessment_state");
    let audit = author.get("/api/v1/audit?limit=200").expect(200);
    let done: Vec<String> =
        audit["items"].as_array().unwrap().iter().map(|row| text(&row["action"])).collect();
    for action in [
        "write_assessment",
        "revise_assessment",
        "submit_assessment",
        "return_assessment",
        "validate_assessment",
    ] {
        assert!(done.iter().any(|d| d == action), "{action} in {done:?}");
    }
}

#[test]
fn what_an_author_has_not_finished_passes_on_when_the_account_ends() {
    let app = start();
    let (author, second) = officers(&app);
    let heir = app.admin("heir", "440000");
    let draft = written(&author, &new("440100", "0.004"));
    let waiting = written(&author, &new("440300", "0.004"));
    author.act(&format!("{waiting}/submit")).expect(200);
    validated(&author, &second, &new("440600", "0.0004"));
    let account = id_of(&author);
    let listed = second.get(&format!("/api/v1/accounts/{account}")).expect(200);
    let further = &listed["open_matters"]["further"];
    assert_eq!((&further[0]["kind"], &further[0]["count"]), (&json!("assessments"), &json!(2)), "{listed}");
    let done = deactivate(&second, &account, Some(&id_of(&heir)));
    assert_eq!(done["handed_over"]["further"][0]["count"], 2, "{done}");
    assert_eq!(done["open_matters"]["further"], json!([]), "{done}");
    // Who takes over is the author, and so does not validate.
    heir.act(&format!("{draft}/submit")).expect(200);
    assert_eq!(heir.act(&format!("{draft}/validate")).refusal().1, "second_officer_needed");
    second.post(&format!("{waiting}/return"), &json!({ "reason": "请补充依据" })).expect(200);
    let last = written(&heir, &new("440400", "0.004"));
    // Without a name they pass to who deactivates.
    deactivate(&second, &id_of(&heir), None);
    second.post(&format!("{waiting}/withdraw"), &json!({ "reason": "不再需要" })).expect(200);
    second.act(&format!("{last}/submit")).expect(200);
}

#[test]
fn a_newer_one_takes_its_place_and_the_page_shows_the_cell() {
    let app = start();
    let (author, second) = officers(&app);
    let first = validated(&author, &second, &new("440100", "0.0004"));
    // The same hazard in other letters, and in another region.
    let other = validated(&author, &second, &new("440300", "0.0004"));
    let mut newer = new("440100", "0.00002");
    newer["hazard"] = json!("触电");
    let newer = validated(&author, &second, &newer);
    let (first_now, newer_now) = (author.get(&first).expect(200), author.get(&newer).expect(200));
    assert_eq!((&first_now["state"], &first_now["superseded_by"]), (&json!("superseded"), &newer_now["id"]));
    assert_eq!(newer_now["supersedes_id"], first_now["id"]);
    assert_eq!(author.get(&other).expect(200)["state"], "validated");
    let page = author.get(&newer.replace("/api/v1", "")).text;
    // 0.00001 is not more than 1/100,000: the seventh row, severity 3.
    assert!(page.contains(r#"data-cell="6-3""#) && page.contains(" lit"), "{page}");
    assert!(page.contains("敏感性分析") && page.contains("0.00001"), "{page}");
    let list = listed(&author, &format!("{ASSESSMENTS}?state=validated&product_kind=K0101"));
    assert_eq!(list.len(), 2);
    assert_eq!(listed(&author, &format!("{ASSESSMENTS}?region=440300")).len(), 1);
    assert_eq!(listed(&author, &format!("{ASSESSMENTS}?q=触电")).len(), 3);
    assert!(author.get(&format!("{ASSESSMENTS}?format=csv")).text.contains("触电"));
}

#[test]
fn officers_elsewhere_know_nothing_of_it() {
    let app = start();
    let (author, second) = officers(&app);
    let shenzhen = app.admin("shenzhen", "440300");
    let path = written(&author, &new("440100", "0.1"));
    assert_eq!(shenzhen.get(&path).status, 404);
    assert_eq!(shenzhen.act(&format!("{path}/submit")).status, 404);
    assert_eq!(listed(&shenzhen, ASSESSMENTS).len(), 0);
    let refused = shenzhen.post(ASSESSMENTS, &new("440100", "0.1"));
    assert_eq!((refused.status, &refused.problem()["errors"][0]["pointer"]), (422, &json!("/region")));
    assert_eq!(second.get(&path).status, 200);
    let enterprise = app.claimed_enterprise(1, "440106", "K0101");
    assert_eq!(enterprise.http.get(&path).status, 403);
    assert_eq!(enterprise.http.post(ASSESSMENTS, &new("440100", "0.1")).status, 403);
}

#[test]
fn evidence_is_named_and_signals_are_used_once_it_is_validated() {
    let app = start();
    let (author, second) = officers(&app);
    let known = signal(&app, ("injury", "official"), ("K0101", "440100"), Some(3));
    let foreign = signal(&app, ("media", "attributed"), ("K0101", "440300"), None);
    Results { kind: "K0101", region: "440103", day: "2026-02-01", tested: 1, failed: 1 }.insert(&app);
    let inspection = text(&listed(&author, "/api/v1/inspections")[0]["id"]);
    let file = text(&author.upload("/api/v1/attachments", "报告.pdf", b"%PDF-1.4\n", &[]).expect(201)["id"]);
    let of = |kind: &str, id: &str| json!({ "kind": kind, "id": id });
    let mut body = new("440100", "0.0004");
    body["evidence"] = json!([of("signal", &known), of("inspection", &inspection), of("file", &file)]);
    let path = written(&author, &body);
    let seen = author.get(&path).expect(200);
    let kinds: Vec<String> = seen["evidence"].as_array().unwrap().iter().map(|e| text(&e["kind"])).collect();
    assert_eq!(kinds, ["signal", "inspection", "file"]);
    assert_eq!(seen["evidence"][2]["title"], "报告.pdf");
    // Whoever sees the assessment reads its file; who does not, does not.
    assert_eq!(second.get(&format!("/api/v1/attachments/{file}")).status, 200);
    assert_eq!(app.admin("shenzhen", "440300").get(&format!("/api/v1/attachments/{file}")).status, 404);
    author.act(&format!("{path}/submit")).expect(200);
    second.act(&format!("{path}/validate")).expect(200);
    let used = super::super::credit::number(&app, "SELECT count(*) FROM signal WHERE state = 'used'");
    assert_eq!(used, 1);
    // What one may not know of, what is named twice, another one's file.
    let guangzhou = app.admin("guangzhou", "440100");
    let mut body = new("440100", "0.0004");
    for (evidence, at) in [
        (json!([of("signal", &foreign)]), "/evidence/0"),
        (json!([of("signal", &known), of("signal", &known)]), "/evidence/1"),
        (json!([of("file", &file)]), "/evidence/0"),
        (json!([of("inspection", &uuid::Uuid::nil().to_string())]), "/evidence/0"),
    ] {
        body["evidence"] = evidence;
        let refused = guangzhou.post(ASSESSMENTS, &body);
        assert_eq!((refused.status, &refused.problem()["errors"][0]["pointer"]), (422, &json!(at)), "{body}");
    }
}

#[test]
fn a_serious_one_raises_an_alert_and_what_was_dismissed_needs_newer_facts() {
    let app = start();
    let (author, second) = officers(&app);
    let old = signal(&app, ("injury", "official"), ("K0101", "440100"), Some(4));
    let of = |id: &str| json!([{ "kind": "signal", "id": id }]);
    let mut body = new("440100", "0.5");
    body["evidence"] = of(&old);
    let path = validated(&author, &second, &body);
    let alerts = listed(&author, &format!("{ALERTS}?cause=assessment"));
    assert_eq!(alerts.len(), 1);
    assert_eq!(
        (&alerts[0]["region"], &alerts[0]["item"], &alerts[0]["state"]),
        (&json!("440100"), &Value::Null, &json!("open"))
    );
    assert_eq!(path, format!("{ASSESSMENTS}/{}", text(&alerts[0]["assessment_id"])));
    // A newer one while it is open is named by the same alert.
    let newer = validated(&author, &second, &body);
    let alerts = listed(&author, &format!("{ALERTS}?cause=assessment"));
    assert_eq!((alerts.len(), format!("{ASSESSMENTS}/{}", text(&alerts[0]["assessment_id"]))), (1, newer));
    let at = format!("{ALERTS}/{}", text(&alerts[0]["id"]));
    assert!(author.get(&at.replace("/api/v1/remediation", "")).text.contains("研判为严重风险"));
    author.post(&format!("{at}/dismiss"), &json!({ "reason": "已按此召回" })).expect(200);
    app.clock.advance(Duration::minutes(5));
    validated(&author, &second, &body);
    assert_eq!(
        listed(&author, &format!("{ALERTS}?cause=assessment&state=open")).len(),
        0,
        "nothing newer is named"
    );
    let fresh = signal(&app, ("injury", "official"), ("K0101", "440100"), Some(4));
    body["evidence"] = json!([{ "kind": "signal", "id": old }, { "kind": "signal", "id": fresh }]);
    let author = app.http().log_in("author", PASSWORD);
    validated(&author, &second, &body);
    assert_eq!(listed(&author, &format!("{ALERTS}?cause=assessment&state=open")).len(), 1);
}

#[test]
fn a_dismissed_signal_is_no_evidence_and_a_region_counts_the_assessments_under_it() {
    let app = start();
    let (author, second) = officers(&app);
    let id = signal(&app, ("media", "attributed"), ("K0101", "440100"), None);
    let mut body = new("440100", "0.00002");
    body["evidence"] = json!([{ "kind": "signal", "id": id }]);
    author.post(&format!("/api/v1/signals/{id}/dismiss"), &json!({ "reason": "与产品质量无关" })).expect(200);
    assert_eq!(author.post(ASSESSMENTS, &body).problem()["errors"][0]["pointer"], "/evidence/0");
    author.post(&format!("/api/v1/signals/{id}/reopen"), &json!({})).expect(200);
    validated(&author, &second, &body);
    for region in ["440100", "440000"] {
        assert_eq!(crate::risk::cell(&author, "K0101", region, "")["severity"], 3, "{region}");
    }
    assert_eq!(crate::risk::cell(&author, "K0101", "440103", ""), json!(null), "not what is around");
    for wrong in ["/api/v1/risk?level=county", "/api/v1/risk?level="] {
        assert_eq!(author.get(wrong).status, 422, "{wrong}");
    }
    assert_eq!(author.get("/api/v1/risk/K9999/history").status, 404);
}

#[test]
fn what_should_not_be_is_withdrawn_with_a_reason() {
    let app = start();
    let (author, second) = officers(&app);
    let reason = json!({ "reason": "产品种类有误" });
    let draft = written(&author, &new("440100", "0.00002"));
    assert_eq!(second.post(&format!("{draft}/withdraw"), &reason).status, 403, "its author's own");
    assert_eq!(author.post(&format!("{draft}/withdraw"), &json!({ "reason": " " })).status, 422);
    let gone = author.post(&format!("{draft}/withdraw"), &reason).expect(200);
    assert_eq!((&gone["state"], &gone["reason"]), (&json!("withdrawn"), &json!("产品种类有误")));
    assert_eq!(author.act(&format!("{draft}/submit")).refusal().1, "assessment_state");
    // In force it is withdrawn by another officer, and gives no severity from then on.
    let id = signal(&app, ("media", "attributed"), ("K0101", "440100"), None);
    let mut body = new("440100", "0.00002");
    body["evidence"] = json!([{ "kind": "signal", "id": id }]);
    let path = validated(&author, &second, &body);
    let seen = |who: &Http| crate::risk::cell(who, "K0101", "440100", "")["severity"].clone();
    assert_eq!(seen(&author), 3);
    let own = author.post(&format!("{path}/withdraw"), &reason);
    assert_eq!(own.refusal(), (409, "second_officer_needed".to_owned()));
    second.post(&format!("{path}/withdraw"), &reason).expect(200);
    assert_eq!(seen(&author), json!(null));
    assert_eq!(author.get(&format!("/api/v1/signals/{id}")).expect(200)["state"], "triaged", "used no more");
    assert!(author.get(&path.replace("/api/v1", "")).text.contains("撤回原因"));
    // Another one of the same kind, region and hazard can come into force.
    validated(&author, &second, &new("440100", "0.00002"));
}

#[test]
fn an_assessment_of_the_province_is_a_review_of_its_kind() {
    let app = start();
    let (author, second) = officers(&app);
    let reviewed = |who: &Http| {
        let kinds = who.get("/api/v1/regimes?q=K0101").expect(200);
        kinds["items"][0]["reviewed_on"].clone()
    };
    validated(&author, &second, &new("440100", "0.00002"));
    assert_eq!(reviewed(&author), json!(null), "a city is a part of it");
    validated(&author, &second, &new("440000", "0.00002"));
    assert_eq!(reviewed(&author), "2026-03-02");
}
