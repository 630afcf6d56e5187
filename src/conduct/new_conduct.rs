//! What is handed in to be entered, and its checks.

use crate::conduct::event::{MAX_SHORT, Matter};
use crate::conduct::facts;
use crate::conduct::ids::FactId;
use crate::conduct::judge::Law;
use crate::conduct::scope::require_in_scope;
use crate::conduct::words::{ConductSource, Intent};
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::db::Tx;
use crate::db::published::{enterprise, inspection, remediation_case};
use crate::inspections::ids::InspectionId;
use crate::inspections::words::InspectedRole;
use crate::remediation::ids::CaseId;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 2_000;

fn not_stated() -> Intent {
    Intent::NotStated
}

fn by_officer() -> ConductSource {
    ConductSource::Officer
}

/// What an officer enters: a behaviour of the rules, never points.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConduct {
    /// The enterprise whose conduct it is.
    pub enterprise_id: EnterpriseId,
    /// In which role it was done.
    #[schema(inline)]
    pub role: InspectedRole,
    /// The product line; none where it is about the operator itself.
    #[serde(default)]
    pub line: Option<NewLine>,
    /// Code of the behaviour in the rules.
    pub behaviour: String,
    /// Whether it was done on purpose, as the decision says.
    #[serde(default = "not_stated")]
    #[schema(inline)]
    pub intent: Intent,
    /// The day on which it happened, in Asia/Shanghai.
    pub happened_on: NaiveDate,
    /// The day on which it was decided.
    pub decided_on: NaiveDate,
    /// The number of the decision (文号); needed of penalties.
    #[serde(default)]
    pub document_no: Option<String>,
    /// The authority that decided; that of `authority_region` where none is named.
    #[serde(default)]
    pub authority: Option<String>,
    /// Code of the region of the office that keeps the entry, the officer's own or one below it; the own one where none is named.
    #[serde(default)]
    pub authority_region: Option<String>,
    /// What it comes from: `officer` or `penalty`.
    #[serde(default = "by_officer")]
    #[schema(inline)]
    pub source: ConductSource,
    /// What it is about: `industrial_product`, or a word of what the rules do not cover, which is refused.
    #[serde(default)]
    pub matter: Option<String>,
    /// The law that the decision cites.
    #[serde(default)]
    pub legal_basis: Option<String>,
    /// The inspection that it comes from.
    #[serde(default)]
    pub inspection_id: Option<InspectionId>,
    /// The case that it comes from.
    #[serde(default)]
    pub case_id: Option<CaseId>,
    /// The list that it comes from; not for people.
    #[serde(default)]
    #[schema(ignore)]
    pub import_id: Option<Uuid>,
    /// The officer who answers for an entry that the platform makes for somebody, such as who sent a list in; not for people.
    #[serde(default)]
    #[schema(ignore)]
    pub entered_by: Option<AccountId>,
    /// The fact that it is about, where another entry of the enterprise is about the same.
    #[serde(default)]
    pub fact_id: Option<FactId>,
    /// What was done, in a few sentences.
    #[serde(default)]
    pub description: Option<String>,
}

/// A product line: the same product in the sense of the rules of sampling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewConductLine)]
pub struct NewLine {
    /// Code of the product kind.
    #[serde(default)]
    pub product_kind: Option<String>,
    /// Name of the product.
    pub product_name: String,
    /// The standard that it claims.
    #[serde(default)]
    pub standard: Option<String>,
    /// The trademark.
    #[serde(default)]
    pub trademark: Option<String>,
    /// The model.
    #[serde(default)]
    pub model: Option<String>,
}

/// What was handed in, checked.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What the entry says.
    pub matter: Matter,
    /// The product line.
    pub line: Option<NewLine>,
    /// The authority.
    pub authority: String,
    /// Code of its region.
    pub authority_region: String,
    /// Code of the enterprise's region.
    pub region: String,
    /// Description of the conduct.
    pub description: Option<String>,
    /// The law that the decision cites.
    pub legal_basis: Option<String>,
}

