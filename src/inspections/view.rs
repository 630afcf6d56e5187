//! Inspections as they are shown.

use crate::attachments::Attachment;
use crate::core::ids::{EnterpriseId, LaboratoryId};
use crate::enterprises::ids::NonconformityId;
use crate::inspections::effects::Effects;
use crate::inspections::ids::InspectionId;
use crate::inspections::particulars::OnlineShop;
use crate::inspections::rows::TermRow;
use crate::inspections::state::{InspectionState, InspectionStep};
use crate::inspections::words::{
    Channel, Confirmation, InspectedRole, LinkKind, Method, Outcome, Party, Purpose, Round, SampleState,
    Source, TakenBack, Term,
};
use crate::programmes::ids::{ProgrammeId, TargetId};
use crate::programmes::state::ProgrammeLevel;
use crate::remediation::ids::CaseId;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An inspection, as it is listed. All days are days of Asia/Shanghai.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct InspectionView {
    /// Its id.
    pub id: InspectionId,
    /// The number of its form (抽样单编号).
    pub number: String,
    /// Code of the region whose authority organises it.
    pub organiser_region: String,
    /// The programme that it belongs to.
    pub programme_id: Option<ProgrammeId>,
    /// The name of the programme.
    pub programme: Option<String>,
    /// The target for which it was drawn.
    pub target_id: Option<TargetId>,
    /// How the product was looked at.
    #[schema(inline)]
    pub method: Method,
    /// For what purpose it is inspected: routine, special, follow-up and so on.
    #[schema(inline)]
    pub purpose: Purpose,
    /// The level that organises it.
    #[schema(inline)]
    pub level: ProgrammeLevel,
    /// The state.
    #[schema(inline)]
    pub state: InspectionState,
    /// As what the operator was inspected.
    #[schema(inline)]
    pub role: InspectedRole,
    /// The operator, where it is in the register.
    pub operator_id: Option<EnterpriseId>,
    /// Name of the operator.
    pub operator_name: String,
    /// Code of the region where it took place.
    pub place_region: String,
    /// The nominal producer, where it is in the register.
    pub producer_id: Option<EnterpriseId>,
    /// Name of the nominal producer.
    pub producer_name: Option<String>,
    /// Code of the producer's region.
    pub producer_region: Option<String>,
    /// What the nominal producer said.
    #[schema(inline)]
    pub confirmation: Option<Confirmation>,
    /// Code of the product kind.
    pub product_kind: Option<String>,
    /// Name of the product.
    pub product_name: String,
    /// The laboratory that tests.
    pub laboratory_id: Option<LaboratoryId>,
    /// Name of who tests.
    pub laboratory: Option<String>,
    /// Who tests the reserve sample again.
    pub retest_laboratory_id: Option<LaboratoryId>,
    /// Name of who tests it again.
    pub retest_laboratory: Option<String>,
    /// Who takes the sample.
    pub sampler_id: Option<LaboratoryId>,
    /// Name of who takes the sample.
    pub sampler: Option<String>,
    /// Where the sample is.
    #[schema(inline)]
    pub sample: SampleState,
    /// When the sample was taken.
    pub sampled_on: Option<NaiveDate>,
    /// When the laboratory received it.
    pub received_on: Option<NaiveDate>,
    /// When the result was reported.
    pub reported_on: Option<NaiveDate>,
    /// When the last party got the result.
    pub delivered_on: Option<NaiveDate>,
    /// When the result became final.
    pub final_on: Option<NaiveDate>,
    /// When it was made public.
    pub published_on: Option<NaiveDate>,
    /// What was found; a party sees it once it was delivered.
    #[schema(inline)]
    pub outcome: Option<Outcome>,
    /// Number of the test report.
    pub report_no: Option<String>,
    /// The nonconformity that stands.
    pub nonconformity_id: Option<NonconformityId>,
    /// The term that ends next; to an enterprise the next one of its own.
    #[schema(inline)]
    pub next_term: Option<TermView>,
    /// Whether a term is overdue; to an enterprise one of its own.
    pub late: bool,
    /// How the inspection came into the platform: entered by hand, or by a list.
    #[schema(inline)]
    pub source: Source,
    /// Number of its last event.
    pub version: i32,
    /// When it was registered, UTC.
    pub created_at: DateTime<Utc>,
    /// When it was changed last, UTC.
    pub updated_at: DateTime<Utc>,
}

