//! The calendar against its notices, and what is refused.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::core::Language;

fn announced() -> &'static Calendar {
    static PARSED: LazyLock<Calendar> =
        LazyLock::new(|| Calendar::parse(include_str!("../../../config/calendar.toml")).unwrap());
    &PARSED
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn holidays_rest_and_make_up_days_work() {
    let calendar = announced();
    for (date, works, name) in [
        ("2011-12-31", true, None),
        ("2015-09-03", false, Some("中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日")),
        ("2015-09-04", false, Some("中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日")),
        ("2015-09-06", true, None),
        ("2018-12-29", true, None),
        ("2018-12-31", false, Some("元旦")),
        ("2019-04-28", true, None),
        ("2019-05-02", false, Some("劳动节")),
        ("2020-01-30", false, Some("春节")),
        ("2020-01-31", false, Some("春节（延长）")),
        ("2020-02-01", false, Some("春节（延长）")),
        ("2020-02-02", false, Some("春节（延长）")),
        ("2020-02-03", true, None),
        ("2021-09-26", true, None),
        ("2021-09-30", true, None),
        ("2021-10-01", false, Some("国庆节")),
        ("2021-10-07", false, Some("国庆节")),
        ("2021-10-08", true, None),
        ("2021-10-09", true, None),
        ("2021-10-10", false, None),
        ("2022-12-31", false, Some("元旦")),
        ("2023-09-29", false, Some("中秋节、国庆节")),
        ("2024-02-09", true, None),
        ("2025-10-08", false, Some("国庆节、中秋节")),
        ("2026-02-23", false, Some("春节")),
        ("2026-02-28", true, None),
    ] {
        assert_eq!(calendar.is_working_day(day(date)), works, "{date}");
        assert_eq!(calendar.holiday_name(day(date)), name, "{date}");
    }
}

#[test]
fn each_year_has_its_number_of_working_days() {
    let calendar = announced();
    let worked = |year: i32| {
        NaiveDate::from_ymd_opt(year, 1, 1)
            .unwrap()
            .iter_days()
            .take_while(|day| day.year() == year)
            .filter(|day| calendar.is_working_day(*day))
            .count()
    };
    // Counted from another calendar of the same notices, the Python package chinesecalendar 1.11.0.
    let expected = [250, 249, 250, 250, 249, 250, 249, 250, 250, 249, 250, 249, 249, 251, 248, 248];
    assert_eq!((2011..=2026).map(worked).collect::<Vec<_>>(), expected);
}

#[test]
fn outside_the_announced_years_weekends_alone_rest() {
    let calendar = announced();
    assert!(
        !calendar.covers(2010) && (2011..=2026).all(|year| calendar.covers(year)) && !calendar.covers(2035)
    );
    assert!(calendar.gaps().is_empty());
    assert_eq!(calendar.source(2021), Some("国办发明电〔2020〕27号"));
    assert_eq!(calendar.source(2035), None);
    let of = |year: i32| calendar.year(year).unwrap();
    assert!(calendar.years().all(|year| year.notice.announced_on.is_some_and(|day| day.year() < year.year)));
    let later: Vec<_> = calendar
        .years()
        .flat_map(|year| year.holidays.iter().filter(|h| h.notice != year.notice))
        .map(|holiday| (holiday.notice.to_string(), holiday.name(Language::En).into_owned()))
        .collect();
    assert_eq!(
        later,
        [
            ("国发明电〔2015〕1号 (2015-05-13)".to_owned(), "70th Victory Day".to_owned()),
            ("国办发明电〔2019〕3号 (2019-03-22)".to_owned(), "Labour Day".to_owned()),
            ("国办发明电〔2020〕1号 (2020-01-26)".to_owned(), "Spring Festival (extended)".to_owned()),
        ]
    );
    assert_eq!((of(2026).rest_days(), of(2026).working_days.len()), (33, 6));
    assert!(calendar.is_working_day(day("2035-10-01")));
    assert!(!calendar.is_working_day(day("2035-10-06")));
}

#[test]
fn the_next_working_day_passes_over_a_holiday() {
    let calendar = announced();
    for (from, to) in [
        ("2021-10-02", "2021-10-08"),
        ("2021-10-08", "2021-10-08"),
        ("2026-02-15", "2026-02-24"),
        ("2022-12-31", "2023-01-03"),
    ] {
        assert_eq!(calendar.next_working_day_on_or_after(day(from)), day(to), "{from}");
    }
    assert_eq!(calendar.next_working_day_on_or_after(NaiveDate::MAX), NaiveDate::MAX);
}

/// A file with one year.
fn year(holidays: &str, working: &str) -> String {
    format!(
        "[[year]]\nyear = 2021\nsource = \"国办发明电〔2020〕27号\"\nholidays = [{holidays}]\nworking_days = [{working}]\n"
    )
}

const NATIONAL: &str = r#"{ name = "国庆节", from = "2021-10-01", to = "2021-10-07" }"#;

