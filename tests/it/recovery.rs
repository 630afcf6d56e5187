//! Recovery: what becomes of enterprises after clearance, as of any day, through the real doors; the rule beside the query.

use chrono::{Duration, NaiveDate};
use serde_json::{Value, json};
use zerodesk::recovery::state::{Known, RecoveryState, state};
use zerodesk::zero_out::import::Column;

use crate::support::csv::{file, row, uscc};
use crate::support::people::{Enterprise, PASSWORD, text};
use crate::support::{Http, TestApp};

const RECOVERY: &str = "/api/v1/recovery";

/// The officers of the province.
struct Officers {
    first: Http,
    second: Http,
}

fn officers(app: &TestApp) -> Officers {
    Officers { first: app.admin("officer-gd", "440000"), second: app.admin("officer-2", "440000") }
}

/// Logs everybody in again, at nine in the morning of a day.
fn morning(app: &TestApp, day: &str) -> Officers {
    app.clock.set(format!("{day}T01:00:00Z").parse().unwrap());
    Officers {
        first: app.http().log_in("officer-gd", PASSWORD),
        second: app.http().log_in("officer-2", PASSWORD),
    }
}

/// Takes the case of an enterprise to its clearance on the first day.
fn clear(app: &TestApp, officers: &Officers, enterprise: &Enterprise, username: &str) {
    let own = app.http().log_in(username, PASSWORD);
    let events = format!("/api/v1/remediation/cases/{}/events", enterprise.case.clone().unwrap());
    let step = |who: &Http, body: Value| who.post(&events, &body).expect(200);
    step(&own, json!({ "event": "start_correction", "occurred_on": "2021-08-09" }));
    step(&own, json!({ "event": "submit_evidence", "note": "x", "occurred_on": "2021-08-09" }));
    step(&officers.first, json!({ "event": "reinspect", "passed": true, "occurred_on": "2021-08-09" }));
    step(&officers.second, json!({ "event": "clear", "occurred_on": "2021-08-09" }));
}

/// Puts another failure of enterprise `n` on the list.
fn fails_again(app: &TestApp, officer: &Http, n: u32, report: &str, item: &str, day: &str) {
    let list = file(&[row(&[
        (Column::Uscc, &uscc(n)),
        (Column::Name, &format!("广州第{n}公司")),
        (Column::RegionCode, "440305"),
        (Column::ReportNo, report),
        (Column::FailedItems, item),
        (Column::InspectedOn, day),
        (Column::OrderIssuedOn, ""),
    ])]);
    let done = app.import(officer, &list, false);
    assert_eq!(done["rejected"], 0, "{done}");
}

fn listed(who: &Http, query: &str) -> Vec<Value> {
    who.get(&format!("{RECOVERY}?{query}")).expect(200)["items"].as_array().unwrap().clone()
}

fn states(who: &Http, query: &str) -> Vec<String> {
    let mut states: Vec<String> = listed(who, query).iter().map(|r| text(&r["state"])).collect();
    states.sort();
    states
}

/// The items that failed, of the case of an enterprise.
fn items(enterprise: &Enterprise, officer: &Http) -> Vec<Value> {
    let detail = officer.get(&format!("/api/v1/enterprises/{}", enterprise.id)).expect(200);
    detail["nonconformities"][0]["failed_items"].as_array().unwrap().clone()
}

#[test]
fn cleared_then_recovered_after_the_window_or_relapsed_within_it() {
    let app = TestApp::builder().at("2021-08-09T01:00:00Z").start();
    let officers = officers(&app);
    let one = app.claimed_enterprise(1, "440305", "K0101");
    let two = app.claimed_enterprise(2, "440305", "K0101");
    clear(&app, &officers, &one, "enterprise-1");
    clear(&app, &officers, &two, "enterprise-2");
    let failed = items(&one, &officers.first);
    let many = failed.len().max(1);
    let all = listed(&officers.first, "");
    assert_eq!(all.len(), 2 * many, "{all:?}");
    assert!(all.iter().all(|r| r["state"] == "cleared" && r["cleared_on"] == "2021-08-09"), "{all:?}");
    assert_eq!(all[0]["until_on"], "2022-08-09");

    // Half a year later the second one fails the same item again.
    let officers = morning(&app, "2022-01-17");
    let item = failed.first().and_then(Value::as_str).unwrap_or_default().to_owned();
    fails_again(&app, &officers.first, 2, "R-AGAIN", &item, "2022-01-10");
    assert!(states(&officers.first, "as_of=2022-01-16").iter().all(|s| s == "cleared"), "not known yet");
    let relapsed = listed(&officers.first, "state=relapsed");
    assert_eq!(relapsed.len(), 1, "{relapsed:?}");
    assert_eq!(
        (&relapsed[0]["enterprise_id"], &relapsed[0]["relapsed_on"]),
        (&json!(two.id), &json!("2022-01-10"))
    );

    // After the window the first one has recovered; what was said of days before stays.
    let officers = morning(&app, "2022-08-09");
    let recovered = listed(&officers.first, "state=recovered");
    assert!(recovered.iter().any(|r| r["enterprise_id"] == json!(one.id)), "{recovered:?}");
    assert_eq!(listed(&officers.first, "state=relapsed").len(), 1);
    assert!(listed(&officers.first, "state=recovered&as_of=2022-08-08").is_empty());
    assert!(states(&officers.first, "as_of=2022-01-16").iter().all(|s| s == "cleared"));
    assert!(listed(&officers.first, "as_of=2021-08-08").is_empty(), "nothing was cleared yet");

    // n and interval stand beside the rate: one of so many items relapsed within the year.
    let figures = officers.first.get(&format!("{RECOVERY}/figures?as_of=2022-08-08")).expect(200);
    let relapse = &figures["total"]["relapse"];
    assert_eq!((&relapse["relapsed"], &relapse["cleared"]), (&json!(1), &json!(2 * many)));
    assert!(relapse["low"].as_f64().unwrap() < relapse["percent"].as_f64().unwrap());
    assert_eq!(figures["total"]["enterprises_relapsed"], 1);
    assert_eq!(figures["by_region"][0]["key"], "440300");
    let past = officers.first.get(&format!("{RECOVERY}/figures?as_of=2022-08-09")).expect(200);
    assert_eq!(past["total"]["relapse"]["cleared"], 0, "cleared more than twelve months ago");
}

