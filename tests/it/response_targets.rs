//! How soon an enterprise is to be answered: by the history, with pauses, warnings and overdue answers, and other rules tried on the past.

use chrono::Duration;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde_json::{Value, json};
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::matching::settings::MatchingSettings;
use zerodesk::response_targets::follow;
use zerodesk::response_targets::settings::ResponseTargetSettings;
use zerodesk::settings::YesNo;

use crate::support::people::{Talk, text};
use crate::support::{Http, TestApp};

/// A service in which tokens outlive a day, nobody is reassigned, and a first answer may take an hour.
fn app() -> TestApp {
    TestApp::builder()
        .settings(|s| {
            s.edit::<AuthSettings>().access_token_seconds = 86_400;
            s.edit::<MatchingSettings>().reassign_silent = YesNo::No;
            let mut rules = s.edit::<ResponseTargetSettings>();
            let hour = || "60 working, 60 working".to_owned();
            rules.first_answer_strict = hour();
            rules.first_answer_special = hour();
            rules.first_answer_general = hour();
        })
        .start()
}

/// Moves the clock and does what is due.
fn pass(app: &TestApp, minutes: i64) {
    app.clock.advance(Duration::minutes(minutes));
    follow::round(&app.app).unwrap();
}

fn seen(who: &Http, talk: &Talk) -> Value {
    who.get(&format!("/api/v1/consultations/{}", talk.id)).expect(200)
}

/// A target of a consultation as somebody sees it.
fn target(who: &Http, talk: &Talk, kind: &str) -> Value {
    let seen = seen(who, talk);
    let all = seen["targets"].as_array().unwrap();
    all.iter().find(|t| t["kind"] == kind).unwrap_or_else(|| panic!("no {kind}: {seen}")).clone()
}

fn say(app: &TestApp, who: &Http, talk: &Talk, words: &str) {
    app.following(who, &talk.id).say_acknowledged(&talk.id, "talk", words);
    // Messages of a talk are gathered for some seconds.
    app.clock.advance(Duration::seconds(5));
    follow::round(&app.app).unwrap();
}

