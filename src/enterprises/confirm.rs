//! Behind the one-time link of a claim: who asked and when; then the account is made with the name and the password that are chosen here,
//! or the claim is declined.

use crate::accounts::new_password::NewPassword;
use crate::accounts::one_time_link::invalid_link;
use crate::accounts::password_policy;
use crate::accounts::store::{NewAccount, already_claimed, create_account, of_enterprise};
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::hidden_characters::mark_hidden;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::secret::Token;
use crate::core::{Language, Problem};
use crate::db::schema::{enterprise, enterprise_registration as r};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::claim_state::{ClaimState, ClaimStep, transition};
use crate::enterprises::ids::RegistrationId;
use crate::enterprises::mails::Mail;
use crate::notifications::outbox::MailId;
use crate::notifications::{Recipient, outbox};
use crate::web::anonymous_calls::coarse;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;

/// The token of a one-time link.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkToken {
    /// The token of the link, as it stands in the fragment of its address.
    #[schema(value_type = String)]
    pub token: Token,
}

/// What the page behind a one-time link shows before anything is decided.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ClaimShown {
    /// The name of the enterprise.
    pub enterprise_name: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// Who claims it, as that person wrote it; hidden characters stand as `⟨U+202E⟩`.
    pub contact_name: String,
    /// A mail address that the person named.
    pub contact_email: Option<String>,
    /// A telephone number that the person named.
    pub contact_phone: Option<String>,
    /// The network from which it came, by its first bits.
    pub network: String,
    /// When the person asked, UTC.
    pub asked_at: DateTime<Utc>,
    /// Until when the link is good.
    pub expires_at: DateTime<Utc>,
    /// `mailed` while it can be confirmed or declined.
    pub state: ClaimState,
}

/// What is behind a link, for whoever has it.
///
/// # Errors
/// 422 where the link is not good.
pub fn show(conn: &mut PgConnection, token: &Token, now: DateTime<Utc>) -> Result<ClaimShown, Problem> {
    let (enterprise_name, uscc, claim): (String, String, Claim) = r::table
        .inner_join(enterprise::table)
        .filter(r::token_hash.eq(token.hash()))
        .filter(r::expires_at.gt(now))
        .filter(r::state.eq_any([ClaimState::Mailed, ClaimState::Superseded]))
        .select((enterprise::name, enterprise::uscc, Claim::as_select()))
        .first(conn)
        .optional()?
        .ok_or_else(invalid_link)?;
    Ok(ClaimShown {
        enterprise_name,
        uscc,
        contact_name: mark_hidden(&claim.contact_name).into_owned(),
        contact_email: claim.contact_email,
        contact_phone: claim.contact_phone.as_deref().map(|phone| mark_hidden(phone).into_owned()),
        network: coarse(&claim.network),
        asked_at: claim.created_at,
        expires_at: claim.expires_at,
        state: claim.state,
    })
}

/// Whether a link can be confirmed now. Nobody without one costs a hash.
///
/// # Errors
/// When the database can't be asked.
pub fn is_open(conn: &mut PgConnection, token: &Token, now: DateTime<Utc>) -> Result<bool, Problem> {
    let open = r::table
        .filter(r::token_hash.eq(token.hash()))
        .filter(r::expires_at.gt(now))
        .filter(r::state.eq(ClaimState::Mailed));
    Ok(open.count().get_result::<i64>(conn)? > 0)
}

/// Uses the one-time link: makes the account, with the name and the password that are chosen now.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmRegistration {
    /// The token of the link.
    #[schema(value_type = String)]
    pub token: Token,
    /// The name to log in with.
    pub username: String,
    /// The password, at least 10 characters.
    #[schema(value_type = String, format = Password)]
    pub password: NewPassword,
    /// The name shown to others; where none is given, that of the contact on record, else the enterprise's.
    #[serde(default)]
    pub name: Option<String>,
}

