//! Someone claims the account of an enterprise.
//!
//! Whether a credit code is on the list, or its enterprise has an account, can't be found out by trying: every claim that is well formed
//! gets the same answer after the same time. What differs goes by mail to the address on record, or, where there is none, to the officers'
//! queue. Claims stand beside each other: none ends another's link or uses up another's mails (`claim_limits`).

use crate::accounts::settings::AuthSettings;
use crate::accounts::store::of_enterprise;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::secret::{random_token, sha256};
use crate::core::{Language, Problem};
use crate::db::schema::{enterprise, enterprise_registration as r};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::admissions;
use crate::enterprises::claim_limits::{NewClaim, may_mail, may_wait};
use crate::enterprises::claim_state::ClaimState;
use crate::enterprises::ids::RegistrationId;
use crate::enterprises::mails::Mail;
use crate::enterprises::uscc::Uscc;
use crate::notifications::outbox::MailId;
use crate::notifications::{Recipient, outbox};
use crate::web::anonymous_calls::coarse;
use chrono::{DateTime, Duration, Utc};
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
    /// The person who claims the enterprise.
    pub contact: Contact,
    /// The language of mails; Chinese where none is named.
    #[serde(default)]
    pub language: Language,
    /// The network from which it comes. It is no part of the body.
    #[serde(skip)]
    pub network: String,
}

/// The person who claims an account.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The name of the person.
    pub name: String,
    /// A mail address. The one-time link does not go there but to the address on record.
    #[serde(default)]
    pub email: Option<String>,
    /// A telephone number.
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

/// Most mails a day that tell one mailbox of claims of an enterprise that has its account.
const MOST_ALREADY_CLAIMED: i64 = 3;

/// The enterprise that is claimed.
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
        let uscc = admissions::typed(&mut tx.conn, &self.uscc)?;
        if let Err(fault) = &uscc {
            let text = fault.text();
            fields.fault("/uscc", text.zh, text.en);
        }
        let name = fields.text("/contact/name", &self.contact.name, 100);
        let email = self.contact.email.as_deref().filter(|e| !e.trim().is_empty());
        let email = email.map(|e| fields.email("/contact/email", e));
        let phone = fields.phone("/contact/phone", self.contact.phone.as_deref());
        fields.done()?;
        let answer = ClaimReceived { id: RegistrationId::new(), state: "received".to_owned() };
        let Ok(uscc) = uscc else { return Ok(answer) };
        let Some(found) = find(tx, &uscc)? else { return Ok(answer) };

        let network = self.network.clone();
        let claim = NewClaim { enterprise: found.id, network, name, email, phone };
        let claimed = of_enterprise(&mut tx.conn, found.id)?.is_some();
        // To an address from which mails come back no link goes: an officer decides, as where none is on record.
        let paused = match &found.email {
            Some(address) => outbox::pause_reason(&mut tx.conn, address)?.is_some(),
            None => false,
        };
        let state = match (&found.email, claimed) {
            (Some(address), true) => {
                self.tell_owner(tx, &found, address)?;
                return Ok(answer);
            }
            (None, true) => return Ok(answer),
            (Some(address), false) if !paused && may_mail(tx, &claim, address)? => {
                self.mail_link(tx, answer.id, &claim, &found, address)?;
                ClaimState::Mailed
            }
            (None, false) if may_wait(tx, &claim)? => {
                self.store(tx, answer.id, &claim, None, None)?;
                ClaimState::ToApprove
            }
            (Some(address), false) if paused && may_wait(tx, &claim)? => {
                // It is written as refused, so that the officer reads why.
                let link = Link::new(tx)?;
                let mail = self.mail_of_link(tx, &found, address, &link)?;
                self.store(tx, answer.id, &claim, None, Some(mail))?;
                ClaimState::ToApprove
            }
            _ => return Ok(answer),
        };
        let subject = Subject::new("enterprise_registration", answer.id.0).in_region(&found.region);
        tx.audit(Self::NAME, subject, json!({ "enterprise": found.id, "state": state }))?;
        Ok(answer)
    }
}

impl RegisterEnterprise {
    /// To whom mails to the address on record go, by the name on record.
    fn on_record(&self, found: &Found, address: &str) -> Recipient {
        Recipient {
            address: address.to_owned(),
            name: found.contact.clone().unwrap_or_else(|| found.name.clone()),
            language: self.language,
        }
    }

