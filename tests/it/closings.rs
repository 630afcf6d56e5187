//! An enterprise ends a consultation of its own: takes it back before an expert has taken it, closes it afterwards.

use chrono::Duration;
use serde_json::{Value, json};
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::consultations::rating_reminder;
use zerodesk::matching::settings::MatchingSettings;
use zerodesk::response_targets::follow;
use zerodesk::settings::YesNo;

use crate::support::TestApp;
use crate::support::people::{PASSWORD, text};

/// A service in which tokens outlive a day and nobody is reassigned.
fn app() -> TestApp {
    TestApp::builder()
        .settings(|s| {
            s.edit::<AuthSettings>().access_token_seconds = 86_400;
            s.edit::<MatchingSettings>().reassign_silent = YesNo::No;
        })
        .start()
}

fn conflict(code: &str) -> (u16, String) {
    (409, code.to_owned())
}

#[test]
fn what_is_taken_back_is_offered_to_nobody_any_more() {
    let app = app();
    let officer = app.admin("officer", "440000");
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let stranger = app.claimed_enterprise(2, "440103", "K0101");
    let elsewhere = app.admin("elsewhere", "440300");
    let opened = app.open(&enterprise);
    let id = text(&opened["id"]);
    let (path, page) = (format!("/api/v1/consultations/{id}/close"), format!("/consultations/{id}"));
    assert_eq!(opened["status"], "offered");
    for (who, status) in
        [(&stranger.http, 404), (&elsewhere, 404), (&expert.http, 403), (&officer, 403), (&app.http(), 401)]
    {
        who.act(&path).expect(status);
    }
    for (who, status) in [(&stranger.http, 404), (&expert.http, 404), (&officer, 404)] {
        assert_eq!(who.get(&format!("{page}/close")).status, status);
    }
    let shown = enterprise.http.get(&page).text;
    assert!(shown.contains(&format!("{page}/close")) && shown.contains("撤回问诊"), "{shown}");
    let form = enterprise.http.get(&format!("{page}/close")).text;
    assert!(form.contains("撤回问诊") && form.contains("30 天内可以重新打开"), "{form}");
    assert!(!expert.http.get(&page).text.contains("/close"), "an expert is shown no way to it");
    let long = json!({ "reason": "长".repeat(1001) });
    let refused = enterprise.http.post(&path, &long).problem();
    assert_eq!(refused["errors"][0]["pointer"], "/reason");

    let mut own = app.following(&enterprise.http, &id);
    let closed = enterprise.http.post(&path, &json!({ "reason": "已自行查明" })).expect(200);
    assert_eq!((&closed["status"], &closed["closed"]), (&json!("concluded"), &json!("taken_back")));
    assert_eq!((&closed["expert"], closed["concluded_at"].is_string()), (&Value::Null, true));
    let told = own.wait(|frame| frame["ev"] == "consultation");
    assert_eq!(told["status"], "concluded");
    let mail = app.mail("expert-1@expert.example", "撤回问诊");
    assert!(mail.body_text.contains("已自行查明") && !mail.body_text.contains(&id), "{}", mail.body_text);
    // The expert no longer knows of it, and has the place free.
    expert.http.get(&format!("/api/v1/consultations/{id}")).expect(404);
    expert.http.act(&format!("/api/v1/consultations/{id}/accept")).expect(404);
    let private = officer.get(&format!("/api/v1/experts/{}", expert.id)).expect(200)["private"].clone();
    assert_eq!(private["open_consultations"], 0);
    let offers = officer.get(&format!("/api/v1/consultations/{id}/match")).expect(200)["offers"].clone();
    assert_eq!((&offers[0]["answer"], &offers[0]["reason"]), (&json!("withdrawn"), &json!("已自行查明")));

    let history = enterprise.http.get(&format!("/api/v1/consultations/{id}/history")).expect(200);
    let last = history.as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["event"], &last["note"]), (&json!("take_back"), &json!("已自行查明")));
    let shown = enterprise.http.get(&page).text;
    assert!(
        shown.contains("已撤回问诊：已自行查明") && shown.contains("企业已撤回问诊，不能再发送消息"),
        "{shown}"
    );
    assert!(!shown.contains("请评价本次问诊"), "nothing is asked to be rated: {shown}");
    let rated = enterprise.http.post(&format!("/api/v1/consultations/{id}/rating"), &json!({ "rating": 1 }));
    assert_eq!(rated.refusal(), conflict("consultation_status"));
    assert_eq!(enterprise.http.act(&path).refusal(), conflict("consultation_status"));
    assert_eq!(enterprise.http.get(&format!("{page}/close")).status, 404);
    assert!(!enterprise.http.get("/").text.contains("请评价"));
    assert!(officer.get("/queue?show=all").text.contains("已撤回"));
    let audit = officer.get("/api/v1/audit?action=take_back_consultation").expect(200);
    assert_eq!(audit["items"].as_array().unwrap().len(), 1, "{audit}");
    assert_eq!(app.http().log_in("enterprise-1", PASSWORD).get("/archive").status, 200);

    // It can be taken up again, and goes to an expert like a new one.
    app.clock.advance(Duration::seconds(1));
    let again = json!({ "reason": "仍需专家意见" });
    let open = enterprise.http.post(&format!("/api/v1/consultations/{id}/reopen"), &again).expect(200);
    assert_eq!((&open["status"], &open["closed"]), (&json!("offered"), &Value::Null));
    expert.http.act(&format!("/api/v1/consultations/{id}/accept")).expect(200);
}

