//! Dates as people and spreadsheets write them.

use crate::core::cells::{compact, is_blank, narrow};
use chrono::{Days, NaiveDate, TimeDelta};

/// Day 0 of Excel's serial numbers after February 1900, which Excel holds for a leap year.
const EXCEL_EPOCH: Option<NaiveDate> = NaiveDate::from_ymd_opt(1899, 12, 30);

/// By how many days the count of a workbook from 1904 lags behind.
const DAYS_TO_1904: Days = Days::new(1_462);
/// How many hours Shanghai is ahead of UTC.
const SHANGHAI: i64 = 8;
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
    // Of full width are all characters of a cell or none.
    let text: String = text.trim_matches(is_blank).chars().map(narrow).collect();
    let text = without_weekday(&text);
    if let Some((date, time)) = split(text) {
        let date = day(&compact(date))?;
        return shifted(date, time);
    }
    let text = compact(text);
    match text.len() {
        14 => stamp(&text),
        _ => day(&text),
    }
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

/// Whether a text is what a spreadsheet makes of an identifier that it takes for a date: a date with separators, or day or year and
/// a month by its name.
#[must_use]
pub fn looks_like_date(whole: &str) -> bool {
    let text = compact(whole);
    if !text.bytes().any(|b| b.is_ascii_digit()) || text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return false;
    }
    let of_year = text.split_once('月').is_some_and(|(month, day)| {
        number(month).is_some() && (day.is_empty() || day.strip_suffix('日').and_then(number).is_some())
    });
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let by_name = text.split_once('-').is_some_and(|(first, second)| {
        let is_month = |part: &str| months.contains(&part.to_ascii_lowercase().as_str());
        let is_number = |part: &str| (1..=2).contains(&part.len()) && number(part).is_some();
        (is_month(first) && is_number(second))
            || (is_number(first) && is_month(second.split('-').next().unwrap_or_default()))
    });
    of_year || by_name || parse(whole).is_some()
}

/// The date and the time of day of a text, which a blank, a T or the last character of a Chinese date separates.
fn split(text: &str) -> Option<(&str, &str)> {
    let colon = text.find(':').or_else(|| text.find('时')).or_else(|| text.find('点'))?;
    let before = text.get(..colon)?;
    let digits = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let words = ["上午", "下午", "凌晨", "晚上", "中午", "AM", "PM"];
    let digits = digits.trim_end_matches(is_blank);
    let date = words.iter().find_map(|word| digits.strip_suffix(word)).unwrap_or(digits);
    let time = text.get(date.len()..)?;
    let starts = time.starts_with(is_blank)
        || date.ends_with(['T', '日', '号'])
        || words.iter().any(|w| time.starts_with(w));
    starts.then(|| (date.strip_suffix('T').unwrap_or(date), time))
}

/// The date of a time, in Shanghai where its zone is known.
fn shifted(date: NaiveDate, time: &str) -> Option<NaiveDate> {
    let time = compact(time);
    let words = ["上午", "下午", "凌晨", "晚上", "中午", "AM", "PM"];
    let time = words.iter().find_map(|word| time.strip_prefix(word)).unwrap_or(&time);
    let utc = ["Z", "UTC", "GMT"].iter().find_map(|zone| time.strip_suffix(zone));
    let (time, offset) = match (utc, time.rfind(['+', '-'])) {
        (Some(time), _) => (time, Some(0)),
        (None, Some(at)) => {
            let (time, zone) = time.split_at(at);
            (
                time.strip_suffix("UTC").or_else(|| time.strip_suffix("GMT")).unwrap_or(time),
                Some(minutes_of(zone)?),
            )
        }
        (None, None) => (time, None),
    };
    let seconds = seconds_of(time)?;
    let Some(offset) = offset else { return Some(date) };
    let moment = date.and_hms_opt(0, 0, 0)? + TimeDelta::seconds(seconds - offset * 60 + SHANGHAI * 3_600);
    Some(moment.date())
}

