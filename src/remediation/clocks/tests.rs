//! Clocks against tables written by hand, a naive walk through the calendar, and for all inputs.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::remediation::settings::RemediationSettings;

fn calendar() -> &'static Calendar {
    static PARSED: LazyLock<Calendar> =
        LazyLock::new(|| Calendar::parse(include_str!("../../../config/calendar.toml")).unwrap());
    &PARSED
}

/// The rules of the built-in settings.
fn samr_18() -> Rules {
    RemediationSettings::default().rules.swap_remove(0)
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
    let (rules, calendar) = (samr_18(), calendar());
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
    let (rules, calendar) = (samr_18(), calendar());
    let end = NaiveDate::MAX;
    assert_eq!(rectify_by(end, &rules, calendar), end);
    assert_eq!(period_end(day("2021-01-01"), u32::MAX, calendar), end);
    let _ = (ends_at(end), ends_at(NaiveDate::MIN));
    let _ = days_left(NaiveDate::MIN, DateTime::<Utc>::MAX_UTC - TimeDelta::days(2));
}

/// The holidays as the notices of the General Office of the State Council announce them, written down by hand from those notices
/// (国办发明电〔2020〕27号, 〔2021〕11号, 〔2022〕16号, 〔2023〕7号, 〔2024〕12号, 〔2025〕7号) and not from `config/calendar.toml`:
/// first day, number of days.
const NOTICES: &[(&str, u64)] = &[
    ("2021-01-01", 3),
    ("2021-02-11", 7),
    ("2021-04-03", 3),
    ("2021-05-01", 5),
    ("2021-06-12", 3),
    ("2021-09-19", 3),
    ("2021-10-01", 7),
    ("2022-01-01", 3),
    ("2022-01-31", 7),
    ("2022-04-03", 3),
    ("2022-04-30", 5),
    ("2022-06-03", 3),
    ("2022-09-10", 3),
    ("2022-10-01", 7),
    ("2022-12-31", 3),
    ("2023-01-21", 7),
    ("2023-04-05", 1),
    ("2023-04-29", 5),
    ("2023-06-22", 3),
    ("2023-09-29", 8),
    ("2023-12-30", 3),
    ("2024-02-10", 8),
    ("2024-04-04", 3),
    ("2024-05-01", 5),
    ("2024-06-10", 1),
    ("2024-09-15", 3),
    ("2024-10-01", 7),
    ("2025-01-01", 1),
    ("2025-01-28", 8),
    ("2025-04-04", 3),
    ("2025-05-01", 5),
    ("2025-05-31", 3),
    ("2025-10-01", 8),
    ("2026-01-01", 3),
    ("2026-02-15", 9),
    ("2026-04-04", 3),
    ("2026-05-01", 5),
    ("2026-06-19", 3),
    ("2026-09-25", 3),
    ("2026-10-01", 7),
];

/// The weekend days that the same notices make working days.
const WORKED: &str = "2021-02-07 2021-02-20 2021-04-25 2021-05-08 2021-09-18 2021-09-26 2021-10-09 \
    2022-01-29 2022-01-30 2022-04-02 2022-04-24 2022-05-07 2022-10-08 2022-10-09 \
    2023-01-28 2023-01-29 2023-04-23 2023-05-06 2023-06-25 2023-10-07 2023-10-08 \
    2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12 \
    2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11 \
    2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10";

/// Walks day by day from an event: the day after it is the first; then on, past every day of rest.
fn walk(event: NaiveDate, days: u32, rests: &std::collections::BTreeSet<NaiveDate>) -> NaiveDate {
    let mut day = event;
    for _ in 0..days {
        day = day.succ_opt().unwrap();
    }
    while rests.contains(&day) {
        day = day.succ_opt().unwrap();
    }
    day
}

#[test]
fn every_order_date_of_six_years_agrees_with_a_walk_through_the_notices() {
    let mut rests: std::collections::BTreeSet<NaiveDate> = day("2020-12-01")
        .iter_days()
        .take_while(|d| d.year() < 2028)
        .filter(|d| d.weekday().number_from_monday() > 5)
        .collect();
    for &(first, length) in NOTICES {
        rests.extend((0..length).map(|n| day(first) + Days::new(n)));
    }
    for worked in WORKED.split_whitespace() {
        assert!(rests.remove(&day(worked)), "{worked} is a weekend day");
    }
    let (rules, calendar) = (samr_18(), calendar());
    let (mut orders, mut rolled) = (0, 0);
    for order in day("2021-01-01").iter_days().take_while(|d| *d <= day("2026-12-31")) {
        orders += 1;
        for (found, days) in [
            (rectify_by(order, &rules, calendar), 60),
            (reinspect_by(order, &rules, calendar), 75),
            (request_retest_by(order, &rules, calendar), 15),
        ] {
            assert_eq!(found, walk(order, days, &rests), "{order} + {days}");
            rolled += i32::from(found != order + Days::new(days.into()));
            assert_eq!(provisional(found, calendar), found >= day("2026-12-30"), "{order} + {days}: {found}");
        }
        let (first, last) = second_reinspection_window(order, &rules);
        assert_eq!((first, last), (order + Days::new(61), order + Days::new(89)));
    }
    assert_eq!(orders, 2191);
    assert!(rolled > 1500, "{rolled}");
}

