//! An officer says whom a penalty is against, or as what it counts.

use crate::conduct::settings::ConductSettings;
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::{Code, Problem, Text};
use crate::db::published::enterprise;
use crate::db::schema::{penalty, penalty_question as questions};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::Uscc;
use crate::penalty_lists::ids::{PenaltyId, QuestionId};
use crate::penalty_lists::policy::{permit, questions_visible_to};
use crate::penalty_lists::rows::{Changed, PenaltyRow, note, take};
use crate::penalty_lists::settle::settle;
use crate::penalty_lists::state::{Decision, PenaltyState, PenaltyStep, QuestionKind, QuestionState, decide};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Most characters of a note.
const LONGEST_NOTE: usize = 500;

/// What an officer decides.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionDecision {
    /// `accept` the proposed enterprise, name an`other` enterprise or a behaviour, or `refuse`: the penalty is against none of the register, or
    /// about nothing that counts.
    #[schema(inline)]
    pub decision: Decision,
    /// With `other` of a party: the credit code of the enterprise.
    #[serde(default)]
    pub uscc: Option<String>,
    /// With `other` of a behaviour: its code.
    #[serde(default)]
    pub behaviour: Option<String>,
    /// Why, at most 500 characters; with `refuse` it is needed.
    #[serde(default)]
    pub note: Option<String>,
}

/// Decides a question about a penalty.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecidePenaltyQuestion {
    /// The question.
    pub id: QuestionId,
    /// The decision.
    pub decision: QuestionDecision,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = questions)]
struct Kept {
    penalty_id: PenaltyId,
    kind: QuestionKind,
    enterprise_id: Option<EnterpriseId>,
    state: QuestionState,
}

impl Command for DecidePenaltyQuestion {
    type Output = QuestionId;
    const NAME: &'static str = "decide_penalty_question";

    fn run(&self, tx: &mut Tx) -> Result<QuestionId, Problem> {
        permit(&tx.actor)?;
        let of: PenaltyId = questions::table
            .filter(questions_visible_to(&tx.actor))
            .filter(questions::id.eq(self.id))
            .select(questions::penalty_id)
            .first(&mut *tx.conn)?;
        // Whoever decides another question of the penalty, or takes a step of it, waits here.
        let mut row: PenaltyRow =
            penalty::table.find(of).select(PenaltyRow::as_select()).for_update().first(&mut *tx.conn)?;
        let kept: Kept = questions::table.find(self.id).select(Kept::as_select()).first(&mut *tx.conn)?;
        let said = self.read(tx, &row, &kept)?;
        let state = decide(kept.state, self.decision.decision).map_err(|_| decided(kept.state))?;
        let refused = state == QuestionState::Refused;
        if matches!(row.state, PenaltyState::Annulled | PenaltyState::Withdrawn)
            || (refused && row.state != PenaltyState::Open)
        {
            return Err(decided(QuestionState::Void));
        }
        diesel::update(questions::table.find(self.id))
            .set((
                questions::state.eq(state),
                questions::chosen_id.eq(said.enterprise_id),
                questions::behaviour.eq(said.behaviour.clone()),
                questions::decided_by.eq(tx.actor.account()),
                questions::decided_at.eq(tx.now),
                questions::note.eq(said.note.clone()),
            ))
            .execute(&mut *tx.conn)?;
        let scope = row.scope.clone();
        if refused {
            take(
                tx,
                &mut row,
                PenaltyStep::Dismiss,
                Changed::default(),
                json!({ "question": self.id, "note": said.note }),
            )?;
        } else {
            let changed = Changed {
                enterprise_id: said.enterprise_id,
                behaviour: said.behaviour.clone(),
                ..Changed::default()
            };
            note(tx, &mut row, changed)?;
            // Where the other question was refused the penalty stays dismissed.
            if !self.others_refused(tx, row.id)? {
                settle(tx, &mut row)?;
            }
        }
        let subject = Subject::new("penalty", kept.penalty_id.0).in_region(&scope);
        let data = json!({
            "question": self.id, "kind": kept.kind, "decision": self.decision.decision,
            "enterprise": said.enterprise_id, "behaviour": said.behaviour, "document_no": row.document_no,
        });
        tx.audit(Self::NAME, subject, data)?;
        Ok(self.id)
    }
}

/// What was said, read.
#[derive(Debug, Default)]
struct Said {
    enterprise_id: Option<EnterpriseId>,
    behaviour: Option<String>,
    note: Option<String>,
}

