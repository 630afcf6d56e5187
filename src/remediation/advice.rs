//! Corrective actions: advised by the expert in a consultation, or entered on the case.

use crate::chat::Stream;
use crate::chat::message::{self, NewMessage};
use crate::consultations::Status;
use crate::consultations::changes::StepNote;
use crate::consultations::policy::{Action as Permission, load_for};
use crate::consultations::store::{audit, save};
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, ConsultationId, ExpertId};
use crate::core::text::Text;
use crate::core::{Code, Problem};
use crate::db::schema::{case_action, remediation_case};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::remediation::action::{ActionKind, ActionState};
use crate::remediation::breach::ended;
use crate::remediation::ids::{ActionId, CaseId};
use crate::remediation::load::lock_visible;
use crate::remediation::policy::authority;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// One corrective action.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAction {
    /// What it does about the problem; `correction` where none is named.
    #[serde(default = "correction")]
    pub kind: ActionKind,
    /// What is to be done, at most 2,000 characters.
    pub description: String,
    /// Until when, in Asia/Shanghai.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// Who sees to it, at most 100 characters.
    #[serde(default)]
    pub owner: Option<String>,
}

fn correction() -> ActionKind {
    ActionKind::Correction
}

/// Most actions of one piece of advice.
const MOST: usize = 50;

/// Gives advice in a consultation as a list of actions. They are in the talk as one message, and
/// on the case of the nonconformity, where there is one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveAdvice {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Text before the list of actions.
    pub summary: Option<String>,
    /// The actions, at least one.
    pub actions: Vec<NewAction>,
}

/// The advice that was given.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Advice {
    /// The number of its message in the talk.
    pub seq: i64,
    /// The case that the actions are based on.
    pub case: Option<CaseId>,
    /// The actions' ids, in order.
    pub actions: Vec<ActionId>,
}

fn check(fields: &mut Fields, at: &str, action: &NewAction) -> String {
    fields.optional_text(&format!("{at}/owner"), action.owner.as_deref(), 100);
    fields.text(&format!("{at}/description"), &action.description, 2000)
}

/// The owner's name as it is kept.
fn owner(action: &NewAction) -> Option<&str> {
    action.owner.as_deref().map(str::trim).filter(|name| !name.is_empty())
}

impl Command for GiveAdvice {
    type Output = Advice;
    const NAME: &'static str = "give_advice";

    fn run(&self, tx: &mut Tx) -> Result<Advice, Problem> {
        let mut row = load_for(tx, self.consultation, Permission::Lead)?;
        let mut fields = Fields::new();
        let summary = fields.optional_text("/summary", self.summary.as_deref(), 2000);
        fields.require(
            (1..=MOST).contains(&self.actions.len()),
            "/actions",
            "须有 1 到 50 项措施",
            "must hold 1 to 50 actions",
        );
        let descriptions: Vec<String> = self
            .actions
            .iter()
            .enumerate()
            .map(|(n, action)| check(&mut fields, &format!("/actions/{n}"), action))
            .collect();
        fields.done()?;
        if row.status != Status::Active {
            return Err(Problem::new(
                Code::ConsultationStatus,
                Text::new("问诊进行中方可给出意见", "advice is given while the consultation is under way"),
            ));
        }
        let case: Option<CaseId> = match row.nonconformity_id {
            Some(id) => remediation_case::table
                .filter(remediation_case::nonconformity_id.eq(id))
                .filter(remediation_case::withdrawn_at.is_null())
                .select(remediation_case::id)
                .first(&mut *tx.conn)
                .optional()?,
            None => None,
        };
        let lines = descriptions.iter().zip(1..).map(|(text, n)| format!("{n}. {text}"));
        let body: Vec<String> = summary.into_iter().chain(lines).collect();
        let Some(account) = tx.actor.account() else { return Err(Problem::unauthenticated()) };
        let seq = message::post(
            tx,
            NewMessage {
                consultation: row.id,
                stream: Stream::Talk,
                sender: account,
                client_id: Uuid::new_v4(),
                kind: "advice",
                body: body.join("\n"),
            },
        )?;
        let place = Place { case, consultation: row.id, message: seq, expert: row.expert_id };
        let actions = self.insert_actions(tx, place, account, &descriptions)?;
        let expert = row.expert_id;
        row.note("advise", StepNote { expert, note: None });
        save(tx, &mut row)?;
        audit(tx, &row, Self::NAME, json!({ "actions": actions, "seq": seq }))?;
        Ok(Advice { seq, case, actions })
    }
}

