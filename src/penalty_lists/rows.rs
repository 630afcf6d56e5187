//! Penalties as rows: their steps are written here alone.

use crate::conduct::ids::ConductId;
use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::db::Tx;
use crate::db::schema::{penalty, penalty_event};
use crate::inspections::ids::InspectionId;
use crate::penalty_lists::ids::{PenaltyId, PenaltyListId};
use crate::penalty_lists::list::row::Fault;
use crate::penalty_lists::state::{PenaltyState, PenaltyStep, transition};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::Value;

/// A penalty.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = penalty)]
pub struct PenaltyRow {
    /// Its id.
    pub id: PenaltyId,
    /// The list that brought it.
    pub import_id: PenaltyListId,
    /// The region of that list.
    pub scope: String,
    /// Number of the penalty decision (行政处罚决定书文号).
    pub document_no: String,
    /// Party (当事人).
    pub party_name: String,
    /// Its credit code, as the list tells it.
    pub party_uscc: Option<String>,
    /// Kind of violation (违法行为类型).
    pub act: String,
    /// Facts of the violation (违法事实).
    pub facts: Option<String>,
    /// Legal basis of the penalty (处罚依据).
    pub law: Option<String>,
    /// Penalty imposed (处罚内容).
    pub content: Option<String>,
    /// Authority that imposed the penalty (处罚机关).
    pub authority: String,
    /// Code of the authority's region, where its name tells it.
    pub authority_region: Option<String>,
    /// Date of the decision (处罚决定日期).
    pub decided_on: NaiveDate,
    /// Date of the violation (违法行为发生日期).
    pub happened_on: Option<NaiveDate>,
    /// Subjective fault (主观过错).
    pub fault: Option<Fault>,
    /// The inspection on which it rests.
    pub inspection_id: Option<InspectionId>,
    /// The enterprise that it is against, once that is known.
    pub enterprise_id: Option<EnterpriseId>,
    /// Code of the behaviour as which it counts, once that is known.
    pub behaviour: Option<String>,
    /// Its state.
    pub state: PenaltyState,
    /// The entry of conduct that came of it.
    pub conduct_id: Option<ConductId>,
    /// The number of its last event.
    pub version: i32,
}

/// What a step changes of a penalty besides its state; what is none stays.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = penalty)]
pub struct Changed {
    /// The enterprise that it is against.
    pub enterprise_id: Option<EnterpriseId>,
    /// The behaviour as which it counts.
    pub behaviour: Option<String>,
    /// The inspection on which it rests.
    pub inspection_id: Option<InspectionId>,
    /// The entry of conduct that came of it.
    pub conduct_id: Option<ConductId>,
    /// Its annulment.
    pub annulment: Option<Value>,
}

/// Takes a step: writes the event, the state it leads to, and what it changes.
///
/// # Errors
/// When the database refuses; 500 where the state does not allow the step, which callers look at before.
pub fn take(
    tx: &mut Tx,
    row: &mut PenaltyRow,
    step: PenaltyStep,
    changed: Changed,
    details: Value,
) -> Result<(), Problem> {
    let to = transition(row.state, step)
        .map_err(|refused| Problem::internal(format!("penalty {}: {refused:?}", row.id)))?;
    let ordinal = row.version.saturating_add(1);
    diesel::insert_into(penalty_event::table)
        .values((
            penalty_event::penalty_id.eq(row.id),
            penalty_event::ordinal.eq(ordinal),
            penalty_event::step.eq(step),
            penalty_event::from_state.eq(Some(row.state)),
            penalty_event::to_state.eq(to),
            penalty_event::recorded_at.eq(tx.now),
            penalty_event::actor_id.eq(tx.actor.account()),
            penalty_event::actor_role.eq(tx.actor.role_word()),
            penalty_event::details.eq(details),
        ))
        .execute(&mut *tx.conn)?;
    row.enterprise_id = changed.enterprise_id.or(row.enterprise_id);
    row.behaviour = changed.behaviour.clone().or_else(|| row.behaviour.take());
    row.inspection_id = changed.inspection_id.or(row.inspection_id);
    row.conduct_id = changed.conduct_id.or(row.conduct_id);
    row.state = to;
    row.version = ordinal;
    diesel::update(penalty::table.find(row.id))
        .set((changed, penalty::state.eq(to), penalty::version.eq(ordinal)))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Writes what an officer said of a penalty that waits, without a step.
///
/// # Errors
/// When the database refuses.
pub fn note(tx: &mut Tx, row: &mut PenaltyRow, changed: Changed) -> Result<(), Problem> {
    row.enterprise_id = changed.enterprise_id.or(row.enterprise_id);
    row.behaviour = changed.behaviour.clone().or_else(|| row.behaviour.take());
    row.inspection_id = changed.inspection_id.or(row.inspection_id);
    diesel::update(penalty::table.find(row.id)).set(changed).execute(&mut *tx.conn)?;
    Ok(())
}
