//! The rules together. Pure.

use super::parts::{Clues, Known, MatchPart, MatchReason, RecognisedPart};
use super::{firms, kinds, places};
use crate::catalogue::Catalogue;
use crate::core::ids::EnterpriseId;
use crate::signals::doubles::normalised;
use crate::signals::source::SignalSource;

/// What was recognised of a signal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recognised {
    /// Code of the kind.
    pub kind: Option<String>,
    /// The enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// Code of the region.
    pub region: Option<String>,
    /// How sure the match is: that of its least sure part of kind and enterprise; 0 where nothing is matched.
    pub confidence: i32,
    /// Each part, with what its match is based on, or why there is none.
    pub believed: Vec<RecognisedPart>,
}

/// A kind by its catalogue name in a text alone is a match from this confidence on, by the settings.
#[must_use]
pub fn recognise(clues: Clues<'_>, known: &Known, catalogue: &Catalogue, least: i32) -> Recognised {
    let mut found = Recognised::default();
    let region_named = clues
        .place
        .and_then(|place| places::region_in(&catalogue.regions, place))
        .map(|code| (code, MatchReason::RegionNamed, 95));
    let region_named = region_named.or_else(|| {
        // The site that took the news over is no place that it is about.
        let whole = normalised(&format!("{}\n{}", clues.title, clues.text));
        places::region_in(&catalogue.regions, &whole).map(|code| (code, MatchReason::RegionInText, 60))
    });
    let firm = firms::firm(&clues, known, region_named.as_ref().map(|(code, ..)| code.as_str()), catalogue);
    let kind = kinds::kind(&clues, known, catalogue);
    let abroad =
        clues.source == SignalSource::ForeignRecall && firm.as_ref().is_none_or(|firm| firm.value.is_none());
    let mut sure: Vec<i32> = Vec::new();
    for believed in [kind, firm].into_iter().flatten() {
        let taken = believed.value.is_some() && believed.confidence >= least && !abroad;
        if let Some(value) = believed.value.as_ref().filter(|_| taken) {
            sure.push(believed.confidence);
            match believed.part {
                MatchPart::Kind => found.kind = Some(value.clone()),
                MatchPart::Enterprise => found.enterprise = value.parse().ok(),
                MatchPart::Region => {}
            }
        }
        found.believed.push(believed);
    }
    if abroad {
        found.believed.push(RecognisedPart::nothing(MatchPart::Enterprise, MatchReason::NotSoldHere));
    }
    let of_firm = found.enterprise.and_then(|id| known.firm(id)).map(|firm| firm.region.clone());
    let region = match of_firm {
        Some(code) => Some(RecognisedPart::of(MatchPart::Region, code, 95, MatchReason::RegionOfFirm)),
        None => {
            region_named.map(|(code, reason, sure)| RecognisedPart::of(MatchPart::Region, code, sure, reason))
        }
    };
    if let Some(believed) = region {
        found.region = believed.value.clone().filter(|_| !abroad);
        found.believed.push(believed);
    }
    found.confidence = sure.into_iter().min().unwrap_or(0);
    found
}
