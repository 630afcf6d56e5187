//! Barcodes. Pure.

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

#[cfg(test)]
mod tests {
    use super::*;

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
