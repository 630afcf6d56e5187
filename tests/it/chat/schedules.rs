//! Senders, readers, disconnects, resumes, repetitions and restarts of servers, as a seed has them: in the end nothing that
//! was acknowledged is missing in the log, and each reader has the log, in order, once.

use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

use super::{Entry, assert_gapless, entry, fast, log};
use crate::support::ws::{By, Came, send_frame};
use crate::support::{BadNats, Dice, Http, NatsServer, PATIENCE, Ws};

/// The addresses of the servers, none while one restarts.
type Servers = Mutex<Vec<Option<String>>>;

/// A socket at a server by chance.
fn socket(servers: &Servers, who: &Http, dice: &mut Dice) -> Ws {
    let end = Instant::now() + PATIENCE;
    loop {
        assert!(Instant::now() < end, "no server takes a socket");
        let at = {
            let all = servers.lock().unwrap();
            all[usize::try_from(dice.below(all.len() as u64)).unwrap()].clone()
        };
        match at.and_then(|url| Ws::reach(&url, who.token.as_deref().unwrap(), By::Header).ok()?.ok()) {
            Some(ws) => return ws,
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// Something to be said until it is acknowledged.
struct Saying {
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
    mut dice: Dice,
) -> BTreeMap<Uuid, i64> {
    let body = |dice: &mut Dice| "长".repeat(usize::try_from(1 + dice.below(200)).unwrap());
    let sayings: Vec<_> = (0..count)
        .map(|n| Saying {
            stream: streams[n % streams.len()],
            client_id: Uuid::new_v4(),
            body: body(&mut dice),
        })
        .collect();
    let mut acks = BTreeMap::new();
    while acks.len() < count {
        let mut ws = socket(servers, who, &mut dice);
        // All that is not acknowledged is said again in its old order, some of it twice, until the line breaks.
        let mut open: Vec<_> = sayings.iter().filter(|s| !acks.contains_key(&s.client_id)).rev().collect();
        let (mut waiting, mut patience) = (0, 5 + dice.below(80));
        while patience > 0 && (waiting > 0 || !open.is_empty()) {
            while waiting < 8 {
                let Some(saying) = open.pop() else { break };
                for _ in 0..1 + usize::from(dice.below(6) == 0) {
                    ws.try_send(&send_frame(id, saying.stream, saying.client_id, &saying.body));
                    waiting += 1;
                }
            }
            match ws.poll(PATIENCE) {
                Some(Came::Frame(frame)) if frame["ev"] == "ack" => {
                    waiting -= 1;
                    patience -= 1;
                    let client_id = frame["client_id"].as_str().unwrap().parse().unwrap();
                    let seq = frame["seq"].as_i64().unwrap();
                    let known = acks.insert(client_id, seq);
                    assert!(known.is_none_or(|known| known == seq), "two numbers for one message");
                    acked.fetch_add(usize::from(known.is_none()), Ordering::Relaxed);
                }
                // A server that goes away may still say that it takes no more.
                Some(Came::Frame(frame)) => {
                    assert!(frame["ev"] == "welcome" || frame["problem"]["status"] == 503, "{frame}")
                }
                Some(Came::Closed(_)) => break,
                None => panic!("no answer"),
            }
        }
        if dice.below(2) == 0 {
            ws.hang_up();
        }
    }
    acks
}

fn place(frame: &Value) -> Option<usize> {
    (frame["ev"] == "message").then(|| usize::from(frame["stream"] == "notes"))
}

/// Reads until it has as much of each stream as is wanted, resuming where it was.
fn read(servers: &Servers, who: &Http, id: &str, wanted: [usize; 2], mut dice: Dice) -> [Vec<Entry>; 2] {
    let mut seen: [Vec<Entry>; 2] = Default::default();
    let lacks = |seen: &[Vec<Entry>; 2]| seen[0].len() < wanted[0] || seen[1].len() < wanted[1];
    while lacks(&seen) {
        let mut ws = socket(servers, who, &mut dice);
        let [talk, notes] = [0, 1].map(|n| seen[n].last().map_or(0, |(seq, ..)| *seq));
        let after = serde_json::json!({ "talk": talk, "notes": notes });
        let frame = serde_json::json!({ "op": "subscribe", "ref": 1, "consultation": id, "after": after });
        ws.try_send(&frame);
        let mut patience = 1 + dice.below(120);
        while patience > 0 && lacks(&seen) {
            match ws.poll(PATIENCE) {
                Some(Came::Frame(frame)) => {
                    if let Some(at) = place(&frame) {
                        seen[at].push(entry(&frame));
                        patience -= 1;
                    }
                }
                Some(Came::Closed(_)) => break,
                None => panic!("nothing comes after {talk} and {notes}; {wanted:?} are wanted"),
            }
        }
        if dice.below(2) == 0 {
            ws.hang_up();
        }
    }
    seen
}

/// How the servers hear of each other.
enum Between {
    Nothing,
    Nats,
    BadNats,
}

fn schedule(seed: u64, between: &Between) {
    const TALK: usize = 300;
    const NOTES: usize = 100;
    const RESTARTS: usize = 3;
    let nats = NatsServer::start();
    let bad = BadNats::before(&nats, seed);
    let server = fast().settings(|settings| {
        settings.chat.batch_messages = 8;
        settings.chat.session_queue_bytes = 65_536;
        settings.server.shutdown_seconds = 1;
    });
    let first = match between {
        Between::Nothing => server,
        Between::Nats => server.nats(&nats.url()),
        Between::BadNats => server.nats(&bad.url()),
    }
    .start();
    let (officer, talk) = first.small_world();
    let mut apps = [first.another().start(), first.another().start(), first];
    let servers: Servers = Mutex::new(apps.iter().map(|app| Some(app.url.clone())).collect());
    let (servers, id, acked) = (&servers, talk.id.as_str(), &AtomicUsize::new(0));
    let (enterprise, expert) = (&talk.enterprise.http, &talk.expert.http);
    let (acks, views) = std::thread::scope(|scope| {
        let dice = |n| Dice::new(seed, n);
        let writers = [
            scope.spawn(move || write(servers, enterprise, id, &["talk"], TALK / 2, acked, dice(1))),
            scope.spawn(move || write(servers, expert, id, &["talk"], TALK / 2, acked, dice(2))),
            scope.spawn(move || write(servers, expert, id, &["notes"], NOTES, acked, dice(3))),
        ];
        let readers = [(enterprise, 0), (enterprise, 0), (expert, NOTES), (&officer, NOTES)];
        let readers: Vec<_> = (4..)
            .zip(readers)
            .map(|(n, (who, notes))| scope.spawn(move || read(servers, who, id, [TALK, notes], dice(n))))
            .collect();
        let mut dice = dice(0);
        for n in 1..=RESTARTS {
            // Well spread over the work, which goes on meanwhile.
            let end = Instant::now() + PATIENCE;
            while acked.load(Ordering::Relaxed) < n * (TALK + NOTES) / (RESTARTS + 1) {
                assert!(Instant::now() < end, "seed {seed}: the senders do not get on");
                std::thread::sleep(Duration::from_millis(2));
            }
            let at = usize::try_from(dice.below(3)).unwrap();
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
    assert_eq!([stored[0].len(), stored[1].len()], [TALK, NOTES], "seed {seed}");
    let by_log: BTreeMap<_, _> = stored.iter().flatten().map(|(seq, id, _)| (*id, *seq)).collect();
    for (client_id, seq) in acks.into_iter().flatten() {
        assert_eq!(
            by_log.get(&client_id),
            Some(&seq),
            "seed {seed}: what was acknowledged stands in the log"
        );
    }
    for (n, [talk, notes]) in views.into_iter().enumerate() {
        assert!(talk == stored[0], "seed {seed}: reader {n} has another talk than the log");
        assert!(notes.is_empty() && n < 2 || notes == stored[1], "seed {seed}: reader {n} has other notes");
    }
    if let Between::BadNats = between {
        bad.assert_done();
    }
}

#[test]
fn restarts_without_nats() {
    schedule(3, &Between::Nothing);
}

#[test]
fn restarts_with_nats() {
    schedule(4, &Between::Nats);
    schedule(5, &Between::Nats);
}

#[test]
fn restarts_with_a_nats_that_loses_doubles_delays_replays_and_garbles() {
    schedule(6, &Between::BadNats);
    schedule(7, &Between::BadNats);
}
