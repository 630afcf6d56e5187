//! An officer corrects how an enterprise is reached: its contact and its address. A list that is imported later and names them again
//! overwrites them, as it does what an earlier list said.

use crate::core::Problem;
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::db::schema::enterprise;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::policy::sees;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What is corrected. What is not named stays; an empty text removes it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactCorrection {
    /// Whom to ask for, at most 100 characters.
    #[serde(default)]
    pub contact_name: Option<String>,
    /// The telephone number.
    #[serde(default)]
    pub contact_phone: Option<String>,
    /// The mail address.
    #[serde(default)]
    pub contact_email: Option<String>,
    /// The address, at most 200 characters.
    #[serde(default)]
    pub address: Option<String>,
    /// Why, or where it is known from, at most 500 characters.
    pub reason: String,
}

/// Corrects contact and address of an enterprise; by an officer of its region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CorrectContact {
    /// The enterprise.
    pub id: EnterpriseId,
    /// What is corrected.
    pub correction: ContactCorrection,
}

/// How an enterprise is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EnterpriseContact)]
pub struct Contact {
    /// Name of the person to ask for.
    pub contact_name: Option<String>,
    /// The telephone number.
    pub contact_phone: Option<String>,
    /// The mail address.
    pub contact_email: Option<String>,
    /// The address.
    pub address: Option<String>,
}

type Row = (String, Option<String>, Option<String>, Option<String>, Option<String>);

/// A text in place of another one: the other where none is named, none where it is empty.
fn instead(
    named: Option<&String>,
    known: Option<String>,
    read: impl FnOnce(&str) -> Option<String>,
) -> Option<String> {
    match named.map(|text| text.trim()) {
        None => known,
        Some("") => None,
        Some(text) => read(text),
    }
}

impl Command for CorrectContact {
    type Output = Contact;
    const NAME: &'static str = "correct_contact";

    fn run(&self, tx: &mut Tx) -> Result<Contact, Problem> {
        if !matches!(tx.actor.scope(), Some(Scope::Admin(_))) {
            return Err(Problem::forbidden());
        }
        use enterprise as e;
        let (region, name, phone, email, address): Row = e::table
            .find(self.id)
            .filter(e::withdrawn_at.is_null())
            .select((e::region, e::contact_name, e::contact_phone, e::contact_email, e::address))
            .for_no_key_update()
            .first(&mut *tx.conn)?;
        if !sees(&tx.actor, &region, &tx.catalogue) {
            return Err(Problem::not_found());
        }
        let before = Contact { contact_name: name, contact_phone: phone, contact_email: email, address };
        let (mut fields, new) = (Fields::new(), &self.correction);
        let known = before.clone();
        let after = Contact {
            contact_name: instead(new.contact_name.as_ref(), known.contact_name, |text| {
                Some(fields.text("/contact_name", text, 100))
            }),
            contact_phone: instead(new.contact_phone.as_ref(), known.contact_phone, |text| {
                fields.phone("/contact_phone", Some(text))
            }),
            contact_email: instead(new.contact_email.as_ref(), known.contact_email, |text| {
                Some(fields.email("/contact_email", text))
            }),
            address: instead(new.address.as_ref(), known.address, |text| {
                Some(fields.text("/address", text, 200))
            }),
        };
        let reason = fields.text("/reason", &new.reason, 500);
        fields.done()?;
        let mut changed = Vec::new();
        let mut note = |what: &'static str, differs: bool| changed.extend(differs.then_some(what));
        note("contact_name", after.contact_name != before.contact_name);
        note("phone", after.contact_phone != before.contact_phone);
        note("email", after.contact_email != before.contact_email);
        note("enterprise_address", after.address != before.address);
        if changed.is_empty() {
            return Ok(after);
        }
        diesel::update(e::table.find(self.id))
            .set((
                e::contact_name.eq(&after.contact_name),
                e::contact_phone.eq(&after.contact_phone),
                e::contact_email.eq(&after.contact_email),
                e::address.eq(&after.address),
                e::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("enterprise", self.id.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "changed": changed, "reason": reason }))?;
        Ok(after)
    }
}
