//! The rows of lists that were taken, on their way into the database.

use crate::core::Problem;
use crate::db::schema::sampling_list_row;
use crate::inspections::ids::InspectionId;
use crate::list_files::imports::Outcome;
use crate::sampling_lists::ids::SamplingListId;
use diesel::PgConnection;
use diesel::prelude::*;

/// What became of a row that was taken.
#[derive(Debug, Insertable)]
#[diesel(table_name = sampling_list_row, treat_none_as_default_value = false)]
pub struct TakenRow {
    /// The list.
    pub import_id: SamplingListId,
    /// The stored number of the row.
    pub row_no: i32,
    /// Its inspection.
    pub inspection_id: InspectionId,
    /// What became of it.
    pub outcome: Outcome,
    /// The number of the inspection's last event after it.
    pub version: i32,
    /// SHA-256 of what the list says of the sample.
    pub digest: Vec<u8>,
}

/// Copies rows in.
///
/// # Errors
/// When the database refuses.
pub fn copy_rows(conn: &mut PgConnection, rows: Vec<TakenRow>) -> Result<(), Problem> {
    if !rows.is_empty() {
        diesel::copy_from(sampling_list_row::table).from_insertable(rows).execute(conn)?;
    }
    Ok(())
}
