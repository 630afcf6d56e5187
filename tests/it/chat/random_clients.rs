//! Clients subscribe, catch up and disconnect at random while others write: in the end each client
//! has every message of the log once and in order.

use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use uuid::Uuid;
use zerodesk::chat::settings::ChatSettings;

use super::{Entry, assert_gapless, entry, fast, log};
use crate::support::ws::Received;
use crate::support::{Http, Random, TestApp};

/// Sends messages in bursts, some of them twice.
fn write(app: &TestApp, who: &Http, id: &str, streams: &[&str], count: usize, mut random: Random) {
    let mut ws = app.ws(who);
    let mut waiting = Vec::new();
    for n in 0..count {
        let client_id = Uuid::new_v4();
        let body = "长".repeat(usize::try_from(1 + random.below(400)).unwrap());
        for _ in 0..1 + usize::from(random.below(5) == 0) {
            ws.say(id, streams[n % streams.len()], client_id, &body);
            waiting.push(client_id);
        }
        if random.below(12) == 0 {
            for client_id in waiting.drain(..) {
                assert_eq!(ws.wait(|v| v["ref"] == client_id.to_string())["ev"], "ack");
            }
        }
    }
    for client_id in waiting {
        assert_eq!(ws.wait(|v| v["ref"] == client_id.to_string())["ev"], "ack");
    }
}

/// Follows until it has seen as much of each stream as is wanted; gives what it has seen.
fn follow(app: &TestApp, who: &Http, id: &str, wanted: [usize; 2], mut random: Random) -> [Vec<Entry>; 2] {
    let mut seen: [Vec<Entry>; 2] = [Vec::new(), Vec::new()];
    let after = |seen: &[Vec<Entry>; 2]| [0, 1].map(|n| seen[n].last().map_or(0, |(seq, ..)| *seq));
    while seen[0].len() < wanted[0] || seen[1].len() < wanted[1] {
        let mut ws = app.ws(who);
        let [talk, notes] = after(&seen);
        ws.subscribe(id, talk, notes);
        let mut patience = random.below(60);
        while patience > 0 && (seen[0].len() < wanted[0] || seen[1].len() < wanted[1]) {
            match ws.poll(Duration::from_secs(20)) {
                Some(Received::Frame(frame)) if frame["ev"] == "message" => {
                    seen[usize::from(frame["stream"] == "notes")].push(entry(&frame));
                    patience -= 1;
                }
                Some(Received::Frame(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        match random.below(3) {
            0 => ws.disconnect(),
            1 => {
                // What is on its way may still come before the answer.
                ws.send(&json!({ "op": "unsubscribe", "ref": 0, "consultation": id }));
                loop {
                    let frame = ws.next();
                    match frame["ev"].as_str().unwrap() {
                        "message" => seen[usize::from(frame["stream"] == "notes")].push(entry(&frame)),
                        "unsubscribed" => break,
                        _ => {}
                    }
                }
            }
            _ => drop(ws),
        }
    }
    seen
}

fn schedule(seed: u64) {
    const TALK: usize = 240;
    const NOTES: usize = 120;
    let app = fast()
        .settings(|settings| {
            settings.edit::<ChatSettings>().batch_messages = 16;
            settings.edit::<ChatSettings>().session_queue_bytes = 65_536;
        })
        .start();
    let (officer, talk) = app.small_world();
    let (app, id) = (&app, talk.id.as_str());
    let (enterprise, expert) = (&talk.enterprise.http, &talk.expert.http);
    let readers = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let random = |n: u64| Random::new(seed, n);
        scope.spawn(move || write(app, enterprise, id, &["talk"], TALK / 2, random(10)));
        scope.spawn(move || write(app, expert, id, &["talk", "notes"], TALK, random(11)));
        let mut views = Vec::new();
        for (n, (who, wanted)) in [
            (enterprise, [TALK, 0]),
            (enterprise, [TALK, 0]),
            (expert, [TALK, NOTES]),
            (expert, [TALK, NOTES]),
            (&officer, [TALK, NOTES]),
        ]
        .into_iter()
        .enumerate()
        {
            let random = random(u64::try_from(n).unwrap());
            let readers = &readers;
            views.push(scope.spawn(move || {
                let seen = follow(app, who, id, wanted, random);
                readers.fetch_add(1, Ordering::Relaxed);
                (wanted, seen)
            }));
        }
        let views: Vec<_> = views.into_iter().map(|view| view.join().unwrap()).collect();
        let stored = [log(app, id, "talk"), log(app, id, "notes")];
        assert_eq!([stored[0].len(), stored[1].len()], [TALK, NOTES], "seed {seed}");
        stored.iter().for_each(|stream| assert_gapless(stream));
        for (n, (wanted, seen)) in views.into_iter().enumerate() {
            assert!(seen[0] == stored[0], "seed {seed}: client {n} has another talk than the log");
            let notes = if wanted[1] > 0 { stored[1].as_slice() } else { &[] };
            assert!(seen[1] == notes, "seed {seed}: client {n} has other notes than it should");
        }
    });
    assert_eq!(readers.into_inner(), 5);
}

#[test]
fn every_client_ends_with_the_log_by_schedule_one() {
    schedule(1);
}

#[test]
fn every_client_ends_with_the_log_by_schedule_two() {
    schedule(20_210_927);
}
