//! What is kept of an upload in parts.

use crate::attachments::ids::{AttachmentId, UploadId};
use crate::attachments::settings::AttachmentSettings;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::AccountId;
use crate::db::schema::{attachment_upload, attachment_upload_part};
use crate::settings::Settings;
use chrono::{DateTime, Duration, Utc};
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Bytes that a part should have; it may have fewer, and at most these.
pub const PART_BYTES: u64 = 4 * 1024 * 1024;

/// An upload in parts, as the one sees it who began it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct UploadView {
    /// Id of the upload; that of the file is another one.
    pub id: UploadId,
    /// The name that came with it.
    pub name: String,
    /// Bytes of the whole file.
    pub size: i64,
    /// Bytes that are stored: the next part begins here.
    pub received: i64,
    /// The most bytes of a part.
    pub part_bytes: u64,
    /// The file that it has become; none while it is not finished.
    pub attachment: Option<AttachmentId>,
    /// When it is deleted if no further part comes.
    pub expires_at: DateTime<Utc>,
}

/// A row of `attachment_upload`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = attachment_upload, check_for_backend(Pg))]
pub(super) struct Row {
    pub id: UploadId,
    pub name: String,
    pub size: i64,
    pub received: i64,
    pub attachment_id: Option<AttachmentId>,
    pub updated_at: DateTime<Utc>,
}

impl Row {
    /// The upload as its owner sees it.
    pub fn view(self, settings: &Settings) -> UploadView {
        let hours = i64::from(settings.section::<AttachmentSettings>().unused_hours);
        UploadView {
            id: self.id,
            name: self.name,
            size: self.size,
            received: self.received,
            part_bytes: PART_BYTES,
            attachment: self.attachment_id,
            expires_at: self.updated_at + Duration::hours(hours),
        }
    }
}

/// A part that is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = attachment_upload_part, check_for_backend(Pg))]
pub(super) struct Part {
    pub size: i64,
    pub object_id: AttachmentId,
}

/// An upload of this owner.
///
/// # Errors
/// 404 where there is none.
pub(super) fn own(conn: &mut PgConnection, owner: AccountId, id: UploadId) -> Result<Row, Problem> {
    let row = attachment_upload::table
        .find(id)
        .filter(attachment_upload::owner_id.eq(owner))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.ok_or_else(Problem::not_found)
}

/// The same for whoever asks.
///
/// # Errors
/// 401 without an account, 404 where there is none.
pub(super) fn seen(conn: &mut PgConnection, actor: &Actor, id: UploadId) -> Result<Row, Problem> {
    own(conn, actor.account().ok_or_else(Problem::unauthenticated)?, id)
}

/// Whether it is an upload of whoever asks; asked before a part is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let Some(owner) = actor.account() else { return Ok(false) };
    let own = attachment_upload::table.find(UploadId(id)).filter(attachment_upload::owner_id.eq(owner));
    Ok(diesel::select(exists(own)).get_result(conn)?)
}

/// The parts of an upload, in order.
///
/// # Errors
/// When the database can't be asked.
pub(super) fn parts(conn: &mut PgConnection, id: UploadId) -> QueryResult<Vec<Part>> {
    attachment_upload_part::table
        .filter(attachment_upload_part::upload_id.eq(id))
        .order(attachment_upload_part::start)
        .select(Part::as_select())
        .load(conn)
}
