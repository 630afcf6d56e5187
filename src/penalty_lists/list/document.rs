//! The number of a penalty decision. When two of them are the same is decided by [`document_key`]. Pure.

use crate::conduct::facts::document_key;

/// Most characters of a number.
pub const LONGEST: usize = 100;

/// Whether a text has what a number of a decision needs: a year and a serial number.
#[must_use]
pub fn is_complete(number: &str) -> bool {
    let text = document_key(number);
    let groups: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).collect();
    let is_year = |digits: &&str| digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
    match groups.as_slice() {
        [] => false,
        // Some systems number without brackets: the year leads a longer number.
        [one] => one.len() >= 8 && (one.starts_with("19") || one.starts_with("20")),
        several => several.iter().any(is_year),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_a_year_and_a_serial_number() {
        for number in
            ["穗市监处罚〔2026〕123号", "粤广市监处罚﹝2025﹞1-7号", "44010320260012345", "20260012345"]
        {
            assert_eq!(is_complete(number), !number.starts_with("440103"), "{number}");
        }
        for number in ["", "无", "123", "穗市监处罚123号", "处罚决定书"] {
            assert!(!is_complete(number), "{number}");
        }
    }
}
