//! What stands of a step that an inspection has once, such as the check of a label or a quick test: for rooms that keep more of it beside the event.

use crate::core::Problem;
use crate::db::schema::inspection_event;
use crate::inspections::fact::{Fact, facts};
use crate::inspections::ids::InspectionId;
use crate::inspections::rows::EventRow;
use crate::inspections::state::InspectionStep;
use diesel::prelude::*;
use std::collections::HashMap;

/// The last event of this step of each of some inspections, as it was corrected last; none where it never happened or was annulled. Says nothing of
/// who may know of them.
///
/// # Errors
/// 500 where a row is none that ZeroDesk writes.
pub fn standing(
    conn: &mut PgConnection,
    ids: &[InspectionId],
    step: InspectionStep,
) -> Result<HashMap<InspectionId, Fact>, Problem> {
    let rows: Vec<EventRow> = inspection_event::table
        .filter(inspection_event::inspection_id.eq_any(ids))
        .order((inspection_event::inspection_id, inspection_event::ordinal))
        .select(EventRow::as_select())
        .load(conn)?;
    let mut found = HashMap::new();
    for events in rows.chunk_by(|a, b| a.inspection_id == b.inspection_id) {
        let last = facts(events)?.into_iter().rev().find(|fact| fact.step == step);
        if let (Some(event), Some(fact)) = (events.first(), last) {
            found.insert(event.inspection_id, fact);
        }
    }
    Ok(found)
}
