//! The main job, end to end: from the zero-out list to a cleared enterprise, over real HTTP,
//! WebSocket, PostgreSQL and SMTP.

use chrono::Duration;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use zerodesk::zero_out::import::Column;

use crate::support::csv::{A, B, file, row};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};

const FACTORY: &str = "quality@mingzhu.example";
const EXPERT: &str = "chen@hospital.example";

fn list() -> Vec<u8> {
    file(&[
        row(&[(Column::Name, "广州明珠电缆有限公司"), (Column::ContactEmail, FACTORY)]),
        row(&[(Column::Uscc, B), (Column::ReportNo, "R2"), (Column::OrderIssuedOn, "")]),
        row(&[(Column::Uscc, "9144030071526726XH"), (Column::ReportNo, "R3")]),
        row(&[
            (Column::Uscc, "91440101MA59ABCD49"),
            (Column::Name, "停业公司"),
            (Column::OperatingStatus, "开门"),
        ]),
    ])
}

fn import(app: &TestApp, officer: &Http) {
    let report = app.import(officer, &list(), false);
    for (key, value) in [("rows", 4), ("inserted", 2), ("updated", 0), ("unchanged", 0), ("rejected", 2)] {
        assert_eq!(report[key], value, "{key}: {report}");
    }
    let path = format!("/api/v1/zero-out/imports/{}/rejections", text(&report["id"]));
    let rejected = officer.get(&path).expect(200);
    assert_eq!(rejected["items"][0]["row"], 4);
    assert_eq!(rejected["items"][0]["column"], "uscc");
    let again = app.import(officer, &list(), false);
    assert_eq!((&again["unchanged"], &again["inserted"]), (&json!(2), &json!(0)), "{again}");
}

/// The enterprise claims its account by the link that is mailed to the address on record.
fn claim(app: &TestApp) -> Http {
    let token = app.claim(A, FACTORY, "mingzhu");
    let confirm = "/api/v1/enterprise-registrations/confirm";
    let chosen = json!({ "token": token, "username": "mingzhu", "password": PASSWORD });
    app.http().post(confirm, &chosen).expect(201);
    assert_eq!(app.http().post(confirm, &chosen).status, 422, "the link is good once");
    app.http().log_in("mingzhu", PASSWORD)
}

/// An expert applies, an officer approves, both are informed by mail.
fn vet(app: &TestApp, officer: &Http) -> Http {
    let application = json!({
        "name": "陈工", "title": "正高级工程师", "email": EXPERT,
        "regions": ["440100"], "capacity": 2,
        "specialties": [{ "product_class": "C01", "level": 3, "items": ["GB/T 5023.3"] }],
        "conflicts": [{ "uscc": B, "relation": "employer" }],
    });
    let token = app.token_of(EXPERT, "/api/v1/expert-applications", &application);
    let waiting = officer.get("/api/v1/expert-applications").expect(200);
    assert_eq!(waiting["items"], json!([]), "the mailbox is not proved yet");
    let chosen = json!({ "token": token, "username": "chen", "password": PASSWORD });
    let applied = app.http().post("/api/v1/expert-applications/confirm", &chosen).expect(201);
    let log_in = json!({ "username": "chen", "password": PASSWORD });
    assert_eq!(app.http().post("/api/v1/auth/login", &log_in).refusal().0, 403, "not approved yet");
    let waiting = officer.get("/api/v1/expert-applications").expect(200);
    assert_eq!(waiting["items"][0]["id"], applied["id"]);
    let id = text(&applied["id"]);
    officer.act(&format!("/api/v1/expert-applications/{id}/approve")).expect(200);
    app.http().log_in("chen", PASSWORD)
}

