//! The kind of product that a signal is about. Pure.

use super::parts::{Clues, Known, MatchPart, MatchReason, RecognisedPart};
use crate::catalogue::{Catalogue, ProductKind};
use crate::core::cells::compact;

/// Characters of a text in which kinds are looked for: what it is about stands at its beginning.
const LOOKED_AT: usize = 2_000;
/// Characters of a name that is looked for within a text; shorter ones are common words.
const SHORTEST: usize = 2;

/// The kind, or why none is taken.
pub(super) fn kind(clues: &Clues<'_>, known: &Known, catalogue: &Catalogue) -> Option<RecognisedPart> {
    let of = |code: &str, sure: i32, reason: MatchReason| {
        Some(RecognisedPart::of(MatchPart::Kind, code, sure, reason))
    };
    let product = clues.product.map(str::trim).filter(|product| !product.is_empty());
    if let Some(kind) = product.and_then(|product| catalogue.products.kind(product)) {
        let coded = product.is_some_and(|product| product.eq_ignore_ascii_case(&kind.code));
        return match coded {
            true => of(&kind.code, 98, MatchReason::KindCode),
            false => of(&kind.code, 95, MatchReason::KindName),
        };
    }
    if let Some((Some(code), _)) = &known.by_barcode {
        return of(code, 85, MatchReason::Barcode);
    }
    let places = [
        (product.unwrap_or_default(), 85, MatchReason::KindInName),
        (clues.category.unwrap_or_default(), 75, MatchReason::KindInName),
        (clues.title, 75, MatchReason::KindInTitle),
        (clues.text, 60, MatchReason::KindInText),
    ];
    for (text, sure, reason) in places {
        match named_in(text, catalogue) {
            Named::None => {}
            Named::One(kind) => return of(&kind.code, sure, reason),
            Named::Several => {
                return Some(RecognisedPart::nothing(MatchPart::Kind, MatchReason::SeveralKinds));
            }
        }
    }
    None
}

enum Named<'a> {
    None,
    One(&'a ProductKind),
    Several,
}

/// The kind that a text names. A name within a longer name of another kind does not count.
fn named_in<'a>(text: &str, catalogue: &'a Catalogue) -> Named<'a> {
    if text.trim().is_empty() {
        return Named::None;
    }
    let text: String = text.chars().take(LOOKED_AT).collect();
    let (chinese, english) = (compact(&text), text.to_lowercase());
    let mut found: Vec<(String, &ProductKind)> = Vec::new();
    for kind in catalogue.products.kinds() {
        for name in std::iter::once(&kind.name_zh).chain(&kind.aliases) {
            let name = compact(name);
            if name.chars().count() >= SHORTEST && chinese.contains(&name) {
                found.push((name, kind));
            }
        }
        let name = kind.name_en.to_lowercase();
        if stands(&english, &name) || name.strip_suffix('s').is_some_and(|one| stands(&english, one)) {
            found.push((name, kind));
        }
    }
    let within =
        |name: &String| found.iter().any(|(other, _)| other != name && other.contains(name.as_str()));
    let mut kinds: Vec<&ProductKind> =
        found.iter().filter(|(name, _)| !within(name)).map(|(_, kind)| *kind).collect();
    kinds.sort_by(|a, b| a.code.cmp(&b.code));
    kinds.dedup_by(|a, b| a.code == b.code);
    match kinds.as_slice() {
        [] => Named::None,
        [kind] => Named::One(kind),
        _ => Named::Several,
    }
}

/// Whether English words stand in a text as words.
fn stands(text: &str, words: &str) -> bool {
    if words.len() < 3 {
        return false;
    }
    text.match_indices(words).any(|(at, found)| {
        let before = text.get(..at).and_then(|part| part.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|part| part.chars().next());
        let apart = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
        apart(before) && (apart(after) || after == Some('s'))
    })
}
