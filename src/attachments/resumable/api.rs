//! Uploads in parts, by HTTP.

use crate::attachments::ids::{AttachmentId, UploadId};
use crate::attachments::receive::{Received, receive};
use crate::attachments::resumable::commands::{
    AddPart, BeginUpload, CancelUpload, CompleteUpload, check_place,
};
use crate::attachments::resumable::store::{PART_BYTES, Part, Row, UploadView, parts, seen};
use crate::attachments::{Attachment, AttachmentRow, Files};
use crate::core::actor::Actor;
use crate::core::{Caller, Code, Problem, Text};
use crate::db::schema::attachment;
use crate::settings::Settings;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::upload::{Upload, UploadRules};
use crate::web::{Auth, Id, Json};
use actix_web::web;
use diesel::prelude::*;
use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Write;
use utoipa::ToSchema;

/// A part of a file.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a multipart body")]
pub struct PartForm {
    /// Where the part begins in the file: the bytes that were received before.
    offset: i64,
    /// The bytes of the part.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Uploads of parts.
pub struct PartRules;

impl UploadRules for PartRules {
    const FIELDS: &'static [&'static str] = &["offset"];

    fn limit(_: &Settings) -> u64 {
        PART_BYTES
    }
}

/// Begins an upload in parts: says the name and the size of the file. Send the parts in order, then finish it. What is not gone on with is
/// deleted when `expires_at` has come.
#[utoipa::path(post, path = "/api/v1/attachments/uploads", tag = "attachments",
    responses((status = 201, body = UploadView)))]
pub async fn begin(state: State, auth: Auth, body: Json<BeginUpload>) -> Answer {
    let made = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/attachments/uploads/{}", made.id), made)
}

/// How far an upload is: where to go on after a lost connection or answer.
#[utoipa::path(get, path = "/api/v1/attachments/uploads/{id}", tag = "attachments",
    responses((status = 200, body = UploadView)))]
pub async fn progress(state: State, auth: Auth, id: Id<UploadId>) -> Answer {
    ok(read(&state, move |app| {
        seen(&mut *app.snapshot()?, &auth.actor(), id.0).map(|row| row.view(app.settings()))
    })
    .await?)
}

/// Adds the next part. One that has come before changes nothing, so a part whose answer was lost may be sent again.
#[utoipa::path(post, path = "/api/v1/attachments/uploads/{id}/parts", tag = "attachments",
    request_body(content = PartForm, content_type = "multipart/form-data"),
    responses((status = 200, body = UploadView)))]
pub async fn add_part(
    state: State,
    auth: Auth,
    files: web::Data<Files>,
    id: Id<UploadId>,
    upload: Upload<PartRules>,
) -> Answer {
    let start = upload.number("offset")?;
    let size = i64::try_from(upload.size).map_err(Problem::internal)?;
    if size == 0 {
        return Err(Problem::field("/file", Text::new("文件为空", "must not be empty")).into());
    }
    let (actor, id) = (auth.actor(), id.0);
    // Before the bytes go to the store.
    read(&state, move |app| check_place(&seen(&mut *app.snapshot()?, &actor, id)?, start, size)).await?;
    let object = AttachmentId::new();
    files.put(object, upload.file).await?;
    let caller = Caller { idempotency_key: None, ..auth.caller() };
    match execute(&state, caller, AddPart { id, start, size, object }).await {
        Ok(added) => {
            if !added.taken {
                files.remove(object).await?;
            }
            ok(added.upload)
        }
        Err(failure) => {
            files.remove(object).await?;
            Err(failure)
        }
    }
}

/// Makes the file of its parts, which then is like one that was uploaded at once. Doing it again, or twice at once, gives the same file.
#[utoipa::path(post, path = "/api/v1/attachments/uploads/{id}/finish", tag = "attachments",
    responses((status = 201, body = Attachment)))]
pub async fn finish(state: State, auth: Auth, files: web::Data<Files>, id: Id<UploadId>) -> Answer {
    let (actor, id) = (auth.actor(), id.0);
    let (row, parts, made) = stored(&state, actor.clone(), id).await?;
    let made = match made {
        Some(made) => made,
        None => match assemble(&state, &files, &row, &parts).await {
            Ok(received) => {
                // The same for all who finish it: the second one waits for the first and gets its file.
                let key = Some(format!("finish-upload-{}", id.0));
                let caller = Caller { idempotency_key: key, ..auth.caller() };
                let made = receive(&state, caller, &files, received).await?;
                let caller = Caller { idempotency_key: None, ..auth.caller() };
                for object in execute(&state, caller, CompleteUpload { id, attachment: made.id }).await? {
                    files.remove(object).await?;
                }
                made
            }
            // Whoever finished it meanwhile has deleted its parts.
            Err(failure) => stored(&state, actor, id).await?.2.ok_or(failure)?,
        },
    };
    created(&format!("/api/v1/attachments/{}", made.id), made)
}

/// An upload with its parts, and the file that it has become.
async fn stored(
    state: &State,
    actor: Actor,
    id: UploadId,
) -> Result<(Row, Vec<Part>, Option<Attachment>), Failure> {
    read(state, move |app| {
        let conn = &mut *app.snapshot()?;
        let row = seen(conn, &actor, id)?;
        let made: Option<AttachmentRow> = match row.attachment_id {
            Some(made) => {
                attachment::table.find(made).select(AttachmentRow::as_select()).first(conn).optional()?
            }
            None => None,
        };
        let parts = parts(conn, id)?;
        Ok((row, parts, made.map(Attachment::from)))
    })
    .await
}

/// Gives an upload up. What has come of it is deleted; the file of a finished one stays.
#[utoipa::path(delete, path = "/api/v1/attachments/uploads/{id}", tag = "attachments", responses((status = 204)))]
pub async fn cancel(state: State, auth: Auth, files: web::Data<Files>, id: Id<UploadId>) -> Answer {
    for object in execute(&state, auth.caller(), CancelUpload { id: id.0 }).await? {
        files.remove(object).await?;
    }
    no_content()
}

/// The whole file, on the disk without a name.
async fn assemble(state: &State, files: &Files, row: &Row, parts: &[Part]) -> Result<Received, Failure> {
    if row.received != row.size {
        let (received, size) = (row.received, row.size);
        return Err(Problem::new(
            Code::UploadOffset,
            Text::new(
                format!("已收到 {received} 字节，共 {size} 字节，尚未传完"),
                format!("{received} of {size} bytes have been received; the rest is missing"),
            ),
        )
        .into());
    }
    let mut file = tempfile::tempfile_in(&state.uploads).map_err(failed)?;
    let mut hash = Sha256::new();
    for part in parts {
        let size = u64::try_from(part.size).map_err(Problem::internal)?;
        let mut bytes = files.get(part.object_id, size).await?;
        while let Some(piece) = bytes.next().await {
            let piece = piece.map_err(failed)?;
            (file, hash) = write(file, hash, piece).await?;
        }
    }
    let size = u64::try_from(row.size).map_err(Problem::internal)?;
    Ok(Received {
        name: row.name.clone(),
        file,
        size,
        sha256: hash.finalize().to_vec(),
        upload: Some(row.id),
    })
}

/// Writes what blocks where it may block.
async fn write(mut file: File, mut hash: Sha256, piece: bytes::Bytes) -> Result<(File, Sha256), Problem> {
    let written = web::block(move || {
        hash.update(&piece);
        file.write_all(&piece).map(|()| (file, hash))
    });
    written.await.map_err(|_| Problem::internal("the writing of an upload panicked"))?.map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> Problem {
    Problem::unavailable(format!("the parts of an upload could not be put together: {error}"))
}
