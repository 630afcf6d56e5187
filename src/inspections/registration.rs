//! What an inspection is registered with, checked and made into its first rows.

use crate::core::fields::Fields;
use crate::core::hidden_characters::is_blank;
use crate::core::ids::{EnterpriseId, LaboratoryId};
use crate::core::{Code, Problem, Text};
use crate::db::published::enterprise;
use crate::enterprises::{Uscc, admissions};
use crate::inspections::ids::InspectionId;
use crate::inspections::particulars::{Particulars, SampleTaken};
use crate::inspections::rows::{InspectionRow, SubjectRow};
use crate::inspections::state::InspectionState;
use crate::inspections::texts;
use crate::inspections::words::{InspectedRole, LinkKind, Method, Purpose, SampleState, Source};
use crate::programmes::ids::{ProgrammeId, TargetId};
use crate::programmes::repeat_ban::ProductLine;
use crate::programmes::state::ProgrammeLevel;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// The inspection that another one follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Follows {
    /// The one that is followed.
    pub inspection: InspectionId,
    /// What the new inspection is to it.
    #[schema(inline)]
    pub kind: LinkKind,
}

/// What an inspection is registered with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// The number of its form (抽样单编号), at most 64 characters; unique for each organiser.
    pub number: String,
    /// Code of the region whose authority organises it; that of the programme, or the officer's own, where none is named.
    #[serde(default)]
    pub organiser_region: Option<String>,
    /// The programme that it belongs to.
    #[serde(default)]
    pub programme: Option<ProgrammeId>,
    /// The target of the programme for which the operator was drawn.
    #[serde(default)]
    pub target: Option<TargetId>,
    /// How the product is looked at.
    #[schema(inline)]
    pub method: Method,
    /// For what purpose it is inspected: routine, special, follow-up and so on.
    #[schema(inline)]
    pub purpose: Purpose,
    /// The level that organises it.
    #[schema(inline)]
    pub level: ProgrammeLevel,
    /// As what the operator is inspected.
    #[schema(inline)]
    pub role: InspectedRole,
    /// The operator, where it is in the register; else by its name. One whose credit code is in the register is found by that.
    #[serde(default)]
    pub operator: Option<EnterpriseId>,
    /// Name of the operator (被抽样单位), at most 200 characters.
    #[serde(default)]
    pub operator_name: Option<String>,
    /// Its unified social credit code.
    #[serde(default)]
    pub operator_uscc: Option<String>,
    /// Its address.
    #[serde(default)]
    pub operator_address: Option<String>,
    /// Code of the region where it takes place.
    pub place_region: String,
    /// The nominal producer (标称生产者), likewise. Of a producer it is the operator itself, and needs not be named.
    #[serde(default)]
    pub producer: Option<EnterpriseId>,
    /// Name of the nominal producer.
    #[serde(default)]
    pub producer_name: Option<String>,
    /// Its unified social credit code.
    #[serde(default)]
    pub producer_uscc: Option<String>,
    /// Its address.
    #[serde(default)]
    pub producer_address: Option<String>,
    /// Code of its region, where it is not in the register.
    #[serde(default)]
    pub producer_region: Option<String>,
    /// Code of the product kind.
    #[serde(default)]
    pub product_kind: Option<String>,
    /// Product name (产品名称), at most 200 characters.
    pub product_name: String,
    /// Trademark (商标).
    #[serde(default)]
    pub trademark: Option<String>,
    /// Model (规格型号).
    #[serde(default)]
    pub model: Option<String>,
    /// Standard of the product (执行标准).
    #[serde(default)]
    pub standard: Option<String>,
    /// Commissioning party (委托方).
    #[serde(default)]
    pub client: Option<String>,
    /// Contract manufacturer (受托方).
    #[serde(default)]
    pub contractor: Option<String>,
    /// Who is to test.
    #[serde(default)]
    pub laboratory: Option<LaboratoryId>,
    /// The body that is to take the sample.
    #[serde(default)]
    pub sampler: Option<LaboratoryId>,
    /// The day on which it was drawn or begun, in Asia/Shanghai; today where none is named.
    #[serde(default)]
    pub drawn_on: Option<NaiveDate>,
    /// Batch, days and quantities, as far as they are known already.
    #[serde(default)]
    pub sample: Option<SampleTaken>,
    /// The inspection that it follows. A suspect quick test whose formal sample is registered so waits no longer.
    #[serde(default)]
    pub follows: Option<Follows>,
}

