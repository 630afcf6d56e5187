//! Letters that someone typed, as readings: whole syllables, their beginnings, or both in turn.

use crate::core::search::characters::{self, is_beginning};
use std::collections::BTreeSet;

/// The most ways to divide letters into syllables that are looked for.
const WAYS: usize = 24;
/// Longer words are no pinyin of a name that someone types.
const LONGEST: usize = 60;

/// The first letters of the syllables that these letters may stand for: one text for each way to divide them. The ways are those with
/// the fewest syllables or one more, and each letter by itself. Empty where letters can't be pinyin.
#[must_use]
pub fn first_letters(letters: &str) -> Vec<String> {
    if letters.is_empty() || letters.len() > LONGEST || !letters.bytes().all(|b| b.is_ascii_lowercase()) {
        return Vec::new();
    }
    // For each place the ways that end there: by how many syllables, with which first letters.
    let mut ways: Vec<BTreeSet<(usize, String)>> = vec![BTreeSet::new(); letters.len() + 1];
    if let Some(start) = ways.first_mut() {
        start.insert((0, String::new()));
    }
    for end in 1..=letters.len() {
        let mut here = BTreeSet::new();
        for start in end.saturating_sub(6)..end {
            let Some(piece) = letters.get(start..end) else { continue };
            let Some(first) = piece.chars().next().filter(|_| piece.len() == 1 || is_beginning(piece)) else {
                continue;
            };
            for (n, before) in ways.get(start).into_iter().flatten() {
                here.insert((n + 1, format!("{before}{first}")));
            }
        }
        let fewest = here.first().map_or(0, |(n, _)| *n);
        here.retain(|(n, _)| *n <= fewest + 1);
        while here.len() > WAYS {
            here.pop_last();
        }
        if let Some(place) = ways.get_mut(end) {
            *place = here;
        }
    }
    let mut found: Vec<String> = ways.pop().unwrap_or_default().into_iter().map(|(_, way)| way).collect();
    if !found.iter().any(|way| way == letters) {
        found.push(letters.to_owned());
    }
    // A way that has another in it finds nothing that the other does not.
    let all = found.clone();
    found.retain(|way| !all.iter().any(|other| other != way && way.contains(other.as_str())));
    found
}

/// The regular expression for these letters in readings as SQL stores them: a blank before each character's, which are divided by
/// slashes. After each letter its syllable goes on, or the next one begins.
#[must_use]
pub fn pattern(letters: &str) -> String {
    const START: &str = " (?:[^ ]*/)?";
    let mut pattern = String::from(START);
    for (place, letter) in letters.chars().filter(char::is_ascii_lowercase).enumerate() {
        if place > 0 {
            pattern.push_str("(?:[^ ]*");
            pattern.push_str(START);
            pattern.push_str(")?");
        }
        pattern.push(letter);
    }
    pattern
}

/// Where the letters are how some of the characters are read, from the first to the one behind the last.
pub(super) fn read_in(characters: &[char], letters: &str) -> Option<(usize, usize)> {
    for start in 0..characters.len() {
        // How many of the letters are read when a character begins.
        let mut read: BTreeSet<usize> = BTreeSet::from([0]);
        for (end, c) in characters.iter().enumerate().skip(start) {
            let mut next = BTreeSet::new();
            let mut own = [0; 4];
            let itself: &[&str] = &[c.encode_utf8(&mut own)];
            let readings = match characters::readings(*c) {
                [] => itself,
                readings => readings,
            };
            for from in &read {
                let Some(rest) = letters.get(*from..) else { continue };
                for reading in readings {
                    let same = reading.bytes().zip(rest.bytes()).take_while(|(a, b)| a == b).count();
                    next.extend((1..=same).map(|more| from + more));
                }
            }
            if next.contains(&letters.len()) {
                return Some((start, end + 1));
            }
            if next.is_empty() {
                break;
            }
            read = next;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_divided_into_syllables() {
        let ways = |letters| first_letters(letters);
        assert!(ways("guangzhou").contains(&"gz".to_owned()));
        assert!(ways("gzht").contains(&"gzht".to_owned()));
        assert!(ways("guangzht").iter().any(|way| way == "gzt" || way == "gzht"));
        for wanted in ["x", "fg"] {
            assert!(ways(if wanted == "x" { "xian" } else { "fangan" }).iter().any(|way| way == wanted));
        }
        // Sounds of two letters may be two characters.
        assert!(ways("shzh").iter().any(|way| "shzh".contains(way.as_str())));
        assert!(first_letters("").is_empty() && first_letters("a1").is_empty());
        assert!(first_letters(&"a".repeat(500)).is_empty());
        assert!(ways(&"zhangan".repeat(8)).len() <= WAYS + 1);
    }

    #[test]
    fn the_pattern_has_letters_only() {
        assert_eq!(pattern("gz"), " (?:[^ ]*/)?g(?:[^ ]* (?:[^ ]*/)?)?z");
    }
}
