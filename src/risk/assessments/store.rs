//! Loading an assessment under a lock, and writing down its steps.

use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::officer_steps::{History, Step, audit_named, officer};
use crate::db::schema::assessment;
use crate::db::tx::Subject;
use crate::risk::assessments::policy::sees;
use crate::risk::assessments::state::{AssessmentState, AssessmentStep, transition};
use crate::risk::ids::AssessmentId;
use crate::risk::method::table::Level;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::Value;

/// An assessment as a command needs it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = assessment, check_for_backend(Pg))]
pub(super) struct Row {
    pub(super) id: AssessmentId,
    pub(super) product_kind: String,
    pub(super) region: String,
    pub(super) hazard: String,
    pub(super) state: AssessmentState,
    pub(super) level: Level,
    pub(super) author_id: AccountId,
    pub(super) version: i32,
}

/// Its steps.
const HISTORY: History = History { table: "assessment_event", of: "assessment_id" };

/// Loads an assessment and locks it.
///
/// # Errors
/// 401 or 403 for anyone but an officer; 404 where the officer may not know of it.
pub(super) fn load(tx: &mut Tx, id: AssessmentId) -> Result<Row, Problem> {
    officer(tx)?;
    let row: Row = assessment::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?;
    if sees(&tx.actor, &row.region, &tx.catalogue) { Ok(row) } else { Err(Problem::not_found()) }
}

/// Writes a step down.
///
/// # Errors
/// When the database refuses.
pub(super) fn event(
    tx: &mut Tx,
    id: AssessmentId,
    step: AssessmentStep,
    (from, to): (Option<AssessmentState>, AssessmentState),
    reason: Option<&str>,
) -> Result<(), Problem> {
    let by = officer(tx)?;
    HISTORY.append(
        tx,
        id.0,
        Step { step: step.as_str(), from: from.map(AssessmentState::as_str), to: to.as_str(), reason, by },
    )
}

/// The state after a step, once it is written down.
///
/// # Errors
/// 409 where the state does not allow it.
pub(super) fn step(
    tx: &mut Tx,
    row: &Row,
    step: AssessmentStep,
    reason: Option<&str>,
) -> Result<AssessmentState, Problem> {
    let to = transition(row.state, step)?;
    event(tx, row.id, step, (Some(row.state), to), reason)?;
    Ok(to)
}

/// Leaves a row of the audit about an assessment.
///
/// # Errors
/// When the database refuses.
pub(super) fn audit(
    tx: &mut Tx,
    row: (AssessmentId, &str, &str),
    action: &str,
    data: Value,
) -> Result<(), Problem> {
    let (id, region, hazard) = row;
    audit_named(tx, action, Subject::new("assessment", id.0).in_region(region), ("hazard", hazard), data)
}
