//! Entries as they are shown. All days are days of Asia/Shanghai.

use crate::attachments::Attachment;
use crate::conduct::event::Correction;
use crate::conduct::ids::{ConductId, FactId, LineId};
use crate::conduct::rows::LineRow;
use crate::conduct::state::ConductStep;
use crate::conduct::words::{AnnulGround, ConductSource, ConductState, Intent};
use crate::core::Language;
use crate::core::ids::EnterpriseId;
use crate::inspections::ids::InspectionId;
use crate::inspections::words::InspectedRole;
use crate::remediation::ids::CaseId;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ConductWords)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    /// The sentence in a language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

impl From<&crate::core::Text> for Words {
    fn from(text: &crate::core::Text) -> Self {
        Self { zh: text.zh.to_string(), en: text.en.to_string() }
    }
}

/// A product line of an enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ConductLine)]
pub struct LineView {
    /// Its id.
    pub id: LineId,
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
}

impl From<LineRow> for LineView {
    fn from(row: LineRow) -> Self {
        let LineRow { id, product_kind, product_name, standard, trademark, model, .. } = row;
        Self { id, product_kind, product_name, standard, trademark, model }
    }
}

/// An entry, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConductView {
    /// Its id.
    pub id: ConductId,
    /// The fact that it is about.
    pub fact_id: FactId,
    /// The enterprise whose conduct it is.
    pub enterprise_id: EnterpriseId,
    /// Name of the enterprise.
    pub enterprise_name: String,
    /// Code of the enterprise's region.
    pub region: String,
    /// In which role it was done.
    #[schema(inline)]
    pub role: InspectedRole,
    /// The product line; none where it is about the operator itself.
    pub line: Option<LineView>,
    /// Code of the behaviour.
    pub behaviour: String,
    /// The behaviour in words.
    pub behaviour_text: Words,
    /// The article that lists the behaviour.
    pub article: Words,
    /// The points of the behaviour, before intent and repetition weigh; none where the rules no longer know it.
    pub points: Option<u32>,
    /// Whether it was done on purpose.
    #[schema(inline)]
    pub intent: Intent,
    /// The day on which it happened.
    pub happened_on: NaiveDate,
    /// The day on which it was decided.
    pub decided_on: NaiveDate,
    /// The number of the decision.
    pub document_no: Option<String>,
    /// The authority that decided.
    pub authority: String,
    /// Code of the region of the office that keeps the entry.
    pub authority_region: String,
    /// What it comes from.
    #[schema(inline)]
    pub source: ConductSource,
    /// The state.
    #[schema(inline)]
    pub state: ConductState,
    /// The day on which the enterprise was notified.
    pub notified_on: Option<NaiveDate>,
    /// The first day on which it counts; none while an objection keeps it from counting.
    pub counts_from: Option<NaiveDate>,
    /// The last day on which it counts.
    pub counts_until: NaiveDate,
    /// The last day to decide an objection or an application for repair that waits.
    pub due_on: Option<NaiveDate>,
    /// Whether that day has passed.
    pub overdue: bool,
    /// From this day it no longer counts.
    pub repaired_on: Option<NaiveDate>,
    /// The day on which it was annulled.
    pub annulled_on: Option<NaiveDate>,
    /// The version of the rules that weighs it.
    pub rules_version: String,
    /// Whether numbers of these rules are assumed.
    pub provisional: bool,
}

/// A step of the history of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ConductEvent)]
pub struct EventView {
    /// Its number.
    pub ordinal: i32,
    /// The step.
    #[schema(inline)]
    pub step: ConductStep,
    /// The state after it.
    #[schema(inline)]
    pub to: ConductState,
    /// The day on which it happened.
    pub occurred_on: NaiveDate,
    /// When it was entered.
    pub recorded_at: DateTime<Utc>,
    /// The role of who entered it, or `system`.
    pub role: String,
    /// Who entered it. An enterprise learns its own people only.
    pub by: Option<String>,
    /// The reason.
    pub reason: Option<String>,
    /// The article that a decision rests on.
    pub article: Option<String>,
    /// Why it was annulled.
    #[schema(inline)]
    pub ground: Option<AnnulGround>,
    /// The number of a document.
    pub document: Option<String>,
    /// The law that the decision cites.
    pub legal_basis: Option<String>,
    /// Conditions of repair that were declared, by their keys.
    pub declared: Vec<String>,
    /// What was corrected.
    pub correction: Option<Correction>,
    /// The files that came with it.
    pub attachments: Vec<Attachment>,
}

crate::word_enum! {
    /// What can end an entry.
    pub enum EndKind {
        /// Its validity ends by itself.
        Expiry = "expiry",
        /// An objection that is found right.
        Objection = "objection",
        /// Credit repair.
        Repair = "repair",
    }
}

/// What ends an entry, from when, and whether it is possible now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ConductEnd)]
pub struct EndView {
    /// What ends it: its expiry, a repair or an objection.
    #[schema(inline)]
    pub kind: EndKind,
    /// The first day on which it has ended by itself, or on which it can be applied for.
    pub on: Option<NaiveDate>,
    /// Whether it is possible on the day of the answer; of the expiry: whether it is still to come.
    pub possible: bool,
    /// The article that provides for this end.
    pub article: Words,
    /// Why it is not possible.
    pub reason: Option<Words>,
}

/// A condition of credit repair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RepairCondition)]
pub struct ConditionView {
    /// By which an application names it.
    pub key: String,
    /// Whether the enterprise declares it; else the platform checks it.
    pub declared: bool,
    /// Wording of the condition.
    pub text: Words,
}

/// An entry with its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConductDetail {
    /// The entry.
    #[serde(flatten)]
    pub conduct: ConductView,
    /// The inspection that it comes from.
    pub inspection_id: Option<InspectionId>,
    /// The case that it comes from.
    pub case_id: Option<CaseId>,
    /// Description of the conduct.
    pub description: Option<String>,
    /// Where its rules are published.
    pub rules_source: String,
    /// What ends it.
    pub ends: Vec<EndView>,
    /// The conditions of credit repair.
    pub conditions: Vec<ConditionView>,
    /// Other entries about the same fact and enterprise, of which one counts.
    #[schema(value_type = Vec<String>)]
    pub same_fact: Vec<ConductId>,
    /// The steps that the caller can take now.
    #[schema(inline)]
    pub allowed: Vec<ConductStep>,
    /// Its history.
    pub events: Vec<EventView>,
}
