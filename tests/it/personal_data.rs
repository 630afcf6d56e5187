//! What people may ask for under the personal information law: a copy that is theirs alone, a correction and an erasure that officers decide
//! on, in time.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::time::Instant;

use chrono::Duration;
use serde_json::{Value, json};
use uuid::Uuid;
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::core::Language;
use zerodesk::core::clock::day_in;
use zerodesk::personal_data::term;
use zerodesk::settings::Settings;

use crate::people::{colleague, id_of};
use crate::support::people::{PASSWORD, text};
use crate::support::{Http, PATIENCE, Reply, TestApp};

const OWN: &str = "/api/v1/me/personal-data/requests";
const LIST: &str = "/api/v1/personal-data/requests";

fn app() -> TestApp {
    let set = |settings: &mut Settings| settings.edit::<AuthSettings>().access_token_seconds = 86_400;
    TestApp::builder().settings(set).start()
}

fn ask(who: &Http, kind: &str, words: Option<&str>) -> Reply {
    who.post(OWN, &json!({ "kind": kind, "text": words }))
}

fn decide(who: &Http, id: &str, decision: &str, reason: &str) -> Reply {
    who.post(&format!("{LIST}/{id}/decide"), &json!({ "decision": decision, "reason": reason }))
}

fn items(of: &Value) -> Vec<Value> {
    of["items"].as_array().unwrap().clone()
}

/// Waits until a request has a state.
#[track_caller]
fn becomes(who: &Http, id: &str, state: &str) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let now = who.get(&format!("{OWN}/{id}")).expect(200);
        if now["state"] == state {
            return now;
        }
        assert!(Instant::now() < end, "{now}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

/// The files of a ZIP, by their names.
fn unpacked(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let (mut file, mut text) = (archive.by_index(at).unwrap(), String::new());
        file.read_to_string(&mut text).unwrap();
        files.insert(file.name().unwrap().into_owned(), text);
    }
    files
}

#[test]
fn a_copy_holds_what_is_the_persons_and_is_theirs_alone() {
    let app = app();
    let (officer, talk) = app.small_world();
    let who = &talk.enterprise.http;
    let say = |http: &Http, body: &str| {
        let body = json!({ "client_id": Uuid::new_v4(), "stream": "talk", "body": body });
        http.post(&format!("/api/v1/consultations/{}/messages", talk.id), &body).expect(201);
    };
    say(who, "我们更换了绝缘材料");
    say(&talk.expert.http, "请提供检验报告原件");
    let asked = ask(who, "copy", None).expect(201);
    assert_eq!((asked["kind"].as_str(), asked["late"].as_bool()), (Some("copy"), Some(false)));
    let id = text(&asked["id"]);
    let ready = becomes(who, &id, "ready");
    assert!(ready["done"] == ready["total"] && ready["total"].as_i64().unwrap() > 5, "{ready}");
    app.mail("factory-1@enterprise.example", "已收到您的请求");
    app.mail("factory-1@enterprise.example", "个人信息副本可以下载");
    let path = format!("{OWN}/{id}/file");
    let file = who.get(&path);
    assert_eq!((file.status, file.header("content-type")), (200, "application/zip"));
    assert_eq!(file.bytes.len() as i64, ready["size"].as_i64().unwrap());
    let files = unpacked(&file.bytes);
    for name in
        ["account.json", "sessions.json", "messages.json", "mails.json", "audit.json", "consultations.json"]
    {
        let rows: Vec<Value> = serde_json::from_str(&files[name]).unwrap();
        assert!(!rows.is_empty(), "{name}");
    }
    let account: Vec<Value> = serde_json::from_str(&files["account.json"]).unwrap();
    assert_eq!(account[0]["email"], "factory-1@enterprise.example");
    assert!(account[0].get("password_hash").is_none());
    let readable = &files["个人信息副本.txt"];
    assert!(
        readable.contains("用户名：enterprise-1") && readable.contains("我们更换了绝缘材料"),
        "{readable}"
    );
    // Names of others are in the mails alone, which the person has; links that let people in are in none.
    for (name, text) in &files {
        assert!(
            !text.contains("检验报告原件") && (name == "mails.json" || !text.contains(&talk.expert.name)),
            "{text}"
        );
        assert!(!text.contains("http://") && !text.contains("https://"), "{name}: {text}");
    }
    let mails: Vec<Value> = serde_json::from_str(&files["mails.json"]).unwrap();
    let received = mails.iter().find(|mail| mail["kind"] == "personal_request_received").unwrap();
    assert!(received["subject"].as_str().unwrap().contains("已收到您的请求"), "{received}");
    // The text of a mail is kept until it is sent.
    let shown = received["text"].as_str().unwrap();
    assert!(
        if received["state"] == "sent" { shown.is_empty() } else { shown.contains("查看进度") },
        "{received}"
    );
    let audit: Vec<Value> = serde_json::from_str(&files["audit.json"]).unwrap();
    assert!(audit.iter().all(|entry| entry.get("details").is_some()), "{audit:?}");
    // Theirs alone, and only with a proof of who asks.
    for other in [&talk.expert.http, &officer] {
        assert_eq!(other.get(&path).status, 404);
        assert_eq!(other.get(&format!("{OWN}/{id}")).status, 404);
    }
    app.clock.advance(Duration::hours(12));
    assert_eq!(who.get(&path).refusal(), (403, "step_up_required".to_owned()));
    // It goes after its time.
    app.clock.advance(Duration::days(7));
    let who = app.http().log_in("enterprise-1", PASSWORD);
    assert_eq!(who.get(&path).refusal(), (409, "personal_request_state".to_owned()));
    while term::sweep(&app.app).unwrap() {}
    assert_eq!(who.get(&format!("{OWN}/{id}")).expect(200)["state"], "expired");
    ask(&who, "copy", None).expect(201);
}

