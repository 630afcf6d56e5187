//! Entering a hazard: from a final result of an inspection, from a visit with the enterprise's consent, or by an officer.

use crate::attachments::ids::AttachmentId;
use crate::campaigns::ids::{HazardId, SubjectId};
use crate::campaigns::settings::CampaignRules;
use crate::campaigns::state::{HazardSource, HazardState, HazardStep};
use crate::campaigns::store::{self, Campaign, Row, Step, hold, rules_of};
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::{Problem, Text};
use crate::db::officer_steps::officer;
use crate::db::published::{engagement, engagement_enterprise, enterprise, inspection};
use crate::db::regional;
use crate::db::schema::{campaign_subject, hazard};
use crate::db::{Command, Tx};
use crate::engagements::state::{EngagementKind, EngagementState};
use crate::inspections::ids::InspectionId;
use crate::inspections::state::InspectionState;
use crate::inspections::words::Outcome;
use crate::programmes::ids::ProgrammeId;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// A hazard to enter.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HazardInput {
    /// The campaign, if it is of one.
    #[serde(default)]
    pub campaign: Option<ProgrammeId>,
    /// The enterprise; or its credit code below.
    #[serde(default)]
    pub enterprise_id: Option<EnterpriseId>,
    /// The unified social credit code of the enterprise.
    #[serde(default)]
    pub uscc: Option<String>,
    /// The entry of the campaign's register, where there is one.
    #[serde(default)]
    pub subject_id: Option<SubjectId>,
    /// The word of the key product; that of the product kind where none is named.
    #[serde(default)]
    pub product: Option<String>,
    /// Code of the product kind.
    #[serde(default)]
    pub product_kind: Option<String>,
    /// What is dangerous, in a few words, at most 200 characters.
    pub item: String,
    /// What was seen, at most 4,000 characters.
    pub description: String,
    /// From where it is known; an officer's own finding where none is given.
    #[serde(default)]
    pub source: Option<HazardSource>,
    /// The inspection, for that source: final, and nonconforming.
    #[serde(default)]
    pub inspection_id: Option<InspectionId>,
    /// The visit, for that source.
    #[serde(default)]
    pub engagement_id: Option<Uuid>,
    /// That the enterprise consents to the entry; needed of what a visit found.
    #[serde(default)]
    pub consented: bool,
    /// The day on which it was found, in Asia/Shanghai; today where none is named.
    #[serde(default)]
    pub found_on: Option<NaiveDate>,
    /// Ids of uploaded photos and files, at most 20.
    #[serde(default)]
    #[schema(value_type = Vec<AttachmentId>)]
    pub attachments: Vec<AttachmentId>,
}

/// Enters a hazard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnterHazard(pub HazardInput);

/// The enterprise of a hazard, with its region.
fn of_enterprise(
    tx: &mut Tx,
    fields: &mut Fields,
    input: &HazardInput,
) -> Result<Option<(EnterpriseId, String)>, Problem> {
    let query = enterprise::table.filter(enterprise::withdrawn_at.is_null()).into_boxed();
    let (pointer, query) = match (input.enterprise_id, &input.uscc) {
        (Some(id), _) => ("/enterprise_id", query.filter(enterprise::id.eq(id))),
        (None, Some(code)) => ("/uscc", query.filter(enterprise::uscc.eq(code.trim().to_uppercase()))),
        (None, None) => {
            fields.fault("/enterprise_id", "须填写企业", "name the enterprise");
            return Ok(None);
        }
    };
    let found: Option<(EnterpriseId, String)> =
        query.select((enterprise::id, enterprise::region)).first(&mut *tx.conn).optional()?;
    // One of elsewhere is not known.
    let found = found.filter(|(_, region)| regional::sees(&tx.actor, region, &tx.catalogue));
    fields.require(found.is_some(), pointer, "本人辖区内没有这家企业", "is no enterprise of your region");
    Ok(found)
}

/// What an inspection says of itself, as far as a hazard is concerned.
type OfInspection = (InspectionState, Option<Outcome>, Option<EnterpriseId>, Option<EnterpriseId>);

