//! A simulated month of the online match, beside round robin: how evenly the load falls. Pure, and the
//! same for the same seed.
//!
//! Consultations arrive evenly through thirty days and take one to five of them. Both policies see the
//! same experts, consultations and places; both give a consultation to someone only whom no rule
//! excludes. Round robin asks the experts in turn and takes the first who may.

use chrono::NaiveDate;
use uuid::Uuid;
use zerodesk::catalogue::SupervisionClass;
use zerodesk::core::Language;
use zerodesk::core::ids::ExpertId;
use zerodesk::experts::duty::Hour;
use zerodesk::matching::model::facts::{
    EnterpriseKey, ExpertFacts, LanguageSet, NeedFacts, Outcomes, Share, Specialty, Subject,
};
use zerodesk::matching::model::rules::exclusion;
use zerodesk::matching::model::terms::TermId;
use zerodesk::matching::model::weights::Model;
use zerodesk::matching::selection::steps;
use zerodesk::matching::tier::Tier;

/// Hours of the simulated month.
const HOURS: u32 = 30 * 24;
/// Kinds of each class, as many as a province's catalogue has on the average.
const KINDS: u16 = 4;
const CLASSES: u16 = 51;

/// A month to simulate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Month {
    /// How many experts there are.
    pub(crate) experts: u32,
    /// How many consultations arrive.
    pub(crate) consultations: u32,
    /// Another seed, another month.
    pub(crate) seed: u64,
}

/// How evenly the load fell, as the Gini coefficient of consultations for each place of an expert:
/// 0 where everyone had the same share, near 1 where one had all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fairness {
    /// The coefficient when experts are matched.
    pub(crate) matched: f64,
    /// The coefficient when experts take turns.
    pub(crate) round_robin: f64,
    /// Consultations that nobody could take when they arrived, with the match.
    pub(crate) unmatched: u32,
}

/// A source of numbers that is the same for the same seed (SplitMix64, Steele and others 2014).
#[derive(Debug, Clone)]
pub(crate) struct SeededRandom(u64);

impl SeededRandom {
    /// The source of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit`, which must not be 0.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let high = u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(0);
        u32::try_from((u64::from(high) * u64::from(limit.max(1))) >> 32).unwrap_or(0)
    }

    fn class(&mut self) -> u16 {
        u16::try_from(self.below(CLASSES.into())).unwrap_or(0)
    }

    fn kind(&mut self, class: u16) -> u16 {
        class * KINDS + u16::try_from(self.below(KINDS.into())).unwrap_or(0)
    }

    /// A district of one of twenty-one cities.
    fn region(&mut self) -> u32 {
        440_000 + (self.below(21) + 1) * 100 + self.below(6) + 3
    }
}

struct Arrival {
    hour: u32,
    ends: u32,
    need: NeedFacts,
}

fn experts(month: Month, random: &mut SeededRandom) -> Vec<ExpertFacts> {
    let expert = |n: u32| {
        let class = random.class();
        let level = |random: &mut SeededRandom| u8::try_from(1 + random.below(3)).unwrap_or(1);
        let mut specialties =
            vec![Specialty { subject: Subject::Class(class), level: level(random), items: Box::default() }];
        for _ in 0..1 + random.below(2) {
            let subject = Subject::Kind { kind: random.kind(class), class };
            specialties.push(Specialty { subject, level: level(random), items: Box::default() });
        }
        let home = random.region();
        ExpertFacts {
            id: ExpertId(Uuid::from_u128(u128::from(n) + 1)),
            approved: true,
            suspended: false,
            available: true,
            leave: None,
            shifts: vec![],
            specialties,
            regions: if random.below(3) == 0 { vec![home] } else { vec![home, 440_000] },
            languages: LanguageSet::of([Language::Zh]),
            capacity: 4 + random.below(5),
            load: 0,
            conflicts: vec![],
            refused_by: vec![],
            employer: None,
            institution: None,
            name: None,
            signed: vec![],
            outcomes: Outcomes::default(),
        }
    };
    (0..month.experts).map(expert).collect()
}

fn arrivals(month: Month, random: &mut SeededRandom) -> Vec<Arrival> {
    let arrival = |n: u32| {
        let class = random.class();
        let hour = n * HOURS / month.consultations.max(1);
        Arrival {
            hour,
            ends: hour + 24 + random.below(4 * 24),
            need: NeedFacts {
                kind: random.kind(class),
                class,
                related: vec![(class + 1) % CLASSES, (class + CLASSES - 1) % CLASSES],
                items: vec![],
                enterprise: EnterpriseKey(n.into()),
                name: TermId(n.into()),
                region: random.region(),
                language: Language::Zh,
                supervision: SupervisionClass::General,
                days_left: None,
                on_site: false,
                hour: Hour::noon(NaiveDate::default()),
                duty_only: false,
                reports: vec![],
                earlier: vec![],
                tried: vec![],
                share: Share::default(),
            },
        }
    };
    (0..month.consultations).map(arrival).collect()
}

