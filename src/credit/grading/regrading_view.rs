//! A grading of all subjects as it is shown.

use crate::core::Problem;
use crate::credit::ids::RegradingId;
use crate::credit::words::RegradingState;
use crate::db::schema::credit_regrading;
use crate::jobs::resumable::JobProblem;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How far a grading of all subjects is, and what it came to.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CreditRegradingView)]
pub struct RegradingView {
    /// The grading.
    #[serde(flatten)]
    pub row: RegradingRow,
    /// Why it was given up; absent where it was not.
    pub problem: Option<JobProblem>,
}

/// A row of `credit_regrading`.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[schema(as = CreditRegradingRow)]
#[diesel(table_name = credit_regrading, check_for_backend(Pg))]
pub struct RegradingRow {
    /// Id of the grading.
    pub id: RegradingId,
    /// The state.
    #[schema(inline)]
    pub state: RegradingState,
    /// Why it is done.
    pub reason: String,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Enterprises that are graded so far.
    pub done: i32,
    /// About how many there are.
    pub total: i32,
    /// Subjects that were graded.
    pub graded: Option<i32>,
    /// Of them those of which something changed.
    pub changed: Option<i32>,
    /// Of them those whose grade changed.
    pub regraded: Option<i32>,
}

/// A grading.
///
/// # Errors
/// 404 where there is none.
pub fn get(conn: &mut PgConnection, id: RegradingId) -> Result<RegradingView, Problem> {
    let (row, problem): (RegradingRow, Option<Value>) = credit_regrading::table
        .find(id)
        .select((RegradingRow::as_select(), credit_regrading::problem))
        .first(conn)?;
    Ok(RegradingView { row, problem: problem.and_then(|problem| serde_json::from_value(problem).ok()) })
}

/// The grading that was asked for last, if there was any.
///
/// # Errors
/// When the database can't be asked.
pub fn last(conn: &mut PgConnection) -> Result<Option<RegradingView>, Problem> {
    let id: Option<RegradingId> = credit_regrading::table
        .order(credit_regrading::id.desc())
        .select(credit_regrading::id)
        .first(conn)
        .optional()?;
    id.map(|id| get(conn, id)).transpose()
}
