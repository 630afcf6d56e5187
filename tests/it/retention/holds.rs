//! Legal holds: they win, they end, and are set by officers of the region alone.

use super::*;

fn set(who: &Http, target: &str, id: &str, until: Option<&str>) -> crate::support::http::Reply {
    who.post(HOLDS, &json!({ "target": target, "id": id, "reason": "涉及行政诉讼", "until": until }))
}

#[test]
fn a_hold_keeps_what_is_due_until_it_ends() {
    let app = with_periods();
    let officer = app.admin("officer", "440000");
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let mut ids = Vec::new();
    for (n, subject) in ["甲", "乙", "丙"].into_iter().enumerate() {
        let id = talk(&app, &enterprise, &expert, subject);
        let file = upload(&expert.http, "a.pdf");
        for _ in 0..=n {
            say(&expert.http, &id, "talk", subject, &[&file]);
        }
        conclude(&app, &expert, &id);
        ids.push(id);
    }
    let start = app.now();
    let day = |days| (start + Duration::days(days)).date_naive().to_string();
    set(&officer, "consultation", &ids[1], None).expect(201);
    set(&officer, "consultation", &ids[2], Some(&day(1100))).expect(201);
    app.clock.set(start + Duration::days(1099));
    let officer = app.http().log_in("officer", PASSWORD);
    assert_eq!(numbers(&officer, "messages"), (1, 5, 0));
    assert_eq!(numbers(&officer, "files"), (1, 2, 0));
    sweep(&app.app, None).unwrap();
    let body = |id: &str| messages(&app.http().log_in("officer", PASSWORD), id, "talk")[0].2.clone();
    assert_eq!((body(&ids[0]), body(&ids[1]), body(&ids[2])), (MARK.into(), "乙".into(), "丙".into()));
    assert_eq!(numbers(&officer, "messages"), (0, 5, 0));
    // The day after its last one it keeps nothing any more.
    app.clock.set(start + Duration::days(1102));
    let officer = app.http().log_in("officer", PASSWORD);
    assert_eq!(numbers(&officer, "messages"), (3, 2, 0));
    sweep(&app.app, None).unwrap();
    assert_eq!((body(&ids[1]), body(&ids[2])), ("乙".into(), MARK.into()));
    // On the enterprise, it keeps all of it; a released one keeps nothing.
    let all = set(&officer, "enterprise", &enterprise.id, None).expect(201);
    let held = officer.get(&format!("{HOLDS}?state=in_force")).expect(200);
    assert_eq!(held["items"].as_array().unwrap().len(), 2, "{held}");
    let one =
        held["items"].as_array().unwrap().iter().find(|h| h["target"] == "consultation").unwrap().clone();
    assert_eq!((&one["subject"], &one["target_id"]), (&json!("乙"), &json!(ids[1])));
    let release = |id: &Value, reason: &str| {
        officer.post(&format!("{HOLDS}/{}/release", text(id)), &json!({ "reason": reason }))
    };
    release(&one["id"], "诉讼终结").expect(200);
    assert_eq!(numbers(&officer, "messages"), (0, 2, 0), "the enterprise's keeps it");
    let released = release(&all["id"], "诉讼终结").expect(200);
    assert_eq!((&released["state"], &released["release_reason"]), (&json!("ended"), &json!("诉讼终结")));
    assert_eq!(release(&all["id"], "再次").refusal(), (409, "hold_released".into()));
    assert_eq!(numbers(&officer, "messages"), (2, 0, 0));
    sweep(&app.app, None).unwrap();
    assert_eq!(body(&ids[1]), MARK);
    // All of them are in the history, with who set them and why.
    let history = officer.get(HOLDS).expect(200);
    assert_eq!(history["items"].as_array().unwrap().len(), 3);
    assert!(history["items"].as_array().unwrap().iter().all(|h| h["state"] == "ended"), "{history}");
    let page = officer.get("/retention?lang=zh-CN").text;
    assert!(page.contains("诉讼终结") && page.contains("name of officer"), "{page}");
    let audit = officer.get("/api/v1/audit?action=release_hold").expect(200);
    assert_eq!(audit["items"].as_array().unwrap().len(), 2);
    let audit = officer.get(&format!("/api/v1/audit?action=set_hold&subject={}", enterprise.id)).expect(200);
    assert_eq!(audit["items"][0]["data"], json!({ "reason": "涉及行政诉讼", "until": null }));
}

