//! Online sessions: invited, signed up while there are places, attended once within the time, asked in, recorded.

use chrono::Duration;
use serde_json::{Value, json};
use zerodesk::online_sessions::settings::OnlineSessionSettings;

use crate::people::{deactivate, id_of};
use crate::support::http::Reply;
use crate::support::people::{Enterprise, PASSWORD, text};
use crate::support::{Http, TestApp};

const SESSIONS: &str = "/api/v1/online-sessions";

/// A session in two days, for two hours.
fn session(app: &TestApp, capacity: i32) -> Value {
    let from = app.now() + Duration::days(2);
    json!({
        "topic": "电线电缆导体电阻答疑", "product_kinds": ["K0301"], "starts_at": from, "ends_at": from + Duration::hours(2),
        "capacity": capacity, "meeting_url": "https://meeting.example.com/j/1",
    })
}

#[track_caller]
fn announced(who: &Http, body: &Value) -> String {
    format!("{SESSIONS}/{}", text(&who.post(SESSIONS, body).expect(201)["id"]))
}

fn invite(who: &Http, path: &str, all: &[Enterprise]) -> Value {
    let ids: Vec<&str> = all.iter().map(|one| one.id.as_str()).collect();
    who.post(&format!("{path}/invitations"), &json!({ "enterprises": ids })).expect(200)
}

fn pointer(reply: Reply) -> String {
    let problem = reply.problem();
    assert_eq!(problem["status"], 422, "{problem}");
    text(&problem["errors"][0]["pointer"])
}

fn again(app: &TestApp, username: &str) -> Http {
    app.http().log_in(username, PASSWORD)
}

#[test]
fn places_are_given_once_and_attendance_counts_once_within_the_time() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let all: Vec<Enterprise> = (1..=3).map(|n| app.claimed_enterprise(n, "440103", "K0301")).collect();
    let path = announced(&officer, &session(&app, 2));
    assert_eq!(all[0].http.get(&path).status, 404, "it is not invited yet");
    assert_eq!(invite(&officer, &path, &all)["invited"], 3);
    assert_eq!(invite(&officer, &path, &all)["invited"], 0, "nobody is told twice");
    app.mail("factory-1@enterprise.example", "电线电缆导体电阻答疑");
    let sign = |one: &Enterprise| one.http.act(&format!("{path}/sign-up"));
    assert_eq!(all[0].http.get(&path).expect(200)["meeting_url"], Value::Null);
    assert_eq!(sign(&all[0]).expect(200)["meeting_url"], "https://meeting.example.com/j/1");
    sign(&all[0]).expect(200);
    sign(&all[1]).expect(200);
    assert_eq!(sign(&all[2]).refusal(), (409, "online_session_full".to_owned()));
    all[1].http.act(&format!("{path}/leave")).expect(200);
    sign(&all[2]).expect(200);
    let join = |who: &Http| who.act(&format!("{path}/join"));
    assert_eq!(join(&all[0].http).refusal(), (409, "online_session_state".to_owned()), "too early");
    app.clock.advance(Duration::days(2) + Duration::minutes(5));
    let (first, second) = (again(&app, "enterprise-1"), again(&app, "enterprise-2"));
    let joined = join(&first).expect(200);
    app.clock.advance(Duration::minutes(1));
    assert_eq!(join(&first).expect(200)["joined_at"], joined["joined_at"]);
    assert_eq!(join(&second).refusal().0, 409, "it has left");
    let officer = again(&app, "officer");
    let seen = officer.get(&path).expect(200);
    assert_eq!((&seen["attended"], &seen["signed_up"], &seen["invited"]), (&json!(1), &json!(2), &json!(3)));
    let members = officer.get(&format!("{path}/members")).expect(200);
    assert_eq!(members["items"].as_array().unwrap().len(), 3);
    assert_eq!(first.get(&format!("{path}/members")).status, 403);
    app.clock.advance(Duration::hours(3));
    assert_eq!(join(&again(&app, "enterprise-3")).refusal().0, 409, "too late");
    for who in [&again(&app, "officer"), &again(&app, "enterprise-1")] {
        assert_eq!(who.get(&path.replace("/api/v1", "")).status, 200);
        assert_eq!(who.get("/online-sessions").status, 200);
    }
}