/// The minutes of a zone such as +08:00, +0800 or -5.
fn minutes_of(zone: &str) -> Option<i64> {
    let (sign, zone) = zone.split_at_checked(1)?;
    let (hours, minutes) = match zone.split_once(':') {
        Some(parts) => parts,
        None if zone.len() == 4 => zone.split_at(2),
        None => (zone, "0"),
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let all = i64::from(hours * 60 + minutes);
    (hours <= 14 && minutes < 60).then_some(if sign == "-" { -all } else { all })
}

/// The seconds of a time of day; the fraction of a second is passed over.
fn seconds_of(time: &str) -> Option<i64> {
    let time = time.replace(['时', '点', '分'], ":");
    let time = time.trim_end_matches('秒').trim_end_matches(':');
    let whole = time.split(['.', ',']).next()?;
    let parts: Vec<u32> = whole.split(':').map(number).collect::<Option<_>>()?;
    let (hours, minutes, seconds) = match parts[..] {
        [hours] => (hours, 0, 0),
        [hours, minutes] => (hours, minutes, 0),
        [hours, minutes, seconds] => (hours, minutes, seconds),
        _ => return None,
    };
    let fits = (hours < 24 && minutes < 60 && seconds <= 60) || (hours, minutes, seconds) == (24, 0, 0);
    fits.then(|| i64::from(hours * 3_600 + minutes * 60 + seconds))
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

/// 二〇二一, 八, 三.
fn chinese(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let mut whole = 0;
    if year.chars().count() != 4 {
        return None;
    }
    for c in year.chars() {
        whole = whole * 10 + i32::try_from(chinese_digit(c)?).ok()?;
    }
    NaiveDate::from_ymd_opt(whole, chinese_number(month)?, chinese_number(day)?)
}

/// Up to 三十一.
fn chinese_number(text: &str) -> Option<u32> {
    let text = text.replace('廿', "二十").replace('卅', "三十");
    let Some((tens, ones)) = text.split_once('十') else {
        let mut digits = text.chars();
        let digit = chinese_digit(digits.next()?);
        return digit.filter(|_| digits.next().is_none());
    };
    let digit = |text: &str, none: u32| {
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (None, _) => Some(none),
            (Some(c), None) => chinese_digit(c),
            _ => None,
        }
    };
    Some(digit(tens, 1)? * 10 + digit(ones, 0)?)
}

fn chinese_digit(c: char) -> Option<u32> {
    const DIGITS: &str = "〇一二三四五六七八九";
    let c = if matches!(c, '零' | '○' | 'O' | '0') { '〇' } else { c };
    DIGITS.chars().position(|known| known == c).and_then(|at| u32::try_from(at).ok())
}

fn number(digits: &str) -> Option<u32> {
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn all_forms_are_read() {
        let date = NaiveDate::from_ymd_opt(2021, 8, 3).unwrap();
        for text in [
            "2021-08-03",
            "2021-8-3",
            "2021/8/3",
            "2021/08/03",
            "20210803",
            "2021年8月3日",
            "2021年08月03日",
            " 2021 年 8 月 3 日 ",
            "２０２１－０８－０３",
            "２０２１年８月３日",
            "44411",
            "44411.5",
            "2021-08-03 00:00:00",
            "2021/8/3 14:30",
            "2021-08-03T00:00:00.000Z",
            "2021.8.3",
            "2021.08.03",
            "２０２１．８．３",
            "2021。8。3",
            "2021—8—3",
            "2021\\8\\3",
            "2021年8月3号",
            "2021年8月3日 星期二",
            "2021-08-03（周二）",
            "二〇二一年八月三日",
            "二○二一年八月三日",
            "20210803143000",
            "2021年8月3日14时30分",
            "2021年8月3日 下午2:30",
            "2021-08-03 23:59:59",
            "2021-08-03 24:00",
            "2021-08-02T16:00:00.000Z",
            "2021-08-02T16:00:00Z",
            "2021-08-02 16:00:00 UTC",
            "2021-08-03T00:00:00+08:00",
            "2021-08-03T08:00:00+0800",
            "2021-08-02T18:00:00+02:00",
            "2021-08-03T15:59:59.999Z",
            "2021-08-02T11:00:00-05:00",
        ] {
            assert_eq!(parse(text), Some(date), "{text}");
        }
        assert_eq!(parse("2020-02-29"), NaiveDate::from_ymd_opt(2020, 2, 29));
        assert_eq!(parse("2026-10-08T16:00:00.000Z"), NaiveDate::from_ymd_opt(2026, 10, 9));
        assert_eq!(parse("2026-12-31T20:00:00Z"), NaiveDate::from_ymd_opt(2027, 1, 1));
        assert_eq!(parse("二〇二一年十二月三十一日"), NaiveDate::from_ymd_opt(2021, 12, 31));
        assert_eq!(parse_from_1904("42949"), Some(date));
        assert_eq!(parse_from_1904("2021-08-03"), Some(date));
    }

    #[test]
    fn identifiers_that_became_dates_are_seen() {
        for text in [
            "2026/3/5",
            "2026-03-05",
            "2026年3月5日",
            "5-Mar",
            "Mar-26",
            "5-Mar-26",
            "3月5日",
            "2026-03-05 00:00:00",
        ] {
            assert!(looks_like_date(text), "{text}");
        }
        for text in [
            "20260305",
            "46086",
            "BG2021-001",
            "2026-03-05-01",
            "GD-2026-3",
            "No5-Mar",
            "2026.1",
            "A月5日",
            "JC/2026/3/5",
        ] {
            assert!(!looks_like_date(text), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "昨天",
            "2021-13-01",
            "2021-02-29",
            "2021-00-10",
            "2021-8",
            "2021",
            "202108",
            "2021080",
            "202108031",
            "21-08-03",
            "8/3/2021",
            "3/8/21",
            "2021-08/03",
            "2021-08-03-01",
            "2021.8.3.1",
            "2021年8月",
            "2021年8月3",
            "-44411",
            "4.44e4",
            "2021-08-003",
            "2021--08-03",
            "2021-0x-03",
            "2021-08-03 下午",
            "2021-08-03 25:00",
            "2021-08-03 12:61",
            "2021-08-03T12:00:00+99:00",
            "2021-08-03T",
            "26-3-5",
            "26.3.5",
            "26年3月5日",
            "03/05/2026",
            "05.03.2026",
            "2021.8",
            "2021年8月",
            "3月5日",
            "5-Mar-26",
            "二一年八月三日",
            "二〇二一年十三月三日",
            "20211303143000",
            "1628000000",
            "1628000000000",
            "2021-08-03/2021-08-05",
            "20210832",
            "20210803.0",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_date_round_trips(days in 32874..60000u32) {
            let date = EXCEL_EPOCH.unwrap() + Days::new(days.into());
            for form in ["%Y-%m-%d", "%Y/%-m/%-d", "%Y%m%d", "%Y年%-m月%-d日"] {
                prop_assert_eq!(parse(&date.format(form).to_string()), Some(date));
            }
            prop_assert_eq!(parse(&days.to_string()), Some(date));
        }

        #[test]
        fn any_text_gets_an_answer(text in any::<String>()) {
            let _ = parse(&text);
        }
    }
}
