//! What is handed in to be written, and its checks.

use crate::attachments::ids::AttachmentId;
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, EnterpriseId, LaboratoryId};
use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::published::{enterprise, laboratory};
use crate::oversight::facts::{self, Basis};
use crate::oversight::rows::ResponsibilityRow;
use crate::oversight::settings::OversightSettings;
use crate::oversight::terms::Law;
use crate::oversight::words::{
    OversightKind, OversightSubject, RecipientKind, ResponsibilityKind, ResponsibilityState,
};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The most characters of a title, a name or a post.
pub const MAX_SHORT: usize = 200;
/// The most characters of a text.
pub const MAX_TEXT: usize = 8_000;

/// To whom it goes.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OversightRecipient)]
pub struct Recipient {
    /// The kind of recipient.
    #[schema(inline)]
    pub kind: RecipientKind,
    /// Code of the region, where an authority or a government is addressed: one under the issuing region.
    #[serde(default)]
    pub region: Option<String>,
    /// The enterprise.
    #[serde(default)]
    pub enterprise_id: Option<EnterpriseId>,
    /// The laboratory.
    #[serde(default)]
    #[schema(value_type = Option<LaboratoryId>)]
    pub laboratory_id: Option<LaboratoryId>,
}

/// Who is invited to an interview.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OversightInvitee)]
pub struct Invitee {
    /// The name.
    pub name: String,
    /// The post: of a region the deputy in charge (分管负责人).
    pub post: String,
}

/// Who answers for what until when.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewResponsibility {
    /// What is answered for; each once.
    #[schema(inline)]
    pub kind: ResponsibilityKind,
    /// The name of who answers.
    pub holder: String,
    /// In which post; a name without a post is refused.
    pub post: String,
    /// What is to be done.
    pub task: String,
    /// Until when: a working day.
    pub due_on: NaiveDate,
}

/// What is written: a letter, an interview or a listing.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOversight {
    /// Whether it is a letter, an interview or a listing.
    #[schema(inline)]
    pub kind: OversightKind,
    /// The kind of problem that it is about.
    #[schema(inline)]
    pub subject: OversightSubject,
    /// Its title, at most 200 characters.
    pub title: String,
    /// Code of the region that issues it, the officer's own or one under it; the own one where none is named.
    #[serde(default)]
    pub from_region: Option<String>,
    /// To whom it goes.
    pub to: Recipient,
    /// Who is invited; of an interview alone, where it is needed.
    #[serde(default)]
    pub invitee: Option<Invitee>,
    /// What it rests on, at most 200 things; a listing needs one.
    #[serde(default)]
    pub basis: Vec<Basis>,
    /// Facts in the officer's words, beside those that are counted; needed where it rests on nothing.
    #[serde(default)]
    pub facts_note: Option<String>,
    /// What is asked for.
    pub requirements: String,
    /// Until when, a working day: of a letter the last day to answer, of a listing its end. By the rules where none is named.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// The responsibilities; of a listing all four.
    #[serde(default)]
    pub responsibilities: Vec<NewResponsibility>,
    /// Uploads that go with it.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub attachments: Vec<AttachmentId>,
    /// Of a change: the version that the caller saw; refused where there are steps after it. Of something new nothing.
    #[serde(default)]
    pub version: Option<i32>,
}

/// What was handed in, checked.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Its title.
    pub title: String,
    /// Code of the region that issues it.
    pub from_region: String,
    /// The level of that region.
    pub level: String,
    /// To whom it goes.
    pub to: Addressed,
    /// Who is invited, in which post.
    pub invitee: Option<(String, String)>,
    /// Codes of the product kinds of the basis.
    pub product_kinds: Vec<String>,
    /// Facts in the officer's words.
    pub facts_note: Option<String>,
    /// What is asked for.
    pub requirements: String,
    /// The version of the rules.
    pub rules_version: String,
    /// The responsibilities.
    pub responsibilities: Vec<ResponsibilityRow>,
    /// Who writes it.
    pub by: AccountId,
}

/// Who is addressed, found.
#[derive(Debug, Clone, Default)]
pub struct Addressed {
    /// Code of the region.
    pub region: String,
    /// The name.
    pub name: String,
    /// The enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// The laboratory.
    pub laboratory: Option<LaboratoryId>,
}

/// The refusal of what would go to a region above one's own, or beside it.
fn wrong_direction(upwards: bool) -> Problem {
    let text = if upwards {
        Text::new(
            "不能发往本级或者上级地区，只能发往下级地区、本辖区内的企业和检验机构",
            "nothing goes to one’s own region or one above it, only to those under it, their enterprises and laboratories",
        )
    } else {
        Text::new(
            "不能发往辖区以外的地区，只能发往下级地区、本辖区内的企业和检验机构",
            "nothing goes beside one’s own region, only to those under it, their enterprises and laboratories",
        )
    };
    let mut problem = Problem::new(Code::OversightDirection, text.clone());
    problem.errors = vec![FieldError::body("/to/region", text)];
    problem
}