#[test]
fn questions_are_answered_before_all_declined_or_become_consultations() {
    let app = TestApp::builder()
        .settings(|s| s.edit::<OnlineSessionSettings>().questions_per_enterprise = 3)
        .start();
    let officer = app.admin("officer", "440100");
    let all: Vec<Enterprise> = (1..=2).map(|n| app.claimed_enterprise(n, "440103", "K0301")).collect();
    let path = announced(&officer, &session(&app, 10));
    invite(&officer, &path, &all);
    let ask = |who: &Http, text: &str| who.post(&format!("{path}/questions"), &json!({ "text": text }));
    assert_eq!(ask(&all[0].http, "早").refusal().0, 409, "sign up first");
    for one in &all {
        one.http.act(&format!("{path}/sign-up")).expect(200);
    }
    for words in ["铜材含氧量如何控制？", "我厂的配方有什么问题？", "与本场无关的问题"]
    {
        ask(&all[0].http, words).expect(200);
    }
    assert_eq!(ask(&all[0].http, "第四问").refusal(), (429, "too_many_questions".to_owned()));
    assert_eq!(
        all[1].http.get(&path).expect(200)["questions"],
        json!([]),
        "nothing is public before it is answered"
    );
    let asked = officer.get(&path).expect(200)["questions"].clone();
    assert_eq!((&asked[0]["enterprise"], &asked[0]["during"]), (&json!("广州第1公司"), &json!(false)));
    let decide = |n: usize, body: Value| {
        officer.post(&format!("{path}/questions/{}/decision", text(&asked[n]["id"])), &body)
    };
    assert_eq!(pointer(decide(0, json!({ "decision": "answer" }))), "/text");
    decide(0, json!({ "decision": "answer", "text": "控制在 0.001 % 以下" })).expect(200);
    decide(1, json!({ "decision": "consultation" })).expect(200);
    decide(2, json!({ "decision": "decline", "text": "请另行咨询" })).expect(200);
    assert_eq!(decide(0, json!({ "decision": "decline", "text": "x" })).refusal().0, 409, "once");
    // An answer that was wrong is corrected; what was declined has none.
    let correct = json!({ "decision": "correct", "text": "控制在 0.003 % 以下" });
    let corrected = decide(0, correct.clone()).expect(200)["questions"].clone();
    assert_eq!(
        (&corrected[0]["answer"], &corrected[0]["state"]),
        (&json!("控制在 0.003 % 以下"), &json!("answered"))
    );
    assert_eq!(decide(2, correct).refusal().0, 409);
    let public = all[1].http.get(&path).expect(200)["questions"].clone();
    assert_eq!((public.as_array().unwrap().len(), &public[0]["enterprise"]), (1, &Value::Null), "{public}");
    let list =
        |who: &Http, query: &str| who.get(&format!("{path}/questions{query}")).expect(200)["items"].clone();
    assert_eq!(list(&officer, "").as_array().unwrap().len(), 3);
    assert_eq!(list(&officer, "?state=declined")[0]["text"], "与本场无关的问题");
    assert_eq!(list(&all[1].http, ""), public, "an enterprise reads what was answered");
    let first = officer.get(&format!("{path}/questions?limit=2")).expect(200);
    let cursor = text(&first["next_cursor"]);
    assert_eq!(list(&officer, &format!("?limit=2&cursor={cursor}")).as_array().unwrap().len(), 1);
    for who in [&officer, &all[1].http] {
        assert_eq!(who.get(&format!("{}/questions", path.replace("/api/v1", ""))).status, 200);
    }
    assert_eq!(app.admin("elsewhere", "440300").get(&format!("{path}/questions")).status, 404);
    let own = all[0].http.get(&path).expect(200)["questions"].clone();
    let consultation = text(&own[1]["consultation_id"]);
    let opened = all[0].http.get(&format!("/api/v1/consultations/{consultation}")).expect(200);
    assert!(opened.to_string().contains("我厂的配方"), "{opened}");
    app.mail("factory-1@enterprise.example", "已处理");
}

#[test]
fn a_session_is_held_recorded_or_cancelled() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let all = vec![app.claimed_enterprise(1, "440103", "K0301")];
    let path = announced(&officer, &session(&app, 10));
    invite(&officer, &path, &all);
    let minutes = json!({ "minutes": "答疑 12 项", "recording_url": "https://video.example.com/1" });
    let hold = |who: &Http, body: &Value| who.post(&format!("{path}/minutes"), body);
    assert_eq!(hold(&officer, &minutes).refusal().0, 409, "it has not begun");
    app.clock.advance(Duration::days(2) + Duration::minutes(1));
    let officer = again(&app, "officer");
    for wrong in ["http://video.example.com/1", "https://10.0.0.1/1", "javascript:alert(1)"] {
        let body = json!({ "minutes": "x", "recording_url": wrong });
        assert_eq!(pointer(hold(&officer, &body)), "/recording_url", "{wrong}");
    }
    assert_eq!(hold(&officer, &minutes).expect(200)["state"], "held");
    let mended = hold(&officer, &json!({ "minutes": "答疑 13 项" })).expect(200);
    assert_eq!(mended["recording_url"], "https://video.example.com/1", "what is absent stays");
    assert_eq!(
        again(&app, "enterprise-1").get(&path).expect(200)["minutes"],
        Value::Null,
        "it had not signed up"
    );
    let cancel = officer.post(&format!("{path}/cancel"), &json!({ "reason": "x" }));
    assert_eq!(cancel.refusal(), (409, "online_session_state".to_owned()));
    let other = announced(&officer, &session(&app, 10));
    invite(&officer, &other, &all);
    let enterprise = again(&app, "enterprise-1");
    enterprise.act(&format!("{other}/sign-up")).expect(200);
    enterprise.post(&format!("{other}/questions"), &json!({ "text": "铜材如何复验？" })).expect(200);
    let page = other.replace("/api/v1", "");
    let offers = || {
        [page.clone(), format!("{page}/questions")]
            .map(|page| officer.get(&page).text.contains("/decision\""))
    };
    assert_eq!(offers(), [true, true], "a question waits");
    officer.post(&format!("{other}/cancel"), &json!({ "reason": "专家因故不能出席" })).expect(200);
    assert_eq!(offers(), [false, false], "nothing is decided any more");
    app.mail("factory-1@enterprise.example", "专家因故不能出席");
    assert_eq!(again(&app, "enterprise-1").act(&format!("{other}/sign-up")).refusal().0, 409);
}

