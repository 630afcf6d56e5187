//! What is said of a past day never changes, and lists say the same as statements.

use chrono::Duration;
use serde_json::{Value, json};
use zerodesk::core::Caller;
use zerodesk::credit::grading::all::run_regrading;
use zerodesk::credit::grading::ask::RegradeAll;

use super::{CREDIT, grade, listed, number, sql, statement};
use crate::conduct::{decision, entered, entry, entry_of, people, step};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};

/// What list and statement say of an enterprise on a day: grade and score.
fn said(who: &Http, enterprise: &str, day: &str) -> (Value, Value) {
    let rows = listed(who, &format!("{CREDIT}?as_of={day}"));
    let row = rows.iter().find(|row| row["enterprise_id"] == enterprise);
    let of_list = row.map_or((Value::Null, json!(0)), |row| (row["grade"].clone(), row["score"].clone()));
    let said = statement(who, enterprise, Some(day));
    let score = said["roles"].as_array().unwrap().iter().map(|role| role["score"].as_i64().unwrap()).max();
    assert_eq!(of_list, (said["grade"].clone(), json!(score.unwrap_or(0))), "{day}");
    of_list
}

#[test]
fn an_answer_about_a_past_day_stays_whatever_comes_later() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let path = entered(&officer, &entry_of(&enterprise.id, "sold_after_stop"));
    grade(&app);
    app.clock.advance(Duration::days(2));
    let officer = app.http().log_in("officer", PASSWORD);
    entered(&officer, &entry(&enterprise.id));
    grade(&app);
    let days = ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"];
    let before: Vec<(Value, Value)> = days.iter().map(|day| said(&officer, &enterprise.id, day)).collect();
    assert_eq!(before[0], (Value::Null, json!(0)));
    assert_eq!(before[1], (json!("c"), json!(12_000)));
    app.clock.advance(Duration::days(40));
    grade(&app);
    let officer = app.http().log_in("officer", PASSWORD);
    let mut annulled = decision();
    (annulled["ground"], annulled["document"]) = (json!("court"), json!("（2026）粤01行终1号"));
    step(&officer, &path, "annul", &annulled).expect(200);
    grade(&app);
    let after: Vec<(Value, Value)> = days.iter().map(|day| said(&officer, &enterprise.id, day)).collect();
    assert_eq!(before, after);
    let today = text(&statement(&officer, &enterprise.id, None)["as_of"]);
    assert_eq!(said(&officer, &enterprise.id, &today).0, json!("b"), "the sampling counts since its notice");
    // What time alone changed stands on the day on which it was so, though nobody graded on it.
    let began = number(
        &app,
        "SELECT count(*) FROM credit_change WHERE grade = 'c' AND score = 16000 AND day > '2026-03-05' AND day < '2026-04-10'",
    );
    assert_eq!(began, 1);
    // A grading of all finds nothing that a grading of single ones did not.
    let rows = number(&app, "SELECT count(*) FROM credit_change");
    let id = app.app.execute(&Caller::system(), &RegradeAll { reason: "x".to_owned() }).unwrap();
    while number(&app, "SELECT count(*) FROM credit_regrading WHERE state IN ('queued', 'running')") > 0 {
        run_regrading(&app.app, id, None).unwrap();
    }
    let view = officer.get(&format!("{CREDIT}/regradings/{id}")).expect(200);
    assert_eq!(
        (&view["state"], &view["graded"], &view["changed"], &view["regraded"]),
        (&json!("done"), &json!(1), &json!(0), &json!(0))
    );
    assert_eq!(number(&app, "SELECT count(*) FROM credit_change"), rows);
}

#[test]
fn a_grading_of_all_comes_to_what_gradings_of_single_ones_do() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    for n in 2..6 {
        let other = app.claimed_enterprise(n, "440305", "K0301");
        entered(
            &officer,
            &entry_of(&other.id, if n % 2 == 0 { "sold_after_stop" } else { "sampling_passed" }),
        );
    }
    entered(&officer, &entry(&enterprise.id));
    grade(&app);
    let all = || {
        let mut rows = listed(&officer, CREDIT);
        rows.sort_by_key(|row| text(&row["enterprise_id"]));
        rows
    };
    let singly = all();
    assert_eq!(singly.len(), 5);
    super::sql(&app, "DELETE FROM credit_subject; DELETE FROM credit_change;");
    let id =
        text(&officer.post(&format!("{CREDIT}/regradings"), &json!({ "reason": "核对" })).expect(202)["id"]);
    while number(&app, "SELECT count(*) FROM credit_regrading WHERE state IN ('queued', 'running')") > 0 {
        run_regrading(&app.app, id.parse().unwrap(), None).unwrap();
    }
    assert_eq!(all(), singly);
    // Only officers of a province ask for it, with a reason.
    let city = app.admin("city", "440100");
    assert_eq!(city.post(&format!("{CREDIT}/regradings"), &json!({ "reason": "核对" })).status, 403);
    let problem = officer.post(&format!("{CREDIT}/regradings"), &json!({ "reason": " " })).problem();
    assert_eq!(problem["errors"][0]["pointer"], "/reason");
}

