//! Proposing a visit to an enterprise, with times among which it chooses.

use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::core::{Problem, Text};
use crate::db::Tx;
use crate::db::published::{enterprise, expert, nonconformity};
use crate::db::regional;
use crate::db::schema::{visit, visit_nonconformity, visit_slot};
use crate::engagements::common::steps::check_programme;
use crate::engagements::ids::{EngagementId, SlotId};
use crate::engagements::notices;
use crate::engagements::settings::{EngagementSettings, VisitRules};
use crate::engagements::state::EngagementKind;
use crate::engagements::store::{NewEngagement, audit, insert};
use crate::engagements::visits::fitness;
use crate::engagements::visits::slots::{SlotInput, check, earliest};
use crate::enterprises::ids::NonconformityId;
use crate::programmes::ids::ProgrammeId;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most experts of a visit.
const MOST_EXPERTS: usize = 5;
/// The most failed reports that a visit is about.
const MOST_NONCONFORMITIES: usize = 20;
/// The most characters of a topic and of a place.
const MAX_LINE: usize = 200;
/// The most characters of an agenda.
const MAX_TEXT: usize = 2_000;

/// A visit that is proposed to an enterprise of the list: by an officer of its region, who names the experts, or by an expert who is or was in a
/// consultation with it. The enterprise chooses one of the times.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVisit {
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// The experts, 1 to 5; the first one leads. An expert proposes for itself and names nobody.
    #[serde(default)]
    pub experts: Vec<ExpertId>,
    /// The programme to which it belongs: one that is approved or carried out, of an authority around the enterprise, and in whose cohort it is.
    #[serde(default)]
    pub programme_id: Option<ProgrammeId>,
    /// The round of that programme.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    pub round_no: Option<i32>,
    /// The topic, at most 200 characters.
    pub topic: String,
    /// What is to be looked at and made ready, at most 2,000 characters.
    #[serde(default)]
    pub agenda: Option<String>,
    /// Where it is, at most 200 characters; the enterprise's address where none is given.
    #[serde(default)]
    pub place: Option<String>,
    /// The failed reports that it is about, at most 20, of the enterprise.
    #[serde(default)]
    pub nonconformities: Vec<NonconformityId>,
    /// The times among which the enterprise chooses, 1 to 5, each with the notice that the rules want.
    pub slots: Vec<SlotInput>,
}

/// The rules of visits of today.
///
/// # Errors
/// 500 where there are none, which the check of the settings prevents.
pub fn rules_today(tx: &Tx) -> Result<VisitRules, Problem> {
    let rules = tx.settings.section::<EngagementSettings>().rules_on(tx.today()).cloned();
    rules.ok_or_else(|| Problem::internal("no rules of visits"))
}

/// The first day that a proposal of today may name.
pub fn first_day(tx: &Tx, rules: &VisitRules) -> NaiveDate {
    earliest(&tx.catalogue.calendar, tx.today(), rules.notice_working_days)
}

/// Writes the times of a proposal.
///
/// # Errors
/// When the database refuses.
pub fn insert_slots(
    tx: &mut Tx,
    id: EngagementId,
    proposal: i32,
    slots: &[SlotInput],
) -> Result<(), Problem> {
    let rows: Vec<_> = slots
        .iter()
        .map(|slot| {
            (
                visit_slot::id.eq(SlotId::new()),
                visit_slot::engagement_id.eq(id),
                visit_slot::proposal.eq(proposal),
                visit_slot::starts_at.eq(slot.starts_at),
                visit_slot::ends_at.eq(slot.ends_at),
            )
        })
        .collect();
    diesel::insert_into(visit_slot::table).values(rows).execute(&mut *tx.conn)?;
    Ok(())
}

/// Region and address of the enterprise, where the actor may know of it and it is on the list.
type Place = (String, Option<String>);

impl NewVisit {
    /// Proposes the visit.
    ///
    /// # Errors
    /// 403 for anyone but officers and experts; 409 where an expert must not visit the enterprise, has no time, or the enterprise is outside
    /// the cohort; 422 naming what is wrong.
    pub fn create(&self, tx: &mut Tx) -> Result<EngagementId, Problem> {
        let mut fields = Fields::new();
        let experts = self.experts(tx, &mut fields)?;
        let place = self.enterprise(tx, &mut fields)?;
        let topic = fields.text("/topic", &self.topic, MAX_LINE);
        let agenda = fields.optional_text("/agenda", self.agenda.as_deref(), MAX_TEXT);
        let where_to = fields.optional_text("/place", self.place.as_deref(), MAX_LINE);
        self.check_nonconformities(tx, &mut fields)?;
        let region = place.as_ref().map(|(region, _)| region.as_str());
        check_programme(tx, &mut fields, (self.programme_id, self.round_no), region)?;
        let rules = rules_today(tx)?;
        check(&mut fields, &self.slots, &rules, (first_day(tx, &rules), tx.now));
        fields.done()?;
        let Some((region, address)) = place else { return Err(Problem::not_found()) };
        fitness::require_cohort(tx, self.programme_id, self.enterprise_id)?;
        fitness::require_fit(tx, &experts, self.enterprise_id)?;
        fitness::wait_for(tx, &experts)?;
        fitness::require_free(tx, &experts, None, &self.slots, &rules)?;
        let row = insert(
            tx,
            &NewEngagement {
                kind: EngagementKind::Visit,
                programme_id: self.programme_id,
                round_no: self.round_no,
                region: &region,
                on_day: None,
                times: None,
                place: where_to.as_deref().or(address.as_deref()),
                topic: &topic,
                experts: &experts,
                enterprises: &[self.enterprise_id],
            },
        )?;
        diesel::insert_into(visit::table)
            .values((visit::engagement_id.eq(row.id), visit::agenda.eq(agenda), visit::proposal.eq(1)))
            .execute(&mut *tx.conn)?;
        insert_slots(tx, row.id, 1, &self.slots)?;
        let about: Vec<_> = self
            .nonconformities
            .iter()
            .map(|one| {
                (
                    visit_nonconformity::engagement_id.eq(row.id),
                    visit_nonconformity::nonconformity_id.eq(*one),
                )
            })
            .collect();
        diesel::insert_into(visit_nonconformity::table)
            .values(about)
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        let data = json!({ "experts": experts.len(), "slots": self.slots.len() });
        audit(tx, &row, "create_engagement", data)?;
        notices::proposed(tx, &row)?;
        Ok(row.id)
    }

