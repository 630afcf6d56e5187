//! What is drawn of a case: its clock, as numbers that a template puts into SVG. Pure.

use chrono::NaiveDate;

use crate::remediation::queries::CaseView;
use crate::remediation::view::ClockView;

fn share(part: i64, whole: i64) -> i64 {
    part.saturating_mul(100).checked_div(whole).unwrap_or(0).clamp(0, 100)
}

/// The statutory time of a case from its order to the end of the re-inspection's term.
pub(super) struct Course {
    /// How much of it has passed, 0 to 100.
    pub passed: i64,
    /// Where the rectification's term ends, 0 to 100.
    pub mark: i64,
    /// The last day that counts now and the days to it; none while it stands still.
    pub due: Option<(NaiveDate, i64)>,
    /// Which that is: `rectify` or `reinspect`.
    pub which: &'static str,
    /// `ok`, `soon`, `over` or `done`.
    pub tone: &'static str,
}

/// The course of a case with an order, on a day that its clocks know.
pub(super) fn course(case: &CaseView) -> Option<Course> {
    let ordered = case.ordered_on?;
    let (rectify, reinspect) = (case.clocks.rectification.as_ref()?, case.clocks.reinspection.as_ref()?);
    let span = |day: NaiveDate| day.signed_duration_since(ordered).num_days().max(0);
    let whole = reinspect.due_on.map_or(1, span).max(1);
    let open = |clock: &ClockView| matches!(clock.standing.as_str(), "running" | "missed" | "suspended");
    let (clock, which) = if open(rectify) && case.reinspected_on.is_none() {
        (rectify, "rectify")
    } else {
        (reinspect, "reinspect")
    };
    let tone = match clock.standing.as_str() {
        "running" if clock.days_left.is_some_and(|days| days > 14) => "ok",
        "running" | "suspended" => "soon",
        "missed" => "over",
        _ => "done",
    };
    let left = reinspect.days_left.unwrap_or(0);
    let passed = if tone == "done" { whole } else { whole.saturating_sub(left) };
    Some(Course {
        passed: share(passed, whole),
        mark: rectify.due_on.map_or(0, |day| share(span(day), whole)),
        due: clock.due_on.zip(clock.days_left),
        which,
        tone,
    })
}
