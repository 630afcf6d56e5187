//! The region that a text names. Pure.

use crate::catalogue::{RegionLevel, Regions};
use crate::core::cells::compact;

/// The region of a text: its code, its name, the name of a city without 市. The lowest counts. A district whose name another has is known only
/// where its city is named as well; the province alone says too little of where something is.
#[must_use]
pub fn region_in(regions: &Regions, text: &str) -> Option<String> {
    let text = compact(text);
    if text.is_empty() {
        return None;
    }
    if text.len() == 6 && regions.get(&text).is_some() {
        return Some(text);
    }
    let above = |code: &str| {
        regions
            .ancestors(code)
            .any(|region| region.level == RegionLevel::City && names(&text, &region.name, true))
    };
    let mut found: Option<(u8, &str)> = None;
    for region in regions.iter() {
        let (depth, short) = match region.level {
            RegionLevel::Province => (0, false),
            RegionLevel::City => (1, true),
            RegionLevel::District => (2, false),
        };
        if !names(&text, &region.name, short) {
            continue;
        }
        let twin = regions.iter().any(|other| other.code != region.code && other.name == region.name);
        if region.level == RegionLevel::District && twin && !above(&region.code) {
            continue;
        }
        // Of two on one level the first stands: which of them is meant is not known.
        if found.is_none_or(|(known, _)| depth > known) {
            found = Some((depth, &region.code));
        }
    }
    found.map(|(_, code)| code.to_owned())
}

fn names(text: &str, name: &str, short: bool) -> bool {
    let name = compact(name);
    let bare = name.trim_end_matches('市');
    (name.chars().count() >= 2 && text.contains(&name))
        || (short && bare.chars().count() >= 2 && text.contains(bare))
}
