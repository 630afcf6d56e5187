//! Duty rotas: who is asked at night, and what the enterprise is told.

use serde_json::{Value, json};

use super::support::{Scenario, accept};
use crate::support::people::{Expert, text};
use zerodesk::matching::settings::{DutyRule, MatchingSettings};

const WEEK: [i32; 5] = [1, 2, 3, 4, 5];

fn rota(expert: &Expert, shifts: Value) {
    let path = "/api/v1/experts/me/duty";
    expert.http.json("PUT", path, &json!({ "shifts": shifts })).expect(200);
}

#[test]
fn experts_on_duty_come_first_and_the_enterprise_learns_when_duty_begins() {
    // 22:30 on Monday, 2 March 2026, in Shanghai.
    let mut scenario = Scenario::at("2026-03-02T14:30:00Z", |_| {});
    let day = scenario.expert("day", &json!({ "specialties": [{ "product_kind": "K0101", "level": 3 }] }));
    let night = scenario
        .expert("night", &json!({ "capacity": 1, "specialties": [{ "product_kind": "K0101", "level": 1 }] }));
    rota(&day, json!([{ "weekdays": WEEK, "from": "08:30", "to": "17:30" }]));
    rota(&night, json!([{ "weekdays": [1], "from": "22:00", "to": "06:00", "holidays": true }]));
    let (_, id) = scenario.opened();
    scenario.assert_at(&id, "offered", Some(&night));
    accept(&night, &id);
    // The other knows it better but begins at half past eight.
    let (enterprise, id) = scenario.opened();
    scenario.assert_at(&id, "offered", Some(&day));
    let own = enterprise.http.get(&format!("/api/v1/consultations/{id}")).expect(200);
    assert_eq!(own["answer_expected_at"], "2026-03-03T00:30:00Z");
    scenario.app.mail("factory-2@enterprise.example", "2026年3月3日（星期二）08:30");
    // The time to answer begins with the shift.
    let end = scenario.seen(&id)["offer_expires_at"]
        .as_str()
        .unwrap()
        .parse::<chrono::DateTime<chrono::Utc>>()
        .unwrap();
    assert!(end > "2026-03-03T00:30:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    accept(&day, &id);
    assert!(scenario.seen(&id)["answer_expected_at"].is_null());
}

#[test]
fn with_duty_only_a_consultation_waits_for_the_shift() {
    // 22:30 on Tuesday, 29 September 2026; National Day comes two days later.
    let mut scenario =
        Scenario::at("2026-09-29T14:30:00Z", |s| s.edit::<MatchingSettings>().duty = DutyRule::Only);
    let day = scenario.expert("day", &json!({}));
    let path = format!("/api/v1/experts/{}/duty", day.id);
    let shifts = json!({ "shifts": [{ "weekdays": WEEK, "from": "08:30", "to": "17:30" }] });
    let view = scenario.officer.json("PUT", &path, &shifts).expect(200);
    assert_eq!(
        view["private"]["duty"],
        json!([{ "weekdays": WEEK, "from": "08:30", "to": "17:30", "holidays": false }])
    );
    let enterprise = scenario.enterprise();
    let opened = scenario.app.open(&enterprise);
    assert_eq!(
        (&opened["status"], &opened["answer_expected_at"]),
        (&json!("waiting"), &json!("2026-09-30T00:30:00Z"))
    );
    let id = text(&opened["id"]);
    assert_eq!(scenario.excluded(&id, &day).as_deref(), Some("off_duty"));
    scenario.app.mail("factory-1@enterprise.example", "2026年9月30日（星期三）08:30");
    let said = enterprise.http.get(&format!("/api/v1/consultations/{id}/match")).expect(200);
    assert!(said["reason"].as_str().unwrap().contains("没有值班专家"), "{said}");
    scenario.pass(10 * 3600);
    scenario.assert_at(&id, "offered", Some(&day));
    // On the eve of the holidays after hours: back on the first day after them.
    scenario.app.clock.set("2026-09-30T12:00:00Z".parse().unwrap());
    let next = scenario.enterprise();
    let opened = scenario.app.open(&next);
    let back = opened["answer_expected_at"].as_str().unwrap();
    let calendar = &scenario.app.app.catalogue().calendar;
    let first = chrono::NaiveDate::from_ymd_opt(2026, 10, 1).unwrap();
    let back_day = first.iter_days().find(|d| {
        use chrono::Datelike;
        calendar.holiday_name(*d).is_none() && d.weekday().number_from_monday() <= 5
    });
    assert_eq!(back, format!("{}T00:30:00Z", back_day.unwrap()));
}

#[test]
fn an_invalid_rota_is_refused_with_its_field() {
    let scenario = Scenario::new();
    let expert = scenario.expert("expert", &json!({}));
    for (shift, field) in [
        (json!({ "weekdays": [0], "from": "08:00", "to": "09:00" }), "/shifts/0/weekdays"),
        (json!({ "weekdays": [], "from": "08:00", "to": "09:00" }), "/shifts/0/weekdays"),
        (json!({ "weekdays": [1], "from": "8:00", "to": "09:00" }), "/shifts/0/from"),
        (json!({ "weekdays": [1], "from": "08:00", "to": "25:00" }), "/shifts/0/to"),
    ] {
        let refused = expert.http.json("PUT", "/api/v1/experts/me/duty", &json!({ "shifts": [shift] }));
        assert!(refused.status == 422 && refused.text.contains(field), "{}", refused.text);
    }
}

#[test]
fn a_saved_rota_is_described_as_it_is() {
    let scenario = Scenario::new();
    let expert = scenario.expert("expert", &json!({}));
    let path = "/api/v1/experts/me/duty";
    let page = || expert.http.get("/profile").text;
    assert!(page().contains("<li>未设班次：任何时间都可派单</li>"));
    let shifts = json!([
        { "weekdays": [1, 2, 3, 4, 5], "from": "09:00", "to": "17:30" },
        { "weekdays": [7], "from": "22:00", "to": "06:00", "holidays": true },
    ]);
    let saved = expert.http.json("PUT", path, &json!({ "shifts": shifts })).expect(200);
    let (weekdays, night) =
        ("周一至周五 09:00 至 17:30，法定节假日除外", "周日 22:00 至次日 06:00，法定节假日也值班");
    assert_eq!(saved["private"]["duty_zh"], json!([weekdays, night]));
    assert_eq!(
        saved["private"]["duty_en"][1],
        "Sunday, 22:00 to 06:00 the next day, on public holidays, too"
    );
    for shown in [page(), scenario.officer.get(&format!("/experts/{}", expert.id)).text] {
        assert!(shown.contains(weekdays) && shown.contains(night), "{shown}");
        assert!(!shown.contains("未设班次"), "{shown}");
    }
    let none = expert.http.json("PUT", path, &json!({ "shifts": [] })).expect(200);
    assert_eq!(none["private"]["duty_zh"], json!(["未设班次：任何时间都可派单"]));
}
