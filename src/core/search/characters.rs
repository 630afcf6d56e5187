//! How each character is folded and read. The table is made by `script/search-characters`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The table, as it is kept.
pub const TABLE: &str = include_str!("characters.txt");

/// What is known of a character.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Character {
    /// What it is folded to, if not to itself.
    pub folded: Option<&'static str>,
    /// Its readings in pinyin without tones, the most usual first.
    pub readings: Vec<&'static str>,
}

static CHARACTERS: LazyLock<HashMap<char, Character>> = LazyLock::new(|| read(TABLE));

fn code_points(text: &str) -> impl Iterator<Item = char> {
    text.split(' ').flat_map(|span| {
        let (first, last) = span.split_once('-').unwrap_or((span, span));
        let number = |hex| u32::from_str_radix(hex, 16).unwrap_or(0);
        (number(first)..=number(last)).filter_map(char::from_u32)
    })
}

fn read(table: &'static str) -> HashMap<char, Character> {
    let mut all: HashMap<char, Character> = HashMap::with_capacity(60_000);
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split('\t');
        let (Some(kind), Some(first)) = (parts.next(), parts.next()) else { continue };
        let these = parts.next().unwrap_or_default();
        match kind {
            "-" => code_points(first).for_each(|c| all.entry(c).or_default().folded = Some("")),
            "=" => these.chars().for_each(|c| all.entry(c).or_default().folded = Some(first)),
            _ => {
                let place: usize = kind.parse().unwrap_or(0);
                for c in these.chars() {
                    let readings = &mut all.entry(c).or_default().readings;
                    if readings.len() <= place {
                        readings.resize(place + 1, "");
                    }
                    if let Some(reading) = readings.get_mut(place) {
                        *reading = first;
                    }
                }
            }
        }
    }
    all
}

/// Every character that is folded or read, in the order of their codes.
pub fn all() -> Vec<(char, &'static Character)> {
    let mut all: Vec<_> = CHARACTERS.iter().map(|(c, character)| (*c, character)).collect();
    all.sort_unstable_by_key(|(c, _)| *c);
    all
}

/// Appends what a character is folded to.
pub fn fold(c: char, out: &mut String) {
    if c.is_ascii_lowercase() || c.is_ascii_digit() {
        out.push(c);
        return;
    }
    match CHARACTERS.get(&c).and_then(|character| character.folded) {
        Some(folded) => out.push_str(folded),
        None => out.push(c),
    }
}

/// The most characters of a text that are folded for a search.
pub const LONGEST: usize = 400;

/// A text as searches compare it.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        fold(c, &mut out);
    }
    out
}

/// The readings of a character, the most usual first; none where it has none that is known.
#[must_use]
pub fn readings(c: char) -> &'static [&'static str] {
    CHARACTERS.get(&c).map_or(&[], |character| character.readings.as_slice())
}

/// A reading has no other letters: what begins a syllable.
pub(super) fn is_beginning(letters: &str) -> bool {
    static BEGINNINGS: LazyLock<std::collections::HashSet<&'static str>> = LazyLock::new(|| {
        let syllables = CHARACTERS.values().flat_map(|character| &character.readings);
        syllables.flat_map(|syllable| (1..=syllable.len()).filter_map(|end| syllable.get(..end))).collect()
    });
    BEGINNINGS.contains(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let all = all();
        assert!(all.len() > 50_000, "{}", all.len());
        for (c, character) in all {
            assert!(character.folded.is_some() || !character.readings.is_empty(), "{c:?}");
            for reading in &character.readings {
                assert!(
                    !reading.is_empty() && reading.bytes().all(|b| b.is_ascii_lowercase()),
                    "{c:?} {reading}"
                );
            }
        }
    }

    #[test]
    fn usual_readings_are_known() {
        for (c, wanted) in [
            ('重', "chong"),
            ('厦', "xia"),
            ('廈', "xia"),
            ('行', "hang"),
            ('仇', "qiu"),
            ('吕', "lv"),
            ('吕', "lu"),
            ('𠮷', "ji"),
        ] {
            assert!(readings(c).contains(&wanted), "{c}: {:?}", readings(c));
        }
    }
}
