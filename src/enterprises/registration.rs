//! An enterprise claims its account.
//!
//! Whether a credit code is on the list can't be found out by trying: every claim that is well
//! formed gets the same answer, costs the same hash, and reserves no name. What differs goes by
//! mail to the address on record, or, where there is none, to the admins' queue.

use crate::accounts::NewPassword;
use crate::accounts::password_policy;
use crate::accounts::settings::AuthSettings;
use crate::accounts::store::{NewAccount, create_account, of_enterprise};
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::secret::{Token, random_token, sha256};
use crate::core::{Language, Problem, Text};
use crate::db::schema::{enterprise, enterprise_registration};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::claim_state::{ClaimState, ClaimStep, transition};
use crate::enterprises::ids::RegistrationId;
use crate::enterprises::mails::Mail;
use crate::enterprises::uscc::Uscc;
use crate::notifications::{Recipient, outbox};
use chrono::{DateTime, Duration, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Claims the account of an enterprise on the zero-out list.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterEnterprise {
    /// The unified social credit code.
    #[schema(example = "91440101MA5CXXXX0X")]
    pub uscc: String,
    /// The name to log in with.
    pub username: String,
    /// The password, 10 to 128 characters.
    #[schema(value_type = String, format = Password)]
    pub password: NewPassword,
    /// Who claims it.
    pub contact: Contact,
    /// The language of mails; Chinese where none is named.
    #[serde(default)]
    pub language: Language,
}

/// The person who claims an account.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The name.
    pub name: String,
    /// A mail address. The one-time link does not go there but to the address on record.
    #[serde(default)]
    pub email: Option<String>,
    /// Telephone.
    #[serde(default)]
    pub phone: Option<String>,
}

/// The answer to every claim, whether or not the enterprise is on the list.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ClaimReceived {
    /// An id to name the claim by.
    pub id: RegistrationId,
    /// Always `received`.
    pub state: String,
}

/// The mails that a claim sends to the address on record.
const CLAIM_MAILS: [&str; 2] = ["registration_link", "already_claimed"];
/// Most of them to one address in a day.
const MOST_CLAIM_MAILS: i64 = 10;

struct Found {
    id: EnterpriseId,
    name: String,
    region: String,
    email: Option<String>,
    contact: Option<String>,
}

impl Command for RegisterEnterprise {
    type Output = ClaimReceived;
    const NAME: &'static str = "register_enterprise";

