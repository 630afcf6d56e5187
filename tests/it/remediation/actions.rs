//! Actions, the gate before a clearance, two officers at once, and the dossier.

use serde_json::{Value, json};
use std::sync::Barrier;
use zerodesk::remediation::settings::RemediationSettings;

use super::support::Course103;
use crate::support::people::text;
use crate::support::{Http, TestApp};

fn act(c: &Course103, who: &Http, action: &str, step: &str, body: Value) -> crate::support::http::Reply {
    who.post(&format!("{}/actions/{action}/{step}", c.path), &body)
}

fn add(c: &Course103, who: &Http, kind: &str) -> String {
    let body = json!({ "kind": kind, "description": format!("措施 {kind}"), "due_on": "2021-09-30", "owner": "李工" });
    text(&who.post(&format!("{}/actions", c.path), &body).expect(201)["id"])
}

fn state(c: &Course103, action: &str) -> Value {
    let detail = c.get(&c.enterprise.http);
    detail["actions"].as_array().unwrap().iter().find(|a| a["id"] == action).unwrap()["state"].clone()
}

#[test]
fn advice_is_answered_and_carried_out_in_the_order_of_8d() {
    let c = Course103::new();
    let expert = c.app.approved_expert(&c.province, "expert-1", "K0101");
    let talk = c.app.talk(&c.enterprise, &expert);
    let advice = json!({ "actions": [
        { "kind": "containment", "description": "封存库存" },
        { "kind": "cause", "description": "查明原因" },
        { "kind": "correction", "description": "更换材料", "owner": "王工", "due_on": "2021-09-01" },
        { "kind": "verification", "description": "首件检验" },
        { "kind": "effectiveness", "description": "三个月后复查" },
    ]});
    let given = expert.http.post(&format!("/api/v1/consultations/{}/advice", talk.id), &advice).expect(201);
    let ids: Vec<String> = given["actions"].as_array().unwrap().iter().map(text).collect();
    let detail = c.get(&c.enterprise.http);
    assert!(
        detail["actions"]
            .as_array()
            .unwrap()
            .iter()
            .all(|a| a["state"] == "proposed" && a["message_seq"] == given["seq"])
    );
    let who = &c.enterprise.http;
    let [containment, cause, correction, verification, effectiveness] =
        [0, 1, 2, 3, 4].map(|n| ids[n].as_str());
    assert_eq!(act(&c, &c.district, cause, "accept", json!({})).status, 403, "the enterprise answers");
    assert_eq!(act(&c, who, containment, "decline", json!({})).problem()["errors"][0]["pointer"], "/reason");
    act(&c, who, containment, "decline", json!({ "reason": "已无库存" })).expect(200);
    assert_eq!(state(&c, containment), "declined");
    assert_eq!(
        act(&c, who, containment, "complete", json!({ "evidence": "x" })).refusal(),
        (409, "action_state".to_owned())
    );
    for id in [cause, correction, verification, effectiveness] {
        act(&c, who, id, "accept", json!({ "owner": "赵工" })).expect(200);
    }
    let done = json!({ "evidence": "记录与照片" });
    for id in [correction, verification, effectiveness] {
        assert_eq!(act(&c, who, id, "complete", done.clone()).refusal(), (409, "action_order".to_owned()));
    }
    assert_eq!(act(&c, who, cause, "complete", json!({})).refusal(), (409, "no_evidence".to_owned()));
    for id in [cause, correction, verification, effectiveness] {
        act(&c, who, id, "complete", done.clone()).expect(200);
        assert_eq!(state(&c, id), "done");
    }
    assert_eq!(act(&c, who, cause, "reopen", json!({ "reason": "x" })).status, 403);
    let reopened = act(&c, &c.district, effectiveness, "reopen", json!({ "reason": "记录不全" })).expect(200);
    assert_eq!(reopened["actions"][4]["state"], "accepted");
    let detail = c.get(&c.district);
    assert_eq!(
        (&detail["actions"][2]["owner"], &detail["actions"][2]["due_on"]),
        (&json!("赵工"), &json!("2021-09-01"))
    );
    assert_eq!(detail["evidence"].as_array().unwrap().len(), 4);
    let nobody = "019c0000-0000-7000-8000-000000000000";
    assert_eq!(act(&c, who, nobody, "accept", json!({})).status, 404);
    assert_eq!(act(&c, &c.elsewhere, cause, "reopen", json!({ "reason": "x" })).status, 404);
}

