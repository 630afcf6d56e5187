//! An admin vets an application.

use crate::accounts::store::{activate_expert, of_expert};
use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::ExpertId;
use crate::core::{Code, Language, Problem, Text};
use crate::db::schema::{expert, expert_region};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::application::Applied;
use crate::experts::mails::Mail;
use crate::experts::vocabulary::Vetting;
use crate::experts::wake::MATCHER;
use crate::notifications::{Recipient, outbox};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Approves an application: the expert may log in and is matched from now on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApproveExpert {
    /// The application.
    pub id: ExpertId,
}

/// Rejects an application.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RejectExpert {
    /// The application.
    pub id: ExpertId,
    /// Why, for the applicant.
    pub reason: String,
}

/// Whether this actor may vet experts who serve these regions: a regulator must hold one of them.
pub fn may_vet(actor: &Actor, catalogue: &crate::catalogue::Catalogue, regions: &[String]) -> bool {
    match actor {
        Actor::System => true,
        Actor::Person(person) => match &person.scope {
            Scope::Operator => true,
            Scope::Admin(scope) => regions.iter().any(|r| catalogue.regions.contains(scope, r)),
            _ => false,
        },
        Actor::Anonymous => false,
    }
}

struct Applicant {
    to: Recipient,
    region: Option<String>,
}

fn decide(tx: &mut Tx, id: ExpertId, vetting: Vetting, reason: Option<&str>) -> Result<Applicant, Problem> {
    if !matches!(tx.actor.scope(), Some(Scope::Admin(_) | Scope::Operator)) && tx.actor != Actor::System {
        return Err(Problem::forbidden());
    }
    let state =
        expert::table.find(id).select(expert::vetting).for_update().first::<Vetting>(&mut *tx.conn)?;
    let row =
        of_expert(&mut tx.conn, id)?.ok_or_else(|| Problem::internal("an expert without an account"))?;
    let regions: Vec<String> = expert_region::table
        .filter(expert_region::expert_id.eq(id))
        .order(expert_region::region)
        .select(expert_region::region)
        .load(&mut *tx.conn)?;
    if !may_vet(&tx.actor, &tx.catalogue, &regions) {
        return Err(Problem::not_found());
    }
    if state != Vetting::Applied {
        return Err(Problem::new(
            Code::AlreadyVetted,
            Text::new("该申请已审核", "this application has been decided already"),
        ));
    }
    diesel::update(expert::table.find(id))
        .set((
            expert::vetting.eq(vetting),
            expert::vetting_reason.eq(reason),
            expert::vetted_at.eq(tx.now),
            expert::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    let to = Recipient {
        address: row.email.unwrap_or_default(),
        name: row.name,
        language: Language::from_tag(&row.language),
    };
    Ok(Applicant { to, region: regions.into_iter().next() })
}

impl Command for ApproveExpert {
    type Output = Applied;
    const NAME: &'static str = "approve_expert";

    fn run(&self, tx: &mut Tx) -> Result<Applied, Problem> {
        let applicant = decide(tx, self.id, Vetting::Approved, None)?;
        activate_expert(tx, self.id)?;
        let mail = Mail::ApplicationApproved { login_link: tx.link("/") };
        outbox::enqueue(tx, &applicant.to, &mail)?;
        let subject = Subject { region: applicant.region.as_deref(), ..Subject::new("expert", self.id.0) };
        tx.audit(Self::NAME, subject, json!({}))?;
        tx.wake(MATCHER);
        Ok(Applied { id: self.id, vetting: Vetting::Approved })
    }
}

impl Command for RejectExpert {
    type Output = Applied;
    const NAME: &'static str = "reject_expert";

    fn run(&self, tx: &mut Tx) -> Result<Applied, Problem> {
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        let applicant = decide(tx, self.id, Vetting::Rejected, Some(&reason))?;
        let mail = Mail::ApplicationRejected { reason: reason.clone().into() };
        outbox::enqueue(tx, &applicant.to, &mail)?;
        let subject = Subject { region: applicant.region.as_deref(), ..Subject::new("expert", self.id.0) };
        tx.audit(Self::NAME, subject, json!({ "reason": reason }))?;
        Ok(Applied { id: self.id, vetting: Vetting::Rejected })
    }
}
