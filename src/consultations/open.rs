//! An enterprise opens a consultation.

use crate::chat::Stream;
use crate::chat::message::{NewMessage, post};
use crate::chat::protocol::check_attachments;
use crate::chat::settings::ChatSettings;
use crate::consultations::changes::StepNote;
use crate::consultations::consultation::{Consultation, Row};
use crate::consultations::offers::offer_or_wait;
use crate::consultations::quota::permit_opening;
use crate::consultations::status::Status;
use crate::consultations::store::{audit, insert};
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, ConsultationId, EnterpriseId};
use crate::core::{Code, Problem, Text};
use crate::db::published::nonconformity;
use crate::db::{Command, Tx};
use crate::enterprises::ids::NonconformityId;
use crate::matching::search::SearchStep;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Opens a consultation, about one of the enterprise's nonconformities or about a product kind.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenConsultation {
    /// The nonconformity it is about.
    #[serde(default)]
    pub nonconformity: Option<NonconformityId>,
    /// Code or name of the product kind, where it is about no nonconformity.
    #[serde(default)]
    pub product_kind: Option<String>,
    /// One line, at most 200 characters.
    pub subject: String,
    /// The question, at most 8,000 characters.
    pub question: String,
    /// Whether the expert is wanted on site: then nearness counts for more.
    #[serde(default)]
    pub on_site: bool,
    /// Ids of photos and files that go with the question, as many as a message takes: they are the first message of the conversation.
    #[serde(default)]
    pub attachments: Vec<Uuid>,
}

impl Command for OpenConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "open_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let Some(person) = tx.actor.person().cloned() else { return Err(Problem::unauthenticated()) };
        let Scope::Enterprise(enterprise) = person.scope else { return Err(Problem::forbidden()) };
        self.open(tx, &InTheNameOf { enterprise, account: person.account, system: None })
    }
}

/// Whose consultation is opened.
#[derive(Debug, Clone)]
pub struct InTheNameOf {
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// The account of it that counts as having opened it.
    pub account: AccountId,
    /// The other system that opens it, in words, where it is not the enterprise itself.
    pub system: Option<String>,
}

impl OpenConsultation {
    /// Opens it for an enterprise, by the rules and within the limits of every opening.
    ///
    /// # Errors
    /// 422 for what is wrong with the fields, 429 beyond the limits, 409 where the nonconformity has an open consultation already.
    pub fn open(&self, tx: &mut Tx, whose: &InTheNameOf) -> Result<ConsultationId, Problem> {
        let enterprise_id = whose.enterprise;
        let mut fields = Fields::new();
        let subject = fields.text("/subject", &self.subject, 200);
        let question = fields.text("/question", &self.question, 8000);
        let kind = self.kind(tx, &mut fields, enterprise_id)?;
        let most = tx.settings.section::<ChatSettings>().attachments_per_message;
        let mut fault = |pointer: &str, zh: &'static str, en: &'static str| fields.fault(pointer, zh, en);
        let attachments = check_attachments(self.attachments.clone(), most, &mut fault);
        fields.done()?;
        permit_opening(tx, enterprise_id)?;

        let mut c = Consultation::new(Row {
            id: ConsultationId::new(),
            enterprise_id,
            nonconformity_id: self.nonconformity,
            product_kind: kind,
            subject,
            question,
            status: Status::Waiting,
            expert_id: None,
            offer_expires_at: None,
            accepted_at: None,
            concluded_at: None,
            conclusion: None,
            rating: None,
            rating_comment: None,
            rated_at: None,
            opened_by: whose.account,
            opened_at: tx.now,
            on_site: self.on_site,
            search_step: SearchStep::Exact,
            search_since: Some(tx.now),
            searched_at: None,
            tried_since: None,
            alarmed_at: None,
            pinned: false,
            reopened: 0,
            answer_due_at: None,
            information_asked_at: None,
            closed: None,
            answer_expected_at: None,
        });
        c.opened();
        if let Some(system) = &whose.system {
            c.note("opened_by_system", StepNote { expert: None, note: Some(system.clone()) });
        }
        if !insert(tx, &mut c)? {
            return Err(Problem::new(
                Code::ConsultationOpenAlready,
                Text::new(
                    "该不合格记录已有进行中的问诊",
                    "there is an open consultation about this nonconformity already",
                ),
            ));
        }
        audit(
            tx,
            &c,
            Self::NAME,
            json!({ "product_kind": c.product_kind, "nonconformity": c.nonconformity_id }),
        )?;
        if !attachments.is_empty() {
            let first = NewMessage {
                consultation: c.id,
                stream: Stream::Talk,
                sender: whose.account,
                client_id: Uuid::new_v4(),
                kind: "text",
                body: String::new(),
                attachments,
            };
            post(tx, first)?;
        }
        offer_or_wait(tx, &mut c, true)?;
        Ok(c.id)
    }

    /// The code of the product kind: the nonconformity's, or the one named.
    fn kind(&self, tx: &mut Tx, fields: &mut Fields, me: EnterpriseId) -> Result<String, Problem> {
        match (self.nonconformity, &self.product_kind) {
            (Some(id), None) => {
                let found: Option<String> = nonconformity::table
                    .filter(nonconformity::id.eq(id))
                    .filter(nonconformity::enterprise_id.eq(me))
                    .select(nonconformity::product_kind)
                    // Who withdraws the import of the record waits for this consultation, or it for them.
                    .for_share()
                    .first(&mut *tx.conn)
                    .optional()?;
                if found.is_none() {
                    fields.fault(
                        "/nonconformity",
                        "不是本企业的不合格记录",
                        "is not a nonconformity of your enterprise",
                    );
                }
                Ok(found.unwrap_or_default())
            }
            (None, Some(name)) => match tx.catalogue.products.kind(name) {
                Some(kind) => Ok(kind.code.clone()),
                None => {
                    fields.fault("/product_kind", "未知的产品种类", "is not a known product kind");
                    Ok(String::new())
                }
            },
            _ => {
                fields.fault(
                    "/nonconformity",
                    "须在 nonconformity 与 product_kind 中填写且仅填写一项",
                    "give either a nonconformity or a product_kind",
                );
                Ok(String::new())
            }
        }
    }
}