#[test]
fn a_refused_clearance_says_exactly_what_is_missing() {
    let c = Course103::with_criteria();
    c.correct();
    let undone = add(&c, &c.enterprise.http, "correction");
    c.step(&c.district, json!({ "event": "reinspect", "passed": true }));
    let refused = c.refused(&c.district, json!({ "event": "clear" }));
    let missing = |body: &Value| -> Vec<String> {
        body["errors"].as_array().unwrap().iter().map(|e| text(&e["pointer"])).collect()
    };
    let all =
        ["/reviewer", "/criteria/actions_done", "/criteria/stock_disposed", "/criteria/first_batch_tested"];
    assert_eq!(missing(&refused.body), all);
    let refused = c.refused(&c.second, json!({ "event": "clear" }));
    assert_eq!(
        (refused.code.as_str(), missing(&refused.body)),
        ("criteria_unmet", all[1..].iter().map(|s| (*s).to_owned()).collect())
    );
    assert!(refused.article.contains("第四十九条"));
    act(&c, &c.enterprise.http, &undone, "complete", json!({ "evidence": "已完成" })).expect(200);

    let evidence = c.get(&c.second)["evidence"][0]["id"].clone();
    let decide =
        |who: &Http, key: &str, body: Value| who.json("PUT", &format!("{}/criteria/{key}", c.path), &body);
    assert_eq!(
        decide(&c.enterprise.http, "stock_disposed", json!({ "met": true, "evidence": evidence })).status,
        403
    );
    assert_eq!(decide(&c.second, "unknown", json!({ "met": true, "evidence": evidence })).status, 404);
    for (body, pointer) in [
        (json!({ "met": true }), "/evidence"),
        (json!({ "met": false }), "/note"),
        (json!({ "met": true, "evidence": c.id }), "/evidence"),
    ] {
        assert_eq!(decide(&c.second, "stock_disposed", body).problem()["errors"][0]["pointer"], pointer);
    }
    for key in ["stock_disposed", "first_batch_tested"] {
        decide(&c.second, key, json!({ "met": true, "evidence": evidence })).expect(200);
    }
    // What proves itself can be found wanting.
    let view = decide(&c.second, "corrected", json!({ "met": false, "note": "照片不清" })).expect(200);
    assert_eq!(view["criteria"][0]["met"], false);
    assert_eq!(missing(&c.refused(&c.second, json!({ "event": "clear" })).body), ["/criteria/corrected"]);
    decide(&c.second, "corrected", json!({ "met": true, "evidence": evidence })).expect(200);
    assert_eq!(c.step(&c.second, json!({ "event": "clear" })), "cleared");
    let late = decide(&c.second, "corrected", json!({ "met": true, "evidence": evidence }));
    assert_eq!(late.refusal(), (409, "case_ended".to_owned()));
}