#[test]
fn one_that_waits_is_taken_back_and_its_targets_end() {
    let app = app();
    let officer = app.admin("officer", "440000");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let id = text(&app.open(&enterprise)["id"]);
    let path = format!("/api/v1/consultations/{id}");
    follow::round(&app.app).unwrap();
    assert_eq!(enterprise.http.get(&path).expect(200)["targets"][0]["state"], "running");
    app.clock.advance(Duration::minutes(1));
    enterprise.http.act(&format!("{path}/close")).expect(200);
    app.clock.advance(Duration::minutes(1));
    follow::round(&app.app).unwrap();
    let seen = officer.get(&path).expect(200);
    let states: Vec<_> = seen["targets"].as_array().unwrap().iter().map(|t| text(&t["state"])).collect();
    assert_eq!(states, ["ended", "ended"], "{seen}");
    // Whoever comes later is not asked.
    app.approved_expert(&officer, "expert-1", "K0101");
    while zerodesk::consultations::matcher::worker(&app.app).unwrap() {}
    assert_eq!(officer.get(&path).expect(200)["status"], "concluded");
    let why = officer.get(&format!("{path}/match")).expect(200);
    assert!(text(&why["reason_zh"]).contains("已撤回"), "{why}");
    // The same record can be asked about anew.
    app.open(&enterprise);
}

#[test]
fn one_under_way_is_closed_and_rated_only_where_it_was_answered() {
    let app = app();
    let (_, talk) = app.small_world();
    let (expert, enterprise) = (&talk.expert.http, &talk.enterprise.http);
    let path = format!("/api/v1/consultations/{}", talk.id);
    let mut desk = app.following(expert, &talk.id);
    let page = format!("/consultations/{}", talk.id);
    assert!(enterprise.get(&page).text.contains("结束问诊"));
    let closed = enterprise.act(&format!("{path}/close")).expect(200);
    assert_eq!((&closed["status"], &closed["closed"]), (&json!("concluded"), &json!("unanswered")));
    assert_eq!(closed["expert"]["id"], json!(talk.expert.id));
    desk.wait(|frame| frame["ev"] == "consultation" && frame["status"] == "concluded");
    app.mail("expert-1@expert.example", "已结束由您承接的问诊");
    // Both go on seeing it, and nobody writes.
    let shown = expert.get(&page).text;
    assert!(shown.contains("已结束问诊") && shown.contains("企业已结束问诊，不能再发送消息"), "{shown}");
    assert!(!shown.contains("另行发起问诊"), "an expert opens none: {shown}");
    let told = enterprise.get(&page).text;
    assert!(told.contains("问题仍未解决的，可在“资料与操作”中重新打开本问诊"), "{told}");
    let message = json!({ "client_id": uuid::Uuid::new_v4(), "body": "晚了" });
    assert_eq!(
        expert.post(&format!("{path}/messages"), &message).refusal(),
        conflict("consultation_concluded")
    );
    let rating = json!({ "rating": 4 });
    assert_eq!(
        enterprise.post(&format!("{path}/rating"), &rating).refusal(),
        conflict("consultation_status")
    );
    assert_eq!(
        expert.post(&format!("{path}/conclude"), &json!({ "conclusion": "x" })).refusal(),
        conflict("consultation_status")
    );
    let profile = expert.get("/profile").text;
    assert!(profile.contains("<b>0</b>已办结问诊"), "the expert did not conclude it: {profile}");

    // Reopened, answered, closed again: now there is something to rate.
    app.clock.advance(Duration::days(29));
    let log_in = |name: &str| app.http().log_in(name, PASSWORD);
    let (expert, enterprise, officer) = (&log_in("expert-1"), &log_in("enterprise-1"), &log_in("officer"));
    let back = enterprise.post(&format!("{path}/reopen"), &json!({ "reason": "又出现" })).expect(200);
    assert_eq!((&back["status"], &back["closed"]), (&json!("active"), &Value::Null));
    app.following(expert, &talk.id).say_acknowledged(&talk.id, "talk", "请更换绝缘料");
    let closed = enterprise.post(&format!("{path}/close"), &json!({ "reason": "已解决" })).expect(200);
    assert_eq!(closed["closed"], "answered");
    let shown = enterprise.get(&page).text;
    assert!(shown.contains("请评价本次问诊") && shown.contains("已结束问诊：已解决"), "{shown}");
    assert!(enterprise.get("/").text.contains("请评价"));
    assert_eq!(enterprise.post(&format!("{path}/rating"), &rating).expect(200)["rating"], 4);
    for format in ["html", "text", "json"] {
        let transcript = enterprise.get(&format!("{path}/transcript?format={format}"));
        assert!(transcript.status == 200 && transcript.text.contains("请更换绝缘料"), "{}", transcript.text);
    }
    let audit = officer.get("/api/v1/audit?action=close_consultation").expect(200);
    assert_eq!(audit["items"].as_array().unwrap().len(), 2, "{audit}");

    app.clock.advance(Duration::days(31));
    assert_eq!(
        log_in("enterprise-1").post(&format!("{path}/reopen"), &json!({ "reason": "又出现" })).refusal(),
        conflict("reopen_too_late")
    );
}

