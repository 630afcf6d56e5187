//! Officers set how many consultations an expert takes at once, and see who vetted whom.

use serde_json::json;

use super::support::{Scenario, accept, conclude};
use crate::support::people::text;

#[test]
fn officers_of_the_regions_set_the_capacity_with_a_reason() {
    let mut scenario = Scenario::new();
    let expert = scenario.expert("expert", &json!({ "capacity": 1 }));
    let path = format!("/api/v1/experts/{}/capacity", expert.id);
    let set = |capacity: i32| json!({ "capacity": capacity, "reason": "本季度增援" });
    let elsewhere = scenario.app.admin("shenzhen", "440300");
    let (enterprise, first) = scenario.opened();
    accept(&expert, &first);
    // At the capacity nothing more comes; with more of it, it does.
    let (_, second) = scenario.opened();
    scenario.assert_at(&second, "waiting", None);
    for (who, status) in [(&expert.http, 403), (&enterprise.http, 403), (&elsewhere, 403)] {
        assert_eq!(who.json("PUT", &path, &set(2)).status, status);
    }
    let seen = scenario.officer.json("PUT", &path, &set(2)).expect(200);
    assert_eq!(seen["private"]["capacity"], 2);
    scenario.work();
    scenario.assert_at(&second, "offered", Some(&expert));
    // Not below what the expert has now.
    for (body, field) in [
        (set(1), "/capacity"),
        (set(0), "/capacity"),
        (set(1001), "/capacity"),
        (json!({ "capacity": 3, "reason": " " }), "/reason"),
    ] {
        let problem = scenario.officer.json("PUT", &path, &body).problem();
        assert_eq!(
            (&problem["status"], &problem["errors"][0]["pointer"]),
            (&json!(422), &json!(field)),
            "{body}"
        );
    }
    accept(&expert, &second);
    conclude(&expert, &second);
    scenario.officer.json("PUT", &path, &set(1)).expect(200);
    let noted = scenario.officer.get("/api/v1/audit?action=set_capacity").expect(200)["items"].clone();
    assert_eq!(noted.as_array().unwrap().len(), 2);
    assert_eq!([&noted[0]["data"]["was"], &noted[0]["data"]["is"]], [2, 1]);
    assert!(scenario.officer.get("/audit?action=set_capacity").text.contains("本季度增援"));
    let page = format!("/experts/{}", expert.id);
    assert!(scenario.officer.get(&page).text.contains("data-open=\"capacity\""));
    assert!(!elsewhere.get(&page).text.contains("data-open=\"capacity\""));
}

#[test]
fn who_vetted_whom_is_shown_to_officers() {
    let scenario = Scenario::new();
    let expert = scenario.expert("expert", &json!({}));
    let path = format!("/api/v1/experts/{}", expert.id);
    let seen = scenario.officer.get(&path).expect(200);
    assert_eq!(seen["private"]["vetted_by"], "name of officer");
    assert!(text(&seen["private"]["vetted_at"]).starts_with("2026-03-02"));
    let page = scenario.officer.get(&format!("/experts/{}", expert.id)).text;
    assert!(page.contains("审核</dt><dd><bdi>name of officer</bdi>"), "{page}");
    // The expert learns when, and not who.
    let own = expert.http.get(&path).expect(200);
    assert_eq!((&own["private"]["vetted_by"], own["private"]["vetted_at"].is_string()), (&json!(null), true));
}
