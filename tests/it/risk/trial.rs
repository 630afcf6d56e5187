//! Other rules tried on past days before they are enacted.

use chrono::Duration;
use serde_json::json;

use super::{RISK, Results, sql, start};
use crate::support::people::PASSWORD;

#[test]
fn other_rules_are_tried_on_past_days_beside_those_in_force() {
    let app = start();
    app.admin("officer", "440000");
    Results { kind: "K0102", region: "440305", day: "2026-02-01", tested: 1_000, failed: 100 }.insert(&app);
    // 6 of 20: 0.145 at the lower end, the class at 0.104.
    Results { kind: "K0101", region: "440103", day: "2026-02-01", tested: 20, failed: 6 }.insert(&app);
    app.clock.advance(Duration::days(21));
    let day = zerodesk::core::clock::shanghai_date(app.now()) - Duration::days(5);
    let later = Results { kind: "K0101", region: "440103", day: "2026-03-18", tested: 1, failed: 1 };
    assert_eq!(day.to_string(), "2026-03-18");
    later.insert(&app);
    let officer = app.http().log_in("officer", PASSWORD);
    let rules = officer.get(&format!("{RISK}/rules")).expect(200);
    assert_eq!((&rules["in_force"], &rules["table"][0][0]), (&json!("risk-2026-trial"), &json!("high")));
    let mut stricter = rules["versions"][0].clone();
    stricter["version"] = json!("later");
    stricter["open_at"] = json!(2_000);
    let path = format!("{RISK}/rules/try");
    let found = officer.post(&path, &json!({ "rules": stricter, "from": "2026-03-02" })).expect(200);
    assert_eq!(found["days"], 3);
    assert_eq!((&found["before"]["alerts"], &found["after"]["alerts"]), (&json!(2), &json!(0)));
    assert_eq!(found["only_before"].as_array().unwrap().len(), 2);
    assert_eq!(found["before"]["followed"], 2, "a failure was sampled after both");
    let same =
        officer.post(&path, &json!({ "rules": rules["versions"][0], "from": "2026-03-02" })).expect(200);
    assert_eq!(same["before"]["alerts"], same["after"]["alerts"]);
    assert_eq!(
        crate::credit::number(
            &app,
            "SELECT count(*) FROM quality_alert WHERE cause = 'index' AND rules_version = 'later'"
        ),
        0
    );
    for (body, pointer) in [
        (json!({}), "/rules"),
        (json!({ "rules": { "version": "x" } }), "/rules"),
        (json!({ "toml": "version = " }), "/toml"),
        (json!({ "rules": rules["versions"][0], "to": "2027-01-01" }), "/to"),
        (json!({ "rules": rules["versions"][0], "from": "2020-01-01" }), "/from"),
    ] {
        assert_eq!(officer.post(&path, &body).problem()["errors"][0]["pointer"], pointer, "{body}");
    }
    let mut wrong = rules["versions"][0].clone();
    wrong["weight_rate"] = json!(900);
    assert_eq!(officer.post(&path, &json!({ "rules": wrong })).status, 422);
}

#[test]
fn years_that_were_brought_in_later_can_be_tried() {
    let app = start();
    let officer = app.admin("officer", "440000");
    Results { kind: "K0102", region: "440305", day: "2026-01-05", tested: 1_000, failed: 100 }.insert(&app);
    Results { kind: "K0101", region: "440103", day: "2026-01-05", tested: 20, failed: 6 }.insert(&app);
    let rules = officer.get(&format!("{RISK}/rules")).expect(200);
    let mut stricter = rules["versions"][0].clone();
    (stricter["version"], stricter["open_at"]) = (json!("later"), json!(2_000));
    let path = format!("{RISK}/rules/try");
    let asked = json!({ "rules": stricter, "from": "2025-12-15" });
    let found = officer.post(&path, &asked).expect(200);
    assert_eq!((&found["before"]["alerts"], &found["after"]["alerts"]), (&json!(2), &json!(0)), "{found}");
    // The first of the days that is not before their reports.
    assert_eq!(found["only_before"][0]["day"], "2026-01-11");
    // A candidate is counted by the first window of its own rules.
    let mut short = rules["versions"][0].clone();
    (short["version"], short["windows"]) = (json!("short"), json!([30]));
    let asked = json!({ "rules": short, "from": "2026-02-10" });
    let found = officer.post(&path, &asked).expect(200);
    assert_eq!((&found["before"]["alerts"], &found["after"]["alerts"]), (&json!(2), &json!(0)), "{found}");
    // What the platform knew on a day is another question, whose answer stays.
    assert_eq!(crate::risk::cell(&officer, "K0101", "440103", "&as_of=2026-02-01"), json!(null));
}

