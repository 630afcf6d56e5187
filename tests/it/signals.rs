//! Signals (风险信息): entered, stripped of persons, matched, near-doubles merged, triaged; files and feeds that bring them.

mod corpus;
mod doubles;
mod entering;
mod feeds;
mod files;
mod rumours;
mod triage;

use serde_json::{Value, json};
use std::time::Instant;

use crate::support::people::text;
use crate::support::{Http, PATIENCE, TestApp};

pub const SIGNALS: &str = "/api/v1/signals";
pub const IMPORTS: &str = "/api/v1/signals/imports";

/// News of some length about one product.
pub const NEWS: &str = "近日，多名家长反映，某款磁力珠玩具存在误吞风险。市场监管部门提醒，磁力珠属于小零件，三岁以下儿童不宜接触，\
    购买时应查看强制性产品认证标志，发现质量问题可向市场监管部门反映。";

/// An installation in November 2026 with an officer of the province.
pub fn start() -> (TestApp, Http) {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let officer = app.admin("officer", "440000");
    (app, officer)
}

/// What it takes to enter a signal.
pub fn news(id: &str, title: &str, body: &str) -> Value {
    json!({ "source": "media", "external_id": id, "title": title, "text": body, "published_on": "2026-11-18" })
}

/// Enters a signal and gives what came of it.
#[track_caller]
pub fn enter(who: &Http, body: &Value) -> Value {
    who.post(SIGNALS, body).expect(201)
}

/// A signal with its history.
#[track_caller]
pub fn signal(who: &Http, id: &Value) -> Value {
    who.get(&format!("{SIGNALS}/{}", text(id))).expect(200)
}

/// Takes a step.
#[track_caller]
pub fn step(who: &Http, id: &Value, step: &str, body: &Value) -> Value {
    who.post(&format!("{SIGNALS}/{}/{step}", text(id)), body).expect(200)
}

/// Hands a file in, and gives it at its end.
#[track_caller]
pub fn hand_in(who: &Http, name: &str, file: &[u8], fields: &[(&str, &str)]) -> Value {
    let asked = who.upload(IMPORTS, name, file, fields).expect(202);
    ended(who, &text(&asked["id"]))
}

/// The file at its end.
#[track_caller]
pub fn ended(who: &Http, id: &str) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let view = who.get(&format!("{IMPORTS}/{id}")).expect(200);
        if ["done", "failed"].contains(&view["state"].as_str().unwrap()) {
            return view;
        }
        assert!(Instant::now() < end, "{view}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

/// The four counts.
#[track_caller]
pub fn counts(view: &Value) -> [i64; 4] {
    assert_eq!(view["state"], "done", "{view}");
    let counts = ["inserted", "updated", "unchanged", "rejected"].map(|key| view[key].as_i64().unwrap());
    assert_eq!(view["rows"].as_i64().unwrap(), counts.iter().sum::<i64>(), "{view}");
    counts
}

/// The items of a list.
#[track_caller]
pub fn items(who: &Http, path: &str) -> Vec<Value> {
    who.get(path).expect(200)["items"].as_array().unwrap().clone()
}