#[derive(QueryableByName, Debug, PartialEq, Eq)]
struct Noted {
    #[diesel(sql_type = Text)]
    event: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How often each event was written.
fn events(app: &TestApp) -> Vec<(String, i64)> {
    let found: Vec<Noted> = diesel::sql_query(
        "SELECT event, count(*) AS count FROM response_event GROUP BY event ORDER BY event",
    )
    .load(&mut app.database().connect())
    .unwrap();
    found.into_iter().map(|n| (n.event, n.count)).collect()
}

#[test]
fn the_enterprise_sees_when_to_expect_an_answer_and_a_later_message_does_not_undo_it() {
    let app = app();
    let (officer, talk) = app.small_world();
    pass(&app, 0);
    let waits = target(&talk.enterprise.http, &talk, "first_answer");
    assert_eq!((&waits["state"], &waits["due_at"]), (&json!("running"), &json!("2026-03-02T02:00:00Z")));
    let page = talk.enterprise.http.get(&format!("/consultations/{}", talk.id));
    assert!(page.text.contains("预计答复") && page.text.contains("10:00前"), "{}", page.text);
    app.clock.advance(Duration::minutes(10));
    say(&app, &talk.expert.http, &talk, "请提供报告");
    let met = target(&officer, &talk, "first_answer");
    assert_eq!(met["state"], "met");
    app.clock.advance(Duration::minutes(1));
    say(&app, &talk.enterprise.http, &talk, "报告见附件");
    assert_eq!(target(&officer, &talk, "first_answer"), met, "the later message changes nothing of it");
    let next = target(&talk.enterprise.http, &talk, "next_answer");
    assert_eq!((&next["state"], &next["cycle"]), (&json!("running"), &json!(1)));
    let all = officer.get(&format!("/api/v1/consultations/{}/targets", talk.id)).expect(200);
    assert_eq!(all.as_array().unwrap().len(), 3, "{all}");
    assert_eq!(events(&app), [("met".to_owned(), 1)]);
}

#[test]
fn a_question_for_information_pauses_and_the_answer_resumes_both_in_words() {
    let app = app();
    let (officer, talk) = app.small_world();
    let path = format!("/api/v1/consultations/{}", talk.id);
    let (expert, enterprise) = (&talk.expert.http, &talk.enterprise.http);
    pass(&app, 10);
    let ask =
        |question: &str| expert.post(&format!("{path}/ask-information"), &json!({ "question": question }));
    assert_eq!(ask(" ").problem()["errors"][0]["pointer"], "/question");
    let asked = ask("请上传近三批检验报告").expect(200);
    assert!(asked["information_asked_at"].is_string());
    assert_eq!(ask("再问").refusal(), (409, "consultation_status".to_owned()));
    app.mail("factory-1@enterprise.example", "近三批检验报告");
    pass(&app, 600);
    let paused = target(enterprise, &talk, "first_answer");
    assert_eq!((&paused["state"], &paused["due_at"]), (&json!("paused"), &Value::Null));
    let page = enterprise.get(&format!("/consultations/{}", talk.id)).text;
    assert!(page.contains("请企业补充材料") && page.contains("请上传近三批检验报告"), "{page}");
    let lines = enterprise.get(&format!("{path}/history")).expect(200);
    let line = lines.as_array().unwrap().iter().find(|l| l["event"] == "ask_information").unwrap().clone();
    assert_eq!(line["note"], "请上传近三批检验报告");

    // It is 19:10; the next working day begins at 9, and it is not 9 yet when the enterprise answers.
    pass(&app, 14 * 60 - 20);
    say(&app, enterprise, &talk, "已上传");
    let running = target(enterprise, &talk, "first_answer");
    assert_eq!(
        (&running["state"], text(&running["due_at"])),
        (&json!("running"), "2026-03-03T01:50:00Z".to_owned())
    );
    assert!(seen(&officer, &talk)["information_asked_at"].is_null());
    let lines = enterprise.get(&format!("{path}/history")).expect(200);
    assert_eq!(lines.as_array().unwrap().last().unwrap()["event"], "information_received");

    // Withdrawn by the expert.
    let form = format!("/consultations/{}/information", talk.id);
    assert!(expert.get(&form).text.contains("需补充的内容"));
    assert_eq!(enterprise.get(&form).status, 404);
    app.clock.advance(Duration::seconds(1));
    ask("还需图纸").expect(200);
    pass(&app, 1);
    assert_eq!(target(&officer, &talk, "conclusion")["state"], "paused");
    assert!(expert.get(&form).text.contains("撤回补充材料请求"));
    expert.act(&format!("{path}/cancel-information-request")).expect(200);
    pass(&app, 1);
    assert_eq!(target(&officer, &talk, "conclusion")["state"], "running");
    assert_eq!(
        expert.act(&format!("{path}/cancel-information-request")).refusal(),
        (409, "consultation_status".to_owned())
    );
    assert!(events(&app).is_empty(), "nothing was warned of or overdue meanwhile");
}

#[test]
fn only_the_expert_who_leads_asks() {
    let app = app();
    let (officer, talk) = app.small_world();
    let other = app.approved_expert(&officer, "expert-2", "K0101");
    let stranger = app.claimed_enterprise(2, "440103", "K0101");
    let path = format!("/api/v1/consultations/{}/ask-information", talk.id);
    let body = json!({ "question": "请补充" });
    for (who, status) in
        [(&other.http, 404), (&stranger.http, 404), (&talk.enterprise.http, 403), (&officer, 403)]
    {
        who.post(&path, &body).expect(status);
    }
    let targets = format!("/api/v1/consultations/{}/targets", talk.id);
    let elsewhere = app.admin("elsewhere", "440300");
    for who in [&other.http, &stranger.http, &elsewhere] {
        who.get(&targets).expect(404);
    }
    for who in [&talk.expert.http, &talk.enterprise.http, &officer] {
        who.get(&targets).expect(200);
    }
}

#[test]
fn the_expert_is_warned_and_the_officers_learn_of_an_overdue_answer_once() {
    let app = app();
    let officer = app.admin_at("officer", "440000", "officer@office.example");
    let expert = app.approved_expert(&officer, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let talk = app.talk(&enterprise, &expert);
    let mut desk = app.following(&talk.expert.http, &talk.id);
    let mut queue = app.ws(&officer);
    pass(&app, 49);
    app.mail("expert-1@expert.example", "首次答复即将到期");
    assert_eq!(target(&officer, &talk, "first_answer")["state"], "running");
    desk.wait_ev("consultation");
    queue.wait_ev("queue");
    app.clock.advance(Duration::minutes(20));
    // Two servers look at once.
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| follow::round(&app.app).unwrap());
        }
    });
    app.mail("officer@office.example", "首次答复已超过时限");
    app.mail("expert-1@expert.example", "首次答复已超过时限");
    let breached = target(&officer, &talk, "first_answer");
    assert_eq!((&breached["state"], &breached["breached_at"]), (&json!("breached"), &breached["due_at"]));
    queue.wait_ev("queue");
    let overdue = |overdue: bool| {
        let found = officer.get(&format!("/api/v1/consultations?overdue={overdue}")).expect(200);
        let ids: Vec<String> = found["items"].as_array().unwrap().iter().map(|c| text(&c["id"])).collect();
        ids
    };
    assert_eq!((overdue(true), overdue(false)), (vec![talk.id.clone()], vec![]));
    let list = officer.get("/queue?overdue=true").text;
    assert!(list.contains(&format!("/queue/{}", talk.id)) && list.contains("data-overdue=\"1\""), "{list}");
    assert!(list.contains("data-alarms=\"0\""), "an overdue answer is no lack of experts: {list}");
    let first = officer.get("/").text;
    assert!(first.contains("问诊答复超时") && first.contains("/queue?overdue=true"), "{first}");
    let list = officer.get("/queue?show=all").text;
    assert!(
        list.contains("首次答复时限")
            && list.contains("（已超时）")
            && list.contains("已进行")
            && !list.contains("已等待"),
        "{list}"
    );
    for _ in 0..3 {
        pass(&app, 1);
    }
    say(&app, &talk.expert.http, &talk, "来晚了");
    let late = target(&officer, &talk, "first_answer");
    assert_eq!((&late["state"], late["met_at"].is_string()), (&json!("breached"), true));
    // The list of the officers is told that the answer has come.
    queue.wait_ev("queue");
    assert!(overdue(true).is_empty() && officer.get("/parts/queue?").text.contains("data-overdue=\"0\""));
    assert_eq!(events(&app), [("breached".to_owned(), 1), ("met".to_owned(), 1), ("warned".to_owned(), 1)]);
    app.mails_sent();
    let told = |to: &str| {
        app.smtp.received().iter().filter(|m| m.to == [to] && m.body_text.contains("首次答复")).count()
    };
    assert_eq!((told("expert-1@expert.example"), told("officer@office.example")), (2, 1));
}