    fn run(&self, tx: &mut Tx) -> Result<ClaimReceived, Problem> {
        let mut fields = Fields::new();
        let uscc = Uscc::parse(&self.uscc);
        if let Err(fault) = &uscc {
            let text = fault.text();
            fields.fault("/uscc", text.zh, text.en);
        }
        let username = fields.username("/username", &self.username);
        let contact = &self.contact;
        let about = [Some(&username), Some(&contact.name), contact.email.as_ref(), contact.phone.as_ref()];
        let about: Vec<&str> = about.into_iter().flatten().map(String::as_str).collect();
        password_policy::check(&mut fields, "/password", self.password.typed(), &about);
        let name = fields.text("/contact/name", &self.contact.name, 100);
        let email = self.contact.email.as_deref().filter(|e| !e.trim().is_empty());
        let email = email.map(|e| fields.email("/contact/email", e));
        let phone = fields.optional_text("/contact/phone", self.contact.phone.as_deref(), 30);
        fields.done()?;
        let password_hash = self.password.ready()?;
        let answer = ClaimReceived { id: RegistrationId::new(), state: "received".to_owned() };
        let Ok(uscc) = uscc else { return Ok(answer) };
        let Some(found) = find(tx, &uscc)? else { return Ok(answer) };

        if let Some(address) = &found.email {
            // Claims must not flood a mailbox; the answer is the same.
            let since = tx.now - Duration::hours(24);
            if outbox::count_to(&mut tx.conn, address, &CLAIM_MAILS, since)? >= MOST_CLAIM_MAILS {
                return Ok(answer);
            }
        }
        if of_enterprise(&mut tx.conn, found.id)?.is_some() {
            if let Some(address) = &found.email {
                let to = self.on_record(&found, address);
                outbox::enqueue(tx, &to, &Mail::AlreadyClaimed { enterprise: found.name.clone() })?;
            }
            return Ok(answer);
        }
        // A newer claim ends the links of the older ones.
        let superseded = transition(ClaimState::Mailed, ClaimStep::Supersede)?;
        diesel::update(
            enterprise_registration::table
                .filter(enterprise_registration::enterprise_id.eq(found.id))
                .filter(enterprise_registration::state.eq(ClaimState::Mailed)),
        )
        .set((
            enterprise_registration::state.eq(superseded),
            enterprise_registration::token_hash.eq(None::<Vec<u8>>),
            enterprise_registration::decided_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
        let token = random_token()?;
        let hours = tx.settings.section::<AuthSettings>().registration_link_hours;
        let (state, token_hash) = match found.email {
            Some(_) => (ClaimState::Mailed, Some(sha256(token.as_bytes()))),
            None => (ClaimState::ToApprove, None),
        };
        diesel::insert_into(enterprise_registration::table)
            .values((
                enterprise_registration::id.eq(answer.id),
                enterprise_registration::enterprise_id.eq(found.id),
                enterprise_registration::username.eq(&username),
                enterprise_registration::password_hash.eq(password_hash),
                enterprise_registration::contact_name.eq(&name),
                enterprise_registration::contact_email.eq(email),
                enterprise_registration::contact_phone.eq(phone),
                enterprise_registration::language.eq(self.language.tag()),
                enterprise_registration::state.eq(state),
                enterprise_registration::token_hash.eq(token_hash),
                enterprise_registration::expires_at.eq(tx.now + Duration::hours(i64::from(hours))),
                enterprise_registration::created_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        if let Some(address) = &found.email {
            // In the fragment: it reaches neither a server's log nor a proxy's.
            let mail = Mail::RegistrationLink {
                enterprise: found.name.clone(),
                link: tx.link(&format!("/claim#token={token}")),
                valid_hours: hours,
            };
            outbox::enqueue(tx, &self.on_record(&found, address), &mail)?;
        }
        let subject = Subject::new("enterprise_registration", answer.id.0).in_region(&found.region);
        tx.audit(Self::NAME, subject, json!({ "enterprise": found.id, "state": state }))?;
        Ok(answer)
    }
}

impl RegisterEnterprise {
    fn on_record(&self, found: &Found, address: &str) -> Recipient {
        Recipient {
            address: address.to_owned(),
            name: found.contact.clone().unwrap_or_else(|| found.name.clone()),
            language: self.language,
        }
    }
}

fn find(tx: &mut Tx, uscc: &Uscc) -> Result<Option<Found>, Problem> {
    let row = enterprise::table
        .filter(enterprise::uscc.eq(uscc.as_str()))
        .select((
            enterprise::id,
            enterprise::name,
            enterprise::region,
            enterprise::contact_email,
            enterprise::contact_name,
        ))
        .for_update()
        .first::<(EnterpriseId, String, String, Option<String>, Option<String>)>(&mut *tx.conn)
        .optional()?;
    Ok(row.map(|(id, name, region, email, contact)| Found { id, name, region, email, contact }))
}

/// Uses the one-time link.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmRegistration {
    /// The token of the link.
    #[schema(value_type = String)]
    pub token: Token,
    /// Another name to log in with, where the first one is taken by now.
    #[serde(default)]
    pub username: Option<String>,
}

/// The account that was made.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AccountMade {
    /// Its id.
    pub id: AccountId,
    /// The name to log in with.
    pub username: String,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
}

/// A claim's row.
#[derive(Queryable, Selectable)]
#[diesel(table_name = enterprise_registration, check_for_backend(Pg))]
pub(super) struct Claim {
    pub(super) id: RegistrationId,
    pub(super) enterprise_id: EnterpriseId,
    pub(super) username: String,
    password_hash: String,
    pub(super) contact_name: String,
    pub(super) contact_email: Option<String>,
    pub(super) language: String,
    pub(super) state: ClaimState,
    expires_at: DateTime<Utc>,
}

impl Command for ConfirmRegistration {
    type Output = AccountMade;
    const NAME: &'static str = "claim_account";

    fn run(&self, tx: &mut Tx) -> Result<AccountMade, Problem> {
        let claim = enterprise_registration::table
            .filter(enterprise_registration::token_hash.eq(self.token.hash()))
            .select(Claim::as_select())
            .for_update()
            .first(&mut *tx.conn)
            .optional()?
            .filter(|claim| claim.expires_at > tx.now);
        let confirmed =
            claim.and_then(|claim| Some((transition(claim.state, ClaimStep::Confirm).ok()?, claim)));
        let Some((state, claim)) = confirmed else {
            return Err(Problem::field(
                "/token",
                Text::new("链接无效、已使用或已过期", "the link is not valid, was used or has expired"),
            ));
        };
        let username = match &self.username {
            Some(other) => {
                let mut fields = Fields::new();
                let name = fields.username("/username", other);
                fields.done()?;
                name
            }
            None => claim.username.clone(),
        };
        let (email, region): (Option<String>, String) = enterprise::table
            .find(claim.enterprise_id)
            .select((enterprise::contact_email, enterprise::region))
            .first(&mut *tx.conn)?;
        make_account(tx, claim, state, username, email, &region)
    }
}

/// Makes the account of a claim and closes the claim, which comes to `state`. The account is audited by one word, whether the claim was
/// confirmed by its link or approved by an admin.
pub(super) fn make_account(
    tx: &mut Tx,
    claim: Claim,
    state: ClaimState,
    username: String,
    email: Option<String>,
    region: &str,
) -> Result<AccountMade, Problem> {
    let id = create_account(
        tx,
        NewAccount {
            username: &username,
            password_hash: &claim.password_hash,
            scope: Scope::Enterprise(claim.enterprise_id),
            name: &claim.contact_name,
            email: email.as_deref(),
            language: Language::from_tag(&claim.language),
            active: true,
        },
    )?;
    close(tx, claim.id, state, None)?;
    let subject = Subject::new("account", id.0).in_region(region);
    tx.audit(ConfirmRegistration::NAME, subject, json!({ "enterprise": claim.enterprise_id }))?;
    Ok(AccountMade { id, username, enterprise_id: claim.enterprise_id })
}

/// Ends a claim.
pub(super) fn close(
    tx: &mut Tx,
    id: RegistrationId,
    state: ClaimState,
    reason: Option<&str>,
) -> Result<(), Problem> {
    // The hash of the password is not needed any more.
    diesel::update(enterprise_registration::table.find(id))
        .set((
            enterprise_registration::state.eq(state),
            enterprise_registration::reason.eq(reason),
            enterprise_registration::token_hash.eq(None::<Vec<u8>>),
            enterprise_registration::password_hash.eq(""),
            enterprise_registration::decided_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}
