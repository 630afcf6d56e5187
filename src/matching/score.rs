//! Reasons for a candidate, as they are kept with an offer. Pure.

use crate::matching::model::facts::NeedFacts;
use crate::matching::model::parts::{Fit, Nearness, Parts, fit, nearness};
use crate::matching::model::weights::Model;
use crate::matching::roster::facts::Candidate;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Reasons for an expert, kept with the offer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Score {
    /// The weighted mean of the parts, 0 to 1.
    pub total: f64,
    /// The parts.
    pub parts: Parts,
    /// How near the best specialty is; none where an admin chose an expert without one.
    pub fit: Option<Fit>,
    /// How near the expert is.
    pub nearness: Nearness,
    /// Whether the expert was on duty.
    pub on_duty: bool,
    /// Consultations the expert had.
    pub open: u32,
    /// How many the expert takes at once.
    pub capacity: u32,
    /// When the expert was last given one before.
    pub last_assigned_at: Option<DateTime<Utc>>,
}

/// Reasons for a candidate.
pub fn score(candidate: &Candidate, need: &NeedFacts, model: &Model) -> Score {
    let parts = model.parts(need, &candidate.facts);
    Score {
        total: model.total(&parts),
        parts,
        fit: fit(need, &candidate.facts),
        nearness: nearness(need, &candidate.facts),
        on_duty: candidate.facts.on_duty(&need.hour),
        open: candidate.facts.load,
        capacity: candidate.facts.capacity,
        last_assigned_at: candidate.last_assigned_at,
    }
}