/// What is read of an enterprise, in the order of [`Known`].
const KNOWN: (enterprise::id, enterprise::name, enterprise::uscc, enterprise::region, enterprise::address) =
    (enterprise::id, enterprise::name, enterprise::uscc, enterprise::region, enterprise::address);

/// An enterprise of the register, as far as it is needed here.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Known {
    /// Its id.
    pub id: EnterpriseId,
    /// Its name.
    pub name: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// Code of its region.
    pub region: String,
    /// Its address.
    pub address: Option<String>,
}

/// The enterprise of an id, or else of a credit code.
///
/// # Errors
/// When the database can't be asked.
fn known(
    conn: &mut PgConnection,
    id: Option<EnterpriseId>,
    uscc: Option<&str>,
) -> Result<Option<Known>, Problem> {
    let query = enterprise::table.select(KNOWN).into_boxed();
    let query = match (id, uscc) {
        (Some(id), _) => query.filter(enterprise::id.eq(id)),
        (None, Some(uscc)) => query.filter(enterprise::uscc.eq(uscc.to_uppercase())),
        (None, None) => return Ok(None),
    };
    Ok(query.first(conn).optional()?)
}

/// A credit code in its normal form; a text that has not the form of one as it is, and none where it says nothing.
fn normal(code: Option<&str>) -> Option<String> {
    let code = code.filter(|code| !is_blank(code))?;
    Some(Uscc::shaped(code).map_or_else(|_| code.to_owned(), |uscc| uscc.to_string()))
}

/// Notes what is wrong with a credit code that the register does not have, unless an officer let it in.
fn check_code(
    conn: &mut PgConnection,
    fields: &mut Fields,
    pointer: &str,
    code: Option<&str>,
) -> Result<(), Problem> {
    let Some(Err(_)) = code.map(Uscc::parse) else { return Ok(()) };
    let admitted = admissions::lock_in_force(conn)?;
    if let Some(Err(fault)) = code.map(|code| Uscc::parse_or_admitted(code, &admitted)) {
        let text = fault.text();
        fields.fault(pointer, text.zh, text.en);
    }
    Ok(())
}

/// The enterprises of the register by their credit codes, for many registrations at once.
#[derive(Debug, Default)]
pub struct KnownByCode(HashMap<String, Known>);

impl KnownByCode {
    /// Reads those with these codes.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn load<'a>(conn: &mut PgConnection, usccs: impl Iterator<Item = &'a str>) -> Result<Self, Problem> {
        let wanted: BTreeSet<String> = usccs.map(str::to_uppercase).collect();
        if wanted.is_empty() {
            return Ok(Self::default());
        }
        let known: Vec<Known> = enterprise::table
            .filter(enterprise::uscc.eq_any(wanted.into_iter().collect::<Vec<_>>()))
            .select(KNOWN)
            .load(conn)?;
        Ok(Self(known.into_iter().map(|known| (known.uscc.clone(), known)).collect()))
    }

    fn of(&self, uscc: Option<&str>) -> Option<Known> {
        self.0.get(&uscc?.to_uppercase()).cloned()
    }
}

/// The first rows of an inspection, and what its first event says.
#[derive(Debug, Clone, PartialEq)]
pub struct FirstRows {
    /// The row; its state is that before all steps.
    pub row: InspectionRow,
    /// Whom and what it is about.
    pub subject: SubjectRow,
    /// What the first event says.
    pub draw: Particulars,
}