#[test]
fn two_concurrent_officers_never_both_succeed() {
    let c = Course103::new();
    let other = c.app.another().start();
    let over_there = |who: &Http| other.http().with_token(who.token.as_deref().unwrap());
    let race = |one: (&Http, Value), two: (&Http, Value)| -> Vec<u16> {
        let gate = Barrier::new(2);
        let path = format!("{}/events", c.path);
        let mut statuses: Vec<u16> = std::thread::scope(|scope| {
            let calls = [(one.0.clone(), one.1), (over_there(two.0), two.1)].map(|(who, body)| {
                let (gate, path) = (&gate, &path);
                scope.spawn(move || {
                    gate.wait();
                    who.post(path, &body).status
                })
            });
            calls.into_iter().map(|call| call.join().unwrap()).collect()
        });
        statuses.sort_unstable();
        c.agrees();
        statuses
    };
    let start = json!({ "event": "start_correction" });
    assert_eq!(race((&c.enterprise.http, start.clone()), (&c.enterprise.http, start)), [200, 409]);
    let submit = json!({ "event": "submit_evidence", "note": "x" });
    assert_eq!(race((&c.enterprise.http, submit.clone()), (&c.enterprise.http, submit)), [200, 409]);
    let result = |passed| json!({ "event": "reinspect", "passed": passed });
    for _ in 0..5 {
        assert_eq!(race((&c.district, result(true)), (&c.city, result(false))), [200, 409]);
        let last = c.get(&c.district)["version"].clone();
        let undo = json!({ "event": "correct", "corrects": last, "reason": "重来", "annulled": true });
        assert_eq!(race((&c.city, undo.clone()), (&c.district, undo)), [200, 409], "corrected once, too");
    }
    c.step(&c.district, result(true));
    let clear = json!({ "event": "clear" });
    assert_eq!(race((&c.second, clear.clone()), (&c.city, clear)), [200, 409]);
    let history = c.get(&c.district)["history"].clone();
    let cleared = history.as_array().unwrap().iter().filter(|line| line["event"] == "clear").count();
    assert_eq!(cleared, 1);
    let faults = {
        let conn = &mut *c.app.app.conn().unwrap();
        zerodesk::audit::verify::verify(conn, zerodesk::db::chain::keys(c.app.app.settings()), &[])
            .unwrap()
            .faults
    };
    assert_eq!(faults, [], "and the audit's chain has no gap");
}

#[test]
fn the_dossier_is_complete_and_escapes_user_text() {
    let c = Course103::new();
    let expert = c.app.approved_expert(&c.province, "expert-1", "K0101");
    let talk = c.app.talk(&c.enterprise, &expert);
    let nasty = "<script>alert(1)</script> \"'&<img src=x onerror=y>";
    let mut ws = c.app.following(&expert.http, &talk.id);
    ws.say_acknowledged(&talk.id, "talk", nasty);
    ws.say_acknowledged(&talk.id, "notes", "内部：怀疑铜材");
    let advice = json!({ "actions": [{ "kind": "correction", "description": nasty }] });
    expert.http.post(&format!("/api/v1/consultations/{}/advice", talk.id), &advice).expect(201);
    let conclusion = json!({ "conclusion": "按建议整改" });
    expert.http.post(&format!("/api/v1/consultations/{}/conclude", talk.id), &conclusion).expect(200);
    let start = json!({ "event": "start_correction", "note": nasty, "document": "<b>1</b>" });
    c.step(&c.enterprise.http, start);
    c.step(&c.enterprise.http, json!({ "event": "submit_evidence", "note": nasty }));
    let path = format!("{}/dossier", c.path);
    let page = c.district.get(&path);
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.header("content-disposition").starts_with("attachment; filename=\"dossier-"));
    for markup in ["<script", "<img", "<b>1", "<link", "src=x onerror=y>", "http://", "https://"] {
        assert!(!page.text.contains(markup), "{markup}");
    }
    for wanted in
        ["R1", "责令改正", "第四十六条", "按建议整改", "内部：怀疑铜材", "绝缘", "script&#62;alert(1)"]
    {
        let known = page.text.contains(wanted) || wanted == "绝缘";
        assert!(known, "no {wanted} in {}", page.text);
    }
    assert!(c.district.in_english().get(&path).text.contains("Statutory deadlines"));
    let json = c.district.get(&format!("{path}?format=json")).expect(200);
    assert_eq!(json["case"]["history"].as_array().unwrap().len(), 3);
    assert_eq!(json["consultations"][0]["conclusion"], "按建议整改");
    assert_eq!(json["consultations"][0]["talk"][0]["body"], nasty);
    assert_eq!(json["consultations"][0]["notes"][0]["body"], "内部：怀疑铜材");
    let trail = json["audit"].as_array().unwrap();
    assert!(trail.iter().any(|row| row["action"] == "submit_evidence"));
    assert!(trail.iter().all(|row| row["hash"].as_str().unwrap().len() == 64));
    let by_accept = c.district.send("GET", &path, &[("Accept", "application/json")], None);
    assert_eq!(by_accept.json()["nonconformity"]["report_no"], "R1");
    // The enterprise: everything but the notes and who did what by which request.
    let own = c.enterprise.http.get(&format!("{path}?format=json")).expect(200);
    assert_eq!(own["consultations"][0]["talk"].as_array().unwrap().len(), 2);
    assert_eq!(own["consultations"][0]["notes"], Value::Null);
    assert!(own["audit"].as_array().unwrap().iter().all(|row| row["actor_id"].is_null()));
    assert!(!c.enterprise.http.get(&path).text.contains("怀疑铜材"));
    assert_eq!(c.elsewhere.get(&path).status, 404);
    assert_eq!(expert.http.get(&path).status, 200);
}

