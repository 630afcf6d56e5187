//! The index: its parts by hand, past days that never change, alerts with two bounds, whom it shows what.

use chrono::Duration;
use serde_json::json;

use super::{ALERTS, RISK, Results, cell, follow, listed, signal, start};
use crate::support::TestApp;
use crate::support::people::{PASSWORD, text};

fn close(found: &serde_json::Value, wanted: f64) -> bool {
    (found.as_f64().unwrap() - wanted).abs() < 1e-4
}

#[test]
fn every_part_is_shown_and_makes_the_index() {
    let app = start();
    let officer = app.admin("officer", "440000");
    // The class C01 in the province: 10 of 100 failed.
    Results { kind: "K0101", region: "440103", day: "2026-02-01", tested: 30, failed: 9 }.insert(&app);
    Results { kind: "K0101", region: "440305", day: "2026-02-01", tested: 70, failed: 1 }.insert(&app);
    Results { kind: "K0101", region: "440103", day: "2025-01-15", tested: 20, failed: 2 }.insert(&app);
    for _ in 0..5 {
        signal(&app, ("media", "attributed"), ("K0101", "440103"), Some(3));
    }
    for _ in 0..4 {
        signal(&app, ("opinion", "rumour"), ("K0101", "440103"), Some(4));
    }
    let found = cell(&officer, "K0101", "440103", "");
    assert_eq!(
        (&found["tested"], &found["failed"], &found["signal_count"]),
        (&json!(30), &json!(9), &json!(9))
    );
    assert!(
        close(&found["class_rate"], 0.1) && close(&found["rate"], 0.22) && close(&found["rate_before"], 0.1),
        "{found}"
    );
    // A rumour gives no severity.
    assert_eq!(found["severity"], 3);
    let parts = &found["parts"];
    for (part, value, adds) in
        [("rate", 0.7333, 29.33), ("severity", 0.75, 18.75), ("trend", 0.4, 6.0), ("signals", 0.23, 4.6)]
    {
        assert!(close(&parts[part]["value"], value), "{part}: {parts}");
        assert!((parts[part]["adds"].as_f64().unwrap() - adds).abs() < 0.02, "{part}: {parts}");
    }
    assert!((found["index"].as_f64().unwrap() - 58.68).abs() < 0.02, "{found}");
    // The city and the province count what is under them.
    assert_eq!(cell(&officer, "K0101", "440100", "")["tested"], 30);
    assert_eq!(cell(&officer, "K0101", "440000", "")["tested"], 100);
    let ranks: Vec<i64> = listed(&officer, RISK).iter().map(|row| row["rank"].as_i64().unwrap()).collect();
    assert!(ranks.is_sorted() && ranks[0] == 1, "{ranks:?}");
    let page = officer.get("/risk?level=district").text;
    for words in ["不作为处罚", "严重程度", "class=\"parts\"", "30 个结果中 9 个不合格"] {
        assert!(page.contains(words), "no {words}");
    }
    assert!(officer.get("/risk").text.contains("heat-"), "the grid");
    assert!(officer.get(&format!("{RISK}?format=csv")).text.contains("风险指数"));
    assert_eq!(officer.get("/risk/K0101?region=440103").status, 200);
    assert_eq!(officer.get("/risk/K9999").status, 404);
}

#[test]
fn what_is_said_of_a_past_day_never_changes() {
    let app = start();
    app.admin("officer", "440000");
    Results { kind: "K0101", region: "440103", day: "2026-02-01", tested: 20, failed: 5 }.insert(&app);
    let day = zerodesk::core::clock::shanghai_date(app.now()).to_string();
    app.clock.advance(Duration::days(2));
    let later = Results { kind: "K0101", region: "440103", day: "2026-02-02", tested: 20, failed: 0 };
    later.insert(&app);
    let officer = app.http().log_in("officer", PASSWORD);
    let of = |day: &str| cell(&officer, "K0101", "440103", &format!("&as_of={day}"));
    // It is counted from what was known at its end, though more is known by now.
    let first = of(&day);
    assert_eq!((&first["tested"], &first["failed"]), (&json!(20), &json!(5)));
    assert_eq!(cell(&officer, "K0101", "440103", "")["tested"], 40);
    super::sql(
        &app,
        "UPDATE inspection SET state = 'withdrawn', final_on = NULL, updated_at = updated_at + interval '3 days'",
    );
    assert_eq!(of(&day), first);
    assert_eq!(officer.get(&format!("{RISK}?as_of=2027-01-01")).status, 422);
    assert_eq!(officer.get(&format!("{RISK}?window=31")).problem()["errors"][0]["pointer"], "?window");
    let history = officer.get(&format!("{RISK}/K0101/history?region=440103")).expect(200);
    assert!(!history.as_array().unwrap().is_empty(), "{history}");
}

#[test]
fn an_officer_sees_the_own_region_and_what_is_under_it() {
    let app = start();
    let (guangzhou, expert) =
        (app.admin("guangzhou", "440100"), app.claimed_enterprise(1, "440106", "K0101"));
    Results { kind: "K0101", region: "440103", day: "2026-02-01", tested: 20, failed: 5 }.insert(&app);
    Results { kind: "K0101", region: "440305", day: "2026-02-01", tested: 20, failed: 5 }.insert(&app);
    let regions: Vec<String> = listed(&guangzhou, RISK).iter().map(|row| text(&row["region"])).collect();
    assert_eq!(regions.len(), 2);
    assert!(regions.iter().all(|code| code.starts_with("4401")), "{regions:?}");
    assert_eq!(guangzhou.get(&format!("{RISK}/K0101/history?region=440300")).status, 404);
    assert_eq!(guangzhou.get(&format!("{RISK}/precision?region=440000")).status, 404);
    assert_eq!(expert.http.get(RISK).status, 403);
    assert_eq!(app.http().get(RISK).status, 401);
}