/// A calendar that others have made of the same notices; see the file. It ends with 2026.
#[test]
fn another_calendar_gives_the_same_result_for_every_order_from_2011_to_2026() {
    let mut rests: std::collections::BTreeSet<NaiveDate> = day("2010-12-31")
        .iter_days()
        .take_while(|d| d.year() < 2028)
        .filter(|d| d.weekday().number_from_monday() > 5)
        .collect();
    let file = include_str!("../../../tests/data/chinesecalendar-1.11.0.csv");
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        let (date, kind) = line.split_once(',').unwrap();
        match kind {
            "rest" => assert!(rests.insert(day(date)), "{line}"),
            "work" => assert!(rests.remove(&day(date)), "{line}"),
            _ => panic!("{line}"),
        }
    }
    let (rules, calendar) = (samr_18(), calendar());
    let mut compared = 0;
    for order in day("2011-01-01").iter_days().take_while(|d| *d <= day("2026-12-31")) {
        for (found, days) in [
            (rectify_by(order, &rules, calendar), 60),
            (reinspect_by(order, &rules, calendar), 75),
            (request_retest_by(order, &rules, calendar), 15),
        ] {
            assert_eq!(found, walk(order, days, &rests), "{order} + {days}");
            compared += 1;
        }
    }
    assert_eq!(compared, 3 * 5844);
}

#[test]
fn orders_whose_terms_end_in_the_great_holidays() {
    // Ordered, rectified by, re-inspected by; counted by hand from the notices.
    let (rules, calendar) = (samr_18(), calendar());
    for (order, rectify, reinspect) in [
        // Orders from before 2021: the extended Spring Festival of 2020 with the days around it, National Day, three days of September 2015.
        ("2019-12-02", "2020-02-03", "2020-02-17"),
        ("2020-08-02", "2020-10-09", "2020-10-16"),
        ("2020-08-11", "2020-10-10", "2020-10-26"),
        ("2015-07-05", "2015-09-06", "2015-09-18"),
        ("2011-08-02", "2011-10-08", "2011-10-17"),
        // Spring Festival: day 60 on its first, its last and the day after it.
        ("2020-12-13", "2021-02-18", "2021-02-26"),
        ("2020-12-19", "2021-02-18", "2021-03-04"),
        ("2020-12-20", "2021-02-18", "2021-03-05"),
        ("2021-12-02", "2022-02-07", "2022-02-15"),
        ("2021-12-08", "2022-02-07", "2022-02-21"),
        ("2022-11-22", "2023-01-28", "2023-02-06"),
        ("2022-11-28", "2023-01-28", "2023-02-13"),
        ("2023-12-12", "2024-02-18", "2024-02-26"),
        ("2023-12-19", "2024-02-18", "2024-03-04"),
        ("2024-11-29", "2025-02-05", "2025-02-12"),
        ("2024-12-06", "2025-02-05", "2025-02-19"),
        ("2025-12-17", "2026-02-24", "2026-03-02"),
        ("2025-12-25", "2026-02-24", "2026-03-10"),
        // National Day.
        ("2021-08-02", "2021-10-08", "2021-10-18"),
        ("2021-08-03", "2021-10-08", "2021-10-18"),
        ("2022-08-02", "2022-10-08", "2022-10-17"),
        ("2022-08-08", "2022-10-08", "2022-10-24"),
        ("2023-07-31", "2023-10-07", "2023-10-16"),
        ("2023-08-07", "2023-10-07", "2023-10-23"),
        ("2024-08-02", "2024-10-08", "2024-10-16"),
        ("2024-08-08", "2024-10-08", "2024-10-22"),
        ("2025-08-02", "2025-10-09", "2025-10-16"),
        ("2025-08-09", "2025-10-09", "2025-10-23"),
        ("2026-08-02", "2026-10-08", "2026-10-16"),
        ("2026-08-08", "2026-10-08", "2026-10-22"),
    ] {
        let order = day(order);
        assert_eq!(rectify_by(order, &rules, calendar), day(rectify), "{order} to rectify");
        assert_eq!(reinspect_by(order, &rules, calendar), day(reinspect), "{order} to re-inspect");
    }
}

#[test]
fn a_pause_moves_the_last_day_by_as_many_days() {
    let calendar = calendar();
    let order = day("2021-08-03");
    assert_eq!(period_end_after_pause(order, 60, 0, calendar), day("2021-10-08"));
    assert_eq!(period_end_after_pause(order, 60, 12, calendar), day("2021-10-14"));
    assert_eq!(period_end_after_pause(order, u32::MAX, 12, calendar), NaiveDate::MAX);
}

#[test]
fn deadlines_that_no_notice_covers_are_provisional() {
    let calendar = calendar();
    for (last, wanted) in [
        ("2026-12-29", false),
        ("2026-12-30", true),
        ("2027-01-04", true),
        ("2022-12-30", false),
        ("2010-12-01", true),
        ("2020-12-01", false),
    ] {
        assert_eq!(provisional(day(last), calendar), wanted, "{last}");
    }
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
