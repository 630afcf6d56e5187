//! What someone typed into a search box, as words.

use crate::core::cells::is_blank;
use crate::core::search::characters::{self, LONGEST, folded};
use crate::core::search::pinyin::read_in;

/// The most words that are looked for; who types more than these finds by the first.
const WORDS: usize = 24;

/// What someone typed into a search box; never a pattern, whatever signs it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchTerms {
    text: String,
    whole: String,
    words: Vec<Word>,
}

/// One of the words that were typed, folded. All of them have to be found, in any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word(String);

impl Word {
    /// The word itself.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether it may say how something is read: it has letters of ASCII only.
    #[must_use]
    pub fn may_be_read(&self) -> bool {
        self.0.bytes().all(|b| b.is_ascii_lowercase())
    }

    /// Whether it has letters and digits of ASCII only, and few of them: a part of many a code.
    #[must_use]
    pub fn is_short_code(&self) -> bool {
        self.0.len() < 4 && self.0.is_ascii()
    }
}

/// Signs between words, blanks besides.
fn divides(c: char) -> bool {
    is_blank(c) || matches!(c, ',' | '，' | '、' | ';' | '；' | '｡' | '。')
}

impl SearchTerms {
    /// None where nothing is left once it is trimmed.
    #[must_use]
    pub fn of(text: Option<&str>) -> Option<Self> {
        // No text in PostgreSQL has a zero.
        let text: String = text?.chars().filter(|c| *c != '\0').take(LONGEST).collect();
        let text = text.trim_matches(is_blank).to_owned();
        if text.is_empty() {
            return None;
        }
        let mut words: Vec<Word> = Vec::new();
        for part in text.split(divides) {
            // Letters beside ideographs may be their pinyin: both are looked for. A number belongs to what is before it.
            let part = folded(part);
            let letters = part.chars().any(|c| c.is_ascii_lowercase());
            let mut ascii = None;
            let mut word = String::new();
            for c in part.chars() {
                if letters && ascii.is_some_and(|ascii| ascii != c.is_ascii()) {
                    words.push(Word(std::mem::take(&mut word)));
                }
                ascii = Some(c.is_ascii());
                word.push(c);
            }
            words.push(Word(word));
        }
        let mut different: Vec<Word> = Vec::new();
        for word in words {
            if !word.0.is_empty() && !different.contains(&word) && different.len() < WORDS {
                different.push(word);
            }
        }
        Some(Self { whole: folded(&text), words: different, text })
    }

    /// The text itself.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All of it, folded; empty where only signs were typed that no search looks for.
    #[must_use]
    pub fn whole(&self) -> &str {
        &self.whole
    }

    /// Its words; none where only signs were typed that no search looks for, which find nothing.
    #[must_use]
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// How well texts fit: 0 where the first is all of it, 1 where it begins with it, 2 where each word stands in one of them, 3 where a
    /// word is how the first is read; none where they do not fit. For lists that are kept in memory; those of tables are ranked alike.
    #[must_use]
    pub fn rank(&self, texts: &[&str]) -> Option<usize> {
        let first = folded(texts.first()?);
        if self.words.is_empty() {
            return None;
        }
        if first == self.whole {
            return Some(0);
        }
        if first.starts_with(&self.whole) {
            return Some(1);
        }
        let all: Vec<String> = texts.iter().map(|text| folded(text)).collect();
        let stands = |word: &str| all.iter().any(|text| text.contains(word));
        if stands(&self.whole) || self.words.iter().all(|word| stands(&word.0)) {
            return Some(2);
        }
        let letters: Vec<char> = first.chars().collect();
        let reads = |word: &Word| word.may_be_read() && read_in(&letters, &word.0).is_some();
        self.words.iter().all(|word| stands(&word.0) || reads(word)).then_some(3)
    }
}

/// The first letters and the readings of a folded text as SQL stores them; the same as `search_readings` of `functions.sql`, a test says.
#[must_use]
pub fn readings(folded: &str) -> String {
    /// The most ways to read a name that are kept; more than these are read as usual.
    const WAYS: usize = 16;
    let mut ways = vec![String::with_capacity(folded.len())];
    let mut whole = String::with_capacity(3 * folded.len());
    let mut firsts: Vec<char> = Vec::new();
    for c in folded.chars() {
        let readings = characters::readings(c);
        for (n, reading) in readings.iter().enumerate() {
            whole.push(if n == 0 { ' ' } else { '/' });
            whole.push_str(reading);
        }
        firsts.clear();
        for first in readings.iter().filter_map(|reading| reading.chars().next()) {
            if !firsts.contains(&first) {
                firsts.push(first);
            }
        }
        if readings.is_empty() {
            whole.push(' ');
            whole.push(c);
            firsts.push(c);
        }
        if ways.len() * firsts.len() > WAYS {
            firsts.truncate(1);
        }
        // The ways that there are go on by the first letter, and anew by each other one behind them.
        let before = ways.len();
        for _ in 1..firsts.len() {
            ways.extend_from_within(..before);
        }
        for (part, first) in ways.chunks_mut(before).zip(&firsts) {
            part.iter_mut().for_each(|way| way.push(*first));
        }
    }
    let mut all = ways.join("|");
    all.push_str(&whole);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        SearchTerms::of(Some(text)).unwrap().words.into_iter().map(|word| word.0).collect()
    }

    #[test]
    fn words_are_divided() {
        assert_eq!(words("厂17"), ["厂17"], "a number belongs to what is before it");
        assert_eq!(words(" 恒通　广州,BUG-12 "), ["恒通", "广州", "bug12"]);
        assert_eq!(words("gz恒通"), ["gz", "恒通"]);
        assert_eq!(words("广州 廣州"), ["广州"]);
        assert!(words("（）").is_empty());
        assert_eq!(SearchTerms::of(Some(" \0\u{3000}")), None);
        assert_eq!(SearchTerms::of(None), None);
        assert_eq!(words(&"甲 乙".repeat(5000)).len(), 2);
    }

    #[test]
    fn what_fits_better_ranks_higher() {
        let rank = |typed: &str, texts: &[&str]| SearchTerms::of(Some(typed)).unwrap().rank(texts);
        let name = "广州恒通线缆有限公司";
        assert_eq!(rank("廣州恆通線纜有限公司", &[name]), Some(0));
        assert_eq!(rank("广州", &[name]), Some(1));
        assert_eq!(rank("线缆 恒通", &[name]), Some(2));
        assert_eq!(rank("线缆 4401", &[name, "914401"]), Some(2));
        for typed in ["gzht", "guangzhouhengtong", "guangzht", "htxl 广州", "gz恒通"] {
            assert_eq!(rank(typed, &[name]), Some(3), "{typed}");
        }
        for typed in ["zght", "uang", "%", "佛山"] {
            assert_eq!(rank(typed, &[name]), None, "{typed}");
        }
        assert_eq!(rank("cq", &["重庆"]), rank("zq", &["重庆"]));
    }

    #[test]
    fn readings_have_every_way() {
        assert_eq!(readings("重3庆"), "z3q|c3q zhong/chong 3 qing");
        assert!(readings(&"重长".repeat(50)).len() < 3000);
    }

    proptest! {
        #[test]
        fn any_text_can_be_typed(text in any::<String>()) {
            if let Some(typed) = SearchTerms::of(Some(&text)) {
                prop_assert!(typed.words.iter().all(|word| typed.whole.contains(word.text())));
                if !typed.words.is_empty() && text.chars().count() < LONGEST {
                    prop_assert_eq!(typed.rank(&[&text]), Some(0));
                }
            }
        }
    }
}
