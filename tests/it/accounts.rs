//! Passwords, one-time links, sessions and profiles of accounts, through HTTP.

mod choosing_passwords;
mod forgotten_passwords;
mod log_in_limiter;
mod one_time_links;
mod own_password;
mod own_profile;
mod own_sessions;
mod renewals;

use serde_json::{Value, json};
use std::time::Duration;

use crate::support::people::PASSWORD;
use crate::support::{Http, PATIENCE, Reply, TestApp};

/// A password that may be chosen.
const ANOTHER: &str = "quiet river lamp";

fn log_in(app: &TestApp, username: &str, password: &str) -> Reply {
    app.http().post("/api/v1/auth/login", &json!({ "username": username, "password": password }))
}

/// A log-in by a program that names itself.
fn log_in_from(app: &TestApp, username: &str, agent: &str) -> Http {
    let body = json!({ "username": username, "password": PASSWORD }).to_string();
    let headers = [("Content-Type", "application/json"), ("User-Agent", agent)];
    let tokens = app.http().send("POST", "/api/v1/auth/login", &headers, Some(body.as_bytes())).expect(200);
    app.http().with_token(tokens["access_token"].as_str().unwrap())
}

/// The pointers of the fields that were refused, with what was said of them.
fn faults(reply: &Reply) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let problem = reply.problem();
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|e| (text(&e["pointer"]), text(&e["detail"]))).collect()
}

/// The failed log-ins of the audit, newest first, once there are as many.
fn failures(operator: &Http, count: usize) -> Vec<Value> {
    let end = std::time::Instant::now() + PATIENCE;
    loop {
        let page = operator.get("/api/v1/audit?limit=200").expect(200);
        let rows: Vec<Value> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|r| r["action"] == "log_in_failed")
            .cloned()
            .collect();
        if rows.len() >= count {
            return rows;
        }
        assert!(std::time::Instant::now() < end, "{rows:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
