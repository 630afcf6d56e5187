//! A message is taken back by its sender within a short while: it stays in its place, and nobody is shown its text or its files any more.

use chrono::Duration;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::attachments::samples::PDF;
use crate::support::people::{PASSWORD, Talk};
use crate::support::{Http, TestApp};

const SECRET: &str = "不该说的配方";

fn path(talk: &Talk, what: &str) -> String {
    format!("/api/v1/consultations/{}/{what}", talk.id)
}

fn say(who: &Http, talk: &Talk, stream: &str, body: &str, files: &[Value]) -> i64 {
    let said = json!({ "stream": stream, "client_id": Uuid::new_v4(), "body": body, "attachments": files });
    who.post(&path(talk, "messages"), &said).expect(201)["seq"].as_i64().unwrap()
}

fn retract(who: &Http, talk: &Talk, stream: &str, seq: i64) -> crate::support::http::Reply {
    who.act(&path(talk, &format!("messages/{seq}/retract?stream={stream}")))
}

#[test]
fn what_was_taken_back_stays_in_its_place_and_is_shown_to_nobody() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (expert, factory) = (&talk.expert.http, &talk.enterprise.http);
    let file = factory.upload("/api/v1/attachments", "配方.pdf", PDF, &[]).expect(201)["id"].clone();
    let file_path = format!("/api/v1/attachments/{}", file.as_str().unwrap());
    assert_eq!(say(factory, &talk, "talk", "第一句", &[]), 1);
    assert_eq!(say(factory, &talk, "talk", SECRET, std::slice::from_ref(&file)), 2);
    assert_eq!(expert.get(&file_path).status, 200);
    let found = |who: &Http| {
        let typed: String = form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
        who.get(&path(&talk, &format!("messages/search?q={typed}"))).expect(200)["items"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(found(expert), 1);
    let mut screens = [expert, factory, &officer].map(|who| app.following(who, &talk.id));
    retract(factory, &talk, "talk", 2).expect(204);
    for screen in &mut screens {
        let gone = screen.wait_ev("retracted");
        assert_eq!((&gone["stream"], &gone["seq"]), (&json!("talk"), &json!(2)));
        assert!(!gone.to_string().contains(SECRET));
    }
    // Again: nothing more happens.
    retract(factory, &talk, "talk", 2).expect(204);
    let audit = officer.get("/api/v1/audit?action=retract_message").expect(200);
    assert_eq!(audit["items"].as_array().unwrap().len(), 1, "{audit}");
    assert_eq!(say(factory, &talk, "talk", "第三句", &[]), 3, "the numbers have no gap");
    for who in [expert, factory, &officer] {
        let log = who.get(&path(&talk, "messages?stream=talk&after=0")).expect(200);
        let items = log["items"].as_array().unwrap();
        assert_eq!(items.iter().map(|m| m["seq"].as_i64().unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!((&items[1]["body"], &items[1]["attachments"]), (&json!(""), &json!([])));
        assert!(items[1]["retracted_at"].is_string() && items[0]["retracted_at"].is_null());
        // Who resumes from the beginning gets as many messages, and not this text.
        let mut again = app.following(who, &talk.id);
        let said = again.messages_to(&talk.id, "talk", 3);
        assert_eq!(said.len(), 3);
        assert!(!json!(said).to_string().contains(SECRET));
        for format in ["html", "text", "json"] {
            let record = who.get(&path(&talk, &format!("transcript?format={format}"))).text;
            assert!(!record.contains(SECRET) && !record.contains("配方.pdf"), "{format}");
        }
        assert_eq!(found(who), 0);
    }
    for who in [expert, factory] {
        let page = who.get(&format!("/consultations/{}", talk.id)).text;
        assert!(page.contains("消息已撤回") && !page.contains(SECRET) && !page.contains("配方.pdf"));
    }
    assert_eq!(expert.get(&file_path).status, 404, "its file is withdrawn");
    // Where it is the last message, the list of conversations does not quote it.
    assert_eq!(say(factory, &talk, "talk", SECRET, &[]), 4);
    assert!(expert.get("/consultations").text.contains(SECRET));
    retract(factory, &talk, "talk", 4).expect(204);
    assert!(!expert.get("/consultations").text.contains(SECRET));
}

#[test]
fn only_the_sender_takes_back_and_only_for_a_short_while() {
    let app = TestApp::start();
    let (officer, talk) = app.small_world();
    let (expert, factory) = (&talk.expert.http, &talk.enterprise.http);
    let own = say(factory, &talk, "talk", "企业的话", &[]);
    let note = say(expert, &talk, "notes", "内部的话", &[]);
    for who in [expert, &officer] {
        assert_eq!(retract(who, &talk, "talk", own).refusal(), (403, "forbidden".to_owned()));
    }
    let stranger = app.claimed_enterprise(2, "440103", "K0101").http;
    let elsewhere = app.admin("elsewhere", "440300");
    for who in [&stranger, &elsewhere] {
        assert_eq!(retract(who, &talk, "talk", own).status, 404);
    }
    assert_eq!(retract(factory, &talk, "notes", note).status, 404, "an enterprise knows of no notes");
    assert_eq!(retract(factory, &talk, "talk", 99).status, 404);
    assert_eq!(retract(factory, &talk, "nowhere", own).status, 422);
    let mut screen = app.following(factory, &talk.id);
    let mut desk = app.following(&officer, &talk.id);
    retract(expert, &talk, "notes", note).expect(204);
    assert_eq!(desk.wait_ev("retracted")["stream"], "notes");
    // Whatever the enterprise hears until its next message, it is nothing of the notes.
    say(expert, &talk, "talk", "专家的话", &[]);
    let heard = screen.wait(|frame| frame["ev"] == "retracted" || frame["body"] == "专家的话");
    assert_eq!(heard["ev"], "message");
    // Advice is law-relevant and stays.
    let advice = json!({ "actions": [{ "description": "更换材料" }] });
    let advised = expert.post(&path(&talk, "advice"), &advice).expect(201)["seq"].as_i64().unwrap();
    let not = (409, "not_retractable".to_owned());
    assert_eq!(retract(expert, &talk, "talk", advised).refusal(), not);
    // Two minutes, and not a second more.
    app.clock.advance(Duration::seconds(121));
    assert_eq!(retract(factory, &talk, "talk", own).refusal(), not);
    let last = say(factory, &talk, "talk", "最后", &[]);
    app.clock.advance(Duration::seconds(119));
    expert.post(&path(&talk, "conclude"), &json!({ "conclusion": "完成" })).expect(200);
    assert_eq!(retract(factory, &talk, "talk", last).refusal(), not, "what was concluded stays as it is");
    let again = app.http().log_in("enterprise-1", PASSWORD);
    let log = again.get(&path(&talk, "messages?stream=talk&after=0")).expect(200);
    assert!(log.to_string().contains("企业的话") && log.to_string().contains("最后"));
}
