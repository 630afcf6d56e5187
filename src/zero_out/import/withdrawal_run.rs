//! The withdrawal of an import that runs as a job: its row, and what is shown of it.

use crate::core::ids::AccountId;
use crate::core::{Actor, Problem};
use crate::db::Tx;
use crate::db::published::account;
use crate::db::schema::zero_out_withdrawal as runs;
use crate::jobs::resumable::JobProblem;
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::withdrawal_state::{
    WithdrawalPhase, WithdrawalState, WithdrawalStep, transition,
};
use chrono::{DateTime, Utc};
use diesel::dsl::{insert_into, update};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;

/// The withdrawal of an import that runs as a job, until it is done: under way, or refused at its end. Nothing of the import has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WithdrawalRun {
    /// The state.
    pub state: WithdrawalState,
    /// How far it is, once it has begun and while it goes on.
    pub progress: Option<WithdrawalProgress>,
    /// Why nothing was withdrawn.
    pub problem: Option<JobProblem>,
    /// The account of who asked for it.
    pub by: Option<AccountId>,
    /// Why it is to be withdrawn, in the officer's words.
    pub reason: String,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
}

/// How far a withdrawal is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WithdrawalProgress {
    /// The present phase.
    pub phase: WithdrawalPhase,
    /// Phases that are done.
    pub done: i32,
    /// Phases in all.
    pub total: i32,
}

/// The row of a withdrawal.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = runs)]
pub struct WithdrawalRow {
    import_id: ImportId,
    requested_by: Option<AccountId>,
    /// The reason, in the words of who asked.
    pub reason: String,
    /// The state.
    pub state: WithdrawalState,
    /// How often it was begun.
    pub attempts: i32,
    phase: Option<String>,
    done: i32,
    total: i32,
    problem: Option<Value>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
}

impl WithdrawalRow {
    /// The account of who asked for it.
    #[must_use]
    pub fn requested_by(&self) -> Option<AccountId> {
        self.requested_by
    }

    fn view(self) -> Result<WithdrawalRun, Problem> {
        let phase = self.phase.filter(|_| self.state.is_open()).and_then(|word| word.parse().ok());
        Ok(WithdrawalRun {
            state: self.state,
            progress: phase.map(|phase| WithdrawalProgress { phase, done: self.done, total: self.total }),
            problem: self.problem.map(serde_json::from_value).transpose()?,
            by: self.requested_by,
            reason: self.reason,
            asked_at: self.created_at,
        })
    }
}

/// Queues the withdrawal of an import, whose row the caller has locked. One that was refused before is replaced.
///
/// # Errors
/// 500 where one is under way or done; else when the database refuses.
pub fn request(tx: &mut Tx, import: ImportId, reason: &str) -> Result<(), Problem> {
    let before: Option<WithdrawalState> =
        runs::table.find(import).select(runs::state).first(&mut *tx.conn).optional()?;
    let state = match before {
        None => WithdrawalState::Queued,
        Some(state) => transition(state, WithdrawalStep::Repeat).map_err(Problem::internal)?,
    };
    let values = (
        runs::requested_by.eq(tx.actor.account()),
        runs::reason.eq(reason),
        runs::state.eq(state),
        runs::attempts.eq(0),
        runs::phase.eq(None::<String>),
        runs::done.eq(0),
        runs::total.eq(0),
        runs::problem.eq(None::<Value>),
        runs::created_at.eq(tx.now),
        runs::started_at.eq(None::<DateTime<Utc>>),
        runs::finished_at.eq(None::<DateTime<Utc>>),
    );
    match before {
        None => {
            insert_into(runs::table).values((runs::import_id.eq(import), values)).execute(&mut *tx.conn)?
        }
        Some(_) => update(runs::table.find(import)).set(values).execute(&mut *tx.conn)?,
    };
    Ok(())
}

