//! Loading a session under a lock, and writing down its steps.

use crate::core::actor::Scope;
use crate::core::ids::{AccountId, EnterpriseId, ExpertId};
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::officer_steps::{History, Step, audit_named};
use crate::db::schema::{online_session, online_session_expert, online_session_member};
use crate::db::tx::Subject;
use crate::online_sessions::ids::OnlineSessionId;
use crate::online_sessions::policy::{Standing, permit, sees};
use crate::online_sessions::state::{OnlineSessionState, OnlineSessionStep, transition};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::Value;

/// The part of a session that commands decide by.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = online_session, check_for_backend(Pg))]
pub(super) struct Row {
    pub id: OnlineSessionId,
    pub topic: String,
    pub region: String,
    pub product_kinds: Vec<String>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub capacity: i32,
    pub meeting_url: Option<String>,
    pub state: OnlineSessionState,
}

/// Their steps.
const HISTORY: History = History { table: "online_session_event", of: "session_id" };

/// A session that the actor may know of, locked, with what the actor is in it.
///
/// # Errors
/// 404 where the actor may not know of it.
pub(super) fn load(tx: &mut Tx, id: OnlineSessionId) -> Result<(Row, Standing), Problem> {
    permit(&tx.actor)?;
    let row: Row =
        online_session::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?;
    let experts: Vec<ExpertId> = online_session_expert::table
        .filter(online_session_expert::session_id.eq(id))
        .select(online_session_expert::expert_id)
        .load(&mut *tx.conn)?;
    let invited: Vec<EnterpriseId> = match tx.actor.scope() {
        Some(Scope::Enterprise(own)) => online_session_member::table
            .filter(online_session_member::session_id.eq(id))
            .filter(online_session_member::enterprise_id.eq(*own))
            .select(online_session_member::enterprise_id)
            .load(&mut *tx.conn)?,
        _ => Vec::new(),
    };
    let standing = sees(&tx.actor, &row.region, &experts, &invited, &tx.catalogue);
    Ok((row, standing.ok_or_else(Problem::not_found)?))
}

/// The same for the officers and experts who manage it.
///
/// # Errors
/// As [`load`]; 403 for an enterprise.
pub(super) fn load_managed(tx: &mut Tx, id: OnlineSessionId) -> Result<Row, Problem> {
    let (row, standing) = load(tx, id)?;
    if standing == Standing::Keeper { Ok(row) } else { Err(Problem::forbidden()) }
}

/// The same for an enterprise that was invited.
///
/// # Errors
/// As [`load`]; 403 for those who manage it.
pub(super) fn invited(tx: &mut Tx, id: OnlineSessionId) -> Result<(Row, EnterpriseId), Problem> {
    let (row, _) = load(tx, id)?;
    match tx.actor.scope() {
        Some(Scope::Enterprise(own)) => Ok((row, *own)),
        _ => Err(Problem::forbidden()),
    }
}

/// Takes a step, and writes it down.
///
/// # Errors
/// 409 where the state does not allow it.
pub(super) fn step(
    tx: &mut Tx,
    row: &Row,
    step: OnlineSessionStep,
    reason: Option<&str>,
) -> Result<OnlineSessionState, Problem> {
    let to = transition(row.state, step)?;
    event(tx, row.id, step, (Some(row.state), to), reason)?;
    Ok(to)
}

/// Writes a step into the history.
///
/// # Errors
/// When the database refuses.
pub(super) fn event(
    tx: &mut Tx,
    id: OnlineSessionId,
    step: OnlineSessionStep,
    (from, to): (Option<OnlineSessionState>, OnlineSessionState),
    reason: Option<&str>,
) -> Result<(), Problem> {
    let by = tx.actor.account().ok_or_else(Problem::forbidden)?;
    let (step, from, to) = (step.as_str(), from.map(OnlineSessionState::as_str), to.as_str());
    HISTORY.append(tx, id.0, Step { step, from, to, reason, by })
}

/// Writes into the history of a session to come that other experts hold it from now on.
///
/// # Errors
/// When the database refuses.
pub(super) fn handed_over(tx: &mut Tx, row: &Row, reason: &str, by: AccountId) -> Result<(), Problem> {
    let (step, state) = (OnlineSessionStep::Change.as_str(), row.state.as_str());
    HISTORY.append(tx, row.id.0, Step { step, from: Some(state), to: state, reason: Some(reason), by })
}

/// Writes a row of the audit about a session, for the officers of its region.
///
/// # Errors
/// When the database refuses.
pub(super) fn audit(tx: &mut Tx, row: &Row, action: &str, data: Value) -> Result<(), Problem> {
    let subject = Subject::new("online_session", row.id.0).in_region(&row.region);
    audit_named(tx, action, subject, ("topic", &row.topic), data)
}

/// That a step is not for this moment, in words.
pub(super) fn not_now(zh: impl Into<String>, en: impl Into<String>) -> Problem {
    Problem::new(Code::OnlineSessionState, Text::new(zh.into(), en.into()))
}
