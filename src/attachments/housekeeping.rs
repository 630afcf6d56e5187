//! Deletes files that were uploaded and never used, bytes and row, and the bytes of files whose period has passed.
//!
//! First the row says `removing`, so that nobody can use it any more; then the bytes go, then the
//! row. Of a file whose period has passed it says `erasing`, and stays as `erased` ([`crate::attachments::erasure`]). A crash in between is
//! met by the next round.

use crate::app::App;
use crate::attachments::Files;
use crate::attachments::ids::AttachmentId;
use crate::attachments::resumable;
use crate::attachments::scan::ScanState;
use crate::attachments::settings::AttachmentSettings;
use crate::attachments::state::{AttachmentState, AttachmentStep, transition};
use crate::core::{Caller, Problem, Wake};
use crate::db::pool::Connection;
use crate::db::schema::attachment;
use crate::db::{Command, Tx};
use crate::web::room::Job;
use chrono::Duration;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::Serialize;

/// How often unused attachments are looked for.
const POLL: std::time::Duration = std::time::Duration::from_secs(3600);
/// Attachments deleted in one round.
const BATCH: i64 = 100;

/// Marks unused attachments that are old enough, and gives those that are to be deleted: these, and
/// those that an earlier round left. Several servers may get the same; removing twice is well.
#[derive(Debug, Serialize)]
pub struct MarkUnused {}

impl Command for MarkUnused {
    type Output = Vec<AttachmentId>;
    const NAME: &'static str = "mark_unused_attachments";

    fn run(&self, tx: &mut Tx) -> Result<Vec<AttachmentId>, Problem> {
        let hours = i64::from(tx.settings.section::<AttachmentSettings>().unused_hours);
        let ids: Vec<AttachmentId> = attachment::table
            .filter(attachment::consultation_id.is_null().and(attachment::case_id.is_null()))
            .filter(attachment::application_id.is_null())
            .filter(attachment::recording_id.is_null())
            .filter(attachment::used_for.is_null())
            // What was quarantined stays, to say so; its bytes are gone.
            .filter(attachment::scan.ne(ScanState::Infected))
            .filter(attachment::created_at.lt(tx.now - Duration::hours(hours)))
            .order(attachment::created_at)
            .limit(BATCH)
            .for_update()
            .skip_locked()
            .select(attachment::id)
            .load(&mut *tx.conn)?;
        // Every state allows it and leads to the same.
        let removing = transition(AttachmentState::Uploaded, AttachmentStep::Remove)?;
        diesel::update(attachment::table.filter(attachment::id.eq_any(&ids)))
            .set(attachment::state.eq(removing))
            .execute(&mut *tx.conn)?;
        Ok(ids)
    }
}

/// Wakes the job: files are marked whose period has passed.
pub const TO_ERASE: Wake = Wake::new("attachments_to_erase");

/// Removes what was uploaded and never used, once an hour, and the bytes of files whose period has passed, at once.
pub const JOB: Job = Job {
    name: "attachments",
    wake: Some(TO_ERASE),
    poll: POLL,
    start: |app, _| {
        let files = Files::open(app.settings())?;
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Problem::internal)?;
        Ok(Box::new(move |app| runtime.block_on(sweep(app, &files))))
    },
};

/// The advisory lock that a back-up holds: it copies the files that its picture of the database names, so none is deleted meanwhile.
pub const BACK_UP: i64 = 0x7a65_726f_6261_636b;

/// Keeps back-ups waiting while files are deleted.
pub struct Deleting(Connection);

impl Drop for Deleting {
    fn drop(&mut self) {
        let sql = format!("SELECT pg_advisory_unlock_shared({BACK_UP})");
        if let Err(error) = self.0.batch_execute(&sql) {
            tracing::debug!(%error, "the lock went with its connection");
        }
    }
}

/// The right to delete files; none while a back-up runs.
///
/// # Errors
/// When the database can't be asked.
pub fn unless_backed_up(app: &App) -> Result<Option<Deleting>, Problem> {
    let mut conn = app.conn()?;
    let lock = diesel::dsl::sql::<Bool>(&format!("pg_try_advisory_lock_shared({BACK_UP})"));
    let free: bool = diesel::select(lock).get_result(&mut *conn)?;
    Ok(free.then(|| Deleting(conn)))
}

/// One round. Says whether there may be more.
///
/// # Errors
/// When the database or the store is unavailable; the next round goes on.
pub async fn sweep(app: &App, files: &Files) -> Result<bool, Problem> {
    let Some(_held) = unless_backed_up(app)? else { return Ok(false) };
    let erased = delete_erased(app, files).await?;
    let ids = app.execute(&Caller::system(), &MarkUnused {})?;
    for id in &ids {
        files.remove(*id).await?;
        diesel::delete(attachment::table.find(id))
            .filter(attachment::state.eq(AttachmentState::Removing))
            .execute(&mut *app.conn()?)?;
    }
    if !ids.is_empty() {
        tracing::info!(attachments = ids.len(), "threw away what was uploaded and never used");
    }
    let full = |count: usize| i64::try_from(count).is_ok_and(|n| n == BATCH);
    let more = resumable::housekeeping::sweep(app, files).await?;
    Ok(more || full(ids.len()) || full(erased))
}

/// Deletes the bytes of files whose period has passed. Gives how many.
async fn delete_erased(app: &App, files: &Files) -> Result<usize, Problem> {
    let ids: Vec<AttachmentId> = attachment::table
        .filter(attachment::state.eq(AttachmentState::Erasing))
        .order(attachment::id)
        .limit(BATCH)
        .select(attachment::id)
        .load(&mut *app.conn()?)?;
    let erased = transition(AttachmentState::Erasing, AttachmentStep::Delete)?;
    for id in &ids {
        files.remove(*id).await?;
        diesel::update(attachment::table.find(id))
            .filter(attachment::state.eq(AttachmentState::Erasing))
            .set(attachment::state.eq(erased))
            .execute(&mut *app.conn()?)?;
    }
    if !ids.is_empty() {
        tracing::info!(attachments = ids.len(), "deleted files whose period has passed");
    }
    Ok(ids.len())
}
