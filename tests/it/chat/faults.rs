//! Faults under load: the server is killed, PostgreSQL stops and starts again, a client sends
//! arbitrary bytes. No acknowledged message is lost, and everyone sees the log once and in order.

use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::Duration;
use zerodesk::chat::settings::ChatSettings;
use zerodesk::db::embedded::{ClusterOptions, PrivateCluster};

use super::reconnecting_client::{ReconnectingClient, World};
use super::{Entry, assert_gapless, fast, log};
use crate::support::people::Talk;
use crate::support::ws::Received;
use crate::support::{Database, Program, ReservedPort, TestApp, Ws};

/// The program on the test's database, without an effective limit on frames.
fn serving(app: &TestApp, port: u16) -> Program {
    Program::start(&app.database_url(), port, &[("ZERODESK_CHAT__FRAMES_PER_SECOND", "100000")])
}

/// Two senders and two readers, while `disturb` acts on the server or the database. Afterwards each reader has
/// exactly the log, and the log has every acknowledged message. Gives how often the readers
/// had to connect, and the log.
fn under_load<T>(app: &TestApp, talk: &Talk, world: &World, disturb: impl FnOnce() -> T) -> (Vec<usize>, T) {
    let people = [&talk.enterprise.http, &talk.expert.http];
    let client = |n: usize| ReconnectingClient::new(world, people[n].token.as_deref().unwrap(), &talk.id);
    let client = &client;
    std::thread::scope(|scope| {
        let talkers: Vec<_> = [0, 1].map(|n| scope.spawn(move || client(n).talk())).into();
        let listeners: Vec<_> = [0, 1].map(|n| scope.spawn(move || client(n).listen())).into();
        let left = disturb();
        world.enough.store(true, Ordering::Relaxed);
        let talkers: Vec<_> = talkers.into_iter().map(|t| t.join().unwrap()).collect();
        let stored = log(app, &talk.id, "talk");
        assert_gapless(&stored);
        world.wanted.store(stored.len() as i64, Ordering::Relaxed);
        for talker in talkers {
            assert!(talker.seen == stored[..talker.seen.len()]);
            for (id, seq) in &talker.acknowledged {
                let at: &Entry = &stored[usize::try_from(*seq).unwrap() - 1];
                assert_eq!(at.1, *id, "what was acknowledged under {seq} is not there");
            }
        }
        let check = |listener: ReconnectingClient<'_>| {
            assert!(listener.seen == stored, "a listener has another talk than the log");
            listener.connected
        };
        (listeners.into_iter().map(|listener| check(listener.join().unwrap())).collect(), left)
    })
}

#[test]
fn a_server_killed_under_load_loses_no_acknowledged_message() {
    let mut app = fast().at(&chrono::Utc::now().to_rfc3339()).start();
    let (_, talk) = app.small_world();
    app.stop();
    let mut program = serving(&app, 0);
    let world = World::at(&program.url);
    let (connected, program) = under_load(&app, &talk, &world, || {
        for _ in 0..3 {
            world.acknowledge_more(300);
            program.kill();
            program = serving(&app, 0);
            world.url.lock().unwrap().clone_from(&program.url);
        }
        world.acknowledge_more(300);
        program
    });
    assert!(connected.iter().all(|times| *times > 3), "{connected:?}");
    program.kill();
}

#[test]
fn the_browser_module_reconnects_to_a_restarted_server() {
    let mut app = fast().at(&chrono::Utc::now().to_rfc3339()).start();
    let (_, talk) = app.small_world();
    app.stop();
    let reserved = ReservedPort::new();
    let port = reserved.number();
    let mut program = serving(&app, port);
    let token = |who: &crate::support::Http| who.token.clone().unwrap();
    let mut node = Command::new("node")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/module.mjs"))
        .env("ZERODESK_WS", format!("ws://127.0.0.1:{port}/api/v1/ws"))
        .env("ENTERPRISE", token(&talk.enterprise.http))
        .env("EXPERT", token(&talk.expert.http))
        .env("CONSULTATION", &talk.id)
        .env("COUNT", "600")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut whole = false;
    for line in BufReader::new(node.stdout.take().unwrap()).lines() {
        match line.unwrap().as_str() {
            "seen 200" | "seen 600" => {
                program.kill();
                program = serving(&app, port);
            }
            "whole" => whole = true,
            _ => {}
        }
    }
    assert!(node.wait().unwrap().success() && whole);
    assert_eq!(log(&app, &talk.id, "talk").len(), 1200);
}