/// The withdrawals that are yet to be brought to their end, the oldest first.
///
/// # Errors
/// When the database can't be asked.
pub fn open(conn: &mut PgConnection) -> Result<Vec<ImportId>, Problem> {
    Ok(runs::table
        .filter(runs::state.eq_any(WithdrawalState::OPEN))
        .order((runs::created_at, runs::import_id))
        .select(runs::import_id)
        .load(conn)?)
}

/// The row of a withdrawal.
///
/// # Errors
/// 404 where none was asked for.
pub fn find(conn: &mut PgConnection, id: ImportId) -> Result<WithdrawalRow, Problem> {
    Ok(runs::table.find(id).select(WithdrawalRow::as_select()).first(conn)?)
}

/// Whether a withdrawal of the import is under way.
///
/// # Errors
/// When the database can't be asked.
pub fn is_open(conn: &mut PgConnection, id: ImportId) -> Result<bool, Problem> {
    let state: Option<WithdrawalState> = runs::table.find(id).select(runs::state).first(conn).optional()?;
    Ok(state.is_some_and(WithdrawalState::is_open))
}

/// What is shown of the withdrawals of these imports that were not done.
///
/// # Errors
/// When the database can't be asked.
pub fn of(conn: &mut PgConnection, ids: &[ImportId]) -> Result<HashMap<ImportId, WithdrawalRun>, Problem> {
    let rows: Vec<WithdrawalRow> = runs::table
        .filter(runs::import_id.eq_any(ids))
        .filter(runs::state.ne(WithdrawalState::Done))
        .select(WithdrawalRow::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| Ok((row.import_id, row.view()?))).collect()
}

/// Writes into an open row that a run begins, and counts it. Gives the number of rows written.
///
/// # Errors
/// When the database refuses.
pub fn begin(
    conn: &mut PgConnection,
    id: ImportId,
    phase: WithdrawalPhase,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    update(runs::table.find(id).filter(runs::state.eq_any(WithdrawalState::OPEN)))
        .set((
            runs::state.eq(WithdrawalState::Running),
            runs::started_at.eq(now),
            runs::phase.eq(phase.as_str()),
            runs::done.eq(0),
            runs::total.eq(0),
            runs::attempts.eq(runs::attempts + 1),
        ))
        .execute(conn)
}

/// Writes into an open row how far the run is. Gives the number of rows written.
///
/// # Errors
/// When the database refuses.
pub fn write_progress(
    conn: &mut PgConnection,
    id: ImportId,
    phase: WithdrawalPhase,
    done: i32,
    total: i32,
) -> QueryResult<usize> {
    update(runs::table.find(id).filter(runs::state.eq_any(WithdrawalState::OPEN)))
        .set((runs::phase.eq(phase.as_str()), runs::done.eq(done), runs::total.eq(total)))
        .execute(conn)
}

/// Brings a withdrawal to its end: done, or refused for a problem.
///
/// # Errors
/// 500 where its state allows no end; else when the database refuses.
pub fn end(tx: &mut Tx, id: ImportId, refused: Option<&Problem>) -> Result<(), Problem> {
    let kept = find(&mut tx.conn, id)?;
    let step = if refused.is_some() { WithdrawalStep::Refuse } else { WithdrawalStep::Finish };
    let problem = refused.map(JobProblem::from).map(serde_json::to_value).transpose()?;
    // A transaction has one moment, that of its beginning, and the run was noted as begun a little later.
    let ended = kept.started_at.map_or(tx.now, |started| started.max(tx.now));
    update(runs::table.find(id))
        .set((
            runs::state.eq(transition(kept.state, step).map_err(Problem::internal)?),
            runs::phase.eq(None::<String>),
            runs::problem.eq(problem),
            runs::finished_at.eq(ended),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// The role and the region of who asked for a withdrawal, as a case's history names them.
///
/// # Errors
/// When the database can't be asked.
pub fn author(conn: &mut PgConnection, by: Option<AccountId>) -> Result<(String, Option<String>), Problem> {
    match by {
        Some(id) => Ok(account::table.find(id).select((account::role, account::region)).first(conn)?),
        None => Ok((Actor::System.role_word().to_owned(), None)),
    }
}
