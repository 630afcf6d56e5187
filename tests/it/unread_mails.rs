//! Who is away is told by mail of messages that are unread: once, gathered, and never of what was read meanwhile.

use std::time::{Duration as Time, Instant};

use chrono::Duration;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde_json::{Value, json};
use uuid::Uuid;
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::core::ids::AccountId;
use zerodesk::matching::settings::MatchingSettings;
use zerodesk::presence::LocalPresence;
use zerodesk::settings::YesNo;
use zerodesk::unread_mails::follow::Follower;
use zerodesk::unread_mails::settings::UnreadMailSettings;

use crate::people::{colleague, deactivate, id_of};
use crate::support::people::{Talk, text};
use crate::support::smtp::ReceivedMail;
use crate::support::{Http, PATIENCE, TestApp, Ws};

const ENTERPRISE: &str = "factory-1@enterprise.example";
const EXPERT: &str = "expert-1@expert.example";

/// A service in which tokens outlive a day and nobody is reassigned.
fn app() -> TestApp {
    TestApp::builder()
        .settings(|s| {
            s.edit::<AuthSettings>().access_token_seconds = 86_400;
            s.edit::<MatchingSettings>().reassign_silent = YesNo::No;
        })
        .start()
}

/// All that is to be done now, as a server does it that has just started.
pub fn look(app: &TestApp) {
    let mut follower = Follower::default();
    while follower.round(&app.app).unwrap() {}
}

/// Moves the clock and does what is due.
fn pass(app: &TestApp, minutes: i64) {
    app.clock.advance(Duration::minutes(minutes));
    look(app);
}

/// Writes without a socket, so that nobody is connected; the writer has then read the stream. It is taken in before the clock moves.
pub fn say_in(app: &TestApp, who: &Http, id: &str, stream: &str, words: &str) {
    let body = json!({ "client_id": Uuid::new_v4(), "stream": stream, "body": words });
    who.post(&format!("/api/v1/consultations/{id}/messages"), &body).expect(201);
    look(app);
}

pub fn say(app: &TestApp, who: &Http, talk: &Talk, words: &str) {
    say_in(app, who, &talk.id, "talk", words);
}

pub fn read(who: &Http, talk: &Talk, seq: i64) {
    let body = json!({ "stream": "talk", "seq": seq });
    assert_eq!(who.json("PUT", &format!("/api/v1/consultations/{}/read", talk.id), &body).status, 204);
}