/// Both talk over sockets; a break of the line loses and doubles nothing; notes stay among experts.
fn talk(app: &TestApp, id: &str, enterprise: &Http, expert: &Http) {
    let (mut factory, mut chen) = (app.following(enterprise, id), app.following(expert, id));
    assert_eq!(factory.say_acknowledged(id, "talk", "线芯电阻偏大"), 1);
    assert_eq!(chen.messages_to(id, "talk", 1)[0]["body"], "线芯电阻偏大");
    assert_eq!(chen.say_acknowledged(id, "notes", "怀疑铜材不纯"), 1);
    assert_eq!(chen.say_acknowledged(id, "talk", "请提供铜材批次"), 2);
    assert_eq!(factory.messages_to(id, "talk", 2).len(), 2);
    // The line breaks; meanwhile the expert goes on.
    let before = factory.frames_so_far();
    assert!(before.iter().all(|frame| frame["stream"] != "notes"), "{before:?}");
    factory.disconnect();
    assert_eq!(chen.say_acknowledged(id, "talk", "以及拉丝记录"), 3);
    assert_eq!(chen.say_acknowledged(id, "notes", "下次会诊"), 2);
    assert_eq!(chen.say_acknowledged(id, "talk", "谢谢"), 4);
    let mut factory = app.ws(enterprise);
    let standing = factory.subscribe(id, 2, 0);
    assert_eq!(standing["last_seq"], json!({ "talk": 4 }), "no word of notes");
    let missed: Vec<_> = factory.messages_to(id, "talk", 4).iter().map(|m| m["seq"].clone()).collect();
    assert_eq!(missed, [json!(3), json!(4)]);
    assert!(factory.frames_so_far().is_empty(), "nothing but what was missed");
    // The same by HTTP.
    let path = format!("/api/v1/consultations/{id}/messages");
    let read: Value = enterprise.get(&path).expect(200);
    assert_eq!(read["items"].as_array().unwrap().len(), 4);
    assert_eq!(enterprise.get(&format!("{path}?stream=notes")).refusal().0, 404);
    assert_eq!(expert.get(&format!("{path}?stream=notes")).expect(200)["items"].as_array().unwrap().len(), 2);
}

/// The statutory course: corrected, proved, re-inspected, cleared.
fn clear(officer: &Http, reviewer: &Http, enterprise: &Http, case: &str) {
    let path = format!("/api/v1/remediation/cases/{case}");
    let step =
        |who: &Http, event: Value| who.post(&format!("{path}/events"), &event).expect(200)["state"].clone();
    assert_eq!(step(enterprise, json!({ "event": "start_correction" })), "correcting");
    let early = enterprise.post(&format!("{path}/events"), &json!({ "event": "submit_evidence" }));
    assert_eq!(early.refusal(), (409, "no_evidence".to_owned()));
    let action = enterprise.get(&path).expect(200)["actions"][0]["id"].clone();
    let proof = json!({ "action": action, "description": "新批次检验报告" });
    enterprise.post(&format!("{path}/evidence"), &proof).expect(201);
    assert_eq!(step(enterprise, json!({ "event": "submit_evidence" })), "evidence_submitted");
    let early = officer.post(&format!("{path}/events"), &json!({ "event": "clear" }));
    assert_eq!(early.refusal(), (409, "case_state".to_owned()));
    let passed = json!({ "event": "reinspect", "passed": true, "note": "复查合格" });
    assert_eq!(step(officer, passed), "reinspection_passed");
    assert_eq!(enterprise.get(&path).expect(200)["on_hold"], false);
    let own = enterprise.post(&format!("{path}/events"), &json!({ "event": "clear" }));
    assert_eq!(own.status, 403, "nobody clears oneself");
    let inspector = officer.post(&format!("{path}/events"), &json!({ "event": "clear" }));
    assert_eq!(inspector.refusal(), (409, "inspector_may_not_clear".to_owned()));
    assert_eq!(step(reviewer, json!({ "event": "clear" })), "cleared");
}

