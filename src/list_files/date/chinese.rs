//! Dates in Chinese numerals.

use chrono::NaiveDate;

/// The date of a year, month and day such as 二〇二一, 八 and 三.
pub fn chinese(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
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
