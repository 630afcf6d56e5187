//! A client that does not read is closed, and delays no one else.

use uuid::Uuid;
use zerodesk::chat::settings::ChatSettings;

use super::{entry, fast, log};

/// Messages in flight at once: far below what a reader may have waiting.
const ROUND: usize = 10;

#[test]
fn a_reader_that_stops_reading_is_closed_without_affecting_others() {
    let app =
        fast().settings(|settings| settings.edit::<ChatSettings>().session_queue_bytes = 1_048_576).start();
    let (officer, talk) = app.small_world();
    let id = talk.id.as_str();
    let mut slow = app.following(&officer, id);
    let mut factory = app.following(&talk.enterprise.http, id);
    let mut expert = app.following(&talk.expert.http, id);
    // More than the kernel holds for a connection on loopback (some 10 MB by its defaults).
    let body = "长".repeat(8000);
    let rounds = 80;
    for _ in 0..rounds {
        for _ in 0..ROUND {
            factory.say(id, "talk", Uuid::new_v4(), &body);
        }
        for _ in 0..2 * ROUND {
            factory.wait(|v| v["ev"] == "ack" || v["ev"] == "message");
        }
        // A client that reads gets everything, whatever the other does.
        for _ in 0..ROUND {
            expert.wait_ev("message");
        }
    }
    let most = rounds * ROUND;
    let last = i64::try_from(most).unwrap();
    assert_eq!(slow.closed(), 4008);
    // What it was sent before is the beginning of the log; it resumes behind it.
    let mut seen = Vec::new();
    while let Some(crate::support::ws::Received::Frame(frame)) = slow.poll(std::time::Duration::ZERO) {
        if frame["ev"] == "message" {
            seen.push(entry(&frame));
        }
    }
    let stored = log(&app, id, "talk");
    assert!(seen.len() < most && seen == stored[..seen.len()]);
    let mut back = app.ws(&officer);
    back.subscribe(id, i64::try_from(seen.len()).unwrap(), 0);
    seen.extend(back.messages_to(id, "talk", last).iter().map(entry));
    assert!(seen == stored, "nothing is missing and nothing came twice");
}

#[test]
fn catching_up_on_more_than_a_queue_holds_keeps_the_socket_open() {
    let app =
        fast().settings(|settings| settings.edit::<ChatSettings>().session_queue_bytes = 65_536).start();
    let (officer, talk) = app.small_world();
    let mut factory = app.ws(&talk.enterprise.http);
    // Quotes double in JSON.
    let body = "\"".repeat(8000);
    for n in 1..=60 {
        assert_eq!(factory.say_acknowledged(&talk.id, "talk", &body), n);
    }
    let mut back = app.following(&officer, &talk.id);
    let seen: Vec<_> = back.messages_to(&talk.id, "talk", 60).iter().map(entry).collect();
    assert!(seen == log(&app, &talk.id, "talk"));
    assert_eq!(factory.say_acknowledged(&talk.id, "talk", "live again"), 61);
    assert_eq!(back.wait_ev("message")["seq"], 61);
}
