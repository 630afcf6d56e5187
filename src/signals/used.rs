//! What rests on signals: assessments and alerts of higher domains say so here.

use crate::core::Problem;
use crate::db::Tx;
use crate::db::schema::{signal, signal_use};
use crate::signals::ids::SignalId;
use crate::signals::state::{SignalState, SignalStep, transition};
use crate::signals::store::{Row, take};
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

/// Signals of one call at most.
pub const MOST: usize = 1_000;

/// Marks signals as used in an assessment or an alert, within the caller's transaction; who decides that has been checked by the caller. One that
/// was merged stands for the one that it was merged into. Marking twice changes nothing.
///
/// # Errors
/// 404 where one of them is not there; 409 where one is dismissed or withdrawn.
pub fn mark_used(tx: &mut Tx, ids: &[SignalId], used_in: Uuid) -> Result<(), Problem> {
    let mut roots: Vec<SignalId> = Vec::with_capacity(ids.len());
    for id in ids.iter().take(MOST) {
        let (own, root): (SignalId, Option<SignalId>) =
            signal::table.find(*id).select((signal::id, signal::merged_into)).first(&mut *tx.conn)?;
        roots.push(root.unwrap_or(own));
    }
    // In one order, so that two callers wait for each other and never block each other.
    roots.sort();
    roots.dedup();
    for id in roots {
        let mut row: Row =
            signal::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?;
        transition(row.state, SignalStep::Use)?;
        let written = diesel::insert_into(signal_use::table)
            .values((
                signal_use::signal_id.eq(id),
                signal_use::used_in.eq(used_in),
                signal_use::at.eq(tx.now),
            ))
            .on_conflict_do_nothing()
            .execute(&mut *tx.conn)?;
        if written > 0 {
            take(tx, &mut row, SignalStep::Use, None, json!({ "used_in": used_in }))?;
        }
    }
    Ok(())
}

/// Says that nothing of an assessment or an alert rests on signals any more.
///
/// # Errors
/// When the database refuses.
pub fn release(tx: &mut Tx, used_in: Uuid) -> Result<(), Problem> {
    let mut ids: Vec<SignalId> = signal_use::table
        .filter(signal_use::used_in.eq(used_in))
        .select(signal_use::signal_id)
        .load(&mut *tx.conn)?;
    ids.sort();
    for id in ids {
        let mut row: Row =
            signal::table.find(id).for_update().select(Row::as_select()).first(&mut *tx.conn)?;
        diesel::delete(signal_use::table.find((id, used_in))).execute(&mut *tx.conn)?;
        let others: i64 =
            signal_use::table.filter(signal_use::signal_id.eq(id)).count().get_result(&mut *tx.conn)?;
        if others == 0 && row.state == SignalState::Used {
            take(tx, &mut row, SignalStep::Release, None, json!({ "used_in": used_in }))?;
        }
    }
    Ok(())
}
