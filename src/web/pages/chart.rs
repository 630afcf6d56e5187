//! What is drawn: bars and clocks, as numbers that a template puts into SVG. Pure.

use chrono::NaiveDate;

use crate::remediation::queries::{CaseView, ClockView};

/// A bar with its label.
pub(super) struct Bar {
    /// What it stands for.
    pub label: String,
    /// The figure.
    pub value: i64,
    /// Its length, 0 to 100.
    pub percent: i64,
}

/// Bars for figures, the greatest full. A figure above 0 is always seen.
pub(super) fn bars(figures: impl IntoIterator<Item = (String, i64)>) -> Vec<Bar> {
    let figures: Vec<_> = figures.into_iter().collect();
    let most = figures.iter().map(|(_, value)| *value).max().unwrap_or(0).max(1);
    figures
        .into_iter()
        .map(|(label, value)| Bar { label, value, percent: share(value, most).max(i64::from(value > 0)) })
        .collect()
}

fn share(part: i64, whole: i64) -> i64 {
    part.saturating_mul(100).checked_div(whole).unwrap_or(0).clamp(0, 100)
}

/// The statutory time of a case from its order to the end of the re-inspection's term.
pub(super) struct Course {
    /// How much of it has passed, 0 to 100.
    pub passed: i64,
    /// Where the rectification's term ends, 0 to 100.
    pub mark: i64,
    /// The clock that counts now.
    pub clock: ClockView,
    /// Which that is: `rectify` or `reinspect`.
    pub which: &'static str,
    /// `ok`, `soon`, `over` or `done`.
    pub tone: &'static str,
}

/// The course of a case on a day that its clocks know.
pub(super) fn course(case: &CaseView) -> Course {
    let span = |day: NaiveDate| day.signed_duration_since(case.ordered_on).num_days().max(0);
    let (rectify, reinspect) = (&case.clocks.rectification, &case.clocks.reinspection);
    let whole = span(reinspect.due_on).max(1);
    let open = |clock: &ClockView| matches!(clock.standing.as_str(), "running" | "missed");
    let (clock, which) = if open(rectify) { (rectify, "rectify") } else { (reinspect, "reinspect") };
    let tone = match clock.standing.as_str() {
        "running" if clock.days_left > 14 => "ok",
        "running" => "soon",
        "missed" => "over",
        _ => "done",
    };
    let passed = if tone == "done" { whole } else { whole.saturating_sub(reinspect.days_left) };
    Course {
        passed: share(passed, whole),
        mark: share(span(rectify.due_on), whole),
        clock: clock.clone(),
        which,
        tone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_bar_is_full_and_none_above_zero_vanishes() {
        let drawn = bars([("a".to_owned(), 0), ("b".to_owned(), 1), ("c".to_owned(), 1000)]);
        assert_eq!(drawn.iter().map(|b| b.percent).collect::<Vec<_>>(), [0, 1, 100]);
        assert_eq!(bars([("a".to_owned(), 0)]).first().map(|b| b.percent), Some(0));
    }
}
