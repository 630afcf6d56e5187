//! How near an expert is to a need, as the search goes through them. Pure.

use crate::matching::model::facts::{ExpertFacts, NeedFacts};
use crate::matching::model::parts::{Fit, Nearness, fit, nearness};
use crate::matching::search::SearchStep;

crate::word_enum! {
    /// How near an expert is to a need, in specialty and place: a nearer one is asked before any of the
    /// next, whatever the scores.
    pub enum Tier {
        /// A specialty in the very kind, in the city.
        Exact = "exact",
        /// One in the class, in the city.
        Class = "class",
        /// One in the kind or class, elsewhere.
        Province = "province",
        /// One in another kind of the class or in a related class, anywhere.
        Related = "related",
    }
}

impl Tier {
    /// The tier of a pair; none where no specialty has to do with the need.
    pub fn of(need: &NeedFacts, expert: &ExpertFacts) -> Option<Self> {
        fit(need, expert).map(|fit| Self::at(fit, nearness(need, expert)))
    }

    /// The tier of a fit and a nearness.
    pub fn at(fit: Fit, near: Nearness) -> Self {
        match (fit, near) {
            (Fit::Kind, Nearness::District | Nearness::City) => Self::Exact,
            (Fit::Class, Nearness::District | Nearness::City) => Self::Class,
            (Fit::Kind | Fit::Class, _) => Self::Province,
            (Fit::Related, _) => Self::Related,
        }
    }

    /// The step of the search that takes this tier in.
    pub fn step(self) -> SearchStep {
        match self {
            Self::Exact => SearchStep::Exact,
            Self::Class => SearchStep::Class,
            Self::Province | Self::Related => SearchStep::Province,
        }
    }
}
