//! Deletes files that were uploaded and never used, bytes and row.
//!
//! First the row says `removing`, so that nobody can use it any more; then the bytes go, then the
//! row. A crash in between is met by the next round.

use crate::app::App;
use crate::attachments::Files;
use crate::attachments::ids::AttachmentId;
use crate::attachments::settings::AttachmentSettings;
use crate::attachments::state::{AttachmentState, AttachmentStep, transition};
use crate::core::{Caller, Problem};
use crate::db::schema::attachment;
use crate::db::{Command, Tx};
use crate::web::room::Job;
use chrono::Duration;
use diesel::prelude::*;
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

/// Removes what was uploaded and never used, once an hour.
pub const JOB: Job = Job {
    name: "attachments",
    wake: None,
    poll: POLL,
    start: |app, _| {
        let files = Files::open(app.settings())?;
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Problem::internal)?;
        Ok(Box::new(move |app| runtime.block_on(sweep(app, &files))))
    },
};

/// One round. Says whether there may be more.
///
/// # Errors
/// When the database or the store is unavailable; the next round goes on.
pub async fn sweep(app: &App, files: &Files) -> Result<bool, Problem> {
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
    Ok(i64::try_from(ids.len()).is_ok_and(|n| n == BATCH))
}