/// The account that was made.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AccountMade {
    /// Id of the account.
    pub id: AccountId,
    /// The name to log in with.
    pub username: String,
    /// The enterprise whose account it is.
    pub enterprise_id: EnterpriseId,
}

/// A claim's row.
#[derive(Queryable, Selectable)]
#[diesel(table_name = r, check_for_backend(Pg))]
pub(super) struct Claim {
    pub(super) id: RegistrationId,
    pub(super) enterprise_id: EnterpriseId,
    pub(super) contact_name: String,
    pub(super) contact_email: Option<String>,
    contact_phone: Option<String>,
    pub(super) language: String,
    pub(super) state: ClaimState,
    network: String,
    mailed_to: Option<String>,
    expires_at: DateTime<Utc>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) mail_id: Option<MailId>,
}

/// An enterprise whose claims are decided.
pub(super) struct Claimed {
    pub(super) name: String,
    pub(super) region: String,
    email: Option<String>,
    contact: Option<String>,
}

/// Locks an enterprise before its claims, as a new claim does.
pub(super) fn lock_enterprise(tx: &mut Tx, id: EnterpriseId) -> Result<Claimed, Problem> {
    let columns = (enterprise::name, enterprise::region, enterprise::contact_email, enterprise::contact_name);
    let (name, region, email, contact) =
        enterprise::table.find(id).select(columns).for_no_key_update().first(&mut *tx.conn)?;
    Ok(Claimed { name, region, email, contact })
}

/// Loads and locks the claim of a link that can be confirmed or declined.
fn lock_by_token(tx: &mut Tx, token: &Token) -> Result<(Claimed, Claim), Problem> {
    let hash = token.hash();
    let of_link = r::table.filter(r::token_hash.eq(&hash));
    let enterprise = of_link.select(r::enterprise_id).first(&mut *tx.conn).optional()?;
    let claimed = lock_enterprise(tx, enterprise.ok_or_else(invalid_link)?)?;
    let claim = of_link.select(Claim::as_select()).for_update().first(&mut *tx.conn).optional()?;
    let claim = claim.filter(|claim| claim.expires_at > tx.now).ok_or_else(invalid_link)?;
    match claim.state {
        ClaimState::Mailed => Ok((claimed, claim)),
        ClaimState::Superseded => Err(already_claimed()),
        _ => Err(invalid_link()),
    }
}

impl Command for ConfirmRegistration {
    type Output = AccountMade;
    const NAME: &'static str = "claim_account";

    fn run(&self, tx: &mut Tx) -> Result<AccountMade, Problem> {
        let (claimed, claim) = lock_by_token(tx, &self.token)?;
        if of_enterprise(&mut tx.conn, claim.enterprise_id)?.is_some() {
            return Err(already_claimed());
        }
        let mut fields = Fields::new();
        let username = fields.username("/username", &self.username);
        let name = fields.optional_text("/name", self.name.as_deref(), 100);
        let mut about = vec![username.clone()];
        about.extend(crate::accounts::store::enterprise_words(&mut tx.conn, claim.enterprise_id)?);
        // What the claimant wrote, what stands on record, and the mailbox that was proved.
        let told = [&name, &claim.mailed_to, &claim.contact_email, &claimed.email, &claimed.contact];
        about.extend(told.into_iter().flatten().cloned());
        about.extend([claim.contact_name.clone(), claim.contact_phone.clone().unwrap_or_default()]);
        password_policy::check(&mut fields, "/password", self.password.typed(), &about);
        fields.done()?;
        let state = transition(claim.state, ClaimStep::Confirm)?;
        // The address that was proved; claims of an older version did not note it.
        let email = claim.mailed_to.clone().or(claimed.email);
        // Never the one that the claimant wrote: people would be greeted by it.
        let name = name.or(claimed.contact).unwrap_or_else(|| claimed.name.clone());
        let language = Language::from_tag(&claim.language);
        let id = create_account(
            tx,
            NewAccount {
                username: &username,
                password_hash: self.password.ready()?,
                scope: Scope::Enterprise(claim.enterprise_id),
                name: &name,
                email: email.as_deref(),
                language,
                active: true,
            },
        )?;
        close(tx, claim.id, state, None)?;
        let ended = end_others(tx, claim.enterprise_id)?;
        if let Some(address) = email {
            let mail = Mail::AccountOpened { enterprise: claimed.name, at: tx.now, ended };
            outbox::enqueue(tx, &Recipient { address, name, language }, &mail)?;
        }
        let subject = Subject::new("account", id.0).in_region(&claimed.region);
        tx.audit(Self::NAME, subject, json!({ "enterprise": claim.enterprise_id, "claims_ended": ended }))?;
        Ok(AccountMade { id, username, enterprise_id: claim.enterprise_id })
    }
}

