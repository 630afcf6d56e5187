//! Check-ups are planned for each clearance, held, listed when overdue, and end with the enterprise.

use chrono::Duration;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::{evidence, faults};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};

const FOLLOW_UPS: &str = "/api/v1/follow-ups";

fn sweep(app: &TestApp) {
    zerodesk::engagements::follow_ups::plan::sweep(&app.app, &|| false).unwrap();
}

fn sql(app: &TestApp, statements: &str) {
    app.database().connect().batch_execute(statements).unwrap();
}

/// Clears the cases of all enterprises now.
fn clear(app: &TestApp) {
    let now = app.now().to_rfc3339();
    sql(
        app,
        &format!("UPDATE remediation_case SET state = 'cleared', cleared_at = '{now}', updated_at = '{now}'"),
    );
}

fn items(who: &Http, query: &str) -> Vec<Value> {
    who.get(&format!("{FOLLOW_UPS}{query}")).expect(200)["items"].as_array().unwrap().clone()
}

#[test]
fn three_check_ups_follow_a_clearance_once() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    assert!(firm.case.is_some());
    sweep(&app);
    assert!(items(&officer, "").is_empty(), "nothing is cleared");
    clear(&app);
    sweep(&app);
    sweep(&app);
    let mut due: Vec<String> = items(&officer, "").iter().map(|one| text(&one["due_on"])).collect();
    due.sort();
    assert_eq!(due, ["2026-06-02", "2026-09-02", "2027-03-02"]);
    assert_eq!(items(&firm.http, "").len(), 3, "the enterprise knows of its own");
    assert!(items(&app.admin("elsewhere", "440300"), "").is_empty());
}

#[test]
fn one_is_held_with_its_result_and_the_overdue_are_listed() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    app.claimed_enterprise(1, "440103", "K0101");
    clear(&app);
    sweep(&app);
    app.clock.advance(Duration::days(100));
    let officer_again = app.http().log_in("officer", PASSWORD);
    drop(officer);
    let overdue = items(&officer_again, "?overdue=true");
    assert_eq!((overdue.len(), &overdue[0]["months"]), (1, &json!(3)));
    let path = format!("{FOLLOW_UPS}/{}/result", text(&overdue[0]["id"]));
    let body = json!({ "result": "relapse_signs", "held_on": "2026-06-05" });
    assert_eq!(faults(&officer_again.post(&path, &body).problem()), ["/note"]);
    let early = json!({ "result": "well", "held_on": "2026-01-05" });
    assert_eq!(faults(&officer_again.post(&path, &early).problem()), ["/held_on"]);
    let held = officer_again.post(&path, &json!({ "result": "well", "held_on": "2026-06-05" })).expect(200);
    assert_eq!((&held["state"], &held["result"]), (&json!("closed"), &json!("well")));
    assert_eq!(
        officer_again.post(&path, &json!({ "result": "well", "held_on": "2026-06-05" })).refusal().0,
        409
    );
    assert!(items(&officer_again, "?overdue=true").is_empty());
}

#[test]
fn a_photo_of_one_enterprise_is_none_of_another() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    for n in [1, 2] {
        app.claimed_enterprise(n, "440103", "K0101");
    }
    clear(&app);
    sweep(&app);
    let all = items(&officer, "");
    let one = &all[0]["enterprise_id"];
    let (own, of_others): (Vec<_>, Vec<_>) = all.iter().partition(|each| &each["enterprise_id"] == one);
    let held = |check_up: &Value| {
        let png = crate::attachments::samples::PNG;
        let photo = officer.upload("/api/v1/attachments", "a.png", png, &[]).expect(201)["id"].clone();
        let body = json!({ "result": "well", "held_on": "2026-03-02", "attachments": [photo] });
        officer.post(&format!("{FOLLOW_UPS}/{}/result", text(&check_up["id"])), &body)
    };
    held(own[0]).expect(200);
    assert_eq!(held(of_others[0]).refusal(), (409, "photo_used_elsewhere".to_owned()));
    held(own[1]).expect(200);
}

#[test]
fn they_end_when_the_enterprise_ceases() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    app.claimed_enterprise(1, "440103", "K0101");
    clear(&app);
    sweep(&app);
    sql(&app, "UPDATE enterprise SET operating_status = 'deregistered'");
    sweep(&app);
    let all = items(&officer, "");
    assert_eq!(all.len(), 3);
    assert!(all.iter().all(|one| one["state"] == "cancelled" && one["ended_reason"].is_string()), "{all:#?}");
}

