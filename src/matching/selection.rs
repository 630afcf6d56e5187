//! The best expert for one need among all, and where a place may come free. Pure.
//!
//! Nobody is left out: what is found is the best of all whom the rules allow.

use crate::core::ids::ExpertId;
use crate::matching::model::facts::NeedFacts;
use crate::matching::model::parts::{fit, nearness};
use crate::matching::model::rules::{Exclusion, exclusion};
use crate::matching::model::weights::Model;
use crate::matching::roster::facts::Candidate;
use crate::matching::score::{Score, score};
use crate::matching::search::SearchStep;
use crate::matching::settings::DutyRule;
use crate::matching::tier::Tier;
use chrono::{DateTime, Utc};
use std::cmp::Reverse;

/// The order in which the experts of a tier are asked, the best first: those on duty before the others
/// unless duty is not asked; then by score; among equals the one longest without a consultation. The
/// id makes the order total.
pub type Rank = (Reverse<bool>, Reverse<i64>, Option<DateTime<Utc>>, ExpertId);

/// The need of a search and the rules by which it is met.
#[derive(Debug, Clone, Copy)]
pub struct Criteria<'a> {
    /// What is needed.
    pub need: &'a NeedFacts,
    /// What a pair is worth.
    pub model: &'a Model,
    /// What duty counts.
    pub duty: DutyRule,
}

impl Criteria<'_> {
    /// The place of an expert among those of a tier.
    pub fn rank(&self, candidate: &Candidate, total: f64) -> Rank {
        let on_duty = self.duty == DutyRule::Ignore || candidate.facts.on_duty(&self.need.hour);
        (Reverse(on_duty), Reverse(steps(total)), candidate.last_assigned_at, candidate.facts.id)
    }
}

/// A score in steps of a billionth: sums of floats that differ by less are equal.
#[expect(clippy::cast_possible_truncation, reason = "0 to 1 times a billion")]
pub fn steps(total: f64) -> i64 {
    (total * 1e9).round() as i64
}