/// Whether a visit to an enterprise was held.
fn was_visited(tx: &mut Tx, id: Uuid, enterprise: EnterpriseId) -> Result<bool, Problem> {
    let state: Option<EngagementState> = engagement::table
        .filter(engagement::id.eq(id))
        .filter(engagement::kind.eq(EngagementKind::Visit))
        .select(engagement::state)
        .first(&mut *tx.conn)
        .optional()?;
    let of: i64 = engagement_enterprise::table
        .filter(engagement_enterprise::engagement_id.eq(id))
        .filter(engagement_enterprise::enterprise_id.eq(enterprise))
        .count()
        .get_result(&mut *tx.conn)?;
    Ok(of > 0 && state.is_some_and(EngagementState::has_begun))
}

/// Checks where a hazard is known from.
fn check_source(
    tx: &mut Tx,
    fields: &mut Fields,
    input: &HazardInput,
    enterprise: Option<EnterpriseId>,
) -> Result<HazardSource, Problem> {
    let source = input.source.unwrap_or(match input.inspection_id {
        Some(_) => HazardSource::Inspection,
        None => HazardSource::Officer,
    });
    fields.require(
        (source == HazardSource::Inspection) == input.inspection_id.is_some(),
        "/inspection_id",
        "来源为检查结果的须填写检查，其他来源不填",
        "is needed of that source, and for no other",
    );
    fields.require(
        source == HazardSource::Visit || input.engagement_id.is_none(),
        "/engagement_id",
        "只有来源为上门帮扶的可以填写",
        "is for what a visit found only",
    );
    if let Some(id) = input.engagement_id.filter(|_| source == HazardSource::Visit) {
        let fits = match enterprise {
            Some(enterprise) => was_visited(tx, id, enterprise)?,
            None => false,
        };
        let (zh, en) = ("须为对该企业已开展的上门帮扶", "must be a visit to the enterprise that was held");
        fields.require(fits, "/engagement_id", zh, en);
    }
    fields.require(
        source != HazardSource::Visit || input.consented,
        "/consented",
        "帮扶与执法相分离，上门帮扶发现的问题须经企业同意方可登记",
        "help and enforcement are apart: what a visit found is entered with the enterprise’s consent",
    );
    if let Some(id) = input.inspection_id {
        let found: Option<OfInspection> = inspection::table
            .filter(inspection::id.eq(id))
            .select((
                inspection::state,
                inspection::outcome,
                inspection::operator_id,
                inspection::producer_id,
            ))
            .first(&mut *tx.conn)
            .optional()?;
        let fits = found.is_some_and(|(state, outcome, operator, producer)| {
            state.is_final()
                && outcome == Some(Outcome::Nonconforming)
                && enterprise.is_some()
                && (operator == enterprise || producer == enterprise)
        });
        fields.require(
            fits,
            "/inspection_id",
            "须为该企业最终结果为不合格的检查",
            "must be an inspection of the enterprise with a final, nonconforming result",
        );
    }
    Ok(source)
}

/// The key product and the kind of product.
fn product(
    tx: &Tx,
    fields: &mut Fields,
    rules: &CampaignRules,
    input: &HazardInput,
) -> (String, Option<String>) {
    let kind = input.product_kind.as_deref().map(str::trim).filter(|code| !code.is_empty());
    let known = kind.and_then(|code| tx.catalogue.products.kind(code));
    fields.require(
        kind.is_none() || known.is_some(),
        "/product_kind",
        "未知的产品种类",
        "is not a known product kind",
    );
    let named = input.product.as_deref().map(str::trim).filter(|word| !word.is_empty());
    let found = match named {
        Some(word) => rules.product(word),
        None => known.and_then(|kind| rules.product_of(&kind.code, &kind.class)),
    };
    fields.require(
        found.is_some(),
        "/product",
        "须为重点产品，或者填写属于重点产品的产品种类",
        "must be a key product, or name a product kind that belongs to one",
    );
    (found.map(|product| product.key.clone()).unwrap_or_default(), known.map(|kind| kind.code.clone()))
}

