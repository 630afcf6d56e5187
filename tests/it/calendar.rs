//! The calendar of working days: the built-in years against another calendar, and the files with further years.

mod files;
mod orders_before_2021;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use chrono::{Datelike, NaiveDate};
use zerodesk::catalogue::{Calendar, Catalogue};

const EVERY_DAY: &str = "
import datetime, chinese_calendar
day = datetime.date(2011, 1, 1)
while day.year < 2027:
    print(day, int(chinese_calendar.is_workday(day)))
    day += datetime.timedelta(1)
";

fn builtin() -> Calendar {
    Catalogue::builtin().unwrap().calendar
}

/// The days of 2011 to 2026 on which two calendars differ, and how many were compared.
fn differences(calendar: &Calendar, other: impl Fn(NaiveDate) -> bool) -> (Vec<NaiveDate>, usize) {
    let first = NaiveDate::from_ymd_opt(2011, 1, 1).unwrap();
    let days: Vec<NaiveDate> = first.iter_days().take_while(|day| day.year() < 2027).collect();
    let differ = days.iter().copied().filter(|day| calendar.is_working_day(*day) != other(*day)).collect();
    (differ, days.len())
}

/// The Pythons that may have the package: where `script/bootstrap test` puts it, and the machine's own.
fn pythons() -> Vec<PathBuf> {
    let home = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let cache = home("XDG_CACHE_HOME").or_else(|| home("HOME").map(|home| home.join(".cache")));
    let own = cache.map(|cache| cache.join("zerodesk/chinesecalendar-1.11.0/bin/python"));
    own.into_iter().chain(["python3".into(), "/usr/bin/python3".into()]).collect()
}

/// What the package says of every day; none where no Python has it.
fn by_the_package() -> Option<String> {
    pythons().into_iter().find_map(|python| {
        let output = Command::new(python).args(["-c", EVERY_DAY]).output().ok()?;
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
    })
}

#[test]
fn every_day_from_2011_to_2026_agrees_with_chinesecalendar() {
    let Some(text) = by_the_package() else {
        eprintln!(
            "NOT RUN: no python here can import chinese_calendar (script/bootstrap test installs it); every day was held against \
             tests/data/chinesecalendar-1.11.0.csv alone"
        );
        return;
    };
    let days: BTreeMap<NaiveDate, bool> = text
        .lines()
        .map(|line| line.split_once(' ').map(|(day, works)| (day.parse().unwrap(), works == "1")).unwrap())
        .collect();
    let (differ, compared) = differences(&builtin(), |day| days[&day]);
    assert_eq!((differ, compared, days.len()), (vec![], 5844, 5844));
}

#[test]
fn every_day_from_2011_to_2026_agrees_with_what_the_package_said_when_it_was_kept() {
    let file = include_str!("../data/chinesecalendar-1.11.0.csv");
    let special: BTreeMap<NaiveDate, bool> = file
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once(',').map(|(day, kind)| (day.parse().unwrap(), kind == "work")).unwrap())
        .collect();
    assert!(special.len() > 280, "{}", special.len());
    let by_the_week = |day: NaiveDate| day.weekday().number_from_monday() < 6;
    let (differ, compared) =
        differences(&builtin(), |day| special.get(&day).copied().unwrap_or_else(|| by_the_week(day)));
    assert_eq!((differ, compared), (vec![], 5844));
}
