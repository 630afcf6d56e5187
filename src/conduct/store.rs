//! Loading an entry under a lock, and writing its steps with what they come to.

use crate::conduct::course::{Course, Fact};
use crate::conduct::event::Details;
use crate::conduct::ids::ConductId;
use crate::conduct::policy::sees;
use crate::conduct::rows::{ConductRow, EventRow};
use crate::conduct::state::ConductStep;
use crate::conduct::words::ConductState;
use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::{conduct, conduct_event};
use crate::db::tx::Subject;
use crate::enterprises::queries::region_of;
use diesel::prelude::*;
use serde_json::Value;

/// An entry with its history and what that comes to.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The row.
    pub row: ConductRow,
    /// Code of the enterprise's region.
    pub region: String,
    /// The number of its last event.
    pub last: i32,
    /// What its history comes to.
    pub course: Course,
    /// Who answers for what it says.
    pub authors: Vec<AccountId>,
}

/// The officers who answer for what an entry says: who entered it, and whoever corrected it of their own accord. None of them decides an objection to it.
pub fn authors(row: &ConductRow, events: &[EventRow]) -> Vec<AccountId> {
    let contested = ConductState::Contested.as_str();
    let said = |event: &&EventRow| {
        event.step == ConductStep::Enter.as_str()
            || (event.step == ConductStep::Correct.as_str() && event.from_state.as_deref() != Some(contested))
    };
    row.entered_by.into_iter().chain(events.iter().filter(said).filter_map(|event| event.actor_id)).collect()
}

fn fact(row: EventRow) -> Result<Fact, Problem> {
    Ok(Fact {
        step: row.step.parse().map_err(Problem::internal)?,
        on: row.occurred_on,
        details: serde_json::from_value::<Details>(row.details)?,
    })
}

/// The history of an entry, in its order.
///
/// # Errors
/// When the database can't be asked.
pub fn events(conn: &mut PgConnection, id: ConductId) -> Result<Vec<EventRow>, Problem> {
    Ok(conduct_event::table
        .filter(conduct_event::conduct_id.eq(id))
        .order(conduct_event::ordinal)
        .select(EventRow::as_select())
        .load(conn)?)
}

/// Folds a history.
///
/// # Errors
/// 500 where the stored history can't be folded.
pub fn fold(id: ConductId, events: Vec<EventRow>) -> Result<Course, Problem> {
    let facts = events.into_iter().map(fact).collect::<Result<Vec<_>, _>>()?;
    Course::replay(&facts).map_err(|unreadable| Problem::internal(format!("conduct {id}: {unreadable}")))
}

/// Loads an entry and locks it.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn load(tx: &mut Tx, id: ConductId) -> Result<Loaded, Problem> {
    let row: ConductRow =
        conduct::table.find(id).for_update().select(ConductRow::as_select()).first(&mut *tx.conn)?;
    let region = region_of(&mut tx.conn, row.enterprise_id)?;
    if !sees(&tx.actor, &row, &region, &tx.catalogue) {
        return Err(Problem::not_found());
    }
    let events = events(&mut tx.conn, id)?;
    let last = events.last().map_or(0, |event| event.ordinal);
    let authors = authors(&row, &events);
    Ok(Loaded { course: fold(id, events)?, row, region, last, authors })
}

/// The row of a step, as the history keeps it.
///
/// # Errors
/// None but a fault of ours.
pub fn event_row(
    tx: &Tx,
    id: ConductId,
    ordinal: i32,
    before: Option<&Course>,
    (fact, after): (&Fact, &Course),
) -> Result<EventRow, Problem> {
    Ok(EventRow {
        conduct_id: id,
        ordinal,
        step: fact.step.as_str().to_owned(),
        from_state: before.map(|course| course.state.as_str().to_owned()),
        to_state: after.state.as_str().to_owned(),
        occurred_on: fact.on,
        recorded_at: tx.now,
        actor_id: tx.actor.account(),
        actor_role: tx.actor.role_word().to_owned(),
        actor_region: tx.actor.officer_region().map(str::to_owned),
        details: serde_json::to_value(&fact.details)?,
    })
}

/// Takes a step, writes it, and changes the row to what the history comes to. Gives the number of the event.
///
/// # Errors
/// 409 where the state does not allow it.
pub fn take(tx: &mut Tx, loaded: &mut Loaded, fact: &Fact) -> Result<i32, Problem> {
    let before = loaded.course.clone();
    loaded.course.take(fact)?;
    let ordinal = loaded.last + 1;
    let event = event_row(tx, loaded.row.id, ordinal, Some(&before), (fact, &loaded.course))?;
    diesel::insert_into(conduct_event::table).values(&event).execute(&mut *tx.conn)?;
    let mut row = loaded.row.clone();
    row.fill(&loaded.course);
    if let Some(about) = fact.details.correction.as_ref().and_then(|correction| correction.fact_id) {
        row.fact_id = about;
    }
    row.document_key = row.document_no.as_deref().map(crate::conduct::facts::document_key);
    row.updated_at = tx.now;
    update(tx, &row)?;
    (loaded.row, loaded.last) = (row, ordinal);
    Ok(ordinal)
}

fn update(tx: &mut Tx, row: &ConductRow) -> Result<(), Problem> {
    use conduct as c;
    diesel::update(c::table.find(row.id))
        .set((
            c::fact_id.eq(row.fact_id),
            c::role.eq(row.role),
            c::behaviour.eq(&row.behaviour),
            c::intent.eq(row.intent),
            c::happened_on.eq(row.happened_on),
            c::decided_on.eq(row.decided_on),
            c::document_no.eq(&row.document_no),
            c::document_key.eq(&row.document_key),
            c::rules_version.eq(&row.rules_version),
            c::state.eq(row.state),
            c::notified_on.eq(row.notified_on),
            c::counts_from.eq(row.counts_from),
            c::counts_until.eq(row.counts_until),
            c::pending_since.eq(row.pending_since),
            c::due_on.eq(row.due_on),
            c::repaired_on.eq(row.repaired_on),
            c::annulled_on.eq(row.annulled_on),
            c::updated_at.eq(row.updated_at),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// Writes what was done into the audit.
///
/// # Errors
/// When the database refuses.
pub fn audit(tx: &mut Tx, row: &ConductRow, action: &str, data: Value) -> Result<(), Problem> {
    tx.audit(action, Subject::new("conduct", row.id.0).in_region(&row.authority_region), data)
}
