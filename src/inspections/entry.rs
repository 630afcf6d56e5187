//! What steps and corrections have in common as they are entered: their day and words are checked, they are written with what follows, and left in
//! the audit.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::fields::Fields;
use crate::db::Tx;
use crate::db::schema::inspection;
use crate::db::tx::Subject;
use crate::inspections::consequences::follow;
use crate::inspections::course::Course;
use crate::inspections::event::NewStep;
use crate::inspections::law::Law;
use crate::inspections::rows::{EventRow, InspectionRow};
use crate::inspections::store::{Loaded, write};
use crate::inspections::texts;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;

/// The words of an entry, checked.
#[derive(Debug, Clone)]
pub struct Entry {
    /// On which day it happened.
    pub on: NaiveDate,
    /// The document that it rests on.
    pub document: Option<String>,
    /// In the actor's words.
    pub note: Option<String>,
}

/// Checks the day and the words of an entry, and the texts of what it says.
///
/// # Errors
/// 422 with all faults.
pub fn checked(tx: &Tx, event: &NewStep) -> Result<Entry, Problem> {
    let (today, mut fields) = (tx.today(), Fields::new());
    let document = fields.optional_text("/document", event.document.as_deref(), 200);
    let note = fields.optional_text("/note", event.note.as_deref(), 2000);
    let of_moment = event.occurred_at.map(shanghai_date);
    let on = event.occurred_on.or(of_moment).unwrap_or(today);
    fields.require(on <= today, "/occurred_on", "不能晚于今天", "must not be in the future");
    let same = event.occurred_on.is_none() || of_moment.is_none() || event.occurred_on == of_moment;
    fields.require(same, "/occurred_at", "与 occurred_on 不是同一天", "is not on the day of occurred_on");
    fields.require(
        event.occurred_at.is_none_or(|at| at <= tx.now),
        "/occurred_at",
        "不能晚于现在",
        "must not be in the future",
    );
    fields.day("/occurred_on", Some(on));
    fields.day("/sampled_on", event.sampled_on);
    let corrected = event.corrected_on.is_none_or(|day| day <= today);
    fields.require(corrected, "/corrected_on", "不能晚于今天", "must not be in the future");
    texts::check(&mut fields, &event.particulars());
    fields.done()?;
    Ok(Entry { on, document, note })
}

/// Writes an event and what follows from it.
///
/// # Errors
/// When the database refuses.
pub fn finish(
    tx: &mut Tx,
    loaded: &Loaded,
    event: &EventRow,
    course: &Course,
    law: Law<'_>,
    corrected: bool,
) -> Result<(), Problem> {
    write(&mut tx.conn, (&loaded.row, &loaded.subject), event, course, law)?;
    let row: InspectionRow =
        inspection::table.find(loaded.row.id).select(InspectionRow::as_select()).first(&mut *tx.conn)?;
    follow(tx, &row, &loaded.subject, course, law, corrected)
}

/// Leaves a row of the audit about a step.
///
/// # Errors
/// When the database refuses.
pub fn audit(tx: &mut Tx, row: &InspectionRow, event: &EventRow, course: &Course) -> Result<(), Problem> {
    let subject = Subject::new("inspection", row.id.0).in_region(&row.organiser_region);
    let data = json!({
        "number": row.number, "ordinal": event.ordinal, "step": event.step, "occurred_on": event.occurred_on,
        "to": course.state, "document": event.document, "late": event.late, "corrects": event.corrects,
    });
    tx.audit("record_inspection_step", subject, data)
}

/// Whether somebody enters something too long after it happened.
pub fn entered_late(tx: &Tx, on: NaiveDate, law: Law<'_>) -> bool {
    tx.actor != Actor::System && (tx.today() - on).num_days() > i64::from(law.rules.entry_days)
}
