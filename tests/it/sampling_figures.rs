//! The figures of inspections: what was announced comes out of single rows, the sums are what a count of the rows gives, and what is said of a past
//! day never changes.

mod announced;
mod history;

use crate::support::{Http, TestApp};
use diesel::connection::SimpleConnection;
use serde_json::Value;

const MADE: &str = include_str!("sampling_figures/made.sql");
const SAMPLING: &str = "/api/v1/reports/sampling";

/// Inspections of one year by one method that are made as single rows: see `made.sql`.
#[derive(Clone, Copy)]
pub struct Made {
    pub method: &'static str,
    pub year: i32,
    pub rows: u32,
    pub tested: u32,
    pub failed: u32,
    pub handed_over: u32,
    pub operators: u32,
    pub kinds: u32,
    pub classes: u32,
}

impl Made {
    /// Writes them, all entered on the last day of their year.
    pub fn insert(self, app: &TestApp) {
        let mut text = MADE.to_owned();
        for (name, value) in [
            ("$HANDED_OVER", self.handed_over.to_string()),
            ("$OPERATORS", self.operators.to_string()),
            ("$CLASSES", self.classes.to_string()),
            ("$METHOD", self.method.to_owned()),
            ("$TESTED", self.tested.to_string()),
            ("$FAILED", self.failed.to_string()),
            ("$KINDS", self.kinds.to_string()),
            ("$YEAR", self.year.to_string()),
            ("$ROWS", self.rows.to_string()),
            ("$NOW", format!("{}-12-31T01:00:00Z", self.year)),
        ] {
            text = text.replace(name, &value);
        }
        assert!(!text.contains('$'), "{text}");
        sql(app, &format!("BEGIN; {text} COMMIT; ANALYZE inspection, inspection_subject;"));
    }
}

/// Runs SQL as the owner of the database.
pub fn sql(app: &TestApp, statements: &str) {
    app.database().connect().batch_execute(statements).unwrap();
}

/// The report of these parameters.
#[track_caller]
pub fn report(who: &Http, query: &str) -> Value {
    who.get(&format!("{SAMPLING}?{query}")).expect(200)
}

/// An indicator: numerator, denominator, percent.
pub fn indicator(report: &Value, key: &str) -> (i64, i64, Value) {
    let all = report["indicators"].as_array().unwrap();
    let found = all.iter().find(|indicator| indicator["key"] == key);
    let found = found.unwrap_or_else(|| panic!("no {key} in {report}"));
    let number = |name: &str| found[name].as_i64().unwrap();
    (number("numerator"), number("denominator"), found["percent"].clone())
}
