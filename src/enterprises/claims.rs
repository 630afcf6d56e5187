//! Claims for which no mail address is on record: an admin decides.

use crate::core::actor::Actor;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice};
use crate::core::{Language, Problem};
use crate::db::schema::{enterprise, enterprise_registration};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::claim_state::{ClaimState, ClaimStep, transition};
use crate::enterprises::ids::RegistrationId;
use crate::enterprises::mails::Mail;
use crate::enterprises::policy::{permit, sees, visible_to};
use crate::enterprises::registration::{Claim, close, make_account};
use crate::notifications::{Recipient, outbox};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Approves a claim for which no address is on record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApproveRegistration {
    /// The claim.
    pub id: RegistrationId,
}

/// Rejects such a claim.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RejectRegistration {
    /// The claim.
    pub id: RegistrationId,
    /// Reason shown to the enterprise.
    pub reason: String,
}

/// What was decided.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ClaimDecided {
    /// The claim.
    pub id: RegistrationId,
    /// The present state.
    pub state: ClaimState,
}

/// A claim that an admin is about to decide.
struct Locked {
    claim: Claim,
    /// Code of the enterprise's region.
    region: String,
    /// The state after the decision.
    to: ClaimState,
}

/// Loads and locks a claim that the actor may decide and whose state allows the step.
fn lock_claim(tx: &mut Tx, id: RegistrationId, step: ClaimStep) -> Result<Locked, Problem> {
    // First of all, so that nobody else learns whether there is such a claim.
    permit(&tx.actor)?;
    let claim = enterprise_registration::table
        .find(id)
        .select(Claim::as_select())
        .for_update()
        .first(&mut *tx.conn)?;
    let region: String =
        enterprise::table.find(claim.enterprise_id).select(enterprise::region).first(&mut *tx.conn)?;
    if !sees(&tx.actor, &region, &tx.catalogue) {
        return Err(Problem::not_found());
    }
    let to = transition(claim.state, step)?;
    Ok(Locked { claim, region, to })
}

fn recipient(claim: &Claim) -> Option<Recipient> {
    Some(Recipient {
        address: claim.contact_email.clone()?,
        name: claim.contact_name.clone(),
        language: Language::from_tag(&claim.language),
    })
}

impl Command for ApproveRegistration {
    type Output = ClaimDecided;
    const NAME: &'static str = "approve_registration";

    fn run(&self, tx: &mut Tx) -> Result<ClaimDecided, Problem> {
        let Locked { claim, region, to: state } = lock_claim(tx, self.id, ClaimStep::Approve)?;
        let to = recipient(&claim);
        let (username, email) = (claim.username.clone(), claim.contact_email.clone());
        let made = make_account(tx, claim, state, username, email, &region)?;
        if let Some(to) = to {
            outbox::enqueue(tx, &to, &Mail::RegistrationApproved { username: made.username })?;
        }
        let subject = Subject::new("enterprise_registration", self.id.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "account": made.id }))?;
        Ok(ClaimDecided { id: self.id, state })
    }
}

impl Command for RejectRegistration {
    type Output = ClaimDecided;
    const NAME: &'static str = "reject_registration";

    fn run(&self, tx: &mut Tx) -> Result<ClaimDecided, Problem> {
        let Locked { claim, region, to: state } = lock_claim(tx, self.id, ClaimStep::Reject)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        close(tx, claim.id, state, Some(&reason))?;
        if let Some(to) = recipient(&claim) {
            outbox::enqueue(tx, &to, &Mail::RegistrationRejected { reason: reason.clone().into() })?;
        }
        let subject = Subject::new("enterprise_registration", self.id.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "reason": reason }))?;
        Ok(ClaimDecided { id: self.id, state })
    }
}

/// A claim in the admins' queue.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable)]
pub struct ClaimView {
    /// Id of the registration.
    pub id: RegistrationId,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Its name.
    pub enterprise_name: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// The name the claimant wants to log in with.
    pub username: String,
    /// Who claims it.
    pub contact_name: String,
    /// The claimant's mail address.
    pub contact_email: Option<String>,
    /// The claimant's telephone.
    pub contact_phone: Option<String>,
    /// The state of the claim.
    pub state: ClaimState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A page of claims of the caller's region, newest first.
///
/// # Errors
/// 403 for anyone who is neither admin nor operator.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    state: Option<ClaimState>,
    slice: Slice,
) -> Result<Page<ClaimView>, Problem> {
    use enterprise_registration as r;
    permit(actor)?;
    let seen = enterprise::table.filter(visible_to(actor)).select(enterprise::id).into_boxed::<Pg>();
    let mut query =
        r::table.inner_join(enterprise::table).filter(r::enterprise_id.eq_any(seen)).into_boxed::<Pg>();
    if let Some(state) = state {
        query = query.filter(r::state.eq(state));
    }
    if let Some(after) = slice.after {
        query = query.filter(r::id.lt(RegistrationId(after)));
    }
    let rows: Vec<ClaimView> = query
        .order(r::id.desc())
        .limit(slice.limit + 1)
        .select((
            r::id,
            r::enterprise_id,
            enterprise::name,
            enterprise::uscc,
            r::username,
            r::contact_name,
            r::contact_email,
            r::contact_phone,
            r::state,
            r::created_at,
        ))
        .load(conn)?;
    Ok(Page::cut(rows, slice, |row| row.id.0))
}