#[test]
fn who_has_no_part_does_not_know_of_it_and_wrong_fields_are_named() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440100");
    let path = announced(&officer, &session(&app, 10));
    assert_eq!(app.admin("elsewhere", "440300").get(&path).status, 404);
    let province = app.admin("province", "440000");
    assert_eq!(province.get(&path).status, 200);
    let expert = app.approved_expert(&province, "expert-1", "K0301");
    assert_eq!(expert.http.get(&path).status, 404);
    let mut body = session(&app, 10);
    body["experts"] = json!([expert.id]);
    assert_eq!(officer.json("PUT", &path, &body).expect(200)["experts"][0]["name"], "专家 expert-1");
    assert_eq!(expert.http.get(&path).status, 200, "an expert who holds it keeps it");
    let far = app.claimed_enterprise(7, "440305", "K0301");
    let invited = officer.post(&format!("{path}/invitations"), &json!({ "enterprises": [far.id] }));
    assert_eq!(pointer(invited), "/enterprises/0");
    for (name, value, wanted) in [
        ("topic", json!(" "), "/topic"),
        ("product_kinds", json!([]), "/product_kinds"),
        ("capacity", json!(0), "/capacity"),
        ("starts_at", json!(app.now() - Duration::hours(1)), "/starts_at"),
        ("ends_at", json!(app.now() + Duration::days(1)), "/ends_at"),
        ("meeting_url", json!("http://127.0.0.1/"), "/meeting_url"),
        ("experts", json!(["00000000-0000-7000-8000-000000000000"]), "/experts/0"),
        ("region", json!("440300"), "/region"),
    ] {
        let mut wrong = session(&app, 10);
        wrong[name] = value;
        assert_eq!(pointer(officer.post(SESSIONS, &wrong)), wanted);
    }
}

#[test]
fn sessions_of_an_expert_whose_account_ends_pass_to_the_named_one_or_stay_with_the_officers() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    let leaver = app.approved_expert(&officer, "expert-1", "K0301");
    let heir = app.approved_expert(&officer, "expert-2", "K0301");
    let with = |experts: Value| {
        let mut body = session(&app, 10);
        body["experts"] = experts;
        body
    };
    let alone = announced(&officer, &with(json!([leaver.id])));
    let both = announced(&officer, &with(json!([leaver.id, heir.id])));
    let over = announced(&officer, &with(json!([leaver.id])));
    officer.post(&format!("{over}/cancel"), &json!({ "reason": "改期" })).expect(200);
    let holders = |path: &str| -> Vec<String> {
        let seen = officer.get(path).expect(200);
        seen["experts"].as_array().unwrap().iter().map(|one| text(&one["id"])).collect()
    };
    let (gone, next) = (id_of(&leaver.http), id_of(&heir.http));
    let listed = officer.get(&format!("/api/v1/accounts/{gone}")).expect(200);
    let further = &listed["open_matters"]["further"];
    assert_eq!(
        (&further[0]["kind"], &further[0]["count"]),
        (&json!("online_sessions"), &json!(2)),
        "{listed}"
    );
    assert!(officer.get(&format!("/people/{gone}")).text.contains("待举办的线上问诊会"));
    let done = deactivate(&officer, &gone, Some(&next));
    let handed = &done["handed_over"]["further"];
    assert_eq!((&handed[0]["kind"], &handed[0]["count"]), (&json!("online_sessions"), &json!(2)), "{done}");
    assert_eq!(done["open_matters"]["further"], json!([]));
    assert_eq!((holders(&alone), holders(&both)), (vec![heir.id.clone()], vec![heir.id.clone()]));
    assert_eq!(holders(&over), std::slice::from_ref(&leaver.id), "what is over stays as it was");
    assert_eq!(heir.http.get(&alone).status, 200);
    let history = officer.get("/api/v1/audit?action=hand_over_online_session").expect(200);
    assert_eq!(history["items"].as_array().unwrap().len(), 2, "{history}");
    // Whose account has ended is named by nobody any more.
    assert_eq!(pointer(officer.post(SESSIONS, &with(json!([leaver.id])))), "/experts/0");
    assert_eq!(pointer(officer.json("PUT", &alone, &with(json!([heir.id, leaver.id])))), "/experts/1");
    // Nobody takes over: the officers of the region keep them.
    deactivate(&officer, &next, None);
    for path in [&alone, &both] {
        let seen = officer.get(path).expect(200);
        assert_eq!((&seen["state"], &seen["experts"]), (&json!("announced"), &json!([])), "{seen}");
    }
}