#[test]
fn a_database_restarted_under_load_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // The database server may run as another user.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let options = || ClusterOptions::new(folder.path().join("postgres"));
    let mut cluster = PrivateCluster::start(options()).unwrap();
    let mut app = TestApp::builder_on(Database::on(&cluster.url_of("postgres")))
        .settings(|settings| settings.edit::<ChatSettings>().frames_per_second = 100_000)
        .start();
    let (officer, talk) = app.small_world();
    let world = World::at(&app.url);
    let cases = "/api/v1/remediation/cases";
    let (_, cluster) = under_load(&app, &talk, &world, || {
        for _ in 0..2 {
            world.acknowledge_more(300);
            cluster.stop().unwrap();
            // A request meanwhile is answered with 503, not with 500.
            assert_eq!(officer.get(cases).status, 503);
            cluster = PrivateCluster::start(options()).unwrap();
        }
        world.acknowledge_more(300);
        cluster
    });
    officer.get(cases).expect(200);
    app.stop();
    drop(app);
    drop(cluster);
}

/// Random bytes, the same for the same seed.
fn random_bytes(seed: u64, bytes: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    std::iter::repeat_with(next).take(bytes).collect()
}

#[test]
fn a_client_that_sends_garbage_does_not_affect_others() {
    let mut app = fast().at(&chrono::Utc::now().to_rfc3339()).start();
    let (officer, talk) = app.small_world();
    app.stop();
    let program = serving(&app, 0);
    let address = program.url.strip_prefix("http://").unwrap();
    let token = |who: &crate::support::Http| who.token.clone().unwrap();
    let mut factory = Ws::connect(&program.url, &token(&talk.enterprise.http));
    let mut expert = Ws::connect(&program.url, &token(&talk.expert.http));
    factory.subscribe(&talk.id, 0, 0);
    expert.subscribe(&talk.id, 0, 0);
    let mut said = 0;
    let mut talks_on = || {
        said += 1;
        assert_eq!(factory.say_acknowledged(&talk.id, "talk", "still here"), said);
        expert.messages_to(&talk.id, "talk", said);
    };
    talks_on();
    let before = program.memory();

    // No HTTP at all, and half a handshake: a connection each, some left open.
    let mut open = Vec::new();
    for seed in 1..200 {
        let mut stream = TcpStream::connect(address).unwrap();
        let _ = stream.write_all(&random_bytes(seed, 4096));
        let mut half = TcpStream::connect(address).unwrap();
        half.write_all(b"GET /api/v1/ws HTTP/1.1\r\nHost: desk\r\nUpgrade: webso").unwrap();
        open.push((stream, half));
    }
    talks_on();

    // Unfinished frames, and random bytes instead of frames, on sockets that are admitted.
    for seed in 1..20 {
        let mut ws = Ws::connect(&program.url, &token(&officer));
        match seed % 3 {
            0 => ws.stream().write_all(&[0x81, 0xfe, 0xff]).unwrap(),
            1 => ws.stream().write_all(&[0x01, 0x85, 1, 2, 3, 4, b'{', b'"']).unwrap(),
            _ => {
                let _ = ws.stream().write_all(&random_bytes(seed, 100_000));
                let mut rest = Vec::new();
                ws.stream().set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                // The socket is closed, not left open.
                let _ = ws.stream().read_to_end(&mut rest);
            }
        }
        ws.disconnect();
    }
    talks_on();

    // Ten thousand subscribes, to one consultation and to as many that are not there.
    let mut ws = Ws::connect(&program.url, &token(&officer));
    for n in 0..10_000u32 {
        let unknown = uuid::Uuid::from_u128(u128::from(n) << 64 | 7).to_string();
        let id = if n % 2 == 0 { &talk.id } else { &unknown };
        ws.send(&json!({ "op": "subscribe", "ref": n, "consultation": id, "after": {} }));
        if n % 100 == 99 {
            talks_on();
        }
    }
    let (mut answers, mut subscribed) = (0, 0);
    while answers < 10_000 {
        let Some(Received::Frame(frame)) = ws.poll(Duration::from_secs(20)) else {
            panic!("after {answers}")
        };
        let reference = frame["ref"].as_u64();
        match frame["ev"].as_str().unwrap() {
            "subscribed" => {
                assert_eq!(reference.unwrap() % 2, 0, "{frame}");
                subscribed += 1;
            }
            "error" => {
                // 429 for more subscriptions than a socket may have.
                assert!([404, 429].map(|n| frame["problem"]["status"] == n).contains(&true), "{frame}");
                assert!(reference.is_some(), "{frame}");
            }
            _ => continue,
        }
        answers += 1;
    }
    assert!(subscribed > 1000, "{subscribed}");
    talks_on();
    drop(open);
    let grown = program.memory().saturating_sub(before);
    assert!(grown < 65_536, "memory grew by {grown} KiB");
    program.kill();
}
