//! An officer says that the decision of a penalty was annulled: nothing follows from it from then on.

use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::schema::penalty;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::penalty_lists::ids::PenaltyId;
use crate::penalty_lists::list::document;
use crate::penalty_lists::list::row::AnnulledBy;
use crate::penalty_lists::merge::write::annul;
use crate::penalty_lists::policy::{penalties_visible_to, permit};
use crate::penalty_lists::rows::PenaltyRow;
use crate::penalty_lists::state::{PenaltyStep, transition};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The document that annuls a decision.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Annulment {
    /// The number of the document that annuls it.
    pub document_no: String,
    /// The day of the annulment, in Asia/Shanghai; not before the decision, not in the future.
    pub on: NaiveDate,
}

/// Annuls a penalty.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AnnulPenalty {
    /// The penalty.
    pub id: PenaltyId,
    /// The document that annuls it, and its day.
    pub annulment: Annulment,
}

impl Command for AnnulPenalty {
    type Output = PenaltyId;
    const NAME: &'static str = "annul_penalty";

    fn run(&self, tx: &mut Tx) -> Result<PenaltyId, Problem> {
        permit(&tx.actor)?;
        let mut row: PenaltyRow = penalty::table
            .filter(penalties_visible_to(&tx.actor))
            .filter(penalty::id.eq(self.id))
            .select(PenaltyRow::as_select())
            .for_update()
            .first(&mut *tx.conn)?;
        let (mut fields, today) = (Fields::new(), tx.today());
        let document_no = fields.text("/document_no", &self.annulment.document_no, document::LONGEST);
        let on = self.annulment.on;
        fields.require(on <= today, "/on", "不能晚于今天", "must not be in the future");
        fields.require(
            on >= row.decided_on,
            "/on",
            "不能早于处罚决定日期",
            "must not be before the decision",
        );
        fields.done()?;
        if transition(row.state, PenaltyStep::Annul).is_err() {
            let text =
                Text::new("该处罚已撤销或已随名单撤回", "the penalty was annulled or withdrawn already");
            return Err(Problem::new(Code::DoneAlready, text));
        }
        let scope = row.scope.clone();
        annul(tx, &mut row, &AnnulledBy { on: Some(on), document_no: Some(document_no.clone()) }, None)?;
        let subject = Subject::new("penalty", self.id.0).in_region(&scope);
        tx.audit(
            Self::NAME,
            subject,
            json!({ "document_no": row.document_no, "document": document_no, "on": on }),
        )?;
        Ok(self.id)
    }
}
