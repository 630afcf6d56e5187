//! An officer says on which inspection a penalty rests: the failed sample and the penalty for it are one fact, which counts once.

use crate::conduct::words::AnnulGround;
use crate::core::fields::Fields;
use crate::core::{Code, Problem, Text};
use crate::db::schema::penalty;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::penalty_lists::ids::PenaltyId;
use crate::penalty_lists::list::document;
use crate::penalty_lists::merge::inspections::by_numbers;
use crate::penalty_lists::policy::{penalties_visible_to, permit};
use crate::penalty_lists::rows::{Changed, PenaltyRow, note, take};
use crate::penalty_lists::settle::{Annulled, annul_conduct, settle};
use crate::penalty_lists::state::{PenaltyState, PenaltyStep};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The inspection on which a penalty rests.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PenaltyGround {
    /// The number of its sampling form or of its report.
    pub form_no: String,
}

/// Joins a penalty to an inspection. An entry that stands already is annulled as mistaken and made anew, about the fact of the inspection.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JoinPenalty {
    /// The penalty.
    pub id: PenaltyId,
    /// The inspection.
    pub ground: PenaltyGround,
}

impl Command for JoinPenalty {
    type Output = PenaltyId;
    const NAME: &'static str = "join_penalty";

    fn run(&self, tx: &mut Tx) -> Result<PenaltyId, Problem> {
        permit(&tx.actor)?;
        let mut row: PenaltyRow = penalty::table
            .filter(penalties_visible_to(&tx.actor))
            .filter(penalty::id.eq(self.id))
            .select(PenaltyRow::as_select())
            .for_update()
            .first(&mut *tx.conn)?;
        let mut fields = Fields::new();
        let form_no = fields.text("/form_no", &self.ground.form_no, document::LONGEST);
        fields.done()?;
        if !matches!(row.state, PenaltyState::Open | PenaltyState::Entered) {
            let text = Text::new(
                "该处罚没有登记信用行为，无需关联抽查",
                "nothing of the penalty is entered as conduct, so there is nothing to join",
            );
            return Err(Problem::new(Code::DoneAlready, text));
        }
        let Some(enterprise) = row.enterprise_id else {
            let text = Text::new("请先确认当事人对应的企业", "first say which enterprise it is against");
            return Err(Problem::field("/form_no", text));
        };
        let found = by_numbers(&mut tx.conn, vec![form_no.as_str()])?.of(&form_no, enterprise);
        let Some(inspection) = found else {
            let text = Text::new(
                "没有该企业的这一抽样单或检验报告",
                "there is no sampling form or report of this number about the enterprise",
            );
            return Err(Problem::field("/form_no", text));
        };
        if row.inspection_id == Some(inspection) {
            return Ok(self.id);
        }
        let changed = Changed { inspection_id: Some(inspection), ..Changed::default() };
        if row.state == PenaltyState::Entered {
            let reason = format!("与抽样单 {form_no} 为同一事实，合并后重新登记");
            let why = Annulled { ground: AnnulGround::Mistake, on: None, reason: &reason, document: None };
            annul_conduct(tx, &row, why)?;
            let told = json!({ "form_no": form_no, "joined": true });
            take(tx, &mut row, PenaltyStep::Reopen, changed, told)?;
            settle(tx, &mut row)?;
        } else {
            note(tx, &mut row, changed)?;
        }
        let scope = row.scope.clone();
        let subject = Subject::new("penalty", self.id.0).in_region(&scope);
        let data = json!({ "document_no": row.document_no, "form_no": form_no, "inspection": inspection });
        tx.audit(Self::NAME, subject, data)?;
        Ok(self.id)
    }
}