    /// Who visits: those whom an officer names, or the expert who proposes.
    fn experts(&self, tx: &mut Tx, fields: &mut Fields) -> Result<Vec<ExpertId>, Problem> {
        match tx.actor.scope().cloned() {
            Some(Scope::Expert(own)) => {
                let alone = self.experts.iter().all(|one| *one == own);
                fields.require(
                    alone,
                    "/experts",
                    "专家只能为本人约定上门",
                    "an expert proposes for itself alone",
                );
                Ok(vec![own])
            }
            Some(Scope::Admin(_)) => {
                if !(1..=MOST_EXPERTS).contains(&self.experts.len()) {
                    fields.fault(
                        "/experts",
                        format!("须有 1 到 {MOST_EXPERTS} 名专家"),
                        format!("must name 1 to {MOST_EXPERTS} experts"),
                    );
                    return Ok(Vec::new());
                }
                let known: Vec<ExpertId> = expert::table
                    .filter(expert::id.eq_any(&self.experts))
                    .select(expert::id)
                    .load(&mut *tx.conn)?;
                for (at, one) in self.experts.iter().enumerate() {
                    let pointer = format!("/experts/{at}");
                    let doubled = self.experts.iter().take(at).any(|other| other == one);
                    fields.require(!doubled, &pointer, "专家重复", "is named twice");
                    fields.require(known.contains(one), &pointer, "没有这名专家", "is not an expert");
                }
                Ok(self.experts.clone())
            }
            None => Err(Problem::unauthenticated()),
            _ => Err(Problem::forbidden()),
        }
    }

    /// The enterprise, where the actor may propose a visit to it.
    fn enterprise(&self, tx: &mut Tx, fields: &mut Fields) -> Result<Option<Place>, Problem> {
        let found: Option<Place> = enterprise::table
            .filter(enterprise::id.eq(self.enterprise_id))
            .filter(enterprise::withdrawn_at.is_null())
            .select((enterprise::region, enterprise::address))
            .first(&mut *tx.conn)
            .optional()?;
        let seen = match (&found, tx.actor.scope().cloned()) {
            (Some((region, _)), Some(Scope::Admin(_))) => regional::sees(&tx.actor, region, &tx.catalogue),
            (Some(_), Some(Scope::Expert(own))) => fitness::knows(&mut tx.conn, own, self.enterprise_id)?,
            _ => false,
        };
        if !seen {
            let (zh, en) =
                ("没有这家企业，或者不在您的工作范围内", "is not an enterprise that you work with");
            fields.fault("/enterprise_id", zh, en);
            return Ok(None);
        }
        let listed = fitness::listed_on(&mut tx.conn, self.enterprise_id)?;
        fields.require(
            listed.is_some_and(|day| self.slots.iter().all(|slot| slot.day() >= day)),
            "/enterprise_id",
            "上门不能早于企业列入名单之日",
            "is not visited before it is on the list",
        );
        Ok(found)
    }

    fn check_nonconformities(&self, tx: &mut Tx, fields: &mut Fields) -> Result<(), Problem> {
        if self.nonconformities.len() > MOST_NONCONFORMITIES {
            fields.fault("/nonconformities", "最多 20 条", "must be at most 20");
            return Ok(());
        }
        let known: Vec<NonconformityId> = nonconformity::table
            .filter(nonconformity::enterprise_id.eq(self.enterprise_id))
            .filter(nonconformity::id.eq_any(&self.nonconformities))
            .select(nonconformity::id)
            .load(&mut *tx.conn)?;
        for (at, one) in self.nonconformities.iter().enumerate() {
            let pointer = format!("/nonconformities/{at}");
            let (zh, en) = ("不是该企业的不合格记录", "is not a record of the enterprise");
            fields.require(known.contains(one), &pointer, zh, en);
        }
        Ok(())
    }
}

/// 403: an enterprise that has people of its own answers for itself.
pub fn answers_itself() -> Problem {
    let mut problem = Problem::forbidden();
    problem.detail = Text::new(
        "该企业已有平台账号，须由企业自行办理",
        "the enterprise has people on the platform, who do this themselves",
    );
    problem
}
