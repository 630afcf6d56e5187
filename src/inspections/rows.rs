//! The rows of an inspection as they are kept.

use crate::core::ids::{AccountId, EnterpriseId, LaboratoryId};
use crate::core::search::{folded_name, readings};
use crate::db::schema::{
    inspection, inspection_event, inspection_finding, inspection_item, inspection_link, inspection_subject,
    inspection_term,
};
use crate::enterprises::ids::NonconformityId;
use crate::inspections::ids::{FindingId, InspectionId};
use crate::inspections::state::InspectionState;
use crate::inspections::words::{
    Channel, Confirmation, InspectedRole, LinkKind, Method, Outcome, Party, Purpose, Round, SampleState,
    Source, TakenBack, Term,
};
use crate::programmes::ids::{ProgrammeId, TargetId};
use crate::programmes::state::ProgrammeLevel;
use crate::remediation::ids::CaseId;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

/// An inspection with the state that its events lead to. All days are days of Asia/Shanghai.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = inspection, check_for_backend(Pg), treat_none_as_default_value = false)]
pub struct InspectionRow {
    /// Its id.
    pub id: InspectionId,
    /// The number of its form (抽样单编号).
    pub number: String,
    /// Code of the region whose authority organises it.
    pub organiser_region: String,
    /// The programme that it belongs to.
    pub programme_id: Option<ProgrammeId>,
    /// The target for which it was drawn.
    pub target_id: Option<TargetId>,
    /// How the product was looked at.
    pub method: Method,
    /// For what purpose it is inspected: routine, special, follow-up and so on.
    pub purpose: Purpose,
    /// The level that organises it.
    pub level: ProgrammeLevel,
    /// The state.
    pub state: InspectionState,
    /// As what the operator was inspected.
    pub role: InspectedRole,
    /// The operator, where it is in the register.
    pub operator_id: Option<EnterpriseId>,
    /// Code of the region where it took place.
    pub place_region: String,
    /// The nominal producer, where it is in the register.
    pub producer_id: Option<EnterpriseId>,
    /// Code of the producer's region.
    pub producer_region: Option<String>,
    /// What the nominal producer said.
    pub confirmation: Option<Confirmation>,
    /// Code of the product kind.
    pub product_kind: Option<String>,
    /// The laboratory that tests.
    pub laboratory_id: Option<LaboratoryId>,
    /// Who takes the sample.
    pub sampler_id: Option<LaboratoryId>,
    /// Where the sample is.
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
    /// The result, once there is one.
    pub outcome: Option<Outcome>,
    /// The nonconformity that stands.
    pub nonconformity_id: Option<NonconformityId>,
    /// How the inspection came into the platform: entered by hand, or by a list.
    pub source: Source,
    /// The import that brought it.
    pub import_id: Option<Uuid>,
    /// Number of its last event.
    pub version: i32,
    /// When it was registered, UTC.
    pub created_at: DateTime<Utc>,
    /// When it was changed last, UTC.
    pub updated_at: DateTime<Utc>,
}

/// Whom and what an inspection is about, and what was taken.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = inspection_subject, check_for_backend(Pg), treat_none_as_default_value = false)]
pub struct SubjectRow {
    /// The inspection.
    pub inspection_id: InspectionId,
    /// Name of the operator (被抽样单位).
    pub operator_name: String,
    /// Its unified social credit code.
    pub operator_uscc: Option<String>,
    /// Its address.
    pub operator_address: Option<String>,
    /// Name of the nominal producer (标称生产者).
    pub producer_name: Option<String>,
    /// Its unified social credit code.
    pub producer_uscc: Option<String>,
    /// Its address.
    pub producer_address: Option<String>,
    /// Commissioning party (委托方).
    pub client: Option<String>,
    /// Contract manufacturer (受托方).
    pub contractor: Option<String>,
    /// Product name (产品名称).
    pub product_name: String,
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
    pub channel: Option<Channel>,
    /// [`crate::inspections::particulars::OnlineShop`].
    pub online: Option<Value>,
    /// Samplers (抽样人员).
    pub samplers: Vec<String>,
    /// Person of the sampled operator (被抽样单位人员).
    pub witness: Option<String>,
    /// Numbers of the seals (封条号).
    pub seals: Vec<String>,
    /// Place where the reserve sample is sealed (备样封存地点).
    pub reserve_kept_at: Option<String>,
    /// Number of the test report (检验报告编号).
    pub report_no: Option<String>,
    /// Signer of the report (报告签发人).
    pub signed_by: Option<String>,
    /// What makes two samples ones of the same product, folded.
    pub line: Option<String>,
    /// What searches look for: the names and numbers, folded. Where it is empty, a trigger makes it when the row is written.
    pub search_text: String,
    /// How the names are read; comes with `search_text`.
    pub search_readings: String,
}

