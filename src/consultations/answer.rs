//! The expert answers an offer.

use crate::consultations::offers::{note_answer, pass_on};
use crate::consultations::policy::{Action, permit, sees, ties};
use crate::consultations::status::Step;
use crate::consultations::store::{Row, StepNote, announce, audit, join, lock, opener, recipient, step};
use crate::core::fields::Fields;
use crate::core::ids::ConsultationId;
use crate::core::{Problem, Text};
use crate::db::schema::{consultation, expert};
use crate::db::{Command, Tx};
use crate::notifications::{Mail, outbox};
use chrono::{DateTime, Utc};
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

impl Command for AcceptConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "accept_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut row = lock_for(tx, self.id, Action::Answer)?;
        let expert_id = row.expert_id;
        if row.offer_expires_at.is_some_and(|end| end <= tx.now) {
            return Err(Problem::conflict("offer_lapsed", Text::new("派单已超时", "the offer has lapsed")));
        }
        step(tx, &mut row, Step::Accept, StepNote { expert: expert_id, note: None })?;
        row.offer_expires_at = None;
        row.accepted_at = Some(tx.now);
        diesel::update(consultation::table.find(row.id))
            .set((
                consultation::status.eq(row.status),
                consultation::offer_expires_at.eq(None::<DateTime<Utc>>),
                consultation::accepted_at.eq(row.accepted_at),
                consultation::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        note_answer(tx, row.id, "accepted", None)?;
        if let Some(person) = tx.actor.person().cloned() {
            join(tx, row.id, person.account, "expert", true)?;
        }
        let name: Option<String> = match expert_id {
            Some(id) => Some(expert::table.find(id).select(expert::name).first(&mut *tx.conn)?),
            None => None,
        };
        if let (Some(to), Some(expert)) = (recipient(&opener(tx, &row)?), name) {
            let mail = Mail::ConsultationAccepted {
                expert,
                subject: row.subject.clone(),
                link: tx.link(&format!("/consultations/{}", row.id)),
            };
            outbox::enqueue(tx, &to, &mail)?;
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
        pass_on(tx, row)?;
        Ok(id)
    }
}
