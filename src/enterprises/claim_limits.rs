//! How much one claimant, and one network, may cause for an enterprise. Each is counted by itself, so that ten claims of a stranger leave
//! the mails of the rightful person's claim as they were. A claimant is whoever names the same contact from the same network.

use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::db::Tx;
use crate::db::schema::enterprise_registration as r;
use crate::enterprises::claim_state::ClaimState;
use crate::enterprises::ids::RegistrationId;
use crate::enterprises::settings::ClaimSettings;
use chrono::Duration;
use diesel::prelude::*;

/// A claim, checked.
#[derive(Debug)]
pub(super) struct NewClaim {
    pub(super) enterprise: EnterpriseId,
    pub(super) network: String,
    pub(super) name: String,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
}

/// Whether a link may be mailed for this claim.
///
/// # Errors
/// When the database can't be asked.
pub(super) fn may_mail(tx: &mut Tx, claim: &NewClaim) -> Result<bool, Problem> {
    let limits = tx.settings.section::<ClaimSettings>();
    // Whoever was told that it was not them is told nothing more.
    let declined =
        alike(claim).filter(r::state.eq(ClaimState::Declined)).count().get_result::<i64>(&mut *tx.conn)?;
    if declined > 0 {
        return Ok(false);
    }
    let since = tx.now - Duration::hours(24);
    let mailed = r::created_at.gt(since).and(r::mailed_to.is_not_null());
    let all = r::table.filter(r::enterprise_id.eq(claim.enterprise)).filter(mailed);
    let of_network = all.filter(r::network.eq(&claim.network));
    let own: i64 = alike(claim).filter(mailed).count().get_result(&mut *tx.conn)?;
    let network: i64 = of_network.count().get_result(&mut *tx.conn)?;
    let everybody: i64 = all.count().get_result(&mut *tx.conn)?;
    Ok(own < i64::from(limits.mails_per_claimant_day)
        && network < i64::from(limits.mails_per_network_day)
        && everybody < i64::from(limits.mails_per_enterprise_day))
}

/// Whether this claim may wait for an officer as one more; one of the same content is counted with the one that waits.
///
/// # Errors
/// When the database can't be asked.
pub(super) fn may_wait(tx: &mut Tx, claim: &NewClaim) -> Result<bool, Problem> {
    let limits = tx.settings.section::<ClaimSettings>();
    let open = r::state.eq(ClaimState::ToApprove);
    let same: Option<RegistrationId> =
        alike(claim).filter(open).select(r::id).first(&mut *tx.conn).optional()?;
    if let Some(same) = same {
        diesel::update(r::table.find(same))
            .set((r::repeated.eq(r::repeated + 1), r::last_asked_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        return Ok(false);
    }
    let all = r::table.filter(r::enterprise_id.eq(claim.enterprise)).filter(open);
    let network: i64 = all.filter(r::network.eq(&claim.network)).count().get_result(&mut *tx.conn)?;
    let everybody: i64 = all.count().get_result(&mut *tx.conn)?;
    Ok(network < i64::from(limits.waiting_per_network)
        && everybody < i64::from(limits.waiting_per_enterprise))
}

/// The claims of the same claimant.
#[diesel::dsl::auto_type]
fn alike(claim: &NewClaim) -> _ {
    let enterprise: EnterpriseId = claim.enterprise;
    let (network, name): (String, String) = (claim.network.clone(), claim.name.clone());
    let (email, phone): (Option<String>, Option<String>) = (claim.email.clone(), claim.phone.clone());
    r::table
        .filter(r::enterprise_id.eq(enterprise))
        .filter(r::network.eq(network))
        .filter(r::contact_name.eq(name))
        .filter(r::contact_email.is_not_distinct_from(email))
        .filter(r::contact_phone.is_not_distinct_from(phone))
}
