//! Corrective actions: advised by the expert in a consultation, or entered on the case.

use crate::chat::Stream;
use crate::chat::message::{self, NewMessage};
use crate::consultations::Status;
use crate::consultations::changes::StepNote;
use crate::consultations::consultation::Consultation;
use crate::consultations::policy::{Action as Permission, load_for};
use crate::consultations::store::{audit, save};
use crate::core::actor::Scope;
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, ConsultationId, ExpertId};
use crate::core::text::Text;
use crate::core::{Code, Problem};
use crate::db::schema::{case_action, case_advice, remediation_case};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::enterprises::ids::NonconformityId;
use crate::enterprises::queries::region_of;
use crate::remediation::action::ActionState;
use crate::remediation::breach::ended;
use crate::remediation::enterprise_mails::tell_actions;
use crate::remediation::ids::{ActionId, CaseId};
use crate::remediation::load::lock_visible;
use crate::remediation::new_action::{CheckedAction, CheckedAdvice, NewAction, check, check_all};
use crate::remediation::opening::Target;
use crate::remediation::policy::authority;
use crate::remediation::state::CaseState;
use crate::remediation::store::Row;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Gives advice in a consultation as a list of actions. They are in the talk as one message, and
/// on the case of the nonconformity, where there is one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveAdvice {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Text before the list of actions, at most 2,000 characters.
    pub summary: Option<String>,
    /// What caused the problem, at most 2,000 characters.
    #[serde(default)]
    pub cause: Option<String>,
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

impl Command for GiveAdvice {
    type Output = Advice;
    const NAME: &'static str = "give_advice";

    fn run(&self, tx: &mut Tx) -> Result<Advice, Problem> {
        let mut row = load_for(tx, self.consultation, Permission::Lead)?;
        let mut fields = Fields::new();
        let advice = CheckedAdvice {
            summary: fields.optional_text("/summary", self.summary.as_deref(), 2000),
            cause: fields.optional_text("/cause", self.cause.as_deref(), 2000),
            actions: check_all(&mut fields, &self.actions, 1),
        };
        fields.done()?;
        let given = give(tx, &mut row, &advice)?;
        audit(tx, &row, Self::NAME, json!({ "actions": given.actions, "seq": given.seq }))?;
        Ok(given)
    }
}