#[test]
fn whoever_left_a_consultation_learns_nothing_of_it_by_a_copy() {
    let app = app();
    let (_, talk) = app.small_world();
    let who = &talk.expert.http;
    let body = json!({ "reason": "专业不对口" });
    who.post(&format!("/api/v1/consultations/{}/transfer", talk.id), &body).expect(204);
    let id = text(&ask(who, "copy", None).expect(201)["id"]);
    becomes(who, &id, "ready");
    let files = unpacked(&who.get(&format!("{OWN}/{id}/file")).bytes);
    let rows: Vec<Value> = serde_json::from_str(&files["consultations.json"]).unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0]["removed_at"].is_string() && rows[0]["status"].is_null(), "{rows:?}");
}

#[test]
fn a_correction_is_decided_by_the_officer_in_charge_with_a_reason() {
    let app = app();
    let (officer, talk) = app.small_world();
    let (city, elsewhere) = (app.admin("city", "440100"), app.admin("elsewhere", "440300"));
    let who = &talk.enterprise.http;
    let refused = ask(who, "correction", None).problem();
    assert_eq!((&refused["status"], &refused["errors"][0]["pointer"]), (&json!(422), &json!("/text")));
    let asked = ask(who, "correction", Some("企业名称有误")).expect(201);
    let id = text(&asked["id"]);
    assert_eq!(ask(who, "correction", Some("再次")).refusal(), (409, "personal_request_open".to_owned()));
    // Those of the region and above it know of it, and nobody else.
    for near in [&officer, &city] {
        let list = near.get(&format!("{LIST}?kind=correction&state=received")).expect(200);
        assert_eq!(text(&items(&list)[0]["id"]), id);
    }
    assert!(items(&elsewhere.get(LIST).expect(200)).is_empty());
    assert_eq!(elsewhere.get(&format!("{LIST}/{id}")).status, 404);
    assert_eq!(decide(&elsewhere, &id, "grant", "已更正").status, 404);
    assert_eq!(talk.expert.http.get(LIST).status, 403);
    assert_eq!(decide(&city, &id, "grant", " ").problem()["errors"][0]["pointer"], "/reason");
    let done = decide(&city, &id, "grant", "已按营业执照更正").expect(200);
    assert_eq!((&done["state"], &done["reason"]), (&json!("granted"), &json!("已按营业执照更正")));
    assert_eq!(decide(&city, &id, "refuse", "再次").refusal(), (409, "personal_request_state".to_owned()));
    app.mail("factory-1@enterprise.example", "已按营业执照更正");
    assert_eq!(who.get(&format!("{OWN}/{id}")).expect(200)["state"], "granted");
    // What is not decided is taken back by its person alone.
    let again = text(&ask(who, "correction", Some("又一处")).expect(201)["id"]);
    assert_eq!(talk.expert.http.act(&format!("{OWN}/{again}/withdraw")).status, 404);
    assert_eq!(who.act(&format!("{OWN}/{again}/withdraw")).expect(200)["state"], "withdrawn");
    let own = text(&ask(&city, "correction", Some("本人辖区")).expect(201)["id"]);
    assert_eq!(city.get(&format!("{LIST}/{own}")).status, 404, "it is for the officers above");
    decide(&officer, &own, "refuse", "辖区无误").expect(200);
    let mine = text(&ask(&officer, "correction", Some("本人")).expect(201)["id"]);
    assert_eq!(decide(&officer, &mine, "grant", "本人").refusal(), (409, "own_account".to_owned()));
}

