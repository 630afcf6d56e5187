//! What becomes of an action: the enterprise accepts or declines it, and carries it out with evidence.

use crate::consultations::store::announce;
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::ConsultationId;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{case_action, case_evidence};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::remediation::action::{ActionKind, ActionState, ActionStep, builds_on, transition};
use crate::remediation::breach::ended;
use crate::remediation::evidence;
use crate::remediation::ids::{ActionId, CaseId};
use crate::remediation::load::lock_visible;
use crate::remediation::policy::{authority, permit_authority};
use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Takes a step with an action of a case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MoveAction {
    /// The case.
    pub case: CaseId,
    /// The action.
    pub action: ActionId,
    /// What is done with it.
    pub step: ActionStep,
    /// The particulars of the step.
    pub answer: Answer,
}

/// The particulars of a step of an action.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ActionAnswer)]
pub struct Answer {
    /// Why, at most 2,000 characters; needed to decline and to reopen.
    #[serde(default)]
    pub reason: Option<String>,
    /// To accept: who sees to it, at most 100 characters.
    #[serde(default)]
    pub owner: Option<String>,
    /// To accept: until when, in Asia/Shanghai.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// To complete: on which day it was done; today where none is named.
    #[serde(default)]
    pub done_on: Option<NaiveDate>,
    /// To complete: what proves it, where no evidence for the action was handed in before.
    #[serde(default)]
    pub evidence: Option<String>,
}

#[derive(Queryable)]
struct Known {
    kind: ActionKind,
    state: ActionState,
    owner: Option<String>,
    due_on: Option<NaiveDate>,
    consultation: Option<ConsultationId>,
}

impl Command for MoveAction {
    type Output = ActionId;
    const NAME: &'static str = "move_action";

    fn run(&self, tx: &mut Tx) -> Result<ActionId, Problem> {
        let (row, context) = lock_visible(tx, self.case)?;
        let known: Known = case_action::table
            .find(self.action)
            .filter(case_action::case_id.eq(row.id))
            .select((
                case_action::kind,
                case_action::state,
                case_action::owner,
                case_action::due_on,
                case_action::consultation_id,
            ))
            .first(&mut *tx.conn)?;
        match (self.step, tx.actor.scope()) {
            (ActionStep::Reopen, _) => {
                permit_authority(&tx.actor, &row, &context.region, &tx.catalogue.regions)?;
            }
            (_, Some(Scope::Enterprise(_))) => {}
            _ => return Err(Problem::forbidden()),
        }
        let (reason, owner) = self.words()?;
        let to = transition(known.state, self.step)?;
        if row.state.is_final() {
            return Err(ended());
        }
        let mut done_on = None;
        if self.step == ActionStep::Complete {
            self.require_order(tx, known.kind)?;
            done_on = Some(self.done(tx)?);
        }
        diesel::update(case_action::table.find(self.action))
            .set((
                case_action::state.eq(to),
                case_action::owner.eq(owner.or(known.owner)),
                case_action::due_on.eq(self.answer.due_on.or(known.due_on)),
                case_action::reason.eq(&reason),
                case_action::decided_by.eq(tx.actor.account()),
                case_action::decided_at.eq(Some(tx.now)),
                case_action::done_on.eq(done_on),
            ))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("remediation_case", row.id.0).in_region(authority(&row, &context.region));
        let data = json!({ "action": self.action, "to": to, "reason": reason, "done_on": done_on });
        tx.audit(&format!("{}_action", self.step), subject, data)?;
        // The card of the advice shows the state.
        if let Some(consultation) = known.consultation {
            announce(tx, consultation)?;
        }
        Ok(self.action)
    }
}

impl MoveAction {
    fn words(&self) -> Result<(Option<String>, Option<String>), Problem> {
        let Answer { reason, owner, due_on, done_on, evidence } = &self.answer;
        let mut fields = Fields::new();
        let reason = match self.step {
            ActionStep::Decline | ActionStep::Reopen => {
                Some(fields.text("/reason", reason.as_deref().unwrap_or_default(), 2000))
            }
            _ => fields.optional_text("/reason", reason.as_deref(), 2000),
        };
        let owner = fields.optional_text("/owner", owner.as_deref(), 100);
        for (pointer, given, step) in [
            ("/owner", owner.is_some(), ActionStep::Accept),
            ("/due_on", due_on.is_some(), ActionStep::Accept),
            ("/done_on", done_on.is_some(), ActionStep::Complete),
            ("/evidence", evidence.is_some(), ActionStep::Complete),
        ] {
            fields.require(!given || self.step == step, pointer, "与该操作不符", "does not go with this");
        }
        fields.done()?;
        Ok((reason, owner))
    }

    /// The day on which it was done; keeps the evidence that is given with it.
    fn done(&self, tx: &mut Tx) -> Result<NaiveDate, Problem> {
        let mut fields = Fields::new();
        let day = self.answer.done_on.unwrap_or(tx.today());
        fields.require(day <= tx.today(), "/done_on", "不能晚于今天", "must not be in the future");
        let words = fields.optional_text("/evidence", self.answer.evidence.as_deref(), 4000);
        fields.done()?;
        let known: i64 = case_evidence::table
            .filter(case_evidence::action_id.eq(self.action))
            .select(count_star())
            .first(&mut *tx.conn)?;
        match (known, words) {
            (_, Some(words)) => {
                evidence::store(tx, self.case, Some(self.action), None, &words)?;
            }
            (0, None) => {
                let text = Text::new(
                    "请先提交该措施的证据，或在 evidence 中说明",
                    "hand in evidence of it first, or describe it in evidence",
                );
                return Err(Problem::new(Code::NoEvidence, text));
            }
            _ => {}
        }
        Ok(day)
    }

    /// What an action builds on and the enterprise has accepted must be done; and what is verified, must be there.
    fn require_order(&self, tx: &mut Tx, kind: ActionKind) -> Result<(), Problem> {
        let before: Vec<(ActionKind, ActionState)> = case_action::table
            .filter(case_action::case_id.eq(self.case))
            .filter(case_action::id.ne(self.action))
            .select((case_action::kind, case_action::state))
            .load(&mut *tx.conn)?;
        let waits = builds_on(kind).iter().copied().find(|wanted| {
            let of_kind = || before.iter().filter(|(kind, _)| kind == wanted).map(|(_, state)| *state);
            let open = of_kind().any(|state| state == ActionState::Accepted);
            let verifies =
                kind == ActionKind::Verification && !of_kind().any(|state| state == ActionState::Done);
            open || verifies
        });
        match waits {
            None => Ok(()),
            Some(wanted) => {
                let (name, of) = (wanted.text(), kind.text());
                Err(Problem::new(
                    Code::ActionOrder,
                    Text::new(
                        format!("按 8D 次序，“{}”完成之前不能完成“{}”", name.zh, of.zh),
                        format!(
                            "in the order of 8D, “{}” ({wanted}) is done before “{}” ({kind})",
                            name.en, of.en
                        ),
                    ),
                ))
            }
        }
    }
}
