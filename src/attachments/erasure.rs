//! Files whose period has passed: first the row says so and loses the file's name, then the job of housekeeping deletes the bytes
//! ([`crate::attachments::housekeeping`]). The row stays where the file was used. What is to be erased is decided by `retention`, above.

use crate::attachments::housekeeping::TO_ERASE;
use crate::attachments::state::{AttachmentState, AttachmentStep, transition};
use crate::core::Problem;
use crate::core::ids::ConsultationId;
use crate::db::Tx;
use crate::db::schema::attachment;
use diesel::prelude::*;
use uuid::Uuid;

/// What stands in the place of the name of a file that was erased.
pub const ERASED_NAME: &str = "已按保存期限清除";

/// Marks the files that only the conversation of this consultation uses, and gives their sizes in bytes.
///
/// # Errors
/// When the database refuses.
pub fn mark(tx: &mut Tx, id: ConsultationId) -> Result<Vec<i64>, Problem> {
    let erasing = transition(AttachmentState::Uploaded, AttachmentStep::Erase)?;
    let sizes: Vec<i64> = diesel::update(attachment::table.filter(attachment::consultation_id.eq(id.0)))
        .filter(attachment::case_id.is_null())
        .filter(attachment::state.eq(AttachmentState::Uploaded))
        .set((attachment::state.eq(erasing), attachment::name.eq(ERASED_NAME)))
        .returning(attachment::size)
        .get_results(&mut *tx.conn)?;
    if !sizes.is_empty() {
        tx.wake(TO_ERASE);
    }
    Ok(sizes)
}

/// Marks the files that are used for some things of a higher domain, and gives their sizes in bytes.
///
/// # Errors
/// When the database refuses.
pub fn mark_used(tx: &mut Tx, things: &[Uuid]) -> Result<Vec<i64>, Problem> {
    let erasing = transition(AttachmentState::Uploaded, AttachmentStep::Erase)?;
    let sizes: Vec<i64> = diesel::update(attachment::table.filter(attachment::used_for.eq_any(things)))
        .filter(attachment::state.eq(AttachmentState::Uploaded))
        .set((attachment::state.eq(erasing), attachment::name.eq(ERASED_NAME)))
        .returning(attachment::size)
        .get_results(&mut *tx.conn)?;
    if !sizes.is_empty() {
        tx.wake(TO_ERASE);
    }
    Ok(sizes)
}
