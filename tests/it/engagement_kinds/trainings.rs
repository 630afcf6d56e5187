//! A training is planned, enterprises are invited and come by the code or by hand, and are counted once each.

use chrono::Duration;
use serde_json::{Value, json};

use super::{TRAININGS, evidence, faults};
use crate::support::people::PASSWORD;
use crate::support::people::text;
use crate::support::{Http, TestApp};

fn training(app: &TestApp) -> Value {
    let starts = app.now() + Duration::hours(1);
    json!({
        "topic": "插座标准解读", "region": "440100", "place": "市质检院报告厅", "starts_at": starts,
        "ends_at": starts + Duration::hours(2), "quiz": true,
    })
}

fn planned(app: &TestApp, who: &Http) -> String {
    format!("{TRAININGS}/{}", text(&who.post(TRAININGS, &training(app)).expect(201)["id"]))
}

#[test]
fn enterprises_are_invited_by_region_and_status_and_told() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firms: Vec<_> = (1..=2).map(|n| app.claimed_enterprise(n, "440103", "K0101")).collect();
    app.listed(3, "440305", "K0101");
    let path = planned(&app, &officer);
    let invite = format!("{path}/invitations");
    let done = officer.post(&invite, &json!({ "region": "440103", "list_status": "open" })).expect(200);
    assert_eq!((&done["invited"], &done["before"]), (&json!(2), &json!(0)));
    let done = officer.post(&invite, &json!({ "enterprises": [firms[0].id] })).expect(200);
    assert_eq!((&done["invited"], &done["before"]), (&json!(0), &json!(1)));
    let nobody = officer.post(&invite, &json!({ "region": "440103", "list_status": "cleared" })).problem();
    assert_eq!(faults(&nobody), [""]);
    let outside = officer.post(&invite, &json!({ "region": "440305" })).problem();
    assert_eq!(faults(&outside), ["/region"]);
    zerodesk::engagements::training::notices::send_waiting(&app.app, &|| false).unwrap();
    app.mail("factory-1@enterprise.example", "插座标准解读");
    let own = firms[0].http.get(&path).expect(200);
    assert_eq!((&own["own"]["invited"], &own["invited"]), (&json!(true), &json!(2)));
    assert_eq!(firms[0].http.get(&format!("{path}/attendees")).status, 403);
}

#[test]
fn the_code_changes_is_good_for_two_minutes_and_counts_an_enterprise_once() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let guest = app.claimed_enterprise(2, "440305", "K0101");
    let path = planned(&app, &officer);
    officer.post(&format!("{path}/invitations"), &json!({ "enterprises": [firm.id] })).expect(200);
    let shown = officer.get(&format!("{path}/code")).expect(200);
    let code = json!({ "code": shown["code"] });
    let svg = officer.get(&format!("{path}/code.svg"));
    assert_eq!((svg.status, svg.header("content-type")), (200, "image/svg+xml"));
    assert_eq!(firm.http.get(&format!("{path}/code")).status, 403);
    assert_eq!(officer.post(&format!("{TRAININGS}/attend"), &code).status, 403);
    for _ in 0..2 {
        let seen = firm.http.post(&format!("{TRAININGS}/attend"), &code).expect(200);
        assert_eq!((&seen["attended"], &seen["own"]["by_code"]), (&json!(1), &json!(true)));
    }
    // Who was not invited may come, and the row says so.
    let seen = guest.http.post(&format!("{TRAININGS}/attend"), &code).expect(200);
    assert_eq!((&seen["attended"], &seen["own"]["invited"]), (&json!(2), &json!(false)));
    app.clock.advance(Duration::minutes(3));
    let late = app.claimed_enterprise(3, "440103", "K0101");
    let over = late.http.post(&format!("{TRAININGS}/attend"), &code).refusal();
    assert_eq!(over, (409, "attendance_code_expired".to_owned()));
    let next = officer.get(&format!("{path}/code")).expect(200);
    assert_ne!(next["code"], shown["code"]);
    assert_eq!(late.http.post(&format!("{TRAININGS}/attend"), &json!({ "code": "x" })).status, 404);
    let page = late.http.get(&format!("/attend/{}", text(&next["code"])));
    assert_eq!(page.status, 200);
}