#[test]
fn from_the_zero_out_list_to_a_cleared_enterprise() {
    let app = TestApp::builder().at("2021-09-27T01:00:00Z").start();
    let officer = app.admin("officer-gz", "440100");
    let overview = || officer.get("/api/v1/reports/overview").expect(200);
    import(&app, &officer);
    let before = overview();
    for (key, value) in [
        ("listed", 2),
        ("operating", 2),
        ("nonconformities", 2),
        ("experts", 0),
        ("enterprises_consulted", 0),
        ("cleared", 0),
    ] {
        assert_eq!(before[key], value, "{key}: {before}");
    }
    assert_eq!(before["cases"]["ordered"], 1, "{before}");
    assert_eq!(before["zero_out_rate"], 0.0);

    let enterprise = claim(&app);
    let mine = enterprise.get("/api/v1/zero-out").expect(200);
    assert_eq!(mine["items"].as_array().unwrap().len(), 1, "only its own: {mine}");
    let expert = vet(&app, &officer);
    // The expert is there when the consultation is opened: the offer comes at once.
    let mut waiting = app.ws(&expert);
    let me = enterprise.get("/api/v1/me").expect(200);
    let me = enterprise.get(&format!("/api/v1/enterprises/{}", text(&me["enterprise_id"]))).expect(200);
    let question = json!({
        "nonconformity": me["nonconformities"][0]["id"], "subject": "线芯电阻不合格", "question": "如何整改?",
    });
    let opened = enterprise.post("/api/v1/consultations", &question).expect(201);
    assert_eq!((&opened["status"], &opened["expert"]), (&json!("offered"), &Value::Null), "{opened}");
    let id = text(&opened["id"]);
    let offer = waiting.wait_ev("offer");
    assert_eq!((&offer["consultation"], &offer["subject"]), (&opened["id"], &json!("线芯电阻不合格")));
    assert_eq!(offer["until"], json!(app.now() + Duration::seconds(180)));
    let accepted = expert.act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
    assert_eq!(accepted["status"], "active");
    talk(&app, &id, &enterprise, &expert);

    let advice = json!({ "summary": "建议:", "actions": [
        { "kind": "containment", "description": "召回该批次" },
        { "kind": "correction", "description": "更换铜材供应商", "due_on": "2021-10-07" },
    ]});
    let given = expert.post(&format!("/api/v1/consultations/{id}/advice"), &advice).expect(201);
    assert_eq!(given["seq"], 5, "the advice stands in the talk");
    let case = text(&given["case"]);
    let conclusion = json!({ "conclusion": "按建议整改后申请复查。" });
    expert.post(&format!("/api/v1/consultations/{id}/conclude"), &conclusion).expect(200);
    let rating = json!({ "rating": 5, "comment": "很有帮助" });
    enterprise.post(&format!("/api/v1/consultations/{id}/rating"), &rating).expect(200);
    let detail = enterprise.get(&format!("/api/v1/remediation/cases/{case}")).expect(200);
    assert_eq!(detail["actions"].as_array().unwrap().len(), 2, "the actions stand on the case: {detail}");
    assert_eq!(detail["clocks"]["rectification"]["due_on"], "2021-10-08");
    assert_eq!(detail["clocks"]["reinspection"]["due_on"], "2021-10-18");
    let reviewer = app.admin("reviewer-gz", "440100");
    clear(&officer, &reviewer, &enterprise, &case);

    let after = overview();
    for (key, value) in
        [("listed", 2), ("operating", 2), ("experts", 1), ("enterprises_consulted", 1), ("cleared", 1)]
    {
        assert_eq!(after[key], value, "{key}: {after}");
    }
    assert_eq!((&after["cases"]["ordered"], &after["cases"]["cleared"]), (&json!(0), &json!(1)));
    assert_eq!(after["consultations"]["concluded"], 1);
    assert_eq!(after["zero_out_rate"], 0.5, "the rate has moved");

    for (to, word) in [
        (EXPERT, "请确认：有人以您的邮箱申请成为平台专家"),
        (EXPERT, "已收到您的专家申请"),
        (EXPERT, "您的专家申请已通过"),
        (EXPERT, "线芯电阻不合格"),
        (FACTORY, "请确认：有人为贵企业申请开通账号"),
        (FACTORY, "贵企业的平台账号已开通"),
        (FACTORY, "陈工"),
        (FACTORY, "按建议整改后申请复查"),
        (FACTORY, "复查"),
        (FACTORY, "已清零"),
    ] {
        app.mail(to, word);
    }
    let ids: Vec<_> = app.smtp.received().iter().map(|mail| mail.header("Message-ID").to_owned()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "each mail came once");
    audited(&app);
}

/// Every change has left its row.
fn audited(app: &TestApp) {
    let page = app.operator("operator").get("/api/v1/audit?limit=200").expect(200);
    let actions: BTreeSet<_> =
        page["items"].as_array().unwrap().iter().map(|row| text(&row["action"])).collect();
    for action in [
        "create_staff",
        "log_in",
        "request_import",
        "run_import",
        "register_enterprise",
        "claim_account",
        "apply_as_expert",
        "approve_expert",
        "open_consultation",
        "accept_consultation",
        "give_advice",
        "conclude_consultation",
        "rate_consultation",
        "start_correction",
        "add_evidence",
        "submit_evidence",
        "pass_reinspection",
        "clear",
    ] {
        assert!(actions.contains(action), "no {action} in {actions:?}");
    }
}
