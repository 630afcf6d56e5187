//! Risk through HTTP: alerts of three causes, assessments by the exact table, the index of today and of past days, signals out of samplings, digests.

mod alerts;
mod assessments;
mod digest;
mod index;
mod method;
mod sources;
mod trial;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use serde_json::Value;
use zerodesk::core::{Caller, Problem};
use zerodesk::db::{Command, Tx};
use zerodesk::risk::settings::RiskKeepingSettings;
use zerodesk::signals::enter::enter;
use zerodesk::signals::new_signal::NewSignal;
use zerodesk::signals::source::{Reliability, SignalSource};

use crate::support::{Http, TestApp};

pub const ALERTS: &str = "/api/v1/remediation/alerts";
pub const ASSESSMENTS: &str = "/api/v1/assessments";
pub const RISK: &str = "/api/v1/risk";

/// A server whose index of today is counted again whenever something has changed.
pub fn start() -> TestApp {
    TestApp::builder().settings(|s| s.edit::<RiskKeepingSettings>().fresh_seconds = 0).start()
}

/// Runs SQL as the owner of the database.
pub fn sql(app: &TestApp, statements: &str) {
    app.database().connect().batch_execute(statements).unwrap();
}

/// Final samplings of a kind in a region: so many, of which the first failed, sampled on a day and entered now.
pub struct Results {
    pub kind: &'static str,
    pub region: &'static str,
    pub day: &'static str,
    pub tested: u32,
    pub failed: u32,
}

impl Results {
    /// Writes them, with their histories.
    pub fn insert(&self, app: &TestApp) {
        self.insert_as(app, ("sampling", "routine"), app.now());
    }

    /// Writes them as of this method and purpose, entered at a moment.
    pub fn insert_as(&self, app: &TestApp, (method, purpose): (&str, &str), now: DateTime<Utc>) {
        let Self { kind, region, day, tested, failed } = self;
        let now = now.to_rfc3339();
        sql(
            app,
            &format!(
                "BEGIN;
                 CREATE TEMP TABLE made ON COMMIT DROP AS
                 SELECT gen_random_uuid() AS id, n FROM generate_series(1, {tested}) AS n;
                 INSERT INTO inspection (id, number, organiser_region, method, purpose, level, state, role, place_region, product_kind,
                     sampled_on, reported_on, delivered_on, final_on, outcome, source, version, created_at, updated_at)
                 SELECT m.id, 'T-' || m.id, '440000', '{method}', '{purpose}', 'provincial', 'final', 'producer', '{region}', '{kind}',
                     DATE '{day}', DATE '{day}', DATE '{day}', DATE '{day}',
                     CASE WHEN m.n <= {failed} THEN 'nonconforming' ELSE 'conforming' END, 'import', 1,
                     TIMESTAMPTZ '{now}', TIMESTAMPTZ '{now}'
                 FROM made m;
                 INSERT INTO inspection_subject (inspection_id, operator_name, product_name) SELECT m.id, '被抽企业', '产品' FROM made m;
                 INSERT INTO inspection_event (inspection_id, ordinal, step, to_state, occurred_on, recorded_at, actor_role)
                 SELECT m.id, 1, 'finalise', 'final', DATE '{day}', TIMESTAMPTZ '{now}', 'admin' FROM made m;
                 COMMIT;"
            ),
        );
    }
}

/// Enters a signal, as other domains do.
#[derive(serde::Serialize)]
struct Enter {
    source: SignalSource,
    reliability: Reliability,
    kind: String,
    region: String,
    severity: Option<i32>,
}

impl Command for Enter {
    type Output = zerodesk::signals::ids::SignalId;
    const NAME: &'static str = "test_signal";

    fn run(&self, tx: &mut Tx) -> Result<Self::Output, Problem> {
        let id = uuid::Uuid::now_v7().to_string();
        let new = NewSignal {
            region: Some(self.region.clone()),
            product_kind: Some(self.kind.clone()),
            severity: self.severity,
            reliability: self.reliability,
            // Each tells something else, so that none is taken for the double of another one.
            ..NewSignal::new(self.source, &id, &self.region, tx.today(), &format!("第 {id} 号"))
        };
        Ok(enter(tx, &new)?.id)
    }
}

/// A signal of a kind and region, entered now.
pub fn signal(
    app: &TestApp,
    (source, reliability): (&str, &str),
    (kind, region): (&str, &str),
    severity: Option<i32>,
) -> String {
    let (source, reliability) = (source.parse().unwrap(), reliability.parse().unwrap());
    let (kind, region) = (kind.to_owned(), region.to_owned());
    let entered = Enter { source, reliability, kind, region, severity };
    app.app.execute(&Caller::system(), &entered).unwrap().to_string()
}

/// The rows of a list.
#[track_caller]
pub fn listed(who: &Http, path: &str) -> Vec<Value> {
    who.get(path).expect(200)["items"].as_array().unwrap().clone()
}

/// The index of a kind in a region; null where there is none.
#[track_caller]
pub fn cell(who: &Http, kind: &str, region: &str, more: &str) -> Value {
    let rows = listed(who, &format!("{RISK}?product_kind={kind}&region={region}{more}"));
    rows.into_iter().next().unwrap_or(Value::Null)
}

/// Looks for alerts by the index, as the job does.
pub fn follow(app: &TestApp) {
    zerodesk::risk::index::follow::follow(&app.app).unwrap();
}
