//! How each character is folded and read. The table is made by `script/search-characters`.

use std::collections::HashSet;
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

/// The characters by the upper and the lower part of their codes: a look-up hashes nothing. A page without any is empty.
struct Table(Vec<Vec<Character>>);

impl Table {
    /// The characters on a page.
    const PAGE: usize = 256;

    fn place(c: char) -> (usize, usize) {
        let code = usize::try_from(u32::from(c)).unwrap_or(usize::MAX);
        (code / Self::PAGE, code % Self::PAGE)
    }

    fn get(&self, c: char) -> Option<&Character> {
        let (page, place) = Self::place(c);
        self.0.get(page)?.get(place)
    }

    fn change(&mut self, c: char, change: impl FnOnce(&mut Character)) {
        let (page, place) = Self::place(c);
        if self.0.len() <= page {
            self.0.resize_with(page + 1, Vec::new);
        }
        if let Some(page) = self.0.get_mut(page) {
            if page.is_empty() {
                page.resize_with(Self::PAGE, Character::default);
            }
            page.get_mut(place).map(change);
        }
    }

    /// Every character that is folded or read, in the order of their codes.
    fn iter(&self) -> impl Iterator<Item = (char, &Character)> {
        let places = self.0.iter().enumerate().flat_map(|(page, characters)| {
            characters
                .iter()
                .enumerate()
                .map(move |(place, character)| (page * Self::PAGE + place, character))
        });
        places
            .filter(|(_, character)| character.folded.is_some() || !character.readings.is_empty())
            .filter_map(|(code, character)| Some((char::from_u32(u32::try_from(code).ok()?)?, character)))
    }
}

static CHARACTERS: LazyLock<Table> = LazyLock::new(|| read(TABLE));

fn code_points(text: &str) -> impl Iterator<Item = char> {
    text.split(' ').flat_map(|span| {
        let (first, last) = span.split_once('-').unwrap_or((span, span));
        let number = |hex| u32::from_str_radix(hex, 16).unwrap_or(0);
        (number(first)..=number(last)).filter_map(char::from_u32)
    })
}

fn read(table: &'static str) -> Table {
    let mut all = Table(Vec::new());
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split('\t');
        let (Some(kind), Some(first)) = (parts.next(), parts.next()) else { continue };
        let these = parts.next().unwrap_or_default();
        match kind {
            "-" => code_points(first).for_each(|c| all.change(c, |character| character.folded = Some(""))),
            "=" => these.chars().for_each(|c| all.change(c, |character| character.folded = Some(first))),
            _ => {
                let place: usize = kind.parse().unwrap_or(0);
                for c in these.chars() {
                    all.change(c, |character| {
                        let readings = &mut character.readings;
                        if readings.len() <= place {
                            readings.resize(place + 1, "");
                        }
                        if let Some(reading) = readings.get_mut(place) {
                            *reading = first;
                        }
                    });
                }
            }
        }
    }
    all
}

/// Every character that is folded or read, in the order of their codes.
pub fn all() -> Vec<(char, &'static Character)> {
    CHARACTERS.iter().collect()
}

/// Appends what a character is folded to.
pub fn fold(c: char, out: &mut String) {
    if c.is_ascii_lowercase() || c.is_ascii_digit() {
        out.push(c);
        return;
    }
    match CHARACTERS.get(c).and_then(|character| character.folded) {
        Some(folded) => out.push_str(folded),
        None => out.push(c),
    }
}

/// The most characters of a text that are folded for a search, or of a name that are kept folded.
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

/// A name as it is searched: folded, not longer than what an index takes; the same as `search_name` of `functions.sql`, a test says.
#[must_use]
pub fn folded_name(name: &str) -> String {
    let first = name.char_indices().nth(LONGEST).and_then(|(end, _)| name.get(..end)).unwrap_or(name);
    let mut folded = folded(first);
    if let Some((end, _)) = folded.char_indices().nth(LONGEST) {
        folded.truncate(end);
    }
    folded
}

/// The readings of a character, the most usual first; none where it has none that is known.
#[must_use]
pub fn readings(c: char) -> &'static [&'static str] {
    CHARACTERS.get(c).map_or(&[], |character| character.readings.as_slice())
}

/// A reading has no other letters: what begins a syllable.
pub(super) fn is_beginning(letters: &str) -> bool {
    static BEGINNINGS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
        let syllables = CHARACTERS.iter().flat_map(|(_, character)| &character.readings);
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
