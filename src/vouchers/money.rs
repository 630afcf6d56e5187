//! Amounts of money in fen, for people. Pure.

/// An amount in yuan with two decimals, as `1,234.50`.
pub fn yuan(fen: i64) -> String {
    let (sign, fen) = (if fen < 0 { "-" } else { "" }, fen.unsigned_abs());
    let (whole, rest) = ((fen / 100).to_string(), fen % 100);
    let mut text = String::with_capacity(whole.len() + whole.len() / 3 + 4);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{sign}{text}.{rest:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_said_in_yuan() {
        for (fen, text) in [
            (0, "0.00"),
            (5, "0.05"),
            (99_900, "999.00"),
            (100_000, "1,000.00"),
            (500_000, "5,000.00"),
            (123_456_789, "1,234,567.89"),
            (-150, "-1.50"),
        ] {
            assert_eq!(yuan(fen), text);
        }
    }
}
