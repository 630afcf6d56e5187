//! Claims for which no mail address is on record: an admin decides.

use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::{EnterpriseId, RegistrationId};
use crate::core::page::{Page, Slice};
use crate::core::{Code, Language, Problem, Text};
use crate::db::schema::{enterprise, enterprise_registration, region_scope};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::mails::Mail;
use crate::enterprises::registration::{Claim, ClaimState, close, make_account};
use crate::notifications::{Recipient, outbox};
use chrono::{DateTime, Utc};
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

fn lock_claim(tx: &mut Tx, id: RegistrationId) -> Result<(Claim, String), Problem> {
    // First of all, so that nobody else learns whether there is such a claim.
    if !matches!(tx.actor.scope(), Some(Scope::Admin(_) | Scope::Operator)) {
        return Err(Problem::forbidden());
    }
    let claim = enterprise_registration::table
        .find(id)
        .select(Claim::as_select())
        .for_update()
        .first(&mut *tx.conn)?;
    let region: String =
        enterprise::table.find(claim.enterprise_id).select(enterprise::region).first(&mut *tx.conn)?;
    match tx.actor.scope() {
        Some(Scope::Admin(scope)) if !tx.catalogue.regions.contains(scope, &region) => {
            return Err(Problem::not_found());
        }
        _ => {}
    }
    if claim.state != ClaimState::ToApprove {
        return Err(Problem::new(
            Code::AlreadyDecided,
            Text::new("该认领申请不在待审核状态", "this claim does not wait for a decision"),
        ));
    }
    Ok((claim, region))
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
        let (claim, region) = lock_claim(tx, self.id)?;
        let to = recipient(&claim);
        let (username, email) = (claim.username.clone(), claim.contact_email.clone());
        let made = make_account(tx, claim, username, email, &region)?;
        if let Some(to) = to {
            outbox::enqueue(tx, &to, &Mail::RegistrationApproved { username: made.username })?;
        }
        let subject = Subject::new("enterprise_registration", self.id.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "account": made.id }))?;
        Ok(ClaimDecided { id: self.id, state: ClaimState::Confirmed })
    }
}

impl Command for RejectRegistration {
    type Output = ClaimDecided;
    const NAME: &'static str = "reject_registration";

    fn run(&self, tx: &mut Tx) -> Result<ClaimDecided, Problem> {
        let (claim, region) = lock_claim(tx, self.id)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        close(tx, claim.id, ClaimState::Rejected, Some(&reason))?;
        if let Some(to) = recipient(&claim) {
            outbox::enqueue(tx, &to, &Mail::RegistrationRejected { reason: reason.clone().into() })?;
        }
        let subject = Subject::new("enterprise_registration", self.id.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "reason": reason }))?;
        Ok(ClaimDecided { id: self.id, state: ClaimState::Rejected })
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
    let mut query = r::table.inner_join(enterprise::table).into_boxed();
    match actor.scope() {
        Some(Scope::Operator) => {}
        Some(Scope::Admin(scope)) => {
            query = query.filter(
                enterprise::region.eq_any(
                    region_scope::table
                        .filter(region_scope::scope.eq(scope.clone()))
                        .select(region_scope::region),
                ),
            );
        }
        _ => return Err(Problem::forbidden()),
    }
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
