//! The expert hands a consultation on.

use crate::consultations::answer::lock_for;
use crate::consultations::offers::{Round, offer_to, pass_on, release};
use crate::consultations::policy::Action;
use crate::consultations::status::Step;
use crate::consultations::store::{Row, StepNote, audit, step};
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::db::{Command, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Hands a consultation on: to a named colleague, or to whom matching finds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TransferConsultation {
    /// Which.
    pub id: ConsultationId,
    /// To whom.
    pub expert: Option<ExpertId>,
    /// Why.
    pub reason: String,
}

impl Command for TransferConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "transfer_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut row = lock_for(tx, self.id, Action::Lead)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        let from = row.expert_id;
        step(tx, &mut row, Step::Transfer, StepNote { expert: from, note: Some(reason) })?;
        audit(tx, &row, Self::NAME, json!({ "from": from, "to": self.expert }))?;
        match self.expert {
            None => pass_on(tx, row, Round::New)?,
            Some(to) => hand_to(tx, row, to)?,
        }
        Ok(self.id)
    }
}

fn hand_to(tx: &mut Tx, mut row: Row, to: ExpertId) -> Result<(), Problem> {
    release(tx, &mut row, Round::New)?;
    offer_to(tx, row, to)
}
