//! The batch plan, from the request to the mails, and its export held against another solver.

mod agree;
mod by_hand;
mod export;
mod lifecycle;
mod stale;

use chrono::Duration;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use zerodesk::zero_out::import::Column;

use crate::support::csv::{file, row, uscc};
use crate::support::people::text;
use crate::support::{Http, PATIENCE, TestApp};

pub const PLANS: &str = "/api/v1/matching/plans";

/// Asks for a plan and waits until it is computed.
pub fn computed(admin: &Http, body: &Value) -> Value {
    let asked = admin.post(PLANS, body).expect(202);
    finished(admin, &text(&asked["id"]))
}

/// Waits for the end of a plan's computation.
pub fn finished(admin: &Http, id: &str) -> Value {
    let end = std::time::Instant::now() + PATIENCE;
    loop {
        let view = admin.get(&format!("{PLANS}/{id}")).expect(200);
        match view["state"].as_str().unwrap() {
            "queued" | "computing" => {}
            "computed" => return view,
            other => panic!("{other}: {view}"),
        }
        assert!(std::time::Instant::now() < end, "{view}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

pub fn plan_path(plan: &Value, rest: &str) -> String {
    format!("{PLANS}/{}{rest}", text(&plan["id"]))
}

/// The row of enterprise `n`, of a kind, in a region.
pub fn entry(n: u32, region: &str, kind: &str) -> Vec<String> {
    row(&[
        (Column::Uscc, &uscc(n)),
        (Column::Name, &format!("第{n}公司")),
        (Column::RegionCode, region),
        (Column::ContactEmail, &format!("factory-{n}@enterprise.example")),
        (Column::ProductKind, kind),
        (Column::ReportNo, &format!("R{n}")),
    ])
}

/// Imports rows; all must be taken.
pub fn listed(app: &TestApp, admin: &Http, rows: &[Vec<String>]) -> Value {
    let report = app.import(admin, &file(rows), false);
    assert_eq!(report["rejected"], 0, "{report}");
    report
}

pub fn sql(app: &TestApp, statement: &str) {
    app.app.conn().unwrap().batch_execute(statement).unwrap();
}

/// All items of a list.
pub fn items(admin: &Http, path: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let mark = if path.contains('?') { '&' } else { '?' };
        let page = admin.get(&format!("{path}{mark}limit=2&cursor={cursor}")).expect(200);
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return all,
        }
    }
}

/// An officer of the province; two experts for K0101, of whom one may be given one enterprise and one
/// two; four enterprises of that kind and one of a kind that nobody knows.
pub fn world() -> (TestApp, Http) {
    let app = TestApp::start();
    let admin = app.admin("officer", "440000");
    for (name, capacity) in [("expert-1", 1), ("expert-2", 2)] {
        let expert = app.approved_expert(&admin, name, "K0101");
        sql(&app, &format!("UPDATE expert SET capacity = {capacity} WHERE id = '{}'", expert.id));
    }
    let rows: Vec<_> =
        (1..=4).map(|n| entry(n, "440103", "K0101")).chain([entry(5, "440103", "K5101")]).collect();
    listed(&app, &admin, &rows);
    (app, admin)
}

/// Lets all mails that are in the outbox fall due.
pub fn send_due_mails(app: &TestApp) {
    app.clock.advance(Duration::seconds(60));
    app.mails_sent();
}

pub fn by_name(lines: &[Value], name: &str) -> Value {
    lines.iter().find(|l| l["enterprise"]["name"] == name).cloned().unwrap_or(json!(null))
}
