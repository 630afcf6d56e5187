//! The expert answers an offer.

use crate::consultations::offers::{Round, note_answer, pass_on};
use crate::consultations::policy::{Action, permit, sees, ties};
use crate::consultations::status::Step;
use crate::consultations::store::{
    Row, StepNote, announce, audit, expert_name, join, link, lock, opener, recipient, step,
};
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, ConsultationId, ExpertId};
use crate::core::{Code, Problem, Text};
use crate::db::schema::{consultation, consultation_panel};
use crate::db::{Command, Tx};
use crate::notifications::{Mail, outbox};
use chrono::Duration;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Takes the consultation that is offered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AcceptConsultation {
    /// Which.
    pub id: ConsultationId,
}

/// Does not take the consultation that is offered; it goes to the next expert.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeclineConsultation {
    /// Which.
    pub id: ConsultationId,
    /// Why, if the expert likes to say.
    pub reason: Option<String>,
}

/// Loads and locks a consultation that the actor may see and do this with.
///
/// # Errors
/// 404 where the actor may not know of it, 403 where it may not do this.
pub fn lock_for(tx: &mut Tx, id: ConsultationId, action: Action) -> Result<Row, Problem> {
    let row = lock(tx, id)?;
    let ties = ties(&mut tx.conn, &row)?;
    if !sees(&tx.actor, &row, &ties, &tx.catalogue) {
        return Err(Problem::not_found());
    }
    permit(&tx.actor, action, &row)?;
    Ok(row)
}

/// Makes an expert, whose place is taken already, the one who holds the consultation from now on.
///
/// # Errors
/// When the database refuses.
pub fn hold(tx: &mut Tx, row: &mut Row, expert: ExpertId, account: AccountId) -> Result<(), Problem> {
    row.expert_id = Some(expert);
    row.offer_expires_at = None;
    row.answer_expected_at = None;
    row.accepted_at = Some(tx.now);
    row.answer_due_at = Some(tx.now + Duration::minutes(tx.settings.matching.first_answer_minutes.into()));
    // Whoever leads has no second seat.
    diesel::update(consultation_panel::table.find((row.id, expert)))
        .set(consultation_panel::seated.eq(false))
        .execute(&mut *tx.conn)?;
    diesel::update(consultation::table.find(row.id))
        .set((
            consultation::status.eq(row.status),
            consultation::expert_id.eq(row.expert_id),
            consultation::offer_expires_at.eq(row.offer_expires_at),
            consultation::accepted_at.eq(row.accepted_at),
            consultation::answer_due_at.eq(row.answer_due_at),
            consultation::answer_expected_at.eq(row.answer_expected_at),
            consultation::pinned.eq(row.pinned),
            consultation::updated_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    join(tx, row.id, account, "expert", true)
}

impl Command for AcceptConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "accept_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut row = lock_for(tx, self.id, Action::Answer)?;
        let expert_id = row.expert_id;
        if row.offer_expires_at.is_some_and(|end| end <= tx.now) {
            return Err(Problem::new(Code::OfferLapsed, Text::new("派单已超时", "the offer has lapsed")));
        }
        step(tx, &mut row, Step::Accept, StepNote { expert: expert_id, note: None })?;
        note_answer(tx, row.id, "accepted", None)?;
        if let (Some(person), Some(expert)) = (tx.actor.person().cloned(), expert_id) {
            hold(tx, &mut row, expert, person.account)?;
            let name = expert_name(tx, expert)?;
            if let Some(to) = recipient(&opener(tx, &row)?) {
                let link = link(tx, row.id);
                let mail = Mail::ConsultationAccepted { expert: name, subject: row.subject.clone(), link };
                outbox::enqueue(tx, &to, &mail)?;
            }
        }
        audit(tx, &row, Self::NAME, json!({ "expert": expert_id }))?;
        announce(tx, &row)?;
        Ok(row.id)
    }
}

impl Command for DeclineConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "decline_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut row = lock_for(tx, self.id, Action::Answer)?;
        let mut fields = Fields::new();
        let reason = fields.optional_text("/reason", self.reason.as_deref(), 1000);
        fields.done()?;
        let expert = row.expert_id;
        step(tx, &mut row, Step::Decline, StepNote { expert, note: reason.clone() })?;
        note_answer(tx, row.id, "declined", reason.as_deref())?;
        audit(tx, &row, Self::NAME, json!({ "expert": expert }))?;
        let id = row.id;
        pass_on(tx, row, Round::Same)?;
        Ok(id)
    }
}
