//! Files of recordings: segments, and their blurred renditions. Uploaded like any other file, by whoever records; from the moment they are
//! entered they belong to the recording and to nothing else. Who may get them is decided by `recordings`, above, which logs each view.

use crate::attachments::housekeeping::TO_ERASE;
use crate::attachments::ids::AttachmentId;
use crate::attachments::scan::ScanState;
use crate::attachments::state::{AttachmentState, AttachmentStep, transition};
use crate::attachments::store::AttachmentRow;
use crate::core::Problem;
use crate::db::Tx;
use crate::db::schema::attachment;
use diesel::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

/// A whole file of the actor's own that is used nowhere yet and in which nothing was found, locked; or that this recording has already.
///
/// # Errors
/// When the database refuses.
pub fn offered(tx: &mut Tx, recording: Uuid, id: AttachmentId) -> Result<Option<AttachmentRow>, Problem> {
    let Some(owner) = tx.actor.account() else { return Ok(None) };
    let found: Option<AttachmentRow> = attachment::table
        .find(id)
        .filter(attachment::owner_id.eq(owner))
        .filter(attachment::state.eq(AttachmentState::Uploaded))
        .filter(attachment::scan.ne(ScanState::Infected))
        .for_update()
        .select(AttachmentRow::as_select())
        .first(&mut *tx.conn)
        .optional()?;
    Ok(found.filter(|file| file.is_unused() || file.recording_id == Some(recording)))
}

/// Gives an offered file to a recording.
///
/// # Errors
/// When the database refuses.
pub fn use_for(tx: &mut Tx, recording: Uuid, id: AttachmentId) -> Result<(), Problem> {
    diesel::update(attachment::table.find(id))
        .set(attachment::recording_id.eq(recording))
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// The whole files of some recordings by their ids; what was erased is not among them.
///
/// # Errors
/// When the database can't be asked.
pub fn of(
    conn: &mut PgConnection,
    recordings: &[Uuid],
) -> Result<HashMap<AttachmentId, AttachmentRow>, Problem> {
    let rows: Vec<AttachmentRow> = attachment::table
        .filter(attachment::recording_id.eq_any(recordings))
        .filter(attachment::state.eq(AttachmentState::Uploaded))
        .select(AttachmentRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Marks the files of some recordings as past their period, and gives their sizes in bytes. The job of housekeeping deletes the bytes.
///
/// # Errors
/// When the database refuses.
pub fn erase(tx: &mut Tx, recordings: &[Uuid]) -> Result<Vec<i64>, Problem> {
    let erasing = transition(AttachmentState::Uploaded, AttachmentStep::Erase)?;
    let sizes: Vec<i64> =
        diesel::update(attachment::table.filter(attachment::recording_id.eq_any(recordings)))
            .filter(attachment::state.eq(AttachmentState::Uploaded))
            .set((
                attachment::state.eq(erasing),
                attachment::name.eq(crate::attachments::erasure::ERASED_NAME),
            ))
            .returning(attachment::size)
            .get_results(&mut *tx.conn)?;
    if !sizes.is_empty() {
        tx.wake(TO_ERASE);
    }
    Ok(sizes)
}
