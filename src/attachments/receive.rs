//! Taking a file that has come whole, in one request or in parts: recognised by its content, entered, stored, scanned.

use crate::attachments::ids::AttachmentId;
use crate::attachments::ids::UploadId;
use crate::attachments::kind::{FileKind, detect};
use crate::attachments::scan::ScanState;
use crate::attachments::scan::arrival::scan_on_upload;
use crate::attachments::scan::clamd::Verdict;
use crate::attachments::scan::record::{RecordScan, note_deleted};
use crate::attachments::settings::AttachmentSettings;
use crate::attachments::upload::{is_stored, scan_of};
use crate::attachments::{Attachment, Files, FinishUpload, StartUpload};
use crate::core::problem::FieldError;
use crate::core::{Caller, Code, Problem, Text};
use crate::db::Command;
use crate::web::problem::Failure;
use crate::web::reply::{execute, read};
use crate::web::state::State;
use std::fs::File;

/// A file that has come.
pub struct Received {
    /// The name that came with it.
    pub name: String,
    /// Its bytes.
    pub file: File,
    /// Size of the file, in bytes.
    pub size: u64,
    /// Their SHA-256.
    pub sha256: Vec<u8>,
    /// The upload in parts that it comes from.
    pub upload: Option<UploadId>,
}

/// Takes it. The same request gives the same attachment.
///
/// # Errors
/// 413 for a clip that is too large, 415 for a kind that is not taken, 422 for one in which something was found, 429 beyond what may be kept, 503 without the store.
pub async fn receive(
    state: &State,
    caller: Caller,
    files: &Files,
    received: Received,
) -> Result<Attachment, Failure> {
    receive_by(state, caller, files, received, |start| start, |id| FinishUpload { id }).await
}

/// The same by other commands, for who has no account: one that enters the file, and one that notes that its bytes are stored.
///
/// # Errors
/// As [`receive`], and those of the commands.
pub async fn receive_by<Start, Finish>(
    state: &State,
    caller: Caller,
    files: &Files,
    received: Received,
    start: impl FnOnce(StartUpload) -> Start,
    finish: impl FnOnce(AttachmentId) -> Finish,
) -> Result<Attachment, Failure>
where
    Start: Command<Output = Attachment> + Send + 'static,
    Finish: Command<Output = ()> + Send + 'static,
{
    let Received { name, mut file, size, sha256, upload } = received;
    if size == 0 {
        return Err(Problem::field("/file", Text::new("文件为空", "must not be empty")).into());
    }
    let allowed = state.app.settings().section::<AttachmentSettings>().kinds.clone();
    let (kind, file) = read(state, move |app| {
        let kind = detect(&mut file).map_err(Problem::internal)?;
        let taken = |kind: &FileKind| {
            app.settings().section::<AttachmentSettings>().kinds().any(|word| word == kind.as_str())
        };
        Ok((kind.filter(taken), file))
    })
    .await?;
    let Some(kind) = kind else { return Err(unsupported(&allowed).into()) };
    let most = state.app.settings().section::<AttachmentSettings>().clip_max_bytes;
    if kind.is_clip() && size > most {
        return Err(too_long(most).into());
    }
    let size = i64::try_from(size).map_err(Problem::internal)?;
    let made =
        execute(state, caller.clone(), start(StartUpload { name, kind, size, sha256, upload })).await?;
    let id = made.id;
    if !read(state, move |app| is_stored(&mut *app.snapshot()?, id)).await? {
        let scanned = file.try_clone().map_err(Problem::unavailable)?;
        files.put(id, file).await?;
        let unkeyed = Caller { idempotency_key: None, ..caller };
        execute(state, unkeyed, finish(id)).await?;
        if let Some(verdict) = scan_on_upload(state.app.settings(), scanned).await {
            let infected = verdict != Verdict::Clean;
            execute(state, Caller::system(), RecordScan { id, verdict }).await?;
            if infected {
                // The row says so already; what fails here is done by the job.
                files.remove(id).await?;
                read(state, move |app| note_deleted(app, id)).await?;
            }
        }
    }
    let (_, scan) = read(state, move |app| scan_of(&mut *app.snapshot()?, id)).await?;
    if scan == ScanState::Infected {
        return Err(infected().into());
    }
    Ok(Attachment { scan, ..made })
}

/// 422 for a file in which something was found.
fn infected() -> Problem {
    let mut problem = Problem::new(
        Code::InfectedFile,
        Text::new(
            "该文件含有恶意代码，已被隔离，不会保存或发送给任何人",
            "malicious code was found in this file; it is quarantined, and is neither kept nor sent to anyone",
        ),
    );
    let text = Text::new("含有恶意代码，已隔离", "contains malicious code and is quarantined");
    problem.errors.push(FieldError::body("/file", text));
    problem
}

/// 413 for a video clip or a voice message beyond so many bytes.
fn too_long(most: u64) -> Problem {
    let mut problem = Problem::new(
        Code::BodyTooLarge,
        Text::new(
            format!("视频和语音最大为 {most} 字节"),
            format!("a video clip or a voice message has at most {most} bytes"),
        ),
    );
    problem.errors.push(FieldError::body("/file", Text::new("过大", "is too large")));
    problem
}

/// 415, naming the file and what would do.
fn unsupported(allowed: &str) -> Problem {
    let mut problem = Problem::new(
        Code::UnsupportedFileType,
        Text::new(
            format!("不接受此类文件（按内容判断）；可接受：{allowed}"),
            format!("files of this kind, by content, are not taken; these are: {allowed}"),
        ),
    );
    let text = Text::new("文件类型不受支持", "is of a kind that is not taken");
    problem.errors.push(FieldError::body("/file", text));
    problem
}
