//! Barcodes. Pure.

use crate::core::cells::narrow;

/// Whether digits are a barcode of 8, 12, 13 or 14 places whose check digit holds (GS1).
#[must_use]
pub fn is_barcode(text: &str) -> bool {
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits else { return false };
    let Some((check, body)) = digits.split_last() else { return false };
    let sum: u32 =
        body.iter().rev().enumerate().map(|(n, digit)| if n % 2 == 0 { digit * 3 } else { *digit }).sum();
    matches!(digits.len(), 8 | 12 | 13 | 14) && (10 - sum % 10) % 10 == *check
}

/// Digits of a barcode among other words at least; fewer might be a day.
const AMONG_WORDS: usize = 12;

/// The first barcode of a text: alone, or one of several behind marks, its digits perhaps in groups; or among words.
#[must_use]
pub fn first_in(text: &str) -> Option<String> {
    let text: String = text.chars().map(narrow).collect();
    let grouped = text.split([',', ';', '/', '|', '、', '\n']).map(str::trim).find_map(|part| {
        let fits = part.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-'));
        let digits: String = part.chars().filter(char::is_ascii_digit).collect();
        (fits && is_barcode(&digits)).then_some(digits)
    });
    grouped.or_else(|| among_words(&text))
}

/// The first barcode of 12 digits and more among the words of a text.
#[must_use]
pub fn among_words(text: &str) -> Option<String> {
    let runs = text.split(|c: char| !c.is_ascii_alphanumeric());
    runs.filter(|run| run.len() >= AMONG_WORDS).find(|run| is_barcode(run)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_barcode_of_several_is_found() {
        for (text, found) in [
            ("6901234567892", Some("6901234567892")),
            ("6 901234 567892, 4006381333931", Some("6901234567892")),
            ("Unknown; 4006381333931", Some("4006381333931")),
            ("６９０１２３４５６７８９２", Some("6901234567892")),
            ("Batch 12/2025, barcode 4006381333931", Some("4006381333931")),
            ("96385074", Some("96385074")),
            ("Batch 96385074 a", None),
            ("6901234567893", None),
            ("", None),
        ] {
            assert_eq!(first_in(text).as_deref(), found, "{text}");
        }
    }

    #[test]
    fn barcodes_have_a_check_digit() {
        for (text, fits) in [
            ("6901234567892", true),
            ("6901234567893", false),
            ("96385074", true),
            ("12", false),
            ("69012345678a2", false),
            ("", false),
        ] {
            assert_eq!(is_barcode(text), fits, "{text}");
        }
    }
}
