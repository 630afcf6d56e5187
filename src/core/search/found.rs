//! Where in a text it stands what someone typed, for people to see.

use crate::core::search::characters;
use crate::core::search::pinyin::read_in;
use crate::core::search::terms::SearchTerms;

/// A text in parts: each with whether it was found.
pub type Found<'a> = Vec<(&'a str, bool)>;

/// Divides a text into what was found and what stands between. Where all of it stands in one place, that is found; else each word,
/// wherever it stands, and a word that stands nowhere where it is how the text is read.
#[must_use]
pub fn found<'a>(text: &'a str, typed: &SearchTerms) -> Found<'a> {
    let places: Vec<(usize, char)> = text.char_indices().collect();
    // Of each folded character, of which it was made.
    let (mut folded, mut made_of): (Vec<char>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut one = String::new();
    for (at, (_, c)) in places.iter().enumerate() {
        one.clear();
        characters::fold(*c, &mut one);
        folded.extend(one.chars());
        made_of.resize(folded.len(), at);
    }
    let mut marked = vec![false; places.len()];
    let mut mark = |from: usize, to: usize| {
        let (Some(first), Some(last)) = (made_of.get(from), made_of.get(to.saturating_sub(1))) else {
            return;
        };
        if let Some(those) = marked.get_mut(*first..=*last) {
            those.fill(true);
        }
    };
    let stands = |word: &str| -> Vec<(usize, usize)> {
        let word: Vec<char> = word.chars().collect();
        let ends = |at: usize| (at, at + word.len());
        let all = folded.windows(word.len().max(1)).enumerate();
        all.filter(|(_, part)| *part == word.as_slice()).map(|(at, _)| ends(at)).collect()
    };
    let whole = stands(typed.whole());
    if whole.is_empty() {
        for word in typed.words() {
            let mut found = stands(word.text());
            if found.is_empty() && word.may_be_read() {
                found.extend(read_in(&folded, word.text()));
            }
            found.into_iter().for_each(|(from, to)| mark(from, to));
        }
    } else {
        whole.into_iter().for_each(|(from, to)| mark(from, to));
    }
    let mut parts: Found<'a> = Vec::new();
    let mut start = 0;
    for (at, (byte, _)) in places.iter().enumerate().skip(1) {
        if marked.get(at) != marked.get(at - 1) {
            parts.push((text.get(start..*byte).unwrap_or_default(), marked.get(at - 1) == Some(&true)));
            start = *byte;
        }
    }
    parts.push((text.get(start..).unwrap_or_default(), marked.last() == Some(&true)));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marks(text: &str, typed: &str) -> String {
        let parts = found(text, &SearchTerms::of(Some(typed)).unwrap());
        parts
            .into_iter()
            .map(|(part, found)| if found { format!("[{part}]") } else { part.to_owned() })
            .collect()
    }

    #[test]
    fn what_was_found_is_marked() {
        for (text, typed, seen) in [
            ("广州（搜测）电缆有限公司", "广州(搜测)", "[广州（搜测]）电缆有限公司"),
            ("广州恒通线缆", "gzht", "[广州恒通]线缆"),
            ("广州恒通线缆", "htong", "广州[恒通]线缆"),
            ("廣州恆通線纜", "恒通 线", "廣州[恆通線]纜"),
            ("重庆长江", "cqcj", "[重庆长江]"),
            ("A-Ｂc", "abc", "[A-Ｂc]"),
            ("𠮷野\u{20000}家", "吉野", "[𠮷野]\u{20000}家"),
            ("广州", "佛山", "广州"),
            ("", "佛山", ""),
            ("㎜规", "m", "[㎜]规"),
            ("广州广州", "广", "[广]州[广]州"),
        ] {
            assert_eq!(marks(text, typed), seen, "{text} {typed}");
        }
    }

    proptest! {
        #[test]
        fn the_parts_are_the_text(text in any::<String>(), typed in "[a-z一-鿿（) ]{1,8}") {
            if let Some(typed) = SearchTerms::of(Some(&typed)) {
                let parts = found(&text, &typed);
                prop_assert_eq!(parts.into_iter().map(|(part, _)| part).collect::<String>(), text);
            }
        }
    }
}
