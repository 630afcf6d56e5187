//! Beginning an upload in parts, counting a part that is stored, ending it.

use crate::attachments::ids::{AttachmentId, UploadId};
use crate::attachments::policy::uploader;
use crate::attachments::quota::permit_upload;
use crate::attachments::resumable::store::{Row, UploadView, own, parts};
use crate::attachments::settings::AttachmentSettings;
use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};
use crate::db::schema::{attachment_upload, attachment_upload_part};
use crate::db::{Command, Tx};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Uploads that one account may have under way.
pub const MOST_OPEN: i64 = 50;
/// Longest name in characters.
const LONGEST_NAME: usize = 500;

/// Says what file is going to come in parts.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginUpload {
    /// The file's name.
    pub name: String,
    /// Its bytes.
    pub size: i64,
}

impl Command for BeginUpload {
    type Output = UploadView;
    const NAME: &'static str = "begin_upload";

    fn run(&self, tx: &mut Tx) -> Result<UploadView, Problem> {
        let owner = uploader(&tx.actor)?;
        let most = tx.settings.section::<AttachmentSettings>().max_bytes;
        let mut faults = Vec::new();
        if self.name.trim().is_empty() || self.name.chars().count() > LONGEST_NAME {
            let text = Text::new(
                format!("须为 1 至 {LONGEST_NAME} 个字符"),
                format!("must have 1 to {LONGEST_NAME} characters"),
            );
            faults.push(FieldError::body("/name", text));
        }
        if self.size < 1 || u64::try_from(self.size).is_ok_and(|size| size > most) {
            let text = Text::new(format!("须为 1 至 {most} 字节"), format!("must be 1 to {most} bytes"));
            faults.push(FieldError::body("/size", text));
        }
        Problem::unless_empty(faults)?;
        permit_upload(tx, owner, self.size, None)?;
        let open: i64 = attachment_upload::table
            .filter(attachment_upload::owner_id.eq(owner))
            .filter(attachment_upload::attachment_id.is_null())
            .count()
            .get_result(&mut *tx.conn)?;
        if open >= MOST_OPEN {
            return Err(Problem::new(
                Code::TooManyUnusedAttachments,
                Text::new(
                    format!("您有 {open} 个文件正在上传，请先完成或取消"),
                    format!("{open} of your uploads are under way; finish or cancel them first"),
                ),
            ));
        }
        let row = Row {
            id: UploadId::new(),
            name: self.name.clone(),
            size: self.size,
            received: 0,
            attachment_id: None,
            updated_at: tx.now,
        };
        diesel::insert_into(attachment_upload::table)
            .values((
                attachment_upload::id.eq(row.id),
                attachment_upload::owner_id.eq(owner),
                attachment_upload::name.eq(&row.name),
                attachment_upload::size.eq(row.size),
                attachment_upload::created_at.eq(tx.now),
                attachment_upload::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        Ok(row.view(&tx.settings))
    }
}

/// Counts a part whose bytes are stored as an object of their own; 429 beyond what may be kept.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct AddPart {
    /// The upload.
    pub id: UploadId,
    /// Where the part begins in the file.
    pub start: i64,
    /// Its bytes.
    pub size: i64,
    /// The object of the store that holds it.
    pub object: AttachmentId,
}

/// What became of a part.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Added {
    /// The upload as it is now.
    pub upload: UploadView,
    /// Whether the object belongs to it; else the part had come before, and the object is to be deleted.
    pub taken: bool,
}

impl Command for AddPart {
    type Output = Added;
    const NAME: &'static str = "add_upload_part";

