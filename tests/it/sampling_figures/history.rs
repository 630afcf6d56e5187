//! What is said of a past day never changes: an overturned result leaves no trace in a figure of a later day, and stays in those of days before.

use serde_json::{Value, json};

use super::{Made, indicator, report, sql};
use crate::support::people::PASSWORD;
use crate::support::{Http, TestApp};

const FEW: Made = Made {
    method: "sampling",
    year: 2021,
    rows: 12,
    tested: 10,
    failed: 4,
    handed_over: 1,
    operators: 5,
    kinds: 3,
    classes: 2,
};

fn failed(who: &Http, query: &str) -> (Value, Value) {
    let all = report(who, &format!("year=2021&{query}"));
    (all["total"]["nonconforming"].clone(), all["total"]["tested"].clone())
}

#[test]
fn what_is_overturned_leaves_no_trace_on_a_later_day_and_stays_on_days_before() {
    let app = TestApp::builder().at("2021-12-31T02:00:00Z").start();
    app.admin("officer-gd", "440000");
    FEW.insert(&app);
    app.clock.set("2022-01-10T02:00:00Z".parse().unwrap());
    let officer = app.http().log_in("officer-gd", PASSWORD);
    assert_eq!(failed(&officer, ""), (json!(4), json!(10)));
    assert_eq!(failed(&officer, "as_of=2021-12-31"), (json!(4), json!(10)));
    assert_eq!(failed(&officer, "as_of=2021-12-30"), (json!(0), json!(0)));
    // The re-test of one overturns its result; another one is void by a correction; a third is withdrawn.
    sql(
        &app,
        "INSERT INTO inspection_event (inspection_id, ordinal, step, from_state, to_state, occurred_on, recorded_at, late, actor_role)
         SELECT i.id, e.n, e.step, 'delivered', e.state, '2022-01-10', '2022-01-10T01:00:00Z', e.n = 2, 'admin'
         FROM inspection i, (VALUES (2, 'contest', 'contested'), (3, 'overturn', 'overturned')) AS e (n, step, state)
         WHERE i.number = 'sampling-2021-1';
         UPDATE inspection SET outcome = 'conforming', updated_at = '2022-01-10T01:00:00Z', version = 3 WHERE number = 'sampling-2021-1';
         UPDATE inspection SET outcome = NULL, state = 'void', final_on = NULL, updated_at = '2022-01-10T01:00:00Z'
         WHERE number = 'sampling-2021-2';
         UPDATE inspection SET outcome = NULL, state = 'withdrawn', final_on = NULL, updated_at = '2022-01-10T01:00:00Z'
         WHERE number = 'sampling-2021-3'",
    );
    for days in [0, 1] {
        let officer = app.http().log_in("officer-gd", PASSWORD);
        assert_eq!(failed(&officer, ""), (json!(1), json!(8)), "after {days} days");
        for past in ["2021-12-31", "2022-01-09"] {
            assert_eq!(failed(&officer, &format!("as_of={past}")), (json!(4), json!(10)), "{past}");
        }
        let all = report(&officer, "year=2021");
        assert_eq!((&all["total"]["drawn"], &all["total"]["void"]), (&json!(11), &json!(1)));
        assert_eq!(indicator(&all, "overturned"), (1, 1, json!(100.0)));
        assert_eq!(indicator(&all, "contested"), (1, 8, json!(12.5)));
        assert_eq!(indicator(&all, "late_steps"), (1, 2, json!(50.0)));
        app.clock.advance(chrono::Duration::days(1));
    }
    let officer = app.http().log_in("officer-gd", PASSWORD);
    assert_eq!(failed(&officer, "as_of=2022-01-10"), (json!(1), json!(8)));
}

#[test]
fn formal_samples_after_quick_tests_give_the_predictive_value() {
    let app = TestApp::builder().at("2021-12-31T02:00:00Z").start();
    let officer = app.admin("officer-gd", "440000");
    FEW.insert(&app);
    Made { method: "quick", handed_over: 0, rows: 8, tested: 8, failed: 0, ..FEW }.insert(&app);
    sql(
        &app,
        "UPDATE inspection SET outcome = CASE WHEN number IN ('quick-2021-1', 'quick-2021-2', 'quick-2021-3') THEN 'suspect'
                WHEN number = 'quick-2021-8' THEN 'invalid' ELSE 'clear' END, state = 'closed', final_on = NULL, delivered_on = NULL
         WHERE method = 'quick';
         INSERT INTO inspection_event (inspection_id, ordinal, step, to_state, occurred_on, recorded_at, actor_role, details)
         SELECT id, 1, 'quick_test', 'closed', '2021-12-31', '2021-12-31T01:00:00Z', 'admin', '{\"quick\": {\"minutes\": 20}}'
         FROM inspection WHERE method = 'quick';
         UPDATE inspection SET version = 1 WHERE method = 'quick';
         INSERT INTO inspection_link (inspection_id, follows_id, kind, linked_at)
         SELECT f.id, q.id, 'formal', '2021-12-31T01:30:00Z'
         FROM (VALUES (1, 1), (2, 2), (9, 3), (10, 4)) AS p (formal, quick)
         JOIN inspection f ON f.number = 'sampling-2021-' || p.formal
         JOIN inspection q ON q.number = 'quick-2021-' || p.quick",
    );
    // Of three suspects two failed; of four clear ones one was sampled and passed.
    let quick = report(&officer, "year=2021&method=quick");
    assert_eq!(indicator(&quick, "positive_predictive_value"), (2, 3, json!(66.67)));
    assert_eq!(indicator(&quick, "clear_retested"), (1, 4, json!(25.0)));
    assert_eq!(indicator(&quick, "clear_failed"), (0, 1, json!(0.0)));
    assert_eq!(indicator(&quick, "invalid"), (1, 8, json!(12.5)));
    assert_eq!(indicator(&quick, "suspect"), (3, 7, json!(42.86)));
    let minutes = quick["days"].as_array().unwrap().iter().find(|d| d["span"] == "minutes").unwrap();
    assert_eq!((&minutes["median"], &minutes["count"]), (&json!(20), &json!(8)));
}

