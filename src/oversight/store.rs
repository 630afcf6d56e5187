//! Loading a letter, an interview or a listing under a lock, and writing its steps with what they come to.

use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::{
    oversight, oversight_basis, oversight_event, oversight_matter, oversight_responsibility,
};
use crate::db::tx::Subject;
use crate::oversight::course::{Course, Details, Fact};
use crate::oversight::facts::Basis;
use crate::oversight::ids::OversightId;
use crate::oversight::policy::{Standing, permit, sees};
use crate::oversight::rows::{CourseRow, EventRow, MatterRow, OversightRow, ResponsibilityRow};
use crate::oversight::state::{OversightState, OversightStep};
use crate::oversight::words::{BasisKind, OversightKind};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use serde_json::{Value, json};
use uuid::Uuid;

diesel::define_sql_function! {
    /// Gives an authority's next number of a year, and locks its counter until the transaction ends.
    fn oversight_next_number(region: Text, year: Integer) -> Integer;
}

/// A letter, an interview or a listing with its history and what that comes to.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The row.
    pub row: OversightRow,
    /// What else was written.
    pub matter: MatterRow,
    /// What the actor is to it.
    pub standing: Standing,
    /// Its history.
    pub events: Vec<EventRow>,
    /// What its history comes to.
    pub course: Course,
}

impl Loaded {
    /// Who last took a step of this kind.
    pub fn taken_by(&self, step: OversightStep) -> Option<AccountId> {
        let last = self.events.iter().rev().find(|event| event.step == step.as_str());
        last.and_then(|event| event.actor_id)
    }

    /// Whether this officer has entered in place of who was addressed that a task is done.
    pub fn tasks_entered_by(&self, officer: Option<AccountId>) -> bool {
        self.events.iter().any(|event| {
            event.actor_id == officer
                && event.step == OversightStep::TaskDone.as_str()
                && event.details.get("on_behalf").and_then(Value::as_bool).unwrap_or(false)
        })
    }

    /// The number of its last event.
    pub fn last(&self) -> i32 {
        self.events.last().map_or(0, |event| event.ordinal)
    }
}

/// The history, in its order.
///
/// # Errors
/// When the database can't be asked.
pub fn events(conn: &mut PgConnection, id: OversightId) -> QueryResult<Vec<EventRow>> {
    oversight_event::table
        .filter(oversight_event::oversight_id.eq(id))
        .order(oversight_event::ordinal)
        .select(EventRow::as_select())
        .load(conn)
}

fn fact(row: &EventRow) -> Result<Fact, Problem> {
    Ok(Fact {
        step: row.step.parse().map_err(Problem::internal)?,
        on: row.occurred_on,
        details: serde_json::from_value::<Details>(row.details.clone())?,
    })
}

/// Folds a history.
///
/// # Errors
/// 500 where the stored history can't be folded.
pub fn fold(kind: OversightKind, events: &[EventRow]) -> Result<Course, Problem> {
    let facts = events.iter().map(fact).collect::<Result<Vec<_>, _>>()?;
    Course::replay(kind, &facts).map_err(|refused| Problem::internal(refused.to_string()))
}

/// Loads one and locks it.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn load(tx: &mut Tx, id: OversightId) -> Result<Loaded, Problem> {
    permit(&tx.actor)?;
    let row: OversightRow =
        oversight::table.find(id).for_update().select(OversightRow::as_select()).first(&mut *tx.conn)?;
    let standing = sees(&tx.actor, row.holders(), &tx.catalogue).ok_or_else(Problem::not_found)?;
    let (matter, events) = (matter(&mut tx.conn, id)?, events(&mut tx.conn, id)?);
    let course = fold(row.written.kind, &events)?;
    Ok(Loaded { row, matter, standing, events, course })
}

/// What else was written.
///
/// # Errors
/// When the database can't be asked.
pub fn matter(conn: &mut PgConnection, id: OversightId) -> QueryResult<MatterRow> {
    oversight_matter::table.find(id).select(MatterRow::as_select()).first(conn)
}

/// What it rests on, in its order.
///
/// # Errors
/// When the database can't be asked.
pub fn basis(conn: &mut PgConnection, id: OversightId) -> QueryResult<Vec<Basis>> {
    let rows: Vec<(BasisKind, Uuid)> = oversight_basis::table
        .filter(oversight_basis::oversight_id.eq(id))
        .order(oversight_basis::place)
        .select((oversight_basis::kind, oversight_basis::ref_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(kind, id)| Basis { kind, id }).collect())
}

/// Writes what it rests on, in place of what it rested on before.
///
/// # Errors
/// When the database refuses.
pub fn write_basis(tx: &mut Tx, id: OversightId, basis: &[Basis]) -> Result<(), Problem> {
    diesel::delete(oversight_basis::table.filter(oversight_basis::oversight_id.eq(id)))
        .execute(&mut *tx.conn)?;
    let rows: Vec<_> = (1_i32..)
        .zip(basis)
        .map(|(place, one)| {
            (
                oversight_basis::oversight_id.eq(id),
                oversight_basis::place.eq(place),
                oversight_basis::kind.eq(one.kind),
                oversight_basis::ref_id.eq(one.id),
            )
        })
        .collect();
    diesel::insert_into(oversight_basis::table).values(rows).execute(&mut *tx.conn)?;
    Ok(())
}

