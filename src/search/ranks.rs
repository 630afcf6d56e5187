//! How well a message fits what was typed. The index gives messages that may fit; the text decides.

use crate::core::search::SearchTerms;
use crate::search::tokens::{of_characters, of_word};

/// Characters within which words are near each other.
const NEAR: usize = 40;
/// Ideographs of a word from which on its characters are looked for in any order, too.
const LONG: usize = 4;

/// A way in which a message may fit, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// All of what was typed stands in one piece.
    Whole,
    /// All words stand in it.
    Words,
    /// The characters of the one long word stand near each other, as they do where words stand between or are turned.
    Characters,
}

/// The ranks in which something can be found.
#[must_use]
pub fn ranks(typed: &SearchTerms) -> Vec<Rank> {
    let long = |word: &str| word.chars().filter(|c| !c.is_ascii()).count() >= LONG;
    match typed.words() {
        [] => Vec::new(),
        [word] if long(word.text()) => vec![Rank::Whole, Rank::Characters],
        [_] => vec![Rank::Whole],
        _ => vec![Rank::Whole, Rank::Words],
    }
}

impl Rank {
    /// The tokens that a message of this rank has; none where the index can't say.
    #[must_use]
    pub fn tokens(self, typed: &SearchTerms) -> Vec<i64> {
        let mut all: Vec<i64> = match self {
            Self::Whole => of_word(typed.whole()),
            Self::Words => typed.words().iter().flat_map(|word| of_word(word.text())).collect(),
            Self::Characters => of_characters(typed.whole()),
        };
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether a folded text is of this rank and of none before it; if so, whether its words are near each other.
    #[must_use]
    pub fn fits(self, folded: &str, typed: &SearchTerms) -> Option<bool> {
        let whole = folded.contains(typed.whole());
        match self {
            Self::Whole => whole.then_some(true),
            _ if whole => None,
            Self::Words => {
                let words: Vec<&str> = typed.words().iter().map(|word| word.text()).collect();
                words.iter().all(|word| folded.contains(word)).then(|| within(folded, &words, NEAR))
            }
            Self::Characters => {
                let chars: Vec<String> = typed.whole().chars().map(String::from).collect();
                let chars: Vec<&str> = chars.iter().map(String::as_str).collect();
                within(folded, &chars, 2 * chars.len() + 8).then_some(true)
            }
        }
    }
}

/// Whether all of these stand within so many characters.
fn within(folded: &str, parts: &[&str], most: usize) -> bool {
    let chars: Vec<char> = folded.chars().collect();
    if chars.len() <= most {
        return parts.iter().all(|part| folded.contains(part));
    }
    // Windows that overlap by half hold whatever lies within half of one.
    let step = (most / 2).max(1);
    (0..chars.len()).step_by(step).any(|from| {
        let window: String = chars.iter().skip(from).take(most + step).collect();
        parts.iter().all(|part| window.contains(part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::tokens::{folded_whole, of_text};

    fn rank(text: &str, typed: &str) -> Option<(Rank, bool)> {
        let typed = SearchTerms::of(Some(typed)).unwrap();
        let folded = folded_whole(text);
        let found = ranks(&typed).into_iter().find_map(|rank| Some((rank, rank.fits(&folded, &typed)?)));
        if let Some((rank, _)) = found {
            let all = of_text(&folded);
            assert!(rank.tokens(&typed).iter().all(|token| all.binary_search(token).is_ok()), "{text}");
        }
        found
    }

    #[test]
    fn what_fits_better_ranks_higher() {
        let far = format!("绝缘{}厚度", "甲".repeat(90));
        for (text, typed, wanted) in [
            ("请看检测报告。", "检测 报告", Some((Rank::Whole, true))),
            ("報告已經檢測完", "检测 报告", Some((Rank::Words, true))),
            (far.as_str(), "绝缘 厚度", Some((Rank::Words, false))),
            ("ＧＢ 18401", "gb18401", Some((Rank::Whole, true))),
            ("电线的厚度，绝缘", "电线绝缘厚度", Some((Rank::Characters, true))),
            (far.as_str(), "绝缘厚度", None),
            ("绝缘", "厚度", None),
            ("铅超标", "铅", Some((Rank::Whole, true))),
        ] {
            assert_eq!(rank(text, typed), wanted, "{text} {typed}");
        }
        assert!(ranks(&SearchTerms::of(Some("（）")).unwrap()).is_empty());
    }
}
