//! How many units words tell, where they tell it clearly. Pure.

use crate::core::cells::narrow;

/// The number of `About 5,000`, `约 5000 台`, `1.2 million`. Nothing where more than one number stands in the words, or none.
#[must_use]
pub fn units(text: &str) -> Option<i64> {
    let text: String = text.chars().map(narrow).collect::<String>().to_lowercase();
    let text: String = text.chars().filter(|c| *c != ',').collect();
    let of_number = |c: char| c.is_ascii_digit() || c == '.';
    let mut numbers = text
        .split(|c: char| !of_number(c))
        .map(|part| part.trim_matches('.'))
        .filter(|part| !part.is_empty());
    let number = numbers.next()?;
    if numbers.next().is_some() {
        return None;
    }
    let after = text.split(number).nth(1).unwrap_or_default().trim_start();
    let zeros = if after.starts_with("million") {
        6
    } else if after.starts_with("thousand") || after.starts_with('千') {
        3
    } else if after.starts_with('万') {
        4
    } else if after.starts_with('亿') {
        8
    } else {
        0
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if part.len() > zeros || part.contains('.') || whole.is_empty() {
        return None;
    }
    format!("{whole}{part:0<zeros$}").parse().ok().filter(|units| *units <= 10_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_words_are_numbers_and_others_are_not() {
        for (text, number) in [
            ("About 5,000", Some(5_000)),
            ("约5,000台", Some(5_000)),
            ("1.2 million", Some(1_200_000)),
            ("1.5万件", Some(15_000)),
            ("About 74,000 (In addition, about 4,500 in Canada)", None),
            ("unknown", None),
            ("", None),
            ("1.5", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(units(text), number, "{text}");
        }
    }
}
