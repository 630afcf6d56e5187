//! Recordings whose period has passed: their files go, what they were stays: nonces, hashes, times, custody. What is due is decided by
//! `retention`, above.

use crate::attachments;
use crate::core::Problem;
use crate::db::Tx;
use crate::db::schema::recording;
use crate::inspections::ids::InspectionId;
use crate::recordings::ids::RecordingId;
use diesel::prelude::*;

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErasedRecordings {
    /// Recordings.
    pub recordings: i64,
    /// Bytes of their files, blurred renditions among them.
    pub bytes: i64,
}

/// Erases the files of the recordings of an inspection.
///
/// # Errors
/// When the database refuses.
pub fn erase(tx: &mut Tx, id: InspectionId) -> Result<ErasedRecordings, Problem> {
    let gone: Vec<RecordingId> = diesel::update(recording::table.filter(recording::inspection_id.eq(id)))
        .filter(recording::erased_at.is_null())
        .set(recording::erased_at.eq(tx.now))
        .returning(recording::id)
        .get_results(&mut *tx.conn)?;
    let ids: Vec<uuid::Uuid> = gone.iter().map(|id| id.0).collect();
    let sizes = attachments::recordings::erase(tx, &ids)?;
    Ok(ErasedRecordings {
        recordings: i64::try_from(gone.len()).unwrap_or(i64::MAX),
        bytes: sizes.iter().sum(),
    })
}
