//! The token of a printed code: 128 random bits in base 32, in the digits of Crockford, which have no letter that is mistaken for a digit. Pure but for the
//! randomness.
//!
//! It can't be guessed, so nobody walks through all codes. It is no secret: it stands on the product. What is kept of it is what is printed, since the
//! enterprise prints the label again and again.

use crate::core::Problem;

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a token: the first holds three bits, each other one five.
const LENGTH: usize = 26;
/// Longer ones are not looked at.
const LONGEST: usize = 64;

/// A token that nobody has been given.
///
/// # Errors
/// When the system gives no randomness.
pub fn new_token() -> Result<String, Problem> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes)?;
    Ok(encoded(u128::from_be_bytes(bytes)))
}

fn encoded(bits: u128) -> String {
    let digit = |place: usize| {
        let value = usize::try_from((bits >> (5 * (LENGTH - 1 - place))) & 31).unwrap_or_default();
        DIGITS.get(value).copied().map_or('0', char::from)
    };
    (0..LENGTH).map(digit).collect()
}

/// The token that somebody typed or scanned: in any case, with or without dashes and blanks, with O for 0 and I or L for 1. Where it can't be one, a text
/// that is looked for in the same way and never found.
pub fn normalised(typed: &str) -> String {
    let characters = typed.chars().take(LONGEST).filter(|c| !matches!(c, '-' | ' '));
    let read = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let token: String = characters.map(read).collect();
    let known = token.len() == LENGTH
        && token.bytes().all(|byte| DIGITS.contains(&byte))
        && token.starts_with(|c: char| ('0'..='7').contains(&c));
    if known && typed.len() <= LONGEST { token } else { "-".repeat(LENGTH) }
}

/// A token as it is printed: in groups, so that it can be typed.
pub fn grouped(token: &str) -> String {
    let characters: Vec<char> = token.chars().collect();
    let groups: Vec<String> = characters.chunks(5).map(|group| group.iter().collect()).collect();
    match groups.as_slice() {
        // The last character joins the group before it.
        [all @ .., last] if last.chars().count() == 1 && !all.is_empty() => {
            format!("{}{last}", all.join("-"))
        }
        all => all.join("-"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_token_holds_all_128_bits_and_is_read_as_people_type_it() {
        assert_eq!(encoded(0), "0".repeat(26));
        assert_eq!(encoded(u128::MAX), format!("7{}", "Z".repeat(25)));
        assert_eq!(encoded(1), format!("{}1", "0".repeat(25)));
        let token = encoded(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        let printed = grouped(&token);
        assert_eq!(printed.len(), 30);
        for typed in [token.clone(), token.to_lowercase(), printed, format!(" {token}")] {
            assert_eq!(normalised(&typed), token, "{typed}");
        }
        assert_eq!(normalised(&"O".repeat(26)), "0".repeat(26));
        assert_eq!(normalised(&format!("0{}", "l".repeat(25))), format!("0{}", "1".repeat(25)));
    }

    #[test]
    fn what_can_be_no_token_becomes_one_text_that_is_none() {
        let none = "-".repeat(26);
        for typed in [
            "",
            "x",
            &"8".repeat(26),
            &"U".repeat(26),
            &"0".repeat(27),
            &"0".repeat(65),
            "码",
            &"-".repeat(90),
        ] {
            assert_eq!(normalised(typed), none, "{typed}");
        }
    }

    #[test]
    fn tokens_are_not_alike() {
        let tokens: BTreeSet<String> = (0..1_000).map(|_| new_token().unwrap()).collect();
        assert_eq!(tokens.len(), 1_000);
        assert!(tokens.iter().all(|token| normalised(token) == *token));
    }
}
