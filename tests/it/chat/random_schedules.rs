//! Senders, readers, disconnects, resumes, repetitions and restarts of servers, at random: in the end no acknowledged message
//! is missing in the log, and each reader has every message once and in order. A failing schedule is shrunk to fewer messages and
//! restarts, and printed; [`Schedule`] contains all that is needed to run it again.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;
use zerodesk::chat::settings::ChatSettings;
use zerodesk::settings::ServerSettings;

use super::{Entry, assert_gapless, entry, fast, log};
use crate::support::ws::{By, Received, send_frame};
use crate::support::{FaultyNats, Http, NatsServer, PATIENCE, Random, Ws};

/// The addresses of the servers, none while one restarts.
type Servers = Mutex<Vec<Option<String>>>;

/// A socket at a random server.
fn socket(servers: &Servers, who: &Http, random: &mut Random) -> Ws {
    let end = Instant::now() + PATIENCE;
    loop {
        assert!(Instant::now() < end, "no server takes a socket");
        let at = {
            let all = servers.lock().unwrap();
            all[usize::try_from(random.below(all.len() as u64)).unwrap()].clone()
        };
        match at.and_then(|url| Ws::reach(&url, who.token.as_deref().unwrap(), By::Header).ok()?.ok()) {
            Some(ws) => return ws,
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// A message to be sent until it is acknowledged.
struct UnacknowledgedMessage {
    stream: &'static str,
    client_id: Uuid,
    body: String,
}

/// Sends messages until each is acknowledged, over as many sockets as it takes; gives the numbers.
fn write(
    servers: &Servers,
    who: &Http,
    id: &str,
    streams: &[&'static str],
    count: usize,
    acked: &AtomicUsize,
    mut random: Random,
) -> BTreeMap<Uuid, i64> {
    let body = |random: &mut Random| "长".repeat(usize::try_from(1 + random.below(200)).unwrap());
    let sayings: Vec<_> = (0..count)
        .map(|n| UnacknowledgedMessage {
            stream: streams[n % streams.len()],
            client_id: Uuid::new_v4(),
            body: body(&mut random),
        })
        .collect();
    let mut acks = BTreeMap::new();
    while acks.len() < count {
        let mut ws = socket(servers, who, &mut random);
        // All that is not acknowledged is sent again in its old order, some of it twice, until the connection breaks.
        let mut open: Vec<_> = sayings.iter().filter(|s| !acks.contains_key(&s.client_id)).rev().collect();
        let (mut waiting, mut patience) = (0, 5 + random.below(80));
        while patience > 0 && (waiting > 0 || !open.is_empty()) {
            while waiting < 8 {
                let Some(saying) = open.pop() else { break };
                for _ in 0..1 + usize::from(random.below(6) == 0) {
                    ws.try_send(&send_frame(id, saying.stream, saying.client_id, &saying.body));
                    waiting += 1;
                }
            }
            match ws.poll(PATIENCE) {
                Some(Received::Frame(frame)) if frame["ev"] == "ack" => {
                    waiting -= 1;
                    patience -= 1;
                    let client_id = frame["client_id"].as_str().unwrap().parse().unwrap();
                    let seq = frame["seq"].as_i64().unwrap();
                    let known = acks.insert(client_id, seq);
                    assert!(known.is_none_or(|known| known == seq), "two numbers for one message");
                    acked.fetch_add(usize::from(known.is_none()), Ordering::Relaxed);
                }
                // A server that stops may still refuse messages.
                Some(Received::Frame(frame)) => {
                    assert!(frame["ev"] == "welcome" || frame["problem"]["status"] == 503, "{frame}")
                }
                Some(Received::Closed(_)) => break,
                None => panic!("no answer"),
            }
        }
        if random.below(2) == 0 {
            ws.disconnect();
        }
    }
    acks
}

fn stream_index(frame: &Value) -> Option<usize> {
    (frame["ev"] == "message").then(|| usize::from(frame["stream"] == "notes"))
}

/// Reads until it has as much of each stream as is wanted, resuming where it was.
fn read(servers: &Servers, who: &Http, id: &str, wanted: [usize; 2], mut random: Random) -> [Vec<Entry>; 2] {
    let mut seen: [Vec<Entry>; 2] = Default::default();
    let lacks = |seen: &[Vec<Entry>; 2]| seen[0].len() < wanted[0] || seen[1].len() < wanted[1];
    while lacks(&seen) {
        let mut ws = socket(servers, who, &mut random);
        let [talk, notes] = [0, 1].map(|n| seen[n].last().map_or(0, |(seq, ..)| *seq));
        let after = serde_json::json!({ "talk": talk, "notes": notes });
        let frame = serde_json::json!({ "op": "subscribe", "ref": 1, "consultation": id, "after": after });
        ws.try_send(&frame);
        let mut patience = 1 + random.below(120);
        while patience > 0 && lacks(&seen) {
            match ws.poll(PATIENCE) {
                Some(Received::Frame(frame)) => {
                    if let Some(at) = stream_index(&frame) {
                        seen[at].push(entry(&frame));
                        patience -= 1;
                    }
                }
                Some(Received::Closed(_)) => break,
                None => panic!("nothing comes after {talk} and {notes}; {wanted:?} are wanted"),
            }
        }
        if random.below(2) == 0 {
            ws.disconnect();
        }
    }
    seen
}

/// How events pass between the servers.
#[derive(Debug, Clone, Copy)]
enum Fanout {
    Nothing,
    Nats,
    FaultyNats,
}

/// One run.
#[derive(Debug, Clone)]
struct Schedule {
    /// Of all randomness: who connects where, which messages are repeated, when connections break.
    seed: u64,
    /// Messages of the talk by each of its two senders.
    talk: usize,
    /// Notes.
    notes: usize,
    /// The servers that restart, one after the other, spread over the run.
    restarts: Vec<usize>,
}

fn schedules() -> impl Strategy<Value = Schedule> {
    let restarts = proptest::collection::vec(0..SERVERS, 0..=4);
    (any::<u64>(), 1..=150_usize, 1..=100_usize, restarts)
        .prop_map(|(seed, talk, notes, restarts)| Schedule { seed, talk, notes, restarts })
}

/// Runs this many schedules, each generated at random.
fn random_runs(cases: u32, fanout: Fanout) {
    let config = Config {
        cases,
        // Each run takes seconds, a failing one up to the time limit of its clients.
        max_shrink_iters: 24,
        max_shrink_time: 120_000,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    if let Err(failure) = runner.run(&schedules(), |schedule| {
        run(&schedule, fanout);
        Ok(())
    }) {
        panic!("{fanout:?}: {failure}");
    }
}

const SERVERS: usize = 3;

fn run(schedule: &Schedule, fanout: Fanout) -> FaultyNats {
    let &Schedule { seed, talk: each, notes: noted, ref restarts } = schedule;
    let said = 2 * each;
    let nats = NatsServer::start();
    let bad = FaultyNats::in_front_of(&nats, seed);
    let server = fast().settings(|settings| {
        settings.edit::<ChatSettings>().batch_messages = 8;
        settings.edit::<ChatSettings>().session_queue_bytes = 65_536;
        settings.edit::<ServerSettings>().shutdown_seconds = 1;
    });
    let first = match fanout {
        Fanout::Nothing => server,
        Fanout::Nats => server.nats(&nats.url()),
        Fanout::FaultyNats => server.nats(&bad.url()),
    }
    .start();
    let (officer, talk) = first.small_world();
    let mut apps = [first.another().start(), first.another().start(), first];
    let servers: Servers = Mutex::new(apps.iter().map(|app| Some(app.url.clone())).collect());
    let (servers, id, acked) = (&servers, talk.id.as_str(), &AtomicUsize::new(0));
    let (enterprise, expert) = (&talk.enterprise.http, &talk.expert.http);
    let (acks, views) = std::thread::scope(|scope| {
        let random = |n| Random::new(seed, n);
        let writers = [
            scope.spawn(move || write(servers, enterprise, id, &["talk"], each, acked, random(1))),
            scope.spawn(move || write(servers, expert, id, &["talk"], each, acked, random(2))),
            scope.spawn(move || write(servers, expert, id, &["notes"], noted, acked, random(3))),
        ];
        let readers = [(enterprise, 0), (enterprise, 0), (expert, noted), (&officer, noted)];
        let readers: Vec<_> = (4..)
            .zip(readers)
            .map(|(n, (who, notes))| scope.spawn(move || read(servers, who, id, [said, notes], random(n))))
            .collect();
        for (n, &at) in (1..).zip(restarts) {
            // Spread over the run, while clients go on sending.
            let end = Instant::now() + PATIENCE;
            while acked.load(Ordering::Relaxed) < n * (said + noted) / (restarts.len() + 1) {
                assert!(Instant::now() < end, "the senders do not get on");
                std::thread::sleep(Duration::from_millis(2));
            }
            servers.lock().unwrap()[at] = None;
            apps[at].stop();
            apps[at] = apps[at].another().start();
            servers.lock().unwrap()[at] = Some(apps[at].url.clone());
        }
        let acks: Vec<_> = writers.into_iter().map(|w| w.join().unwrap()).collect();
        (acks, readers.into_iter().map(|r| r.join().unwrap()).collect::<Vec<_>>())
    });
    let stored = [log(&apps[0], id, "talk"), log(&apps[0], id, "notes")];
    stored.iter().for_each(|stream| assert_gapless(stream));
    assert_eq!([stored[0].len(), stored[1].len()], [said, noted]);
    let by_log: BTreeMap<_, _> = stored.iter().flatten().map(|(seq, id, _)| (*id, *seq)).collect();
    for (client_id, seq) in acks.into_iter().flatten() {
        assert_eq!(by_log.get(&client_id), Some(&seq), "what was acknowledged stands in the log");
    }
    for (n, [talk, notes]) in views.into_iter().enumerate() {
        assert!(talk == stored[0], "reader {n} has another talk than the log");
        assert!(notes.is_empty() && n < 2 || notes == stored[1], "reader {n} has other notes");
    }
    bad
}

#[test]
fn restarts_without_nats() {
    random_runs(1, Fanout::Nothing);
}

#[test]
fn restarts_with_nats() {
    random_runs(2, Fanout::Nats);
}

#[test]
fn restarts_with_a_faulty_nats() {
    let long = Schedule { seed: 6, talk: 150, notes: 100, restarts: vec![2, 0, 1] };
    run(&long, Fanout::FaultyNats).assert_done();
    random_runs(1, Fanout::FaultyNats);
}
