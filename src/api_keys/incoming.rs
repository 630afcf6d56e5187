//! Consultations that other systems open in the name of enterprises.

use crate::accounts::people::enterprise_recipients_for;
use crate::accounts::store::of_enterprise;
use crate::accounts::topics::Topic;
use crate::api_keys::ids::ApiKeyId;
use crate::api_keys::mails::Mail;
use crate::consultations::open::{InTheNameOf, OpenConsultation};
use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, EnterpriseId};
use crate::core::secret::sha256;
use crate::core::{Code, Problem, Text};
use crate::db::count_lock::{self, Counted};
use crate::db::published::enterprise;
use crate::db::schema::{incoming_consultation, region_scope};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::ids::NonconformityId;
use crate::notifications::outbox;
use diesel::dsl::exists;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// The most characters of a reference.
const MAX_REFERENCE: usize = 200;
/// The most characters of a contact.
const MAX_CONTACT: usize = 200;

/// A consultation as another system asks for it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Incoming {
    /// The reference under which the system knows it, at most 200 characters: a call with one that was used gives the consultation that
    /// the first call opened.
    pub reference: String,
    /// Unified social credit code of the enterprise.
    #[schema(example = "9144030071526726XG")]
    pub uscc: String,
    /// One line, at most 200 characters.
    pub subject: String,
    /// The question, at most 8,000 characters.
    pub question: String,
    /// Code or name of the product kind, where it is about no nonconformity.
    #[serde(default)]
    pub product_kind: Option<String>,
    /// The nonconformity it is about.
    #[serde(default)]
    pub nonconformity: Option<NonconformityId>,
    /// Whom to ask about it, in words, at most 200 characters. Whoever takes part sees it.
    #[serde(default)]
    pub contact: Option<String>,
}

/// Opens a consultation for another system.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenIncoming {
    /// What is asked for.
    pub incoming: Incoming,
}

/// What was opened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Opened {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Whether an earlier call opened it.
    pub repeated: bool,
}

/// The enterprise of a code, where it is in the actor's region.
///
/// # Errors
/// When the database can't be asked.
pub fn enterprise_of(
    conn: &mut PgConnection,
    actor: &Actor,
    uscc: &str,
) -> QueryResult<Option<EnterpriseId>> {
    let Some(Scope::Admin(scope)) = actor.scope() else { return Ok(None) };
    enterprise::table
        .filter(enterprise::uscc.eq(uscc.trim().to_uppercase()))
        .filter(enterprise::withdrawn_at.is_null())
        .filter(exists(
            region_scope::table
                .filter(region_scope::scope.eq(scope.clone()))
                .filter(region_scope::region.eq(enterprise::region)),
        ))
        .select(enterprise::id)
        .first(conn)
        .optional()
}

impl Command for OpenIncoming {
    type Output = Opened;
    const NAME: &'static str = "open_incoming_consultation";

    fn run(&self, tx: &mut Tx) -> Result<Opened, Problem> {
        let Some(Scope::Admin(region)) = tx.actor.scope().cloned() else { return Err(Problem::forbidden()) };
        let key = tx.actor.key().cloned().ok_or_else(Problem::forbidden)?;
        let mut fields = Fields::new();
        let reference = fields.text("/reference", &self.incoming.reference, MAX_REFERENCE);
        let contact = fields.optional_text("/contact", self.incoming.contact.as_deref(), MAX_CONTACT);
        fields.done()?;
        // Of two calls with one reference the second waits for the first.
        let turn = sha256(format!("{region}\n{}\n{reference}", key.name).as_bytes());
        let turn = turn.first_chunk::<16>().map_or(Uuid::nil(), |bytes| Uuid::from_bytes(*bytes));
        count_lock::wait(&mut tx.conn, Counted::Incoming, turn)?;
        let known: Option<ConsultationId> = incoming_consultation::table
            .find((&region, &key.name, &reference))
            .select(incoming_consultation::consultation_id)
            .first(&mut *tx.conn)
            .optional()?;
        if let Some(consultation) = known {
            return Ok(Opened { consultation, repeated: true });
        }
        let actor = tx.actor.clone();
        let enterprise =
            enterprise_of(&mut tx.conn, &actor, &self.incoming.uscc)?.ok_or_else(Problem::not_found)?;
        let account = of_enterprise(&mut tx.conn, enterprise)?.ok_or_else(unclaimed)?;
        let opening = OpenConsultation {
            nonconformity: self.incoming.nonconformity,
            product_kind: self.incoming.product_kind.clone(),
            subject: self.incoming.subject.clone(),
            question: self.incoming.question.clone(),
            on_site: false,
            attachments: Vec::new(),
        };
        let by = match &contact {
            Some(contact) => format!("{}（{reference}），{contact}", key.name),
            None => format!("{}（{reference}）", key.name),
        };
        let consultation =
            opening.open(tx, &InTheNameOf { enterprise, account: account.id, system: Some(by) })?;
        diesel::insert_into(incoming_consultation::table)
            .values((
                incoming_consultation::region.eq(&region),
                incoming_consultation::system.eq(&key.name),
                incoming_consultation::reference.eq(&reference),
                incoming_consultation::consultation_id.eq(consultation),
                incoming_consultation::api_key_id.eq(ApiKeyId(key.id)),
                incoming_consultation::created_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        for to in enterprise_recipients_for(&mut tx.conn, enterprise, Topic::Consultations)? {
            let mail = Mail::ConsultationOpenedFor {
                system: key.name.clone(),
                subject: self.incoming.subject.trim().to_owned(),
                link: tx.link(&format!("/consultations/{consultation}")),
            };
            outbox::enqueue(tx, &to, &mail)?;
        }
        let subject = Subject::new("consultation", consultation.0).in_region(&region);
        tx.audit(Self::NAME, subject, json!({ "document": reference }))?;
        Ok(Opened { consultation, repeated: false })
    }
}

/// 409: nobody of the enterprise could read it.
fn unclaimed() -> Problem {
    Problem::new(
        Code::EnterpriseUnclaimed,
        Text::new("该企业尚未认领平台账号", "the enterprise has not claimed its account on the platform"),
    )
}
