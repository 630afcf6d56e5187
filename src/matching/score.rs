//! How well an expert fits a need, and who comes first. Pure.
//!
//! The best fit comes first: one who names the very kind before one who names its class, one who
//! serves the enterprise's region before one who does not, the higher level before the lower.
//! Among equals, the one with the fewest open consultations; then the one longest without any.

use crate::core::ids::{AccountId, ExpertId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

crate::word_enum! {
    /// How a specialty covers a product kind, the closest first.
    pub enum Coverage {
        /// It names the kind.
        Kind = "kind",
        /// It names the kind's class.
        Class = "class",
    }
}

crate::word_enum! {
    /// The hard rule that keeps an expert from a consultation.
    pub enum Exclusion {
        /// Takes nothing new at present.
        Unavailable = "unavailable",
        /// Works for the enterprise or owns it.
        ConflictOfInterest = "conflict_of_interest",
        /// Was offered this consultation before.
        AlreadyTried = "already_tried",
        /// Has as many consultations as it takes.
        AtCapacity = "at_capacity",
    }
}

/// An expert whose specialties cover the kind, with all that the rules ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The expert.
    pub expert: ExpertId,
    /// The expert's account.
    pub account: AccountId,
    /// The name.
    pub name: String,
    /// How the best specialty covers the kind.
    pub coverage: Coverage,
    /// The level of that specialty, 1 to 3.
    pub level: i32,
    /// Whether the expert serves the enterprise's region.
    pub serves_region: bool,
    /// Whether the expert takes new consultations.
    pub available: bool,
    /// Whether the expert is tied to the enterprise.
    pub conflict: bool,
    /// Whether this consultation was offered to the expert before.
    pub tried: bool,
    /// Consultations offered to or held by the expert.
    pub open: i64,
    /// How many the expert takes at once.
    pub capacity: i32,
    /// When the expert was last given one.
    pub last_assigned_at: Option<DateTime<Utc>>,
}

/// What speaks for a candidate, kept with the offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Score {
    /// How the best specialty covers the kind.
    pub coverage: Coverage,
    /// Whether the expert serves the enterprise's region.
    pub serves_region: bool,
    /// The level of that specialty, 1 to 3.
    pub level: i32,
    /// Consultations the expert had at that moment.
    pub open: i64,
    /// How many the expert takes at once.
    pub capacity: i32,
    /// When the expert was last given one before.
    pub last_assigned_at: Option<DateTime<Utc>>,
}

impl Candidate {
    /// What speaks for the candidate.
    pub fn score(&self) -> Score {
        Score {
            coverage: self.coverage,
            serves_region: self.serves_region,
            level: self.level,
            open: self.open,
            capacity: self.capacity,
            last_assigned_at: self.last_assigned_at,
        }
    }

    /// The first hard rule that excludes the candidate, if one does.
    pub fn exclusion(&self) -> Option<Exclusion> {
        if self.conflict {
            Some(Exclusion::ConflictOfInterest)
        } else if self.tried {
            Some(Exclusion::AlreadyTried)
        } else if !self.available {
            Some(Exclusion::Unavailable)
        } else if self.open >= i64::from(self.capacity) {
            Some(Exclusion::AtCapacity)
        } else {
            None
        }
    }

    fn order(&self) -> impl Ord + use<> {
        // The id breaks the last tie, so that the order is total.
        (
            self.coverage,
            Reverse(self.serves_region),
            Reverse(self.level),
            self.open,
            self.last_assigned_at,
            self.expert,
        )
    }
}

/// Candidates, told apart and in order.
#[derive(Debug, Clone, Default)]
pub struct Ranked {
    /// Those whom no rule excludes, the best first.
    pub eligible: Vec<Candidate>,
    /// The others, each with the rule.
    pub excluded: Vec<(Candidate, Exclusion)>,
}

/// Ranks candidates.
pub fn rank(candidates: Vec<Candidate>) -> Ranked {
    let mut ranked = Ranked::default();
    for candidate in candidates {
        match candidate.exclusion() {
            None => ranked.eligible.push(candidate),
            Some(rule) => ranked.excluded.push((candidate, rule)),
        }
    }
    ranked.eligible.sort_by_cached_key(Candidate::order);
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn candidate(name: &str) -> Candidate {
        Candidate {
            expert: ExpertId::new(),
            account: AccountId::new(),
            name: name.into(),
            coverage: Coverage::Class,
            level: 2,
            serves_region: true,
            available: true,
            conflict: false,
            tried: false,
            open: 0,
            capacity: 5,
            last_assigned_at: None,
        }
    }

    fn order(candidates: Vec<Candidate>) -> Vec<String> {
        rank(candidates).eligible.into_iter().map(|c| c.name).collect()
    }

    #[test]
    fn fit_comes_before_load_and_load_before_rest() {
        let at = |s| DateTime::from_timestamp(s, 0);
        let exact = Candidate { coverage: Coverage::Kind, open: 4, ..candidate("exact") };
        let idle = Candidate { last_assigned_at: at(9), ..candidate("idle") };
        let rested = Candidate { open: 1, last_assigned_at: at(1), ..candidate("rested") };
        let tired = Candidate { open: 1, last_assigned_at: at(2), ..candidate("tired") };
        let newcomer = Candidate { open: 1, ..candidate("newcomer") };
        assert_eq!(
            order(vec![tired, rested, newcomer, idle, exact]),
            ["exact", "idle", "newcomer", "rested", "tired"]
        );
    }

    #[test]
    fn hard_rules_exclude() {
        let all = vec![
            Candidate { available: false, ..candidate("away") },
            Candidate { conflict: true, coverage: Coverage::Kind, ..candidate("owner") },
            Candidate { tried: true, ..candidate("tried") },
            Candidate { open: 5, ..candidate("full") },
        ];
        let ranked = rank(all);
        assert!(ranked.eligible.is_empty());
        let rules: Vec<_> = ranked.excluded.iter().map(|(_, rule)| rule.as_str()).collect();
        assert_eq!(rules, ["unavailable", "conflict_of_interest", "already_tried", "at_capacity"]);
    }

    proptest! {
        #[test]
        fn every_candidate_is_ranked_or_excluded_and_never_over_capacity(
            loads in proptest::collection::vec((0i64..8, 1i32..6, any::<bool>(), any::<bool>()), 0..30)
        ) {
            let all: Vec<_> = loads.iter().map(|&(open, capacity, available, conflict)| Candidate {
                open, capacity, available, conflict, ..candidate("x")
            }).collect();
            let count = all.len();
            let ranked = rank(all);
            prop_assert_eq!(ranked.eligible.len() + ranked.excluded.len(), count);
            for c in &ranked.eligible {
                prop_assert!(c.open < i64::from(c.capacity) && c.available && !c.conflict);
            }
        }
    }
}
