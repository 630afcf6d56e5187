//! Texts as small numbers that are equal where the texts mean the same.

use std::hash::{DefaultHasher, Hash, Hasher};

/// A text by its hash: two texts that differ only in width, letter case, blanks or punctuation have one
/// id. Others share one by a chance of 1 to 2^64. Not to be kept: another version of the program may
/// hash otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TermId(pub u64);

impl TermId {
    /// The id of a text.
    pub fn of(text: &str) -> Self {
        Self::of_plain(&plain(text))
    }

    fn of_plain(plain: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        plain.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// The ids by which an item or a standard can be recognised: its own, and one for each standard
/// that it names, without the year. `导体电阻(GB/T 3956-2008)` is recognised by `GB/T 3956` too.
pub fn terms(item: &str) -> Box<[TermId]> {
    let mut ids = vec![TermId::of(item)];
    for standard in standards(item) {
        let id = TermId::of_plain(&standard);
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.into_boxed_slice()
}

/// The ids of several items together, each once.
pub fn all_terms<'a>(items: impl IntoIterator<Item = &'a str>) -> Box<[TermId]> {
    let mut ids: Vec<TermId> = items.into_iter().flat_map(terms).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_boxed_slice()
}

/// A full-width letter, digit or sign as the plain one.
fn narrow(c: char) -> char {
    match u32::from(c) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        0x3000 => ' ',
        _ => c,
    }
}

fn plain(text: &str) -> String {
    text.chars().map(narrow).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The standards that a text names, in the plain form `gbt3956` or `gbt5023.2`. A standard's name is
/// one to four capitals, perhaps with a part behind a slash, and a number of at least two digits with
/// parts; the year behind a dash is left out, for it is the same requirement.
fn standards(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().map(narrow).collect();
    let mut found = Vec::new();
    let mut rest = chars.as_slice();
    while let Some((&first, after)) = rest.split_first() {
        if !first.is_ascii_uppercase() {
            rest = after;
            continue;
        }
        let (name, tail) = split(rest, |c| c.is_ascii_uppercase() || *c == '/');
        let tail = skip_blanks(tail);
        let (number, _) = split(tail, |c| c.is_ascii_digit() || *c == '.');
        let number: String = number.iter().collect();
        let number = number.trim_end_matches('.');
        let letters = name.iter().filter(|c| **c != '/').count();
        if letters <= 4 && number.chars().filter(char::is_ascii_digit).count() >= 2 {
            let name: String = name.iter().filter(|c| **c != '/').map(char::to_ascii_lowercase).collect();
            found.push(format!("{name}{number}"));
        }
        rest = tail;
    }
    found
}

fn split(chars: &[char], holds: impl Fn(&char) -> bool) -> (&[char], &[char]) {
    let end = chars.iter().position(|c| !holds(c)).unwrap_or(chars.len());
    chars.split_at_checked(end).unwrap_or((chars, &[]))
}

fn skip_blanks(chars: &[char]) -> &[char] {
    split(chars, |c| *c == ' ').1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn standards_are_found_without_their_years() {
        for (text, wanted) in [
            ("导体电阻（GB/T 3956-2008）", vec!["gbt3956"]),
            ("GB/T5023.2", vec!["gbt5023.2"]),
            ("按ＧＢ ４７０６.1—2005与JC/T 479", vec!["gb4706.1", "jct479"]),
            ("绝缘电阻", vec![]),
            ("IP 5", vec![]),
            ("T/CAS 115", vec!["tcas115"]),
        ] {
            assert_eq!(standards(text), wanted, "{text}");
        }
    }

    #[test]
    fn texts_that_mean_the_same_have_one_term() {
        assert_eq!(TermId::of("导体 电阻"), TermId::of("导体电阻"));
        assert_eq!(TermId::of("ＰＶＣ-护套"), TermId::of("pvc护套"));
        assert_ne!(TermId::of("导体电阻"), TermId::of("绝缘电阻"));
        let failed = terms("导体电阻(GB/T 3956-2008)");
        let expert = all_terms(["gb/t 3956", "GB/T 3956"]);
        assert!(failed.iter().any(|term| expert.contains(term)));
    }

    proptest! {
        #[test]
        fn any_text_has_terms(text in "\\PC{0,40}") {
            let found = terms(&text);
            prop_assert!(!found.is_empty());
            prop_assert_eq!(terms(&text), found);
        }
    }
}
