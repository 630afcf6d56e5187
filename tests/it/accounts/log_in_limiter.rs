//! The limits on log-ins: guessing is slowed, whoever knows the password gets in, and what fails is noted without what was typed.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use zerodesk::accounts::hashing;
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::settings::{ServerSettings, Settings};

use super::failures;
use crate::support::people::PASSWORD;
use crate::support::{Http, Reply, TestApp};

fn app(change: impl FnOnce(&mut Settings)) -> TestApp {
    TestApp::builder()
        .settings(|s| {
            s.edit::<ServerSettings>().trusted_proxies = "127.0.0.1".parse().unwrap();
            s.edit::<AuthSettings>().login_failures = 3;
            s.edit::<AuthSettings>().login_pause = Duration::from_millis(20);
            change(s);
        })
        .start()
}

/// A try through the proxy, from an address.
fn attempt(http: &Http, from: &str, name: &str, password: &str) -> Reply {
    let body = json!({ "username": name, "password": password }).to_string();
    let headers = [("Content-Type", "application/json"), ("X-Forwarded-For", from)];
    http.send("POST", "/api/v1/auth/login", &headers, Some(body.as_bytes()))
}

#[test]
fn a_strangers_tries_lock_nobody_out() {
    let app = app(|_| {});
    app.admin("officer", "440000");
    let http = app.http();
    // Unknown names without end from one address, until they are refused.
    let wrong = |n: u32| attempt(&http, "203.0.113.9", &format!("nobody{n}"), "x").status;
    let answers: Vec<u16> = (0..160).map(wrong).collect();
    assert!(answers[..150].iter().all(|status| *status == 401), "{answers:?}");
    assert!(answers[150..].iter().all(|status| *status == 429), "{answers:?}");
    assert_eq!(attempt(&http, "198.51.100.20", "officer", PASSWORD).status, 200, "behind the same proxy");
    assert_eq!(attempt(&http, "203.0.113.9", "officer", PASSWORD).status, 200, "even from the same address");
    // Twenty wrong tries of a named person.
    let answers: Vec<u16> =
        (0..20).map(|_| attempt(&http, "203.0.113.77", "Officer ", "a wrong password").status).collect();
    let mut counts = BTreeMap::new();
    answers.iter().for_each(|status| *counts.entry(*status).or_insert(0) += 1);
    assert_eq!(counts, BTreeMap::from([(401, 3), (429, 17)]), "{answers:?}");
    assert_eq!(attempt(&http, "198.51.100.20", "officer", PASSWORD).status, 200);
    assert_eq!(attempt(&http, "203.0.113.77", "officer", PASSWORD).status, 200, "slowed, not locked");
}

#[test]
fn an_address_from_a_stranger_is_not_believed() {
    let app = app(|s| s.edit::<ServerSettings>().trusted_proxies = "192.0.2.1".parse().unwrap());
    app.admin("officer", "440000");
    let http = app.http();
    let answers: Vec<u16> = (0..5)
        .map(|n| attempt(&http, &format!("203.0.113.{n}"), "officer", "a wrong password").status)
        .collect();
    assert_eq!(answers, [401, 401, 401, 429, 429], "another address each time makes no other client");
    assert_eq!(attempt(&http, "203.0.113.9", "officer", PASSWORD).status, 200);
}

#[test]
fn guesses_at_one_time_do_not_pass_together() {
    let app = app(|s| s.edit::<AuthSettings>().login_pause = Duration::from_secs(60));
    app.admin("officer", "440000");
    let before = hashing::figures(&app.app);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let guess = |_| {
            let http = app.http();
            scope.spawn(move || attempt(&http, "203.0.113.9", "officer", "a wrong password"))
        };
        let threads: Vec<_> = (0..40).map(guess).collect();
        threads.into_iter().map(|thread| thread.join().unwrap().status).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 3, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 37, "{statuses:?}");
    let after = hashing::figures(&app.app);
    assert!(after.peak <= before.peak.max(app.app.settings().section::<AuthSettings>().places()));
    let refused = attempt(&app.http(), "203.0.113.9", "officer", "a wrong password");
    assert_eq!(refused.problem()["code"], "too_many_failures");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60 * 8).contains(&wait), "{wait}");
}

#[test]
fn failures_are_noted_with_name_and_address_and_never_with_what_was_typed() {
    let app = app(|_| {});
    app.admin("officer", "440000");
    let (operator, http) = (app.operator("operator"), app.http());
    attempt(&http, "203.0.113.9", " OFFICER", "a-secret-that-was-typed");
    attempt(&http, "2001:db8::7", "my-secret-in-the-wrong-field", "x");
    let rows = failures(&operator, 2);
    let of = |address: &str| rows.iter().find(|row| row["data"]["address"] == address).unwrap();
    let known = of("203.0.113.9");
    assert_eq!(
        known["data"],
        json!({ "name": "officer", "address": "203.0.113.9", "code": "bad_credentials" })
    );
    assert!(known["subject_id"].is_string() && known["actor_role"] == "anonymous", "{known}");
    let unknown = of("2001:db8::7");
    assert_eq!(unknown["data"]["name"], Value::Null);
    assert!(!format!("{rows:?}").contains("secret"), "{rows:?}");
    // Refusals too.
    for _ in 0..5 {
        attempt(&http, "203.0.113.50", "officer", "a wrong password");
    }
    let rows = failures(&operator, 7);
    assert!(rows.iter().any(|row| row["data"]["code"] == "too_many_failures"), "{rows:?}");
}

