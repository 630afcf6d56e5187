//! Claims for which no mail address is on record, or whose mail did not arrive: an officer decides. Approval makes no account: it mails the one-time link to an address
//! that the officer has confirmed, and name and password are chosen behind it.

use crate::accounts::store::{already_claimed, of_enterprise};
use crate::core::actor::Actor;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice};
use crate::core::{Language, Problem};
use crate::db::schema::{enterprise, enterprise_registration as r};
use crate::db::search::{Columns, Search};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::claim_state::{ClaimState, ClaimStep, transition};
use crate::enterprises::confirm::{Claim, Claimed, close, lock_enterprise};
use crate::enterprises::ids::RegistrationId;
use crate::enterprises::mails::Mail;
use crate::enterprises::policy::{permit, sees, visible_to};
use crate::enterprises::registration::Link;
use crate::notifications::outbox::MailId;
use crate::notifications::outcome::{self, LastMail, MailOutcome};
use crate::notifications::{Recipient, outbox};
use crate::web::anonymous_calls::coarse;
use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// The address to which the one-time link goes.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovedAddress {
    /// A mail address of the enterprise that the officer has confirmed, by telephone for one; that of the contact where none is given.
    #[serde(default)]
    pub email: Option<String>,
    /// Whether mails go to the address again, where it is paused since mails came back from there. Else the link is not sent.
    #[serde(default)]
    pub resume: bool,
}

/// Approves a claim for which no address is on record, or whose mail did not arrive: a one-time link goes to the address that the officer
/// has confirmed, and one that was mailed before ends.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApproveRegistration {
    /// The claim to approve.
    pub id: RegistrationId,
    /// The confirmed address.
    pub address: ApprovedAddress,
}

/// Rejects a claim.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RejectRegistration {
    /// The claim to reject.
    pub id: RegistrationId,
    /// Reason shown to the enterprise.
    pub reason: String,
}

/// Result of a decision on a claim.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ClaimDecided {
    /// The claim that was decided.
    pub id: RegistrationId,
    /// The present state.
    pub state: ClaimState,
}

/// A claim that an officer is about to decide.
struct Locked {
    claim: Claim,
    enterprise: Claimed,
    /// The state after the decision.
    to: ClaimState,
}

/// Loads and locks a claim that the actor may decide and whose state allows the step.
fn lock_claim(tx: &mut Tx, id: RegistrationId, step: ClaimStep) -> Result<Locked, Problem> {
    // First of all, so that nobody else learns whether there is such a claim.
    permit(&tx.actor)?;
    let enterprise = r::table.find(id).select(r::enterprise_id).first(&mut *tx.conn)?;
    let enterprise = lock_enterprise(tx, enterprise)?;
    if !sees(&tx.actor, &enterprise.region, &tx.catalogue) {
        return Err(Problem::not_found());
    }
    let claim = r::table.find(id).select(Claim::as_select()).for_update().first(&mut *tx.conn)?;
    let failed = claim.state == ClaimState::Mailed && outcome::has_failed(&mut tx.conn, claim.mail_id)?;
    let step = if failed && step == ClaimStep::Approve { ClaimStep::Readdress } else { step };
    let to = transition(claim.state, step)?;
    Ok(Locked { claim, enterprise, to })
}

/// Whether the actor may know of the claim of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let seen = enterprise::table.filter(visible_to(actor)).select(enterprise::id).into_boxed::<Pg>();
    let found = r::table.find(RegistrationId(id)).filter(r::enterprise_id.eq_any(seen));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Nobody has proved the address, so the mail greets nobody by the name that stands beside it.
fn nameless(address: String, claim: &Claim) -> Recipient {
    Recipient { address, name: String::new(), language: Language::from_tag(&claim.language) }
}

impl Command for ApproveRegistration {
    type Output = ClaimDecided;
    const NAME: &'static str = "approve_registration";

