//! Reasons for a pair, each part from 0 to 1.

use super::facts::{ExpertFacts, NeedFacts, Outcomes, Specialty, Subject};
use crate::catalogue::SupervisionClass;
use serde::{Deserialize, Serialize};

crate::word_enum! {
    /// How near a specialty is to a product kind, the nearest first.
    pub enum Fit {
        /// It names the kind.
        Kind = "kind",
        /// It names the kind's class.
        Class = "class",
        /// It names another kind of the class, or a class near in trade or a kind of one.
        Related = "related",
    }
}

crate::word_enum! {
    /// How near an expert is to an enterprise, the nearest first.
    pub enum Nearness {
        /// Serves or sits in the enterprise's district.
        District = "district",
        /// Its city.
        City = "city",
        /// Its province.
        Province = "province",
        /// None of them.
        Elsewhere = "elsewhere",
    }
}

/// The value of each part of the score, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Parts {
    /// How near the best specialty is, its level, and the failed items that it names.
    pub specialty: f64,
    /// How near the expert is; counts for more on site.
    pub region: f64,
    /// The share of the expert's capacity that is free.
    pub load: f64,
    /// How little time the law leaves and how closely the kind is supervised. The same for every
    /// expert: it decides between needs.
    pub urgency: f64,
    /// Whether the expert speaks the enterprise's language.
    pub language: f64,
    /// What came of the expert's earlier work, drawn towards the average where there is little of it.
    pub outcome: f64,
    /// Whether the expert helped this enterprise before.
    pub continuity: f64,
}

/// The figures that shape the parts. All are shares from 0 to 1 but where it is said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Worth of a specialty in the class, where one in the kind is worth 1.
    pub class: f64,
    /// Worth of a related one; at most that of the class.
    pub related: f64,
    /// How much of a specialty's worth hangs on its level.
    pub level: f64,
    /// How much of it hangs on the failed items.
    pub items: f64,
    /// Worth of the same city, where the same district is worth 1.
    pub city: f64,
    /// Worth of the same province; at most that of the city.
    pub province: f64,
    /// How much distance counts for a consultation that is not on site.
    pub remote: f64,
    /// Days before a deadline from which it begins to count; more than 0.
    pub horizon_days: f64,
    /// How much of the urgency hangs on the supervision class.
    pub supervision: f64,
    /// Worth of special supervision, where strict is worth 1 and general nothing.
    pub special: f64,
    /// Assumptions about an expert of whom nothing is known yet.
    pub prior: f64,
    /// How many observations that supposition is worth; more than 0.
    pub prior_strength: f64,
}

/// How near the expert's nearest specialty is; none where no specialty has to do with the kind.
pub fn fit(need: &NeedFacts, expert: &ExpertFacts) -> Option<Fit> {
    expert.specialties.iter().filter_map(|specialty| fit_of(need, specialty.subject)).min()
}

fn fit_of(need: &NeedFacts, subject: Subject) -> Option<Fit> {
    let class = match subject {
        Subject::Kind { kind, .. } if kind == need.kind => return Some(Fit::Kind),
        Subject::Class(class) if class == need.class => return Some(Fit::Class),
        Subject::Kind { class, .. } | Subject::Class(class) => class,
    };
    (class == need.class || need.related.contains(&class)).then_some(Fit::Related)
}

/// How near the expert is to the enterprise. By the build of the numbers of GB/T 2260: two digits
/// for the province, two for the city, two for the district.
pub fn nearness(need: &NeedFacts, expert: &ExpertFacts) -> Nearness {
    expert.regions.iter().map(|code| between(*code, need.region)).min().unwrap_or(Nearness::Elsewhere)
}

fn between(one: u32, other: u32) -> Nearness {
    // Whoever serves a whole province or city is no nearer to one district than that.
    if one == other {
        Nearness::District
    } else if one / 100 == other / 100 {
        Nearness::City
    } else if one / 10_000 == other / 10_000 {
        Nearness::Province
    } else {
        Nearness::Elsewhere
    }
}

