//! Finding everything in a text, and replacing it. Pure.

use crate::knowledge::stripping::kind::{FindingKind, Place};
use crate::knowledge::stripping::known::Known;
use crate::knowledge::stripping::{exact, names, numbers};

/// A place of a text that leads to someone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The first character, from 0.
    pub start: usize,
    /// How many characters.
    pub length: usize,
    /// The kind of text.
    pub kind: FindingKind,
    /// What stands there.
    pub found: String,
    /// What would stand there instead.
    pub replacement: String,
}

/// Most findings of one text; those after them are found once these are confirmed.
pub const MOST: usize = 500;

/// Everything in a text that leads to someone, in the order of the text.
#[must_use]
pub fn find(text: &str, known: &Known) -> Vec<Found> {
    let chars: Vec<char> = text.chars().collect();
    let mut places: Vec<Place> = exact::places(text, known.secrets());
    let narrow: Vec<char> = chars.iter().map(|c| crate::core::cells::narrow(*c)).collect();
    let by_form =
        |(from, to, kind): (usize, usize, FindingKind)| (from, to, kind, kind.replacement().to_owned());
    places.extend(numbers::places(&narrow).into_iter().map(by_form));
    places.extend(names::places(&narrow, known).into_iter().map(by_form));
    let found = |(from, to, kind, replacement): Place| Found {
        start: from,
        length: to - from,
        kind,
        found: chars.iter().skip(from).take(to - from).collect(),
        replacement,
    };
    joined(places).into_iter().take(MOST).map(found).collect()
}

/// Places in order, those that overlap as one of the longest's kind.
fn joined(mut places: Vec<Place>) -> Vec<Place> {
    places.retain(|(from, to, ..)| from < to);
    // What the case says of a place goes before what its form says.
    places.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    let mut all: Vec<(Place, usize)> = Vec::new();
    for place in places {
        let length = place.1 - place.0;
        match all.last_mut() {
            Some((last, longest)) if place.0 < last.1 => {
                last.1 = last.1.max(place.1);
                if length > *longest {
                    (last.2, last.3, *longest) = (place.2, place.3, length);
                }
            }
            _ => all.push((place, length)),
        }
    }
    all.into_iter().map(|(place, _)| place).collect()
}

/// A text in which places are replaced; they must not overlap.
#[must_use]
pub fn replace(text: &str, places: &[(usize, usize, &str)]) -> String {
    let mut sorted = places.to_vec();
    sorted.sort_unstable_by_key(|place| place.0);
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (start, length, by) in sorted {
        out.extend(chars.iter().skip(at).take(start.saturating_sub(at)));
        out.push_str(by);
        at = at.max(start + length);
    }
    out.extend(chars.iter().skip(at));
    out
}