impl NewConduct {
    /// Refuses what people may not say of where an entry comes from.
    ///
    /// # Errors
    /// 401 without a log-in; 403 for anyone but an officer; 422 for a source that only the platform names.
    pub fn permit_source(&self, actor: &Actor) -> Result<(), Problem> {
        crate::db::regional::permit(actor)?;
        let mut fields = Fields::new();
        let own = matches!(self.source, ConductSource::Officer | ConductSource::Penalty);
        fields.require(
            own || *actor == Actor::System,
            "/source",
            "须为 officer 或 penalty",
            "must be officer or penalty",
        );
        let listed = self.import_id.is_some() && *actor != Actor::System;
        fields.require(!listed, "/import_id", "不能填写", "is not for people");
        let named = self.entered_by.is_some() && *actor != Actor::System;
        fields.require(!named, "/entered_by", "不能填写", "is not for people");
        fields.done()
    }

    /// Checks it all.
    ///
    /// # Errors
    /// 422 that names the fields; 422 with the article for what the rules do not cover.
    pub fn checked(&self, tx: &mut Tx, law: Law<'_>) -> Result<Checked, Problem> {
        let mut fields = Fields::new();
        let (authority, authority_region) = self.authority(tx, &mut fields)?;
        let region = self.enterprise_region(tx, &mut fields)?;
        let document_no = fields.optional_text("/document_no", self.document_no.as_deref(), MAX_SHORT);
        let description = fields.optional_text("/description", self.description.as_deref(), MAX_DESCRIPTION);
        let basis = fields.optional_text("/legal_basis", self.legal_basis.as_deref(), MAX_SHORT);
        let matter = Matter {
            role: self.role,
            behaviour: self.behaviour.trim().to_owned(),
            intent: self.intent,
            happened_on: self.happened_on,
            decided_on: self.decided_on,
            document_no,
        };
        check_matter((&mut fields, ""), &matter, self.source, law, tx.today());
        let line = self.checked_line(tx, &mut fields);
        self.check_origin(tx, &mut fields)?;
        fields.done()?;
        let rules = law.settings.rules_on(matter.decided_on);
        let rules = rules.ok_or_else(|| Problem::internal("no rules of credit in the settings"))?;
        let cited: Vec<&str> = basis.iter().map(String::as_str).collect();
        require_in_scope(rules, self.matter.as_deref(), &cited)?;
        Ok(Checked { matter, line, authority, authority_region, region, description, legal_basis: basis })
    }

    /// The authority and the region of the office that keeps the entry.
    fn authority(&self, tx: &Tx, fields: &mut Fields) -> Result<(String, String), Problem> {
        let own = match (&tx.actor, tx.actor.scope()) {
            (Actor::Anonymous, _) => return Err(Problem::unauthenticated()),
            (Actor::System, _) => None,
            (_, Some(Scope::Admin(own))) => Some(own.clone()),
            _ => return Err(Problem::forbidden()),
        };
        let region = self.authority_region.clone().or_else(|| own.clone()).unwrap_or_default();
        let known = tx.catalogue.regions.get(&region);
        let within = own.is_none_or(|own| tx.catalogue.regions.contains(&own, &region));
        fields.require(
            known.is_some() && within,
            "/authority_region",
            "须为本人辖区或其下级地区",
            "must be your region or one below it",
        );
        let named = fields.optional_text("/authority", self.authority.as_deref(), MAX_SHORT);
        let office = || known.map(|region| format!("{}市场监督管理局", region.name)).unwrap_or_default();
        Ok((named.unwrap_or_else(office), region))
    }

    fn enterprise_region(&self, tx: &mut Tx, fields: &mut Fields) -> Result<String, Problem> {
        let region: Option<String> = enterprise::table
            .find(self.enterprise_id.0)
            .filter(enterprise::withdrawn_at.is_null())
            .select(enterprise::region)
            .first(&mut *tx.conn)
            .optional()?;
        let seen = region.as_ref().is_some_and(|region| {
            tx.actor == Actor::System
                || tx.actor.officer_region().is_some_and(|own| tx.catalogue.regions.contains(own, region))
        });
        fields.require(seen, "/enterprise_id", "不是本人辖区内的企业", "is no enterprise of your region");
        Ok(region.unwrap_or_default())
    }

