//! Credit conduct through HTTP: what is entered, how the enterprise is told and defends itself, what it comes to on a day.

mod entering;
mod objections;
mod pages;
mod repair;
mod scores;

use serde_json::{Value, json};

use crate::support::http::Reply;
use crate::support::people::{Enterprise, text};
use crate::support::{Http, TestApp};

pub const CONDUCT: &str = "/api/v1/conduct";

/// A failed sampling of a producer, decided before the day on which tests live.
pub fn entry(enterprise: &str) -> Value {
    json!({
        "enterprise_id": enterprise, "role": "producer", "behaviour": "sampling_failed", "happened_on": "2026-02-02",
        "decided_on": "2026-02-10",
    })
}

/// The same of another behaviour.
pub fn entry_of(enterprise: &str, behaviour: &str) -> Value {
    let mut entry = entry(enterprise);
    entry["behaviour"] = json!(behaviour);
    entry
}

/// Makes an entry; gives its path.
#[track_caller]
pub fn entered(who: &Http, entry: &Value) -> String {
    format!("{CONDUCT}/{}", text(&who.post(CONDUCT, entry).expect(201)["id"]))
}

/// Takes a step of today; its fields stand in `more`.
pub fn step(who: &Http, path: &str, step: &str, more: &Value) -> Reply {
    let mut body = json!({ "step": step });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    who.post(&format!("{path}/events"), &body)
}

/// What a decision says.
pub fn decision() -> Value {
    json!({ "reason": "检验报告有效", "article": "产品质量法第十五条" })
}

/// Two officers of the province and an enterprise of Tianhe with an account.
pub fn people(app: &TestApp) -> (Http, Http, Enterprise) {
    let officers = (app.admin("officer", "440000"), app.admin("second", "440000"));
    (officers.0, officers.1, app.claimed_enterprise(1, "440106", "K0101"))
}
