//! What is drawn of a case: its clock, as numbers that a template puts into SVG. Pure.

use chrono::NaiveDate;

use crate::remediation::case_filter::Window;
use crate::remediation::case_view::CaseView;
use crate::remediation::deadlines::clock::Clock;
use crate::remediation::state::CaseState;
use crate::remediation::view::ClockView;

fn share(part: i64, whole: i64) -> i64 {
    part.saturating_mul(100).checked_div(whole).unwrap_or(0).clamp(0, 100)
}

/// The statutory time of a case from its order to the end of the term that counts now.
pub struct Course {
    /// How much of it has passed, 0 to 100.
    pub passed: i64,
    /// Where the rectification's term ends, 0 to 100.
    pub mark: i64,
    /// The last day that counts now and the days to it; none while it is suspended, or where no term runs.
    pub due: Option<(NaiveDate, i64)>,
    /// Which that is: `rectify`, `reinspect`, `second` or `suspension`; where none runs `failed`, `late`, `done` or `ended`.
    pub which: &'static str,
    /// `ok`, `soon`, `over`, `done`, or `ended` where the case ended without a passed re-inspection.
    pub tone: &'static str,
    /// It is counted by rules that were not in force yet when the case began.
    pub later_rules: bool,
}

/// The course of a case with an order, on a day that its clocks know: by the term that counts now. What failed, or ended without a
/// passed re-inspection, is not shown as done.
pub fn course(case: &CaseView) -> Option<Course> {
    let clocks = &case.clocks;
    let (rectify, reinspect) = (clocks.rectification.as_ref()?, clocks.reinspection.as_ref()?);
    match case.state {
        CaseState::Failed
        | CaseState::ReportedToCity
        | CaseState::ReportedToProvince
        | CaseState::FailedAgain
        | CaseState::CheckFailed => without_term(case, "failed", "over"),
        CaseState::Overturned | CaseState::LicenceRevoked | CaseState::Closed | CaseState::Withdrawn => {
            without_term(case, "ended", "ended")
        }
        CaseState::ReinspectionPassed | CaseState::Cleared => {
            let which = if reinspect.standing == "late" { "late" } else { "done" };
            without_term(case, which, "done")
        }
        CaseState::Announced => match &clocks.second_reinspection {
            Some(second) => of_clock(case, second, "second"),
            None => without_term(case, "failed", "over"),
        },
        CaseState::Suspended => match &clocks.suspension {
            Some(suspension) => of_clock(case, suspension, "suspension"),
            None => without_term(case, "failed", "over"),
        },
        _ if is_open(rectify) && case.reinspected_on.is_none() => of_clock(case, rectify, "rectify"),
        _ => of_clock(case, reinspect, "reinspect"),
    }
}

/// The course of a case by the first of its terms that ends within some days, where one does; else by the term that counts now.
pub fn course_within(case: &CaseView, window: &Window) -> Option<Course> {
    let clocks = &case.clocks;
    let named = [
        (Clock::Rectification, "rectify", &clocks.rectification),
        (Clock::Reinspection, "reinspect", &clocks.reinspection),
        (Clock::SecondReinspection, "second", &clocks.second_reinspection),
        (Clock::Suspension, "suspension", &clocks.suspension),
    ];
    let within =
        |day: NaiveDate| window.from.is_none_or(|from| from <= day) && window.to.is_none_or(|to| day <= to);
    let found = named.into_iter().find_map(|(kind, which, clock)| {
        let clock = clock.as_ref().filter(|clock| is_open(clock) && clock.due_on.is_some_and(within))?;
        window.clock.is_none_or(|wanted| wanted == kind).then_some((clock, which))
    });
    match found {
        Some((clock, which)) => of_clock(case, clock, which),
        None => course(case),
    }
}

fn is_open(clock: &ClockView) -> bool {
    matches!(clock.standing.as_str(), "running" | "missed" | "suspended")
}

/// A case in which no term runs.
fn without_term(case: &CaseView, which: &'static str, tone: &'static str) -> Option<Course> {
    case.ordered_on?;
    let later_rules = case.counted_by_later_rules.is_some() && !case.state.is_final();
    Some(Course { passed: 100, mark: mark(case), due: None, which, tone, later_rules })
}

/// A case by one of its clocks.
fn of_clock(case: &CaseView, clock: &ClockView, which: &'static str) -> Option<Course> {
    let ordered = case.ordered_on?;
    let tone = match clock.standing.as_str() {
        "running" if clock.days_left.is_some_and(|days| days > 14) => "ok",
        "running" | "suspended" => "soon",
        "missed" => "over",
        _ => "done",
    };
    // The terms of the order are shown on one line, which ends with the re-inspection's.
    let last = match which {
        "rectify" | "reinspect" => case.clocks.reinspection.as_ref().unwrap_or(clock),
        _ => clock,
    };
    let whole = last.due_on.map_or(1, |day| days(ordered, day)).max(1);
    let passed = if tone == "done" { whole } else { whole.saturating_sub(last.days_left.unwrap_or(0)) };
    Some(Course {
        passed: share(passed, whole),
        mark: mark(case),
        due: clock.due_on.zip(clock.days_left),
        which,
        tone,
        later_rules: case.counted_by_later_rules.is_some() && !case.state.is_final(),
    })
}

