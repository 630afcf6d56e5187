//! Dates as people and spreadsheets write them.

use crate::core::cells::compact;
use chrono::{Days, NaiveDate};

/// Day 0 of Excel's serial numbers after February 1900, which Excel holds for a leap year.
const EXCEL_EPOCH: Option<NaiveDate> = NaiveDate::from_ymd_opt(1899, 12, 30);

/// The first date that a list may hold: before it there was no such sampling.
pub const EARLIEST: Option<NaiveDate> = NaiveDate::from_ymd_opt(1990, 1, 1);

/// Reads 2021-08-03, 2021/8/3, 20210803, 2021年8月3日 or an Excel serial number (44411). A time of
/// day after the date or a fraction of the serial number is passed over.
#[must_use]
pub fn parse(text: &str) -> Option<NaiveDate> {
    // A time of day is recognised by the blank or the T before it, so it goes before the blanks do.
    let text = text.trim();
    let date = match text.split_once([' ', 'T']) {
        Some((date, time)) if is_time(time) => date,
        _ => text,
    };
    let text = compact(date);
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return numeric(&text);
    }
    let parts = if let Some(rest) = text.strip_suffix('日') {
        let (year, rest) = rest.split_once('年')?;
        let (month, day) = rest.split_once('月')?;
        [year, month, day]
    } else {
        let mark = if text.contains('/') { '/' } else { '-' };
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
    let (whole, _fraction) = text.split_once('.').unwrap_or((text, ""));
    match whole.len() {
        8 if whole.len() == text.len() => NaiveDate::from_ymd_opt(
            number(whole.get(..4)?)?.try_into().ok()?,
            number(whole.get(4..6)?)?,
            number(whole.get(6..)?)?,
        ),
        5 => EXCEL_EPOCH?.checked_add_days(Days::new(number(whole)?.into())),
        _ => None,
    }
}

fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

fn is_time(text: &str) -> bool {
    let text = text.trim().trim_end_matches('Z');
    let text = text.split_once('.').map_or(text, |(time, _)| time);
    let parts: Vec<_> = text.split(':').collect();
    (2..=3).contains(&parts.len()) && parts.iter().all(|p| (1..=2).contains(&p.len()) && number(p).is_some())
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
        ] {
            assert_eq!(parse(text), Some(date), "{text}");
        }
        assert_eq!(parse("2020-02-29"), NaiveDate::from_ymd_opt(2020, 2, 29));
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
