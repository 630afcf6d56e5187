//! Penalty lists: their files, their import into conduct, what officers decide, annulments, withdrawal.

mod corpus;
mod import;
mod joined;
mod questions;
mod scope;
mod withdrawal;

use serde_json::Value;
use std::time::Instant;

use crate::support::people::text;
use crate::support::{Http, PATIENCE, TestApp};

pub const IMPORTS: &str = "/api/v1/conduct/imports";
pub const PENALTIES: &str = "/api/v1/conduct/penalties";
pub const QUESTIONS: &str = "/api/v1/conduct/questions";
pub const CONDUCT: &str = "/api/v1/conduct";

/// An installation in November 2026 with an officer of the province.
pub fn start() -> (TestApp, Http) {
    let app = TestApp::builder().at("2026-11-20T04:00:00Z").start();
    let officer = app.admin("officer", "440000");
    (app, officer)
}

/// Hands a list in, and gives it at its end.
#[track_caller]
pub fn hand_in(who: &Http, file: &[u8], fields: &[(&str, &str)]) -> Value {
    let asked = who.upload(IMPORTS, "处罚名单.csv", file, fields).expect(202);
    ended(who, &text(&asked["id"]))
}

/// The list at its end.
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

/// A list of these rows under usual headings.
pub fn list(rows: &[String]) -> Vec<u8> {
    let head = "行政处罚决定书文号,当事人名称,统一社会信用代码,违法行为类型,行政处罚内容,作出行政处罚决定机关名称,作出行政处罚决定日期,决定状态,检验报告编号";
    format!("{head}\n{}\n", rows.join("\n")).into_bytes()
}

/// A row about a breach of product quality with a fine.
pub fn row(number: u32, party: &str, uscc: &str) -> String {
    row_of(number, party, uscc, "生产不符合国家标准的产品", "罚款 20000 元")
}

/// A row about another act.
pub fn row_of(number: u32, party: &str, uscc: &str, act: &str, imposed: &str) -> String {
    format!("穗市监处罚〔2026〕{number}号,{party},{uscc},{act},{imposed},广州市市场监督管理局,2026-05-20,,")
}

/// The items of a list.
#[track_caller]
pub fn items(who: &Http, path: &str) -> Vec<Value> {
    who.get(path).expect(200)["items"].as_array().unwrap().clone()
}

/// The entries of conduct with their behaviours and states, in the order of their behaviours.
#[track_caller]
pub fn conduct(who: &Http) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> =
        items(who, CONDUCT).iter().map(|entry| (text(&entry["behaviour"]), text(&entry["state"]))).collect();
    found.sort();
    found
}
