//! The published figures.

use serde_json::json;

use super::{clear, get, list, row, sql};
use crate::support::TestApp;

#[test]
fn the_figures_published_by_shenzhen_are_reproduced() {
    let app = TestApp::builder().at("2021-09-27T01:00:00Z").start();
    let officer = app.admin("officer-gd", "440000");
    list(&app, 1550, 1550);
    clear(&app, 1324);
    for count in ["enterprise", "nonconformity"] {
        let report = get(&officer, &format!("zero-out-rate?count={count}"));
        let total = &report["total"];
        assert_eq!((&total["operating"], &total["cleared"]), (&json!(1550), &json!(1324)), "{report}");
        assert_eq!(total["percent"], 85.4);
        assert!((total["rate"].as_f64().unwrap() - 0.854_193_5).abs() < 1e-6);
    }
    let csv = officer.get("/api/v1/reports/zero-out-rate?format=csv").text;
    assert!(csv.lines().last().unwrap().starts_with("total,合计,1550,1550,1324,85.4%,2021-09-27"), "{csv}");
    let overview = officer.get("/api/v1/reports/overview?format=csv").text;
    assert!(overview.contains("85.4%"), "{overview}");

    // Down from the province: the parts of a whole are the whole.
    let province = get(&officer, "zero-out-rate?by=region");
    let sum = |what: &str| {
        province["rows"].as_array().unwrap().iter().map(|row| row[what].as_i64().unwrap()).sum::<i64>()
    };
    assert_eq!((sum("operating"), sum("cleared")), (1550, 1324));
    assert_eq!(row(&province, "440100")["name"], "广州市");
    assert_eq!(row(&province, "440200")["operating"], 0, "a city with nothing on the list is told, too");
    let city = get(&officer, "zero-out-rate?by=region&region=440100");
    assert_eq!(city["total"]["operating"], row(&province, "440100")["operating"]);
    let (liwan, all) = (row(&city, "440103"), &city["total"]["operating"]);
    let other = row(&city, "440106")["operating"].as_i64().unwrap();
    assert_eq!(liwan["operating"].as_i64().unwrap() + other, all.as_i64().unwrap());
    let district = get(&officer, "zero-out-rate?region=440103");
    assert_eq!(district["rows"], json!([liwan]));
    let class = get(&officer, "zero-out-rate?by=class");
    assert_eq!(row(&class, "C01")["percent"], 85.4);
    let months = get(&officer, "zero-out-rate?by=month");
    assert_eq!(
        (&row(&months, "2021-09")["cleared"], &row(&months, "2021-08")["listed"]),
        (&json!(1324), &json!(0))
    );
    assert_eq!(months["rows"].as_array().unwrap().len(), 12);
}

#[test]
fn the_headline_figures_of_the_province_are_reproduced() {
    let app = TestApp::builder().at("2021-12-31T01:00:00Z").start();
    let officer = app.admin("officer-gd", "440000");
    list(&app, 20_058, 14_471);
    let now = app.now().to_rfc3339();
    sql(
        &app,
        &format!(
            "INSERT INTO expert (id, name, title, email, languages, capacity, vetting, applied_at, updated_at)
             SELECT gen_random_uuid(), '专家' || n, '高级工程师', 'e' || n || '@expert.example', '{{zh-CN}}', 20,
                    'approved', '{now}', '{now}'
             FROM generate_series(1, 687) n;
             INSERT INTO expert_region (expert_id, region) SELECT id, '440000' FROM expert;
             INSERT INTO consultation (id, enterprise_id, product_kind, subject, question, status, expert_id,
                accepted_at, opened_by, opened_at, updated_at)
             SELECT gen_random_uuid(), e.id, 'K0101', 'x', 'x', 'active',
                    ((SELECT array_agg(id) FROM expert))[1 + row_number() OVER () % 687], '{now}',
                    (SELECT id FROM account LIMIT 1), '{now}', '{now}'
             FROM (SELECT id FROM enterprise WHERE operating_status = 'operating' ORDER BY uscc LIMIT 6876) e;
             INSERT INTO consultation_event (consultation_id, seq, event, to_status, actor_role, at)
             SELECT id, 1, 'accept', 'active', 'expert', '{now}' FROM consultation;"
        ),
    );
    let overview = get(&officer, "overview");
    for (figure, value) in
        [("listed", 20_058), ("operating", 14_471), ("experts", 687), ("enterprises_consulted", 6_876)]
    {
        assert_eq!(overview[figure], value, "{figure}: {overview}");
    }
    let funnel = get(&officer, "funnel");
    for (stage, value) in [
        ("listed", 20_058),
        ("operating", 14_471),
        ("contacted", 6_876),
        ("consulted", 6_876),
        ("correcting", 0),
        ("cleared", 0),
    ] {
        assert_eq!(funnel[stage], value, "{stage}: {funnel}");
    }
    let rate = get(&officer, "zero-out-rate");
    assert_eq!((&rate["total"]["listed"], &rate["total"]["operating"]), (&json!(20_058), &json!(14_471)));
}
