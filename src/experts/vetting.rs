//! An admin vets an application.

use crate::accounts::store::{activate_expert, of_expert};
use crate::core::fields::Fields;
use crate::core::ids::ExpertId;
use crate::core::{Language, Problem};
use crate::db::schema::expert;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::application::{Applied, KnownSpecialty};
use crate::experts::mails::Mail;
use crate::experts::policy::{locked_facts, may_vet, permit_vetting};
use crate::experts::specialty_change::{SpecialtyChangeKind, SpecialtyChangeState};
use crate::experts::specialty_store::{NewChange, note, present, remove};
use crate::experts::vetting_state::{VettingStep, transition};
use crate::experts::vocabulary::Vetting;
use crate::experts::wake::MATCHER;
use crate::notifications::{Recipient, outbox};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Approves an application: the expert may log in and is matched from now on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApproveExpert {
    /// The application to approve.
    pub id: ExpertId,
    /// The decision on each of its specialties; all are approved where there are none.
    pub specialties: Option<Vec<SpecialtyDecision>>,
}

/// The decision on one specialty of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpecialtyDecision {
    /// Its number, from 1, in the order of the application.
    pub number: i32,
    /// Whether it is approved.
    pub approve: bool,
    /// The reason, needed where it is not; the applicant is told.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Rejects an application.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RejectExpert {
    /// The application to reject.
    pub id: ExpertId,
    /// Why, for the applicant.
    pub reason: String,
}

struct Applicant {
    to: Recipient,
    /// Where the vetting stands now.
    vetting: Vetting,
    region: Option<String>,
}

/// Decides an application that the actor may vet and whose state allows the step.
fn decide(tx: &mut Tx, id: ExpertId, step: VettingStep, reason: Option<&str>) -> Result<Applicant, Problem> {
    permit_vetting(&tx.actor)?;
    let facts = locked_facts(&mut tx.conn, id)?;
    let row =
        of_expert(&mut tx.conn, id)?.ok_or_else(|| Problem::internal("an expert without an account"))?;
    if !may_vet(&tx.actor, &facts, &tx.catalogue) {
        return Err(Problem::not_found());
    }
    let vetting = transition(facts.vetting, step)?;
    diesel::update(expert::table.find(id))
        .set((
            expert::vetting.eq(vetting),
            expert::vetting_reason.eq(reason),
            expert::vetted_at.eq(tx.now),
            expert::vetted_by.eq(tx.actor.account()),
            expert::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    let to = Recipient {
        address: row.email.unwrap_or_default(),
        name: row.name,
        language: Language::from_tag(&row.language),
    };
    Ok(Applicant { to, vetting, region: facts.regions.into_iter().next() })
}

impl Command for ApproveExpert {
    type Output = Applied;
    const NAME: &'static str = "approve_expert";

    fn run(&self, tx: &mut Tx) -> Result<Applied, Problem> {
        let applicant = decide(tx, self.id, VettingStep::Approve, None)?;
        let mut fields = Fields::new();
        let given = present(tx, self.id)?;
        let decided = self.decided(&mut fields, given);
        fields.done()?;
        let mut refused = Vec::new();
        for (one, reason) in &decided {
            let state = match reason {
                None => SpecialtyChangeState::Approved,
                Some(_) => SpecialtyChangeState::Rejected,
            };
            let kind = SpecialtyChangeKind::Add;
            if let Some(reason) = reason {
                remove(tx, self.id, one)?;
                refused.push(format!("{}（{reason}）", one.names(&tx.catalogue).0));
            }
            note(
                tx,
                self.id,
                one,
                &NewChange { kind, state, note: None, reason: reason.as_deref(), open: None },
            )?;
        }
        activate_expert(tx, self.id)?;
        let mail =
            Mail::ApplicationApproved { login_link: tx.link("/"), refused: refused.join("；").into() };
        outbox::enqueue(tx, &applicant.to, &mail)?;
        let subject = Subject { region: applicant.region.as_deref(), ..Subject::new("expert", self.id.0) };
        let data = if refused.is_empty() { json!({}) } else { json!({ "refused_specialties": refused }) };
        tx.audit(Self::NAME, subject, data)?;
        tx.wake(MATCHER);
        Ok(Applied { id: self.id, vetting: applicant.vetting })
    }
}

impl ApproveExpert {
    /// Each specialty with the reason why it is refused; none for one that is approved.
    fn decided(
        &self,
        fields: &mut Fields,
        given: Vec<KnownSpecialty>,
    ) -> Vec<(KnownSpecialty, Option<String>)> {
        let Some(decisions) = &self.specialties else {
            return given.into_iter().map(|one| (one, None)).collect();
        };
        let count = i32::try_from(given.len()).unwrap_or(i32::MAX);
        for (at, decision) in decisions.iter().enumerate() {
            let twice = decisions.iter().take(at).any(|earlier| earlier.number == decision.number);
            fields.require(
                (1..=count).contains(&decision.number) && !twice,
                &format!("/specialties/{at}/number"),
                "须为申请中专长的序号，且每项只列一次",
                "must be the number of a specialty of the application, named once",
            );
        }
        let mut decided = Vec::new();
        for (number, one) in (1..).zip(given) {
            let found = decisions
                .iter()
                .zip(0..)
                .find(|(decision, _): &(&SpecialtyDecision, i32)| decision.number == number);
            let Some((decision, at)) = found else {
                fields.fault(
                    "/specialties",
                    format!("须逐项审核：缺第 {number} 项"),
                    format!("must decide on each specialty; number {number} is missing"),
                );
                continue;
            };
            let pointer = format!("/specialties/{at}/reason");
            let reason = fields.optional_text(&pointer, decision.reason.as_deref(), 1000);
            if !decision.approve && reason.is_none() {
                fields.fault(pointer, "不通过的须说明原因", "must say why it is not approved");
            }
            decided.push((one, reason.filter(|_| !decision.approve)));
        }
        fields.require(
            decisions.iter().any(|decision| decision.approve),
            "/specialties",
            "须至少通过一项专长；都不通过的，请驳回申请",
            "must approve one at least; where none is, reject the application",
        );
        decided
    }
}

impl Command for RejectExpert {
    type Output = Applied;
    const NAME: &'static str = "reject_expert";

    fn run(&self, tx: &mut Tx) -> Result<Applied, Problem> {
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        let applicant = decide(tx, self.id, VettingStep::Reject, Some(&reason))?;
        let mail = Mail::ApplicationRejected { reason: reason.clone().into() };
        outbox::enqueue(tx, &applicant.to, &mail)?;
        let subject = Subject { region: applicant.region.as_deref(), ..Subject::new("expert", self.id.0) };
        tx.audit(Self::NAME, subject, json!({ "reason": reason }))?;
        Ok(Applied { id: self.id, vetting: applicant.vetting })
    }
}
