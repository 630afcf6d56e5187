//! Commitments, trainings, follow-ups and outreach through HTTP.

mod commitments;
mod follow_ups;
mod outreach;
mod trainings;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde_json::{Value, json};

use crate::support::people::text;
use crate::support::{Http, TestApp};

pub const COMMITMENTS: &str = "/api/v1/commitments";
pub const TRAININGS: &str = "/api/v1/trainings";

/// The fields at fault of a refusal.
#[track_caller]
pub fn faults(problem: &Value) -> Vec<String> {
    problem["errors"].as_array().unwrap().iter().map(|error| text(&error["pointer"])).collect()
}

/// A commitment that an enterprise is asked for; its path.
#[track_caller]
pub fn asked(officer: &Http, enterprise: &str) -> String {
    let body = json!({ "enterprise_id": enterprise, "topic": "插头插座质量整改" });
    format!("{COMMITMENTS}/{}", text(&officer.post(COMMITMENTS, &body).expect(201)["id"]))
}

/// A signature under the text in force, with promises due on these days.
pub fn signature(detail: &Value, days: &[&str]) -> Value {
    let promises: Vec<Value> = days
        .iter()
        .map(|day| json!({ "text": format!("更换不合格部件，{day} 前完成"), "due_on": day }))
        .collect();
    json!({
        "text_version": detail["to_sign"]["version"], "told": true, "signer_name": "王某某", "signer_post": "总经理",
        "promises": promises,
    })
}

/// Follows the promises, as the job does.
pub fn follow(app: &TestApp) {
    zerodesk::engagements::commitments::follow::sweep(&app.app, &|| false).unwrap();
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many pieces of a kind of evidence stand for an enterprise at a moment.
pub fn evidence(app: &TestApp, enterprise: &str, kind: &str, at: &str) -> i64 {
    let sql = format!(
        "SELECT count(*) AS count FROM circuit_evidence(ARRAY['{enterprise}'::uuid], NULL)
         WHERE kind = '{kind}' AND from_at < '{at}' AND (until_at IS NULL OR until_at >= '{at}')"
    );
    let row: Count = diesel::sql_query(sql).get_result(&mut app.database().connect()).unwrap();
    row.count
}
