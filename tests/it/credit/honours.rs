//! Honour lists: nobody with a failed sampling, each on its longest list only, and the number that was announced.

use serde_json::{Value, json};

use super::figures::sampled;
use super::{listed, sql};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, TestApp};

const HONOURS: &str = "/api/v1/credit/honours";

/// Enterprises number `from` to `until`, without anything on file.
fn registered(app: &TestApp, (from, until): (u32, u32)) {
    sql(
        app,
        &format!(
            "ALTER TABLE enterprise DISABLE TRIGGER enterprise_set_search_inserted;
             INSERT INTO enterprise (id, uscc, name, operating_status, region, created_at, updated_at, search_text)
             SELECT gen_random_uuid(), 'MADE' || lpad(n::text, 14, '0'), '第' || n || '公司', 'operating',
                    CASE WHEN n % 2 = 0 THEN '440106' ELSE '440305' END, TIMESTAMPTZ '2010-01-01', TIMESTAMPTZ '2010-01-01', 'x'
             FROM generate_series({from}, {until}) AS n;
             ALTER TABLE enterprise ENABLE TRIGGER enterprise_set_search_inserted;"
        ),
    );
}

fn count(who: &Http, query: &str) -> usize {
    let mut path = format!("{HONOURS}?limit=200&{query}");
    let mut found = 0;
    loop {
        let page = who.get(&path).expect(200);
        found += page["items"].as_array().unwrap().len();
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("{HONOURS}?limit=200&{query}&cursor={cursor}"),
            None => return found,
        }
    }
}

#[test]
fn the_lists_that_were_announced_come_out_of_single_rows() {
    let app = TestApp::builder().at("2025-12-31T02:00:00Z").start();
    let officer = app.admin("officer", "440000");
    registered(&app, (1, 5_000));
    // 2,362 failed four years ago, 1,617 failed seven years ago, 916 never; 105 failed last year. All passed this year.
    sampled(&app, (1, 2_362), 2_362, "2021-12-01");
    sampled(&app, (2_363, 3_979), 1_617, "2018-12-01");
    sampled(&app, (4_896, 5_000), 105, "2024-12-01");
    sampled(&app, (1, 5_000), 0, "2025-06-01");
    assert_eq!(
        [10, 5, 3].map(|years| count(&officer, &format!("years={years}"))),
        [916, 1_617, 2_362],
        "each operator on its longest list only"
    );
    assert_eq!(count(&officer, ""), 4_895);
    let city = app.admin("city", "440100");
    assert_eq!(count(&city, "years=10") + count(&officer, "years=10&region=440300"), 916);
    // As of a day before the failure of 2021 was entered, those operators had nothing on record.
    assert_eq!(count(&officer, "as_of=2021-11-30"), 0);
    assert_eq!(count(&officer, "as_of=2025-05-31"), 0, "without a sampling nobody is on a list");
    let file = officer.get(&format!("{HONOURS}?years=10&format=csv"));
    assert_eq!(file.text.lines().filter(|line| line.contains("公司")).count(), 916);
}

#[test]
fn who_fails_or_ceases_leaves_the_lists_and_answers_about_past_days_stay() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    registered(&app, (1, 3));
    sampled(&app, (1, 3), 0, "2026-02-01");
    let names = |who: &Http, query: &str| -> Vec<String> {
        let mut names: Vec<String> = listed(who, &format!("{HONOURS}?{query}"))
            .iter()
            .map(|row| text(&row["enterprise_name"]))
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(&officer, ""), ["第1公司", "第2公司", "第3公司"]);
    let first = &listed(&officer, HONOURS)[0];
    assert_eq!(
        (&first["years"], &first["samplings"], &first["last_on"], &first["failed_on"], &first["as_of"]),
        (&json!(10), &json!(1), &json!("2026-02-01"), &Value::Null, &json!("2026-03-01"))
    );
    sampled(&app, (1, 1), 1, "2026-03-02");
    sql(
        &app,
        "UPDATE enterprise SET operating_status = 'deregistered', updated_at = '2026-03-02T01:00:00Z' WHERE name = '第2公司'",
    );
    app.clock.set("2026-03-03T01:00:00Z".parse().unwrap());
    let officer = app.http().log_in("officer", PASSWORD);
    assert_eq!(names(&officer, ""), ["第3公司"]);
    assert_eq!(names(&officer, "as_of=2026-03-01"), ["第1公司", "第2公司", "第3公司"]);
    sql(&app, "DELETE FROM credit_honour_day");
    assert_eq!(names(&officer, "as_of=2026-03-01").len(), 3, "counted anew it is the same");
    let problem = officer.get(&format!("{HONOURS}?as_of=2026-03-03")).problem();
    assert_eq!(problem["errors"][0]["pointer"], "?as_of");
    assert_eq!(app.http().get(HONOURS).status, 401);
    assert_eq!(app.operator("runs-it").get(HONOURS).status, 403);
}