impl SubjectRow {
    /// Brings what searches look for, for lists of many: the same as the trigger `inspection_set_search` makes, a test says.
    pub fn bring_search_texts(&mut self, number: &str) {
        let folded = |text: Option<&str>| folded_name(text.unwrap_or_default());
        let (operator, producer) = (folded(Some(&self.operator_name)), folded(self.producer_name.as_deref()));
        self.search_readings = [readings(&operator), readings(&producer)].join("\n");
        let rest = [Some(self.product_name.as_str()), Some(number), self.report_no.as_deref()].map(folded);
        self.search_text = [operator, producer].into_iter().chain(rest).collect::<Vec<_>>().join("\n");
    }
}

/// A line of the history.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = inspection_event, check_for_backend(Pg), treat_none_as_default_value = false)]
pub struct EventRow {
    /// The inspection.
    pub inspection_id: InspectionId,
    /// Its number in the history, from 1.
    pub ordinal: i32,
    /// A step, or `correct`: [`crate::inspections::state::InspectionStep`].
    pub step: String,
    /// The state before.
    pub from_state: Option<String>,
    /// The state after.
    pub to_state: String,
    /// On which day it happened, in Asia/Shanghai; of a correction, when it was made.
    pub occurred_on: NaiveDate,
    /// At which moment, where that is known, UTC.
    pub occurred_at: Option<DateTime<Utc>>,
    /// When it was entered, UTC.
    pub recorded_at: DateTime<Utc>,
    /// Whether it came after its term, or was entered too late.
    pub late: bool,
    /// The account that entered it; none where the platform did.
    pub actor_id: Option<AccountId>,
    /// The role of that account, or `system`.
    pub actor_role: String,
    /// Code of the region of an officer.
    pub actor_region: Option<String>,
    /// The body of a sampler or of somebody of a laboratory.
    pub actor_body: Option<LaboratoryId>,
    /// Number or reference of the document.
    pub document: Option<String>,
    /// In the actor's words.
    pub note: Option<String>,
    /// [`crate::inspections::particulars::Particulars`], or what a correction says.
    pub details: Value,
    /// The event that this one corrects.
    pub corrects: Option<i32>,
}

/// An item of the report that stands.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = inspection_item, check_for_backend(Pg), treat_none_as_default_value = false)]
pub struct ItemRow {
    /// The inspection.
    pub inspection_id: InspectionId,
    /// Of which test.
    pub round: Round,
    /// Its place in the report, from 1.
    pub ordinal: i32,
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

/// A term that runs, or ran.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = inspection_term, check_for_backend(Pg), treat_none_as_default_value = false)]
pub struct TermRow {
    /// The inspection.
    pub inspection_id: InspectionId,
    /// What has to be done.
    pub term: Term,
    /// The party that has to do it.
    pub party: Party,
    /// From which day it counts.
    pub begins_on: NaiveDate,
    /// Its last day.
    pub due_on: NaiveDate,
    /// When it was met; none while it runs.
    pub met_on: Option<NaiveDate>,
    /// Whether a number of it is assumed.
    pub provisional: bool,
    /// When the sweep of a day found it overdue, UTC.
    pub late_at: Option<DateTime<Utc>>,
}

/// What an inspection caused for a party.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = inspection_finding, check_for_backend(Pg))]
pub struct FindingRow {
    /// Its id.
    pub id: FindingId,
    /// The inspection.
    pub inspection_id: InspectionId,
    /// The party for which it was caused.
    pub party: Party,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// The nonconformity.
    pub nonconformity_id: NonconformityId,
    /// Its case.
    pub case_id: Option<CaseId>,
    /// When it was opened, UTC.
    pub opened_at: DateTime<Utc>,
    /// When it was taken back, UTC.
    pub taken_back_at: Option<DateTime<Utc>>,
    /// The reason for which it was taken back.
    pub reason: Option<TakenBack>,
}

/// That one inspection follows another.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = inspection_link, check_for_backend(Pg))]
pub struct LinkRow {
    /// The one that follows.
    pub inspection_id: InspectionId,
    /// The one that is followed.
    pub follows_id: InspectionId,
    /// What the one that follows is to it.
    pub kind: LinkKind,
    /// When that was entered, UTC.
    pub linked_at: DateTime<Utc>,
    /// When it was taken back, because the step that named it never happened, UTC.
    pub ended_at: Option<DateTime<Utc>>,
}