#[test]
fn a_past_statement_keeps_the_number_that_was_known_and_the_place() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let mut penalty = entry_of(&enterprise.id, "penalty_ordinary");
    (penalty["source"], penalty["document_no"]) = (json!("penalty"), json!("粤市监处罚〔2026〕1号"));
    let path = entered(&officer, &penalty);
    app.clock.advance(Duration::days(1));
    let officer = app.http().log_in("officer", PASSWORD);
    let day = Some("2026-03-02");
    let number_of = |said: &Value| said["roles"][0]["own"]["facts"][0]["entries"][0]["document_no"].clone();
    let before = statement(&officer, &enterprise.id, day);
    assert_eq!(number_of(&before), "粤市监处罚〔2026〕1号");
    let mut correction = decision();
    correction["correction"] = json!({ "document_no": "粤市监处罚〔2026〕2号" });
    step(&officer, &path, "correct", &correction).expect(200);
    let moved = format!(
        "UPDATE enterprise SET region = '440305', operating_status = 'suspended', updated_at = '{}' WHERE id = '{}'",
        app.now().to_rfc3339(),
        enterprise.id
    );
    sql(&app, &moved);
    let after = statement(&officer, &enterprise.id, day);
    assert_eq!(number_of(&after), "粤市监处罚〔2026〕1号");
    assert_eq!((&after["region"], &after["operating"]), (&json!("440106"), &json!(true)));
    let today = statement(&officer, &enterprise.id, None);
    assert_eq!(number_of(&today), "粤市监处罚〔2026〕2号");
    assert_eq!((&today["region"], &today["operating"]), (&json!("440305"), &json!(false)));
}

#[test]
fn a_statement_says_what_can_be_done_of_an_entry_on_its_day() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    let path = entered(&officer, &entry(&enterprise.id));
    let objection = |said: &Value| {
        let ends = said["roles"][0]["own"]["facts"][0]["entries"][0]["ends"].clone();
        let found = ends.as_array().unwrap().iter().find(|end| end["kind"] == "objection").unwrap().clone();
        (found["possible"].clone(), text(&found["text"]["zh"]))
    };
    let open = (json!(true), "认为记录有误的，可以提出异议".to_owned());
    assert_eq!(objection(&statement(&enterprise.http, &enterprise.id, None)), open);
    app.clock.advance(Duration::days(1));
    let own = app.http().log_in("enterprise-1", PASSWORD);
    step(&own, &path, "object", &json!({ "reason": "样品不是本企业的" })).expect(200);
    let waiting = objection(&statement(&own, &enterprise.id, None));
    assert!(waiting.0 == json!(false) && waiting.1.contains("异议正在处理"), "{waiting:?}");
    app.clock.advance(Duration::days(1));
    let second = app.http().log_in("second", PASSWORD);
    step(&second, &path, "uphold", &decision()).expect(200);
    let decided = objection(&statement(&second, &enterprise.id, None));
    assert!(decided.0 == json!(false) && decided.1.contains("行政复议"), "{decided:?}");
    // The days before say what could be done then.
    assert_eq!(objection(&statement(&second, &enterprise.id, Some("2026-03-02"))), open);
    assert_eq!(objection(&statement(&second, &enterprise.id, Some("2026-03-03"))), waiting);
}

#[test]
fn what_was_on_trial_on_a_past_day_stays_so() {
    let app = TestApp::start();
    let (officer, _, enterprise) = people(&app);
    entered(&officer, &entry_of(&enterprise.id, "sold_after_stop"));
    grade(&app);
    // The rules of that day had been confirmed; the present ones of the same version are not.
    sql(&app, "UPDATE credit_change SET trial = false");
    app.clock.advance(Duration::days(1));
    let officer = app.http().log_in("officer", PASSWORD);
    let of_statement = |day: Option<&str>| statement(&officer, &enterprise.id, day)["trial"].clone();
    assert_eq!((of_statement(Some("2026-03-02")), of_statement(None)), (json!(false), json!(true)));
    let listed = listed(&officer, &format!("{CREDIT}?as_of=2026-03-02"));
    assert_eq!(listed[0]["trial"], json!(false));
    let figures = officer.get("/api/v1/reports/credit?as_of=2026-03-02").expect(200);
    assert_eq!(figures["trial"], json!(false));
}
