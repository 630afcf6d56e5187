//! What the challenge of a result came to, as a row beside the inspection holds it: who tests the reserve sample again, when it was settled, and
//! whether the recording of the sampling decided it.

use crate::core::Problem;
use crate::core::ids::LaboratoryId;
use crate::db::schema::inspection_challenge;
use crate::inspections::course::Course;
use crate::inspections::ids::InspectionId;
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;

/// What the challenge of a result came to. All days are days of Asia/Shanghai.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = inspection_challenge, check_for_backend(Pg), primary_key(inspection_id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct ChallengeRow {
    /// The inspection.
    pub inspection_id: InspectionId,
    /// The day of the first challenge.
    pub contested_on: NaiveDate,
    /// When the result was upheld or overturned; none while that is open.
    pub settled_on: Option<NaiveDate>,
    /// Who tests the reserve sample again.
    pub laboratory_id: Option<LaboratoryId>,
    /// Whether the recording of the sampling decided it; none where that was not said.
    pub recording_decided: Option<bool>,
}

/// The row that follows from a course; none where nobody challenged the result.
pub fn challenge_row(id: InspectionId, course: &Course) -> Option<ChallengeRow> {
    let contested_on = course.contested.values().min().copied()?;
    Some(ChallengeRow {
        inspection_id: id,
        contested_on,
        settled_on: course.settled_on,
        laboratory_id: course.retest_laboratory,
        recording_decided: course.recording_decided,
    })
}

/// Writes what the challenge of an inspection came to. `corrected`: a correction may have taken the challenge itself back.
///
/// # Errors
/// When the database refuses.
pub fn write_challenge(
    conn: &mut PgConnection,
    id: InspectionId,
    course: &Course,
    corrected: bool,
) -> Result<(), Problem> {
    use inspection_challenge as c;
    if let Some(row) = challenge_row(id, course) {
        diesel::insert_into(c::table)
            .values(&row)
            .on_conflict(c::inspection_id)
            .do_update()
            .set(&row)
            .execute(conn)?;
    } else if corrected {
        diesel::delete(c::table.find(id)).execute(conn)?;
    }
    Ok(())
}

/// Who tests the reserve sample of an inspection again; none where nobody does.
///
/// # Errors
/// When the database can't be asked.
pub fn retest_laboratory(conn: &mut PgConnection, id: InspectionId) -> QueryResult<Option<LaboratoryId>> {
    use inspection_challenge as c;
    c::table
        .find(id)
        .filter(c::laboratory_id.is_not_null())
        .select(c::laboratory_id.assume_not_null())
        .first(conn)
        .optional()
}
