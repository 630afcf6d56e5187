//! The figures that were announced, from single rows: 20,627 first files of which 2,230 with points in June 2021; 52,999 scored, 1,021 C, 200 D later.

use serde_json::{Value, json};
use zerodesk::core::Caller;
use zerodesk::credit::grading::all::run_regrading;
use zerodesk::credit::grading::ask::RegradeAll;

use super::{number, sql};
use crate::support::people::PASSWORD;
use crate::support::{Http, TestApp};

const MADE: &str = include_str!("made.sql");

/// Makes enterprises `from` to `until` with entries of a behaviour of a day.
pub fn made(app: &TestApp, (from, until): (u32, u32), (behaviour, again): (&str, u32), day: &str) {
    let mut text = MADE.to_owned();
    for (name, value) in [
        ("$BEHAVIOUR", behaviour.to_owned()),
        ("$AGAIN", again.to_string()),
        ("$UNTIL", until.to_string()),
        ("$FROM", from.to_string()),
        ("$DAY", day.to_owned()),
        ("$NOW", format!("{day}T01:00:00Z")),
    ] {
        text = text.replace(name, &value);
    }
    assert!(!text.contains('$'), "{text}");
    sql(app, &format!("BEGIN; {text} COMMIT; ANALYZE conduct, enterprise;"));
}

/// Grades all, as the platform does when more wait than single gradings are good for.
pub fn grade_all(app: &TestApp) {
    let id = app.app.execute(&Caller::system(), &RegradeAll { reason: "x".to_owned() }).unwrap();
    while number(app, "SELECT count(*) FROM credit_regrading WHERE state IN ('queued', 'running')") > 0 {
        run_regrading(&app.app, id, None).unwrap();
        std::thread::yield_now();
    }
}

#[track_caller]
fn report(who: &Http, query: &str) -> Value {
    who.get(&format!("/api/v1/reports/credit?{query}")).expect(200)
}

#[test]
fn the_figures_of_the_province_come_out_of_single_rows() {
    let app = TestApp::builder().at("2021-06-30T02:00:00Z").start();
    let officer = app.admin("officer", "440000");
    made(&app, (1, 18_397), ("sampling_passed", 0), "2021-06-30");
    made(&app, (18_398, 20_627), ("sampling_failed", 0), "2021-06-30");
    grade_all(&app);
    let first = report(&officer, "by=region");
    let total = |report: &Value, name: &str| report["total"][name].as_i64().unwrap();
    assert_eq!((total(&first, "scored"), total(&first, "with_points")), (20_627, 2_230));
    assert_eq!((total(&first, "a"), total(&first, "b")), (18_397, 2_230));
    // Half a year later: with 1,021 that were closed, forged or sold on, and 200 on the list of severe breaches.
    app.clock.set("2021-12-31T02:00:00Z".parse().unwrap());
    made(&app, (20_628, 51_778), ("sampling_passed", 0), "2021-12-31");
    made(&app, (51_779, 52_799), ("sold_after_stop", 0), "2021-12-31");
    made(&app, (52_800, 52_999), ("severe_list", 0), "2021-12-31");
    grade_all(&app);
    let officer = app.http().log_in("officer", PASSWORD);
    let now = report(&officer, "by=region");
    assert_eq!((total(&now, "scored"), total(&now, "c"), total(&now, "d")), (52_999, 1_021, 200));
    assert_eq!(total(&now, "a") + total(&now, "b"), 51_778);
    assert_eq!(now["trial"], true);
    // What was said of June stays, and the lines of each grouping add up.
    assert_eq!(report(&officer, "as_of=2021-06-30&by=region")["total"], first["total"]);
    for by in ["region", "class", "role"] {
        let lines = report(&officer, &format!("by={by}"));
        let sum = |name: &str| {
            lines["rows"].as_array().unwrap().iter().map(|row| row[name].as_i64().unwrap()).sum::<i64>()
        };
        assert_eq!((sum("scored"), sum("c"), sum("d")), (52_999, 1_021, 200), "{by}");
    }
    let moved: i64 = now["transitions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["month"] == "2021-12" && row["from"] == Value::Null)
        .map(|row| row["count"].as_i64().unwrap())
        .sum();
    assert_eq!(moved, 52_999 - 20_627);
    let lists = officer.get("/api/v1/credit?grade=d&limit=200").expect(200);
    assert_eq!(lists["items"].as_array().unwrap().len(), 200);
    assert!(officer.get("/api/v1/reports/credit?format=csv").text.contains("52999"));
    assert_eq!(json!(52_999), now["total"]["scored"]);
}
