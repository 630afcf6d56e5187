//! Numbers without a gap, repeated messages recognised, missed messages read after a reconnect.

use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;
use zerodesk::chat::settings::ChatSettings;

use super::{assert_gapless, entry, fast, log};
use crate::support::people::text;
use crate::support::ws::{By, send_frame};
use crate::support::{Http, TestApp, Ws};

/// Sends `count` messages without waiting and gives the number that each was acknowledged under.
fn send_many(ws: &mut Ws, consultation: &str, stream: &str, count: usize) -> BTreeMap<Uuid, i64> {
    let ids: Vec<Uuid> = (0..count).map(|_| Uuid::new_v4()).collect();
    for id in &ids {
        ws.say(consultation, stream, *id, &format!("message {id}"));
    }
    ids.into_iter()
        .map(|id| {
            let ack = ws.wait(|v| v["ref"] == id.to_string());
            assert_eq!((&ack["ev"], &ack["duplicate"]), (&json!("ack"), &json!(false)), "{ack}");
            (id, ack["seq"].as_i64().unwrap())
        })
        .collect()
}

fn post(who: &Http, consultation: &str, count: usize) -> BTreeMap<Uuid, i64> {
    let path = format!("/api/v1/consultations/{consultation}/messages");
    (0..count)
        .map(|_| {
            let id = Uuid::new_v4();
            let body = json!({ "stream": "notes", "client_id": id, "body": format!("message {id}") });
            (id, who.post(&path, &body).expect(201)["seq"].as_i64().unwrap())
        })
        .collect()
}

#[test]
fn numbers_have_no_gap_under_many_senders() {
    const EACH: usize = 20;
    let app = fast().start();
    let (officer, talk) = app.small_world();
    let id = talk.id.as_str();
    // All who may write notes: the expert and seven officers, each on two sockets, and one by HTTP.
    let mut senders = vec![talk.expert.http.clone(), officer.clone()];
    senders.extend((2..8).map(|n| app.admin(&format!("officer-{n}"), "440100")));
    let (total, mut acks) = (8 * 2 * EACH + 5, BTreeMap::new());
    std::thread::scope(|scope| {
        let mut threads = Vec::new();
        for (n, who) in senders.iter().chain(&senders).enumerate() {
            let by = if n % 2 == 0 { By::Header } else { By::Subprotocol };
            let mut ws = Ws::connect_by(&app.url, who.token.as_deref().unwrap(), by);
            ws.subscribe(id, 0, 0);
            threads.push(scope.spawn(move || {
                let acks = send_many(&mut ws, id, "notes", EACH);
                let seen = ws.messages_to(id, "notes", i64::try_from(total).unwrap());
                (acks, seen.iter().map(entry).collect::<Vec<_>>())
            }));
        }
        let poster = scope.spawn(|| post(&officer, id, 5));
        acks.extend(poster.join().unwrap());
        let all = |threads: Vec<std::thread::ScopedJoinHandle<'_, (BTreeMap<_, _>, Vec<_>)>>| {
            threads.into_iter().map(|t| t.join().unwrap()).collect::<Vec<_>>()
        };
        let done = all(threads);
        let stored = log(&app, id, "notes");
        assert_gapless(&stored);
        assert_eq!(stored.len(), total);
        for (own, seen) in done {
            acks.extend(own);
            assert_eq!(seen, stored, "everyone saw the log");
        }
        let by_log: BTreeMap<_, _> = stored.into_iter().map(|(seq, id, _)| (id, seq)).collect();
        assert_eq!(acks, by_log, "every ack told the number in the log");
    });
    assert_eq!(log(&app, id, "talk"), [], "the other stream has its own count");
}