/// The responsibilities, in the order of their kinds.
///
/// # Errors
/// When the database can't be asked.
pub fn responsibilities(conn: &mut PgConnection, id: OversightId) -> QueryResult<Vec<ResponsibilityRow>> {
    let mut rows: Vec<ResponsibilityRow> = oversight_responsibility::table
        .filter(oversight_responsibility::oversight_id.eq(id))
        .select(ResponsibilityRow::as_select())
        .load(conn)?;
    rows.sort_by_key(|row| row.kind);
    Ok(rows)
}

/// Writes the responsibilities in place of those before.
///
/// # Errors
/// When the database refuses.
pub fn write_responsibilities(
    tx: &mut Tx,
    id: OversightId,
    rows: &[ResponsibilityRow],
) -> Result<(), Problem> {
    use oversight_responsibility as r;
    diesel::delete(r::table.filter(r::oversight_id.eq(id))).execute(&mut *tx.conn)?;
    let values: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                r::oversight_id.eq(id),
                r::kind.eq(row.kind),
                r::holder.eq(&row.holder),
                r::post.eq(&row.post),
                r::task.eq(&row.task),
                r::due_on.eq(row.due_on),
                r::state.eq(row.state),
                r::done_on.eq(row.done_on),
                r::evidence.eq(&row.evidence),
                r::done_ordinal.eq(row.done_ordinal),
            )
        })
        .collect();
    diesel::insert_into(r::table).values(values).execute(&mut *tx.conn)?;
    Ok(())
}

/// Writes an event into the history.
///
/// # Errors
/// When the database refuses.
pub fn event(
    tx: &mut Tx,
    id: OversightId,
    ordinal: i32,
    (from, to): (Option<OversightState>, OversightState),
    fact: &Fact,
) -> Result<EventRow, Problem> {
    let row = EventRow {
        oversight_id: id,
        ordinal,
        step: fact.step.as_str().to_owned(),
        from_state: from.map(|state| state.as_str().to_owned()),
        to_state: to.as_str().to_owned(),
        occurred_on: fact.on,
        recorded_at: tx.now,
        actor_id: tx.actor.account(),
        actor_role: tx.actor.role_word().to_owned(),
        actor_region: tx.actor.officer_region().map(str::to_owned),
        details: serde_json::to_value(&fact.details)?,
    };
    diesel::insert_into(oversight_event::table).values(&row).execute(&mut *tx.conn)?;
    Ok(row)
}

/// The year and the number within it of a document.
pub type Numbered = Option<(i32, i32)>;

/// Takes a step, writes it, and changes the row to what the history comes to; where the document goes out, with its number. Gives the number of the
/// event.
///
/// # Errors
/// 409 where the state does not allow it.
pub fn take(tx: &mut Tx, loaded: &mut Loaded, fact: &Fact, numbered: Numbered) -> Result<i32, Problem> {
    let before = loaded.course.state;
    let mut course = loaded.course.clone();
    course.take(fact)?;
    let (id, ordinal) = (loaded.row.written.id, loaded.last().saturating_add(1));
    let event = event(tx, id, ordinal, (Some(before), course.state), fact)?;
    let row = CourseRow::from(&course);
    let version = loaded.row.version.saturating_add(1);
    diesel::update(oversight::table.find(id))
        .set((
            &row,
            numbered.map(|(year, _)| oversight::document_year.eq(year)),
            numbered.map(|(_, number)| oversight::document_ordinal.eq(number)),
            oversight::updated_at.eq(tx.now),
            oversight::version.eq(version),
        ))
        .execute(&mut *tx.conn)?;
    loaded.events.push(event);
    (loaded.row.course, loaded.row.version, loaded.course) = (row, version, course);
    Ok(ordinal)
}

/// The next number of an authority in a year. Nobody else gets one of that authority until this transaction ends.
///
/// # Errors
/// When the database refuses.
pub fn next_number(tx: &mut Tx, region: &str, year: i32) -> Result<i32, Problem> {
    Ok(diesel::select(oversight_next_number(region, year)).get_result(&mut *tx.conn)?)
}

/// Writes what was done into the audit, for the officers of the issuing region.
///
/// # Errors
/// When the database refuses.
pub fn audit(tx: &mut Tx, row: &OversightRow, action: &str, mut data: Value) -> Result<(), Problem> {
    if let Some(fields) = data.as_object_mut() {
        fields.insert("title".to_owned(), json!(row.written.title));
    }
    let subject = Subject::new("oversight", row.written.id.0).in_region(&row.written.from_region);
    tx.audit(action, subject, data)
}
