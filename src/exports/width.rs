//! How wide texts are in a sheet: Chinese takes two places, Latin one.

/// Whether a character takes two places (Unicode, East Asian Width: wide and full-width).
fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{303E}' | '\u{3041}'..='\u{A4CF}' | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}' | '\u{1F300}'..='\u{1FAFF}' | '\u{20000}'..='\u{3FFFD}')
}

/// The places that the longest line of a text takes.
pub fn places(text: &str) -> usize {
    let line = |line: &str| line.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum();
    text.lines().map(line).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_counts_twice() {
        for (text, wanted) in
            [("", 0), ("abc", 3), ("广州市", 6), ("广州 A1（二）", 13), ("𠮷", 2), ("广州\n深圳市", 6)]
        {
            assert_eq!(places(text), wanted, "{text}");
        }
    }
}