/// The result of looking.
#[derive(Debug)]
pub struct Selection<'a> {
    criteria: Criteria<'a>,
    best: [Option<(Rank, &'a Candidate)>; 4],
    full: [bool; 4],
    off_duty: Vec<&'a Candidate>,
}

impl<'a> Selection<'a> {
    /// Nobody has been looked at yet.
    pub fn new(criteria: Criteria<'a>) -> Self {
        Self { criteria, best: [None, None, None, None], full: [false; 4], off_duty: Vec::new() }
    }

    /// Looks at some. Whoever is looked at twice counts once.
    pub fn consider(&mut self, candidates: impl Iterator<Item = &'a Candidate>) {
        let need = self.criteria.need;
        for candidate in candidates {
            let expert = &candidate.facts;
            let Some(fit) = fit(need, expert) else { continue };
            let near = nearness(need, expert);
            let tier = Tier::at(fit, near);
            // Someone nearer can be had: neither the best of this tier nor any hope in it matters.
            if self.best.iter().take(tier as usize).any(Option::is_some) {
                continue;
            }
            match exclusion(need, expert) {
                None => {
                    let rank =
                        self.criteria.rank(candidate, self.criteria.model.total_at(need, expert, near));
                    if let Some(best) = self.best.get_mut(tier as usize)
                        && best.as_ref().is_none_or(|(other, _)| rank < *other)
                    {
                        *best = Some((rank, candidate));
                    }
                }
                // The last of the rules: no others hold.
                Some(Exclusion::AtCapacity | Exclusion::EnterpriseShare)
                    if candidate.facts.on_duty(&need.hour) =>
                {
                    if let Some(full) = self.full.get_mut(tier as usize) {
                        *full = true;
                    }
                }
                Some(Exclusion::OffDuty) if candidate.facts.load < candidate.facts.capacity => {
                    self.off_duty.push(candidate);
                }
                Some(_) => {}
            }
        }
    }

    /// The best of the nearest tier that has any, as far as a step goes.
    pub fn best(&self, step: SearchStep) -> Option<(&'a Candidate, Score)> {
        let tiers = Tier::ALL.iter().filter(|tier| tier.step() <= step);
        let (_, found) = tiers.filter_map(|tier| self.best.get(*tier as usize)?.as_ref()).next()?;
        Some((*found, score(found, self.criteria.need, self.criteria.model)))
    }

    /// Whether someone within a step is merely full, so that a place may come free. Says nothing of steps
    /// wider than one that has a best.
    pub fn may_come_free(&self, step: SearchStep) -> bool {
        Tier::ALL.iter().zip(self.full).any(|(tier, full)| full && tier.step() <= step)
    }

    /// Those who are merely off duty. An expert may be in it twice.
    pub fn off_duty(&self) -> &[&'a Candidate] {
        &self.off_duty
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::ids::AccountId;
    use crate::matching::model::facts::ExpertFacts;
    use crate::matching::model::parts::{Fit, Nearness};
    use crate::matching::model::tests::{any_expert, any_model, any_need};
    use proptest::prelude::*;
    use proptest::sample::select;
    use uuid::Uuid;

    prop_compose! {
        fn any_candidates()(
            experts in proptest::collection::vec((any_expert(), proptest::option::of(0i64..3)), 0..40),
        ) -> Vec<Candidate> {
            let candidate = |(n, (mut facts, last)): (u128, (ExpertFacts, Option<i64>))| {
                facts.id = crate::core::ids::ExpertId(Uuid::from_u128(n));
                // Most rules exclude few, so that there is something to choose from.
                facts.approved |= n % 4 > 0;
                facts.suspended &= n % 4 == 0;
                facts.available |= n % 5 > 0;
                Candidate {
                    facts,
                    account: AccountId(Uuid::from_u128(n)),
                    name: String::new(),
                    last_assigned_at: last.and_then(|n| DateTime::from_timestamp(n, 0)),
                }
            };
            (1u128..).zip(experts).map(candidate).collect()
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// Against the definition, read off the issue: of all whom the rules allow, the nearest tier first, then
        /// the greatest score, then who has been longest without one.
        #[test]
        fn the_best_of_all(
            candidates in any_candidates(), need in any_need(), model in any_model(), cut in 0usize..40,
            duty in select(&[DutyRule::First, DutyRule::Only, DutyRule::Ignore][..]),
        ) {
            let criteria = Criteria { need: &need, model: &model, duty };
            let mut selection = Selection::new(criteria);
            // In two parts that overlap, as classes do.
            selection.consider(candidates.iter().skip(cut));
            selection.consider(candidates.iter().rev());
            let step_of = |c: &Candidate| match (fit(&need, &c.facts), nearness(&need, &c.facts)) {
                (Some(Fit::Kind), Nearness::District | Nearness::City) => Some((1, SearchStep::Exact)),
                (Some(Fit::Class), Nearness::District | Nearness::City) => Some((2, SearchStep::Class)),
                (Some(Fit::Kind | Fit::Class), _) => Some((3, SearchStep::Province)),
                (Some(Fit::Related), _) => Some((4, SearchStep::Province)),
                (None, _) => None,
            };
            for step in [SearchStep::Exact, SearchStep::Class, SearchStep::Province] {
                let within = |c: &&Candidate| step_of(c).is_some_and(|(_, of)| of <= step);
                let allowed: Vec<&Candidate> = candidates
                    .iter()
                    .filter(within)
                    .filter(|c| model.judge(&need, &c.facts).is_ok())
                    .collect();
                let Some((best, score)) = selection.best(step) else {
                    prop_assert!(allowed.is_empty());
                    continue;
                };
                prop_assert!(allowed.iter().any(|c| c.facts.id == best.facts.id));
                let total = |c: &Candidate| model.total(&model.parts(&need, &c.facts));
                prop_assert!((score.total - total(best)).abs() < 1e-12);
                for other in allowed {
                    let near = step_of(best).cmp(&step_of(other));
                    let on_duty = |c: &Candidate| duty == DutyRule::Ignore || c.facts.on_duty(&need.hour);
                    let more = total(best) - total(other);
                    prop_assert!(near.is_le(), "a nearer one was passed over");
                    if near.is_eq() && on_duty(best) == on_duty(other) {
                        prop_assert!(more > -2e-9, "{} beats {}", total(other), total(best));
                        if more.abs() < 1e-12 {
                            prop_assert!(best.last_assigned_at <= other.last_assigned_at);
                        }
                    } else if near.is_eq() {
                        prop_assert!(on_duty(best));
                    }
                }
            }
        }

        #[test]
        fn capacity_may_become_free_where_an_expert_is_only_full(candidates in any_candidates(), need in any_need(), model in any_model()) {
            let mut selection = Selection::new(Criteria { need: &need, model: &model, duty: DutyRule::First });
            selection.consider(candidates.iter());
            let merely_full = |c: &Candidate| {
                let emptier = ExpertFacts { load: 0, ..c.facts.clone() };
                c.facts.on_duty(&need.hour)
                    && exclusion(&need, &c.facts).is_some()
                    && exclusion(&need, &emptier).is_none()
            };
            for step in [SearchStep::Exact, SearchStep::Class, SearchStep::Province] {
                if selection.best(step).is_some() {
                    break;
                }
                let within = |c: &&Candidate| Tier::of(&need, &c.facts).is_some_and(|r| r.step() <= step);
                prop_assert_eq!(selection.may_come_free(step), candidates.iter().filter(within).any(merely_full));
            }
        }
    }
}
