//! Check-ups are planned for each clearance, held, listed when overdue, and end with the enterprise.

use chrono::Duration;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::faults;
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