#[test]
fn a_mark_by_hand_needs_a_reason_and_can_be_taken_back() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let path = planned(&app, &officer);
    let mark = format!("{path}/attendance");
    let refused = officer.post(&mark, &json!({ "enterprise_id": firm.id, "reason": " " })).problem();
    assert_eq!(faults(&refused), ["/reason"]);
    let quiz = json!({ "enterprise_id": firm.id, "result": 85 });
    let refused = officer.post(&format!("{path}/quiz"), &quiz).problem();
    assert_eq!(faults(&refused), ["/enterprise_id"], "who did not come has no result");
    let body = json!({ "enterprise_id": firm.id, "reason": "手机无法扫码" });
    assert_eq!(officer.post(&mark, &body).expect(200)["attended"], 1);
    officer.post(&format!("{path}/quiz"), &quiz).expect(200);
    let over = json!({ "enterprise_id": firm.id, "result": 101 });
    assert_eq!(faults(&officer.post(&format!("{path}/quiz"), &over).problem()), ["/result"]);
    let row = officer.get(&format!("{path}/attendees")).expect(200)["items"][0].clone();
    assert_eq!((&row["quiz"], &row["by_code"], &row["invited"]), (&json!(85), &json!(false), &json!(false)));
    let back = json!({ "enterprise_id": firm.id, "attended": false, "reason": "登记有误" });
    assert_eq!(officer.post(&mark, &back).expect(200)["attended"], 0);
}

#[test]
fn steps_of_a_training_and_who_may_take_them() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let elsewhere = app.admin("elsewhere", "440300");
    // The expert serves the whole province, whose officer approves it.
    let province = app.admin("province", "440000");
    let expert = app.approved_expert(&province, "expert-1", "K0101");
    let path = planned(&app, &officer);
    let events = format!("{path}/events");
    for who in [&elsewhere, &expert.http] {
        assert_eq!(who.get(&path).status, 404);
        assert_eq!(who.post(&events, &json!({ "step": "hold" })).status, 404);
    }
    assert_eq!(
        officer.post(&events, &json!({ "step": "close" })).refusal(),
        (409, "engagement_state".to_owned())
    );
    assert_eq!(faults(&officer.post(&events, &json!({ "step": "cancel" })).problem()), ["/reason"]);
    assert_eq!(officer.post(&events, &json!({ "step": "hold" })).expect(200)["state"], "held");
    assert_eq!(officer.post(&events, &json!({ "step": "close" })).expect(200)["state"], "closed");
    assert_eq!(officer.get(&format!("{path}/code")).refusal().0, 409);
    // An expert plans in a region that it serves.
    let mut own = training(&app);
    let made = expert.http.post(TRAININGS, &own);
    if made.status == 201 {
        assert_eq!(expert.http.get(TRAININGS).expect(200)["items"].as_array().unwrap().len(), 1);
    } else {
        assert_eq!(faults(&made.problem()), ["/region"]);
    }
    own["online_url"] = json!("http://insecure.example");
    own["ends_at"] = own["starts_at"].clone();
    own["topic"] = json!("");
    assert_eq!(faults(&officer.post(TRAININGS, &own).problem()), ["/topic", "/online_url", "/ends_at"]);
}

#[test]
fn a_training_that_was_announced_is_changed_and_who_knows_of_it_is_told() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let path = planned(&app, &officer);
    let tell = || zerodesk::engagements::training::notices::send_waiting(&app.app, &|| false).unwrap();
    officer.post(&format!("{path}/invitations"), &json!({ "enterprises": [firm.id] })).expect(200);
    tell();
    app.mail("factory-1@enterprise.example", "市质检院报告厅");
    let starts = app.now() + Duration::days(3);
    let ends = starts + Duration::hours(2);
    let change =
        json!({ "place": "黄埔培训中心", "starts_at": starts, "ends_at": ends, "reason": "场地维修" });
    for (wrong, pointer) in [
        (json!({ "place": "x" }), "/reason"),
        (json!({ "reason": "x" }), ""),
        (json!({ "place": " ", "reason": "x" }), "/place"),
        (json!({ "topic": "", "reason": "x" }), "/topic"),
        (json!({ "starts_at": starts, "reason": "x" }), "/ends_at"),
        (json!({ "online_url": "http://x", "reason": "x" }), "/online_url"),
    ] {
        assert_eq!(faults(&officer.json("PATCH", &path, &wrong).problem()), [pointer], "{wrong}");
    }
    assert_eq!(firm.http.json("PATCH", &path, &change).status, 403);
    assert_eq!(app.admin("elsewhere", "440300").json("PATCH", &path, &change).status, 404);
    let done = officer.json("PATCH", &path, &change).expect(200);
    assert_eq!((&done["place"], &done["on_day"]), (&json!("黄埔培训中心"), &json!("2026-03-05")));
    tell();
    let feed = text(&firm.http.post("/api/v1/calendar-feeds", &json!({})).expect(201)["address"]);
    let calendar = app.http().get(&feed[feed.find("/calendar").unwrap()..]).text.replace("\r\n ", "");
    let link = format!("/trainings/{}", path.rsplit('/').next().unwrap());
    assert!(
        calendar.contains(&link) && calendar.contains("DTSTART;TZID=Asia/Shanghai:20260305T"),
        "{calendar}"
    );
    let mail = app.mail("factory-1@enterprise.example", "培训变更");
    assert!(
        mail.body_text.contains("黄埔培训中心") && mail.body_text.contains("场地维修"),
        "{}",
        mail.body_text
    );
    officer.post(&format!("{path}/events"), &json!({ "step": "cancel", "reason": "讲师生病" })).expect(200);
    tell();
    app.mail("factory-1@enterprise.example", "讲师生病");
    assert_eq!(officer.json("PATCH", &path, &change).refusal(), (409, "engagement_state".to_owned()));
}

