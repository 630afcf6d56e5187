//! The enterprise that a signal is about. Pure.

use super::parts::{Clues, Firm, Known, MatchPart, MatchReason, RecognisedPart};
use crate::catalogue::Catalogue;
use crate::core::ids::EnterpriseId;
use crate::enterprises::Uscc;

/// How names of firms end.
const ENDINGS: [&str; 10] = [
    "有限责任公司",
    "股份有限公司",
    "有限公司",
    "集团公司",
    "经营部",
    "加工厂",
    "工厂",
    "商行",
    "制品厂",
    "厂",
];
/// Characters of a name at most and at least.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=30;
/// Names that are looked for of one text at most.
const MOST_NAMES: usize = 300;

/// What may be whole names of firms in a text: all that ends as names do. Where a name begins is not known, so each beginning is tried.
#[must_use]
pub fn names_in(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let of_name = |c: char| c.is_alphanumeric() || matches!(c, '（' | '）' | '(' | ')' | '·');
    let mut names = Vec::new();
    for end in 1..=chars.len() {
        let ends = |ending: &&str| {
            let length = ending.chars().count();
            end.checked_sub(length)
                .and_then(|from| chars.get(from..end))
                .is_some_and(|part| part.iter().copied().eq(ending.chars()))
        };
        if !ENDINGS.iter().any(ends) {
            continue;
        }
        for length in LENGTHS {
            let Some(from) = end.checked_sub(length) else { break };
            let part = chars.get(from..end).unwrap_or_default();
            if !part.first().is_some_and(|c| of_name(*c)) {
                break;
            }
            names.push(part.iter().collect());
            if names.len() >= MOST_NAMES {
                return names;
            }
        }
    }
    names
}

/// The credit codes in a text, at most 20.
#[must_use]
pub fn codes_in(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() == 18);
    words.filter_map(|word| Uscc::typed(word).ok()).map(|code| code.as_str().to_owned()).take(20).collect()
}

/// The name of a maker and where it sits, as CPSC writes them in one: `Acme Co., of Dongguan, China`.
#[must_use]
pub fn name_and_town(maker: &str) -> (&str, Option<&str>) {
    match maker.rsplit_once(", of ") {
        Some((name, town)) if !name.trim().is_empty() => (name.trim(), Some(town.trim())),
        _ => (maker.trim(), None),
    }
}

/// The enterprise, or why none is taken.
pub(super) fn firm(
    clues: &Clues<'_>,
    known: &Known,
    region: Option<&str>,
    catalogue: &Catalogue,
) -> Option<RecognisedPart> {
    let of = |id: EnterpriseId, sure: i32, reason: MatchReason| {
        Some(RecognisedPart::of(MatchPart::Enterprise, id.to_string(), sure, reason))
    };
    let nothing = |reason: MatchReason| Some(RecognisedPart::nothing(MatchPart::Enterprise, reason));
    if let Some(firm) = &known.by_code {
        return of(firm.id, 98, MatchReason::Code);
    }
    match known.by_code_in_text.as_slice() {
        [] => {}
        [firm] => return of(firm.id, 90, MatchReason::CodeInText),
        _ => return nothing(MatchReason::SeveralFirms),
    }
    let here = |firms: &[Firm]| -> Vec<EnterpriseId> {
        let lies =
            |firm: &&Firm| region.is_some_and(|region| catalogue.regions.contains(region, &firm.region));
        firms.iter().filter(lies).map(|firm| firm.id).collect()
    };
    match (known.by_name.as_slice(), here(&known.by_name).as_slice()) {
        ([], _) => {}
        (_, [id]) => return of(*id, 92, MatchReason::NameAndRegion),
        ([firm], _) => return of(firm.id, 80, MatchReason::OnlyName),
        _ => return nothing(MatchReason::SeveralFirms),
    }
    if let Some((_, Some(id))) = known.by_barcode {
        return of(id, 80, MatchReason::Barcode);
    }
    match (known.in_text.as_slice(), here(&known.in_text).as_slice()) {
        ([], _) => {}
        ([firm], [_]) => return of(firm.id, 80, MatchReason::NameInText),
        ([firm], _) => return of(firm.id, 65, MatchReason::NameInText),
        _ => return nothing(MatchReason::SeveralFirms),
    }
    clues.brand.filter(|brand| !brand.trim().is_empty()).and_then(|_| nothing(MatchReason::BrandAlone))
}