    fn run(&self, tx: &mut Tx) -> Result<Added, Problem> {
        let owner = uploader(&tx.actor)?;
        attachment_upload::table
            .find(self.id)
            .select(attachment_upload::id)
            .for_update()
            .first::<UploadId>(&mut *tx.conn)
            .optional()?;
        let mut row = own(&mut tx.conn, owner, self.id)?;
        check_place(&row, self.start, self.size)?;
        let end = self.start.saturating_add(self.size);
        let taken = row.attachment_id.is_none() && self.start == row.received;
        if taken {
            permit_upload(tx, owner, self.size, None)?;
            diesel::insert_into(attachment_upload_part::table)
                .values((
                    attachment_upload_part::upload_id.eq(self.id),
                    attachment_upload_part::start.eq(self.start),
                    attachment_upload_part::size.eq(self.size),
                    attachment_upload_part::object_id.eq(self.object),
                ))
                .execute(&mut *tx.conn)?;
            diesel::update(attachment_upload::table.find(self.id))
                .set((attachment_upload::received.eq(end), attachment_upload::updated_at.eq(tx.now)))
                .execute(&mut *tx.conn)?;
            (row.received, row.updated_at) = (end, tx.now);
        }
        Ok(Added { upload: row.view(&tx.settings), taken })
    }
}

/// Checks where a part begins and ends. One that came before fits: its answer was lost.
///
/// # Errors
/// 409 with the place where the next part begins; 422 where the file would become longer than was said.
pub(super) fn check_place(row: &Row, start: i64, size: i64) -> Result<(), Problem> {
    let end = start.saturating_add(size);
    if end <= row.received {
        return Ok(());
    }
    if start == row.received {
        if end <= row.size {
            return Ok(());
        }
        let text = Text::new(
            format!("超出申报的文件大小 {} 字节", row.size),
            format!("goes beyond the {} bytes that were announced", row.size),
        );
        return Err(Problem::field("/file", text));
    }
    let received = row.received;
    let mut problem = Problem::new(
        Code::UploadOffset,
        Text::new(
            format!("已收到 {received} 字节，请从此处继续上传"),
            format!("{received} bytes have been received; go on from there"),
        ),
    );
    let text = Text::new(format!("须为 {received}"), format!("must be {received}"));
    problem.errors.push(FieldError::body("/offset", text));
    Err(problem)
}

/// Notes the file that an upload has become. Gives the objects of its parts, which are to be deleted.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct CompleteUpload {
    /// The upload.
    pub id: UploadId,
    /// The file.
    pub attachment: AttachmentId,
}

impl Command for CompleteUpload {
    type Output = Vec<AttachmentId>;
    const NAME: &'static str = "complete_upload";

    fn run(&self, tx: &mut Tx) -> Result<Vec<AttachmentId>, Problem> {
        let owner = uploader(&tx.actor)?;
        own(&mut tx.conn, owner, self.id)?;
        diesel::update(attachment_upload::table.find(self.id))
            .set((
                attachment_upload::attachment_id.eq(self.attachment),
                attachment_upload::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        take_parts(tx, self.id)
    }
}

/// Gives an upload up. Gives the objects of its parts, which are to be deleted.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct CancelUpload {
    /// The upload.
    pub id: UploadId,
}

impl Command for CancelUpload {
    type Output = Vec<AttachmentId>;
    const NAME: &'static str = "cancel_upload";

    fn run(&self, tx: &mut Tx) -> Result<Vec<AttachmentId>, Problem> {
        let owner = uploader(&tx.actor)?;
        own(&mut tx.conn, owner, self.id)?;
        let objects = take_parts(tx, self.id)?;
        diesel::delete(attachment_upload::table.find(self.id)).execute(&mut *tx.conn)?;
        Ok(objects)
    }
}

/// Removes the parts of an upload; gives their objects.
fn take_parts(tx: &mut Tx, id: UploadId) -> Result<Vec<AttachmentId>, Problem> {
    let objects = parts(&mut tx.conn, id)?.into_iter().map(|part| part.object_id).collect();
    diesel::delete(attachment_upload_part::table.filter(attachment_upload_part::upload_id.eq(id)))
        .execute(&mut *tx.conn)?;
    Ok(objects)
}
