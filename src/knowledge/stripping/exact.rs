//! What is known of a case, wherever it stands in a text, whatever its width, case, blanks and dashes.

use crate::core::search::characters::fold;
use crate::knowledge::stripping::kind::{FindingKind, Place};
use crate::knowledge::stripping::known::Secret;

/// Letters and digits from which on a secret of nothing else is looked for within other letters and digits.
const LONG: usize = 5;

/// A folded text, and of which character each of its characters is.
struct Folded {
    chars: Vec<char>,
    at: Vec<usize>,
}

impl Folded {
    fn of(text: &str) -> Self {
        let (mut chars, mut at, mut one) = (Vec::new(), Vec::new(), String::new());
        for (n, c) in text.chars().enumerate() {
            one.clear();
            fold(c, &mut one);
            chars.extend(one.chars());
            at.resize(chars.len(), n);
        }
        Self { chars, at }
    }

    /// The places of a folded secret, as characters of the text.
    fn places<'a>(&'a self, secret: &'a [char]) -> impl Iterator<Item = (usize, usize)> + 'a {
        let is_short = secret.len() < LONG && secret.iter().all(char::is_ascii);
        let beside =
            |n: Option<usize>| n.and_then(|n| self.chars.get(n)).is_some_and(char::is_ascii_alphanumeric);
        let whole =
            move |n: usize| !is_short || !(beside(n.checked_sub(1)) || beside(Some(n + secret.len())));
        self.chars.windows(secret.len().max(1)).enumerate().filter_map(move |(n, window)| {
            if window != secret || !whole(n) {
                return None;
            }
            Some((*self.at.get(n)?, self.at.get(n + secret.len() - 1)? + 1))
        })
    }
}

/// The places of the secrets.
pub fn places(text: &str, secrets: &[Secret]) -> Vec<Place> {
    let folded = Folded::of(text);
    let mut places = Vec::new();
    for secret in secrets {
        let chars: Vec<char> = Folded::of(&secret.text).chars;
        if chars.len() < 2 {
            continue;
        }
        let place = |(from, to): (usize, usize)| -> (usize, usize, FindingKind, String) {
            (from, to, secret.kind, secret.replacement.clone())
        };
        places.extend(folded.places(&chars).map(place));
    }
    places
}
