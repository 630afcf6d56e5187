//! What happens to a target, and to which consultation.

use crate::consultations::status::Status;
use crate::core::ids::ExpertId;
use crate::db::published::consultation;
use crate::enterprises::ids::NonconformityId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// The consultation, as far as it matters here.
#[derive(Queryable, Selectable)]
#[diesel(table_name = consultation, check_for_backend(diesel::pg::Pg))]
pub(super) struct Seen {
    pub product_kind: String,
    pub nonconformity_id: Option<NonconformityId>,
    pub status: Status,
    pub expert_id: Option<ExpertId>,
    pub opened_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub region: String,
    pub information_asked_at: Option<DateTime<Utc>>,
}

crate::word_enum! {
    /// What people learn of a target.
    pub enum TargetEvent {
        /// Most of the time is over.
        Warned = "warned",
        /// The time is over.
        Breached = "breached",
        /// What was waited for came, in time or not.
        Met = "met",
    }
}