#[test]
fn a_region_sees_its_own_and_bad_questions_are_refused() {
    let app = TestApp::builder().at("2021-12-31T02:00:00Z").start();
    let (province, city) = (app.admin("officer-gd", "440000"), app.admin("officer-sz", "440300"));
    let operator = app.operator("the-operator");
    Made { rows: 400, tested: 390, ..FEW }.insert(&app);
    let all = report(&province, "year=2021&by=region");
    let lines = all["rows"].as_array().unwrap();
    let shenzhen = lines.iter().find(|row| row["key"] == "440300").unwrap();
    let own = report(&city, "year=2021");
    assert_eq!((&own["region"], &own["total"]["tested"]), (&json!("440300"), &shenzhen["tested"]));
    assert_eq!(report(&operator, "year=2021")["total"]["tested"], all["total"]["tested"]);
    for (who, query, pointer) in [
        (&city, "region=440100", "?region"),
        (&province, "as_of=2022-01-01", "?as_of"),
        (&province, "year=2022", "?year"),
        (&province, "by=brand", "?by"),
        (&province, "method=none", "?method"),
    ] {
        let reply = who.get(&format!("/api/v1/reports/sampling?{query}"));
        assert_eq!(reply.status, 422, "{query}: {}", reply.text);
        assert_eq!(reply.problem()["errors"][0]["pointer"], pointer, "{query}");
    }
    // The page says what is wrong with its address.
    let page = province.get("/reports/sampling?as_of=2022-01-01");
    assert_eq!(page.status, 422);
    assert!(page.text.contains("<code>as_of</code>"), "{}", page.text);
    assert_eq!(app.http().get("/api/v1/reports/sampling").status, 401);
    let listed = app.claimed_enterprise(2, "440305", "K0102");
    assert_eq!(listed.http.get("/api/v1/reports/sampling").status, 403);
    // Those with the same rate share a place on the page.
    assert!(province.get("/reports/sampling?year=2021&by=kind").text.contains("class=\"place\""));
}

/// The cells of a report by two dimensions, added up: tested and nonconforming.
fn cells(report: &Value) -> (i64, i64) {
    let rows = report["cross"]["rows"].as_array().unwrap();
    let all = rows.iter().flat_map(|row| row["cells"].as_array().unwrap());
    let number = |cell: &Value, key: &str| cell[key].as_i64().unwrap();
    all.fold((0, 0), |(tested, failed), cell| {
        (tested + number(cell, "tested"), failed + number(cell, "nonconforming"))
    })
}

#[test]
fn two_dimensions_at_a_time_say_what_one_does_today_and_on_past_days() {
    let app = TestApp::builder().at("2021-12-31T02:00:00Z").start();
    app.admin("officer-gd", "440000");
    FEW.insert(&app);
    app.clock.set("2022-01-10T02:00:00Z".parse().unwrap());
    let officer = app.http().log_in("officer-gd", PASSWORD);
    for by in ["class,kind", "region,kind", "month,level", "kind,laboratory", "region,method"] {
        let now = report(&officer, &format!("year=2021&by={by}"));
        assert_eq!(cells(&now), (10, 4), "{by}: {now}");
        let columns = now["cross"]["columns"].as_array().unwrap();
        for row in now["cross"]["rows"].as_array().unwrap() {
            assert_eq!(row["cells"].as_array().unwrap().len(), columns.len(), "{by}");
            assert!(!row["name"].as_str().unwrap().is_empty(), "{by}: {row}");
        }
    }
    sql(
        &app,
        "UPDATE inspection SET outcome = NULL, state = 'withdrawn', final_on = NULL, updated_at = '2022-01-10T01:00:00Z'
         WHERE number = 'sampling-2021-1'",
    );
    let now = report(&officer, "year=2021&by=class,kind");
    assert_eq!(cells(&now).0, 9, "what is not folded in yet counts: {now}");
    for _ in 0..2 {
        let then = report(&officer, "year=2021&by=class,kind&as_of=2021-12-31");
        assert_eq!(cells(&then), (10, 4), "{then}");
    }
    let single = report(&officer, "year=2021&by=kind");
    assert!(single.get("cross").is_none(), "{single}");
    for wrong in ["kind,kind", "kind,", "kind,world", "kind,class,month"] {
        let refused = officer.get(&format!("{}?year=2021&by={wrong}", super::SAMPLING)).problem();
        assert_eq!(refused["errors"][0]["pointer"], "?by", "{wrong}: {refused}");
    }
    let csv = officer.get(&format!("{}?year=2021&by=class,kind&format=csv", super::SAMPLING));
    assert!(csv.status == 200 && csv.text.contains("不合格发现率"), "{}", csv.text);
    let page = officer.get("/reports/sampling?year=2021&by=class&and=kind").text;
    assert!(page.contains("by=class%2Ckind"), "{page}");
}
