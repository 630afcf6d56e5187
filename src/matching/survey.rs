//! All experts looked at for one need: the best of each ring, and where a place may come free. Pure.
//!
//! Nobody is left out: what is found is the best of all whom the rules allow.

use crate::matching::Score;
use crate::matching::model::{
    Exclusion, ExpertFacts, Fit, Model, Nearness, NeedFacts, exclusion, fit, nearness,
};
use crate::matching::roster::Candidate;
use crate::matching::search::SearchStep;
use crate::settings::DutyRule;
use chrono::{DateTime, Utc};
use std::cmp::Reverse;

crate::word_enum! {
    /// How near an expert is to a need, in specialty and place: a nearer one is asked before any of the
    /// next, whatever the scores.
    pub enum Ring {
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

impl Ring {
    /// The ring of a pair; none where no specialty has to do with the need.
    pub fn of(need: &NeedFacts, expert: &ExpertFacts) -> Option<Self> {
        fit(need, expert).map(|fit| Self::at(fit, nearness(need, expert)))
    }

    /// The ring of those who are so near.
    fn at(fit: Fit, near: Nearness) -> Self {
        match (fit, near) {
            (Fit::Kind, Nearness::District | Nearness::City) => Self::Exact,
            (Fit::Class, Nearness::District | Nearness::City) => Self::Class,
            (Fit::Kind | Fit::Class, _) => Self::Province,
            (Fit::Related, _) => Self::Related,
        }
    }

    /// The step of the search that takes this ring in.
    pub fn step(self) -> SearchStep {
        match self {
            Self::Exact => SearchStep::Exact,
            Self::Class => SearchStep::Class,
            Self::Province | Self::Related => SearchStep::Province,
        }
    }
}

/// The order in which the experts of a ring are asked, the best first: those on duty before the others
/// unless duty is not asked; then by score; among equals the one longest without a consultation. The
/// id makes the order total.
pub type Rank = (Reverse<bool>, Reverse<i64>, Option<DateTime<Utc>>, crate::core::ids::ExpertId);

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// What is needed.
    pub need: &'a NeedFacts,
    /// What a pair is worth.
    pub model: &'a Model,
    /// What duty counts.
    pub duty: DutyRule,
}

impl Wanted<'_> {
    /// The place of an expert among those of a ring.
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

/// What came of looking.
#[derive(Debug)]
pub struct Survey<'a> {
    wanted: Wanted<'a>,
    best: [Option<(Rank, &'a Candidate)>; 4],
    hope: [bool; 4],
    off_duty: Vec<&'a Candidate>,
}

impl<'a> Survey<'a> {
    /// Nobody has been looked at yet.
    pub fn new(wanted: Wanted<'a>) -> Self {
        Self { wanted, best: [None, None, None, None], hope: [false; 4], off_duty: Vec::new() }
    }

    /// Looks at some. Whoever is looked at twice counts once.
    pub fn look(&mut self, candidates: impl Iterator<Item = &'a Candidate>) {
        let need = self.wanted.need;
        for candidate in candidates {
            let expert = &candidate.facts;
            let Some(fit) = fit(need, expert) else { continue };
            let near = nearness(need, expert);
            let ring = Ring::at(fit, near);
            // Someone nearer can be had: neither the best of this ring nor any hope in it matters.
            if self.best.iter().take(ring as usize).any(Option::is_some) {
                continue;
            }
            match exclusion(need, expert) {
                None => {
                    let rank = self.wanted.rank(candidate, self.wanted.model.total_at(need, expert, near));
                    if let Some(best) = self.best.get_mut(ring as usize)
                        && best.as_ref().is_none_or(|(other, _)| rank < *other)
                    {
                        *best = Some((rank, candidate));
                    }
                }
                // The last of the rules: no other holds.
                Some(Exclusion::AtCapacity) if candidate.facts.on_duty(&need.hour) => {
                    if let Some(hope) = self.hope.get_mut(ring as usize) {
                        *hope = true;
                    }
                }
                Some(Exclusion::OffDuty) if candidate.facts.load < candidate.facts.capacity => {
                    self.off_duty.push(candidate);
                }
                Some(_) => {}
            }
        }
    }

    /// The best of the nearest ring that has any, as far as a step goes.
    pub fn best(&self, step: SearchStep) -> Option<(&'a Candidate, Score)> {
        let rings = Ring::ALL.iter().filter(|ring| ring.step() <= step);
        let (_, found) = rings.filter_map(|ring| self.best.get(*ring as usize)?.as_ref()).next()?;
        Some((*found, super::score(found, self.wanted.need, self.wanted.model)))
    }

    /// Whether someone within a step is merely full, so that a place may come free. Says nothing of steps
    /// wider than one that has a best.
    pub fn hopes(&self, step: SearchStep) -> bool {
        Ring::ALL.iter().zip(self.hope).any(|(ring, hope)| hope && ring.step() <= step)
    }

    /// Those who are merely off duty. Someone may stand here twice.
    pub fn off_duty(&self) -> &[&'a Candidate] {
        &self.off_duty
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::ids::AccountId;
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

        /// Against the definition, read off the issue: of all whom the rules allow, the nearest ring first, then
        /// the greatest score, then who has been longest without one.
        #[test]
        fn the_best_of_all(
            candidates in any_candidates(), need in any_need(), model in any_model(), cut in 0usize..40,
            duty in select(&[DutyRule::First, DutyRule::Only, DutyRule::Ignore][..]),
        ) {
            let wanted = Wanted { need: &need, model: &model, duty };
            let mut survey = Survey::new(wanted);
            // In two parts that overlap, as classes do.
            survey.look(candidates.iter().skip(cut));
            survey.look(candidates.iter().rev());
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
                let Some((best, score)) = survey.best(step) else {
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
        fn hope_is_someone_merely_full(candidates in any_candidates(), need in any_need(), model in any_model()) {
            let mut survey = Survey::new(Wanted { need: &need, model: &model, duty: DutyRule::First });
            survey.look(candidates.iter());
            let merely_full = |c: &Candidate| {
                let emptier = ExpertFacts { load: 0, ..c.facts.clone() };
                c.facts.on_duty(&need.hour)
                    && exclusion(&need, &c.facts).is_some()
                    && exclusion(&need, &emptier).is_none()
            };
            for step in [SearchStep::Exact, SearchStep::Class, SearchStep::Province] {
                if survey.best(step).is_some() {
                    break;
                }
                let within = |c: &&Candidate| Ring::of(&need, &c.facts).is_some_and(|r| r.step() <= step);
                prop_assert_eq!(survey.hopes(step), candidates.iter().filter(within).any(merely_full));
            }
        }
    }
}
