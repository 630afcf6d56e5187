//! Dates as people write them: what is read is a date of the calendar that reads the same again, and every form that offices write is read.

use chrono::{Datelike, Days, NaiveDate};
use zerodesk::core::cells::{compact, narrow};
use zerodesk::list_files::date::{looks_like_date, parse, parse_from_1904};

use super::choices::Choices;

pub fn check(input: &[u8]) {
    match Choices::of(input) {
        Some(choices) => made(choices),
        None => text(&String::from_utf8_lossy(input)),
    }
}

fn text(text: &str) {
    let date = parse(text);
    let from_1904 = parse_from_1904(text);
    if let Some(date) = date {
        assert!((1..=9_999).contains(&date.year()), "{text:?} is {date}");
        assert_eq!(parse(&date.to_string()), Some(date), "{text:?} is {date}");
        assert!(from_1904.is_some_and(|later| later == date || later == date + Days::new(1_462)));
        for same in [
            format!("\u{3000}{text}\u{200b}"),
            text.chars().map(narrow).collect(),
            text.chars().map(wide).collect(),
        ] {
            assert_eq!(parse(&same), Some(date), "{text:?} is {date}, but {same:?} is not");
        }
    } else {
        assert_eq!(from_1904, None, "{text:?}");
    }
    // A number alone is no date here: report numbers are numbers.
    assert!(
        date.is_some() || !looks_like_date(text) || compact(text).contains(['月', '-', '/', '.', ',']),
        "{text:?}"
    );
}

/// The full-width form of an ASCII character.
fn wide(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// A date in one of the forms that are read, with a time and a zone or without.
fn made(mut choices: Choices<'_>) {
    let days = choices.below(40_000);
    let date = NaiveDate::from_ymd_opt(1990, 1, 1).expect("a date") + Days::new(days as u64);
    let (year, month, day) = (date.year(), date.month(), date.day());
    let padded = choices.one_in(2);
    let (m, d) = if padded {
        (format!("{month:02}"), format!("{day:02}"))
    } else {
        (month.to_string(), day.to_string())
    };
    let form = choices.byte() % 12;
    let mark = ["-", "/", ".", "\\", "—", "–", "·", "。", "、"].get(usize::from(form));
    let mut text = match form {
        9 => format!("{year}年{m}月{d}日"),
        10 => format!("{year}年{m}月{d}号"),
        11 => format!("{year}{month:02}{day:02}"),
        _ => {
            let mark = mark.expect("a mark for each other form");
            format!("{year}{mark}{m}{mark}{d}")
        }
    };
    let mut expected = date;
    match choices.byte() % 5 {
        1 => text.push_str(" 星期三"),
        2 => text.push_str(&format!(" {:02}:{:02}", choices.byte() % 24, choices.byte() % 60)),
        3 if form != 11 => {
            // Midnight in Shanghai is 16:00 UTC.
            let hour = choices.byte() % 24;
            text.push_str(&format!(" {hour:02}:00:00Z"));
            if hour >= 16 {
                expected = date + Days::new(1);
            }
        }
        4 if form == 11 => text.push_str("123000"),
        _ => {}
    }
    assert_eq!(parse(&text), Some(expected), "{text:?}");
    self::text(&text);
}
