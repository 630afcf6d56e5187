//! Dates as people and spreadsheets write them.

mod chinese;
mod digits;
mod spreadsheet;
mod time;

use crate::core::cells::{compact, is_blank, narrow};
use chinese::chinese;
use chrono::{Datelike, Days, NaiveDate};
use digits::number;
use spreadsheet::is_of_spreadsheet;
use time::{shifted, split};

/// Day 0 of Excel's serial numbers after February 1900, which Excel holds for a leap year.
const EXCEL_EPOCH: Option<NaiveDate> = NaiveDate::from_ymd_opt(1899, 12, 30);

/// By how many days the count of a workbook from 1904 lags behind.
const DAYS_TO_1904: Days = Days::new(1_462);
/// What stands between year, month and day.
const SEPARATORS: &str = "-/.\\—–‐‑−·。、";

/// The first date that a list may hold: before it there was no such sampling.
pub const EARLIEST: Option<NaiveDate> = NaiveDate::from_ymd_opt(1990, 1, 1);

/// Reads a date in any of the forms that offices and their systems write: 2021-08-03, 2021/8/3, 2021.8.3, 20210803, 2021年8月3日,
/// 二〇二一年八月三日, or an Excel serial number (44411). A weekday behind it and the fraction of a serial number are passed over, and
/// so is a time of day, unless it has a zone: then the date is the one in Shanghai. A year of two digits and a day before a month are
/// no dates.
#[must_use]
pub fn parse(text: &str) -> Option<NaiveDate> {
    // A zone may lead beyond the years that have four digits.
    read(text).filter(|date| (1..=9_999).contains(&date.year()))
}

fn read(text: &str) -> Option<NaiveDate> {
    // Of full width are all characters of a cell or none.
    let text: String = text.trim_matches(is_blank).chars().map(narrow).collect();
    let text = without_weekday(&text);
    if let Some((date, time)) = split(text) {
        let date = day(&compact(date))?;
        return shifted(date, time);
    }
    let text = compact(text);
    if text.len() == 14 && text.bytes().all(|b| b.is_ascii_digit()) { stamp(&text) } else { day(&text) }
}

/// Reads a serial number of a workbook that counts from 1904, or any other form of a date.
#[must_use]
pub fn parse_from_1904(text: &str) -> Option<NaiveDate> {
    let date = parse(text)?;
    if is_serial(text.split('.').next().unwrap_or_default()) {
        date.checked_add_days(DAYS_TO_1904)
    } else {
        Some(date)
    }
}

/// Whether a text is what a spreadsheet makes of an identifier that it takes for a date: a date with separators, also in the orders of
/// other countries, or day or year and a month by its name.
#[must_use]
pub fn looks_like_date(whole: &str) -> bool {
    let text = compact(whole);
    if !text.bytes().any(|b| b.is_ascii_digit()) || text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return false;
    }
    let of_year = text.split_once('月').is_some_and(|(month, day)| {
        number(month).is_some() && (day.is_empty() || day.strip_suffix('日').and_then(number).is_some())
    });
    of_year || is_of_spreadsheet(whole) || parse(whole).is_some()
}

/// A weekday behind a date, in brackets or not, is no part of it.
fn without_weekday(text: &str) -> &str {
    let Some(at) = text.find("星期").or_else(|| text.find('周')) else { return text };
    let (before, day) = text.split_at(at);
    let day = day.trim_end_matches(|c| c == ')' || is_blank(c));
    let plain = ["星期", "周"].iter().find_map(|word| day.strip_prefix(word)).is_some_and(|day| {
        day.chars().count() == 1 && day.contains(['一', '二', '三', '四', '五', '六', '日', '天'])
    });
    if plain { before.trim_end_matches(|c| c == '(' || is_blank(c)) } else { text }
}

/// Fourteen digits: a date and a time of day.
fn stamp(text: &str) -> Option<NaiveDate> {
    let (date, time) = text.split_at_checked(8)?;
    let (hours, minutes, seconds) =
        (number(time.get(..2)?)?, number(time.get(2..4)?)?, number(time.get(4..)?)?);
    if hours < 24 && minutes < 60 && seconds < 60 { numeric(date) } else { day(text) }
}

/// A date without a time, half-width and without blanks.
fn day(text: &str) -> Option<NaiveDate> {
    if text.bytes().all(|b| b.is_ascii_digit()) || is_serial(text.split('.').next().unwrap_or_default()) {
        return numeric(text);
    }
    let parts = if let Some(rest) = text.strip_suffix(['日', '号']) {
        let (year, rest) = rest.split_once('年')?;
        let (month, day) = rest.split_once('月')?;
        if year.chars().all(|c| !c.is_ascii_digit()) {
            return chinese(year, month, day);
        }
        [year, month, day]
    } else {
        let mark = text.chars().find(|c| !c.is_ascii_digit()).filter(|c| SEPARATORS.contains(*c))?;
        let (year, rest) = text.split_once(mark)?;
        let (month, day) = rest.split_once(mark)?;
        [year, month, day]
    };
    let [year, month, day] = parts;
    if year.len() != 4 || ![month, day].iter().all(|p| (1..=2).contains(&p.len())) {
        return None;
    }
    NaiveDate::from_ymd_opt(number(year)?.try_into().ok()?, number(month)?, number(day)?)
}

/// Eight digits are a date, five the number of days since the end of 1899.
fn numeric(text: &str) -> Option<NaiveDate> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    match whole.len() {
        8 if whole.len() == text.len() => NaiveDate::from_ymd_opt(
            number(whole.get(..4)?)?.try_into().ok()?,
            number(whole.get(4..6)?)?,
            number(whole.get(6..)?)?,
        ),
        5 if fraction.bytes().all(|b| b.is_ascii_digit()) => {
            EXCEL_EPOCH?.checked_add_days(Days::new(number(whole)?.into()))
        }
        _ => None,
    }
}

fn is_serial(text: &str) -> bool {
    text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests;