/// A term of an inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TermView {
    /// What has to be done.
    #[schema(inline)]
    pub term: Term,
    /// The party that has to do it.
    #[schema(inline)]
    pub party: Party,
    /// From which day it counts.
    pub begins_on: NaiveDate,
    /// Its last day.
    pub due_on: NaiveDate,
    /// When it was met.
    pub met_on: Option<NaiveDate>,
    /// How many days are left; negative once it is overdue; none where it was met.
    pub days_left: Option<i64>,
    /// Whether it is overdue, or was met too late.
    pub late: bool,
    /// Whether a number of it is assumed.
    pub provisional: bool,
}

impl TermView {
    /// A term as it stands on a day.
    pub fn of(row: &TermRow, today: NaiveDate) -> Self {
        Self {
            term: row.term,
            party: row.party,
            begins_on: row.begins_on,
            due_on: row.due_on,
            met_on: row.met_on,
            days_left: row.met_on.is_none().then(|| (row.due_on - today).num_days()),
            late: row.met_on.unwrap_or(today) > row.due_on,
            provisional: row.provisional,
        }
    }
}

/// Whom and what an inspection is about, and what was taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SubjectView {
    /// Unified social credit code of the operator.
    pub operator_uscc: Option<String>,
    /// Address of the operator; not for laboratories.
    pub operator_address: Option<String>,
    /// Unified social credit code of the nominal producer.
    pub producer_uscc: Option<String>,
    /// Address of the nominal producer; not for laboratories.
    pub producer_address: Option<String>,
    /// Commissioning party (委托方).
    pub client: Option<String>,
    /// Contract manufacturer (受托方).
    pub contractor: Option<String>,
    /// Trademark (商标).
    pub trademark: Option<String>,
    /// Model (规格型号).
    pub model: Option<String>,
    /// Standard of the product (执行标准).
    pub standard: Option<String>,
    /// Batch number (批号).
    pub batch: Option<String>,
    /// Date of production (生产日期).
    pub produced_on: Option<NaiveDate>,
    /// Lot size from which the sample was taken (抽样基数).
    pub base_quantity: Option<f64>,
    /// Quantity of the test sample (检样数).
    pub test_quantity: Option<f64>,
    /// Quantity of the reserve sample (备样数).
    pub reserve_quantity: Option<f64>,
    /// Unit (单位).
    pub unit: Option<String>,
    /// What one of the product costs, in fen.
    pub price_fen: Option<i64>,
    /// Where the sample was taken.
    #[schema(inline)]
    pub channel: Option<Channel>,
    /// Of an online purchase.
    #[schema(inline)]
    pub online: Option<OnlineShop>,
    /// Samplers (抽样人员).
    pub samplers: Vec<String>,
    /// Person of the sampled operator (被抽样单位人员); not for laboratories.
    pub witness: Option<String>,
    /// Numbers of the seals (封条号).
    pub seals: Vec<String>,
    /// Place where the reserve sample is sealed (备样封存地点).
    pub reserve_kept_at: Option<String>,
    /// Signer of the report (报告签发人).
    pub signed_by: Option<String>,
}