/// Simulates a month under both policies.
pub(crate) fn simulate(month: Month, model: &Model) -> Fairness {
    let mut random = SeededRandom::new(month.seed);
    let experts = experts(month, &mut random);
    let arrivals = arrivals(month, &mut random);
    let best = |need: &NeedFacts, experts: &[ExpertFacts], last: &[u32]| {
        let rank = |(at, expert): (usize, &ExpertFacts)| {
            let score = model.judge(need, expert).ok()?;
            let last = last.get(at).copied().unwrap_or(0);
            Some(((Tier::of(need, expert), std::cmp::Reverse(steps(score)), last), at))
        };
        experts.iter().enumerate().filter_map(rank).min().map(|(_, at)| at)
    };
    let (matched, unmatched) = run(&experts, &arrivals, best);
    let mut pointer = 0;
    let in_turn = |need: &NeedFacts, experts: &[ExpertFacts], _: &[u32]| {
        let may = |at: &usize| experts.get(*at).is_some_and(|e| exclusion(need, e).is_none());
        let found = (pointer..experts.len()).chain(0..pointer).find(may)?;
        pointer = (found + 1) % experts.len();
        Some(found)
    };
    let (round_robin, _) = run(&experts, &arrivals, in_turn);
    Fairness { matched: gini(matched), round_robin: gini(round_robin), unmatched }
}

/// Gives each arrival to whom the policy says. The policy is informed when each expert was last given one.
/// Gives the consultations for each place of an expert, and how many went to nobody.
fn run(
    experts: &[ExpertFacts],
    arrivals: &[Arrival],
    mut policy: impl FnMut(&NeedFacts, &[ExpertFacts], &[u32]) -> Option<usize>,
) -> (Vec<f64>, u32) {
    let mut experts = experts.to_vec();
    let (mut counts, mut last) = (vec![0u32; experts.len()], vec![0u32; experts.len()]);
    let mut open: Vec<(u32, usize)> = Vec::new();
    let mut unmatched = 0;
    for (turn, arrival) in (1u32..).zip(arrivals) {
        open.retain(|&(ends, at)| {
            let goes_on = ends > arrival.hour;
            if let (false, Some(expert)) = (goes_on, experts.get_mut(at)) {
                expert.load -= 1;
            }
            goes_on
        });
        match policy(&arrival.need, &experts, &last) {
            Some(at) => {
                if let (Some(expert), Some(count), Some(last)) =
                    (experts.get_mut(at), counts.get_mut(at), last.get_mut(at))
                {
                    expert.load += 1;
                    *count += 1;
                    *last = turn;
                }
                open.push((arrival.ends, at));
            }
            None => unmatched += 1,
        }
    }
    let shares = counts.iter().zip(&experts).map(|(n, e)| f64::from(*n) / f64::from(e.capacity.max(1)));
    (shares.collect(), unmatched)
}

/// The Gini coefficient of values that are not negative.
pub(crate) fn gini(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let (sum, weighted) = (1u32..)
        .zip(&values)
        .fold((0.0, 0.0), |(sum, weighted), (rank, value)| (sum + value, weighted + f64::from(rank) * value));
    let count = u32::try_from(values.len()).map_or(f64::INFINITY, f64::from);
    if sum > 0.0 { 2.0 * weighted / (count * sum) - (count + 1.0) / count } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zerodesk::matching::settings::MatchingSettings;

    #[test]
    fn gini_of_known_shares() {
        assert!(gini(vec![3.0; 7]).abs() < 1e-12);
        assert!((gini(vec![0.0, 0.0, 0.0, 8.0]) - 0.75).abs() < 1e-12);
        assert!((gini(vec![1.0, 2.0, 3.0, 4.0]) - 0.25).abs() < 1e-12);
    }

    #[test]
    fn the_match_is_nearly_as_even_as_round_robin() {
        let model = Model::new(&MatchingSettings::default());
        for seed in 1..4 {
            let month = Month { experts: 200, consultations: 2000, seed };
            let fairness = simulate(month, &model);
            assert_eq!(fairness, simulate(month, &model), "the same month comes to the same");
            assert!(fairness.matched <= fairness.round_robin + 0.05, "{fairness:?}");
            assert!(fairness.round_robin > 0.0 && fairness.unmatched < 400, "{fairness:?}");
        }
    }
}
