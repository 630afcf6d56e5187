//! How much one claimant, and one network, may cause for an enterprise. Each is counted by itself, so that the claims of a stranger leave
//! the mails of the rightful person's claim as they were. A claimant is whoever names the same contact from the same network. Whoever names
//! the address on record, to which the mail goes anyway, is counted apart from who does not. Beyond the limits mails go on, but one in a
//! while: a flood delays others and does not end what they may do.

use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::db::Tx;
use crate::db::schema::enterprise_registration as r;
use crate::db::tx::Subject;
use crate::enterprises::claim_state::ClaimState;
use crate::enterprises::ids::RegistrationId;
use crate::enterprises::settings::ClaimSettings;
use crate::web::anonymous_calls::wide;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde_json::json;
use std::collections::HashMap;

/// A claim, checked.
#[derive(Debug)]
pub(super) struct NewClaim {
    pub(super) enterprise: EnterpriseId,
    pub(super) network: String,
    pub(super) name: String,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
}

/// Whether a link may be mailed to the address on record for this claim.
///
/// # Errors
/// When the database can't be asked.
pub(super) fn may_mail(tx: &mut Tx, claim: &NewClaim, address: &str) -> Result<bool, Problem> {
    let limits = tx.settings.section::<ClaimSettings>();
    // Whoever was told that it was not them is told nothing more.
    let declined =
        alike(claim).filter(r::state.eq(ClaimState::Declined)).count().get_result::<i64>(&mut *tx.conn)?;
    if declined > 0 {
        return Ok(false);
    }
    let since = tx.now - Duration::hours(24);
    let mailed = r::created_at.gt(since).and(r::mailed_to.is_not_null());
    let own: i64 = alike(claim).filter(mailed).count().get_result(&mut *tx.conn)?;
    if own >= i64::from(limits.mails_per_claimant_day) {
        return Ok(false);
    }
    // Counted apart: those that name the address on record, and those that do not.
    let names = |email: Option<&str>| email.is_some_and(|email| email.eq_ignore_ascii_case(address));
    let named = names(claim.email.as_deref());
    let recent: Vec<(String, Option<String>, DateTime<Utc>)> = r::table
        .filter(r::enterprise_id.eq(claim.enterprise))
        .filter(mailed)
        .select((r::network, r::contact_email, r::created_at))
        .load(&mut *tx.conn)?;
    let alike: Vec<_> = recent.iter().filter(|(_, email, _)| names(email.as_deref()) == named).collect();
    let here = wide(&claim.network);
    let of_network = alike.iter().filter(|(network, ..)| wide(network) == here).count();
    let last = alike.iter().map(|(.., at)| *at).max();
    let in_a_while = last.is_none_or(|at| tx.now - at >= Duration::minutes(limits.minutes_between.into()));
    let most = |limit: u32| usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(in_a_while
        || (of_network < most(limits.mails_per_network_day)
            && alike.len() < most(limits.mails_per_enterprise_day)))
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
    let waiting: Vec<(RegistrationId, String)> = r::table
        .filter(r::enterprise_id.eq(claim.enterprise))
        .filter(open)
        .order(r::created_at)
        .select((r::id, r::network))
        .load(&mut *tx.conn)?;
    let most = |limit: u32| usize::try_from(limit).unwrap_or(usize::MAX);
    let mut of: HashMap<Option<String>, usize> = HashMap::new();
    for (_, network) in &waiting {
        *of.entry(wide(network)).or_default() += 1;
    }
    let own = of.get(&wide(&claim.network)).copied().unwrap_or_default();
    if own >= most(limits.waiting_per_network) {
        return Ok(false);
    }
    if waiting.len() < most(limits.waiting_per_enterprise) {
        return Ok(true);
    }
    // All places are taken: the oldest claim of the network that has most of them makes room for who has fewer.
    let count = |network: &str| of.get(&wide(network)).copied().unwrap_or_default();
    let Some((oldest, network)) = waiting.iter().rev().max_by_key(|(_, network)| count(network)) else {
        return Ok(true);
    };
    if count(network) <= own {
        return Ok(false);
    }
    diesel::delete(r::table.find(oldest)).execute(&mut *tx.conn)?;
    let subject = Subject::new("enterprise_registration", oldest.0);
    tx.audit("displace_registration", subject, json!({ "enterprise": claim.enterprise }))?;
    Ok(true)
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