/// The parts of a pair's score. Says nothing about the rules: an excluded pair has parts, too.
pub fn parts(need: &NeedFacts, expert: &ExpertFacts, shape: &Shape) -> Parts {
    parts_at(need, expert, nearness(need, expert), shape)
}

/// The same where it is known how near the expert is.
pub fn parts_at(need: &NeedFacts, expert: &ExpertFacts, near: Nearness, shape: &Shape) -> Parts {
    let specialty = |s: &Specialty| specialty(need, s, shape);
    Parts {
        specialty: expert.specialties.iter().map(specialty).fold(0.0, f64::max),
        region: region(need, near, shape),
        load: free_share(expert),
        urgency: urgency(need, shape),
        language: if expert.languages.has(need.language) { 1.0 } else { 0.0 },
        outcome: outcome(expert, shape),
        continuity: if need.earlier.contains(&expert.id) { 1.0 } else { 0.0 },
    }
}

fn specialty(need: &NeedFacts, specialty: &Specialty, shape: &Shape) -> f64 {
    let base = match fit_of(need, specialty.subject) {
        None => return 0.0,
        Some(Fit::Kind) => 1.0,
        Some(Fit::Class) => shape.class,
        Some(Fit::Related) => shape.related,
    };
    let level = (f64::from(specialty.level.clamp(1, 3)) - 1.0) / 2.0;
    let missed = 1.0 - matched(need, specialty);
    base * (1.0 - shape.level * (1.0 - level) - shape.items * missed).max(0.0)
}

/// The share of the failed items that the specialty names; all where nothing is said to have failed.
fn matched(need: &NeedFacts, specialty: &Specialty) -> f64 {
    if need.items.is_empty() {
        return 1.0;
    }
    if specialty.items.is_empty() {
        return 0.0;
    }
    let known = |terms: &[_]| terms.iter().any(|term| specialty.items.contains(term));
    let hits = need.items.iter().filter(|terms| known(terms)).count();
    ratio(hits, need.items.len())
}

#[expect(clippy::cast_precision_loss, reason = "a report has some hundred items at most")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

fn region(need: &NeedFacts, near: Nearness, shape: &Shape) -> f64 {
    let near = match near {
        Nearness::District => 1.0,
        Nearness::City => shape.city,
        Nearness::Province => shape.province,
        Nearness::Elsewhere => 0.0,
    };
    let counts = if need.on_site { 1.0 } else { shape.remote };
    1.0 - counts * (1.0 - near)
}

fn free_share(expert: &ExpertFacts) -> f64 {
    if expert.capacity == 0 {
        return 0.0;
    }
    (1.0 - f64::from(expert.load) / f64::from(expert.capacity)).max(0.0)
}

/// How urgent a need is, 0 to 1.
pub fn urgency(need: &NeedFacts, shape: &Shape) -> f64 {
    let class = match need.supervision {
        SupervisionClass::Strict => 1.0,
        SupervisionClass::Special => shape.special,
        SupervisionClass::General => 0.0,
    };
    let time =
        need.days_left.map_or(0.0, |days| 1.0 - (f64::from(days) / shape.horizon_days).clamp(0.0, 1.0));
    shape.supervision * class + (1.0 - shape.supervision) * time
}

/// Means drawn towards `prior` by as many supposed observations as `prior_strength` says, which is
/// the mean of a Beta prior's posterior: a new expert is scored like an average one.
fn outcome(expert: &ExpertFacts, shape: &Shape) -> f64 {
    let drawn =
        |sum: f64, count: f64| (sum + shape.prior * shape.prior_strength) / (count + shape.prior_strength);
    let Outcomes { reinspected, passed_first, ratings, rating_sum } = expert.outcomes;
    let passed = drawn(f64::from(passed_first.min(reinspected)), f64::from(reinspected));
    // A rating of 1 counts nothing, one of 5 fully.
    let earned = f64::from(rating_sum.saturating_sub(ratings).min(ratings.saturating_mul(4))) / 4.0;
    (passed + drawn(earned, f64::from(ratings))) / 2.0
}
