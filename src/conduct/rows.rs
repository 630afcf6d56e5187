//! The rows of the domain's tables.

use crate::conduct::course::Course;
use crate::conduct::ids::{ConductId, FactId, LineId};
use crate::conduct::words::{ConductSource, ConductState, Intent};
use crate::core::ids::{AccountId, EnterpriseId};
use crate::db::schema::{conduct, conduct_event, conduct_line};
use crate::inspections::ids::InspectionId;
use crate::inspections::words::InspectedRole;
use crate::remediation::ids::CaseId;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

/// A row of `conduct`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = conduct, check_for_backend(Pg))]
pub struct ConductRow {
    /// Its id.
    pub id: ConductId,
    /// The fact that it is about.
    pub fact_id: FactId,
    /// The enterprise whose conduct it is.
    pub enterprise_id: EnterpriseId,
    /// In which role it was done.
    pub role: InspectedRole,
    /// The product line; none where it is about the operator itself.
    pub line_id: Option<LineId>,
    /// Code of the behaviour.
    pub behaviour: String,
    /// Whether it was done on purpose.
    pub intent: Intent,
    /// The day on which it happened.
    pub happened_on: NaiveDate,
    /// The day on which it was decided.
    pub decided_on: NaiveDate,
    /// The number of the document.
    pub document_no: Option<String>,
    /// The number as it is known again.
    pub document_key: Option<String>,
    /// The authority that decided.
    pub authority: String,
    /// Code of the region of the office that keeps the entry.
    pub authority_region: String,
    /// What it comes from.
    pub source: ConductSource,
    /// The inspection that it comes from.
    pub inspection_id: Option<InspectionId>,
    /// The case that it comes from.
    pub case_id: Option<CaseId>,
    /// The list that it comes from.
    pub import_id: Option<Uuid>,
    /// What was done, in a few sentences.
    pub description: Option<String>,
    /// Who entered it; none where the platform did.
    pub entered_by: Option<AccountId>,
    /// The version of the rules that weighs it.
    pub rules_version: String,
    /// The state.
    pub state: ConductState,
    /// The day on which the enterprise was notified.
    pub notified_on: Option<NaiveDate>,
    /// The first day on which it counts.
    pub counts_from: Option<NaiveDate>,
    /// The last day on which it counts.
    pub counts_until: NaiveDate,
    /// Since when an objection or an application waits.
    pub pending_since: Option<NaiveDate>,
    /// The last day to decide it.
    pub due_on: Option<NaiveDate>,
    /// From this day it no longer counts.
    pub repaired_on: Option<NaiveDate>,
    /// The day on which it was annulled.
    pub annulled_on: Option<NaiveDate>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl ConductRow {
    /// Writes into the row what its history comes to.
    pub fn fill(&mut self, course: &Course) {
        self.role = course.matter.role;
        self.behaviour.clone_from(&course.matter.behaviour);
        self.intent = course.matter.intent;
        self.happened_on = course.matter.happened_on;
        self.decided_on = course.matter.decided_on;
        self.document_no.clone_from(&course.matter.document_no);
        self.rules_version.clone_from(&course.rules_version);
        self.state = course.state;
        self.notified_on = course.notified_on;
        self.counts_from = course.counts_from;
        self.counts_until = course.counts_until;
        self.pending_since = course.pending_since;
        self.due_on = course.due_on;
        self.repaired_on = course.repaired_on;
        self.annulled_on = course.annulled_on;
    }
}

/// A row of `conduct_event`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = conduct_event, check_for_backend(Pg))]
pub struct EventRow {
    /// The entry.
    pub conduct_id: ConductId,
    /// Its place in the history, from 1.
    pub ordinal: i32,
    /// The step.
    pub step: String,
    /// The state before it.
    pub from_state: Option<String>,
    /// The state after it.
    pub to_state: String,
    /// The day on which it happened.
    pub occurred_on: NaiveDate,
    /// When it was entered.
    pub recorded_at: DateTime<Utc>,
    /// Who entered it; none where the platform did.
    pub actor_id: Option<AccountId>,
    /// The role of who entered it, or `system`.
    pub actor_role: String,
    /// The region of an officer.
    pub actor_region: Option<String>,
    /// What the history keeps of it.
    pub details: Value,
}

/// A row of `conduct_line`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = conduct_line, check_for_backend(Pg))]
pub struct LineRow {
    /// Its id.
    pub id: LineId,
    /// Whose product it is.
    pub enterprise_id: EnterpriseId,
    /// Code of the product kind.
    pub product_kind: Option<String>,
    /// Name of the product.
    pub product_name: String,
    /// The standard that it claims.
    pub standard: Option<String>,
    /// The trademark.
    pub trademark: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// When it was first named.
    pub created_at: DateTime<Utc>,
}
