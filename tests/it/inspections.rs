//! Inspections through HTTP: from the draw to the published result, what a failure causes, who may do and see what.

mod bodies;
mod challenges;
mod consequences;
mod corrections;
mod intake;
mod kinds;
mod offers;
mod quick;
mod roles;
mod way;

pub use roles::{body, person};

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::people::{Enterprise, PASSWORD, text};
use crate::support::{Http, TestApp};

pub const INSPECTIONS: &str = "/api/v1/inspections";

/// What an inspection at a seller is registered with.
pub fn form(number: &str) -> Value {
    json!({
        "number": number, "method": "sampling", "purpose": "routine", "level": "provincial", "role": "seller",
        "operator_name": "天河五金店", "place_region": "440106", "product_kind": "K0301", "product_name": "聚氯乙烯绝缘电线",
        "trademark": "明珠", "model": "BV 2.5", "standard": "GB/T 5023.3", "drawn_on": "2026-01-05",
    })
}

/// The same, of a product of this enterprise.
pub fn form_of(number: &str, producer: &Enterprise) -> Value {
    let mut form = form(number);
    form["producer"] = json!(producer.id);
    form
}

/// Registers an inspection; gives its path.
#[track_caller]
pub fn registered(who: &Http, form: &Value) -> String {
    format!("{INSPECTIONS}/{}", text(&who.post(INSPECTIONS, form).expect(201)["id"]))
}

/// Takes a step; the fields besides step and day stand in `more`.
pub fn step(who: &Http, path: &str, step: &str, day: &str, more: &Value) -> crate::support::http::Reply {
    let mut body = json!({ "step": step, "occurred_on": day });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    who.post(&format!("{path}/events"), &body)
}

/// The sample as the rules want it.
pub fn sample() -> Value {
    json!({ "sample": {
        "samplers": ["张三", "李四"], "notice_shown": true, "witness": "王五", "base_quantity": 100, "test_quantity": 2,
        "reserve_quantity": 1, "unit": "卷", "channel": "shelf",
    } })
}

/// A test report.
pub fn result(report: &str, outcome: &str) -> Value {
    let ok = outcome == "conforming";
    json!({ "result": { "report_no": report, "outcome": outcome, "signed_by": "赵六", "items": [
        { "item": "导体电阻", "requirement": "≤7.41", "measured": if ok { "7.2" } else { "9.2" }, "ok": ok, "safety": true },
    ] } })
}

/// From the sampling to the report.
#[track_caller]
pub fn reported(who: &Http, path: &str, report: &str, outcome: &str) -> Value {
    step(who, path, "sample", "2026-01-06", &sample()).expect(200);
    step(
        who,
        path,
        "seal",
        "2026-01-06",
        &json!({ "seals": ["F-001", "F-002"], "reserve_kept_at": "被抽样单位" }),
    )
    .expect(200);
    step(who, path, "receive", "2026-01-08", &json!({})).expect(200);
    step(who, path, "test", "2026-01-12", &json!({ "testers": ["孙七"] })).expect(200);
    step(who, path, "report", "2026-01-14", &result(report, outcome)).expect(200)
}

/// A failure that the producer knows of and has confirmed.
#[track_caller]
pub fn confirmed(who: &Http, path: &str, report: &str) -> Value {
    reported(who, path, report, "nonconforming");
    for party in ["operator", "producer"] {
        step(who, path, "deliver", "2026-01-16", &json!({ "party": party })).expect(200);
    }
    step(who, path, "ask_producer", "2026-01-16", &json!({})).expect(200);
    step(who, path, "confirm", "2026-01-20", &json!({})).expect(200)
}

/// The next day, with those who act logged in again.
pub fn next_day(app: &TestApp, usernames: &[&str]) -> Vec<Http> {
    app.clock.advance(Duration::days(1));
    usernames.iter().map(|name| app.http().log_in(name, PASSWORD)).collect()
}

/// Lets the terms of inspections pass, as the job does.
pub fn sweep(app: &TestApp) {
    zerodesk::inspections::sweep::sweep(&app.app, &|| false).unwrap();
}
