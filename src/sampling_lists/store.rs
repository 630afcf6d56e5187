//! The rows of lists on their way into the database.

use crate::core::Problem;
use crate::db::schema::{sampling_list_rejection, sampling_list_row};
use crate::inspections::ids::InspectionId;
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::rejections::KeptReason;
use crate::sampling_lists::ids::SamplingListId;
use crate::zero_out::import::Outcome;
use diesel::PgConnection;
use diesel::prelude::*;
use serde_json::Value;

/// One reason for which one row is not taken.
#[derive(Debug, Insertable)]
#[diesel(table_name = sampling_list_rejection, treat_none_as_default_value = false)]
pub struct Rejection {
    import_id: SamplingListId,
    row_no: i32,
    ordinal: i32,
    field: String,
    value: String,
    code: RejectionCode,
    reason_zh: String,
    reason_en: String,
    cells: Option<Value>,
    marks: Option<String>,
}

impl Rejection {
    /// The reasons of one row.
    pub fn of_row(
        import_id: SamplingListId,
        row_no: i32,
        kept: Vec<KeptReason>,
    ) -> impl Iterator<Item = Self> {
        kept.into_iter().map(move |reason| {
            let KeptReason { ordinal, field, value, code, reason_zh, reason_en, cells, marks } = reason;
            Self { import_id, row_no, ordinal, field, value, code, reason_zh, reason_en, cells, marks }
        })
    }
}

/// Copies rejections in and leaves the list empty.
///
/// # Errors
/// When the database refuses.
pub fn copy_rejections(conn: &mut PgConnection, rows: &mut Vec<Rejection>) -> Result<(), Problem> {
    if !rows.is_empty() {
        diesel::copy_from(sampling_list_rejection::table)
            .from_insertable(std::mem::take(rows))
            .execute(conn)?;
    }
    Ok(())
}

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
