//! Whether a cell in quotes that spans lines holds rows of the list. That happens where a quote was forgotten and another closes it
//! some lines below: by the rules of CSV it is one cell, and the rows in it would be gone.

use crate::enterprises::OperatingStatus;
use crate::enterprises::uscc::LENGTH;
use crate::zero_out::import::date;

/// Whether the text of a cell, broken into lines and at the separators, has parts that only other cells of a row have: a credit code,
/// or two of region code, date and status.
pub fn swallows_rows(text: &str, mark: char) -> bool {
    if !text.contains(mark) {
        return false;
    }
    let mut signs = 0;
    for part in text.split([mark, '\n', '\r']).map(|part| part.trim_matches([' ', '"', '\t'])) {
        if is_code(part) {
            return true;
        }
        let region = part.len() == 6 && part.bytes().all(|b| b.is_ascii_digit());
        let status = OperatingStatus::of(part).is_some();
        if region || status || (part.len() >= 8 && date::parse(part).is_some()) {
            signs += 1;
        }
    }
    signs >= 2
}

/// Whether a text looks like a credit code, right or wrong.
pub fn is_code(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.len() == LENGTH && text.bytes().all(|b| b.is_ascii_alphanumeric()) && digits >= 8
}

#[cfg(test)]
mod tests {
    use super::swallows_rows;

    #[test]
    fn rows_in_a_cell_are_seen() {
        assert!(swallows_rows("一所\n9144030071526726XG,某公司,在营,440103", ','));
        assert!(swallows_rows("一所\n,某公司,在营,440103", ','));
        assert!(swallows_rows("甲\t440103\t2021-08-03\n91", '\t'));
        assert!(!swallows_rows("绝缘厚度,导体电阻\n标志,耐热", ','));
        assert!(!swallows_rows("一所\n二所", ','));
        assert!(!swallows_rows("某路 1 号\n2021-08-03 起搬至某街 2 号", ','));
    }
}
