//! An admin decides who has a consultation: assigns, takes away, pins. Only in the admin's region, with
//! a reason, and within the hard rules.

use crate::consultations::changes::{Change, NewOffer, Round, StepNote};
use crate::consultations::consultation::{Consultation, Row};
use crate::consultations::contacts::{
    enterprise_name, enterprise_recipients, expert_name, expert_recipient, link,
};
use crate::consultations::mails::Mail;
use crate::consultations::needs::need;
use crate::consultations::offers::{excluded, first_answer, offer_or_wait};
use crate::consultations::policy::{Action, load_for};
use crate::consultations::status::{Status, Step};
use crate::consultations::store::{audit, save};
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::{Code, Problem, Text};
use crate::db::{Command, Tx};
use crate::matching::choice::{Choice, choose_this};
use crate::matching::model::rules::Exclusion;
use crate::notifications::outbox;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Gives a consultation to an expert, who holds it at once; or, without one, takes it from its expert
/// and has it matched again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AssignConsultation {
    /// The consultation.
    pub id: ConsultationId,
    /// The expert; none: the one whom matching finds.
    pub expert: Option<ExpertId>,
    /// The reason, kept in the history.
    pub reason: String,
    /// Whether the platform may not take it from this expert.
    pub pin: bool,
}

/// Pins a consultation to its expert, or unpins it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PinConsultation {
    /// The consultation.
    pub id: ConsultationId,
    /// Whether the platform may not take it from its expert.
    pub pinned: bool,
    /// The reason, kept in the history.
    pub reason: String,
}

impl Command for AssignConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "assign_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut c = load_for(tx, self.id, Action::Assign)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        let can_pin = self.expert.is_some() || !self.pin;
        fields.require(can_pin, "/pin", "须同时指定专家", "needs an expert to pin it to");
        let same = self.expert.is_some() && self.expert == c.expert_id && c.status == Status::Active;
        fields.require(!same, "/expert", "该专家正在承接本问诊", "has this consultation already");
        fields.done()?;
        let (from, before) = (c.expert_id, c.status);
        let step = if self.expert.is_some() { Step::Assign } else { Step::Withdraw };
        c.step(step, StepNote { expert: self.expert.or(from), note: Some(reason.clone()) })?;
        c.change(Change::Answer("withdrawn", Some(reason.clone())));
        c.release(Round::New, tx.now)?;
        // The former expert's place must be free before the next one is chosen.
        save(tx, &mut c)?;
        if let Some(from) = from.filter(|from| Some(*from) != self.expert) {
            mail_former(tx, &c, from, &reason)?;
        }
        let mut noted = json!({ "from": from, "to": self.expert, "pin": self.pin, "reason": reason });
        match self.expert {
            Some(to) => {
                let passed_over = self.give(tx, &mut c, to, &reason)?;
                if !passed_over.is_empty()
                    && let Some(noted) = noted.as_object_mut()
                {
                    noted.insert("passed_over".to_owned(), json!(passed_over));
                }
                audit(tx, &c, Self::NAME, noted)?;
                let held_before = from.filter(|_| before == Status::Active);
                mail_enterprise(tx, &c, to, held_before)?;
            }
            None => {
                audit(tx, &c, Self::NAME, noted)?;
                offer_or_wait(tx, &mut c, true)?;
            }
        }
        Ok(self.id)
    }
}

impl AssignConsultation {
    /// Gives it to the expert. Says which rules the order passed over.
    fn give(
        &self,
        tx: &mut Tx,
        c: &mut Consultation,
        to: ExpertId,
        reason: &str,
    ) -> Result<Vec<Exclusion>, Problem> {
        let need = need(tx, c)?;
        let choice = choose_this(tx, &need, to, true)?.map_err(|rule| excluded(&tx.actor, rule))?;
        c.pin(self.pin);
        let passed_over = choice.passed_over.clone();
        give_to(tx, c, choice, reason)?;
        Ok(passed_over)
    }
}

/// Gives a consultation to the expert who was chosen, who holds it at once without being asked, and is informed by mail.
///
/// # Errors
/// When the consultation can't be held now, or the database refuses.
pub fn give_to(tx: &mut Tx, c: &mut Consultation, choice: Choice, reason: &str) -> Result<(), Problem> {
    let to = choice.expert;
    c.hold(to, choice.account, tx.now, first_answer(tx))?;
    c.change(Change::Offer(Box::new(NewOffer::accepted(choice, tx.now))));
    c.announce();
    save(tx, c)?;
    if let Some(recipient) = expert_recipient(tx, to)? {
        let mail = Mail::ConsultationAssigned {
            subject: c.subject.clone(),
            enterprise: enterprise_name(tx, c)?,
            reason: reason.into(),
            link: link(tx, c.id),
        };
        outbox::enqueue(tx, &recipient, &mail)?;
    }
    Ok(())
}

/// Informs an expert by mail that the consultation is no longer theirs.
///
/// # Errors
/// When the database refuses.
pub fn mail_former(tx: &mut Tx, row: &Row, from: ExpertId, reason: &str) -> Result<(), Problem> {
    if let Some(to) = expert_recipient(tx, from)? {
        let subject = row.subject.clone();
        let mail = Mail::ConsultationWithdrawn { subject, silent: false, reason: reason.into() };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

/// Informs the enterprise by mail that another expert has its consultation.
///
/// # Errors
/// When the database refuses.
pub fn mail_enterprise(
    tx: &mut Tx,
    row: &Row,
    to: ExpertId,
    before: Option<ExpertId>,
) -> Result<(), Problem> {
    let (subject, link) = (row.subject.clone(), link(tx, row.id));
    for recipient in enterprise_recipients(tx, row)? {
        if let Some(before) = before {
            let mail = Mail::ConsultationReassigned {
                subject: subject.clone(),
                expert: expert_name(tx, before)?,
                silent: false,
                link: link.clone(),
            };
            outbox::enqueue(tx, &recipient, &mail)?;
        }
        let (subject, link) = (subject.clone(), link.clone());
        let mail = Mail::ConsultationAccepted { expert: expert_name(tx, to)?, subject, link };
        outbox::enqueue(tx, &recipient, &mail)?;
    }
    Ok(())
}

impl Command for PinConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "pin_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut c = load_for(tx, self.id, Action::Assign)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        if !matches!(c.status, Status::Offered | Status::Active) {
            return Err(Problem::new(
                Code::NoExpertToPin,
                Text::new("问诊当前没有专家，不能锁定", "the consultation has no expert to pin it to"),
            ));
        }
        c.pin(self.pinned);
        let event = if self.pinned { "pin" } else { "unpin" };
        let expert = c.expert_id;
        c.note(event, StepNote { expert, note: Some(reason.clone()) });
        save(tx, &mut c)?;
        audit(tx, &c, Self::NAME, json!({ "pinned": self.pinned, "reason": reason }))?;
        Ok(c.id)
    }
}