#[test]
fn holds_are_set_by_officers_of_the_region_and_fields_are_named() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (city, elsewhere) = (app.admin("city", "440100"), app.admin("elsewhere", "440300"));
    let operator = app.operator("operator");
    let case = talk.enterprise.case.clone().unwrap();
    let things = [("enterprise", &talk.enterprise.id), ("case", &case), ("consultation", &talk.id)]
        .map(|(t, id)| (t, id.clone()));
    for (target, id) in &things {
        assert_eq!(set(&elsewhere, target, id, None).status, 404, "{target}");
        for who in [&operator, &talk.enterprise.http, &talk.expert.http] {
            assert_eq!(set(who, target, id, None).status, 403, "{target}");
        }
        let made = set(&city, target, id, None).expect(201);
        assert_eq!((&made["target_id"], &made["region"]), (&json!(id), &json!("440103")), "{made}");
        app.clock.advance(Duration::seconds(1));
    }
    // What is of another kind, or of none, is not there.
    assert_eq!(set(&officer, "case", &talk.id, None).status, 404);
    assert_eq!(set(&officer, "enterprise", &Uuid::new_v4().to_string(), None).status, 404);
    let first = city.get(HOLDS).expect(200)["items"][0].clone();
    let path = format!("{HOLDS}/{}/release", text(&first["id"]));
    let reason = json!({ "reason": "x" });
    assert_eq!(elsewhere.post(&path, &reason).status, 404);
    for who in [&operator, &talk.enterprise.http, &talk.expert.http] {
        assert_eq!(who.post(&path, &reason).status, 403);
        assert_eq!(app.http().post(&path, &reason).status, 401);
    }
    assert!(elsewhere.get(HOLDS).expect(200)["items"].as_array().unwrap().is_empty());
    for who in [&talk.enterprise.http, &talk.expert.http] {
        assert_eq!((who.get(HOLDS).status, who.get(PREVIEW).status), (403, 403));
        assert_ne!(who.get("/retention").status, 200);
    }
    // The operator knows of them, but not what a consultation is about.
    let known = operator.get(HOLDS).expect(200);
    assert_eq!(known["items"].as_array().unwrap().len(), 3);
    assert!(known["items"].as_array().unwrap().iter().all(|h| h["subject"].is_null()), "{known}");
    // The numbers of the whole platform are for the province and the operator.
    for path in [PREVIEW, "/api/v1/retention/runs"] {
        let asked = [&officer, &operator, &city, &elsewhere].map(|who| who.get(path).status);
        assert_eq!(asked, [200, 200, 403, 403], "{path}");
    }
    let page = city.get("/retention?lang=zh-CN");
    assert!(
        page.status == 200 && page.text.contains("涉及行政诉讼") && !page.text.contains("按现行期限"),
        "{}",
        page.text
    );
    for path in [
        format!("/enterprises/{}/hold", things[0].1),
        format!("/cases/{case}/hold"),
        format!("/queue/{}/hold", talk.id),
    ] {
        assert_eq!((city.get(&path).status, elsewhere.get(&path).status), (200, 404), "{path}");
    }
    for (body, pointer) in [
        (json!({ "target": "enterprise", "id": talk.enterprise.id, "reason": " " }), "/reason"),
        (
            json!({ "target": "enterprise", "id": talk.enterprise.id, "reason": "长".repeat(2_001) }),
            "/reason",
        ),
        (
            json!({ "target": "enterprise", "id": talk.enterprise.id, "reason": "x", "until": "2020-01-01" }),
            "/until",
        ),
        (json!({ "target": "region", "id": talk.enterprise.id, "reason": "x" }), "/target"),
    ] {
        let refused = city.post(HOLDS, &body).problem();
        assert_eq!(
            (refused["status"].as_i64(), refused["errors"][0]["pointer"].as_str()),
            (Some(422), Some(pointer))
        );
    }
    assert_eq!(city.post(&path, &json!({ "reason": " " })).status, 422);
    for tried in ["messages_months=35", "sessions_days=183", "mails_days=36501", "accounts_months=1201"] {
        let refused = officer.get(&format!("{PREVIEW}?{tried}")).problem();
        let pointer = format!("?{}", tried.split('=').next().unwrap());
        assert_eq!(
            (refused["status"].as_i64(), refused["errors"][0]["pointer"].as_str()),
            (Some(422), Some(&*pointer))
        );
    }
    assert_eq!(officer.get(&format!("{PREVIEW}?messages_months=36&files_months=0")).status, 200);
}

#[test]
fn a_hold_on_a_consultation_keeps_what_was_merged_into_it() {
    let app = with_periods();
    let officer = app.admin("officer", "440000");
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let whole = talk(&app, &enterprise, &expert, "原问诊");
    let double = talk(&app, &enterprise, &expert, "重复问诊");
    say(&enterprise.http, &double, "talk", "重复的问题", &[]);
    let merge = json!({ "into": whole, "reason": "同一问题" });
    officer.post(&format!("/api/v1/consultations/{double}/merge"), &merge).expect(200);
    set(&officer, "consultation", &whole, None).expect(201);
    app.clock.advance(Duration::days(1100));
    let officer = app.http().log_in("officer", PASSWORD);
    assert_eq!(numbers(&officer, "messages"), (0, 1, 0));
    sweep(&app.app, None).unwrap();
    assert_eq!(messages(&officer, &double, "talk")[0].2, "重复的问题");
}
