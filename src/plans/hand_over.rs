//! An officer's account ends: the plans that the officer asked for and nobody has decided on pass to another officer.

use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::matching_plan as plans;
use crate::plans::ids::PlanId;
use crate::plans::state::PlanState;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A plan that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, Queryable)]
pub struct OpenPlan {
    /// Id of the plan.
    pub id: PlanId,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: PlanState,
}

const OPEN: [PlanState; 3] = [PlanState::Queued, PlanState::Computing, PlanState::Computed];

/// The plans that an officer asked for and nobody has decided on.
///
/// # Errors
/// When the database can't be asked.
pub fn open_plans(conn: &mut PgConnection, officer: AccountId) -> Result<Vec<OpenPlan>, Problem> {
    Ok(plans::table
        .filter(plans::requested_by.eq(officer))
        .filter(plans::state.eq_any(OPEN))
        .order(plans::id)
        .select((plans::id, plans::name, plans::state))
        .load(conn)?)
}

/// Passes them to another officer. Returns how many there were.
///
/// # Errors
/// When the database refuses.
pub fn hand_over(tx: &mut Tx, from: AccountId, to: AccountId) -> Result<usize, Problem> {
    let open = plans::table.filter(plans::requested_by.eq(from)).filter(plans::state.eq_any(OPEN));
    Ok(diesel::update(open).set(plans::requested_by.eq(to)).execute(&mut *tx.conn)?)
}