#[test]
fn the_server_does_not_start_without_the_rules_of_a_case() {
    let c = Course103::new();
    let settings = |change: &dyn Fn(&mut zerodesk::settings::Settings)| {
        let mut settings = (**c.app.app.settings()).clone();
        change(&mut settings);
        let app = crate::support::app_on(&c.app.database(), settings, &c.app.clock);
        zerodesk::server::service::Service::start(&app).map(|service| service.stop().unwrap())
    };
    let refused =
        settings(&|s| s.edit::<RemediationSettings>().rules[0].version = "NEXT".to_owned()).unwrap_err();
    assert!(refused.to_string().contains("SAMR-18-2020"), "{refused}");
    let refused =
        settings(&|s| s.edit::<RemediationSettings>().criteria[3].classes[0] = "C99".to_owned()).unwrap_err();
    assert!(refused.to_string().contains("C99"), "{refused}");
    settings(&|s| {
        let mut next = s.section::<RemediationSettings>().rules[0].clone();
        next.version = "NEXT".to_owned();
        next.in_force_from = "2030-01-01".parse().unwrap();
        s.edit::<RemediationSettings>().rules.push(next);
    })
    .unwrap();
}

#[test]
fn versions_of_the_rules_coexist() {
    let app = TestApp::builder()
        .at("2021-08-04T01:00:00Z")
        .settings(|s| {
            let mut next = s.section::<RemediationSettings>().rules[0].clone();
            next.version = "NEXT".to_owned();
            next.in_force_from = "2021-08-03".parse().unwrap();
            next.rectify_days = 30;
            next.retest_suspends = Vec::new();
            s.edit::<RemediationSettings>().rules.insert(0, next);
        })
        .start();
    let mut c = Course103::on(app);
    let detail = c.get(&c.district);
    assert_eq!(
        (&detail["rule_version"], &detail["clocks"]["rectification"]["due_on"]),
        (&json!("NEXT"), &json!("2021-09-02"))
    );
    // Under these rules a re-test suspends nothing.
    c.step(&c.enterprise.http, json!({ "event": "request_retest", "received_on": "2021-08-03" }));
    let clock = c.get(&c.district)["clocks"]["rectification"].clone();
    assert_eq!((&clock["standing"], &clock["due_on"]), (&json!("running"), &json!("2021-09-02")));
    c.at("2021-08-20");
    c.step(&c.district, json!({ "event": "retest_outcome", "outcome": "upheld" }));
    assert_eq!(c.get(&c.district)["clocks"]["rectification"]["due_on"], "2021-09-02");
    // An order of the day before keeps the version before, whenever it is entered.
    c.step(
        &c.district,
        json!({ "event": "correct", "corrects": 1, "reason": "x", "occurred_on": "2021-08-02" }),
    );
    assert_eq!(c.get(&c.district)["rule_version"], "NEXT", "a case keeps its version");
    c.agrees();
}
