//! The stripping: what in a text leads to an enterprise or a person. Pure.
//!
//! What is known of the case (its names, codes, numbers, addresses: [`Known`]) is looked for in whatever way it is written ([`exact`]); what
//! looks like a number, a name or an address of anybody is found by its form ([`numbers`], [`names`]). A finding is a place of the text with
//! its kind and what would stand there instead. Findings never overlap: those that do are one, of the kind of the longest.

mod exact;
mod known;
mod names;
mod numbers;
#[cfg(test)]
mod tests;

use crate::core::Text;

pub use known::{Known, Secret, short_names};

crate::word_enum! {
    /// What a finding is.
    pub enum FindingKind {
        /// The name of an enterprise, full or short.
        Enterprise = "enterprise",
        /// The name of a person.
        Person = "person",
        /// A unified social credit code.
        Uscc = "uscc",
        /// The number of an identity card.
        IdCard = "id_card",
        /// A telephone number.
        Phone = "phone",
        /// A mail address.
        Mail = "mail",
        /// An address, or a region below the city.
        Address = "address",
        /// The number of a report.
        ReportNo = "report_no",
        /// A trademark.
        Trademark = "trademark",
        /// The address of a page.
        Url = "url",
        /// The number of a batch.
        BatchNo = "batch_no",
        /// A standard of an enterprise's own, whose number names it.
        EnterpriseStandard = "enterprise_standard",
    }
}

impl FindingKind {
    /// What stands in place of such a thing where nothing else is said.
    #[must_use]
    pub const fn replacement(self) -> &'static str {
        match self {
            Self::Enterprise => "某企业",
            Self::Person => "某人员",
            Self::Uscc => "某代码",
            Self::IdCard => "某证件号",
            Self::Phone => "某电话",
            Self::Mail => "某邮箱",
            Self::Address => "某地",
            Self::ReportNo => "某报告",
            Self::Trademark => "某品牌",
            Self::Url => "某网址",
            Self::BatchNo => "某批次",
            Self::EnterpriseStandard => "某企业标准",
        }
    }

    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Enterprise => ("企业名称", "name of an enterprise"),
            Self::Person => ("人员姓名", "name of a person"),
            Self::Uscc => ("统一社会信用代码", "credit code"),
            Self::IdCard => ("身份证件号码", "identity card number"),
            Self::Phone => ("电话号码", "telephone number"),
            Self::Mail => ("电子邮箱", "mail address"),
            Self::Address => ("地址或市以下地区", "address, or region below the city"),
            Self::ReportNo => ("报告编号", "report number"),
            Self::Trademark => ("商标或品牌", "trademark"),
            Self::Url => ("网址", "web address"),
            Self::BatchNo => ("批号", "batch number"),
            Self::EnterpriseStandard => ("企业标准编号", "enterprise's own standard"),
        };
        Text::new(zh, en)
    }
}

/// A place of a text that leads to someone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The first character, from 0.
    pub start: usize,
    /// How many characters.
    pub length: usize,
    /// What it is.
    pub kind: FindingKind,
    /// What stands there.
    pub found: String,
    /// What would stand there instead.
    pub replacement: String,
}

/// A place before those that overlap are joined: from, to (exclusive), kind, replacement.
type Place = (usize, usize, FindingKind, String);

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
