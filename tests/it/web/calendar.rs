//! The calendar for programs and as a page.

use super::support::{Server, server};

#[test]
fn a_year_can_be_asked_for_by_programs() {
    let server = server();
    let year = |path: &str| server.get(path).json();
    let found = year("/api/v1/calendar?year=2020");
    assert_eq!((&found["announced"], &found["source"]), (&true.into(), &"国办发明电〔2019〕16号".into()));
    let extended = &found["holidays"][2];
    assert_eq!((&extended["from"], &extended["to"]), (&"2020-01-31".into(), &"2020-02-02".into()));
    assert_eq!(extended["source"], "国办发明电〔2020〕1号");
    assert_eq!(extended["name_en"], "Spring Festival (extended)");
    assert_eq!(found["working_days"].as_array().unwrap().len(), 6);
    assert_eq!(found["announced_years"].as_array().unwrap().len(), 16);
    assert_eq!(year("/api/v1/calendar")["year"], 2026);
    let next = year("/api/v1/calendar?year=2027");
    assert_eq!((&next["announced"], &next["source"]), (&false.into(), &serde_json::Value::Null));
    assert_eq!(next["missing_year"], serde_json::Value::Null);
    server.clock.set("2026-11-30T16:00:00Z".parse().unwrap());
    assert_eq!(year("/api/v1/calendar?year=2020")["missing_year"], 2027, "December has begun in Shanghai");
    for path in
        ["/api/v1/calendar?year=soon", "/api/v1/calendar?year=1949", "/api/v1/calendar?year=99999999999"]
    {
        let refused = server.get(path);
        assert_eq!(
            (refused.status, &refused.json()["errors"][0]["pointer"]),
            (422, &"?year".into()),
            "{path}"
        );
    }
}

#[test]
fn the_page_draws_a_year_and_warns_from_december_on() {
    let server = server();
    let (officer, operator) = (server.token("officer", Some("440100")), server.token("operator", None));
    for token in [&officer, &operator] {
        // The language that was asked for stays.
        let page = server.get_as("/calendar?year=2026&lang=zh-CN", token);
        assert_eq!(page.status, 200);
        assert!(page.text.len() < 100 * 1024, "{}", page.text.len());
        assert_eq!(page.text.matches("<caption>").count(), 12);
        // Each holiday and make-up day is said in words as well.
        assert_eq!(page.text.matches("<i>休</i>").count(), 33);
        assert_eq!(page.text.matches("<i>班</i><span class=\"unseen\"> 调休上班").count(), 6);
        assert!(page.text.contains("国办发明电〔2025〕7号") && page.text.contains("aria-current=\"date\""));
        assert!(!page.text.contains("尚未载入"));
        assert!(server.get_as("/calendar?year=2026&lang=en", token).text.contains("Spring Festival"));
        assert!(server.get_as("/", token).text.contains("href=\"/calendar\""), "it is in the navigation");
        assert!(!server.get_as("/", token).text.contains("尚未载入"));
        let unknown = server.get_as("/calendar?year=2030&lang=zh-CN", token);
        assert!(unknown.text.contains("尚未公布或尚未载入"));
        for path in ["/calendar?year=soon", "/calendar?year=2101"] {
            assert_eq!(server.get_as(path, token).status, 422, "{path}");
        }
    }
    let december = server_in_december();
    for (username, region) in [("officer", Some("440100")), ("operator", None)] {
        let token = december.token(username, region);
        for path in ["/?lang=zh-CN", "/calendar", "/calendar?year=2020"] {
            assert!(
                december.get_as(path, &token).text.contains("2027年节假日安排尚未载入"),
                "{username} {path}"
            );
        }
        assert!(december.get_as("/?lang=en", &token).text.contains("The holidays of 2027 are not loaded"));
    }
}

fn server_in_december() -> Server {
    let server = server();
    server.clock.set("2026-12-01T01:00:00Z".parse().unwrap());
    server
}