#[test]
fn what_was_held_by_mistake_is_taken_back_and_past_days_stay() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let path = planned(&app, &officer);
    let mark = |who: &Http, attended: bool| {
        let body = json!({ "enterprise_id": firm.id, "attended": attended, "reason": "签到表" });
        who.post(&format!("{path}/attendance"), &body).expect(200)
    };
    let step = |who: &Http, step: &str| {
        who.post(&format!("{path}/events"), &json!({ "step": step, "reason": "误登记" })).expect(200)
    };
    step(&officer, "hold");
    let trained = |at: &str| evidence(&app, &firm.id, "trained", at);
    // Who is marked days later is no attendee of the day before that.
    app.clock.advance(Duration::days(1));
    let officer = app.http().log_in("officer", PASSWORD);
    mark(&officer, true);
    app.clock.advance(Duration::days(1));
    let officer = app.http().log_in("officer", PASSWORD);
    assert_eq!((trained("2026-03-02T16:00:00Z"), trained("2026-03-03T16:00:00Z")), (0, 1));
    mark(&officer, false);
    assert_eq!((trained("2026-03-03T16:00:00Z"), trained("2026-03-04T16:00:00Z")), (1, 0));
    mark(&officer, true);
    step(&officer, "close");
    assert_eq!(step(&officer, "take_back")["state"], "held");
    assert_eq!(trained("2026-03-04T16:00:00Z"), 1);
    app.clock.advance(Duration::days(1));
    let officer = app.http().log_in("officer", PASSWORD);
    assert_eq!(step(&officer, "take_back")["state"], "planned");
    assert_eq!((trained("2026-03-04T16:00:00Z"), trained("2026-03-05T16:00:00Z")), (1, 0));
    step(&officer, "cancel");
    let quiz = json!({ "enterprise_id": firm.id, "result": 80 });
    assert_eq!(
        officer.post(&format!("{path}/quiz"), &quiz).refusal(),
        (409, "engagement_state".to_owned()),
        "it was called off"
    );
}

#[test]
fn an_enterprise_does_not_find_out_who_else_is_invited() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let firms: Vec<_> = (1..=2).map(|n| app.claimed_enterprise(n, "440103", "K0101")).collect();
    let path = planned(&app, &officer);
    let both = json!({ "enterprises": [firms[0].id, firms[1].id] });
    officer.post(&format!("{path}/invitations"), &both).expect(200);
    let other = officer.get(&format!("/api/v1/enterprises/{}", firms[1].id)).expect(200);
    let found = |who: &Http, list: &str, query: &str| {
        who.get(&format!("{list}?{query}")).expect(200)["items"].as_array().unwrap().len()
    };
    for list in [TRAININGS, "/api/v1/engagements"] {
        for query in [format!("enterprise={}", firms[1].id), format!("q={}", text(&other["uscc"]))] {
            assert_eq!(found(&firms[0].http, list, &query), 0, "{list} {query}");
        }
        let own = format!("enterprise={}", firms[0].id);
        assert_eq!((found(&firms[0].http, list, &own), found(&officer, list, &own)), (1, 1));
    }
    assert_eq!(found(&officer, "/api/v1/engagements", &format!("q={}", text(&other["uscc"]))), 1);
}

#[test]
fn an_expert_invites_whom_it_consults_and_nobody_by_the_list() {
    let app = TestApp::start();
    let province = app.admin("province", "440000");
    let expert = app.approved_expert(&province, "expert-1", "K0101");
    let firm = app.claimed_enterprise(1, "440103", "K0101");
    let mut body = training(&app);
    body["experts"] = json!([expert.id]);
    let path = format!("{TRAININGS}/{}", text(&province.post(TRAININGS, &body).expect(201)["id"]));
    let invite = format!("{path}/invitations");
    let by_list = json!({ "region": "440103", "list_status": "open" });
    assert_eq!(faults(&expert.http.post(&invite, &by_list).problem()), ["/region", "/list_status"]);
    let stranger = json!({ "enterprises": [firm.id] });
    assert_eq!(faults(&expert.http.post(&invite, &stranger).problem()), ["/enterprises/0"]);
    assert_eq!(province.post(&invite, &stranger).expect(200)["invited"], 1);
}