#[test]
fn an_erasure_waits_for_what_has_to_be_settled_first() {
    let app = app();
    let (officer, talk) = app.small_world();
    let expert = &talk.expert.http;
    let refused = ask(expert, "erasure", None).problem();
    assert_eq!((&refused["status"], &refused["code"]), (&json!(409), &json!("erasure_blocked")));
    assert!(text(&refused["detail"]).contains("未办结的问诊"), "{refused}");
    assert_eq!(ask(&officer, "erasure", None).refusal(), (409, "last_officer".to_owned()));
    let conclusion = json!({ "conclusion": "更换绝缘材料后复检。" });
    expert.post(&format!("/api/v1/consultations/{}/conclude", talk.id), &conclusion).expect(200);
    let id = text(&ask(expert, "erasure", Some("不再参加")).expect(201)["id"]);
    // A legal hold that is set meanwhile wins.
    let hold = json!({ "target": "enterprise", "id": talk.enterprise.id, "reason": "涉及行政诉讼" });
    let hold = officer.post("/api/v1/retention/holds", &hold).expect(201);
    assert_eq!(decide(&officer, &id, "grant", "同意").refusal(), (409, "erasure_blocked".to_owned()));
    let release = format!("/api/v1/retention/holds/{}/release", text(&hold["id"]));
    officer.post(&release, &json!({ "reason": "诉讼终结" })).expect(200);
    let account = id_of(expert);
    let done = decide(&officer, &id, "grant", "同意").expect(200);
    let named =
        |what: &str, of: &str| done["outcome"][of].as_array().unwrap().iter().any(|part| part["zh"] == what);
    assert!(named("账号", "erased") && named("本人的常用语", "erased"), "{done}");
    assert!(named("本人发送的消息", "kept") && named("审计记录", "kept"), "{done}");
    assert!(
        done["outcome"]["kept"].as_array().unwrap().iter().all(|part| text(&part["why_zh"]).contains("第"))
    );
    let shown = text(&done["account_name"]);
    assert!(shown.starts_with("已注销用户 "), "{done}");
    assert_eq!(expert.get("/api/v1/me").status, 401);
    let mail = app.mail("expert-1@expert.example", "已同意并办理");
    assert!(mail.body_text.contains("依法保留") && mail.body_text.contains("第四十七条"));
    // The talk stays, by the pseudonym.
    let transcript = officer.get(&format!("/api/v1/consultations/{}/transcript", talk.id));
    assert_eq!(transcript.status, 200);
    let seen = officer.get(&format!("/api/v1/accounts/{account}")).expect(200);
    assert!(!seen.to_string().contains("expert-1@expert.example"), "{seen}");
    let profile = officer.get(&format!("/api/v1/experts/{}", talk.expert.id)).expect(200);
    assert!(!profile.to_string().contains(&talk.expert.name), "{profile}");
    let relogin = json!({ "username": "expert-1", "password": PASSWORD });
    assert_eq!(app.http().post("/api/v1/auth/login", &relogin).status, 401);
}

