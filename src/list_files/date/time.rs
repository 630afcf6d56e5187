//! Times of day behind a date, and what their zone makes of it.

use super::digits::number;
use crate::core::cells::{compact, is_blank};
use chrono::{NaiveDate, TimeDelta};

/// How many hours Shanghai is ahead of UTC.
const SHANGHAI: i64 = 8;
/// The date and the time of day of a text, which a blank, a T or the last character of a Chinese date separates.
pub fn split(text: &str) -> Option<(&str, &str)> {
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
pub fn shifted(date: NaiveDate, time: &str) -> Option<NaiveDate> {
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
        None if zone.len() == 4 => zone.split_at_checked(2)?,
        None => (zone, "0"),
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    if hours > 14 || minutes > 59 {
        return None;
    }
    let all = i64::from(hours * 60 + minutes);
    Some(if sign == "-" { -all } else { all })
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
