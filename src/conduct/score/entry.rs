//! An entry as the score needs it.

use crate::conduct::ids::{ConductId, FactId, LineId};
use crate::conduct::words::Intent;
use crate::core::ids::EnterpriseId;
use crate::inspections::words::InspectedRole;
use chrono::NaiveDate;

/// An entry, as it was known at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: ConductId,
    /// The fact that it is about.
    pub fact: FactId,
    /// The enterprise whose conduct it is.
    pub enterprise: EnterpriseId,
    /// In which role it was done.
    pub role: InspectedRole,
    /// The product line; none where it is about the operator itself.
    pub line: Option<LineId>,
    /// Code of the behaviour.
    pub behaviour: String,
    /// Whether it was done on purpose.
    pub intent: Intent,
    /// The day on which it happened.
    pub happened_on: NaiveDate,
    /// The day on which it was decided.
    pub decided_on: NaiveDate,
    /// The version of the rules of that day.
    pub rules_version: String,
    /// Whether it was annulled: then it counts on no day.
    pub annulled: bool,
    /// The first day on which it counts; none while an objection keeps it from counting.
    pub counts_from: Option<NaiveDate>,
    /// From this day it no longer counts, since its repair was granted.
    pub repaired_on: Option<NaiveDate>,
}