#[test]
fn one_of_several_people_of_an_enterprise_is_erased_with_what_is_theirs() {
    let app = app();
    let (officer, talk) = app.small_world();
    let second = colleague(&app, &talk.enterprise.http, "second");
    let filter = json!({ "page": "/consultations", "name": "我的", "query": "status=waiting" });
    second.post("/api/v1/me/saved-filters", &filter).expect(201);
    let id = text(&ask(&second, "erasure", None).expect(201)["id"]);
    decide(&officer, &id, "grant", "同意").expect(200);
    let left = talk.enterprise.http.get("/api/v1/enterprises/me/colleagues").expect(200);
    assert!(!left.to_string().contains("同事 second"), "{left}");
    let row = officer.get(&format!("{LIST}?q=%E5%B7%B2%E6%B3%A8%E9%94%80")).expect(200);
    assert_eq!(text(&items(&row)[0]["id"]), id);
}

#[test]
fn officers_are_reminded_before_the_last_day_and_what_is_late_is_listed() {
    let app = app();
    let (officer, talk) = app.small_world();
    let city = app.admin("city", "440100");
    drop(officer);
    let asked = ask(&talk.enterprise.http, "correction", Some("企业名称有误")).expect(201);
    let (id, due) = (text(&asked["id"]), text(&asked["due_on"]));
    while term::sweep(&app.app).unwrap() {}
    app.mails_sent();
    let reminders = |app: &TestApp| {
        let all = app.smtp.received();
        all.iter().filter(|mail| mail.header("Subject").contains("个人信息请求即将到期")).count()
    };
    assert_eq!(reminders(&app), 0);
    let due_at = format!("{due}T01:00:00Z").parse().unwrap();
    app.clock.set(due_at);
    for _ in 0..3 {
        while term::sweep(&app.app).unwrap() {}
    }
    // Nobody is of the district, so those of the city are told.
    app.mail("city@regulator.example", &day_in(Language::Zh, due.parse().unwrap()));
    app.mails_sent();
    assert_eq!(reminders(&app), 1);
    drop(city);
    let city = app.http().log_in("city", PASSWORD);
    assert!(items(&city.get(&format!("{LIST}?late=true")).expect(200)).is_empty(), "the last day is in time");
    app.clock.advance(Duration::days(1));
    let city = app.http().log_in("city", PASSWORD);
    let late = items(&city.get(&format!("{LIST}?late=true")).expect(200));
    assert_eq!((text(&late[0]["id"]), late[0]["late"].as_bool()), (id, Some(true)));
    let page = city.get("/personal-data?late=true").text;
    assert!(page.contains("已逾期") && page.contains("企业名称有误"), "{page}");
}

#[test]
fn the_pages_name_what_may_be_asked_for() {
    let app = app();
    let (officer, talk) = app.small_world();
    let who = &talk.enterprise.http;
    let page = who.get("/account/personal-data");
    for wanted in ["第四十四条", "申请副本", "申请更正", "申请删除", "15 个工作日"] {
        assert!(page.text.contains(wanted), "{wanted}: {}", page.text);
    }
    assert!(who.get("/account").text.contains("/account/personal-data"));
    ask(who, "correction", Some("<b>名称</b>")).expect(201);
    let list = officer.get("/personal-data");
    assert!(list.text.contains("&#60;b&#62;名称") && list.text.contains("荔湾区"), "{}", list.text);
    assert_eq!(who.get("/personal-data").status, 403);
}
