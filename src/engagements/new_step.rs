//! A step of an engagement, as it is sent.

use crate::engagements::ids::SlotId;
use crate::engagements::state::{EngagementStep, Side};
use crate::engagements::visits::slots::SlotInput;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A step of an engagement. Each step takes the fields that belong to it; others are refused.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStep {
    /// The step to take.
    #[schema(inline)]
    pub step: EngagementStep,
    /// The version that the sender saw; refused where there are steps after it.
    #[serde(default)]
    pub version: Option<i32>,
    /// By which the sender knows the step: sent again, it is the same step.
    #[serde(default)]
    pub client_id: Option<Uuid>,
    /// What the clock of the device said, for `start` and `hold`: a step that is sent later says when it was taken.
    #[serde(default)]
    pub device_at: Option<DateTime<Utc>>,
    /// Where the device was, for `start` and `hold`: degrees, both or none. It is erased when the visit ends.
    #[serde(default)]
    #[schema(minimum = -90, maximum = 90)]
    pub latitude: Option<f64>,
    /// See `latitude`.
    #[serde(default)]
    #[schema(minimum = -180, maximum = 180)]
    pub longitude: Option<f64>,
    /// The time that is chosen, for `choose`.
    #[serde(default)]
    pub slot: Option<SlotId>,
    /// Other times, for `reschedule`; an enterprise asks for other times and names none.
    #[serde(default)]
    pub slots: Vec<SlotInput>,
    /// The minutes, at most 10,000 characters, for `write_minutes`; the enterprise's words, at most 2,000, for `add_words`.
    #[serde(default)]
    pub text: Option<String>,
    /// The day on which the experts mean to come again, for `write_minutes`: after the visit.
    #[serde(default)]
    pub next_on: Option<NaiveDate>,
    /// How satisfied the enterprise is, for `confirm_minutes` of its side: from 1 to 5.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 5)]
    pub satisfaction: Option<i32>,
    /// Who did not come, for `no_show`.
    #[serde(default)]
    #[schema(inline)]
    pub by: Option<Side>,
    /// Why, at most 1,000 characters: for `reschedule`, `cancel`, `no_show` and `take_back`, and where an officer acts for an enterprise without an account.
    #[serde(default)]
    pub reason: Option<String>,
}

impl NewStep {
    /// A step that says nothing besides.
    pub fn new(step: EngagementStep) -> Self {
        Self {
            step,
            version: None,
            client_id: None,
            device_at: None,
            latitude: None,
            longitude: None,
            slot: None,
            slots: Vec::new(),
            text: None,
            next_on: None,
            satisfaction: None,
            by: None,
            reason: None,
        }
    }
}
