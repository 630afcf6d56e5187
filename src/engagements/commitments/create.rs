//! An enterprise is asked for a commitment: by an officer, or by the platform.

use crate::conduct::scope::INDUSTRIAL_PRODUCT;
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::db::published::remediation_case;
use crate::db::regional::permit;
use crate::db::schema::{commitment, commitment_promise};
use crate::db::{Command, Tx};
use crate::engagements::commitments::notices;
use crate::engagements::commitments::promises::{Bounds, CheckedPromise, NewPromise, check};
use crate::engagements::common::enterprises::named_firm;
use crate::engagements::common::ids::PromiseId;
use crate::engagements::common::settings::{EngagementKindSettings, KindRules};
use crate::engagements::common::steps::{MAX_SHORT, audit, check_programme};
use crate::engagements::ids::EngagementId;
use crate::engagements::state::{EngagementKind, EngagementState};
use crate::engagements::store::{NewEngagement, insert};
use crate::programmes::ids::ProgrammeId;
use crate::remediation::ids::CaseId;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of the word of a matter.
const MAX_MATTER: usize = 60;

/// What an enterprise is asked to commit to.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCommitment {
    /// The enterprise. Either this or `uscc` is needed.
    #[serde(default)]
    pub enterprise_id: Option<EnterpriseId>,
    /// Its unified social credit code.
    #[serde(default)]
    pub uscc: Option<String>,
    /// The topic, at most 200 characters.
    pub topic: String,
    /// The case whose actions the promises are to become; the enterprise's running case where none is named.
    #[serde(default)]
    pub case_id: Option<CaseId>,
    /// Code of the product kind that it is about.
    #[serde(default)]
    pub product_kind: Option<String>,
    /// What it is about, in the words of the rules of credit: `industrial_product` where none is given. What these rules do not cover
    /// becomes no conduct.
    #[serde(default)]
    pub matter: Option<String>,
    /// The programme to which it belongs.
    #[serde(default)]
    pub programme_id: Option<ProgrammeId>,
    /// The round of the programme.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    pub round_no: Option<i32>,
    /// What is proposed to be promised. The enterprise decides on what it promises.
    #[serde(default)]
    pub promises: Vec<NewPromise>,
}

/// The rules of today.
///
/// # Errors
/// 500 where there are none, which the settings exclude.
pub fn rules(tx: &Tx) -> Result<KindRules, Problem> {
    let rules = tx.settings.section::<EngagementKindSettings>().rules_on(tx.today()).cloned();
    rules.ok_or_else(|| Problem::internal("no rules of engagements"))
}

/// How many promises there may be today, and how far ahead.
pub fn bounds(rules: &KindRules, least: usize) -> Bounds {
    Bounds { least, most: rules.most_promises, months: rules.promise_months }
}

/// Writes promises down, the first one first.
///
/// # Errors
/// When the database refuses.
pub fn write_promises(
    tx: &mut Tx,
    id: EngagementId,
    promises: &[CheckedPromise],
) -> Result<Vec<PromiseId>, Problem> {
    let mut ids = Vec::with_capacity(promises.len());
    for (ordinal, promise) in (1_i32..).zip(promises) {
        let promise_id = PromiseId::new();
        diesel::insert_into(commitment_promise::table)
            .values((
                commitment_promise::id.eq(promise_id),
                commitment_promise::commitment_id.eq(id),
                commitment_promise::ordinal.eq(ordinal),
                commitment_promise::text.eq(&promise.text),
                commitment_promise::due_on.eq(promise.due_on),
                commitment_promise::counts_until.eq(promise.counts_until),
            ))
            .execute(&mut *tx.conn)?;
        ids.push(promise_id);
    }
    Ok(ids)
}

/// The number of a commitment that is asked for today: the day, and the last digits of its id.
fn number(tx: &Tx, id: EngagementId) -> String {
    let digits = id.0.simple().to_string().to_uppercase();
    let last: String = digits.chars().skip(22).collect();
    format!("CN{}-{last}", tx.today().format("%Y%m%d"))
}

impl NewCommitment {
    /// Asks the enterprise. Done by an officer of its region, or by the platform.
    ///
    /// # Errors
    /// 401 or 403 for all others; 422 that names the fields.
    pub fn create(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        permit(&tx.actor)?;
        let rules = rules(tx)?;
        let (catalogue, today) = (tx.catalogue.clone(), tx.today());
        let mut fields = Fields::new();
        let firm = named_firm(tx, &mut fields, (self.enterprise_id, self.uscc.as_deref()))?;
        let topic = fields.text("/topic", &self.topic, MAX_SHORT);
        let matter = fields.optional_text("/matter", self.matter.as_deref(), MAX_MATTER);
        let kind = self.product_kind.as_deref().map(str::trim).filter(|code| !code.is_empty());
        let known = kind.is_none_or(|code| catalogue.products.coded(code).is_some());
        fields.require(known, "/product_kind", "未知的产品种类", "is not a known product kind");
        let region = firm.as_ref().map(|firm| firm.region.as_str());
        check_programme(tx, &mut fields, (self.programme_id, self.round_no), region)?;
        if let Some(case) = self.case_id {
            let whose = remediation_case::table.find(case.0).select(remediation_case::enterprise_id);
            let whose = whose.first::<EnterpriseId>(&mut *tx.conn).optional()?;
            let own = whose.is_some() && whose == firm.as_ref().map(|firm| firm.id);
            let (zh, en) = ("不是该企业的整改案件", "is no case of this enterprise");
            fields.require(own, "/case_id", zh, en);
        }
        let promises = check(&mut fields, &self.promises, bounds(&rules, 0), (&catalogue.calendar, today));
        fields.done()?;
        let firm = firm.ok_or_else(Problem::not_found)?;
        let new = NewEngagement {
            kind: EngagementKind::Commitment,
            programme_id: self.programme_id,
            round_no: self.round_no,
            region: &firm.region,
            on_day: None,
            times: None,
            place: None,
            topic: &topic,
            experts: &[],
            enterprises: &[firm.id],
        };
        let row = insert(tx, &new)?;
        let id = row.id;
        diesel::insert_into(commitment::table)
            .values((
                commitment::id.eq(id),
                commitment::number.eq(number(tx, id)),
                commitment::enterprise_id.eq(firm.id),
                commitment::region.eq(&firm.region),
                commitment::programme_id.eq(self.programme_id),
                commitment::topic.eq(&topic),
                commitment::state.eq(EngagementState::Drafted),
                commitment::matter.eq(matter.as_deref().unwrap_or(INDUSTRIAL_PRODUCT)),
                commitment::product_kind.eq(kind),
                commitment::case_id.eq(self.case_id),
                commitment::created_by.eq(tx.actor.account()),
                commitment::created_at.eq(tx.now),
                commitment::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        write_promises(tx, id, &promises)?;
        notices::asked(tx, firm.id, (id, &topic))?;
        audit(tx, &row, AskForCommitment::NAME, json!({ "enterprise": firm.id }))?;
        Ok(id)
    }
}

/// Asks an enterprise for a commitment. Done by an officer of its region, or by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskForCommitment {
    /// What it is asked for.
    pub commitment: NewCommitment,
}

impl Command for AskForCommitment {
    type Output = EngagementId;
    const NAME: &'static str = "ask_for_commitment";

    fn run(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        self.commitment.create(tx)
    }
}
