//! An admin decides who has a consultation: assigns, takes away, pins. Only in the admin's region, with
//! a reason, and within the hard rules.

use crate::accounts::store::of_expert;
use crate::consultations::answer::{hold, lock_for};
use crate::consultations::offers::{Round, excluded, note_answer, note_offer, offer_or_wait, release};
use crate::consultations::policy::Action;
use crate::consultations::status::{Status, Step};
use crate::consultations::store::{
    Row, StepNote, announce, audit, enterprise_name, expert_name, history, link, opener, recipient, step,
};
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::{Code, Problem, Text};
use crate::db::schema::consultation;
use crate::db::{Command, Tx};
use crate::matching::choose_this;
use crate::notifications::{Mail, outbox};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Gives a consultation to an expert, who holds it at once; or, without one, takes it from its expert
/// and has it matched anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AssignConsultation {
    /// Which.
    pub id: ConsultationId,
    /// To whom; none: to whom matching finds.
    pub expert: Option<ExpertId>,
    /// Why.
    pub reason: String,
    /// Whether the platform shall leave it with this expert.
    pub pin: bool,
}

/// Pins a consultation to its expert, or unpins it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PinConsultation {
    /// Which.
    pub id: ConsultationId,
    /// Whether the platform shall leave it with its expert.
    pub pinned: bool,
    /// Why.
    pub reason: String,
}

impl Command for AssignConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "assign_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut row = lock_for(tx, self.id, Action::Assign)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        let can_pin = self.expert.is_some() || !self.pin;
        fields.require(can_pin, "/pin", "须同时指定专家", "needs an expert to pin it to");
        let same = self.expert.is_some() && self.expert == row.expert_id && row.status == Status::Active;
        fields.require(!same, "/expert", "该专家正在承接本问诊", "has this consultation already");
        fields.done()?;
        let (from, before) = (row.expert_id, row.status);
        let way = if self.expert.is_some() { Step::Assign } else { Step::Withdraw };
        step(tx, &mut row, way, StepNote { expert: self.expert.or(from), note: Some(reason.clone()) })?;
        audit(
            tx,
            &row,
            Self::NAME,
            json!({ "from": from, "to": self.expert, "pin": self.pin, "reason": reason }),
        )?;
        note_answer(tx, row.id, "withdrawn", Some(&reason))?;
        release(tx, &mut row, Round::New)?;
        if let Some(from) = from.filter(|from| Some(*from) != self.expert) {
            tell_former(tx, &row, from, &reason)?;
        }
        match self.expert {
            Some(to) => {
                self.give(tx, &mut row, to, &reason)?;
                let held_before = from.filter(|_| before == Status::Active);
                tell_enterprise(tx, &row, to, held_before)?;
                announce(tx, &row)?;
            }
            None => {
                offer_or_wait(tx, row, true)?;
            }
        }
        Ok(self.id)
    }
}

impl AssignConsultation {
    fn give(&self, tx: &mut Tx, row: &mut Row, to: ExpertId, reason: &str) -> Result<(), Problem> {
        let choice = choose_this(tx, row.id, to, true)?.map_err(excluded)?;
        row.pinned = self.pin;
        hold(tx, row, to, choice.account)?;
        note_offer(tx, row.id, &choice, tx.now, None, Some("accepted"))?;
        if let Some(recipient) = of_expert(&mut tx.conn, to)?.as_ref().and_then(recipient) {
            let mail = Mail::ConsultationAssigned {
                subject: row.subject.clone(),
                enterprise: enterprise_name(tx, row)?,
                reason: reason.into(),
                link: link(tx, row.id),
            };
            outbox::enqueue(tx, &recipient, &mail)?;
        }
        Ok(())
    }
}

/// Tells an expert that the consultation is no longer theirs.
///
/// # Errors
/// When the database refuses.
pub fn tell_former(tx: &mut Tx, row: &Row, from: ExpertId, reason: &str) -> Result<(), Problem> {
    if let Some(to) = of_expert(&mut tx.conn, from)?.as_ref().and_then(recipient) {
        let subject = row.subject.clone();
        let mail = Mail::ConsultationWithdrawn { subject, silent: false, reason: reason.into() };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

fn tell_enterprise(tx: &mut Tx, row: &Row, to: ExpertId, before: Option<ExpertId>) -> Result<(), Problem> {
    let Some(recipient) = recipient(&opener(tx, row)?) else { return Ok(()) };
    let (subject, link) = (row.subject.clone(), link(tx, row.id));
    if let Some(before) = before {
        let expert = expert_name(tx, before)?;
        let mail = Mail::ConsultationReassigned {
            subject: subject.clone(),
            expert,
            silent: false,
            link: link.clone(),
        };
        outbox::enqueue(tx, &recipient, &mail)?;
    }
    let mail = Mail::ConsultationAccepted { expert: expert_name(tx, to)?, subject, link };
    outbox::enqueue(tx, &recipient, &mail).map(drop)
}

impl Command for PinConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "pin_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let row = lock_for(tx, self.id, Action::Assign)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        if !matches!(row.status, Status::Offered | Status::Active) {
            return Err(Problem::new(
                Code::NoExpertToPin,
                Text::new("问诊当前没有专家,不能固定", "the consultation has no expert to pin it to"),
            ));
        }
        diesel::update(consultation::table.find(row.id))
            .set((consultation::pinned.eq(self.pinned), consultation::updated_at.eq(tx.now)))
            .execute(&mut *tx.conn)?;
        let event = if self.pinned { "pin" } else { "unpin" };
        let note = StepNote { expert: row.expert_id, note: Some(reason.clone()) };
        history(tx, &row, event, Some(row.status), note)?;
        audit(tx, &row, Self::NAME, json!({ "pinned": self.pinned, "reason": reason }))?;
        Ok(row.id)
    }
}