#[test]
fn a_result_is_corrected_and_past_days_keep_what_was_said() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let body = json!({ "enterprise_id": firm.id, "topic": "整改效果回访", "due_on": "2026-03-20" });
    let path = format!("{FOLLOW_UPS}/{}", text(&officer.post(FOLLOW_UPS, &body).expect(201)["id"]));
    let correction = format!("{path}/correction");
    let right = json!({ "result": "relapse_signs", "held_on": "2026-03-02", "note": "样品绝缘再次偏低", "reason": "选错结果" });
    assert_eq!(officer.post(&correction, &right).refusal(), (409, "engagement_state".to_owned()));
    officer
        .post(&format!("{path}/result"), &json!({ "result": "well", "held_on": "2026-03-02" }))
        .expect(200);
    assert_eq!(evidence(&app, &firm.id, "sample_passed", "2026-03-02T16:00:00Z"), 1);

    app.clock.advance(Duration::days(2));
    let officer = app.http().log_in("officer", PASSWORD);
    for (wrong, pointer) in [
        (json!({ "result": "well", "held_on": "2026-03-02", "reason": "x" }), ""),
        (json!({ "result": "well", "reason": "x" }), "/held_on"),
        (json!({ "held_on": "2026-03-02", "reason": "x" }), "/held_on"),
        (json!({ "result": "relapse_signs", "held_on": "2026-03-02", "reason": "x" }), "/note"),
        (json!({ "result": "not_found", "held_on": "2026-03-09", "reason": "x" }), "/held_on"),
        (json!({ "result": "not_found", "held_on": "2026-03-02", "reason": " " }), "/reason"),
    ] {
        assert_eq!(faults(&officer.post(&correction, &wrong).problem()), [pointer], "{wrong}");
    }
    let stale = json!({ "result": "not_found", "held_on": "2026-03-02", "reason": "x", "version": 1 });
    assert_eq!(officer.post(&correction, &stale).refusal(), (409, "engagement_changed".to_owned()));
    assert_eq!(app.http().log_in("enterprise-1", PASSWORD).post(&correction, &right).status, 403);
    let done = officer.post(&correction, &right).expect(200);
    assert_eq!((&done["state"], &done["result"]), (&json!("closed"), &json!("relapse_signs")));
    assert_eq!(
        (&done["corrected"][0]["result"], &done["corrected"][0]["reason"]),
        (&json!("well"), &json!("选错结果"))
    );
    app.mail("factory-1@enterprise.example", "回访结果更正");
    // Signs of a relapse guard nothing; the day before still says what was known then.
    assert_eq!(evidence(&app, &firm.id, "sample_passed", "2026-03-02T16:00:00Z"), 1);
    assert_eq!(evidence(&app, &firm.id, "sample_passed", "2026-03-04T16:00:00Z"), 0);

    let done = officer.post(&correction, &json!({ "reason": "并未开展" })).expect(200);
    assert_eq!((&done["state"], &done["result"]), (&json!("planned"), &Value::Null));
    assert_eq!(done["corrected"].as_array().unwrap().len(), 2);
    officer
        .post(&format!("{path}/result"), &json!({ "result": "well", "held_on": "2026-03-04" }))
        .expect(200);
}

#[test]
fn an_enterprise_is_told_that_one_comes_and_that_it_is_called_off() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let plan = |topic: &str, due: &str| {
        let body = json!({ "enterprise_id": firm.id, "topic": topic, "due_on": due });
        format!("{FOLLOW_UPS}/{}", text(&officer.post(FOLLOW_UPS, &body).expect(201)["id"]))
    };
    let (near, far) = (plan("两周内的回访", "2026-03-16"), plan("下季度的回访", "2026-06-16"));
    sweep(&app);
    app.mail("factory-1@enterprise.example", "两周内的回访");
    let told = |path: &str| officer.get(path).expect(200)["announced_at"].is_string();
    assert!(told(&near) && !told(&far));
    officer.post(&format!("{near}/cancel"), &json!({ "reason": "另行安排" })).expect(200);
    app.mail("factory-1@enterprise.example", "清零回访取消");
}

#[test]
fn one_is_planned_by_the_credit_code_and_the_enterprise_lists_its_own() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let code = text(&officer.get(&format!("/api/v1/enterprises/{}", firm.id)).expect(200)["uscc"]);
    let plan = |body: Value| officer.post(FOLLOW_UPS, &body);
    let body =
        json!({ "uscc": code.to_lowercase(), "topic": "按信用代码安排的回访", "due_on": "2026-03-16" });
    let path = format!("{FOLLOW_UPS}/{}", text(&plan(body).expect(201)["id"]));
    for (wrong, pointer) in [
        (json!({ "topic": "t", "due_on": "2026-03-16" }), "/enterprise_id"),
        (json!({ "enterprise_id": firm.id, "uscc": code, "topic": "t", "due_on": "2026-03-16" }), "/uscc"),
        (json!({ "uscc": "91440000000000000X", "topic": "t", "due_on": "2026-03-16" }), "/uscc"),
    ] {
        assert_eq!(faults(&plan(wrong).problem()), [pointer]);
    }
    let page = firm.http.get("/my/follow-ups");
    assert!(page.status == 200 && page.text.contains("按信用代码安排的回访"), "{}", page.text);
    assert!(!page.text.contains("data-open=\"new\""), "an enterprise plans none");
    let id = path.rsplit('/').next().unwrap();
    assert_eq!(firm.http.get(&format!("/follow-ups/{id}")).status, 200);
    assert_eq!(officer.get("/my/follow-ups").status, 404);
}
