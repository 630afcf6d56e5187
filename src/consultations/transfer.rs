//! The expert hands a consultation on.

use crate::consultations::changes::{Round, StepNote};
use crate::consultations::offers::{offer_to, pass_on};
use crate::consultations::policy::{Action, load_for};
use crate::consultations::status::Step;
use crate::consultations::store::{audit, save};
use crate::core::Problem;
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::db::{Command, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Hands a consultation on: to a named colleague, or to whom matching finds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TransferConsultation {
    /// The consultation.
    pub id: ConsultationId,
    /// The colleague; none: the one whom matching finds.
    pub expert: Option<ExpertId>,
    /// The reason, not shown to the enterprise.
    pub reason: String,
}

impl Command for TransferConsultation {
    type Output = ConsultationId;
    const NAME: &'static str = "transfer_consultation";

    fn run(&self, tx: &mut Tx) -> Result<ConsultationId, Problem> {
        let mut c = load_for(tx, self.id, Action::Lead)?;
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, 1000);
        fields.done()?;
        let from = c.expert_id;
        c.step(Step::Transfer, StepNote { expert: from, note: Some(reason) })?;
        audit(tx, &c, Self::NAME, json!({ "from": from, "to": self.expert }))?;
        match self.expert {
            None => pass_on(tx, &mut c, Round::New)?,
            Some(to) => {
                c.release(Round::New, tx.now)?;
                save(tx, &mut c)?;
                offer_to(tx, &mut c, to)?;
            }
        }
        Ok(self.id)
    }
}