#[test]
fn contradictions_are_refused_with_file_and_line() {
    let good = year(NATIONAL, "");
    assert!(Calendar::parse(&good).is_ok());
    for (text, line, problem) in [
        (good.repeat(2), 6, "duplicate year"),
        (year("", ""), 1, "it has no holiday"),
        (year(&format!("{NATIONAL},\n{NATIONAL}"), ""), 5, "2021-10-01 is in two holidays"),
        (year(&NATIONAL.replace("01\"", "08\""), ""), 4, "国庆节 lasts 0 days"),
        (year(&NATIONAL.replace("2021-10-07", "2021-12-07"), ""), 4, "国庆节 lasts 68 days"),
        (year(&NATIONAL.replace("2021", "2022"), ""), 4, "国庆节 is not in it"),
        (
            year(&NATIONAL.replace("10-07", "13-07"), ""),
            4,
            "国庆节: to: \"2021-13-07\" is no date, as 2027-01-01 is",
        ),
        (year(NATIONAL, "\"2021-10-08\""), 5, "make-up day 2021-10-08 is not a weekend day in it"),
        (year(NATIONAL, "\"2021-10-02\""), 5, "2021-10-02 is both a holiday and a make-up day"),
        (year(NATIONAL, "\"2021-10-09\",\n\n\"2021-10-09\""), 7, "duplicate make-up day 2021-10-09"),
        (year(NATIONAL, "\"soon\""), 5, "working_days: \"soon\" is no date, as 2027-01-01 is"),
        (
            good.replace("source = \"国办发明电〔2020〕27号\"", ""),
            4,
            "国庆节 has no source: the number of its notice is wanted",
        ),
        (
            good.replace("source = \"", "announced_on = \"today\"\nsource = \""),
            3,
            "announced_on: \"today\" is no date, as 2027-01-01 is",
        ),
    ] {
        let error = Calendar::parse(&text).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("calendar: calendar.toml line {line}: year 2021: {problem}")),
            "{error}"
        );
    }
    for (text, line, part) in [
        ("years = []", 1, "unknown field `years`"),
        ("\n[[year]]\nyear = 2021\nholiday = []\n", 4, "unknown field `holiday`"),
        ("[[year]]\nyear = \"2021\"\n", 2, "invalid type"),
        ("[[year]]\nyear = \n", 2, ""),
    ] {
        let error = Calendar::parse(text).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("calendar: calendar.toml line {line}: ")) && error.contains(part),
            "{error}"
        );
    }
    let far = good.replace("year = 2021", "year = 20210");
    assert!(
        Calendar::parse(&far)
            .unwrap_err()
            .to_string()
            .contains("year 20210: a year from 1950 to 2100 is wanted")
    );
}

#[test]
fn a_year_of_a_later_file_takes_the_place_of_the_built_in_one() {
    let builtin = CalendarFile { name: "built in", text: include_str!("../../../config/calendar.toml") };
    let one = year(NATIONAL, "\"2021-10-09\"");
    let next = one.replace("2021", "2027").replace("\"2027-10-09\"", "\"2027-10-09\", \"2027-09-26\"");
    let files = [builtin, CalendarFile { name: "a", text: &one }, CalendarFile { name: "b", text: &next }];
    let calendar = Calendar::layered(&files).unwrap();
    assert_eq!(calendar.years().count(), 17);
    assert!(calendar.is_working_day(day("2021-01-01")) && !calendar.is_working_day(day("2021-10-07")));
    assert!(calendar.is_make_up_day(day("2027-09-26")) && calendar.is_working_day(day("2027-09-26")));
    assert_eq!(calendar.year(2027).unwrap().file, "b");

    let twice = [builtin, files[1], CalendarFile { name: "c", text: &one }];
    let error = Calendar::layered(&twice).unwrap_err().to_string();
    assert_eq!(error, "calendar: c line 1: year 2021: it is in a as well");

    // All that is wrong is said at once.
    let (bad, worse) = (year(NATIONAL, "\"2021-10-08\""), "year");
    let files = [builtin, CalendarFile { name: "a", text: &bad }, CalendarFile { name: "b", text: worse }];
    assert_eq!(Calendar::read(&files).1.len(), 2);
    let gap = year(NATIONAL, "").replace("2021", "2029");
    let files = [builtin, CalendarFile { name: "a", text: &gap }];
    assert_eq!(Calendar::layered(&files).unwrap().gaps(), [2027, 2028]);
}

#[test]
fn a_year_is_missing_from_december_on() {
    let calendar = announced();
    for (today, missing) in [
        ("2026-11-30", None),
        ("2026-12-01", Some(2027)),
        ("2026-12-31", Some(2027)),
        ("2027-01-01", Some(2027)),
        ("2025-12-31", None),
        ("2010-06-01", Some(2010)),
    ] {
        assert_eq!(calendar.missing_on(day(today)), missing, "{today}");
    }
}

#[test]
fn the_digest_of_a_year_follows_what_was_announced() {
    let of = |text: &str| Calendar::parse(text).unwrap().year(2021).unwrap().digest();
    let text = year(NATIONAL, "\"2021-10-09\"");
    assert_eq!(of(&text), of(&format!("# a word\n\n{text}")));
    for (from, to) in [("10-07", "10-06"), ("10-09", "10-10"), ("27号", "28号"), ("国庆节", "国庆")] {
        assert_ne!(of(&text), of(&text.replace(from, to)), "{from}");
    }
}

proptest! {
    #[test]
    fn the_next_working_day_is_the_first_one(offset in 0..5844u64) {
        let calendar = announced();
        let from = day("2011-01-01") + chrono::Days::new(offset);
        let next = calendar.next_working_day_on_or_after(from);
        prop_assert!(next >= from && calendar.is_working_day(next));
        prop_assert!(from.iter_days().take_while(|day| *day < next).all(|day| !calendar.is_working_day(day)));
    }
}
