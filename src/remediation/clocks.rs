//! The statutory deadlines, as pure functions of a date, the rules and the calendar of working days.
//!
//! All dates are civil dates in Asia/Shanghai. A deadline in a year the calendar does not cover knows weekends only; it is to
//! be worked out again once that year's holidays are announced (see [`Calendar::covers`]).

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Asia::Shanghai;

use crate::catalogue::Calendar;
pub use crate::remediation::settings::Rules;

/// The last day of a period of `days` calendar days from an event on `start`.
///
/// The day of the event is not counted (Civil Code art. 201); where the last day is a rest day, the period ends on the next
/// working day (art. 203).
#[must_use]
pub fn period_end(start: NaiveDate, days: u32, calendar: &Calendar) -> NaiveDate {
    calendar.next_working_day_on_or_after(plus(start, days))
}

/// The instant a deadline passes: 24:00 in Asia/Shanghai of its last day (Civil Code art. 203). The deadline is missed from
/// this instant on.
#[must_use]
pub fn ends_at(last_day: NaiveDate) -> DateTime<Utc> {
    let midnight = plus(last_day, 1).and_time(NaiveTime::MIN);
    match Shanghai.from_local_datetime(&midnight).earliest() {
        Some(instant) => instant.with_timezone(&Utc),
        // Only summer times before 1950 skipped a midnight.
        None => midnight.and_utc().checked_sub_signed(TimeDelta::hours(8)).unwrap_or_default(),
    }
}

/// Whether the last day of a period may yet move: the holidays that decide on it are not announced. The New Year holiday may
/// begin on the December 30 before its year.
#[must_use]
pub fn provisional(last_day: NaiveDate, calendar: &Calendar) -> bool {
    let near_new_year = last_day.month() == 12 && last_day.day() >= 30;
    !calendar.covers(last_day.year())
        || (near_new_year && !calendar.covers(last_day.year().saturating_add(1)))
}

/// The last day to rectify after an order given on `order` (SAMR Order No. 18, art. 46).
#[must_use]
pub fn rectify_by(order: NaiveDate, rules: &Rules, calendar: &Calendar) -> NaiveDate {
    period_end(order, rules.rectify_days, calendar)
}

/// The last day for the authority to re-inspect after an order given on `order` (SAMR Order No. 18, art. 47).
#[must_use]
pub fn reinspect_by(order: NaiveDate, rules: &Rules, calendar: &Calendar) -> NaiveDate {
    period_end(order, rules.reinspect_days, calendar)
}

/// The last day of a period of `days` that was suspended for `suspended` calendar days.
#[must_use]
pub fn period_end_after_pause(start: NaiveDate, days: u32, suspended: u32, calendar: &Calendar) -> NaiveDate {
    period_end(start, days.saturating_add(suspended), calendar)
}

/// The last day to ask for a re-test of a result received on `received` (Product Quality Law, art. 15).
#[must_use]
pub fn request_retest_by(received: NaiveDate, rules: &Rules, calendar: &Calendar) -> NaiveDate {
    period_end(received, rules.retest_request_days, calendar)
}

/// The first and the last day for the second re-inspection after a public announcement on `announced`.
///
/// SAMR Order No. 18, art. 48, says after day 60 and before day 90 (六十日后九十日前). Read so that no reading finds it early or
/// late: the first day is the 61st, the last the 89th, and neither moves for a rest day.
#[must_use]
pub fn second_reinspection_window(announced: NaiveDate, rules: &Rules) -> (NaiveDate, NaiveDate) {
    let first = rules.second_reinspection_earliest_days.saturating_add(1);
    let last = rules.second_reinspection_latest_days.saturating_sub(1);
    (plus(announced, first), plus(announced, last))
}

/// Calendar days in Asia/Shanghai from today to the deadline's last day: 0 on that day, negative once it has passed.
#[must_use]
pub fn days_left(last_day: NaiveDate, now: DateTime<Utc>) -> i64 {
    let today = now.with_timezone(&Shanghai).date_naive();
    last_day.signed_duration_since(today).num_days()
}

fn plus(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests;
