//! Uploading, in two commands around the putting of the bytes, which is network I/O and belongs in none.

use crate::attachments::ids::{AttachmentId, UploadId};
use crate::attachments::kind::{FileKind, safe_name};
use crate::attachments::policy::uploader;
use crate::attachments::quota::permit_upload;
use crate::attachments::scan::{ScanSettings, ScanState};
use crate::attachments::settings::AttachmentSettings;
use crate::attachments::state::{AttachmentState, AttachmentStep, gone, transition};
use crate::attachments::store::{AttachmentRow, hex};
use crate::core::actor::Scope;
use crate::core::{Code, Problem, Text};
use crate::db::published::enterprise;
use crate::db::schema::attachment;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// An attachment, as its readers see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Attachment {
    /// Id of the attachment.
    pub id: AttachmentId,
    /// Its name, made safe.
    pub name: String,
    /// The media type, by content.
    pub content_type: String,
    /// Size of the file, in bytes.
    pub size: i64,
    /// SHA-256 of the bytes, in hexadecimal digits.
    pub sha256: String,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// What the scanner for malicious software says; with a scanner, only what is `clean` can be downloaded.
    #[serde(default = "unscanned")]
    pub scan: ScanState,
}

/// As before there was a scanner.
fn unscanned() -> ScanState {
    ScanState::Unscanned
}

impl From<AttachmentRow> for Attachment {
    fn from(row: AttachmentRow) -> Self {
        let (sha256, AttachmentRow { id, name, content_type, size, created_at, scan, .. }) =
            (row.digest(), row);
        Self { id, name, content_type, size, sha256, created_at, scan }
    }
}

/// Enters a file that is about to be stored. The same request gives the same attachment.
#[derive(Debug, Clone, Serialize)]
pub struct StartUpload {
    /// The name that came with it.
    pub name: String,
    /// The kind of file, by its content.
    pub kind: FileKind,
    /// Size of the file, in bytes.
    pub size: i64,
    /// SHA-256.
    pub sha256: Vec<u8>,
    /// The upload in parts that it comes from: its parts do not count beside it.
    pub upload: Option<UploadId>,
}

impl Command for StartUpload {
    type Output = Attachment;
    const NAME: &'static str = "upload_attachment";

    fn run(&self, tx: &mut Tx) -> Result<Attachment, Problem> {
        let owner = uploader(&tx.actor)?;
        permit_upload(tx, owner, self.size, self.upload)?;
        let unused: i64 = attachment::table
            .filter(attachment::owner_id.eq(owner))
            .filter(attachment::scan.ne(ScanState::Infected))
            .filter(attachment::consultation_id.is_null().and(attachment::case_id.is_null()))
            .filter(attachment::recording_id.is_null())
            .filter(attachment::used_for.is_null())
            .count()
            .get_result(&mut *tx.conn)?;
        let most = tx.settings.section::<AttachmentSettings>().unused_per_account;
        if unused >= i64::from(most) {
            return Err(Problem::new(
                Code::TooManyUnusedAttachments,
                Text::new(
                    format!("您有 {unused} 个附件尚未使用，请先使用，或稍后再上传"),
                    format!("{unused} of your attachments are not used yet; use them, or upload later"),
                ),
            ));
        }
        let made = Attachment {
            id: AttachmentId::new(),
            name: safe_name(&self.name, self.kind),
            content_type: self.kind.content_type().to_owned(),
            size: self.size,
            sha256: hex(&self.sha256),
            created_at: tx.now,
            scan: tx.settings.section::<ScanSettings>().first(),
        };
        diesel::insert_into(attachment::table)
            .values((
                attachment::id.eq(made.id),
                attachment::owner_id.eq(owner),
                attachment::name.eq(&made.name),
                attachment::content_type.eq(&made.content_type),
                attachment::size.eq(made.size),
                attachment::sha256.eq(&self.sha256),
                attachment::state.eq(AttachmentState::Uploading),
                attachment::created_at.eq(tx.now),
                attachment::scan.eq(made.scan),
            ))
            .execute(&mut *tx.conn)?;
        let region = match tx.actor.scope() {
            Some(Scope::Admin(region)) => Some(region.clone()),
            Some(Scope::Enterprise(id)) => {
                Some(enterprise::table.find(*id).select(enterprise::region).first(&mut *tx.conn)?)
            }
            _ => None,
        };
        let subject = Subject { region: region.as_deref(), ..Subject::new("attachment", made.id.0) };
        let data = json!({ "name": made.name, "size": made.size, "sha256": made.sha256 });
        tx.audit(Self::NAME, subject, data)?;
        Ok(made)
    }
}

/// Notes that the bytes of an attachment are stored, whole.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct FinishUpload {
    /// Attachment whose bytes have been stored.
    pub id: AttachmentId,
}

impl Command for FinishUpload {
    type Output = ();
    const NAME: &'static str = "finish_upload";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let Some(owner) = tx.actor.account() else { return Err(Problem::unauthenticated()) };
        let state: AttachmentState = attachment::table
            .find(self.id)
            .filter(attachment::owner_id.eq(owner))
            .select(attachment::state)
            .for_update()
            .first(&mut *tx.conn)
            .optional()?
            .ok_or_else(gone)?;
        diesel::update(attachment::table.find(self.id))
            .set(attachment::state.eq(transition(state, AttachmentStep::Finish)?))
            .execute(&mut *tx.conn)?;
        Ok(())
    }
}

/// Whether the bytes of an entered attachment are stored already: the request is repeated then.
///
/// # Errors
/// 409 where it has been deleted since, because nobody used it.
pub fn is_stored(conn: &mut PgConnection, id: AttachmentId) -> Result<bool, Problem> {
    match scan_of(conn, id)? {
        (AttachmentState::Uploading, _) => Ok(false),
        (AttachmentState::Uploaded, _) => Ok(true),
        (AttachmentState::Removing | AttachmentState::Erasing | AttachmentState::Erased, _) => Err(gone()),
    }
}

/// The state of an entered attachment, and what the scanner says of it.
///
/// # Errors
/// 409 where it has been deleted since, because nobody used it.
pub fn scan_of(conn: &mut PgConnection, id: AttachmentId) -> Result<(AttachmentState, ScanState), Problem> {
    let row =
        attachment::table.find(id).select((attachment::state, attachment::scan)).first(conn).optional()?;
    row.ok_or_else(gone)
}