#[test]
fn who_handed_it_on_is_told_nothing_more_of_its_answers() {
    let app = app();
    let (_, talk) = app.small_world();
    pass(&app, 49);
    app.mail("expert-1@expert.example", "首次答复即将到期");
    // Overdue, within the minutes for which mails are gathered.
    pass(&app, 12);
    let body = json!({ "reason": "专业不对口" });
    talk.expert.http.post(&format!("/api/v1/consultations/{}/transfer", talk.id), &body).expect(204);
    pass(&app, 20);
    app.mails_sent();
    let mails = app.smtp.received();
    let mut own = mails.iter().filter(|mail| mail.to == ["expert-1@expert.example"]);
    assert!(own.all(|mail| !mail.body_text.contains("首次答复已超过时限")), "{mails:?}");
}

#[test]
fn the_officers_are_warned_where_nobody_leads_or_is_asked() {
    let app = app();
    let officer = app.admin_at("officer", "440000", "officer@office.example");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    // There is no expert: it waits.
    let id = text(&app.open(&enterprise)["id"]);
    pass(&app, 49);
    app.mail("officer@office.example", "首次答复即将到期");
    let found = officer.get("/api/v1/consultations?overdue=true").expect(200);
    assert_eq!(found["items"], json!([]), "{id} is not overdue yet");
    pass(&app, 20);
    app.mail("officer@office.example", "首次答复已超过时限");
    let found = officer.get("/api/v1/consultations?overdue=true").expect(200);
    assert_eq!(found["items"][0]["id"], json!(id));
}