/// Gives advice in a consultation that the actor leads: as a message of the talk, as a line of the history, and as actions of the case of its
/// nonconformity, where there is one.
///
/// # Errors
/// Where the consultation is not under way.
pub fn give(tx: &mut Tx, row: &mut Consultation, advice: &CheckedAdvice) -> Result<Advice, Problem> {
    if row.status != Status::Active {
        return Err(Problem::new(
            Code::ConsultationStatus,
            Text::new("问诊进行中方可给出意见", "advice is given while the consultation is under way"),
        ));
    }
    let found: Option<(CaseId, NonconformityId, CaseState)> = match row.nonconformity_id {
        Some(id) => remediation_case::table
            .filter(remediation_case::nonconformity_id.eq(id))
            .filter(remediation_case::withdrawn_at.is_null())
            .select((remediation_case::id, remediation_case::nonconformity_id, remediation_case::state))
            .first(&mut *tx.conn)
            .optional()?,
        None => None,
    };
    let case = found.map(|(case, ..)| case);
    let Some(account) = tx.actor.account() else { return Err(Problem::unauthenticated()) };
    let seq = message::post(
        tx,
        NewMessage {
            consultation: row.id,
            stream: Stream::Talk,
            sender: account,
            client_id: Uuid::new_v4(),
            kind: "advice",
            body: advice.body(),
            attachments: Vec::new(),
        },
    )?;
    diesel::insert_into(case_advice::table)
        .values((
            case_advice::consultation_id.eq(row.id),
            case_advice::message_seq.eq(seq),
            case_advice::summary.eq(&advice.summary),
            case_advice::cause.eq(&advice.cause),
            case_advice::given_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    let place = Place { case, consultation: row.id, message: seq, expert: row.expert_id };
    let actions = insert_actions(tx, place, account, &advice.actions)?;
    let expert = row.expert_id;
    row.note("advise", StepNote { expert, note: None });
    save(tx, row)?;
    // On a case that has ended nothing is answered any more.
    if let Some((case, nonconformity, _)) = found.filter(|(.., state)| !state.is_final()) {
        let of = Target { case, nonconformity, enterprise: row.enterprise_id };
        tell_actions(tx, of, &advice.actions)?;
    }
    Ok(Advice { seq, case, actions })
}

/// What the actions of a piece of advice have in common.
#[derive(Clone, Copy)]
struct Place {
    case: Option<CaseId>,
    consultation: ConsultationId,
    /// Number of the message in the talk.
    message: i64,
    expert: Option<ExpertId>,
}

fn insert_actions(
    tx: &mut Tx,
    place: Place,
    account: AccountId,
    actions: &[CheckedAction],
) -> Result<Vec<ActionId>, Problem> {
    let mut ids = Vec::new();
    for action in actions {
        let id = ActionId::new();
        diesel::insert_into(case_action::table)
            .values((
                case_action::id.eq(id),
                case_action::case_id.eq(place.case),
                case_action::consultation_id.eq(place.consultation),
                case_action::message_seq.eq(place.message),
                case_action::kind.eq(action.kind),
                case_action::description.eq(&action.description),
                case_action::standard.eq(&action.standard),
                case_action::clause.eq(&action.clause),
                case_action::due_on.eq(action.due_on),
                case_action::owner.eq(&action.owner),
                case_action::advised_by.eq(place.expert),
                case_action::created_by.eq(account),
                case_action::created_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        ids.push(id);
    }
    Ok(ids)
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
        let action = check(&mut fields, "", &self.action);
        fields.done()?;
        if row.state.is_final() {
            return Err(ended());
        }
        // What the enterprise enters itself it has taken on; what others enter it answers.
        let decided = matches!(tx.actor.scope(), Some(Scope::Enterprise(_)));
        if !decided {
            let of =
                Target { case: row.id, nonconformity: row.nonconformity_id, enterprise: row.enterprise_id };
            tell_actions(tx, of, std::slice::from_ref(&action))?;
        }
        let state = if decided { ActionState::Accepted } else { ActionState::Proposed };
        let id = ActionId::new();
        diesel::insert_into(case_action::table)
            .values((
                case_action::id.eq(id),
                case_action::case_id.eq(row.id),
                case_action::kind.eq(action.kind),
                case_action::description.eq(action.description),
                case_action::standard.eq(action.standard),
                case_action::clause.eq(action.clause),
                case_action::due_on.eq(action.due_on),
                case_action::owner.eq(action.owner),
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

/// Advice that an expert gave on a visit, about a nonconformity of the enterprise.
#[derive(Debug, Clone)]
pub struct VisitAdvice {
    /// The nonconformity.
    pub nonconformity: NonconformityId,
    /// The expert.
    pub expert: ExpertId,
    /// The expert's account.
    pub account: AccountId,
    /// What is to be done.
    pub action: CheckedAction,
}

/// Puts the advice of a visit onto the case of its nonconformity as an action that the enterprise answers, and gives the action with its case;
/// none where there is no case, or its course has ended. Locks the case. Whoever calls has decided that it may be put there, and tells the
/// enterprise by [`tell_actions`].
///
/// # Errors
/// When the database refuses.
pub fn advise_on_visit(tx: &mut Tx, advice: &VisitAdvice) -> Result<Option<(ActionId, Target)>, Problem> {
    let found: Option<Row> = remediation_case::table
        .filter(remediation_case::nonconformity_id.eq(advice.nonconformity))
        .filter(remediation_case::withdrawn_at.is_null())
        .for_update()
        .select(Row::as_select())
        .first(&mut *tx.conn)
        .optional()?;
    let Some(case) = found.filter(|case| !case.state.is_final()) else { return Ok(None) };
    let (id, action) = (ActionId::new(), &advice.action);
    diesel::insert_into(case_action::table)
        .values((
            case_action::id.eq(id),
            case_action::case_id.eq(case.id),
            case_action::kind.eq(action.kind),
            case_action::description.eq(&action.description),
            case_action::standard.eq(&action.standard),
            case_action::clause.eq(&action.clause),
            case_action::due_on.eq(action.due_on),
            case_action::owner.eq(&action.owner),
            case_action::advised_by.eq(advice.expert),
            case_action::created_by.eq(advice.account),
            case_action::created_at.eq(tx.now),
        ))
        .execute(&mut *tx.conn)?;
    let home = region_of(&mut tx.conn, case.enterprise_id)?;
    let subject = Subject::new("remediation_case", case.id.0).in_region(authority(&case, &home));
    tx.audit(AddAction::NAME, subject, json!({ "action": id }))?;
    let of = Target { case: case.id, nonconformity: case.nonconformity_id, enterprise: case.enterprise_id };
    Ok(Some((id, of)))
}

/// How many corrective actions an expert has advised.
///
/// # Errors
/// When the database can't be asked.
pub fn actions_advised(conn: &mut PgConnection, expert: ExpertId) -> Result<i64, Problem> {
    Ok(case_action::table.filter(case_action::advised_by.eq(expert)).count().get_result(conn)?)
}
