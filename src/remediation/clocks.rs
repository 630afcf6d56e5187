//! The statutory deadlines, as pure functions of a date, the rules and the calendar of working days.
//!
//! All dates are civil dates in Asia/Shanghai. A deadline in a year the calendar does not cover knows weekends only; it is to
//! be worked out again once that year's holidays are announced (see [`Calendar::covers`]).

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Asia::Shanghai;
use serde::{Deserialize, Serialize};

use crate::catalogue::Calendar;

/// One version of the statutory periods, in calendar days. SAMR Order No. 18 is 产品质量监督抽查管理暂行办法.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Name of this version, kept by each case opened under it.
    pub version: String,
    /// The law the periods are taken from.
    pub source: String,
    /// To rectify, from the order (Order No. 18, art. 46).
    pub rectify_days: u32,
    /// For the authority to re-inspect, from the order (Order No. 18, art. 47).
    pub reinspect_days: u32,
    /// To ask for a re-test, from receipt of the result (Product Quality Law, art. 15).
    pub retest_request_days: u32,
    /// The second re-inspection comes after this day from the public announcement (Order No. 18, art. 48).
    pub second_reinspection_earliest_days: u32,
    /// The second re-inspection comes before this day from the public announcement (Order No. 18, art. 48).
    pub second_reinspection_latest_days: u32,
}