    fn checked_line(&self, tx: &Tx, fields: &mut Fields) -> Option<NewLine> {
        let line = self.line.as_ref()?;
        let kind = line.product_kind.as_deref().map(str::trim).filter(|kind| !kind.is_empty());
        fields.require(
            kind.is_none_or(|code| tx.catalogue.products.coded(code).is_some()),
            "/line/product_kind",
            "未知的产品种类代码",
            "is not a known product kind",
        );
        Some(NewLine {
            product_kind: kind.map(str::to_owned),
            product_name: fields.text("/line/product_name", &line.product_name, MAX_SHORT),
            standard: fields.optional_text("/line/standard", line.standard.as_deref(), MAX_SHORT),
            trademark: fields.optional_text("/line/trademark", line.trademark.as_deref(), MAX_SHORT),
            model: fields.optional_text("/line/model", line.model.as_deref(), MAX_SHORT),
        })
    }

    /// What the entry comes from is about the enterprise.
    fn check_origin(&self, tx: &mut Tx, fields: &mut Fields) -> Result<(), Problem> {
        let of = self.enterprise_id.0;
        if let Some(id) = self.inspection_id {
            let parties: Option<(Option<Uuid>, Option<Uuid>)> = inspection::table
                .find(id.0)
                .select((inspection::operator_id, inspection::producer_id))
                .first(&mut *tx.conn)
                .optional()?;
            let party = parties.is_some_and(|(operator, producer)| [operator, producer].contains(&Some(of)));
            let (zh, en) = ("不是该企业的监督检查", "is no inspection of this enterprise");
            fields.require(party, "/inspection_id", zh, en);
        }
        if let Some(id) = self.case_id {
            let whose = remediation_case::table.find(id.0).select(remediation_case::enterprise_id);
            let own = whose.first::<Uuid>(&mut *tx.conn).optional()? == Some(of);
            fields.require(own, "/case_id", "不是该企业的整改案件", "is no case of this enterprise");
        }
        if let Some(fact) = self.fact_id {
            let own = tx.actor == Actor::System || facts::is_of(&mut tx.conn, fact, self.enterprise_id)?;
            let (zh, en) = ("该企业没有关于此事实的记录", "the enterprise has no entry about this fact");
            fields.require(own, "/fact_id", zh, en);
        }
        Ok(())
    }
}

/// Checks what an entry says against the rules of the day of its decision. The faults go to `fields`, by the names of the body below a pointer.
pub fn check_matter(
    (fields, below): (&mut Fields, &str),
    matter: &Matter,
    source: ConductSource,
    law: Law<'_>,
    today: NaiveDate,
) {
    let at = |name: &str| format!("{below}/{name}");
    fields.day(&at("happened_on"), Some(matter.happened_on));
    fields.day(&at("decided_on"), Some(matter.decided_on));
    let (zh, en) = ("认定日期不能早于发生日期", "must not be before the day on which it happened");
    fields.require(matter.happened_on <= matter.decided_on, &at("decided_on"), zh, en);
    let (zh, en) = ("不能晚于今天", "must not be in the future");
    fields.require(matter.decided_on <= today, &at("decided_on"), zh, en);
    fields.require(matter.happened_on <= today, &at("happened_on"), zh, en);
    let Some((_, behaviour)) = law.of(matter) else {
        fields.fault(
            at("behaviour"),
            "认定之日的规则中没有这一行为；只能登记规则中的行为，不能直接填写记分",
            "is no behaviour of the rules of that day; only behaviours are entered, never points",
        );
        return;
    };
    let (zh, en) = ("该行为不适用于此类经营者", "this behaviour is not for this role");
    fields.require(behaviour.is_for(matter.role), &at("role"), zh, en);
    let penalty = matches!(source, ConductSource::Penalty | ConductSource::Import);
    let needed = behaviour.document || penalty;
    let (zh, en) = ("请填写文书编号", "the number of the decision is needed");
    fields.require(!needed || matter.document_no.is_some(), &at("document_no"), zh, en);
}