/// How many reminders the first enterprise was sent.
fn reminders(app: &TestApp) -> usize {
    rating_reminder::round(&app.app).unwrap();
    app.mails_sent();
    app.smtp.received().iter().filter(|mail| mail.body_text.contains("尚未评价")).count()
}

#[test]
fn who_has_not_rated_is_reminded_once() {
    let app = app();
    let (_, mut talk) = app.small_world();
    let path = format!("/api/v1/consultations/{}", talk.id);
    talk.expert.http.post(&format!("{path}/conclude"), &json!({ "conclusion": "请更换绝缘料" })).expect(200);
    app.clock.advance(Duration::days(3) - Duration::minutes(1));
    assert_eq!(reminders(&app), 0, "not before the day");
    app.clock.advance(Duration::minutes(1));
    // Two servers look at once.
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| rating_reminder::round(&app.app).unwrap());
        }
    });
    assert_eq!(reminders(&app), 1);
    app.clock.advance(Duration::days(5));
    assert_eq!(reminders(&app), 1, "once");
    let log_in = |name: &str| app.http().log_in(name, PASSWORD);
    (talk.expert.http, talk.enterprise.http) = (log_in("expert-1"), log_in("enterprise-1"));
    let (expert, enterprise) = (&talk.expert.http, &talk.enterprise.http);

    // Reopened and closed by the enterprise itself: it is asked about the new end. What had no answer, or is rated, is not asked about.
    enterprise.post(&format!("{path}/reopen"), &json!({ "reason": "又出现" })).expect(200);
    app.following(expert, &talk.id).say_acknowledged(&talk.id, "talk", "请再送检");
    enterprise.act(&format!("{path}/close")).expect(200);
    app.clock.advance(Duration::days(3));
    assert_eq!(reminders(&app), 2);
    talk.expert.http = log_in("expert-1");
    let other = app.claimed_enterprise(2, "440103", "K0101");
    let other = app.talk(&other, &talk.expert);
    other.enterprise.http.act(&format!("/api/v1/consultations/{}/close", other.id)).expect(200);
    let third = app.claimed_enterprise(3, "440103", "K0101");
    let third = app.talk(&third, &talk.expert);
    let path = format!("/api/v1/consultations/{}", third.id);
    talk.expert.http.post(&format!("{path}/conclude"), &json!({ "conclusion": "已解决" })).expect(200);
    third.enterprise.http.post(&format!("{path}/rating"), &json!({ "rating": 5 })).expect(200);
    app.clock.advance(Duration::days(10));
    assert_eq!(reminders(&app), 2);
}
