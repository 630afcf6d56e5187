//! The figures, today and as of a past day, and the effect.

use chrono::Duration;
use serde_json::{Value, json};

use super::{OVERSIGHT, case_of, letter, step, sweep, written};
use crate::sampling_figures::sql;
use crate::support::TestApp;
use crate::support::people::PASSWORD;

#[test]
fn figures_of_a_past_day_never_change() {
    let app = TestApp::start();
    let (province, city) = (app.admin("officer", "440000"), app.admin("city", "440100"));
    app.admin("shenzhen", "440300");
    let answered = written(&province, &letter("440100"));
    let late = written(&province, &letter("440300"));
    written(&province, &letter("440300"));
    for path in [&answered, &late] {
        step(&province, path, "issue", &json!({})).expect(200);
    }
    step(&city, &answered, "reply", &json!({ "text": "已办" })).expect(200);
    step(&province, &answered, "accept", &json!({})).expect(200);
    step(&province, &answered, "close", &json!({})).expect(200);
    let figures = format!("{OVERSIGHT}/figures");
    let first = province.get(&figures).expect(200);
    let all = &first["all"];
    assert_eq!(
        (&all["issued"], &all["answered"], &all["accepted_at_first"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!((&all["in_time_percent"], &all["days_to_close"]), (&json!(100.0), &json!(0.0)));
    app.clock.advance(Duration::days(30));
    sweep(&app);
    let province = app.http().log_in("officer", PASSWORD);
    let city = app.http().log_in("shenzhen", PASSWORD);
    let now = province.get(&figures).expect(200);
    assert_eq!((&now["all"]["unanswered_late"], &now["all"]["in_time_percent"]), (&json!(1), &json!(50.0)));
    step(&city, &late, "reply", &json!({ "text": "迟复" })).expect(200);
    let now = province.get(&figures).expect(200);
    assert_eq!((&now["all"]["answered"], &now["all"]["answered_in_time"]), (&json!(2), &json!(1)));
    let regions: Vec<&str> =
        now["regions"].as_array().unwrap().iter().map(|line| line["region"].as_str().unwrap()).collect();
    assert_eq!(regions, ["440100", "440300"]);
    let past = province.get(&format!("{figures}?as_of=2026-03-02")).expect(200);
    assert_eq!(past["all"], first["all"]);
    for wrong in ["as_of=2030-01-01", "as_of=0001-01-01", "from=2026-03-03&as_of=2026-03-02"] {
        assert_eq!(province.get(&format!("{figures}?{wrong}")).status, 422, "{wrong}");
    }
    assert_eq!(province.get(&format!("{figures}?kind=listing")).expect(200)["all"]["issued"], 0);
    assert_eq!(city.get(&format!("{figures}?region=440100")).status, 422);
    assert!(province.get("/oversight/figures").text.contains("按期回复率"));
}

#[test]
fn the_effect_compares_rates_before_and_after_with_n() {
    let app = TestApp::start();
    let province = app.admin("officer", "440000");
    let (_, basis) = case_of(&app, 1, "440103");
    let mut body = letter("440100");
    body["basis"] = basis;
    let path = written(&province, &body);
    assert_eq!(
        province.get(&format!("{path}/effect")).expect(200)["effect"],
        Value::Null,
        "not before it goes out"
    );
    step(&province, &path, "issue", &json!({})).expect(200);
    let before = province.get(&format!("{path}/effect?as_of=2026-03-01")).expect(200);
    assert_eq!(before["effect"], Value::Null, "nor as of a day before");
    sql(&app, "ANALYZE oversight");
    let effect = province.get(&format!("{path}/effect")).expect(200)["effect"].clone();
    assert_eq!((&effect["region"], &effect["product_kinds"]), (&json!("440100"), &json!(["K0301"])));
    for part in ["before", "after", "rest_before", "rest_after"] {
        assert_eq!(effect["rates"][part]["tested"], 0, "{effect}");
    }
    assert_eq!((&effect["rates"]["did"], &effect["listings"]), (&Value::Null, &json!(0)));
    let page = province.get(&path.replace("/api/v1", "")).text;
    assert!(page.contains("效果") && page.contains("样本不足"), "{page}");
    let city = app.admin("city", "440100");
    assert_eq!(city.get(&format!("{path}/effect")).status, 200, "officers of the region see it");
}
