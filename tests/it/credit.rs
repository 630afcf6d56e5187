//! Credit: grades as they are kept, beside what the fold gives; tasks, trials, honour lists, figures, draws.

mod announced;
mod draws;
mod figures;
mod grades;
mod honours;
mod past;
mod tasks;
mod trial;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde_json::Value;
use zerodesk::core::Caller;
use zerodesk::credit::grading::some::GradeDue;

use crate::support::{Http, TestApp};

pub const CREDIT: &str = "/api/v1/credit";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many rows a query of one number finds.
pub fn number(app: &TestApp, query: &str) -> i64 {
    diesel::sql_query(query).get_result::<Count>(&mut app.database().connect()).unwrap().count
}

/// Runs SQL as the owner of the database.
pub fn sql(app: &TestApp, statements: &str) {
    app.database().connect().batch_execute(statements).unwrap();
}

/// Grades who is due, until nobody is. The server does so, too, and keeps others out meanwhile.
pub fn grade(app: &TestApp) {
    let today = zerodesk::core::clock::shanghai_date(app.now());
    let due = format!(
        "SELECT (SELECT count(*) FROM credit_stale WHERE from_day <= '{today}')
              + (SELECT count(*) FROM credit_subject WHERE look_on <= '{today}')
              + (SELECT count(*) FROM credit_regrading WHERE state IN ('queued', 'running')) AS count"
    );
    while number(app, &due) > 0 {
        app.app.execute(&Caller::system(), &GradeDue {}).unwrap();
        std::thread::yield_now();
    }
}

/// The rows of a list.
#[track_caller]
pub fn listed(who: &Http, path: &str) -> Vec<Value> {
    who.get(path).expect(200)["items"].as_array().unwrap().clone()
}

/// The statement of an enterprise on a day; of today where none is named.
#[track_caller]
pub fn statement(who: &Http, enterprise: &str, day: Option<&str>) -> Value {
    let day = day.map(|day| format!("?as_of={day}")).unwrap_or_default();
    who.get(&format!("{CREDIT}/{enterprise}{day}")).expect(200)
}
