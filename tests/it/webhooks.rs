//! Webhooks over real HTTP: signed calls that are tried again, in the region of the officer and nowhere else.

mod addresses;
mod deliveries;
mod pages;
mod scope;

use std::time::{Duration as Time, Instant};

use serde_json::{Value, json};
use zerodesk::accounts::settings::AuthSettings;
use zerodesk::settings::{Settings, YesNo};
use zerodesk::webhooks::settings::WebhookSettings;

use crate::support::people::text;
use crate::support::{Http, PATIENCE, Receiver, TestApp};

pub const PATH: &str = "/api/v1/webhooks";
const ALL: [&str; 8] = [
    "consultation.opened",
    "consultation.assigned",
    "consultation.concluded",
    "consultation.reopened",
    "case.opened",
    "case.state_changed",
    "case.cleared",
    "import.finished",
];

/// Lets endpoints be at this machine, and tokens outlive what the tests wait for.
pub fn local(settings: &mut Settings) {
    settings.edit::<AuthSettings>().access_token_seconds = 86_400;
    let mut webhooks = settings.edit::<WebhookSettings>();
    webhooks.plain_http = YesNo::Yes;
    webhooks.allowed_networks = "127.0.0.1".parse().unwrap();
}

pub fn app() -> TestApp {
    TestApp::builder().settings(local).start()
}

/// A webhook of an officer, for these events of a region. Gives its id and its secret.
#[track_caller]
pub fn webhook(officer: &Http, to: &Receiver, region: &str, events: &[&str]) -> (String, String) {
    let body = json!({ "url": to.url(), "description": "数据中台", "events": events, "region": region });
    let made = officer.post(PATH, &body).expect(201);
    (text(&made["id"]), text(&made["secret"]))
}

/// The deliveries of a webhook, the newest first.
pub fn deliveries(officer: &Http, id: &str) -> Vec<Value> {
    officer.get(&format!("{PATH}/{id}/deliveries")).expect(200)["items"].as_array().unwrap().clone()
}

/// Waits until the deliveries of a webhook are as they should be: what came of a call is written down after it.
#[track_caller]
pub fn until(officer: &Http, id: &str, fits: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let end = Instant::now() + PATIENCE;
    loop {
        let found = deliveries(officer, id);
        if fits(&found) {
            return found;
        }
        assert!(Instant::now() < end, "{found:#?}");
        std::thread::sleep(Time::from_millis(10));
    }
}

/// Waits until the only delivery has this state after so many attempts.
#[track_caller]
pub fn becomes(officer: &Http, id: &str, state: &str, attempts: u64) -> Value {
    let one = |all: &[Value]| {
        all.len() == 1
            && all[0]["state"] == state
            && all[0]["attempts"].as_array().unwrap().len() as u64 == attempts
    };
    until(officer, id, one).remove(0)
}

/// Sends a test delivery.
#[track_caller]
pub fn try_it(officer: &Http, id: &str) -> String {
    text(&officer.act(&format!("{PATH}/{id}/test")).expect(202)["id"])
}
