//! Dates as spreadsheets of other countries show them. They are no dates of a list, but tell that an identifier has become one.

use super::digits::number;
use crate::core::cells::compact;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const LONG_MONTHS: [&str; 11] = [
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Whether a text is what a spreadsheet makes of an identifier such as 3-5 or 1-MAR: day and month with a year behind (3/5/2026, 5.3.2026,
/// 3/5/26), or a month by its name with day, year or both (5-Mar, Jan-2026, Mar 5, 2026).
pub(super) fn is_of_spreadsheet(text: &str) -> bool {
    let text = compact(text).to_ascii_lowercase();
    let parts: Vec<&str> = text.split(['-', '/', '.', ',']).filter(|part| !part.is_empty()).collect();
    let is_name = |part: &&str| MONTHS.contains(part) || LONG_MONTHS.contains(part);
    let is_day =
        |part: &str| (1..=2).contains(&part.len()) && number(part).is_some_and(|n| (1..=31).contains(&n));
    let is_year = |part: &str| match part.len() {
        2 => number(part).is_some(),
        4 => number(part).is_some_and(|year| (1900..2100).contains(&year)),
        _ => false,
    };
    match parts.as_slice() {
        [name, other] | [other, name] if is_name(name) => is_day(other) || is_year(other),
        [first, second, year] if is_name(first) || is_name(second) => {
            let day = if is_name(first) { second } else { first };
            (is_day(day) && is_year(year)) || (is_year(day) && is_day(year))
        }
        [first, second, year] => {
            let month =
                [first, second].iter().any(|part| number(part).is_some_and(|n| (1..=12).contains(&n)));
            // With a point or a hyphen, years of two digits are common in numbers of reports.
            let short = text.contains('/');
            is_day(first) && is_day(second) && month && (year.len() == 4 || short) && is_year(year)
        }
        _ => by_words(&text),
    }
}

/// mar5,2026 and 5mar2026: blanks are gone.
fn by_words(text: &str) -> bool {
    let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b',');
    let name = MONTHS.contains(&letters.as_str()) || LONG_MONTHS.contains(&letters.as_str());
    name && plain && text.contains(&letters) && text.contains(',') && (5..=6).contains(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_spreadsheets_are_known() {
        for text in [
            "3/5/2026",
            "03/05/2026",
            "3-5-2026",
            "5.3.2026",
            "3/5/26",
            "31/12/2026",
            "5-Mar",
            "1-Mar",
            "Mar-26",
            "Jan-2026",
            "5-Mar-26",
            "05-Mar-2026",
            "Mar 5, 2026",
            "2026-Mar-05",
            "5/March/2026",
            "１-Mar",
        ] {
            assert!(is_of_spreadsheet(text), "{text}");
        }
        for text in [
            "GD-2026-3-5",
            "3-5-26",
            "1-2-3",
            "2026-0001",
            "5E12",
            "20260305",
            "Mar",
            "MAR-0001",
            "JAN-20260001",
            "Mar5",
            "45/46/2026",
            "13/13/2026",
            "1.2.3",
            "",
            "May-1-A",
        ] {
            assert!(!is_of_spreadsheet(text), "{text}");
        }
    }
}
