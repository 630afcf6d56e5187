//! An expert accepts or declines an offer.

use crate::consultations::changes::{Change, Round, StepNote};
use crate::consultations::contacts::{enterprise_recipients, expert_name, link};
use crate::consultations::mails::Mail;
use crate::consultations::offers::{first_answer, pass_on};
use crate::consultations::policy::{Action, load_for};
use crate::consultations::status::Step;
use crate::consultations::store::{audit, save};
use crate::core::fields::Fields;
use crate::core::ids::ConsultationId;
use crate::core::{Code, Problem, Text};
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Accepts the consultation that is offered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AcceptConsultation {
    /// The consultation to accept.
    pub id: ConsultationId,
}

/// Declines the consultation that is offered; it goes to the next expert.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeclineConsultation {
    /// The consultation to decline.
    pub id: ConsultationId,
    /// The reason, if the expert gives one.
    pub reason: Option<String>,
}

impl Command for AcceptConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "accept_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut c = load_for(tx, self.id, Action::Answer)?;
        let expert_id = c.expert_id;
        if c.offer_expires_at.is_some_and(|end| end <= tx.now) {
            return Err(Problem::new(Code::OfferLapsed, Text::new("派单已超时", "the offer has lapsed")));
        }
        c.step(Step::Accept, StepNote { expert: expert_id, note: None })?;
        c.change(Change::Answer("accepted", None));
        if let (Some(person), Some(expert)) = (tx.actor.person().cloned(), expert_id) {
            c.hold(expert, person.account, tx.now, first_answer(tx))?;
            let name = expert_name(tx, expert)?;
            for to in enterprise_recipients(tx, &c)? {
                let (expert, link) = (name.clone(), link(tx, c.id));
                let mail = Mail::ConsultationAccepted { expert, subject: c.subject.clone(), link };
                outbox::enqueue(tx, &to, &mail)?;
            }
        }
        audit(tx, &c, Self::NAME, json!({ "expert": expert_id }))?;
        c.announce();
        save(tx, &mut c)?;
        Ok(c.id)
    }
}

impl Command for DeclineConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "decline_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut c = load_for(tx, self.id, Action::Answer)?;
        let mut fields = Fields::new();
        let reason = fields.optional_text("/reason", self.reason.as_deref(), 1000);
        fields.done()?;
        let expert = c.expert_id;
        c.step(Step::Decline, StepNote { expert, note: reason.clone() })?;
        c.change(Change::Answer("declined", reason));
        audit(tx, &c, Self::NAME, json!({ "expert": expert }))?;
        pass_on(tx, &mut c, Round::Same)?;
        Ok(c.id)
    }
}
