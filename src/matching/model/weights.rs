//! The weights of the parts of a score, and their weighted sum.

use super::facts::{ExpertFacts, NeedFacts};
use super::parts::{Nearness, Parts, Shape, parts, parts_at};
use super::rules::{Exclusion, exclusion};
use crate::matching::settings::MatchingSettings;

/// The weight of each part of the score. Not negative, and one at least above 0; only their proportions matter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// Weight of the specialty.
    pub specialty: f64,
    /// Weight of the region.
    pub region: f64,
    /// Weight of the free capacity.
    pub load: f64,
    /// Weight of the urgency.
    pub urgency: f64,
    /// Weight of the language.
    pub language: f64,
    /// Weight of past outcomes.
    pub outcome: f64,
    /// Weight of having helped before.
    pub continuity: f64,
}

/// What is supposed of an expert of whom nothing is known yet, in percent, so that a newcomer is not starved.
const OUTCOME_PRIOR_PERCENT: u32 = 70;
/// How many real outcomes that supposition is worth.
const OUTCOME_PRIOR_CASES: f64 = 5.0;

/// The score of a pair, 0 to 1: the mean of its parts by their weights.
pub fn total(parts: &Parts, weights: &Weights) -> f64 {
    let pairs = [
        (parts.specialty, weights.specialty),
        (parts.region, weights.region),
        (parts.load, weights.load),
        (parts.urgency, weights.urgency),
        (parts.language, weights.language),
        (parts.outcome, weights.outcome),
        (parts.continuity, weights.continuity),
    ];
    let (sum, all) = pairs.iter().fold((0.0, 0.0), |(sum, all), (part, w)| (sum + part * w, all + w));
    if all > 0.0 { (sum / all).clamp(0.0, 1.0) } else { 0.0 }
}

/// Weights and shape together, as the settings say: all that scores a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Model {
    /// The weight of each part.
    pub weights: Weights,
    /// How each part is made.
    pub shape: Shape,
}

impl Model {
    /// The model of the settings.
    pub fn new(settings: &MatchingSettings) -> Self {
        let share = |percent: u32| f64::from(percent) / 100.0;
        Self {
            weights: Weights {
                specialty: settings.weight_specialty.into(),
                region: settings.weight_region.into(),
                load: settings.weight_load.into(),
                urgency: settings.weight_urgency.into(),
                language: settings.weight_language.into(),
                outcome: settings.weight_outcome.into(),
                continuity: settings.weight_continuity.into(),
            },
            shape: Shape {
                class: share(settings.specialty_class_percent),
                related: share(settings.specialty_related_percent),
                level: share(settings.specialty_level_percent),
                items: share(settings.specialty_items_percent),
                city: share(settings.region_city_percent),
                province: share(settings.region_province_percent),
                remote: share(settings.region_remote_percent),
                horizon_days: settings.urgency_horizon_days.into(),
                supervision: share(settings.urgency_supervision_percent),
                special: share(settings.urgency_special_percent),
                prior: share(OUTCOME_PRIOR_PERCENT),
                prior_strength: OUTCOME_PRIOR_CASES,
            },
        }
    }

    /// The parts of a pair.
    pub fn parts(&self, need: &NeedFacts, expert: &ExpertFacts) -> Parts {
        parts(need, expert, &self.shape)
    }

    /// The score of a pair of which it is known how near the two are.
    pub fn total_at(&self, need: &NeedFacts, expert: &ExpertFacts, near: Nearness) -> f64 {
        total(&parts_at(need, expert, near, &self.shape), &self.weights)
    }

    /// The score of a pair by its parts.
    pub fn total(&self, parts: &Parts) -> f64 {
        total(parts, &self.weights)
    }

    /// The score of a pair.
    ///
    /// # Errors
    /// The hard rule that excludes it.
    pub fn judge(&self, need: &NeedFacts, expert: &ExpertFacts) -> Result<f64, Exclusion> {
        match exclusion(need, expert) {
            Some(rule) => Err(rule),
            None => Ok(self.total(&self.parts(need, expert))),
        }
    }
}
