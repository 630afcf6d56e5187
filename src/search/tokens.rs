//! The tokens of a text: what the index of messages is asked for.
//!
//! A text is folded as everywhere ([`crate::core::search`]). Its tokens are each two characters that follow each other, each character
//! that is not of ASCII, and each four letters or digits that follow each other. So every part of a text that is two characters long, or
//! one ideograph, can be found without a dictionary; what is found is compared with the text itself, since tokens say nothing of order.

use crate::core::search::characters::fold;

/// The way in which tokens are made, as the index keeps it: with another one it is filled anew.
pub const VERSION: i32 = 1;

/// Bits of a character.
const BITS: u32 = 21;
/// Four letters or digits: a bit that no two characters set.
const FOUR: i64 = 1 << 62;
/// Letters and digits of such a token.
const LONG: usize = 4;

fn pair(a: char, b: Option<char>) -> i64 {
    (i64::from(u32::from(a)) << BITS) | b.map_or(0, |b| i64::from(u32::from(b)))
}

fn four(part: &[char]) -> Option<i64> {
    let joined = || part.iter().fold(0, |joined, c| (joined << 8) | i64::from(u32::from(*c)));
    part.iter().all(char::is_ascii).then(|| FOUR | joined())
}

/// A text folded, however long.
#[must_use]
pub fn folded_whole(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| fold(c, &mut out));
    out
}

/// The tokens of a folded text, each once, in order.
#[must_use]
pub fn of_text(folded: &str) -> Vec<i64> {
    let chars: Vec<char> = folded.chars().collect();
    let mut all = Vec::with_capacity(3 * chars.len());
    all.extend(chars.iter().filter(|c| !c.is_ascii()).map(|c| pair(*c, None)));
    all.extend(chars.windows(2).filter_map(|two| Some(pair(*two.first()?, Some(*two.get(1)?)))));
    all.extend(chars.windows(LONG).filter_map(four));
    all.sort_unstable();
    all.dedup();
    all
}

/// The tokens that a text must have in which a folded word stands; none where it is one letter or digit, which is not indexed.
#[must_use]
pub fn of_word(word: &str) -> Vec<i64> {
    let chars: Vec<char> = word.chars().collect();
    let mut all: Vec<i64> = match chars.as_slice() {
        [c] if !c.is_ascii() => vec![pair(*c, None)],
        _ => Vec::new(),
    };
    // Two characters within four letters or digits say nothing more than these.
    let mut covered = vec![false; chars.len()];
    for (at, part) in chars.windows(LONG).enumerate() {
        if let Some(token) = four(part) {
            all.push(token);
            if let Some(those) = covered.get_mut(at..at + LONG - 1) {
                those.fill(true);
            }
        }
    }
    for (at, two) in chars.windows(2).enumerate() {
        if let ([a, b], Some(false)) = (two, covered.get(at)) {
            all.push(pair(*a, Some(*b)));
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// The tokens of the characters of a word, in whatever order they stand.
#[must_use]
pub fn of_characters(word: &str) -> Vec<i64> {
    let mut all: Vec<i64> = word.chars().filter(|c| !c.is_ascii()).map(|c| pair(c, None)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn few_tokens_are_asked_for() {
        assert_eq!(of_word("线缆"), [pair('线', Some('缆'))]);
        assert_eq!(of_word("铅"), [pair('铅', None)]);
        assert!(of_word("a").is_empty());
        assert_eq!(of_word("18401").len(), 2, "1840 and 8401");
        assert_eq!(of_word("gb18").len(), 1);
        assert_eq!(of_word("线gb18").len(), 2);
        assert_eq!(folded_whole("（廣州）ＧＢ 18401"), "广州gb18401");
    }

    proptest! {
        #[test]
        fn a_text_has_the_tokens_of_its_parts(text in "[a-c0-2一-三𠮷]{0,30}", from in 0_usize..30, count in 1_usize..12) {
            let folded = folded_whole(&text);
            let part: String = folded.chars().skip(from).take(count).collect();
            let all = of_text(&folded);
            for token in of_word(&part).into_iter().chain(of_characters(&part)) {
                prop_assert!(all.binary_search(&token).is_ok(), "{part} in {folded}");
            }
        }
    }
}
