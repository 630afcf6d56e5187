//! What is shown of a case: in lists, and as a whole.

use crate::attachments::Attachment;
use crate::core::ids::{ConsultationId, EnterpriseId};
use crate::enterprises::ids::NonconformityId;
use crate::remediation::action::{ActionKind, ActionState};
use crate::remediation::clearance::CriterionView;
use crate::remediation::ids::{ActionId, CaseId, EvidenceId};
use crate::remediation::state::{CaseState, CaseStep};
use crate::remediation::view::{AllowedEvent, Clocks, Hold, LaterRules};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A case in a list.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CaseView {
    /// Id of the case.
    pub id: CaseId,
    /// The state.
    pub state: CaseState,
    /// Number of its last event; sent back with an event, it refuses one on a case that has changed since.
    pub version: i32,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Its credit code.
    pub uscc: String,
    /// Its name.
    pub enterprise_name: String,
    /// Code of its region.
    pub region: String,
    /// Code of the region whose authority handles the case: the enterprise's, or that of a transfer.
    pub authority: String,
    /// Codes of the regions whose authorities handed it over, the first first.
    pub handed_over_by: Vec<String>,
    /// Code of the region with which a failed re-inspection is on its way up to the province.
    pub held_by: Option<String>,
    /// The nonconformity.
    pub nonconformity_id: NonconformityId,
    /// Number of the failed report.
    pub report_no: String,
    /// Code of the product kind.
    pub product_kind: String,
    /// The version of the rules under which the case was opened.
    pub rule_version: String,
    /// That the case began before these rules were in force and is counted by them all the same; absent for all other cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted_by_later_rules: Option<LaterRules>,
    /// The day of the stop order, where one was entered.
    pub stopped_on: Option<NaiveDate>,
    /// The day of the rectification order, once there is one.
    pub ordered_on: Option<NaiveDate>,
    /// The day of the public announcement.
    pub announced_on: Option<NaiveDate>,
    /// The statutory clocks that run or ran.
    pub clocks: Clocks,
    /// Whether the product may not be produced or sold: no re-inspection has been passed (SAMR Order No. 18, art. 49).
    pub on_hold: bool,
    /// What the hold says, while there is one.
    pub hold: Option<Hold>,
    /// The day of the last re-inspection.
    pub reinspected_on: Option<NaiveDate>,
    /// When the case was cleared.
    pub cleared_at: Option<DateTime<Utc>>,
    /// The steps that the caller may take today.
    pub allowed_steps: Vec<CaseStep>,
}

/// A whole case.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CaseDetail {
    /// The case.
    #[serde(flatten)]
    pub case: CaseView,
    /// The events that are the caller's to enter, now or from a day that is named, each with its article.
    pub allowed_events: Vec<AllowedEvent>,
    /// What failed.
    pub failed_items: Vec<String>,
    /// The actions in the order of 8D: problem, containment, cause, correction, prevention, verification, effectiveness; of a
    /// kind, the oldest first.
    pub actions: Vec<ActionView>,
    /// The evidence, oldest first.
    pub evidence: Vec<EvidenceView>,
    /// The recovery criteria, which the clearance waits for.
    pub criteria: Vec<CriterionView>,
    /// Every event, oldest first.
    pub history: Vec<CaseHistoryView>,
}

/// A corrective action.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable)]
pub struct ActionView {
    /// Id of the action.
    pub id: ActionId,
    /// What it does about the problem.
    pub kind: ActionKind,
    /// The state.
    pub state: ActionState,
    /// What is to be done.
    pub description: String,
    /// The standard that it rests on.
    pub standard: Option<String>,
    /// The clause of the standard.
    pub clause: Option<String>,
    /// Who sees to it.
    pub owner: Option<String>,
    /// Until when.
    pub due_on: Option<NaiveDate>,
    /// On which day it was done.
    pub done_on: Option<NaiveDate>,
    /// Why it was declined or reopened, or what was said with the last answer.
    pub reason: Option<String>,
    /// When the enterprise answered last, or the regulator reopened it.
    pub decided_at: Option<DateTime<Utc>>,
    /// The consultation in which it was advised.
    pub consultation_id: Option<ConsultationId>,
    /// The number of the message with the advice.
    pub message_seq: Option<i64>,
    /// The evidence of it, oldest first.
    pub evidence: Vec<EvidenceId>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
}

/// A piece of evidence.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EvidenceView {
    /// Id of the evidence.
    pub id: EvidenceId,
    /// The action that it proves.
    pub action_id: Option<ActionId>,
    /// The recovery criterion that it proves.
    pub criterion: Option<String>,
    /// Description of what the evidence shows.
    pub description: String,
    /// When it was handed in.
    pub submitted_at: DateTime<Utc>,
    /// Who handed it in.
    pub submitted_by: String,
    /// The files, in order.
    pub attachments: Vec<Attachment>,
}

/// A line of a case's history.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CaseHistoryView {
    /// Its place, from 1.
    pub seq: i32,
    /// What happened: a step, or `correct`.
    pub event: String,
    /// The state before.
    pub from_state: Option<String>,
    /// The state after.
    pub to_state: String,
    /// In what role the actor did it.
    pub actor_role: String,
    /// The actor's name; none where the platform did it.
    pub actor_name: Option<String>,
    /// Code of the region of the officer who entered it.
    pub actor_region: Option<String>,
    /// On which day it happened; of a correction, when it was made.
    pub occurred_on: NaiveDate,
    /// In the actor's words; of a correction, its reason.
    pub note: Option<String>,
    /// Number or reference of the document.
    pub document: Option<String>,
    /// The files that it is based on, in order.
    pub attachments: Vec<Attachment>,
    /// What it says besides: `received_on`, `until`, `region`, `reason`; of a correction, what takes the place of what was
    /// said.
    #[schema(value_type = Object)]
    pub details: Value,
    /// Whether it came after its deadline, by the present history.
    pub late: bool,
    /// The event that this one corrects.
    pub corrects: Option<i32>,
    /// The event that corrects this one.
    pub corrected_by: Option<i32>,
    /// When it was entered.
    pub recorded_at: DateTime<Utc>,
}