#[test]
fn an_enterprise_sees_its_own_and_officers_their_region() {
    let app = TestApp::builder().at("2021-08-09T01:00:00Z").start();
    let officers = officers(&app);
    let elsewhere = app.admin("officer-gz", "440100");
    let one = app.claimed_enterprise(1, "440305", "K0101");
    let two = app.claimed_enterprise(2, "440106", "K0102");
    clear(&app, &officers, &one, "enterprise-1");
    clear(&app, &officers, &two, "enterprise-2");
    let own = app.http().log_in("enterprise-1", PASSWORD);
    assert!(listed(&own, "").iter().all(|r| r["enterprise_id"] == json!(one.id)));
    assert!(!listed(&own, "").is_empty());
    assert!(listed(&own, &format!("enterprise={}", two.id)).is_empty(), "nothing is known of another one");
    assert!(listed(&elsewhere, "").iter().all(|r| r["enterprise_id"] == json!(two.id)));
    assert_eq!(elsewhere.get(&format!("{RECOVERY}?region=440305")).status, 422);
    assert_eq!(own.get(&format!("{RECOVERY}/figures")).status, 403);
    assert_eq!(app.http().get(RECOVERY).status, 401);
    assert!(own.get("/my/recovery").text.contains("康复情况"));
    assert_eq!(officers.first.get("/my/recovery").status, 404);
    let page = officers.first.get("/recovery?kind=K0102");
    assert_eq!(page.status, 200);
    assert!(page.text.contains("广州第2公司") && !page.text.contains("广州第1公司"), "{}", page.text);
    assert_eq!(listed(&officers.first, "kind=K0101").len(), listed(&own, "").len());
    let csv = officers.first.get(&format!("{RECOVERY}?format=csv"));
    assert!(csv.status == 200 && csv.text.contains("康复期满日期"), "{}", csv.text);
}

#[test]
fn a_failure_of_another_item_is_no_relapse_and_a_withdrawn_or_late_one_neither() {
    let app = TestApp::builder().at("2021-08-09T01:00:00Z").start();
    let officers = officers(&app);
    let one = app.claimed_enterprise(1, "440305", "K0101");
    clear(&app, &officers, &one, "enterprise-1");
    let officers = morning(&app, "2021-11-08");
    fails_again(&app, &officers.first, 1, "R-OTHER", "完全不同的项目", "2021-11-01");
    let own = format!("enterprise={}", one.id);
    assert!(states(&officers.first, &own).iter().all(|s| s == "cleared"));
    // One of a sample of the day of the clearance, or of before, says nothing of the time after.
    let item = items(&one, &officers.first);
    let item = item.first().and_then(Value::as_str).unwrap_or("抗拉强度").to_owned();
    fails_again(&app, &officers.first, 1, "R-SAME-DAY", &item, "2021-08-09");
    assert!(states(&officers.first, &own).iter().all(|s| s == "cleared"));
    app.clock.advance(Duration::days(1));
}

#[test]
fn the_query_says_what_the_rule_says() {
    let app = TestApp::builder().at("2021-08-09T01:00:00Z").start();
    let officers = officers(&app);
    let one = app.claimed_enterprise(1, "440305", "K0101");
    clear(&app, &officers, &one, "enterprise-1");
    let officers = morning(&app, "2023-03-06");
    let cleared_on: NaiveDate = "2021-08-09".parse().unwrap();
    for day in ["2021-08-09", "2021-12-31", "2022-08-08", "2022-08-09", "2023-03-05"] {
        let known = Known { cleared_on, failed_on: None, in_care: false };
        let expected: RecoveryState = state(known, day.parse().unwrap(), 12);
        let said = states(&officers.first, &format!("as_of={day}"));
        assert!(!said.is_empty() && said.iter().all(|s| s == expected.as_str()), "{day}: {said:?}");
    }
}
