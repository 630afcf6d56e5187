//! Sampling lists: their files, their import into inspections, proposals, withdrawal, and reports of laboratories' systems.

mod corpus;
mod import;
mod proposals;
mod reports;
mod withdrawal;

use serde_json::Value;
use std::time::Instant;

use crate::support::people::text;
use crate::support::{Http, PATIENCE, TestApp};

pub const IMPORTS: &str = "/api/v1/inspections/imports";

/// An installation in November 2026 with an officer of Guangzhou.
pub fn start() -> (TestApp, Http) {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let officer = app.admin("officer", "440100");
    (app, officer)
}

/// The list at its end.
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

/// Hands a list in, and gives it at its end.
pub fn hand_in(who: &Http, file: &[u8], fields: &[(&str, &str)]) -> Value {
    let asked = who.upload(IMPORTS, "抽样名单.csv", file, fields).expect(202);
    ended(who, &text(&asked["id"]))
}

/// The four counts.
pub fn counts(view: &Value) -> [i64; 4] {
    let counts = ["inserted", "updated", "unchanged", "rejected"].map(|key| view[key].as_i64().unwrap());
    assert_eq!(view["rows"].as_i64().unwrap(), counts.iter().sum::<i64>(), "{view}");
    counts
}

/// A list of these rows under usual headings.
pub fn list(rows: &[&str]) -> Vec<u8> {
    let head = "抽样单编号,检验报告编号,产品名称,被抽样单位,标称生产企业,生产企业所在地,抽样日期,检验结论,不合格项目";
    format!("{head}\n{}\n", rows.join("\n")).into_bytes()
}