/// Ends the other open claims of an enterprise that has its account now, and says how many. Claimants who waited for an officer are told;
/// those whose links went to the mailbox on record have no address that anybody has proved.
fn end_others(tx: &mut Tx, enterprise: EnterpriseId) -> Result<u32, Problem> {
    let open = [ClaimState::Mailed, ClaimState::ToApprove];
    let others: Vec<Claim> = r::table
        .filter(r::enterprise_id.eq(enterprise))
        .filter(r::state.eq_any(open))
        .select(Claim::as_select())
        .order(r::id)
        .for_update()
        .load(&mut *tx.conn)?;
    let mut told = BTreeSet::new();
    for claim in &others {
        let state = transition(claim.state, ClaimStep::Supersede)?;
        // Its link stays known until it expires, so that its page can say what became of it.
        diesel::update(r::table.find(claim.id))
            .set((r::state.eq(state), r::decided_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        let waited = claim.state == ClaimState::ToApprove;
        if let Some(address) = claim.contact_email.clone().filter(|_| waited)
            && told.insert(address.to_lowercase())
        {
            let to =
                Recipient { address, name: String::new(), language: Language::from_tag(&claim.language) };
            outbox::enqueue(tx, &to, &Mail::RegistrationEnded { asked: claim.created_at })?;
        }
    }
    Ok(u32::try_from(others.len()).unwrap_or(u32::MAX))
}

/// Says that nobody who reads the mailbox made the claim. It ends, with all open ones of the same claimant, who causes no more mails.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineRegistration {
    /// The token of the link.
    #[schema(value_type = String)]
    pub token: Token,
}

/// What became of the claim.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ClaimDeclined {
    /// Always `declined`.
    pub state: ClaimState,
}

impl Command for DeclineRegistration {
    type Output = ClaimDeclined;
    const NAME: &'static str = "decline_registration";

    fn run(&self, tx: &mut Tx) -> Result<ClaimDeclined, Problem> {
        let (claimed, claim) = lock_by_token(tx, &self.token)?;
        let state = transition(claim.state, ClaimStep::Decline)?;
        let same: Vec<RegistrationId> = r::table
            .filter(r::enterprise_id.eq(claim.enterprise_id))
            .filter(r::state.eq(ClaimState::Mailed))
            .filter(r::network.eq(&claim.network))
            .filter(r::contact_name.eq(&claim.contact_name))
            .filter(r::contact_email.is_not_distinct_from(&claim.contact_email))
            .select(r::id)
            .load(&mut *tx.conn)?;
        for id in same {
            close(tx, id, state, None)?;
        }
        let subject = Subject::new("enterprise_registration", claim.id.0).in_region(&claimed.region);
        tx.audit(Self::NAME, subject, json!({ "enterprise": claim.enterprise_id }))?;
        Ok(ClaimDeclined { state })
    }
}

/// Ends a claim, with its link.
pub(super) fn close(
    tx: &mut Tx,
    id: RegistrationId,
    state: ClaimState,
    reason: Option<&str>,
) -> Result<(), Problem> {
    diesel::update(r::table.find(id))
        .set((
            r::state.eq(state),
            r::reason.eq(reason),
            r::token_hash.eq(None::<Vec<u8>>),
            r::decided_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}
