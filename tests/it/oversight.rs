//! Letters, interviews and listings through HTTP: their lives, who may take which step, what everybody reads, what is counted.

mod figures;
mod interviews;
mod letters;
pub mod listings;
mod scope;

use serde_json::{Value, json};

use crate::support::http::Reply;
use crate::support::people::{Enterprise, text};
use crate::support::{Http, TestApp};

pub const OVERSIGHT: &str = "/api/v1/oversight";

/// A letter of the province to a city, on facts in words.
pub fn letter(to_region: &str) -> Value {
    json!({
        "kind": "letter", "subject": "regional", "title": "关于电线电缆质量风险的提醒", "requirements": "开展专项排查并书面回复。",
        "to": { "kind": "authority", "region": to_region }, "facts_note": "近期抽查不合格较多。",
    })
}

/// An interview of an enterprise.
pub fn interview(enterprise: &str) -> Value {
    json!({
        "kind": "interview", "subject": "major_violation", "title": "就产品质量问题约谈", "requirements": "三十日内完成整改。",
        "to": { "kind": "enterprise", "enterprise_id": enterprise }, "facts_note": "连续两次抽查不合格。",
        "invitee": { "name": "陈某", "post": "质量负责人" },
    })
}

/// The four responsibilities.
pub fn responsibilities() -> Value {
    let one = |kind: &str, holder: &str, post: &str| json!({ "kind": kind, "holder": holder, "post": post, "task": "按要求完成整改", "due_on": "2026-05-20" });
    json!([
        one("leadership", "张三", "副市长"),
        one("territorial", "李四", "镇长"),
        one("supervisory", "王五", "市场监管局副局长"),
        one("enterprise", "赵六", "总经理"),
    ])
}

/// A listing of a city that rests on these.
pub fn listing(to_region: &str, basis: &Value) -> Value {
    json!({
        "kind": "listing", "subject": "key_hazard", "title": "电线电缆区域性质量问题", "requirements": "限期整治。",
        "to": { "kind": "government", "region": to_region }, "basis": basis, "responsibilities": responsibilities(),
    })
}

/// Writes one; gives its path.
#[track_caller]
pub fn written(who: &Http, body: &Value) -> String {
    format!("{OVERSIGHT}/{}", text(&who.post(OVERSIGHT, body).expect(201)["id"]))
}

/// Takes a step of today; its fields stand in `more`.
pub fn step(who: &Http, path: &str, step: &str, more: &Value) -> Reply {
    let mut body = json!({ "step": step });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    who.post(&format!("{path}/events"), &body)
}

/// Uploads a file; gives its id.
pub fn upload(who: &Http) -> String {
    let file = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";
    text(&who.upload("/api/v1/attachments", "stamped.pdf", file, &[]).expect(201)["id"])
}

/// Lets the days come by themselves, as the job does.
pub fn sweep(app: &TestApp) {
    zerodesk::oversight::sweep::sweep(&app.app, &|| false).unwrap();
}

/// The basis that the case of an enterprise of the test is, as its list opened it; gives the enterprise as well.
pub fn case_of(app: &TestApp, n: u32, region: &str) -> (Enterprise, Value) {
    let one = app.claimed_enterprise(n, region, "K0301");
    let basis = json!([{ "kind": "case", "id": one.case.as_deref().unwrap() }]);
    (one, basis)
}