#[test]
fn a_repeated_message_gets_the_number_of_the_first() {
    let app = fast().start();
    let (_, talk) = app.small_world();
    let mut ws = app.following(&talk.enterprise.http, &talk.id);
    let (one, other) = (Uuid::new_v4(), Uuid::new_v4());
    // Sent together, and thus perhaps in one batch; with another body it is no repetition.
    for (id, body) in [(one, "first"), (one, "first"), (other, "second"), (one, "changed")] {
        ws.say(&talk.id, "talk", id, body);
    }
    let mut answers = Vec::new();
    for _ in 0..3 {
        let ack = ws.wait_ev("ack");
        answers.push((text(&ack["client_id"]), ack["seq"].as_i64().unwrap(), ack["duplicate"] == true));
    }
    assert_eq!(ws.wait_ev("error")["problem"]["code"], "client_id_reused");
    let (one_text, other_text) = (one.to_string(), other.to_string());
    assert_eq!(answers, [(one_text.clone(), 1, false), (one_text, 1, true), (other_text, 2, false),]);
    // Much later, from another socket, and by HTTP.
    let mut again = app.following(&talk.enterprise.http, &talk.id);
    again.say(&talk.id, "talk", one, "first");
    let ack = again.wait_ev("ack");
    assert_eq!((&ack["seq"], &ack["duplicate"]), (&json!(1), &json!(true)));
    let path = format!("/api/v1/consultations/{}/messages", talk.id);
    let body = json!({ "client_id": other, "body": "second" });
    let ack = talk.enterprise.http.post(&path, &body).expect(200);
    assert_eq!((&ack["seq"], &ack["duplicate"]), (&json!(2), &json!(true)));
    let changed = json!({ "client_id": other, "body": "second, changed" });
    assert_eq!(talk.enterprise.http.post(&path, &changed).refusal(), (409, "client_id_reused".to_owned()));
    again.say(&talk.id, "talk", one, "changed much later");
    assert_eq!(again.wait_ev("error")["problem"]["code"], "client_id_reused");
    // What shows nothing is no message, whatever it is made of.
    for nothing in ["", " \n\t", "\u{200b}\u{feff}\u{2060}", "\u{3000}\u{a0}"] {
        let empty = json!({ "client_id": Uuid::new_v4(), "body": nothing });
        let refused = talk.enterprise.http.post(&path, &empty).problem();
        assert_eq!((&refused["status"], &refused["errors"][0]["pointer"]), (&json!(422), &json!("/body")));
        again.say(&talk.id, "talk", Uuid::new_v4(), nothing);
        assert_eq!(again.wait_ev("error")["problem"]["errors"][0]["pointer"], "/body");
    }
    let stored = log(&app, &talk.id, "talk");
    assert_eq!(stored, [(1, one, "first".to_owned()), (2, other, "second".to_owned())]);
    // The same id of another sender is another message.
    let mut expert = app.following(&talk.expert.http, &talk.id);
    expert.say(&talk.id, "talk", one, "mine");
    let ack = expert.wait_ev("ack");
    assert_eq!((&ack["seq"], &ack["duplicate"]), (&json!(3), &json!(false)));
}

#[test]
fn a_client_id_of_another_stream_or_consultation_is_refused() {
    // One writer: of two messages in two consultations the first one said is the first one stored.
    let app = fast().start();
    let (_, talk) = app.small_world();
    let question =
        json!({ "product_kind": "K0101", "subject": "another", "question": "one without a nonconformity" });
    let opened = talk.enterprise.http.post("/api/v1/consultations", &question).expect(201);
    let second = text(&opened["id"]);
    talk.expert.http.act(&format!("/api/v1/consultations/{second}/accept")).expect(200);

    let mut ws = app.ws(&talk.expert.http);
    let id = Uuid::new_v4();
    ws.say(&talk.id, "talk", id, "here");
    assert_eq!(ws.wait_ev("ack")["seq"], 1);
    for (consultation, stream) in [(&second, "talk"), (&talk.id, "notes"), (&second, "notes")] {
        ws.say(consultation, stream, id, "there");
        let refused = ws.wait_ev("error");
        assert_eq!((&refused["ref"], &refused["problem"]["code"]), (&json!(id), &json!("client_id_reused")));
        assert_eq!(
            log(&app, consultation, stream).len(),
            usize::from(*consultation == talk.id && stream == "talk")
        );
    }
    // Two new ones in one batch, the second of them in another consultation.
    let id = Uuid::new_v4();
    ws.say(&second, "talk", id, "first there");
    ws.say(&talk.id, "talk", id, "then here");
    assert_eq!(ws.wait_ev("ack")["consultation"], json!(second));
    assert_eq!(ws.wait_ev("error")["problem"]["code"], "client_id_reused");
}