/// Checks the entry of the register: it is on that of the campaign, and is no other enterprise.
fn check_subject(
    tx: &mut Tx,
    fields: &mut Fields,
    input: &HazardInput,
    (campaign, enterprise): (Option<&Campaign>, Option<EnterpriseId>),
) -> Result<(), Problem> {
    use campaign_subject as s;
    let Some(id) = input.subject_id else { return Ok(()) };
    let found: Option<(Uuid, Option<EnterpriseId>)> = s::table
        .filter(s::id.eq(id))
        .filter(s::removed_at.is_null())
        .select((s::programme_id, s::enterprise_id))
        .first(&mut *tx.conn)
        .optional()?;
    let of = found.map(|(of, _)| of);
    let fits = of.is_some() && of == campaign.map(|campaign| campaign.id.0);
    let (zh, en) = ("不在本专项行动的名录中", "is not on the register of the campaign");
    fields.require(fits, "/subject_id", zh, en);
    let whose = found.and_then(|(_, whose)| whose);
    let other = fits && enterprise.is_some() && whose.is_some_and(|whose| Some(whose) != enterprise);
    let (zh, en) = ("是另一家企业的条目", "is the entry of another enterprise");
    fields.require(!other, "/subject_id", zh, en);
    Ok(())
}

impl Command for EnterHazard {
    type Output = HazardId;
    const NAME: &'static str = "enter_hazard";

    fn run(&self, tx: &mut Tx) -> Result<HazardId, Problem> {
        use hazard as h;
        let by = officer(tx)?;
        let input = &self.0;
        let campaign = match input.campaign {
            Some(id) => Some(hold(tx, id)?),
            None => None,
        };
        let rules = rules_of(tx, campaign.as_ref().map(|campaign| campaign.rules_version.as_str()))?;
        let mut fields = Fields::new();
        let enterprise = of_enterprise(tx, &mut fields, input)?;
        let region = enterprise.as_ref().map(|(_, region)| region.clone()).unwrap_or_default();
        if let (Some(campaign), Some(_)) = (&campaign, &enterprise) {
            fields.require(
                tx.catalogue.regions.contains(&campaign.organiser_region, &region),
                "/campaign",
                "企业不在专项行动的地区内",
                "the enterprise is not in the region of the campaign",
            );
        }
        let source = check_source(tx, &mut fields, input, enterprise.as_ref().map(|(id, _)| *id))?;
        let (product, kind) = product(tx, &mut fields, &rules, input);
        check_subject(tx, &mut fields, input, (campaign.as_ref(), enterprise.as_ref().map(|(id, _)| *id)))?;
        let item = fields.text("/item", &input.item, 200);
        let description = fields.text("/description", &input.description, 4_000);
        let today = tx.today();
        let found_on = input.found_on.unwrap_or(today);
        fields.day("/found_on", Some(found_on));
        fields.require(found_on <= today, "/found_on", "不能晚于今天", "must not be after today");
        fields.done()?;
        let Some((enterprise_id, _)) = enterprise else { return Err(Problem::internal("no enterprise")) };
        let row = Row {
            id: HazardId::new(),
            programme_id: campaign.as_ref().map(|campaign| campaign.id.0),
            enterprise_id,
            region,
            item,
            source,
            found_on,
            found_by: by,
            state: HazardState::Found,
            ordered_on: None,
            due_on: None,
            corrected_on: None,
            overdue_since: None,
            version: 1,
        };
        let written = diesel::insert_into(h::table)
            .values((
                h::id.eq(row.id),
                h::programme_id.eq(row.programme_id),
                h::subject_id.eq(input.subject_id),
                h::enterprise_id.eq(row.enterprise_id),
                h::region.eq(&row.region),
                h::product.eq(product),
                h::product_kind.eq(kind),
                h::item.eq(&row.item),
                h::description.eq(description),
                h::source.eq(source),
                h::inspection_id.eq(input.inspection_id),
                h::engagement_id.eq(input.engagement_id),
                h::found_on.eq(found_on),
                h::found_by.eq(by),
                h::state.eq(row.state),
                h::created_at.eq(tx.now),
                h::updated_at.eq(tx.now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        if written == 0 {
            let text = Text::new(
                "该检查的这一项目已登记为隐患",
                "this item of the inspection was entered as a hazard already",
            );
            return Err(Problem::field("/inspection_id", text));
        }
        let step = Step {
            step: HazardStep::Find,
            from: None,
            to: row.state,
            said: None,
            occurred_on: found_on,
            due_on: None,
            files: &input.attachments,
            by: Some(by),
        };
        store::event(tx, row.id, step)?;
        store::audit(tx, &row, Self::NAME, json!({ "source": source, "campaign": row.programme_id }))?;
        Ok(row.id)
    }
}