fn states(app: &TestApp) -> Vec<(String, String)> {
    let officer = app.http().log_in("officer", PASSWORD);
    let mut found: Vec<(String, String)> = listed(&officer, &format!("{ALERTS}?cause=index"))
        .iter()
        .map(|alert| (text(&alert["region"]), text(&alert["state"])))
        .collect();
    found.sort();
    found
}

#[test]
fn an_alert_is_raised_above_one_bound_and_subsides_below_a_lower_one() {
    let app = start();
    let officer = app.admin("officer", "440000");
    // The class: 10 of 100 in another city.
    Results { kind: "K0102", region: "440305", day: "2026-02-01", tested: 1_000, failed: 100 }.insert(&app);
    // Nine results are too few, however bad.
    Results { kind: "K0101", region: "440103", day: "2026-02-01", tested: 9, failed: 9 }.insert(&app);
    follow(&app);
    assert_eq!(states(&app), []);
    Results { kind: "K0101", region: "440103", day: "2026-02-02", tested: 1, failed: 0 }.insert(&app);
    follow(&app);
    let open = |region: &str| (region.to_owned(), "open".to_owned());
    assert_eq!(states(&app), [open("440000"), open("440100")], "the province and the city, no district");
    let alert = listed(&officer, &format!("{ALERTS}?cause=index"))[0].clone();
    assert_eq!(
        (&alert["tested"], &alert["nonconformities"], &alert["threshold"]),
        (&json!(10), &json!(9), &json!(10))
    );
    let page = officer.get(&format!("/alerts/{}", text(&alert["id"]))).text;
    assert!(page.contains("不合格率偏高") && page.contains("置信区间下限"), "{page}");
    // 9 of 60 is 0.081 at its lower end, the class some 0.103: between 0.8 and 1 times it stays, 9 of 90 (0.054) it does not.
    Results { kind: "K0101", region: "440103", day: "2026-02-03", tested: 47, failed: 0 }.insert(&app);
    follow(&app);
    assert_eq!(states(&app), [open("440000"), open("440100")], "between the bounds");
    Results { kind: "K0101", region: "440103", day: "2026-02-03", tested: 50, failed: 0 }.insert(&app);
    follow(&app);
    let subsided: Vec<String> = states(&app).into_iter().map(|(_, state)| state).collect();
    assert_eq!(subsided, ["subsided", "subsided"]);
    let audit = officer.get("/api/v1/audit?limit=200").expect(200);
    assert!(audit["items"].as_array().unwrap().iter().any(|row| row["action"] == "subside_alert"));
}

#[test]
fn what_was_dismissed_counts_only_newer_results_and_the_precision_has_its_n() {
    let app = start();
    let officer = app.admin("officer", "440000");
    Results { kind: "K0102", region: "440305", day: "2026-02-01", tested: 1_000, failed: 50 }.insert(&app);
    Results { kind: "K0101", region: "440103", day: "2026-02-01", tested: 20, failed: 15 }.insert(&app);
    follow(&app);
    let open = listed(&officer, &format!("{ALERTS}?cause=index&state=open"));
    assert_eq!(open.len(), 2);
    let of = |region: &str| {
        format!("{ALERTS}/{}", text(&open.iter().find(|a| a["region"] == region).unwrap()["id"]))
    };
    officer.post(&format!("{}/dismiss", of("440100")), &json!({ "reason": "已查明" })).expect(200);
    let meeting = json!({ "held_on": "2026-03-01", "participants": ["x"], "findings": "x", "measures": "x" });
    officer.post(&format!("{}/meeting", of("440000")), &meeting).expect(200);
    app.clock.advance(Duration::minutes(1));
    Results { kind: "K0101", region: "440103", day: "2026-02-20", tested: 9, failed: 9 }.insert(&app);
    follow(&app);
    let officer = app.http().log_in("officer", PASSWORD);
    let now_open =
        |officer: &crate::support::Http| listed(officer, &format!("{ALERTS}?cause=index&state=open")).len();
    assert_eq!(now_open(&officer), 0, "nine newer results are too few");
    Results { kind: "K0101", region: "440103", day: "2026-02-21", tested: 2, failed: 2 }.insert(&app);
    follow(&app);
    let alerts = listed(&officer, &format!("{ALERTS}?cause=index&state=open"));
    assert_eq!(alerts.len(), 2);
    assert!(alerts.iter().all(|a| a["tested"] == 11 && a["nonconformities"] == 11), "{alerts:?}");

    let report = officer.get(&format!("{RISK}/precision")).expect(200);
    let of_index = report["causes"].as_array().unwrap().iter().find(|c| c["cause"] == "index").unwrap();
    assert_eq!(
        (
            &of_index["raised"],
            &of_index["open"],
            &of_index["led"],
            &of_index["decided"],
            &of_index["precision"]
        ),
        (&json!(4), &json!(2), &json!(1), &json!(2), &json!(0.5))
    );
    // A failure sampled after the alert gives the lead time.
    assert_eq!(of_index["followed"], 0);
    app.clock.advance(Duration::days(40));
    let day = zerodesk::core::clock::shanghai_date(app.now());
    super::sql(
        &app,
        &format!("UPDATE inspection SET sampled_on = DATE '{day}' - 10 WHERE sampled_on = '2026-02-21'"),
    );
    let officer = app.http().log_in("officer", PASSWORD);
    let report = officer.get(&format!("{RISK}/precision")).expect(200);
    let all = report["causes"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&all["followed"], &all["lead_days_median"]), (&json!(4), &json!(30)));
    assert!(officer.get("/risk/rules").text.contains("50.0%"));
}