impl NewOversight {
    /// Checks it all.
    ///
    /// # Errors
    /// 401 without a log-in; 403 for anyone but an officer; 422 that names the fields; 422 `oversight_direction` for what goes upwards or beside.
    pub fn checked(&self, tx: &mut Tx) -> Result<Checked, Problem> {
        let by = crate::db::officer_steps::officer(tx)?;
        let mut fields = Fields::new();
        let (from_region, level) = self.from(tx, &mut fields)?;
        let to = self.addressed(tx, &mut fields, &from_region)?;
        let title = fields.text("/title", &self.title, MAX_SHORT);
        let requirements = fields.text("/requirements", &self.requirements, MAX_TEXT);
        let facts_note = fields.optional_text("/facts_note", self.facts_note.as_deref(), MAX_TEXT);
        let product_kinds = facts::checked(tx, &mut fields, &self.basis, &from_region)?;
        let listing = self.kind == OversightKind::Listing;
        let grounds = !self.basis.is_empty() || (!listing && facts_note.is_some());
        let (zh, en) = if listing {
            ("挂牌督办须有依据", "a listing needs a basis")
        } else {
            ("请选择依据，或者填写事实说明", "name what it rests on, or say the facts")
        };
        fields.require(grounds, "/basis", zh, en);
        let invitee = self.invited(&mut fields);
        let (settings, catalogue, today) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue), tx.today());
        let rules = settings.section::<OversightSettings>().rules_on(today);
        let rules = rules.ok_or_else(|| Problem::internal("no rules of oversight"))?;
        let law = Law { rules, calendar: &catalogue.calendar };
        if let Some(day) = self.due_on {
            law.check_due(&mut fields, "/due_on", day, today);
        }
        let responsibilities = self.responsible(&mut fields, law, today);
        fields.done()?;
        Ok(Checked {
            title,
            from_region,
            level,
            to,
            invitee,
            product_kinds,
            facts_note,
            requirements,
            rules_version: rules.version.clone(),
            responsibilities,
            by,
        })
    }

    /// The issuing region with its level.
    fn from(&self, tx: &Tx, fields: &mut Fields) -> Result<(String, String), Problem> {
        let own = tx.actor.officer_region().ok_or_else(Problem::forbidden)?;
        let code = self.from_region.as_deref().unwrap_or(own);
        let known = tx.catalogue.regions.get(code).filter(|_| tx.catalogue.regions.contains(own, code));
        fields.require(
            known.is_some(),
            "/from_region",
            "须为本人辖区或其下级地区",
            "must be your region or one below it",
        );
        let level = known.map(|region| region.level.as_str()).unwrap_or_default();
        Ok((code.to_owned(), level.to_owned()))
    }

    fn addressed(&self, tx: &mut Tx, fields: &mut Fields, from: &str) -> Result<Addressed, Problem> {
        let to = &self.to;
        let regional = to.kind.is_regional();
        let only = |fields: &mut Fields, given: bool, wanted: bool, pointer: &str| {
            if wanted {
                fields.require(given, pointer, "请选择", "is needed");
            } else {
                fields.require(
                    !given,
                    pointer,
                    "与所选对象不符，请留空",
                    "does not go with this kind of recipient",
                );
            }
        };
        only(fields, to.region.is_some(), regional, "/to/region");
        only(fields, to.enterprise_id.is_some(), to.kind == RecipientKind::Enterprise, "/to/enterprise_id");
        only(fields, to.laboratory_id.is_some(), to.kind == RecipientKind::Laboratory, "/to/laboratory_id");
        match (to.kind, to.region.as_deref(), to.enterprise_id, to.laboratory_id) {
            (RecipientKind::Authority | RecipientKind::Government, Some(code), ..) => {
                region_addressed(tx, fields, to.kind, from, code)
            }
            (RecipientKind::Enterprise, _, Some(id), _) => enterprise_addressed(tx, fields, from, id),
            (RecipientKind::Laboratory, _, _, Some(id)) => laboratory_addressed(tx, fields, from, id),
            _ => Ok(Addressed::default()),
        }
    }

    fn invited(&self, fields: &mut Fields) -> Option<(String, String)> {
        let interview = self.kind == OversightKind::Interview;
        let (zh, en) = ("请填写被约谈人", "say who is invited");
        fields.require(!interview || self.invitee.is_some(), "/invitee", zh, en);
        let (zh, en) = ("只有约谈需要填写", "is for interviews alone");
        fields.require(interview || self.invitee.is_none(), "/invitee", zh, en);
        let invitee = self.invitee.as_ref()?;
        Some((
            fields.text("/invitee/name", &invitee.name, MAX_SHORT),
            fields.text("/invitee/post", &invitee.post, MAX_SHORT),
        ))
    }

    fn responsible(&self, fields: &mut Fields, law: Law<'_>, today: NaiveDate) -> Vec<ResponsibilityRow> {
        if self.responsibilities.len() > ResponsibilityKind::ALL.len() {
            fields.fault("/responsibilities", "最多四项", "must be at most four");
            return Vec::new();
        }
        let mut kinds = BTreeSet::new();
        let mut rows = Vec::with_capacity(self.responsibilities.len());
        for (at, one) in self.responsibilities.iter().enumerate() {
            let pointer = |name: &str| format!("/responsibilities/{at}/{name}");
            fields.require(kinds.insert(one.kind), &pointer("kind"), "责任类别重复", "is named twice");
            law.check_due(fields, &pointer("due_on"), one.due_on, today);
            rows.push(ResponsibilityRow {
                kind: one.kind,
                holder: fields.text(&pointer("holder"), &one.holder, MAX_SHORT),
                post: fields.text(&pointer("post"), &one.post, MAX_SHORT),
                task: fields.text(&pointer("task"), &one.task, MAX_TEXT),
                due_on: one.due_on,
                state: ResponsibilityState::Open,
                done_on: None,
                evidence: None,
                done_ordinal: None,
            });
        }
        if self.kind == OversightKind::Listing {
            let missing: Vec<_> =
                ResponsibilityKind::ALL.iter().filter(|kind| !kinds.contains(*kind)).collect();
            if !missing.is_empty() {
                let zh: Vec<String> = missing.iter().map(|kind| kind.text().zh.into_owned()).collect();
                let en: Vec<String> = missing.iter().map(|kind| kind.text().en.into_owned()).collect();
                fields.fault(
                    "/responsibilities",
                    format!("缺少：{}", zh.join("、")),
                    format!("missing: {}", en.join(", ")),
                );
            }
        }
        rows
    }
}