impl Rules {
    /// The periods of SAMR Order No. 18, in force since 2020-01-01.
    #[must_use]
    pub fn samr_18() -> Self {
        Self {
            version: "SAMR-18-2020".to_owned(),
            source: "SAMR Order No. 18, art. 46-48; Product Quality Law, art. 15".to_owned(),
            rectify_days: 60,
            reinspect_days: 75,
            retest_request_days: 15,
            second_reinspection_earliest_days: 60,
            second_reinspection_latest_days: 90,
        }
    }
}

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
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    fn calendar() -> &'static Calendar {
        static PARSED: LazyLock<Calendar> =
            LazyLock::new(|| Calendar::parse(include_str!("../../config/calendar.toml")).unwrap());
        &PARSED
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_ends_after_the_holiday_its_last_day_falls_in() {
        let calendar = calendar();
        for (last_day, expected) in [
            // Spring Festival: the day before, the first, the last, the day after, and the make-up days.
            ("2021-02-07", "2021-02-07"),
            ("2021-02-10", "2021-02-10"),
            ("2021-02-11", "2021-02-18"),
            ("2021-02-17", "2021-02-18"),
            ("2021-02-20", "2021-02-20"),
            ("2022-01-29", "2022-01-29"),
            ("2022-01-31", "2022-02-07"),
            ("2022-02-06", "2022-02-07"),
            ("2023-01-20", "2023-01-20"),
            ("2023-01-21", "2023-01-28"),
            ("2023-01-27", "2023-01-28"),
            ("2024-02-09", "2024-02-09"),
            ("2024-02-10", "2024-02-18"),
            ("2024-02-17", "2024-02-18"),
            ("2025-01-27", "2025-01-27"),
            ("2025-01-28", "2025-02-05"),
            ("2025-02-04", "2025-02-05"),
            ("2026-02-14", "2026-02-14"),
            ("2026-02-15", "2026-02-24"),
            ("2026-02-23", "2026-02-24"),
            // National Day, alone or with Mid-Autumn.
            ("2021-09-30", "2021-09-30"),
            ("2021-10-01", "2021-10-08"),
            ("2021-10-07", "2021-10-08"),
            ("2021-10-10", "2021-10-11"),
            ("2022-10-01", "2022-10-08"),
            ("2022-10-07", "2022-10-08"),
            ("2023-09-28", "2023-09-28"),
            ("2023-09-29", "2023-10-07"),
            ("2023-10-06", "2023-10-07"),
            ("2024-10-01", "2024-10-08"),
            ("2024-10-07", "2024-10-08"),
            ("2024-10-12", "2024-10-12"),
            ("2025-10-01", "2025-10-09"),
            ("2025-10-08", "2025-10-09"),
            ("2026-10-01", "2026-10-08"),
            ("2026-10-07", "2026-10-08"),
        ] {
            let last_day = day(last_day);
            for days in [1, 15, 60, 75] {
                let start = last_day - Days::new(days.into());
                assert_eq!(period_end(start, days, calendar), day(expected), "{start} + {days}");
            }
        }
    }

    #[test]
    fn the_deadlines_follow_the_rules() {
        let (rules, calendar) = (Rules::samr_18(), calendar());
        let order = day("2021-08-03");
        assert_eq!(rectify_by(order, &rules, calendar), day("2021-10-08"));
        // Day 75 is Sunday 2021-10-17.
        assert_eq!(reinspect_by(order, &rules, calendar), day("2021-10-18"));
        assert_eq!(request_retest_by(order, &rules, calendar), day("2021-08-18"));
        assert_eq!(second_reinspection_window(order, &rules), (day("2021-10-03"), day("2021-10-31")));
    }

    #[test]
    fn a_deadline_passes_at_midnight_in_shanghai() {
        let passes = ends_at(day("2021-10-08"));
        assert_eq!(passes.to_rfc3339(), "2021-10-08T16:00:00+00:00");
        // Summer time was last kept in 1991.
        assert_eq!(ends_at(day("1991-07-01")).to_rfc3339(), "1991-07-01T15:00:00+00:00");
        // Midnight did not exist on the day after.
        assert_eq!(ends_at(day("1940-05-31")).to_rfc3339(), "1940-05-31T16:00:00+00:00");
        for (now, left) in [
            ("2021-10-06T16:00:00Z", 1),
            ("2021-10-07T15:59:59Z", 1),
            ("2021-10-07T16:00:00Z", 0),
            ("2021-10-08T15:59:59Z", 0),
            ("2021-10-08T16:00:00Z", -1),
        ] {
            assert_eq!(days_left(day("2021-10-08"), now.parse().unwrap()), left, "{now}");
        }
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        let (rules, calendar) = (Rules::samr_18(), calendar());
        let end = NaiveDate::MAX;
        assert_eq!(rectify_by(end, &rules, calendar), end);
        assert_eq!(period_end(day("2021-01-01"), u32::MAX, calendar), end);
        let _ = (ends_at(end), ends_at(NaiveDate::MIN));
        let _ = days_left(NaiveDate::MIN, DateTime::<Utc>::MAX_UTC - TimeDelta::days(2));
    }

    #[test]
    fn rules_are_read_strictly() {
        let text = serde_json::to_string(&Rules::samr_18()).unwrap();
        assert_eq!(serde_json::from_str::<Rules>(&text).unwrap(), Rules::samr_18());
        let extra = text.replacen('{', r#"{"grace_days":1,"#, 1);
        assert!(serde_json::from_str::<Rules>(&extra).is_err());
    }

    proptest! {
        #[test]
        fn a_period_ends_on_a_near_working_day(offset in 0..2191u64, days in 0..120u32) {
            let calendar = calendar();
            let start = day("2021-01-01") + Days::new(offset);
            let end = period_end(start, days, calendar);
            let counted = start + Days::new(days.into());
            prop_assert!(calendar.is_working_day(end));
            prop_assert!(end >= counted && end <= counted + Days::new(12));
        }

        #[test]
        fn a_later_start_never_ends_earlier(one in 0..2191u64, other in 0..2191u64, days in 0..120u32) {
            let calendar = calendar();
            let first = day("2021-01-01") + Days::new(one.min(other));
            let second = day("2021-01-01") + Days::new(one.max(other));
            prop_assert!(period_end(first, days, calendar) <= period_end(second, days, calendar));
        }

        #[test]
        fn days_are_left_until_the_deadline_passes(offset in 0..4000u64, seconds in -9_000_000..9_000_000i64) {
            let deadline = day("2021-01-01") + Days::new(offset);
            let now = ends_at(deadline) + TimeDelta::seconds(seconds);
            prop_assert_eq!(days_left(deadline, now) >= 0, now < ends_at(deadline));
        }
    }
}
