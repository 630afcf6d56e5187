//! The expert hands a consultation on.

use crate::accounts::store::of_expert;
use crate::consultations::answer::lock_for;
use crate::consultations::offers::{offer_to, pass_on};
use crate::consultations::policy::Action;
use crate::consultations::status::Step;
use crate::consultations::store::{Row, StepNote, audit, lock, remove, step};
use crate::core::fields::Fields;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::{Problem, Text};
use crate::db::schema::consultation;
use crate::db::{Command, Tx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
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
            None => pass_on(tx, row)?,
            Some(to) => hand_to(tx, row, to)?,
        }
        Ok(self.id)
    }
}

fn hand_to(tx: &mut Tx, row: Row, to: ExpertId) -> Result<(), Problem> {
    if let Some(account) = row.expert_id.map(|id| of_expert(&mut tx.conn, id)).transpose()?.flatten() {
        remove(tx, row.id, account.id)?;
    }
    diesel::update(consultation::table.find(row.id))
        .set((
            consultation::status.eq(row.status),
            consultation::expert_id.eq(None::<ExpertId>),
            consultation::accepted_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(&mut *tx.conn)?;
    let row = lock(tx, row.id)?;
    if offer_to(tx, row, to)? {
        return Ok(());
    }
    Err(Problem::field(
        "/expert",
        Text::new(
            "该专家不能接受本问诊(专长、回避、容量或状态不符)",
            "this expert can't be given the consultation (specialty, conflict, capacity or leave)",
        ),
    ))
}