/// Wrong passwords of the officer without a pause from 40 clients, by the address that each try comes from, while the owner logs in.
fn in_a_flood(app: &TestApp, from: impl Fn(u32, u32) -> String + Sync, owner: impl FnOnce()) {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for client in 0..40 {
            let (http, from, over) = (app.http(), &from, &over);
            scope.spawn(move || {
                for n in 0.. {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    attempt(&http, &from(client, n), "officer", "a wrong password");
                }
            });
        }
        std::thread::sleep(Duration::from_secs(3));
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(owner));
        over.store(true, Ordering::Relaxed);
        done.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

fn gets_in(app: &TestApp, from: &str, within: Duration) {
    let begin = Instant::now();
    let reply = attempt(&app.http(), from, "officer", PASSWORD);
    let took = begin.elapsed();
    assert_eq!(reply.status, 200, "{from}: {} after {took:?}", reply.text);
    assert!(took <= within, "{from}: {took:?}");
}

#[test]
fn in_a_flood_from_the_same_address_the_owner_gets_in() {
    let app = app(|s| s.edit::<AuthSettings>().login_pause = Duration::from_millis(500));
    app.admin("officer", "440000");
    let same = "203.0.113.9";
    in_a_flood(
        &app,
        |_, _| same.to_owned(),
        || {
            for _ in 0..2 {
                gets_in(&app, same, Duration::from_secs(20));
            }
        },
    );
}

#[test]
fn in_a_flood_from_changing_addresses_the_owner_gets_in() {
    let app = app(|s| s.edit::<AuthSettings>().login_pause = Duration::from_millis(500));
    app.admin("officer", "440000");
    // Where the owner has logged in before nothing is felt but how busy the processor is, also at a server that has just been started.
    gets_in(&app, "198.51.100.20", Duration::from_secs(5));
    let app = app.another().start();
    let from = |client: u32, n: u32| format!("10.{}.{}.{client}", n / 250 % 250, n % 250);
    in_a_flood(&app, from, || {
        gets_in(&app, "198.51.100.20", Duration::from_secs(4));
        gets_in(&app, "192.0.2.55", Duration::from_secs(12));
    });
}

#[test]
fn a_browser_that_has_logged_in_before_feels_nothing_of_a_flood_at_its_address() {
    let app = app(|s| s.edit::<AuthSettings>().login_pause = Duration::from_millis(500));
    app.admin("officer", "440000");
    let http = app.http();
    let log_in = |cookie: &str| {
        let form = format!("username=officer&password={}", PASSWORD.replace(' ', "+"));
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Sec-Fetch-Site", "same-origin"),
            ("X-Forwarded-For", "203.0.113.9"),
            ("Cookie", cookie),
        ];
        http.send("POST", "/login", &headers, Some(form.as_bytes()))
    };
    let first = log_in("a=b");
    let mut cookies =
        first.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned());
    let cookie = cookies.rfind(|cookie| cookie.starts_with("zerodesk_device=")).unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    in_a_flood(
        &app,
        |_, _| "203.0.113.9".to_owned(),
        || {
            let begin = Instant::now();
            assert_eq!(log_in(&cookie).status, 303);
            assert!(begin.elapsed() < Duration::from_secs(4), "{:?}", begin.elapsed());
        },
    );
}

#[test]
fn a_flood_of_failures_makes_few_rows_and_all_are_counted() {
    let app = app(|s| s.edit::<AuthSettings>().login_failures = 1000);
    app.admin("officer", "440000");
    let operator = app.operator("operator");
    let http = app.http();
    (0..45).for_each(|_| drop(attempt(&http, "203.0.113.9", "officer", "a wrong password")));
    assert_eq!(failures(&operator, 30).len(), 30);
    let rows = failures(&operator, 31);
    assert_eq!(rows[0]["data"]["count"], 15, "{}", rows[0]);
    assert_eq!(rows[0]["data"]["name"], "officer");
}

#[test]
fn where_too_many_passwords_are_hashed_further_ones_are_told_to_come_again() {
    let app = app(|s| {
        s.edit::<AuthSettings>().login_failures = 1000;
        s.edit::<AuthSettings>().hashing_places = 1;
        s.edit::<AuthSettings>().hashing_queue = 2;
    });
    app.admin("officer", "440000");
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let guess = |n: u32| {
            let http = app.http();
            scope.spawn(move || attempt(&http, &format!("198.51.100.{n}"), "officer", PASSWORD))
        };
        let threads: Vec<_> = (0..100).map(guess).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let figures = hashing::figures(&app.app);
    assert_eq!((figures.peak, figures.running, figures.waiting), (1, 0, 0), "memory for one hash at a time");
    let (taken, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    assert_eq!(refused.len() as u64, figures.refused);
    assert!(!taken.is_empty() && !refused.is_empty(), "{} and {}", taken.len(), refused.len());
    for reply in refused {
        assert_eq!(reply.refusal(), (503, "overloaded".to_owned()));
        assert_eq!(reply.header("retry-after"), "3");
    }
}