fn region_addressed(
    tx: &Tx,
    fields: &mut Fields,
    kind: RecipientKind,
    from: &str,
    code: &str,
) -> Result<Addressed, Problem> {
    let regions = &tx.catalogue.regions;
    let Some(region) = regions.get(code) else {
        fields.fault("/to/region", "未知的行政区划代码", "is not a known region");
        return Ok(Addressed::default());
    };
    if regions.contains(code, from) {
        return Err(wrong_direction(true));
    }
    if !regions.contains(from, code) {
        return Err(wrong_direction(false));
    }
    let office = if kind == RecipientKind::Authority { "市场监督管理局" } else { "人民政府" };
    Ok(Addressed {
        region: code.to_owned(),
        name: format!("{}{office}", region.name),
        ..Addressed::default()
    })
}

fn enterprise_addressed(
    tx: &mut Tx,
    fields: &mut Fields,
    from: &str,
    id: EnterpriseId,
) -> Result<Addressed, Problem> {
    let found: Option<(String, String)> = enterprise::table
        .find(id.0)
        .filter(enterprise::withdrawn_at.is_null())
        .select((enterprise::name, enterprise::region))
        .first(&mut *tx.conn)
        .optional()?;
    let here = found.filter(|(_, region)| tx.catalogue.regions.contains(from, region));
    let (zh, en) = ("不是本辖区内的企业", "is no enterprise of your region");
    fields.require(here.is_some(), "/to/enterprise_id", zh, en);
    let (name, region) = here.unwrap_or_default();
    Ok(Addressed { region, name, enterprise: Some(id), laboratory: None })
}

fn laboratory_addressed(
    tx: &mut Tx,
    fields: &mut Fields,
    from: &str,
    id: LaboratoryId,
) -> Result<Addressed, Problem> {
    let found: Option<(String, String)> = laboratory::table
        .filter(laboratory::id.eq(id))
        .filter(laboratory::active)
        .select((laboratory::name, laboratory::region))
        .first(&mut *tx.conn)
        .optional()?;
    let here = found.filter(|(_, region)| tx.catalogue.regions.contains(from, region));
    let (zh, en) = ("不是本辖区内的检验机构", "is no laboratory of your region");
    fields.require(here.is_some(), "/to/laboratory_id", zh, en);
    let (name, region) = here.unwrap_or_default();
    Ok(Addressed { region, name, enterprise: None, laboratory: Some(id) })
}