/// An event of an inspection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EventView {
    /// Its number in the history, from 1.
    pub ordinal: i32,
    /// The step that was taken.
    #[schema(inline)]
    pub step: InspectionStep,
    /// The state after it.
    #[schema(inline)]
    pub to: InspectionState,
    /// On which day it happened.
    pub occurred_on: NaiveDate,
    /// At which moment, where that is known, UTC.
    pub occurred_at: Option<DateTime<Utc>>,
    /// When it was entered, UTC.
    pub recorded_at: DateTime<Utc>,
    /// Whether it came after its term, or was entered too late.
    pub late: bool,
    /// Name of who entered it; to enterprises their own people only.
    pub by: Option<String>,
    /// The role of who entered it, or `system`.
    pub role: String,
    /// Number or reference of the document.
    pub document: Option<String>,
    /// In the actor's words.
    pub note: Option<String>,
    /// What it says besides: the particulars of a step, or what a correction puts right.
    #[schema(value_type = Object)]
    pub details: Value,
    /// The files that came with it.
    pub attachments: Vec<Attachment>,
    /// The event that it corrects.
    pub corrects: Option<i32>,
    /// Whether a later correction has taken its place, or annulled it.
    pub corrected: bool,
    /// Whether the caller may correct it now: an officer of the organiser, or the body that entered it, until another one has acted.
    pub correctable: bool,
}

/// An item of the report that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ItemView {
    /// Of which test.
    #[schema(inline)]
    pub round: Round,
    /// Test item (检验项目).
    pub item: String,
    /// Test method (检验方法).
    pub method: Option<String>,
    /// Required value (标准值).
    pub requirement: Option<String>,
    /// Measured value (实测值).
    pub measured: Option<String>,
    /// Unit (单位).
    pub unit: Option<String>,
    /// Whether it conforms.
    pub ok: bool,
    /// Whether health or safety depend on it.
    pub safety: bool,
}

/// What an inspection caused for a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FindingView {
    /// The party for which it was caused.
    #[schema(inline)]
    pub party: Party,
    /// The nonconformity.
    pub nonconformity_id: NonconformityId,
    /// Its case.
    pub case_id: Option<CaseId>,
    /// When it was opened, UTC.
    pub opened_at: DateTime<Utc>,
    /// When it was taken back, UTC.
    pub taken_back_at: Option<DateTime<Utc>>,
    /// The reason for which it was taken back.
    #[schema(inline)]
    pub reason: Option<TakenBack>,
}

/// An inspection that follows this one, or that this one follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LinkView {
    /// The other inspection.
    pub inspection: InspectionId,
    /// Its number.
    pub number: String,
    /// As what the later one follows.
    #[schema(inline)]
    pub kind: LinkKind,
    /// Whether the other one is the later one.
    pub follows: bool,
}

/// A reason that the rules know, in Chinese and English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReasonView {
    /// By which the API names it.
    pub key: String,
    /// Description, in Chinese.
    pub zh: String,
    /// Description, in English.
    pub en: String,
    /// Where it stands, in Chinese.
    pub article_zh: String,
    /// Where it stands, in English.
    pub article_en: String,
}

/// An inspection with all that is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct InspectionDetail {
    /// The inspection, as it is listed.
    #[serde(flatten)]
    pub inspection: InspectionView,
    /// Whom and what it is about.
    #[schema(inline)]
    pub subject: SubjectView,
    /// Its events, the first one first.
    pub events: Vec<EventView>,
    /// The items of the report that stands; a party sees them once the result was delivered.
    pub items: Vec<ItemView>,
    /// Its terms.
    pub terms: Vec<TermView>,
    /// The consequences of its failure.
    pub findings: Vec<FindingView>,
    /// What follows it, and what it follows.
    pub links: Vec<LinkView>,
    /// What its result may cause.
    #[schema(inline)]
    pub effects: Effects,
    /// When each party got the result.
    #[schema(value_type = Object)]
    pub delivered: std::collections::BTreeMap<Party, NaiveDate>,
    /// Why nothing was sampled, in words, with the article.
    #[schema(inline)]
    pub reason: Option<ReasonView>,
    /// The version of the rules.
    pub rules_version: String,
    /// Whether a record of the zero-out list waits for the product kind to be named.
    pub waits_for_kind: bool,
    /// The steps that the caller can take today.
    #[schema(inline)]
    pub allowed: Vec<InspectionStep>,
}