impl Registration {
    /// The rows with which the inspection begins. Faults go into `fields`.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn rows(
        &self,
        conn: &mut PgConnection,
        fields: &mut Fields,
        organiser: &str,
        source: Source,
        now: DateTime<Utc>,
    ) -> Result<FirstRows, Problem> {
        let asked = Self {
            operator_uscc: normal(self.operator_uscc.as_deref()),
            producer_uscc: normal(self.producer_uscc.as_deref()),
            ..self.clone()
        };
        let operator = known(conn, asked.operator, asked.operator_uscc.as_deref())?;
        let producer = if asked.is_its_own_producer() {
            operator.clone()
        } else {
            known(conn, asked.producer, asked.producer_uscc.as_deref())?
        };
        // What the register has was judged when it came.
        if operator.is_none() {
            check_code(conn, fields, "/operator_uscc", asked.operator_uscc.as_deref())?;
        }
        if producer.is_none() {
            check_code(conn, fields, "/producer_uscc", asked.producer_uscc.as_deref())?;
        }
        Ok(asked.rows_of((operator, producer), fields, organiser, source, now))
    }

    /// The same for one of many registrations, none of which names an enterprise by its id.
    pub fn rows_of_many(
        &self,
        register: &KnownByCode,
        fields: &mut Fields,
        organiser: &str,
        source: Source,
        now: DateTime<Utc>,
    ) -> FirstRows {
        let operator = register.of(self.operator_uscc.as_deref());
        let own = self.is_its_own_producer();
        let producer = if own { operator.clone() } else { register.of(self.producer_uscc.as_deref()) };
        self.rows_of((operator, producer), fields, organiser, source, now)
    }

    /// Whether the operator is the nominal producer.
    fn is_its_own_producer(&self) -> bool {
        self.role == InspectedRole::Producer && self.producer.is_none() && self.producer_name.is_none()
    }

    fn rows_of(
        &self,
        (operator, producer): (Option<Known>, Option<Known>),
        fields: &mut Fields,
        organiser: &str,
        source: Source,
        now: DateTime<Utc>,
    ) -> FirstRows {
        let own = self.is_its_own_producer();
        let there = self.operator.is_none() || operator.is_some();
        fields.require(there, "/operator", "未知的企业", "is no known enterprise");
        let there = self.producer.is_none() || producer.is_some();
        fields.require(there, "/producer", "未知的企业", "is no known enterprise");
        let named = fields.optional_text("/operator_name", self.operator_name.as_deref(), 200);
        let operator_name = operator.as_ref().map(|known| known.name.clone()).or_else(|| named.clone());
        fields.require(
            operator_name.is_some(),
            "/operator_name",
            "须注明被抽样单位",
            "needs the name of the operator",
        );
        let producer_named = fields.optional_text("/producer_name", self.producer_name.as_deref(), 200);
        let producer_name = producer.as_ref().map(|known| known.name.clone()).or(producer_named);
        let producer_name = producer_name.or_else(|| operator_name.clone().filter(|_| own));
        let optional = |fields: &mut Fields, pointer: &str, text: &Option<String>, most: usize| {
            fields.optional_text(pointer, text.as_deref(), most)
        };
        let operator_uscc = optional(fields, "/operator_uscc", &self.operator_uscc, 18);
        let producer_uscc = optional(fields, "/producer_uscc", &self.producer_uscc, 18);
        let operator_address = optional(fields, "/operator_address", &self.operator_address, 300);
        let producer_address = optional(fields, "/producer_address", &self.producer_address, 300);
        let id = InspectionId::new();
        let uscc = |known: &Option<Known>, given: Option<String>| {
            known.as_ref().map(|known| known.uscc.clone()).or(given).map(|code| code.to_uppercase())
        };
        let address = |known: &Option<Known>, given: Option<String>| {
            given.or_else(|| known.as_ref().and_then(|known| known.address.clone()))
        };
        let subject = SubjectRow {
            inspection_id: id,
            operator_name: operator_name.unwrap_or_default(),
            operator_uscc: uscc(&operator, operator_uscc),
            operator_address: address(&operator, operator_address),
            producer_uscc: uscc(&producer, producer_uscc),
            producer_address: address(&producer, producer_address),
            client: optional(fields, "/client", &self.client, 200),
            contractor: optional(fields, "/contractor", &self.contractor, 200),
            product_name: fields.text("/product_name", &self.product_name, 200),
            trademark: optional(fields, "/trademark", &self.trademark, 100),
            model: optional(fields, "/model", &self.model, 200),
            standard: optional(fields, "/standard", &self.standard, 200),
            batch: None,
            produced_on: None,
            base_quantity: None,
            test_quantity: None,
            reserve_quantity: None,
            unit: None,
            price_fen: None,
            channel: None,
            online: None,
            samplers: Vec::new(),
            witness: None,
            seals: Vec::new(),
            reserve_kept_at: None,
            report_no: None,
            signed_by: None,
            line: None,
            search_text: String::new(),
            search_readings: String::new(),
            producer_name,
        };
        let line = line_of(&subject).key();
        if let Some(sample) = &self.sample {
            texts::check_sample(fields, "/sample", sample);
        }
        let region = producer.as_ref().map(|known| known.region.clone());
        let row = InspectionRow {
            id,
            number: fields.text("/number", &self.number, 64),
            organiser_region: organiser.to_owned(),
            programme_id: self.programme,
            target_id: self.target,
            method: self.method,
            purpose: self.purpose,
            level: self.level,
            state: InspectionState::Drawn,
            role: self.role,
            operator_id: operator.as_ref().map(|known| known.id),
            place_region: self.place_region.clone(),
            producer_id: producer.as_ref().map(|known| known.id),
            producer_region: region.or_else(|| self.producer_region.clone()),
            confirmation: None,
            product_kind: self.product_kind.clone(),
            laboratory_id: self.laboratory,
            sampler_id: self.sampler,
            sample: SampleState::None,
            sampled_on: None,
            received_on: None,
            reported_on: None,
            delivered_on: None,
            final_on: None,
            published_on: None,
            outcome: None,
            nonconformity_id: None,
            source,
            import_id: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let draw = Particulars {
            laboratory: self.laboratory,
            sampler: self.sampler,
            product_kind: self.product_kind.clone(),
            sample: self.sample.clone(),
            ..Particulars::default()
        };
        FirstRows { row, subject: SubjectRow { line, ..subject }, draw }
    }
}

/// What makes two samples ones of the same product. The producer counts by its credit code, or by its name.
pub fn line_of(subject: &SubjectRow) -> ProductLine {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    ProductLine {
        producer: subject.producer_uscc.clone().or_else(|| subject.producer_name.clone()).unwrap_or_default(),
        standard: text(&subject.standard),
        trademark: text(&subject.trademark),
        model: text(&subject.model),
    }
}

/// Whether an inspection can be the formal sample of a quick test: a sampling by the same authority, and at the same operator, as far as both are in the
/// register.
pub fn is_formal_sample(quick: &InspectionRow, formal: &InspectionRow) -> bool {
    let apart = quick.operator_id.zip(formal.operator_id).is_some_and(|(tested, sampled)| tested != sampled);
    formal.method == Method::Sampling
        && formal.organiser_region == quick.organiser_region
        && formal.state != InspectionState::Withdrawn
        && !apart
}

/// The answer where another inspection has the number.
pub fn number_taken() -> Problem {
    let text = Text::new(
        "该组织部门已用此编号登记了内容不同的检查",
        "the organiser has registered another inspection under this number",
    );
    Problem::new(Code::InspectionNumberTaken, text)
}