impl DecidePenaltyQuestion {
    fn read(&self, tx: &mut Tx, row: &PenaltyRow, kept: &Kept) -> Result<Said, Problem> {
        let QuestionDecision { decision, uscc, behaviour, note } = &self.decision;
        let mut fields = Fields::new();
        let mut said =
            Said { note: fields.optional_text("/note", note.as_deref(), LONGEST_NOTE), ..Said::default() };
        let other = *decision == Decision::Other;
        let mut code = None;
        match (kept.kind, other, uscc) {
            (QuestionKind::Party, true, Some(uscc)) => match Uscc::shaped(uscc.trim()) {
                Ok(uscc) => code = Some(uscc),
                Err(fault) => {
                    let text = fault.text();
                    fields.fault("/uscc", text.zh, text.en);
                }
            },
            (QuestionKind::Party, true, None) => {
                fields.fault(
                    "/uscc",
                    "请填写该企业的统一社会信用代码",
                    "give the credit code of the enterprise",
                );
            }
            (_, _, Some(_)) => {
                fields.fault("/uscc", "仅用于指定其他企业", "goes with another enterprise only");
            }
            (_, _, None) => {}
        }
        match (kept.kind, other, behaviour) {
            (QuestionKind::Behaviour, true, Some(behaviour)) => {
                let settings = Arc::clone(&tx.settings);
                let rules = settings.section::<ConductSettings>().rules_on(row.decided_on);
                let known = rules.is_some_and(|rules| rules.behaviours.iter().any(|b| b.code == *behaviour));
                fields.require(known, "/behaviour", "没有这种信用行为", "there is no such behaviour");
                said.behaviour = Some(behaviour.clone());
            }
            (QuestionKind::Behaviour, true, None) => {
                fields.fault("/behaviour", "请选择信用行为", "name the behaviour");
            }
            (_, _, Some(_)) => {
                fields.fault("/behaviour", "仅用于指定信用行为", "goes with a behaviour only");
            }
            (_, _, None) => {}
        }
        match (decision, kept.kind, kept.enterprise_id) {
            (Decision::Accept, QuestionKind::Party, Some(proposed)) => said.enterprise_id = Some(proposed),
            (Decision::Accept, ..) => {
                fields.fault("/decision", "没有可采纳的建议，请指定", "nothing is proposed: name it");
            }
            (Decision::Refuse, ..) => {
                fields.require(
                    said.note.is_some(),
                    "/note",
                    "请说明不予登记的原因",
                    "say why it is not entered",
                );
            }
            (Decision::Other, ..) => {}
        }
        fields.done()?;
        if let Some(code) = code {
            said.enterprise_id = Some(of_code(tx, &code)?);
        }
        Ok(said)
    }

    /// Whether another question of the penalty was refused.
    fn others_refused(&self, tx: &mut Tx, of: PenaltyId) -> Result<bool, Problem> {
        let refused = questions::table
            .filter(questions::penalty_id.eq(of))
            .filter(questions::id.ne(self.id))
            .filter(questions::state.eq(QuestionState::Refused));
        Ok(diesel::select(diesel::dsl::exists(refused)).get_result(&mut *tx.conn)?)
    }
}

/// The enterprise of a code.
fn of_code(tx: &mut Tx, uscc: &Uscc) -> Result<EnterpriseId, Problem> {
    let found: Option<EnterpriseId> = enterprise::table
        .filter(enterprise::uscc.eq(uscc.as_str()))
        .filter(enterprise::withdrawn_at.is_null())
        .select(enterprise::id)
        .first(&mut *tx.conn)
        .optional()?;
    found.ok_or_else(|| {
        let text = Text::new("名录中没有这一代码的企业", "the register has no enterprise of this code");
        Problem::field("/uscc", text)
    })
}

/// 409: somebody decided already, or nothing is left to decide.
fn decided(state: QuestionState) -> Problem {
    let text = match state {
        QuestionState::Void => Text::new(
            "该处罚已撤销、已撤回或已处理，无需再确认",
            "the penalty was annulled, withdrawn or dealt with, so there is nothing to decide",
        ),
        _ => Text::new(
            "已处理；如有误，请在信用行为中更正",
            "it was decided already; if that was wrong, correct the conduct",
        ),
    };
    Problem::new(Code::DoneAlready, text)
}
