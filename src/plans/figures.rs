//! What came of a plan's computation, and of the changes by hand since.

use serde::{Deserialize, Serialize};

/// The figures of a plan, its changes by hand included. What they say of enterprises is what applying it does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Figures {
    /// Enterprises planned for.
    pub enterprises: u64,
    /// Approved experts.
    pub experts: u64,
    /// Their places.
    pub places: u64,
    /// Pairs that the rules allow.
    pub pairs: u64,
    /// Enterprises that get an expert.
    pub assigned: u64,
    /// Enterprises that get nobody.
    pub unserved: u64,
    /// Those of them whom no expert may be given to.
    pub without_pair: u64,
    /// The total score in millionths: exactly the sum of the chosen pairs' scores, those chosen by hand included.
    pub total_micros: i64,
    /// What no assignment can exceed, by the prices of the places (linear programming duality), in
    /// millionths. Equal to the total less `by_hand_micros`: that proves that the plan was the optimum as it was computed.
    pub bound_micros: i64,
    /// Enterprises whose expert was changed by hand.
    #[serde(default)]
    pub by_hand: u64,
    /// What the changes by hand add to the total, in millionths; mostly below 0.
    #[serde(default)]
    pub by_hand_micros: i64,
    /// Enterprises that get nobody because of the least score of the plan.
    #[serde(default)]
    pub below_least: u64,
    /// Enterprises that have nobody now and get somebody.
    pub added: u64,
    /// That get somebody else.
    pub changed: u64,
    /// That keep whom they have.
    pub unchanged: u64,
    /// That have somebody now and get nobody.
    pub removed: u64,
    /// Milliseconds from the beginning of the computation to the stored result.
    pub milliseconds: u64,
}

impl Figures {
    /// The total score of the plan as it was computed, in millionths.
    #[must_use]
    pub fn computed_micros(&self) -> i64 {
        self.total_micros - self.by_hand_micros
    }

    /// Whether the plan as it was computed is proved to be the best there is.
    #[must_use]
    pub fn is_optimal(&self) -> bool {
        self.computed_micros() == self.bound_micros
    }
}
