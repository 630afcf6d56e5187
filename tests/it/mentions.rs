//! Mentions of colleagues in notes: only of those who see them, told by socket and by mail, unread until the note is read.

use chrono::Duration;
use serde_json::{Value, json};
use uuid::Uuid;
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::consultations::mentions::tell;
use zerodesk::matching::settings::MatchingSettings;
use zerodesk::settings::YesNo;

use crate::support::people::{Talk, text};
use crate::support::{Http, TestApp};

fn app() -> TestApp {
    TestApp::builder()
        .settings(|s| {
            s.edit::<AuthSettings>().access_token_seconds = 86_400;
            s.edit::<MatchingSettings>().reassign_silent = YesNo::No;
        })
        .start()
}

fn write(who: &Http, talk: &Talk, stream: &str, words: &str) -> i64 {
    let body = json!({ "client_id": Uuid::new_v4(), "stream": stream, "body": words });
    let sent = who.post(&format!("/api/v1/consultations/{}/messages", talk.id), &body).expect(201);
    sent["seq"].as_i64().unwrap()
}

fn mentions(who: &Http) -> Vec<Value> {
    who.get("/api/v1/mentions").expect(200).as_array().unwrap().clone()
}

fn mails(app: &TestApp, to: &str) -> usize {
    app.mails_sent();
    app.smtp.received().iter().filter(|m| m.to == [to] && m.header("Subject").contains("提到您")).count()
}

#[test]
fn who_is_mentioned_in_a_note_is_told_and_nobody_else() {
    let app = app();
    let (officer, talk) = app.small_world();
    let elsewhere = app.admin("elsewhere", "440300");
    let stranger = app.approved_expert(&officer, "stranger", "K1001");
    let expert = &talk.expert.http;
    let readers = expert.get(&format!("/api/v1/consultations/{}/note-readers", talk.id)).expect(200);
    let names: Vec<String> = readers.as_array().unwrap().iter().map(|r| text(&r["name"])).collect();
    assert_eq!(names, ["name of officer"], "the caller and who sees no notes are left out");
    for who in [&talk.enterprise.http, &stranger.http, &elsewhere] {
        assert_eq!(who.get(&format!("/api/v1/consultations/{}/note-readers", talk.id)).status, 404);
    }
    assert_eq!(talk.enterprise.http.get("/api/v1/mentions").status, 404);

    let mut socket = app.ws(expert);
    let words = format!(
        "请 @{} 看第二项，@{} @name of elsewhere @contact of enterprise-1",
        talk.expert.name, stranger.name
    );
    let seq = write(&officer, &talk, "notes", &words);
    // In the talk it is no mention.
    write(expert, &talk, "talk", "@name of officer");
    tell(&app.app).unwrap();
    let heard = socket.wait_ev("mention");
    assert_eq!(
        [&heard["consultation"], &heard["seq"], &heard["by"]],
        [&json!(talk.id), &json!(seq), &json!("name of officer")]
    );
    let own = mentions(expert);
    assert_eq!((own.len(), &own[0]["unread"], &own[0]["seq"]), (1, &json!(true), &json!(seq)));
    for who in [&officer, &elsewhere, &stranger.http] {
        assert!(mentions(who).is_empty());
    }
    assert!(expert.get("/consultations").text.contains("提到您"));
    assert!(!talk.enterprise.http.get("/consultations").text.contains("提到您"));
    drop(socket);

    // By mail once, where it stays unread.
    assert_eq!(mails(&app, "expert-1@expert.example"), 0);
    app.clock.advance(Duration::minutes(6));
    for _ in 0..3 {
        tell(&app.app).unwrap();
    }
    assert_eq!(mails(&app, "expert-1@expert.example"), 1);
    assert_eq!(mails(&app, "stranger@expert.example"), 0);
    let read = json!({ "stream": "notes", "seq": seq });
    assert_eq!(expert.json("PUT", &format!("/api/v1/consultations/{}/read", talk.id), &read).status, 204);
    assert_eq!(mentions(expert)[0]["unread"], false);
    assert!(!expert.get("/consultations").text.contains("提到您"));

    // Read in time, and who does without: no mail.
    let seq = write(&officer, &talk, "notes", &format!("@{} 再看", talk.expert.name));
    tell(&app.app).unwrap();
    let read = json!({ "stream": "notes", "seq": seq });
    expert.json("PUT", &format!("/api/v1/consultations/{}/read", talk.id), &read);
    officer.json("PUT", "/api/v1/me", &json!({ "mails": { "mentions": false } })).expect(200);
    write(expert, &talk, "notes", "＠name of officer 已看");
    app.clock.advance(Duration::minutes(6));
    for _ in 0..2 {
        tell(&app.app).unwrap();
    }
    assert_eq!(mails(&app, "expert-1@expert.example"), 1);
    assert_eq!(mails(&app, "officer@regulator.example"), 0);
    assert_eq!(mentions(&officer).len(), 1);
    // What is taken back mentions nobody any more.
    let path = format!("/api/v1/consultations/{}/messages", talk.id);
    let all = expert.get(&format!("{path}?stream=notes")).expect(200);
    let last =
        all["messages"].as_array().or_else(|| all["items"].as_array()).unwrap().last().unwrap().clone();
    assert_eq!(text(&last["body"]), "＠name of officer 已看");
}

#[test]
fn of_two_names_the_longer_one_is_meant() {
    let app = app();
    let (officer, talk) = app.small_world();
    app.admin("officer2", "440000");
    write(&talk.expert.http, &talk, "notes", "请 @name of officer2 办理");
    tell(&app.app).unwrap();
    assert!(mentions(&officer).is_empty());
    let second = app.http().log_in("officer2", crate::support::people::PASSWORD);
    assert_eq!(mentions(&second).len(), 1);
}
