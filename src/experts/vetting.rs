//! An admin vets an application.

use crate::accounts::store::{activate_expert, of_expert};
use crate::core::fields::Fields;
use crate::core::ids::ExpertId;
use crate::core::{Language, Problem};
use crate::db::schema::expert;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::application::Applied;
use crate::experts::mails::Mail;
use crate::experts::policy::{locked_facts, may_vet, permit_vetting};
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
        activate_expert(tx, self.id)?;
        let mail = Mail::ApplicationApproved { login_link: tx.link("/") };
        outbox::enqueue(tx, &applicant.to, &mail)?;
        let subject = Subject { region: applicant.region.as_deref(), ..Subject::new("expert", self.id.0) };
        tx.audit(Self::NAME, subject, json!({}))?;
        tx.wake(MATCHER);
        Ok(Applied { id: self.id, vetting: applicant.vetting })
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