fn days(from: NaiveDate, to: NaiveDate) -> i64 {
    to.signed_duration_since(from).num_days().max(0)
}

/// Where the rectification's term ends on the line of the order's terms, 0 to 100.
fn mark(case: &CaseView) -> i64 {
    let due = |clock: &Option<ClockView>| clock.as_ref().and_then(|clock| clock.due_on);
    let ends = due(&case.clocks.rectification).zip(due(&case.clocks.reinspection));
    case.ordered_on.zip(ends).map_or(0, |(ordered, (rectify, reinspect))| {
        share(days(ordered, rectify), days(ordered, reinspect).max(1))
    })
}

/// The days to a deadline, as a ring.
pub struct Ring {
    /// How much of the time has passed, 0 to 100.
    pub passed: i64,
    /// The days, left or overdue; none where nothing runs.
    pub days: Option<i64>,
    /// The class of the style sheet that colours it, as that of the course.
    pub tone: &'static str,
}

/// The ring of a case's course.
pub fn ring(course: &Course) -> Ring {
    let days = course.due.map(|(_, left)| left.abs()).filter(|_| course.tone != "done");
    let passed = if course.tone == "over" { 100 } else { course.passed };
    Ring { passed, days, tone: course.tone }
}

/// The width of a drawn time line.
const LINE: i64 = 1000;

/// The statutory clocks of a case on one line of time.
pub struct Line {
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
    /// The position of today, 0 to 1000.
    pub today: i64,
    /// The clocks.
    pub spans: Vec<Span>,
    /// The positions of events.
    pub marks: Vec<i64>,
}

/// One clock on the line.
pub struct Span {
    /// Which clock: its place among those that were given.
    pub clock: usize,
    /// Where it begins.
    pub x: i64,
    /// How long it is.
    pub width: i64,
    /// How much of it has passed.
    pub passed: i64,
    /// `ok`, `soon`, `over` or `done`.
    pub tone: &'static str,
}

/// Draws clocks, each from a day to its last one, with what happened on which days.
pub fn line(clocks: &[(NaiveDate, &ClockView)], happened: &[NaiveDate], today: NaiveDate) -> Option<Line> {
    let ends = clocks.iter().filter_map(|(_, clock)| clock.due_on.max(clock.done_on));
    let starts = clocks.iter().map(|(from, _)| *from);
    let from = starts.chain(happened.iter().copied()).min()?;
    let to = ends.chain(happened.iter().copied()).chain([today]).max()?;
    let whole = to.signed_duration_since(from).num_days().max(1);
    let place = |day: NaiveDate| {
        (day.signed_duration_since(from).num_days().clamp(0, whole)).saturating_mul(LINE) / whole
    };
    let spans = clocks.iter().enumerate().filter_map(|(n, (start, clock))| {
        let (x, end) = (place(*start), place(clock.due_on?));
        let reached = place(clock.done_on.unwrap_or(today)).clamp(x, end);
        let tone = match clock.standing.as_str() {
            "running" if clock.days_left.is_some_and(|days| days > 14) => "ok",
            "running" | "suspended" => "soon",
            "missed" | "late" => "over",
            _ => "done",
        };
        Some(Span { clock: n, x, width: (end - x).max(4), passed: reached - x, tone })
    });
    Some(Line {
        from,
        to,
        today: place(today),
        spans: spans.collect(),
        marks: happened.iter().map(|day| place(*day)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn clock(due: &str, done: Option<&str>, standing: &str) -> ClockView {
        ClockView {
            from: None,
            due_on: Some(day(due)),
            ends_at: None,
            days_left: Some(3),
            standing: standing.to_owned(),
            done_on: done.map(day),
            overdue: false,
            late: false,
            provisional: false,
            article: (&crate::core::Text::new("第四十六条", "article 46")).into(),
        }
    }

    #[test]
    fn a_timeline_contains_its_clocks_and_today() {
        let (running, done) =
            (clock("2026-03-11", None, "running"), clock("2026-02-09", Some("2026-01-10"), "met"));
        let from = day("2026-01-01");
        let drawn =
            line(&[(from, &done), (from, &running)], &[day("2026-01-10")], day("2026-02-05")).unwrap();
        assert_eq!((drawn.from, drawn.to), (from, day("2026-03-11")));
        // 35 of 69 days.
        assert_eq!(drawn.today, 507);
        assert_eq!(drawn.marks, [130]);
        let spans: Vec<_> = drawn.spans.iter().map(|s| (s.x, s.width, s.passed, s.tone)).collect();
        assert_eq!(spans, [(0, 565, 130, "done"), (0, 1000, 507, "soon")]);
    }

    #[test]
    fn a_day_beyond_every_deadline_is_still_on_the_timeline() {
        let missed = clock("2026-01-31", None, "missed");
        let drawn = line(&[(day("2026-01-01"), &missed)], &[], day("2026-03-02")).unwrap();
        assert_eq!((drawn.today, drawn.spans[0].tone, drawn.spans[0].passed), (1000, "over", 500));
        assert!(line(&[], &[], day("2026-03-02")).is_none());
    }
}
