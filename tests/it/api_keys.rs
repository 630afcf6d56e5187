//! Keys of other systems: what they open, for how long, and nothing else.

mod incoming;
mod rights;

use serde_json::{Value, json};

use crate::support::people::text;
use crate::support::{Http, TestApp};

pub const PATH: &str = "/api/v1/api-keys";
pub const SCOPES: [&str; 7] = [
    "consultations:read",
    "consultations:open",
    "cases:read",
    "zero_out:read",
    "zero_out:import",
    "inspections:report",
    "reports:read",
];

/// A program with a key of these scopes in a region, which an officer has made. Gives the id of the key as well.
#[track_caller]
pub fn program(app: &TestApp, officer: &Http, region: &str, scopes: &[&str]) -> (Http, String) {
    let body = json!({ "name": "市场监管数据中台", "scopes": scopes, "region": region });
    let made = officer.post(PATH, &body).expect(201);
    (app.http().with_token(made["secret"].as_str().unwrap()), text(&made["id"]))
}

/// The keys that an officer sees.
pub fn keys(officer: &Http) -> Vec<Value> {
    officer.get(PATH).expect(200)["items"].as_array().unwrap().clone()
}
