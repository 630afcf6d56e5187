//! What figures say of a few operators: whether D fails more than A, what came of objections and repairs, how long C lasts.

use chrono::Duration;
use serde_json::{Value, json};

use super::announced::{grade_all, made};
use super::{grade, sql};
use crate::conduct::{decision, entered, entry, entry_of, people, step};
use crate::support::TestApp;
use crate::support::people::PASSWORD;

/// Samplings with a final result on a day, of the enterprises number `from` to `until`; the first `failed` of them failed.
pub fn sampled(app: &TestApp, (from, until): (u32, u32), failed: u32, day: &str) {
    sql(
        app,
        &format!(
            "INSERT INTO inspection (id, number, organiser_region, method, purpose, level, state, role, operator_id, place_region,
                 sampled_on, reported_on, delivered_on, final_on, outcome, source, version, created_at, updated_at)
             SELECT gen_random_uuid(), 'S-{day}-' || e.uscc, '440000', 'sampling', 'routine', 'provincial', 'final', 'producer', e.id,
                 e.region, DATE '{day}', DATE '{day}', DATE '{day}', DATE '{day}',
                 CASE WHEN row_number() OVER (ORDER BY e.uscc) <= {failed} THEN 'nonconforming' ELSE 'conforming' END, 'import', 1,
                 TIMESTAMPTZ '{day} 01:00:00+00', TIMESTAMPTZ '{day} 01:00:00+00'
             FROM enterprise e
             WHERE e.uscc BETWEEN 'MADE' || lpad('{from}', 14, '0') AND 'MADE' || lpad('{until}', 14, '0')"
        ),
    );
}

#[test]
fn whether_d_fails_more_than_a_is_shown_with_its_interval() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    made(&app, (1, 100), ("sampling_passed", 0), "2026-03-02");
    made(&app, (101, 120), ("severe_list", 0), "2026-03-02");
    grade_all(&app);
    // Sampled before the grade began: says nothing of it.
    sampled(&app, (1, 120), 120, "2026-03-01");
    sampled(&app, (1, 100), 5, "2026-04-01");
    sampled(&app, (101, 120), 12, "2026-04-01");
    // The next one counts, not those behind it.
    sampled(&app, (1, 100), 100, "2026-05-01");
    app.clock.set("2026-06-01T01:00:00Z".parse().unwrap());
    let again = app.http().log_in("officer", PASSWORD);
    drop(officer);
    let report = again.get("/api/v1/reports/credit").expect(200);
    let of = |grade: &str| -> Value {
        report["recidivism"].as_array().unwrap().iter().find(|row| row["grade"] == grade).unwrap().clone()
    };
    let (a, d) = (of("a"), of("d"));
    assert_eq!((&a["sampled"], &a["failed"], &a["percent"]), (&json!(100), &json!(5), &json!(5.0)));
    assert_eq!((&d["sampled"], &d["failed"], &d["percent"]), (&json!(20), &json!(12), &json!(60.0)));
    assert!(
        d["low"].as_f64().unwrap() > a["high"].as_f64().unwrap(),
        "they differ by more than chance: {report}"
    );
    assert_eq!(of("b")["percent"], Value::Null);
    // Before the samplings were entered nothing was known of them.
    let before = again.get("/api/v1/reports/credit?as_of=2026-03-15").expect(200);
    assert!(before["recidivism"].as_array().unwrap().iter().all(|row| row["sampled"] == 0), "{before}");
}

#[test]
fn objections_repairs_and_days_in_c_are_counted() {
    let app = TestApp::start();
    let (officer, second, enterprise) = people(&app);
    let other = app.claimed_enterprise(2, "440305", "K0301");
    let (right, wrong) = (
        entered(&officer, &entry(&enterprise.id)),
        entered(&officer, &entry_of(&enterprise.id, "label_failed")),
    );
    for path in [&right, &wrong] {
        step(&enterprise.http, path, "object", &json!({ "reason": "样品不是本企业的" })).expect(200);
    }
    let mut annulled = decision();
    annulled["ground"] = json!("objection");
    step(&second, &right, "annul", &annulled).expect(200);
    step(&second, &wrong, "uphold", &decision()).expect(200);
    let path = entered(&officer, &entry_of(&other.id, "sold_after_stop"));
    grade(&app);
    app.clock.advance(Duration::days(10));
    let officer = app.http().log_in("officer", PASSWORD);
    let mut court = decision();
    (court["ground"], court["document"]) = (json!("court"), json!("（2026）粤01行终1号"));
    step(&officer, &path, "annul", &court).expect(200);
    grade(&app);
    let report = officer.get("/api/v1/reports/credit").expect(200);
    let share = |key: &str| {
        let all = report["indicators"].as_array().unwrap();
        let found = all.iter().find(|share| share["key"] == key).unwrap();
        (found["numerator"].clone(), found["denominator"].clone(), found["percent"].clone())
    };
    assert_eq!(share("objections"), (json!(1), json!(2), json!(50.0)));
    assert_eq!(share("repairs"), (json!(0), json!(0), Value::Null));
    let c = &report["days"][0];
    assert_eq!(
        (&c["grade"], &c["count"], &c["lasting"], &c["median"]),
        (&json!("c"), &json!(1), &json!(0), &json!(10))
    );
    let again = app.http().log_in("enterprise-1", PASSWORD);
    assert_eq!(again.get("/api/v1/reports/credit").status, 403);
    let problem = app.admin("city", "440100").get("/api/v1/reports/credit?region=440300").problem();
    assert_eq!(problem["errors"][0]["pointer"], "?region");
}