#[test]
fn what_was_decided_of_another_cause_says_nothing_of_the_rules_of_the_index() {
    let app = start();
    let officer = app.admin("officer", "440000");
    Results { kind: "K0102", region: "440305", day: "2026-01-05", tested: 1_000, failed: 100 }.insert(&app);
    Results { kind: "K0101", region: "440103", day: "2026-01-05", tested: 20, failed: 6 }.insert(&app);
    let mut stricter = officer.get(&format!("{RISK}/rules")).expect(200)["versions"][0].clone();
    (stricter["version"], stricter["open_at"]) = (json!("later"), json!(2_000));
    let (path, asked) = (format!("{RISK}/rules/try"), json!({ "rules": stricter, "from": "2025-12-15" }));
    let first = officer.post(&path, &asked).expect(200)["only_before"][0].clone();
    let (kind, region) = (first["product_kind"].as_str().unwrap(), first["region"].as_str().unwrap());
    let dismissed = |columns: &str, values: &str| {
        sql(
            &app,
            &format!(
                "INSERT INTO quality_alert (id, product_kind, region, state, nonconformities, enterprises, window_days, threshold, reason,
                     opened_at, updated_at, closed_at, {columns})
                 VALUES (gen_random_uuid(), '{kind}', '{region}', 'dismissed', 6, 6, 365, 5, '已核实', TIMESTAMPTZ '2026-01-12T04:00:00Z',
                     TIMESTAMPTZ '2026-01-13T04:00:00Z', TIMESTAMPTZ '2026-01-13T04:00:00Z', {values})"
            ),
        );
    };
    dismissed("cause, item", "'cluster', '绝缘电阻'");
    let found = officer.post(&path, &asked).expect(200);
    assert_eq!((&found["before"]["alerts"], &found["before"]["decided"]), (&json!(2), &json!(0)), "{found}");
    dismissed("cause, tested", "'index', 20");
    let found = officer.post(&path, &asked).expect(200);
    assert_eq!((&found["before"]["decided"], &found["before"]["led"]), (&json!(1), &json!(0)), "{found}");
}

#[test]
fn why_rules_are_refused_is_said_in_the_reader_s_language() {
    let app = start();
    let officer = app.admin("officer", "440000");
    let mut wrong = officer.get(&format!("{RISK}/rules")).expect(200)["versions"][0].clone();
    wrong["weight_rate"] = json!(900);
    let path = format!("{RISK}/rules/try");
    let told = |who: &crate::support::Http, body: &serde_json::Value| {
        who.post(&path, body).expect(422)["errors"][0]["detail"].as_str().unwrap().to_owned()
    };
    let body = json!({ "rules": wrong });
    assert_eq!(told(&officer, &body), "规则有误：四项权重须各为 0 到 1000，合计 1000");
    let english = told(&officer.in_english(), &body);
    assert!(english.starts_with("the four weights must be 0 to 1000"), "{english}");
    let unread = told(&officer, &json!({ "rules": { "version": "x" } }));
    assert!(unread.starts_with("规则无法读取：缺少 "), "{unread}");
}