    /// Tells an enterprise that has its account that someone claimed it.
    fn tell_owner(&self, tx: &mut Tx, found: &Found, address: &str) -> Result<(), Problem> {
        let since = tx.now - Duration::hours(24);
        if outbox::count_to(&mut tx.conn, address, &["already_claimed"], since)? < MOST_ALREADY_CLAIMED {
            let mail = Mail::AlreadyClaimed {
                enterprise: found.name.clone(),
                asked: tx.now,
                network: coarse(&self.network),
            };
            outbox::enqueue(tx, &self.on_record(found, address), &mail)?;
        }
        Ok(())
    }

    fn mail_link(
        &self,
        tx: &mut Tx,
        id: RegistrationId,
        claim: &NewClaim,
        found: &Found,
        address: &str,
    ) -> Result<(), Problem> {
        let link = Link::new(tx)?;
        let mail = self.mail_of_link(tx, found, address, &link)?;
        self.store(tx, id, claim, Some((&link, address)), Some(mail))
    }

    fn mail_of_link(
        &self,
        tx: &mut Tx,
        found: &Found,
        address: &str,
        link: &Link,
    ) -> Result<MailId, Problem> {
        let mail = Mail::RegistrationLink {
            enterprise: found.name.clone(),
            asked: tx.now,
            network: coarse(&self.network),
            link: link.address.clone(),
            valid_hours: link.hours,
        };
        outbox::enqueue(tx, &self.on_record(found, address), &mail)
    }

    fn store(
        &self,
        tx: &mut Tx,
        id: RegistrationId,
        claim: &NewClaim,
        mailed: Option<(&Link, &str)>,
        mail: Option<MailId>,
    ) -> Result<(), Problem> {
        let (link, address) = mailed.unzip();
        diesel::insert_into(r::table)
            .values((
                r::id.eq(id),
                r::enterprise_id.eq(claim.enterprise),
                r::contact_name.eq(&claim.name),
                r::contact_email.eq(&claim.email),
                r::contact_phone.eq(&claim.phone),
                r::language.eq(self.language.tag()),
                r::state.eq(if link.is_some() { ClaimState::Mailed } else { ClaimState::ToApprove }),
                r::network.eq(&claim.network),
                r::mailed_to.eq(address),
                r::mail_id.eq(mail),
                r::token_hash.eq(link.map(|link| &link.hash)),
                r::expires_at.eq(link.map_or(tx.now, |link| link.until)),
                r::created_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        Ok(())
    }
}

/// The one-time link of a claim.
pub(super) struct Link {
    /// Where it leads. The token is in the fragment: it reaches neither a server's log nor a proxy's.
    pub(super) address: String,
    /// The hash of the token.
    pub(super) hash: Vec<u8>,
    /// For how many hours it is good.
    pub(super) hours: u32,
    /// Until when that is.
    pub(super) until: DateTime<Utc>,
}

impl Link {
    /// A random link, good for as long as the settings say.
    pub(super) fn new(tx: &Tx) -> Result<Self, Problem> {
        let token = random_token()?;
        let hours = tx.settings.section::<AuthSettings>().registration_link_hours;
        Ok(Self {
            address: tx.link(&format!("/claim#token={token}")),
            hash: sha256(token.as_bytes()),
            hours,
            until: tx.now + Duration::hours(i64::from(hours)),
        })
    }
}

/// Finds and locks the enterprise: what is decided of its claims is decided one after another.
fn find(tx: &mut Tx, uscc: &Uscc) -> Result<Option<Found>, Problem> {
    let row = enterprise::table
        .filter(enterprise::uscc.eq(uscc.as_str()))
        .filter(enterprise::withdrawn_at.is_null())
        .select((
            enterprise::id,
            enterprise::name,
            enterprise::region,
            enterprise::contact_email,
            enterprise::contact_name,
        ))
        .for_no_key_update()
        .first::<(EnterpriseId, String, String, Option<String>, Option<String>)>(&mut *tx.conn)
        .optional()?;
    Ok(row.map(|(id, name, region, email, contact)| Found { id, name, region, email, contact }))
}
