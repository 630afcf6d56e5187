//! Recordings that another system keeps, challenges that a recording decided, and what has to be seen of what is bought online.

use chrono::Duration;
use serde_json::{Value, json};

use super::world;
use crate::inspections::{form, registered, reported, sample, step};
use crate::support::TestApp;
use crate::support::people::text;

#[test]
fn what_another_system_keeps_is_named_and_taken_back_with_a_reason() {
    let world = world();
    let path = format!("{}/recordings/external", world.path());
    let now = world.app.now();
    let named = |reference: &str, hours: i64| {
        json!({
            "system": "执法全过程记录平台", "reference": reference, "from": now - Duration::hours(2),
            "until": now - Duration::hours(2) + Duration::hours(hours), "shots": ["gate", "taking"],
        })
    };
    let before = world.manifest(&world.officer);
    let taken = |manifest: &Value, shot: &str| {
        let shots = manifest["shots"].as_array().unwrap();
        shots.iter().find(|one| one["shot"] == shot).unwrap()["taken"].clone()
    };
    assert_eq!((&before["external"], taken(&before, "gate")), (&json!([]), json!(false)));
    let pointer = |body: &Value| text(&world.sampler.post(&path, body).problem()["errors"][0]["pointer"]);
    assert_eq!(pointer(&named("X-1", 3)), "/until", "in the future");
    assert_eq!(pointer(&named("X-1", -1)), "/until", "before its beginning");
    assert_eq!(pointer(&named(" ", 1)), "/reference");
    let made = world.sampler.post(&path, &named("X-1", 1)).expect(201);
    assert_eq!((taken(&made, "gate"), taken(&made, "licence")), (json!(true), json!(false)));
    assert_eq!(pointer(&named("X-1", 1)), "/reference", "twice");
    // The enterprise sees that there is one, and names none; strangers know of nothing.
    let seen = world.manifest(&world.enterprise.http);
    assert_eq!(seen["external"][0]["reference"], "X-1");
    assert_eq!(world.enterprise.http.post(&path, &named("X-2", 1)).status, 403);
    for who in [&world.elsewhere, &world.stranger.http] {
        assert!([403, 404].contains(&who.post(&path, &named("X-2", 1)).status));
    }
    let page = format!("/inspections/{}/recording", world.inspection);
    assert!(world.officer.get(&page).text.contains("执法全过程记录平台"));
    let figures =
        |who: &crate::support::Http| who.get("/api/v1/reports/recordings").expect(200)["figures"].clone();
    assert_eq!(figures(&world.officer)["external"], 1);
    let end = format!("{path}/{}/end", text(&made["external"][0]["id"]));
    let reason = json!({ "reason": "编号登记错误" });
    assert_eq!(world.colleague.post(&end, &reason).status, 403, "another one named it");
    assert_eq!(
        world.sampler.post(&end, &json!({ "reason": " " })).problem()["errors"][0]["pointer"],
        "/reason"
    );
    let ended = world.sampler.post(&end, &reason).expect(200);
    assert_eq!(
        (&ended["external"][0]["reason"], taken(&ended, "gate")),
        (&json!("编号登记错误"), json!(false))
    );
    assert_eq!(world.officer.post(&end, &reason).status, 409);
    assert_eq!(figures(&world.officer)["external"], 0);
    world.sampler.post(&path, &named("X-1", 1)).expect(201);
}

#[test]
fn who_settles_a_challenge_says_whether_the_recording_decided_it() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    for (number, decided) in [("RD-1", Some(true)), ("RD-2", Some(false)), ("RD-3", None)] {
        let mut form = form(number);
        form["model"] = json!(number);
        let path = registered(&officer, &form);
        reported(&officer, &path, &format!("R-{number}"), "nonconforming");
        step(&officer, &path, "deliver", "2026-02-25", &json!({ "party": "operator" })).expect(200);
        let grounds = json!({ "party": "operator", "reason": "样品不是本店的" });
        step(&officer, &path, "contest", "2026-03-01", &grounds).expect(200);
        let page = officer.get(&path.replace("/api/v1", "")).text;
        assert!(page.contains("name=\"recording_decided\""), "{page}");
        if let Some(decided) = decided {
            let mut refusal = json!({ "reason": "录像显示样品取自该店货架" });
            refusal["recording_decided"] = json!(decided);
            step(&officer, &path, "refuse_retest", "2026-03-02", &refusal).expect(200);
        }
    }
    let report = officer.get("/api/v1/reports/recordings").expect(200);
    let figures = &report["figures"];
    assert_eq!(
        (&figures["sampled"], &figures["challenged"], &figures["recording_decided"]),
        (&json!(3), &json!(2), &json!(1)),
        "{figures}"
    );
    assert!(officer.get("/recordings").text.contains("异议处理中录像起决定作用"));
}

#[test]
fn what_is_bought_online_shows_page_order_payment_and_parcel() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let path = registered(&officer, &form("ON-1"));
    let shots = || {
        let manifest = officer.get(&format!("{path}/recordings/manifest")).expect(200);
        let shots = manifest["shots"].as_array().unwrap().iter().map(|one| text(&one["shot"]));
        shots.collect::<Vec<_>>()
    };
    assert!(shots().contains(&"gate".to_owned()));
    assert!(
        officer.get(&path.replace("/api/v1", "")).text.contains("须录像"),
        "its kind is under strict supervision"
    );
    // The seller has a shop as well; this sample was bought online.
    let mut bought = sample();
    bought["sample"]["channel"] = json!("online");
    step(&officer, &path, "sample", "2026-01-06", &bought).expect(200);
    let wanted = shots();
    for shot in ["page", "order", "payment", "parcel_closed", "parcel_opened", "after_sealing"] {
        assert!(wanted.contains(&shot.to_owned()), "{shot}: {wanted:?}");
    }
    assert!(!wanted.contains(&"gate".to_owned()), "{wanted:?}");
}

#[test]
fn what_the_regime_wants_recorded_is_shown_and_counted() {
    let world = world();
    // The kind is under strict supervision.
    assert_eq!(world.manifest(&world.sampler)["recording_required"], true);
    let required = || {
        let found = world.officer.get("/api/v1/reports/recordings").expect(200)["required"].clone();
        (found["sampled"].clone(), found["recorded"].clone())
    };
    assert_eq!(required(), (json!(1), json!(0)));
    let page = format!("/inspections/{}/recording", world.inspection);
    assert!(world.sampler.get(&page).text.contains("须录像"));
    assert!(world.officer.get("/recordings").text.contains("必须录像的，已录像"));
    let now = world.app.now();
    let named =
        json!({ "system": "执法平台", "reference": "X-1", "from": now - Duration::hours(1), "until": now });
    world.sampler.post(&format!("{}/recordings/external", world.path()), &named).expect(201);
    assert_eq!(required(), (json!(1), json!(1)), "another system has it");
    // From the day of another regime on, nothing is asked for.
    let province = world.app.admin("province-2", "440000");
    let change = json!({ "regime": "general", "in_force_from": now.date_naive(), "reason": "风险下降" });
    province.post("/api/v1/regimes/kinds/K0101/changes", &change).expect(201);
    assert_eq!(world.manifest(&world.sampler)["recording_required"], false);
    assert_eq!(required(), (json!(0), json!(0)));
    world.sql("UPDATE inspection SET sampled_on = sampled_on - 1");
    assert_eq!(required(), (json!(1), json!(1)), "the day of the sampling counts");
}
