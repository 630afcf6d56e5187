//! Recording the verdict of the scanner on a file, and acting on it.

use crate::app::App;
use crate::attachments::Files;
use crate::attachments::ids::AttachmentId;
use crate::attachments::scan::ScanState;
use crate::attachments::scan::clamd::Verdict;
use crate::attachments::state::AttachmentState;
use crate::core::{Caller, Problem};
use crate::db::published::{account, enterprise};
use crate::db::schema::attachment;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;

/// Enters what the scanner says of a file that had no verdict. What was found is audited, where the officers of the uploader's region see it.
#[derive(Debug, Serialize)]
pub struct RecordScan {
    /// The file.
    pub id: AttachmentId,
    /// The verdict of the scanner.
    pub verdict: Verdict,
}

impl Command for RecordScan {
    type Output = ();
    const NAME: &'static str = "quarantine_attachment";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let (state, found) = match &self.verdict {
            Verdict::Clean => (ScanState::Clean, None),
            Verdict::Found(name) => (ScanState::Infected, Some(name)),
        };
        let written = diesel::update(attachment::table.find(self.id))
            .filter(attachment::scan.eq_any([ScanState::Unscanned, ScanState::Waiting]))
            .set((
                attachment::scan.eq(state),
                attachment::scan_found.eq(found),
                attachment::scan_tried_at.eq(tx.now),
            ))
            .returning((attachment::owner_id, attachment::name, attachment::sha256))
            .get_result::<(Option<crate::core::ids::AccountId>, String, Vec<u8>)>(&mut *tx.conn)
            .optional()?;
        let (Some((owner, name, sha256)), Some(found)) = (written, found) else { return Ok(()) };
        // A certificate of an application has no owner yet, and no region.
        let region: Option<String> = account::table
            .left_join(enterprise::table.on(enterprise::id.nullable().eq(account::enterprise_id)))
            .filter(account::id.eq_any(owner))
            .select(diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::Text>>(
                "coalesce(published.account.region, published.enterprise.region)",
            ))
            .first::<Option<String>>(&mut *tx.conn)
            .optional()?
            .flatten();
        let subject = Subject { region: region.as_deref(), ..Subject::new("attachment", self.id.0) };
        let sha256 = crate::attachments::store::hex(&sha256);
        tx.audit(
            Self::NAME,
            subject,
            json!({ "name": name, "found": found, "sha256": sha256, "owner": owner }),
        )
    }
}

/// Notes that the daemon refused a file, so that the others come first.
///
/// # Errors
/// When the database refuses.
pub fn put_off(app: &App, id: AttachmentId) -> Result<(), Problem> {
    diesel::update(attachment::table.find(id))
        .set(attachment::scan_tried_at.eq(app.clock().now()))
        .execute(&mut *app.conn()?)?;
    Ok(())
}

/// Files without a verdict, and those whose bytes are still to be deleted: the longest waiting first.
///
/// # Errors
/// When the database can't be asked.
pub fn waiting(app: &App, most: i64) -> Result<Vec<(AttachmentId, i64, ScanState)>, Problem> {
    let order = diesel::dsl::sql::<diesel::sql_types::Timestamptz>("coalesce(scan_tried_at, created_at)");
    Ok(attachment::table
        .filter(attachment::state.eq(AttachmentState::Uploaded))
        .filter(
            attachment::scan
                .eq_any([ScanState::Unscanned, ScanState::Waiting])
                .or(attachment::scan.eq(ScanState::Infected).and(attachment::quarantined_at.is_null())),
        )
        .order(order)
        .limit(most)
        .select((attachment::id, attachment::size, attachment::scan))
        .load(&mut *app.conn()?)?)
}

/// How many files have no verdict; nothing where the database can't be asked.
#[expect(clippy::cast_precision_loss, reason = "a figure for a diagram")]
pub fn count(app: &App) -> Option<f64> {
    let mut conn = app.conn().ok()?;
    let n: i64 = attachment::table
        .filter(attachment::state.eq(AttachmentState::Uploaded))
        .filter(attachment::scan.eq_any([ScanState::Unscanned, ScanState::Waiting]))
        .count()
        .get_result(&mut *conn)
        .ok()?;
    Some(n as f64)
}

/// Enters a verdict, and deletes the bytes of what something was found in.
///
/// # Errors
/// When the database or the store is unavailable; what is left is done by the job.
pub async fn act_on(app: &App, files: &Files, id: AttachmentId, verdict: Verdict) -> Result<(), Problem> {
    let found = verdict != Verdict::Clean;
    app.execute(&Caller::system(), &RecordScan { id, verdict })?;
    if found { delete_bytes(app, files, id).await } else { Ok(()) }
}

/// Deletes the bytes of a quarantined file. The row stays, and says so.
///
/// # Errors
/// When the database or the store is unavailable.
pub async fn delete_bytes(app: &App, files: &Files, id: AttachmentId) -> Result<(), Problem> {
    files.remove(id).await?;
    note_deleted(app, id)
}

/// Notes that the bytes of a quarantined file are deleted.
///
/// # Errors
/// When the database refuses.
pub fn note_deleted(app: &App, id: AttachmentId) -> Result<(), Problem> {
    diesel::update(attachment::table.find(id))
        .filter(attachment::scan.eq(ScanState::Infected))
        .set(attachment::quarantined_at.eq(app.clock().now()))
        .execute(&mut *app.conn()?)?;
    Ok(())
}
