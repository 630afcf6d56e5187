//! The states of an alert: each step changes the state and is recorded as an event.

use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::{quality_alert, quality_alert_event};
use crate::db::tx::Subject;
use crate::risk::alerts::state::{AlertState, AlertStep, MeasureKind, transition};
use crate::risk::ids::AlertId;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::json;
use uuid::Uuid;

/// Adds an event to the history of an alert whose row the transaction holds.
pub(super) fn add_event(
    tx: &mut Tx,
    id: AlertId,
    (step, from, to): (AlertStep, Option<AlertState>, AlertState),
    measure: Option<Uuid>,
) -> Result<(), Problem> {
    use quality_alert_event as e;
    let last: Option<i32> =
        e::table.filter(e::alert_id.eq(id)).select(diesel::dsl::max(e::ordinal)).first(&mut *tx.conn)?;
    diesel::insert_into(e::table)
        .values((
            e::alert_id.eq(id),
            e::ordinal.eq(last.unwrap_or(0).saturating_add(1)),
            e::step.eq(step),
            e::from_state.eq(from),
            e::to_state.eq(to),
            e::at.eq(tx.now),
            e::actor_id.eq(tx.actor.account()),
            e::measure_id.eq(measure),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// An alert whose row the transaction holds, about to take a step.
pub(super) struct Locked {
    pub(super) region: String,
    pub(super) from: AlertState,
    /// The state after the step.
    pub(super) to: AlertState,
}

/// Locks an alert whose state allows a step.
pub(super) fn lock(tx: &mut Tx, id: AlertId, step: AlertStep) -> Result<Locked, Problem> {
    let (region, from): (String, AlertState) = quality_alert::table
        .find(id)
        .for_update()
        .select((quality_alert::region, quality_alert::state))
        .first(&mut *tx.conn)?;
    Ok(Locked { to: transition(from, step)?, region, from })
}

/// Writes a state: what answers an alert says so once, what ends it says when and by whom.
const TAKE: &str = "
    UPDATE quality_alert SET
        state = $2, updated_at = $3, reason = $5, outcome = $6,
        answered_at = CASE WHEN $2 IN ('meeting', 'measure') THEN coalesce(answered_at, $3) ELSE answered_at END,
        closed_at = CASE WHEN $2 NOT IN ('open', 'meeting', 'measure') THEN $3 END, closed_by = $4
    WHERE id = $1";

/// Writes the state after a step, and its event. `closing` is who closes it and in which words; the words stand in the reason of a dismissal and in the
/// outcome of what is closed.
pub(super) fn take(
    tx: &mut Tx,
    id: AlertId,
    locked: &Locked,
    (step, measure): (AlertStep, Option<Uuid>),
    closing: Option<(Option<AccountId>, &str)>,
) -> Result<(), Problem> {
    let (by, words) = closing.map_or((None, None), |(by, words)| (by, Some(words)));
    let of = |state: AlertState| words.filter(|_| locked.to == state).map(str::to_owned);
    diesel::sql_query(TAKE)
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(locked.to)
        .bind::<Timestamptz, _>(tx.now)
        .bind::<Nullable<SqlUuid>, _>(by)
        .bind::<Nullable<Text>, _>(of(AlertState::Dismissed))
        .bind::<Nullable<Text>, _>(of(AlertState::Closed))
        .execute(&mut *tx.conn)?;
    add_event(tx, id, (step, Some(locked.from), locked.to), measure)
}

/// Says that a letter, an interview or a listing came of an alert: for the domain of these measures, once each. The measure is named by its id.
///
/// # Errors
/// 409 where the alert was closed, dismissed or withdrawn; 404 where there is none.
pub fn record_measure(tx: &mut Tx, alert: AlertId, kind: MeasureKind, measure: Uuid) -> Result<(), Problem> {
    use quality_alert_event as e;
    let step = AlertStep::from(kind);
    let known: i64 = e::table
        .filter(e::alert_id.eq(alert))
        .filter(e::step.eq(step))
        .filter(e::measure_id.eq(measure))
        .count()
        .get_result(&mut *tx.conn)?;
    if known > 0 {
        return Ok(());
    }
    let locked = lock(tx, alert, step)?;
    take(tx, alert, &locked, (step, Some(measure)), None)?;
    let subject = Subject::new("quality_alert", alert.0).in_region(&locked.region);
    tx.audit("take_measure_of_alert", subject, json!({ "measure": kind, "id": measure }))
}
