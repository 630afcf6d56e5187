//! Reminders of deadlines: who is informed of what, when, and only once.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;
use zerodesk::core::Caller;
use zerodesk::db::schema::{deadline_notice, deadline_sweep, outbox_mail};
use zerodesk::matching::settings::MatchingSettings;
use zerodesk::remediation::deadlines::{RecountDeadlines, SweepDeadlines, round};
use zerodesk::settings::{Settings, YesNo};
use zerodesk::zero_out::import::Column;

use crate::support::csv::{file, row, uscc};
use crate::support::{PATIENCE, TestApp};

/// Recipient, template and subject of each mail about deadlines that was written since the last look.
fn news(app: &TestApp, known: &mut usize) -> Vec<(String, String, String)> {
    let all: Vec<(String, String, String)> = outbox_mail::table
        .filter(outbox_mail::template.like("deadline%"))
        .order(outbox_mail::id)
        .select((outbox_mail::recipient, outbox_mail::template, outbox_mail::subject))
        .load(&mut *app.app.conn().unwrap())
        .unwrap();
    let mut new = all[*known..].to_vec();
    *known = all.len();
    new.sort();
    new
}

fn to(news: &[(String, String, String)]) -> Vec<&str> {
    news.iter().map(|(recipient, ..)| recipient.as_str()).collect()
}

/// The morning of a day in Shanghai.
fn on(app: &TestApp, day: &str) {
    app.clock.set(format!("{day}T00:00:30+08:00").parse().unwrap());
    round(&app.app).unwrap();
}