    fn run(&self, tx: &mut Tx) -> Result<ClaimDecided, Problem> {
        let Locked { claim, enterprise, to: state } = lock_claim(tx, self.id, ClaimStep::Approve)?;
        let mut fields = Fields::new();
        let typed = self.address.email.as_deref().filter(|email| !email.trim().is_empty());
        let address = fields.email("/email", typed.or(claim.contact_email.as_deref()).unwrap_or_default());
        fields.done()?;
        if of_enterprise(&mut tx.conn, claim.enterprise_id)?.is_some() {
            return Err(already_claimed());
        }
        let link = Link::new(tx)?;
        if self.address.resume {
            outbox::resume(tx, &address)?;
        }
        let mail = Mail::RegistrationApproved {
            enterprise: enterprise.name,
            asked: claim.created_at,
            link: link.address,
            valid_hours: link.hours,
        };
        let mail = outbox::enqueue(tx, &nameless(address.clone(), &claim), &mail)?;
        diesel::update(r::table.find(claim.id))
            .set((
                r::state.eq(state),
                r::mailed_to.eq(&address),
                r::mail_id.eq(mail),
                r::token_hash.eq(&link.hash),
                r::expires_at.eq(link.until),
                r::decided_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        // The claimant is told as well where the link goes to somebody else.
        let claimant = claim.contact_email.as_deref().filter(|email| !email.eq_ignore_ascii_case(&address));
        if let Some(claimant) = claimant {
            let mail = Mail::RegistrationApprovedElsewhere { asked: claim.created_at };
            outbox::enqueue(tx, &nameless(claimant.to_owned(), &claim), &mail)?;
        }
        let subject = Subject::new("enterprise_registration", self.id.0).in_region(&enterprise.region);
        let data = json!({ "other_address": typed.is_some(), "resumed": self.address.resume });
        tx.audit(Self::NAME, subject, data)?;
        Ok(ClaimDecided { id: self.id, state })
    }
}

impl Command for RejectRegistration {
    type Output = ClaimDecided;
    const NAME: &'static str = "reject_registration";

    fn run(&self, tx: &mut Tx) -> Result<ClaimDecided, Problem> {
        let Locked { claim, enterprise, to: state } = lock_claim(tx, self.id, ClaimStep::Reject)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        close(tx, claim.id, state, Some(&reason))?;
        if let Some(address) = claim.contact_email.clone() {
            let mail = Mail::RegistrationRejected { asked: claim.created_at, reason: reason.clone().into() };
            outbox::enqueue(tx, &nameless(address, &claim), &mail)?;
        }
        let subject = Subject::new("enterprise_registration", self.id.0).in_region(&enterprise.region);
        tx.audit(Self::NAME, subject, json!({ "reason": reason }))?;
        Ok(ClaimDecided { id: self.id, state })
    }
}

/// A claim in the officers' queue.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable)]
pub struct ClaimView {
    /// Id of the registration.
    pub id: RegistrationId,
    /// The enterprise that is claimed.
    pub enterprise_id: EnterpriseId,
    /// The name of the enterprise.
    pub enterprise_name: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// The name of the claimant, as that person wrote it.
    pub contact_name: String,
    /// The claimant's mail address.
    pub contact_email: Option<String>,
    /// The claimant's telephone.
    pub contact_phone: Option<String>,
    /// The network from which it came, by its first bits.
    pub network: String,
    /// The state of the claim.
    pub state: ClaimState,
    /// When the claim was made, UTC.
    pub created_at: DateTime<Utc>,
    /// How often the same was asked again while it waited.
    pub repeated: i32,
    /// When it was asked again last.
    pub last_asked_at: Option<DateTime<Utc>>,
    /// How the mail with its one-time link stands; none where none was written.
    #[diesel(deserialize_as = Option<MailId>)]
    #[schema(value_type = Option<MailOutcome>)]
    pub mail: LastMail,
    /// The telephone on record for the enterprise, which an officer calls; not the one that the claimant wrote.
    pub phone_on_record: Option<String>,
}

/// Where claims are searched: the enterprise, and the person who claims its account.
const CLAIMED: Columns = Columns {
    texts: &["enterprise.search_text", "(search_fold(enterprise_registration.contact_name) || E'\\n')"],
    readings: &[
        "enterprise.search_readings",
        "search_readings(search_name(enterprise_registration.contact_name))",
    ],
    code: false,
};

/// A page of claims of the caller's region, newest first, within the ranks of a search. Those whose mail did not arrive wait for an officer
/// as well: they are among those that are asked for by [`ClaimState::ToApprove`].
///
/// # Errors
/// 403 for anyone who is neither admin nor operator.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    state: Option<ClaimState>,
    q: Option<&str>,
    slice: Slice,
) -> Result<Page<ClaimView>, Problem> {
    permit(actor)?;
    let search = Search::new(q, CLAIMED);
    let load = |slice: Slice| -> QueryResult<Vec<ClaimView>> {
        let seen = enterprise::table.filter(visible_to(actor)).select(enterprise::id).into_boxed::<Pg>();
        let mut query =
            r::table.inner_join(enterprise::table).filter(r::enterprise_id.eq_any(seen)).into_boxed::<Pg>();
        match state {
            Some(ClaimState::ToApprove) => {
                let failed = r::state.eq(ClaimState::Mailed).and(r::mail_id.eq_any(outcome::failed()));
                query = query.filter(r::state.eq(ClaimState::ToApprove).nullable().or(failed));
            }
            Some(state) => query = query.filter(r::state.eq(state)),
            None => {}
        }
        if let Some(found) = search.rank(slice.rank) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(r::id.lt(RegistrationId(after)));
        }
        let columns = (
            r::id,
            r::enterprise_id,
            enterprise::name,
            enterprise::uscc,
            r::contact_name,
            r::contact_email,
            r::contact_phone,
            r::network,
            r::state,
            r::created_at,
            r::repeated,
            r::last_asked_at,
            r::mail_id,
            enterprise::contact_phone,
        );
        query.order(r::id.desc()).limit(slice.limit + 1).select(columns).load(conn)
    };
    let mut page = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    outcome::tell(conn, page.items.iter_mut().map(|row| &mut row.mail))?;
    for row in &mut page.items {
        row.network = coarse(&row.network);
    }
    Ok(page)
}
