//! Regimes of product kinds: dated, reviewed, and with what they mean.

use chrono::{Duration, Months};
use serde_json::{Value, json};

use super::{approved, officers, target};
use crate::support::{Http, TestApp};

const REGIMES: &str = "/api/v1/regimes";
const KIND: &str = "/api/v1/regimes/kinds/K0101";

fn regime_on(who: &Http, day: &str) -> Value {
    who.get(&format!("{REGIMES}?q=K0101&as_of={day}")).expect(200)["items"][0]["regime"].clone()
}

#[test]
fn a_change_of_regime_is_dated_and_moves_no_day_before_it() {
    let app = TestApp::builder().at("2026-03-02T01:00:00Z").start();
    let (province, city) = (app.admin("officer-gd", "440000"), app.admin("officer-gz", "440100"));
    let all = |query: &str| {
        let (mut count, mut cursor) = (0, String::new());
        loop {
            let page = province.get(&format!("{REGIMES}?limit=100{query}{cursor}")).expect(200);
            count += page["items"].as_array().unwrap().len();
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return count,
            }
        }
    };
    assert_eq!(
        [all(""), all("&regime=strict"), all("&regime=special"), all("&regime=general")],
        [256, 44, 139, 73]
    );
    let summary = city.get(&format!("{REGIMES}/summary")).expect(200);
    assert_eq!((&summary["strict"], &summary["in_force"]["version"]), (&json!(44), &json!("regimes-2022")));
    assert!((summary["share_strict"].as_f64().unwrap() - 44.0 / 256.0).abs() < 1e-9);
    assert_eq!(
        (&summary["in_force"]["provisional"], &summary["in_force"]["strict"]["weight"]),
        (&json!(true), &json!(3000))
    );
    let change = |who: &Http, regime: &str, day: &str| {
        who.post(
            &format!("{KIND}/changes"),
            &json!({ "regime": regime, "in_force_from": day, "reason": "风险下降" }),
        )
    };
    assert_eq!(change(&city, "general", "2026-04-01").status, 403, "regimes hold for the whole province");
    let changed = change(&province, "general", "2026-04-01").expect(201);
    assert_eq!((&changed["regime"], &changed["next"]["regime"]), (&json!("strict"), &json!("general")));
    for (regime, day, pointer) in [
        ("special", "2026-03-01", "/in_force_from"),
        ("special", "2026-04-01", "/in_force_from"),
        ("general", "2026-05-01", "/regime"),
    ] {
        let problem = change(&province, regime, day).problem();
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    for (day, wanted) in [("2026-03-31", "strict"), ("2026-04-01", "general"), ("2020-01-01", "strict")] {
        assert_eq!(regime_on(&province, day), wanted, "{day}");
    }
    app.clock.set("2026-06-01T01:00:00Z".parse().unwrap());
    let province = app.admin("officer-gd-2", "440000");
    assert_eq!(regime_on(&province, "2026-03-31"), "strict", "days gone by stay as they were");
    assert_eq!(province.get(&format!("{REGIMES}/summary")).expect(200)["strict"], 43);
    assert_eq!(province.get(&format!("{REGIMES}/summary?as_of=2026-03-31")).expect(200)["strict"], 44);
    assert_eq!(province.get("/api/v1/regimes/kinds/K9999").status, 404);
}

#[test]
fn a_kind_that_was_not_reviewed_in_its_period_is_late() {
    let app = TestApp::builder().at("2026-03-02T01:00:00Z").start();
    let province = app.admin("officer-gd", "440000");
    let review = |day: &str| {
        province.post(&format!("{KIND}/reviews"), &json!({ "reviewed_on": day, "conclusion": "维持严管" }))
    };
    assert_eq!(province.get(KIND).expect(200)["late"], true, "never reviewed");
    assert_eq!(review("2026-03-03").problem()["errors"][0]["pointer"], "/reviewed_on");
    let reviewed = review("2026-03-01").expect(201);
    assert_eq!((&reviewed["late"], &reviewed["review_due"]), (&json!(false), &json!("2026-04-01")));
    assert_eq!(reviewed["history"][0]["text"], "维持严管");
    let late = |day: &str| {
        let found = province.get(&format!("{REGIMES}?q=K0101&late=true&as_of={day}")).expect(200);
        found["items"].as_array().unwrap().len()
    };
    assert_eq!([late("2026-02-28"), late("2026-04-01"), late("2026-04-02")], [1, 0, 1]);
    let page = province.get("/regimes").text;
    assert!(page.contains("17.2%") && page.contains("暂定"), "{page}");
    assert!(province.get("/regimes/kinds/K0101").text.contains("维持严管"));
}

#[test]
fn the_producers_of_a_kind_are_to_be_in_a_frame_in_their_turn() {
    let app = TestApp::start();
    let (planner, approver) = officers(&app);
    for (n, region) in [(1, "440103"), (2, "440103"), (3, "440305")] {
        app.listed(n, region, "K0301");
    }
    let turns = |who: &Http| {
        let found = who.get("/api/v1/regimes/kinds/K0301").expect(200)["turns"].clone();
        let turn = |one: &Value| (one["region"].clone(), one["framed_on"].clone(), one["late"].clone());
        found.as_array().unwrap().iter().map(turn).collect::<Vec<_>>()
    };
    let never = |region: &str| (json!(region), Value::Null, json!(true));
    assert_eq!(turns(&planner), [never("440103"), never("440305")]);
    // A list that is handed in says nothing of the others; a frame of the register holds all of its region.
    let (path, guangzhou) = approved(&planner, &approver, &target("C03", "440100", 1));
    let list = json!([{ "name": "甲厂", "product_kind": "K0301" }]);
    planner.post(&format!("{path}/draws"), &json!({ "target_id": guangzhou, "operators": list })).expect(201);
    assert_eq!(turns(&planner)[0], never("440103"));
    let again = json!({ "target_id": guangzhou, "reason": "改用登记库" });
    planner.post(&format!("{path}/draws"), &again).expect(201);
    let today = app.now().date_naive();
    assert_eq!(turns(&planner), [(json!("440103"), json!(today), json!(false)), never("440305")]);
    let first = planner.get("/api/v1/regimes/kinds/K0301").expect(200)["turns"][0].clone();
    assert_eq!(
        (&first["producers"], &first["due_on"]),
        (&json!(2), &json!(today.checked_add_months(Months::new(12)).unwrap()))
    );
    assert_eq!(turns(&app.admin("officer-sz", "440300")), [never("440305")], "each of its own region");
    assert!(planner.get("/regimes/kinds/K0301").text.contains("最近抽样框"));
    assert!(planner.get("/regimes/kinds/K4201").text.contains("名录中没有该产品的生产者"));
    app.clock.advance(Duration::days(400));
    assert_eq!(turns(&app.admin("later", "440000"))[0].2, json!(true));
}
