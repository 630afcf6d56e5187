//! The advice of a consultation, with what has become of it.

use crate::consultations::conclusion::ConclusionAction;
use crate::consultations::queries::row;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::ConsultationId;
use crate::db::schema::{case_action, case_advice, remediation_case};
use crate::remediation::action::{ActionKind, ActionState};
use crate::remediation::ids::{ActionId, CaseId};
use crate::remediation::policy::visible_to;
use crate::remediation::state::CaseState;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// A piece of advice.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AdviceView {
    /// The number of its message in the talk.
    pub seq: i64,
    /// Text before the actions.
    pub summary: Option<String>,
    /// What caused the problem.
    pub cause: Option<String>,
    /// The case that its actions stand on, where the caller may know of it.
    pub case: Option<CaseId>,
    /// Whether the caller is the enterprise that answers its actions, on a case that goes on.
    pub may_answer: bool,
    /// The actions, in order.
    pub actions: Vec<AdvisedAction>,
}

/// An action of a piece of advice.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AdvisedAction {
    /// Id of the action.
    pub id: ActionId,
    /// What it does about the problem.
    pub kind: ActionKind,
    /// Its present state.
    pub state: ActionState,
    /// Whether the enterprise has taken it on and not carried it out in time.
    pub overdue: bool,
    /// What is to be done.
    pub description: String,
    /// The standard that it rests on.
    pub standard: Option<String>,
    /// The clause of the standard.
    pub clause: Option<String>,
    /// Until when, in Asia/Shanghai.
    pub due_on: Option<NaiveDate>,
    /// Who sees to it.
    pub owner: Option<String>,
    /// On which day it was done.
    pub done_on: Option<NaiveDate>,
    /// Why it was declined or reopened, or what was said with the last answer.
    pub reason: Option<String>,
}

#[derive(Queryable)]
struct ActionRow {
    id: ActionId,
    case: Option<CaseId>,
    seq: Option<i64>,
    kind: ActionKind,
    state: ActionState,
    description: String,
    standard: Option<String>,
    clause: Option<String>,
    due_on: Option<NaiveDate>,
    owner: Option<String>,
    done_on: Option<NaiveDate>,
    reason: Option<String>,
}

fn rows(conn: &mut PgConnection, id: ConsultationId) -> QueryResult<Vec<ActionRow>> {
    use case_action as a;
    a::table
        .filter(a::consultation_id.eq(id))
        .order(a::id)
        .select((
            a::id,
            a::case_id,
            a::message_seq,
            a::kind,
            a::state,
            a::description,
            a::standard,
            a::clause,
            a::due_on,
            a::owner,
            a::done_on,
            a::reason,
        ))
        .load(conn)
}

/// The advice of a consultation, oldest first.
///
/// # Errors
/// 404 where the actor may not know of the consultation.
pub fn advice(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ConsultationId,
    today: NaiveDate,
) -> Result<Vec<AdviceView>, Problem> {
    let id = row(conn, actor, id)?.id;
    let rows = rows(conn, id)?;
    let words: Vec<(i64, Option<String>, Option<String>)> = case_advice::table
        .filter(case_advice::consultation_id.eq(id))
        .select((case_advice::message_seq, case_advice::summary, case_advice::cause))
        .load(conn)?;
    let mut words: HashMap<i64, _> =
        words.into_iter().map(|(seq, summary, cause)| (seq, (summary, cause))).collect();
    let cases: Vec<CaseId> = rows.iter().filter_map(|row| row.case).collect();
    let known: Vec<(CaseId, CaseState)> = visible_to(actor)
        .filter(remediation_case::id.eq_any(&cases))
        .select((remediation_case::id, remediation_case::state))
        .load(conn)?;
    let known: HashMap<CaseId, CaseState> = known.into_iter().collect();
    let is_enterprise = matches!(actor.scope(), Some(Scope::Enterprise(_)));
    let mut all: BTreeMap<i64, AdviceView> = BTreeMap::new();
    for row in rows {
        let Some(seq) = row.seq else { continue };
        let one = all.entry(seq).or_insert_with(|| {
            let (summary, cause) = words.remove(&seq).unwrap_or_default();
            let state = row.case.and_then(|case| known.get(&case));
            AdviceView {
                seq,
                summary,
                cause,
                case: row.case.filter(|case| known.contains_key(case)),
                may_answer: is_enterprise && state.is_some_and(|state| !state.is_final()),
                actions: Vec::new(),
            }
        });
        one.actions.push(AdvisedAction {
            id: row.id,
            kind: row.kind,
            state: row.state,
            overdue: row.state == ActionState::Accepted && row.due_on.is_some_and(|day| day < today),
            description: row.description,
            standard: row.standard,
            clause: row.clause,
            due_on: row.due_on,
            owner: row.owner,
            done_on: row.done_on,
            reason: row.reason,
        });
    }
    Ok(all.into_values().collect())
}

/// The actions that a conclusion names: those of the consultation that the enterprise has not declined.
///
/// # Errors
/// When the database can't be asked.
pub fn for_conclusion(conn: &mut PgConnection, id: ConsultationId) -> Result<Vec<ConclusionAction>, Problem> {
    let named = |row: ActionRow| {
        let kind = row.kind.text();
        ConclusionAction {
            kind: row.kind.as_str().to_owned(),
            kind_zh: kind.zh.into_owned(),
            kind_en: kind.en.into_owned(),
            description: row.description,
            standard: row.standard,
            clause: row.clause,
            due_on: row.due_on,
            owner: row.owner,
        }
    };
    Ok(rows(conn, id)?.into_iter().filter(|row| row.state != ActionState::Declined).map(named).collect())
}