/// The states of the actions of a piece of advice.
#[derive(Clone, Copy)]
struct Place {
    case: Option<CaseId>,
    consultation: ConsultationId,
    /// Number of the message in the talk.
    message: i64,
    expert: Option<ExpertId>,
}

impl GiveAdvice {
    fn insert_actions(
        &self,
        tx: &mut Tx,
        place: Place,
        account: AccountId,
        descriptions: &[String],
    ) -> Result<Vec<ActionId>, Problem> {
        let mut actions = Vec::new();
        for (action, description) in self.actions.iter().zip(descriptions) {
            let id = ActionId::new();
            diesel::insert_into(case_action::table)
                .values((
                    case_action::id.eq(id),
                    case_action::case_id.eq(place.case),
                    case_action::consultation_id.eq(place.consultation),
                    case_action::message_seq.eq(place.message),
                    case_action::kind.eq(action.kind),
                    case_action::description.eq(description),
                    case_action::due_on.eq(action.due_on),
                    case_action::owner.eq(owner(action)),
                    case_action::advised_by.eq(place.expert),
                    case_action::created_by.eq(account),
                    case_action::created_at.eq(tx.now),
                ))
                .execute(&mut *tx.conn)?;
            actions.push(id);
        }
        Ok(actions)
    }
}

/// Enters an action on a case, by the enterprise or the regulator.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddAction {
    /// The case.
    pub case: CaseId,
    /// The action.
    pub action: NewAction,
}

impl Command for AddAction {
    type Output = ActionId;
    const NAME: &'static str = "add_action";

    fn run(&self, tx: &mut Tx) -> Result<ActionId, Problem> {
        let (row, context) = lock_visible(tx, self.case)?;
        let Some(account) = tx.actor.account() else { return Err(Problem::unauthenticated()) };
        let advised_by = match tx.actor.scope() {
            Some(Scope::Expert(id)) => Some(*id),
            Some(Scope::Enterprise(_) | Scope::Admin(_)) => None,
            _ => return Err(Problem::forbidden()),
        };
        let mut fields = Fields::new();
        let description = check(&mut fields, "", &self.action);
        fields.done()?;
        if row.state.is_final() {
            return Err(ended());
        }
        // What the enterprise enters itself it has taken on; what others enter it answers.
        let decided = matches!(tx.actor.scope(), Some(Scope::Enterprise(_)));
        let state = if decided { ActionState::Accepted } else { ActionState::Proposed };
        let id = ActionId::new();
        diesel::insert_into(case_action::table)
            .values((
                case_action::id.eq(id),
                case_action::case_id.eq(row.id),
                case_action::kind.eq(self.action.kind),
                case_action::description.eq(description),
                case_action::due_on.eq(self.action.due_on),
                case_action::owner.eq(owner(&self.action)),
                case_action::state.eq(state),
                case_action::decided_by.eq(decided.then_some(account)),
                case_action::decided_at.eq(decided.then_some(tx.now)),
                case_action::advised_by.eq(advised_by),
                case_action::created_by.eq(account),
                case_action::created_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let subject = Subject::new("remediation_case", row.id.0).in_region(authority(&row, &context.region));
        tx.audit(Self::NAME, subject, json!({ "action": id }))?;
        Ok(id)
    }
}

/// How many corrective actions an expert has advised.
///
/// # Errors
/// When the database can't be asked.
pub fn actions_advised(conn: &mut PgConnection, expert: ExpertId) -> Result<i64, Problem> {
    Ok(case_action::table.filter(case_action::advised_by.eq(expert)).count().get_result(conn)?)
}
