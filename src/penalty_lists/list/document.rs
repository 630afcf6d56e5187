//! The number of a penalty decision, and when two of them are the same. Pure.

use crate::conduct::facts::document_key;

/// Most characters of a number.
pub const LONGEST: usize = 100;

/// The number as two are compared: brackets of all kinds are one, blanks, width, `第` before the serial number and zeros before it do not
/// matter. 穗市监处罚〔2026〕123号, 穗市监处罚\[2026\]第0123号 and 穗市监处罚（2026）123 号 are the same.
#[must_use]
pub fn key(number: &str) -> String {
    // The same as that of entries made by hand: else one decision would count twice.
    document_key(number)
}

/// Whether a text has what a number of a decision needs: a year and a serial number.
#[must_use]
pub fn is_complete(number: &str) -> bool {
    let text = key(number);
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
    fn one_number_is_written_in_many_ways() {
        let wanted = key("穗市监处罚〔2026〕123号");
        for written in [
            "穗市监处罚[2026]123号",
            "穗市监处罚（2026）123 号",
            "穗市监处罚【2026】第123号",
            "穗市监处罚〔2026〕0123号",
            "穗市监处罚〔２０２６〕１２３号",
            " 穗市监处罚 〔2026〕 123 ",
        ] {
            assert_eq!(key(written), wanted, "{written}");
        }
        for other in [
            "穗市监处罚〔2026〕124号",
            "穗市监处罚〔2025〕123号",
            "深市监处罚〔2026〕123号",
            "穗市监处罚〔2026〕1230号",
        ] {
            assert_ne!(key(other), wanted, "{other}");
        }
        assert_ne!(key("穗监罚〔2026〕A-10号"), key("穗监罚〔2026〕A-1号"));
    }

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