#[test]
fn other_rules_are_tried_on_the_past_of_ones_region() {
    let app = app();
    let (officer, talk) = app.small_world();
    pass(&app, 30);
    say(&app, &talk.expert.http, &talk, "请提供报告");
    let before = events(&app);
    let ask = |who: &Http, rules: Value| {
        let body = json!({ "from": "2026-03-01", "to": "2026-03-02", "rules": rules });
        who.post("/api/v1/response-targets/trial", &body)
    };
    let class = officer.get("/api/v1/consultations").expect(200);
    assert_eq!(class["items"].as_array().unwrap().len(), 1);
    let short = "20 round_the_clock, 20 round_the_clock";
    let rules =
        json!({ "first_answer_strict": short, "first_answer_special": short, "first_answer_general": short });
    let found = ask(&officer, rules).expect(200);
    assert_eq!(found["consultations"], 1);
    let row = found["rows"].as_array().unwrap().iter().find(|r| r["kind"] == "first_answer").unwrap().clone();
    assert_eq!((&row["present"]["met"], &row["present"]["breached"]), (&json!(1), &json!(0)), "{row}");
    assert_eq!((&row["tried"]["met"], &row["tried"]["breached"]), (&json!(0), &json!(1)), "{row}");
    assert_eq!(row["region"], "440103");
    assert_eq!(events(&app), before, "nothing is changed");
    let elsewhere = app.admin("elsewhere", "440300");
    assert_eq!(ask(&elsewhere, json!({})).expect(200)["consultations"], 0);
    ask(&talk.enterprise.http, json!({})).expect(403);
    ask(&talk.expert.http, json!({})).expect(403);
    let wrong = ask(&officer, json!({ "warn_percent": 100, "nothing": 1, "work_to": "8" })).problem();
    let pointers: Vec<_> = wrong["errors"].as_array().unwrap().iter().map(|e| text(&e["pointer"])).collect();
    assert_eq!(pointers, ["/rules/nothing", "/rules/warn_percent"]);
}

#[test]
fn the_queue_is_told_of_what_changes_in_its_region_alone() {
    let app = app();
    let officer = app.admin("officer", "440100");
    let elsewhere = app.admin("elsewhere", "440300");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let (mut here, mut there) = (app.ws(&officer), app.ws(&elsewhere));
    let mut own = app.ws(&enterprise.http);
    app.open(&enterprise);
    here.wait_ev("queue");
    let is_queue = |frame: &Value| frame["ev"] == "queue";
    assert!(!there.frames_so_far().iter().any(is_queue) && !own.frames_so_far().iter().any(is_queue));
    let list = |who: &Http| who.get("/parts/queue?");
    assert!(list(&officer).text.contains("data-waiting=\"1\""), "{}", list(&officer).text);
    assert!(list(&officer).text.contains("绝缘电阻不合格"));
    assert!(list(&elsewhere).text.contains("data-waiting=\"0\""));
    assert_eq!(list(&enterprise.http).status, 403);
}
