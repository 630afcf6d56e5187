//! Deletes uploads in parts that nobody goes on with, and what is left of those that are finished.

use crate::app::App;
use crate::attachments::Files;
use crate::attachments::ids::{AttachmentId, UploadId};
use crate::attachments::resumable::store::parts;
use crate::attachments::settings::AttachmentSettings;
use crate::core::Problem;
use crate::db::schema::{attachment_upload, attachment_upload_part};
use chrono::Duration;
use diesel::prelude::*;

/// Uploads deleted in one round.
const BATCH: i64 = 100;

/// One round. Says whether there may be more. The objects go first: a crash in between is met by the next round.
///
/// # Errors
/// When the database or the store is unavailable; the next round goes on.
pub async fn sweep(app: &App, files: &Files) -> Result<bool, Problem> {
    let hours = i64::from(app.settings().section::<AttachmentSettings>().unused_hours);
    let before = app.clock().now() - Duration::hours(hours);
    let old: Vec<UploadId> = attachment_upload::table
        .filter(attachment_upload::updated_at.lt(before))
        .order(attachment_upload::updated_at)
        .limit(BATCH)
        .select(attachment_upload::id)
        .load(&mut *app.conn()?)?;
    for id in &old {
        let objects: Vec<AttachmentId> =
            parts(&mut *app.conn()?, *id)?.into_iter().map(|part| part.object_id).collect();
        for object in &objects {
            files.remove(*object).await?;
        }
        let conn = &mut *app.conn()?;
        diesel::delete(
            attachment_upload_part::table.filter(attachment_upload_part::object_id.eq_any(&objects)),
        )
        .execute(conn)?;
        // A part that came meanwhile keeps it until the next round.
        let has_parts = diesel::dsl::exists(
            attachment_upload_part::table.filter(attachment_upload_part::upload_id.eq(attachment_upload::id)),
        );
        diesel::delete(attachment_upload::table.find(id))
            .filter(diesel::dsl::not(has_parts))
            .execute(conn)?;
    }
    Ok(i64::try_from(old.len()).is_ok_and(|count| count == BATCH))
}
