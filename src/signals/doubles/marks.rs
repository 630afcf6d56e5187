//! What tells two texts of the same words apart: numbers and brands. Pure.

use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// So many characters before 牌 tell brands apart: where a brand begins is not known.
const TELLING: usize = 2;

/// The numbers and brands of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    numbers: BTreeSet<String>,
    brands: BTreeSet<String>,
    /// Brand, model and barcode as the source names them, each in its place.
    named: Vec<Option<String>>,
}

impl Marks {
    /// Those of a text, with what the source names in columns of its own.
    #[must_use]
    pub fn of(text: &str, named: &[Option<&str>]) -> Self {
        let text: String = text.nfkc().collect::<String>().to_lowercase();
        let set = |name: &str| -> String {
            name.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
        };
        let named = named.iter().map(|name| name.map(set).filter(|name| !name.is_empty())).collect();
        Self { numbers: numbers(&text), brands: brands(&text), named }
    }

    /// Whether both can be of one thing: none has numbers or brands beside those that the other lacks, unless the other has no own.
    #[must_use]
    pub fn fit(&self, other: &Self) -> bool {
        let each_has_own = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
            one.difference(other).next().is_some() && other.difference(one).next().is_some()
        };
        let mut pairs = self.named.iter().zip(&other.named);
        !each_has_own(&self.numbers, &other.numbers)
            && !each_has_own(&self.brands, &other.brands)
            && pairs.all(|(one, other)| match (one, other) {
                (Some(one), Some(other)) => one == other,
                _ => true,
            })
    }
}

/// Words with three digits or more, or with letters and digits; dates as well. A word with a time, and the date before it, tells when a site
/// took the text over and is none.
fn numbers(text: &str) -> BTreeSet<String> {
    let mut words: Vec<&str> = Vec::new();
    let of_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.' | ':' | '_');
    let mut timed = false;
    for word in text.split(|c: char| !of_word(c)).filter(|word| !word.is_empty()).rev() {
        let is_time = word.contains(':') && word.bytes().all(|b| b.is_ascii_digit() || b == b':');
        let is_date =
            word.contains(['-', '/']) && word.bytes().all(|b| b.is_ascii_digit() || b"-/".contains(&b));
        let left_out = is_time || (timed && is_date);
        timed = is_time;
        if !left_out {
            words.push(word);
        }
    }
    let plain = |word: &str| -> String { word.chars().filter(char::is_ascii_alphanumeric).collect() };
    words.into_iter().map(plain).filter(|word| is_distinctive(word)).collect()
}

fn is_distinctive(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    digits >= 3 || (digits > 0 && word.bytes().any(|b| b.is_ascii_alphabetic()))
}

/// What stands before 牌, and what stands in quotes before it.
fn brands(text: &str) -> BTreeSet<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = BTreeSet::new();
    for (at, c) in chars.iter().enumerate() {
        if *c != '牌' || chars.get(at + 1).is_some_and(|c| "照子号".contains(*c)) {
            continue;
        }
        let before = chars.get(..at).unwrap_or_default();
        let name: Vec<char> = before
            .iter()
            .rev()
            .filter(|c| !"“”\"「」".contains(**c))
            .take_while(|c| c.is_alphanumeric())
            .copied()
            .collect();
        let name: String = name.iter().take(TELLING).rev().collect();
        if !name.is_empty() && !["品", "名", "大"].iter().any(|common| name.ends_with(common)) {
            found.insert(name);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Marks {
        Marks::of(text, &[])
    }

    #[test]
    fn numbers_and_brands_are_found() {
        let marks = of("2026-11-02 10:20 召回编号S2026M0031，甲乙牌X-200型，共1,200台，品牌方回应");
        let numbers: Vec<&str> = marks.numbers.iter().map(String::as_str).collect();
        assert_eq!(numbers, ["200", "s2026m0031", "x200"]);
        assert_eq!(marks.brands.iter().map(String::as_str).collect::<Vec<_>>(), ["甲乙"]);
    }

    #[test]
    fn each_with_something_of_its_own_is_something_else() {
        for (one, other, fit) in [
            ("编号 0031", "编号 0031", true),
            ("编号 0031", "编号 0032", false),
            ("编号 0031", "无编号", true),
            ("编号 0031，共 500 台", "编号 0031", true),
            ("2026-11-02 发布", "2026-11-03 发布", false),
            ("2026-11-02 10:20", "2026-11-03 08:00", true),
            ("甲乙牌", "丙丁牌", false),
        ] {
            assert_eq!(of(one).fit(&of(other)), fit, "{one} {other}");
        }
    }
}