/// A service whose own worker has swept the day of the start, when there was nothing yet.
fn start() -> TestApp {
    // Whoever is silent for days keeps the consultation, however slow the machine is.
    let stay = |settings: &mut Settings| settings.edit::<MatchingSettings>().reassign_silent = YesNo::No;
    let app = TestApp::builder().settings(stay).at("2021-09-06T01:00:00Z").start();
    let end = std::time::Instant::now() + PATIENCE;
    while deadline_sweep::table.count().get_result::<i64>(&mut *app.app.conn().unwrap()).unwrap() == 0 {
        assert!(std::time::Instant::now() < end, "the worker does not sweep at its start");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    app
}

const ENTERPRISE: &str = "factory-1@enterprise.example";
const EXPERT: &str = "expert-1@expert.example";
const DISTRICT: &str = "district@regulator.example";
const CITY: &str = "city@regulator.example";

#[test]
fn reminders_are_sent_once_and_missed_deadlines_are_reported_to_the_level_above() {
    let app = start();
    // Ordered on 2021-08-03: to be rectified by 2021-10-08, to be re-inspected by 2021-10-18.
    let province = app.admin("province", "440000");
    app.admin("city", "440100");
    app.admin("district", "440103");
    app.admin("elsewhere", "440300");
    let expert = app.approved_expert(&province, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    app.talk(&enterprise, &expert);
    let mut known = 0;
    on(&app, "2021-09-22");
    assert_eq!(to(&news(&app, &mut known)), Vec::<&str>::new(), "16 days before");
    on(&app, "2021-09-23");
    let first = news(&app, &mut known);
    assert_eq!(to(&first), [DISTRICT, EXPERT, ENTERPRISE]);
    assert!(
        first
            .iter()
            .all(|(_, template, subject)| template == "deadline_notice" && subject.contains("期限临近"))
    );
    let told = app.mail(ENTERPRISE, "期限临近");
    assert!(told.body_text.contains("整改期限2021年10月8日，还有 15 天"), "{}", told.body_text);
    assert!(!told.body_text.contains("复查期限"));
    // The same day, another server and another start: nothing more.
    on(&app, "2021-09-23");
    let again = app.app.execute(&Caller::system(), &SweepDeadlines {}).unwrap();
    assert_eq!((again.notices, again.mails), (0, 0));
    on(&app, "2021-09-24");
    assert_eq!(news(&app, &mut known), []);
    // No sweep ran on the days 7, 3 and 1 before and after: only the most urgent reminder is sent, in one mail.
    on(&app, "2021-10-11");
    let missed = news(&app, &mut known);
    assert_eq!(to(&missed), [CITY, DISTRICT, EXPERT, ENTERPRISE]);
    assert!(missed.iter().all(|(_, _, subject)| subject.contains("已逾期")), "{missed:?}");
    let told = app.mail(CITY, "已逾期");
    assert!(told.body_text.contains("整改期限2021年10月8日，已逾期 3 天"), "{}", told.body_text);
    assert!(told.body_text.contains("现报上一级监管部门督办"));
    let told = app.mail(DISTRICT, "已逾期");
    assert!(
        told.body_text.contains("复查期限2021年10月18日，还有 7 天"),
        "one mail for one case: {}",
        told.body_text
    );
    assert!(!told.body_text.contains("督办"));
    on(&app, "2021-10-12");
    assert_eq!(news(&app, &mut known), [], "missed is said once");
    on(&app, "2021-10-15");
    assert_eq!(
        to(&news(&app, &mut known)),
        [DISTRICT, EXPERT, ENTERPRISE],
        "three days to the re-inspection"
    );

    // What is done is not reminded of.
    let case = format!("/api/v1/remediation/cases/{}", enterprise.case.clone().unwrap());
    let http = app.http().log_in("enterprise-1", crate::support::people::PASSWORD);
    http.post(&format!("{case}/events"), &json!({ "event": "start_correction" })).expect(200);
    http.post(&format!("{case}/events"), &json!({ "event": "submit_evidence", "note": "x" })).expect(200);
    let officer = app.http().log_in("province", crate::support::people::PASSWORD);
    officer.post(&format!("{case}/events"), &json!({ "event": "reinspect", "passed": true })).expect(200);
    on(&app, "2021-10-30");
    assert_eq!(news(&app, &mut known), []);
}

#[test]
fn an_officer_with_many_cases_gets_one_digest() {
    let app = start();
    let province = app.admin("province", "440000");
    app.admin("city", "440100");
    app.admin("district", "440103");
    let rows: Vec<_> = (1..=11)
        .map(|n| {
            let email = format!("f{n}@enterprise.example");
            let region = if n == 11 { "440106" } else { "440103" };
            row(&[
                (Column::Uscc, &uscc(n)),
                (Column::Name, &format!("公司{n}")),
                (Column::RegionCode, region),
                (Column::ContactEmail, &email),
            ])
        })
        .collect();
    app.import(&province, &file(&rows), false);
    let mut known = 0;
    on(&app, "2021-10-09");
    let told = news(&app, &mut known);
    let of = |address: &str| {
        told.iter().filter(|(to, ..)| to == address).map(|(_, t, _)| t.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of(DISTRICT), ["deadline_notice"; 10], "ten are not more than ten");
    // The city is the level above the district of ten, and the nearest with an officer of the eleventh.
    assert_eq!(of(CITY), ["deadline_digest"]);
    assert_eq!(of("province@regulator.example"), ["deadline_notice"], "the level above the eleventh");
    assert_eq!(
        of("f3@enterprise.example"),
        ["deadline_notice"],
        "by the address on record, without an account"
    );
    let digest = app.mail(CITY, "汇总");
    assert!(digest.header("Subject").contains("11 件逾期，0 件临近"), "{}", digest.header("Subject"));
    assert_eq!(digest.body_text.matches("已逾期 1 天").count(), 11);
    on(&app, "2021-10-09");
    assert_eq!(news(&app, &mut known), []);
}

#[test]
fn agreed_actions_are_reminded_of_until_they_are_done() {
    let app = start();
    let province = app.admin("province", "440000");
    app.admin("city", "440100");
    app.admin("district", "440103");
    let expert = app.approved_expert(&province, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    app.talk(&enterprise, &expert);
    let actions = format!("/api/v1/remediation/cases/{}/actions", enterprise.case.clone().unwrap());
    // Logged in again each time: days go by.
    let post = |path: &str, body: &serde_json::Value, status: u16| {
        app.http().log_in("enterprise-1", crate::support::people::PASSWORD).post(path, body).expect(status)
    };
    let action = |what: &str, due_on: &str| {
        let body = json!({ "kind": "containment", "description": what, "owner": "赵工", "due_on": due_on });
        let made = post(&actions, &body, 201);
        format!("{actions}/{}/complete", made["id"].as_str().unwrap())
    };
    let complete = |path: &str| post(path, &json!({ "evidence": "记录" }), 200);
    let done = action("做完的", "2021-09-10");
    let left = action("更换模具\n并培训", "2021-09-10");
    complete(&done);
    let mut known = 0;
    on(&app, "2021-09-07");
    let near = news(&app, &mut known);
    assert_eq!(to(&near), [EXPERT, ENTERPRISE], "officers have no part in it yet");
    let told = app.mail(ENTERPRISE, "整改措施即将到期");
    assert!(
        told.body_text.contains("整改措施“更换模具 并培训”2021年9月10日，还有 3 天"),
        "{}",
        told.body_text
    );
    assert!(!told.body_text.contains("做完的") && !told.body_text.contains("法定"), "{}", told.body_text);
    on(&app, "2021-09-08");
    assert_eq!(news(&app, &mut known), []);
    on(&app, "2021-09-11");
    assert_eq!(to(&news(&app, &mut known)), [DISTRICT, EXPERT, ENTERPRISE], "missed, and nobody's above");
    let told = app.mail(DISTRICT, "整改措施已逾期");
    assert!(told.body_text.contains("已逾期 1 天") && !told.body_text.contains("督办"), "{}", told.body_text);
    complete(&left);
    on(&app, "2021-09-12");
    assert_eq!(news(&app, &mut known), []);
    // A later one beside a deadline of the law is in the same mail.
    action("复测", "2021-09-24");
    on(&app, "2021-09-23");
    assert_eq!(to(&news(&app, &mut known)), [DISTRICT, EXPERT, ENTERPRISE]);
    let told = app.mail(ENTERPRISE, "整改案件期限临近");
    assert!(told.body_text.contains("整改期限2021年10月8日，还有 15 天"), "{}", told.body_text);
    assert!(told.body_text.contains("整改措施“复测”2021年9月24日，还有 1 天"), "{}", told.body_text);
    assert!(!app.mail(DISTRICT, "整改案件期限临近").body_text.contains("复测"));
    // Nor does a missed action make the law's deadline a missed one.
    on(&app, "2021-10-01");
    let both = news(&app, &mut known);
    assert_eq!(to(&both), [DISTRICT, EXPERT, ENTERPRISE]);
    assert!(both.iter().all(|(_, _, subject)| subject.contains("期限临近")), "{both:?}");
    let told = app.mail(DISTRICT, "已逾期 7 天");
    assert!(told.body_text.contains("整改措施“复测”2021年9月24日，已逾期 7 天"), "{}", told.body_text);
    assert!(told.body_text.contains("整改期限2021年10月8日，还有 7 天"), "{}", told.body_text);
}

#[test]
fn where_all_people_of_an_enterprise_do_without_reminders_the_first_gets_them() {
    let app = start();
    let province = app.admin("province", "440000");
    let expert = app.approved_expert(&province, "expert-1", "K0101");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    app.talk(&enterprise, &expert);
    crate::people::colleague(&app, &enterprise.http, "colleague");
    let actions = format!("/api/v1/remediation/cases/{}/actions", enterprise.case.clone().unwrap());
    let body = json!({ "kind": "containment", "description": "x", "owner": "赵工", "due_on": "2021-09-10" });
    enterprise.http.post(&actions, &body).expect(201);
    // Logged in again each time: days go by.
    let does_without = |username: &str| {
        let http = app.http().log_in(username, crate::support::people::PASSWORD);
        http.json("PUT", "/api/v1/me", &json!({ "mails": { "reminders": false } })).expect(200);
    };
    let mut known = 0;
    does_without("enterprise-1");
    on(&app, "2021-09-07");
    assert_eq!(to(&news(&app, &mut known)), ["colleague@enterprise.example", EXPERT], "one of them wants it");
    does_without("colleague");
    on(&app, "2021-09-09");
    assert_eq!(to(&news(&app, &mut known)), [EXPERT, ENTERPRISE], "nobody does, so it goes to the first");
}

#[test]
fn two_servers_sweep_a_day_once() {
    let app = start();
    app.admin("district", "440103");
    app.listed(1, "440103", "K0101");
    let another = app.another().start();
    app.clock.set("2021-09-23T00:00:30+08:00".parse().unwrap());
    let swept: Vec<_> = std::thread::scope(|scope| {
        let both = [&app, &another, &app, &another];
        let running: Vec<_> = both
            .iter()
            .map(|one| scope.spawn(|| one.app.execute(&Caller::system(), &SweepDeadlines {}).unwrap()))
            .collect();
        running.into_iter().map(|run| run.join().unwrap().mails).collect()
    });
    assert_eq!(swept.iter().sum::<usize>(), 2, "{swept:?}: the enterprise and the officer, once");
    let notices: i64 = deadline_notice::table.count().get_result(&mut *app.app.conn().unwrap()).unwrap();
    assert_eq!(notices, 2);
    let days: Vec<NaiveDate> = deadline_sweep::table
        .order(deadline_sweep::day)
        .select(deadline_sweep::day)
        .load(&mut *app.app.conn().unwrap())
        .unwrap();
    assert_eq!(days.len(), 2);
}

#[test]
fn deadlines_are_recalculated_after_a_change_of_the_calendar() {
    let app = start();
    let officer = app.admin("district", "440103");
    let enterprise = app.claimed_enterprise(1, "440103", "K0101");
    let suspended = app.claimed_enterprise(2, "440103", "K0101");
    let case = |of: &crate::support::people::Enterprise| {
        format!("/api/v1/remediation/cases/{}", of.case.clone().unwrap())
    };
    // One is suspended for a re-test: its deadlines are none, now and after.
    let events = format!("{}/events", case(&suspended));
    suspended
        .http
        .post(&events, &json!({ "event": "request_retest", "received_on": "2021-09-01" }))
        .expect(200);
    let recount = || app.app.execute(&Caller::system(), &RecountDeadlines {}).unwrap();
    assert_eq!(recount(), 0, "nothing has changed");
    // As an earlier calendar had it, that knew no National Day.
    let stale = diesel::sql_query(
        "UPDATE remediation_case SET rectify_by = '2021-10-04' WHERE rectify_by = '2021-10-08'",
    );
    assert_eq!(stale.execute(&mut *app.app.conn().unwrap()).unwrap(), 1);
    assert_eq!((recount(), recount()), (1, 0));
    let stored: Vec<Option<NaiveDate>> = zerodesk::db::schema::remediation_case::table
        .select(zerodesk::db::schema::remediation_case::rectify_by)
        .order(zerodesk::db::schema::remediation_case::id)
        .load(&mut *app.app.conn().unwrap())
        .unwrap();
    assert_eq!(stored, [Some("2021-10-08".parse().unwrap()), None]);
    let dossier = officer.get(&format!("{}/dossier?format=json", case(&enterprise))).expect(200);
    let trail = dossier["audit"].as_array().unwrap();
    assert!(trail.iter().any(|row| row["action"] == "recount_deadlines"), "{trail:?}");
}

#[test]
fn reminders_are_in_the_language_of_the_recipient() {
    let app = start();
    app.admin("city", "440100");
    app.admin("district", "440103");
    let english = "UPDATE account SET language = 'en' WHERE username = 'district'";
    diesel::sql_query(english).execute(&mut *app.app.conn().unwrap()).unwrap();
    app.listed(1, "440103", "K0101");
    on(&app, "2021-10-09");
    let english = app.mail(DISTRICT, "was missed");
    assert!(english.body_text.contains("rectification"), "{}", english.body_text);
    assert!(english.body_text.contains("These are deadlines of the law"), "{}", english.body_text);
    let chinese = app.mail(CITY, "已逾期");
    assert!(chinese.body_text.contains("整改期限2021年10月8日，已逾期 1 天"), "{}", chinese.body_text);
}

#[test]
fn an_officer_reminds_an_enterprise_once_a_day() {
    let c = super::support::Course103::new();
    let path = format!("{}/remind", c.path);
    assert_eq!(c.elsewhere.act(&path).status, 404);
    assert_eq!(c.enterprise.http.act(&path).status, 403);
    let mut known = 0;
    news(&c.app, &mut known);
    assert_eq!(c.district.act(&path).expect(200), json!({ "mails": 1 }));
    let told = news(&c.app, &mut known);
    assert_eq!(to(&told), ["factory-1@enterprise.example"], "neither experts nor officers: {told:?}");
    for who in [&c.district, &c.city] {
        assert_eq!(who.act(&path).refusal(), (409, "not_to_remind".to_owned()), "once a day");
    }
    // It is morning: the token outlives the night, and the day is another one.
    c.app.clock.advance(chrono::Duration::hours(20));
    assert_eq!(c.city.act(&path).expect(200)["mails"], 1);
    // Where nothing runs there is nothing to be reminded of.
    let other = c.app.claimed_enterprise(2, "440103", "K0101");
    let case = other.case.clone().unwrap();
    diesel::update(
        zerodesk::db::schema::remediation_case::table
            .find(case.parse::<zerodesk::remediation::ids::CaseId>().unwrap()),
    )
    .set(zerodesk::db::schema::remediation_case::state.eq("overturned"))
    .execute(&mut *c.app.app.conn().unwrap())
    .unwrap();
    let refused = c.district.act(&format!("/api/v1/remediation/cases/{case}/remind"));
    assert_eq!(refused.refusal(), (409, "not_to_remind".to_owned()));
}