/// The mails about unread messages that came to an address so far.
fn told(app: &TestApp, address: &str) -> Vec<ReceivedMail> {
    app.mails_sent();
    let is_one = |mail: &ReceivedMail| {
        let subject = mail.header("Subject");
        subject.contains("未读消息提醒") || subject.contains("Unread messages")
    };
    app.smtp.received().into_iter().filter(|mail| mail.to == [address] && is_one(mail)).collect()
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Waits until the servers have written that so many people are connected.
#[track_caller]
fn connected(app: &TestApp, count: i64) {
    let end = Instant::now() + PATIENCE;
    let written = || -> i64 {
        diesel::sql_query("SELECT count(*) AS count FROM account_connection")
            .get_result::<Count>(&mut app.database().connect())
            .unwrap()
            .count
    };
    while written() != count {
        assert!(Instant::now() < end, "{} are connected and not {count}", written());
        std::thread::sleep(Time::from_millis(10));
    }
}

/// Closes the only socket that is open, of somebody at this server.
pub fn leave(app: &TestApp, who: &Http, socket: Ws) {
    socket.disconnect();
    let account = AccountId(id_of(who).parse().unwrap());
    let end = Instant::now() + PATIENCE;
    while app.app.cache().of::<LocalPresence>().is_present(account) {
        assert!(Instant::now() < end, "the socket stays open");
        std::thread::sleep(Time::from_millis(5));
    }
    connected(app, 0);
}

#[test]
fn who_is_away_is_told_once_after_ten_minutes_and_not_what_was_written() {
    let app = app();
    let (officer, talk) = app.small_world();
    say(&app, &talk.expert.http, &talk, "请提供检验报告原件");
    say(&app, &talk.expert.http, &talk, "并说明整改情况");
    pass(&app, 9);
    assert!(told(&app, ENTERPRISE).is_empty());
    pass(&app, 1);
    let mails = told(&app, ENTERPRISE);
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(mail.header("Subject"), "未读消息提醒：1 件问诊有新消息");
    let wanted =
        format!("- 绝缘电阻不合格：{}发来 2 条新消息\n  {}", talk.expert.name, app.app_link(&talk.id));
    assert!(mail.body_text.replace("\r\n", "\n").contains(&wanted), "{wanted}: {}", mail.body_text);
    assert!(mail.body_text.contains("/account") && mail.body_text.contains("未读消息提醒"));
    assert!(!mail.body_text.contains("检验报告原件") && !mail.body_text.contains("整改情况"));
    for _ in 0..3 {
        pass(&app, 20);
    }
    assert_eq!(told(&app, ENTERPRISE).len(), 1);
    assert!(told(&app, EXPERT).is_empty(), "own messages are no news");
    assert!(told(&app, "officer@regulator.example").is_empty(), "officers who take no part get none");
    drop(officer);
}

#[test]
fn what_was_read_meanwhile_is_left_out() {
    let app = app();
    let (_, talk) = app.small_world();
    let enterprise = &talk.enterprise.http;
    say(&app, &talk.expert.http, &talk, "one");
    pass(&app, 6);
    say(&app, &talk.expert.http, &talk, "two");
    read(enterprise, &talk, 1);
    pass(&app, 4);
    assert!(told(&app, ENTERPRISE).is_empty(), "what waited for ten minutes was read");
    pass(&app, 6);
    let mails = told(&app, ENTERPRISE);
    assert!(mails.len() == 1 && mails[0].body_text.contains("发来 1 条新消息"), "{mails:?}");
    // All of it.
    app.clock.advance(Duration::hours(1));
    say(&app, &talk.expert.http, &talk, "three");
    read(enterprise, &talk, 3);
    pass(&app, 30);
    assert_eq!(told(&app, ENTERPRISE).len(), 1);
}

#[test]
fn what_was_taken_back_meanwhile_is_left_out() {
    let app = app();
    let (_, talk) = app.small_world();
    let expert = &talk.expert.http;
    let take_back = |seq: i64| {
        expert.act(&format!("/api/v1/consultations/{}/messages/{seq}/retract", talk.id)).expect(204);
    };
    say(&app, expert, &talk, "one");
    take_back(1);
    pass(&app, 11);
    assert!(told(&app, ENTERPRISE).is_empty(), "there is nothing to read");
    say(&app, expert, &talk, "two");
    say(&app, expert, &talk, "three");
    take_back(2);
    pass(&app, 11);
    let mails = told(&app, ENTERPRISE);
    assert!(mails.len() == 1 && mails[0].body_text.contains("发来 1 条新消息"), "{mails:?}");
}

#[test]
fn who_is_connected_is_told_nothing_until_away_for_ten_minutes() {
    let app = app();
    let (_, talk) = app.small_world();
    let enterprise = &talk.enterprise.http;
    let socket = app.ws(enterprise);
    connected(&app, 1);
    say(&app, &talk.expert.http, &talk, "look here");
    for _ in 0..3 {
        pass(&app, 10);
    }
    assert!(told(&app, ENTERPRISE).is_empty());
    leave(&app, enterprise, socket);
    pass(&app, 5);
    assert!(told(&app, ENTERPRISE).is_empty(), "away for five minutes");
    pass(&app, 5);
    assert_eq!(told(&app, ENTERPRISE).len(), 1);
}

#[test]
fn a_connection_to_another_server_counts_as_well() {
    let app = app();
    let (officer, talk) = app.small_world();
    let mut other = app.another().start();
    let sockets = [other.ws(&talk.enterprise.http), other.ws(&talk.expert.http)];
    connected(&app, 2);
    say(&app, &talk.expert.http, &talk, "to the enterprise");
    say_in(&app, &officer, &talk.id, "notes", "to the expert");
    for _ in 0..2 {
        pass(&app, 11);
    }
    assert!(told(&app, ENTERPRISE).is_empty() && told(&app, EXPERT).is_empty());
    // The server ends.
    drop(sockets);
    other.stop();
    connected(&app, 0);
    pass(&app, 11);
    assert_eq!((told(&app, ENTERPRISE).len(), told(&app, EXPERT).len()), (1, 1));
}

#[test]
fn one_mail_tells_of_all_consultations_in_the_language_of_its_reader() {
    let app = app();
    let (officer, talk) = app.small_world();
    let enterprise = &talk.enterprise.http;
    let body = json!({ "product_kind": "K0101", "subject": "Creepage distance", "question": "?" });
    let second = text(&enterprise.post("/api/v1/consultations", &body).expect(201)["id"]);
    talk.expert.http.act(&format!("/api/v1/consultations/{second}/accept")).expect(200);
    for who in [enterprise, &talk.expert.http] {
        who.json("PUT", "/api/v1/me", &json!({ "language": "en" })).expect(200);
    }
    say(&app, &talk.expert.http, &talk, "one");
    pass(&app, 8);
    say_in(&app, &talk.expert.http, &second, "talk", "two");
    say_in(&app, &officer, &second, "notes", "three");
    pass(&app, 2);
    let mails = told(&app, ENTERPRISE);
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(mail.header("Subject"), "Unread messages in 2 consultations");
    for (id, subject) in [(&talk.id, "绝缘电阻不合格"), (&second, "Creepage distance")] {
        let wanted = format!("- {subject}: 1 new message from {}\n  {}", talk.expert.name, app.app_link(id));
        assert!(mail.body_text.replace("\r\n", "\n").contains(&wanted), "{wanted}: {}", mail.body_text);
    }
    pass(&app, 8);
    let mails = told(&app, EXPERT);
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(mail.header("Subject"), "Unread messages in a consultation");
    let wanted = "- Creepage distance (广州第1公司): 1 new message from name of officer";
    assert!(mail.body_text.contains(wanted), "{}", mail.body_text);
}

#[test]
fn a_quarter_of_an_hour_lies_between_two_mails() {
    let app = app();
    let (_, talk) = app.small_world();
    say(&app, &talk.expert.http, &talk, "one");
    pass(&app, 10);
    assert_eq!(told(&app, ENTERPRISE).len(), 1);
    say(&app, &talk.expert.http, &talk, "two");
    pass(&app, 14);
    assert_eq!(told(&app, ENTERPRISE).len(), 1);
    say(&app, &talk.expert.http, &talk, "three");
    pass(&app, 1);
    let mails = told(&app, ENTERPRISE);
    assert!(mails.len() == 2 && mails[1].body_text.contains("发来 2 条新消息"), "{mails:?}");
}

#[test]
fn the_minutes_are_settings() {
    let app = TestApp::builder()
        .settings(|s| {
            s.edit::<MatchingSettings>().reassign_silent = YesNo::No;
            *s.edit() = UnreadMailSettings { delay_minutes: 3, gap_minutes: 5 };
        })
        .start();
    let (_, talk) = app.small_world();
    say(&app, &talk.expert.http, &talk, "one");
    pass(&app, 2);
    assert!(told(&app, ENTERPRISE).is_empty());
    pass(&app, 1);
    assert_eq!(told(&app, ENTERPRISE).len(), 1);
    say(&app, &talk.expert.http, &talk, "two");
    pass(&app, 4);
    assert_eq!(told(&app, ENTERPRISE).len(), 1);
    pass(&app, 1);
    assert_eq!(told(&app, ENTERPRISE).len(), 2);
}

#[test]
fn who_does_without_gets_none() {
    let app = app();
    let (_, talk) = app.small_world();
    let enterprise = &talk.enterprise.http;
    let second = colleague(&app, enterprise, "second");
    let switch = |on: bool| {
        let me = enterprise.json("PUT", "/api/v1/me", &json!({ "mails": { "unread": on } })).expect(200);
        assert_eq!(me["mails"]["unread"], on);
    };
    assert!(enterprise.get("/account").text.contains("未读消息提醒"));
    switch(false);
    say(&app, &talk.expert.http, &talk, "one");
    say(&app, enterprise, &talk, "from a colleague");
    pass(&app, 10);
    assert!(told(&app, ENTERPRISE).is_empty());
    let mails = told(&app, "second@enterprise.example");
    let wanted = format!("contact of enterprise-1、{}发来 2 条新消息", talk.expert.name);
    assert!(mails.len() == 1 && mails[0].body_text.contains(&wanted), "{wanted}: {mails:?}");
    // What came meanwhile is not made up for.
    switch(true);
    pass(&app, 30);
    assert!(told(&app, ENTERPRISE).is_empty());
    say(&app, &second, &talk, "two");
    pass(&app, 10);
    assert_eq!(told(&app, ENTERPRISE).len(), 1);
}

#[test]
fn who_no_longer_sees_a_consultation_is_told_nothing_of_it() {
    let app = app();
    let (officer, talk) = app.small_world();
    let next = app.approved_expert(&officer, "expert-2", "K0101");
    let stranger = app.claimed_enterprise(2, "440103", "K0101");
    let left = colleague(&app, &talk.enterprise.http, "left");
    say(&app, &talk.expert.http, &talk, "an answer");
    say_in(&app, &officer, &talk.id, "notes", "a note");
    // Handed on to another expert, who was not there when it was written; a colleague has left.
    let body = json!({ "expert": next.id, "reason": "another specialty" });
    let path = |what: &str| format!("/api/v1/consultations/{}/{what}", talk.id);
    assert_eq!(talk.expert.http.post(&path("transfer"), &body).status, 204);
    app.clock.advance(Duration::minutes(1));
    next.http.act(&path("accept")).expect(200);
    deactivate(&officer, &id_of(&left), None);
    pass(&app, 9);
    for address in [EXPERT, "expert-2@expert.example", "left@enterprise.example"] {
        assert!(told(&app, address).is_empty(), "{address}");
    }
    assert_eq!(told(&app, ENTERPRISE).len(), 1, "they who stay are told");
    say(&app, &talk.enterprise.http, &talk, "a question");
    pass(&app, 10);
    assert_eq!((told(&app, EXPERT).len(), told(&app, "expert-2@expert.example").len()), (0, 1));
    assert!(told(&app, "factory-2@enterprise.example").is_empty());
    drop(stranger);
}

#[test]
fn notes_are_told_to_experts_alone_and_the_end_takes_nothing_away() {
    let app = app();
    let (officer, talk) = app.small_world();
    let member = app.approved_expert(&officer, "expert-2", "K0101");
    let path = |what: &str| format!("/api/v1/consultations/{}/{what}", talk.id);
    talk.expert.http.post(&path("invite"), &json!({ "expert": member.id, "note": "请看" })).expect(200);
    member.http.act(&path("invitation/accept")).expect(200);
    say_in(&app, &officer, &talk.id, "notes", "among us");
    say(&app, &talk.expert.http, &talk, "the last word");
    talk.expert
        .http
        .post(&path("conclude"), &json!({ "conclusion": "done", "missing_opinions_reason": "x" }))
        .expect(200);
    pass(&app, 10);
    assert_eq!(told(&app, ENTERPRISE).len(), 1);
    let mails = told(&app, EXPERT);
    assert!(mails.len() == 1 && mails[0].body_text.contains("name of officer发来 1 条"), "{mails:?}");
    let mails = told(&app, "expert-2@expert.example");
    assert!(mails.len() == 1 && mails[0].body_text.contains("发来 2 条"), "{mails:?}");
    assert!(told(&app, "officer@regulator.example").is_empty());
    // Officers write notes when it has ended, too.
    app.clock.advance(Duration::minutes(10));
    say_in(&app, &officer, &talk.id, "notes", "well done");
    pass(&app, 10);
    assert_eq!((told(&app, EXPERT).len(), told(&app, ENTERPRISE).len()), (2, 1));
}

#[test]
fn several_servers_at_once_send_one_mail() {
    let app = app();
    let (officer, talk) = app.small_world();
    let beside = app.another().start();
    say(&app, &talk.expert.http, &talk, "one");
    say_in(&app, &officer, &talk.id, "notes", "two");
    app.clock.advance(Duration::minutes(10));
    std::thread::scope(|threads| {
        for server in [&app, &beside, &app, &beside] {
            threads.spawn(|| look(server));
        }
    });
    assert_eq!((told(&app, ENTERPRISE).len(), told(&app, EXPERT).len()), (1, 1));
}

#[test]
fn what_was_written_long_ago_is_no_news() {
    let app = app();
    let (_, talk) = app.small_world();
    // As if no server had run since the day before: the message, and that those who take part were there.
    let id = &talk.id;
    let at = app.now() - Duration::hours(25);
    let written = format!(
        "UPDATE consultation_participant SET joined_at = '{at}' WHERE consultation_id = '{id}';
         UPDATE chat_stream SET last_seq = 1 WHERE consultation_id = '{id}' AND stream = 'talk';
         INSERT INTO chat_message (consultation_id, stream, seq, sender_id, client_id, kind, body, sent_at)
         VALUES ('{id}', 'talk', 1, '{}', '{}', 'text', 'long ago', '{at}')",
        id_of(&talk.expert.http),
        Uuid::new_v4()
    );
    app.database().connect().batch_execute(&written).unwrap();
    pass(&app, 10);
    assert!(told(&app, ENTERPRISE).is_empty());
    say(&app, &talk.expert.http, &talk, "today");
    pass(&app, 10);
    let mails = told(&app, ENTERPRISE);
    assert!(mails.len() == 1 && mails[0].body_text.contains("发来 1 条新消息"), "{mails:?}");
}

#[derive(QueryableByName)]
struct Reader {
    #[diesel(sql_type = Text)]
    who: String,
}

/// The view that says who may read is held against what the service answers.
#[test]
fn the_readers_are_those_who_see_the_consultation_and_take_part() {
    let app = app();
    let (officer, talk) = app.small_world();
    let next = app.approved_expert(&officer, "expert-2", "K0101");
    let member = app.approved_expert(&officer, "expert-3", "K0101");
    let stranger = app.claimed_enterprise(2, "440103", "K0101");
    let second = colleague(&app, &talk.enterprise.http, "second");
    let third = colleague(&app, &talk.enterprise.http, "third");
    deactivate(&officer, &id_of(&third), None);
    let path = |what: &str| format!("/api/v1/consultations/{}/{what}", talk.id);
    talk.expert.http.post(&path("invite"), &json!({ "expert": member.id, "note": "请看" })).expect(200);
    member.http.act(&path("invitation/accept")).expect(200);
    let transfer = json!({ "expert": next.id, "reason": "another specialty" });
    assert_eq!(talk.expert.http.post(&path("transfer"), &transfer).status, 204);
    next.http.act(&path("accept")).expect(200);
    let people = [
        ("enterprise-1", &talk.enterprise.http),
        ("second", &second),
        ("third", &third),
        ("enterprise-2", &stranger.http),
        ("expert-1", &talk.expert.http),
        ("expert-2", &next.http),
        ("expert-3", &member.http),
    ];
    let reads = |who: &Http, stream: &str| who.get(&path(&format!("messages?stream={stream}"))).status == 200;
    let mut seen: Vec<String> = Vec::new();
    for (name, who) in people {
        if reads(who, "talk") {
            seen.push(format!("{name} {}", reads(who, "notes")));
        }
    }
    let query = "SELECT a.username || ' ' || r.reads_notes AS who
                 FROM published.consultation_reader r JOIN account a ON a.id = r.account_id
                 WHERE r.consultation_id::text = $1 ORDER BY a.username";
    let found: Vec<Reader> =
        diesel::sql_query(query).bind::<Text, _>(&talk.id).load(&mut app.database().connect()).unwrap();
    let mut found: Vec<String> = found.into_iter().map(|row| row.who).collect();
    seen.sort();
    found.sort();
    assert_eq!(found, seen);
    assert!(found.len() == 4 && found.contains(&"expert-2 true".to_owned()), "{found:?}");
}

impl TestApp {
    /// The address of a consultation, as mails name it.
    fn app_link(&self, id: &str) -> String {
        let page = format!("/consultations/{id}");
        let settings = self.app.settings().section::<zerodesk::settings::ServerSettings>();
        format!("{}{page}", settings.public_url(settings.port))
    }
}

/// Every role's list of mails that can be switched off.
#[test]
fn officers_are_not_asked_about_mails_that_they_never_get() {
    let app = TestApp::start();
    let officer = app.admin("officer", "440000");
    assert!(!officer.get("/account").text.contains("未读消息提醒"));
    let me: Value = officer.get("/api/v1/me").expect(200);
    assert_eq!(me["mails"]["unread"], true);
}