#[test]
fn a_reconnected_client_gets_exactly_what_it_missed() {
    let app = fast().start();
    let (_, talk) = app.small_world();
    let mut expert = app.following(&talk.expert.http, &talk.id);
    send_many(&mut expert, &talk.id, "talk", 30);
    send_many(&mut expert, &talk.id, "notes", 3);
    let stored = log(&app, &talk.id, "talk");
    // A client that claims to have more than there is gets what comes next, and nothing twice.
    for after in [0, 1, 17, 29, 30, 31, 4_000_000_000, i64::MAX] {
        let mut back = app.ws(&talk.enterprise.http);
        let standing = back.subscribe(&talk.id, after, 0);
        assert_eq!(standing["last_seq"], json!({ "talk": 30 }));
        assert_eq!(standing["status"], "active");
        let known = usize::try_from(after.min(30)).unwrap();
        let missed = back.messages_to(&talk.id, "talk", if known < 30 { 30 } else { 0 });
        let missed: Vec<_> = missed.iter().map(entry).collect();
        assert_eq!(missed, stored[known..], "after {after}");
        assert_eq!(back.frames_so_far(), [] as [serde_json::Value; 0], "after {after}");
    }
    // Messages that nobody listened to come at the next subscription on the same socket, too.
    let mut ws = app.following(&talk.enterprise.http, &talk.id);
    ws.messages_to(&talk.id, "talk", 30);
    ws.send(&json!({ "op": "unsubscribe", "ref": 1, "consultation": talk.id }));
    assert_eq!(ws.wait_ev("unsubscribed")["ref"], 1);
    send_many(&mut expert, &talk.id, "talk", 2);
    assert_eq!(ws.frames_so_far(), [] as [serde_json::Value; 0]);
    ws.subscribe(&talk.id, 30, 0);
    let seen: Vec<_> = ws.messages_to(&talk.id, "talk", 32).iter().map(entry).collect();
    assert_eq!(seen, log(&app, &talk.id, "talk")[30..]);
}

#[test]
fn two_servers_on_one_database_number_messages_without_gaps() {
    const EACH: usize = 120;
    let app = fast().settings(|s| s.edit::<ChatSettings>().batch_messages = 7).start();
    let (_, talk) = app.small_world();
    let question = json!({ "product_kind": "K0101", "subject": "another", "question": "one more" });
    let opened = talk.enterprise.http.post("/api/v1/consultations", &question).expect(201);
    let second = text(&opened["id"]);
    talk.expert.http.act(&format!("/api/v1/consultations/{second}/accept")).expect(200);
    let beside: TestApp = app.another().start();

    // Each sender goes from one consultation to the other at each message, in opposite orders, so
    // that batches of the two servers want the same two counters.
    let both = [talk.id.as_str(), second.as_str()];
    let turned = [both[1], both[0]];
    std::thread::scope(|scope| {
        for (server, who, order) in [
            (&app, &talk.enterprise.http, both),
            (&beside, &talk.enterprise.http, turned),
            (&app, &talk.expert.http, turned),
            (&beside, &talk.expert.http, both),
        ] {
            let mut ws = Ws::connect(&server.url, who.token.as_deref().unwrap());
            scope.spawn(move || {
                let ids: Vec<Uuid> = (0..EACH).map(|_| Uuid::new_v4()).collect();
                for (n, id) in ids.iter().enumerate() {
                    ws.send(&send_frame(order[n % 2], "talk", *id, "x"));
                }
                for id in ids {
                    let ack = ws.wait(|v| v["ref"] == id.to_string());
                    assert_eq!(ack["ev"], "ack", "{ack}");
                }
            });
        }
    });
    for id in both {
        let stored = log(&app, id, "talk");
        assert_gapless(&stored);
        assert_eq!(stored.len(), 2 * EACH);
    }
}
