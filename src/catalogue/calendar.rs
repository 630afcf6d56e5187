//! Working days: weekends and public holidays are rest days, make-up days (调休) are worked.
//!
//! The State Council's General Office announces each year's holidays in the autumn before.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Deserialize;

use super::error::CatalogueError;

/// The announced holidays and make-up working days. Dates are civil dates in Asia/Shanghai.
#[derive(Debug, Clone)]
pub struct Calendar {
    sources: BTreeMap<i32, Option<String>>,
    holidays: BTreeMap<NaiveDate, String>,
    made_up: BTreeSet<NaiveDate>,
}

// No announced holiday has been longer than nine days; a longer one is a slip of the pen.
const LONGEST_HOLIDAY: i64 = 12;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    year: Vec<Year>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    year: i32,
    source: Option<String>,
    holidays: Vec<Holiday>,
    working_days: Vec<NaiveDate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    name: String,
    from: NaiveDate,
    to: NaiveDate,
}

impl Calendar {
    /// Reads the announcements from TOML; `config/calendar.toml` shows the form.
    ///
    /// # Errors
    /// A syntax error or unknown key; a year or day announced twice; a holiday that ends before it begins or lasts longer
    /// than any ever has; a day out of its year (December before excepted); a make-up day that is worked anyway.
    pub fn parse(toml: &str) -> Result<Self, CatalogueError> {
        let file: File = toml::from_str(toml)
            .map_err(|error| CatalogueError::Syntax { text: "calendar", problem: error.to_string() })?;
        let mut calendar =
            Self { sources: BTreeMap::new(), holidays: BTreeMap::new(), made_up: BTreeSet::new() };
        for year in file.year {
            let number = year.year;
            calendar.add(year).map_err(|problem| CatalogueError::Calendar { year: number, problem })?;
        }
        match calendar.made_up.iter().find(|day| calendar.holidays.contains_key(day)) {
            Some(day) => Err(CatalogueError::Calendar {
                year: day.year(),
                problem: format!("{day} is both a holiday and a make-up day"),
            }),
            None => Ok(calendar),
        }
    }

    /// Whether this is a working day. Outside the announced years only weekends are known to be rest days.
    #[must_use]
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        self.made_up.contains(&day) || !(is_weekend(day) || self.holidays.contains_key(&day))
    }

    /// Whether the holidays of this year were announced to us. Deadlines in a year not covered may move when they are.
    #[must_use]
    pub fn covers(&self, year: i32) -> bool {
        self.sources.contains_key(&year)
    }

    /// Document number of the notice that announced this year's holidays, where the calendar states it.
    #[must_use]
    pub fn source(&self, year: i32) -> Option<&str> {
        self.sources.get(&year)?.as_deref()
    }

    /// The day itself if it is a working day, else the first working day after it.
    #[must_use]
    pub fn next_working_day_on_or_after(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().find(|day| self.is_working_day(*day)).unwrap_or(day)
    }

    /// Chinese name of the holiday this day belongs to; none for an ordinary weekend.
    #[must_use]
    pub fn holiday_name(&self, day: NaiveDate) -> Option<&str> {
        self.holidays.get(&day).map(String::as_str)
    }

    fn add(&mut self, year: Year) -> Result<(), String> {
        let in_year =
            |day: NaiveDate| day.year() == year.year || (day.year() + 1 == year.year && day.month() == 12);
        if self.sources.insert(year.year, year.source).is_some() {
            return Err("duplicate year".to_owned());
        }
        for Holiday { name, from, to } in year.holidays {
            let days = (to - from).num_days() + 1;
            if !in_year(from) || to.year() != year.year {
                return Err(format!("{name} is not in it"));
            }
            if !(1..=LONGEST_HOLIDAY).contains(&days) {
                return Err(format!("{name} lasts {days} days"));
            }
            for day in from.iter_days().take_while(|day| *day <= to) {
                if self.holidays.insert(day, name.clone()).is_some() {
                    return Err(format!("{day} is in two holidays"));
                }
            }
        }
        for day in year.working_days {
            if !in_year(day) || !is_weekend(day) {
                return Err(format!("make-up day {day} is not a weekend day in it"));
            }
            if !self.made_up.insert(day) {
                return Err(format!("duplicate make-up day {day}"));
            }
        }
        Ok(())
    }
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    fn announced() -> &'static Calendar {
        static PARSED: LazyLock<Calendar> =
            LazyLock::new(|| Calendar::parse(include_str!("../../config/calendar.toml")).unwrap());
        &PARSED
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn holidays_rest_and_make_up_days_work() {
        let calendar = announced();
        for (date, works, name) in [
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
        let expected = [250, 249, 249, 251, 248, 248];
        assert_eq!((2021..=2026).map(worked).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn outside_the_announced_years_weekends_alone_rest() {
        let calendar = announced();
        assert!(!calendar.covers(2020) && calendar.covers(2021) && !calendar.covers(2035));
        assert_eq!(calendar.source(2021), Some("国办发明电〔2020〕27号"));
        assert_eq!(calendar.source(2035), None);
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

    #[test]
    fn contradictions_are_refused() {
        let year = |holidays: &str, working: &str| {
            format!("[[year]]\nyear = 2021\nholidays = [{holidays}]\nworking_days = [{working}]\n")
        };
        let national = r#"{ name = "国庆节", from = "2021-10-01", to = "2021-10-07" }"#;
        for (text, problem) in [
            (year("", "").repeat(2), "duplicate year"),
            (year(&format!("{national},{national}"), ""), "2021-10-01 is in two holidays"),
            (year(&national.replace("01\"", "08\""), ""), "国庆节 lasts 0 days"),
            (year(&national.replace("2021-10-07", "2021-12-07"), ""), "国庆节 lasts 68 days"),
            (year(&national.replace("2021", "2022"), ""), "国庆节 is not in it"),
            (year(national, "\"2021-10-08\""), "make-up day 2021-10-08 is not a weekend day in it"),
            (year(national, "\"2021-10-02\""), "2021-10-02 is both a holiday and a make-up day"),
            (year("", "\"2021-10-09\",\"2021-10-09\""), "duplicate make-up day 2021-10-09"),
        ] {
            let error = Calendar::parse(&text).unwrap_err();
            assert_eq!(error.to_string(), format!("calendar: year 2021: {problem}"));
        }
        let error = Calendar::parse("years = []").unwrap_err();
        assert!(matches!(error, CatalogueError::Syntax { .. }));
    }

    proptest! {
        #[test]
        fn the_next_working_day_is_the_first_one(offset in 0..2191u64) {
            let calendar = announced();
            let from = day("2021-01-01") + chrono::Days::new(offset);
            let next = calendar.next_working_day_on_or_after(from);
            prop_assert!(next >= from && calendar.is_working_day(next));
            prop_assert!(from.iter_days().take_while(|day| *day < next).all(|day| !calendar.is_working_day(day)));
        }
    }
}
