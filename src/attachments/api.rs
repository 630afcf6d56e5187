//! Attachments: up and down.

use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::{HttpRequest, web};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use utoipa::ToSchema;

use crate::attachments::ids::AttachmentId;
use crate::attachments::kind::{FileKind, detect};
use crate::attachments::policy::readable;
use crate::attachments::scan::ScanState;
use crate::attachments::scan::access::admit;
use crate::attachments::scan::arrival::on_arrival;
use crate::attachments::scan::clamd::Verdict;
use crate::attachments::scan::record::{RecordScan, note_deleted};
use crate::attachments::settings::AttachmentSettings;
use crate::attachments::upload::{is_stored, scan_of};
use crate::attachments::{Attachment, Files, FinishUpload, StartUpload};
use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};
use crate::settings::Settings;
use crate::web::etag::answer_with_tag;
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, read};
use crate::web::state::State;
use crate::web::upload::{Upload, UploadRules};
use crate::web::{Auth, Id};

/// A file to attach.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a multipart body")]
pub struct AttachmentForm {
    /// A photo, a PDF or a document; recognised by the content.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Uploads of attachments: a file alone.
pub struct AttachmentRules;

impl UploadRules for AttachmentRules {
    const FIELDS: &'static [&'static str] = &[];

    fn limit(settings: &Settings) -> u64 {
        settings.section::<AttachmentSettings>().max_bytes
    }
}

/// Uploads a file, to be attached to a message or handed in as evidence. It is the caller's alone until it is used, and thrown
/// away after some hours if it never is. Where files are scanned for malicious software, `scan` says how far it is.
#[utoipa::path(post, path = "/api/v1/attachments", tag = "attachments",
    request_body(content = AttachmentForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Attachment)))]
pub async fn upload(
    state: State,
    auth: Auth,
    files: web::Data<Files>,
    upload: Upload<AttachmentRules>,
) -> Answer {
    let Upload { name, mut file, size, sha256, .. } = upload;
    if size == 0 {
        return Err(Problem::field("/file", Text::new("文件为空", "must not be empty")).into());
    }
    let allowed = state.app.settings().section::<AttachmentSettings>().kinds.clone();
    let (kind, file) = read(&state, move |app| {
        let kind = detect(&mut file).map_err(Problem::internal)?;
        let taken = |kind: &FileKind| {
            app.settings().section::<AttachmentSettings>().kinds().any(|word| word == kind.as_str())
        };
        Ok((kind.filter(taken), file))
    })
    .await?;
    let Some(kind) = kind else { return Err(unsupported(&allowed).into()) };
    let size = i64::try_from(size).map_err(Problem::internal)?;
    let caller = auth.caller();
    let made = execute(&state, caller.clone(), StartUpload { name, kind, size, sha256 }).await?;
    let id = made.id;
    if !read(&state, move |app| is_stored(&mut *app.snapshot()?, id)).await? {
        let scanned = file.try_clone().map_err(Problem::unavailable)?;
        files.put(id, file).await?;
        let finish = crate::core::Caller { idempotency_key: None, ..caller };
        execute(&state, finish, FinishUpload { id }).await?;
        if let Some(verdict) = on_arrival(state.app.settings(), scanned).await {
            let infected = verdict != Verdict::Clean;
            execute(&state, crate::core::Caller::system(), RecordScan { id, verdict }).await?;
            if infected {
                // The row says so already; what fails here is done by the job.
                files.remove(id).await?;
                read(&state, move |app| note_deleted(app, id)).await?;
            }
        }
    }
    let (_, scan) = read(&state, move |app| scan_of(&mut *app.snapshot()?, id)).await?;
    if scan == ScanState::Infected {
        return Err(infected().into());
    }
    created(&format!("/api/v1/attachments/{id}"), Attachment { scan, ..made })
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

/// The bytes of an attachment, for those who may see where it is used. Never as something that a browser would run.
#[utoipa::path(get, path = "/api/v1/attachments/{id}", tag = "attachments",
    responses((status = 200, content_type = "application/octet-stream", body = String), (status = 304)))]
pub async fn download(
    state: State,
    auth: Auth,
    files: web::Data<Files>,
    id: Id<AttachmentId>,
    request: HttpRequest,
) -> Answer {
    let rooms = state.rooms;
    let row = read(&state, move |app| {
        let row = readable(&mut *app.snapshot()?, rooms, &auth.actor(), id.0)?;
        admit(app.settings(), &row)?;
        Ok(row)
    })
    .await?;
    let (mut response, is_known) = answer_with_tag(&request, &row.digest());
    response
        // The right may end, so it is asked for each time.
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
        ));
    if is_known {
        return Ok(response.finish());
    }
    let size = u64::try_from(row.size).map_err(Problem::internal)?;
    let bytes = files.get(row.id, size).await?;
    Ok(response
        .content_type(row.content_type.as_str())
        .insert_header((header::CONTENT_DISPOSITION, disposition(&row.name, &row.content_type)))
        // Such files are packed already.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .body(SizedStream::new(size, bytes)))
}

/// What RFC 8187 allows in a header as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How a browser is to take it (RFC 6266): pictures may be shown, all else is saved.
fn disposition(name: &str, content_type: &str) -> String {
    let how = if FileKind::is_shown(content_type) { "inline" } else { "attachment" };
    let plain: String = name.chars().map(|c| if c.is_ascii() && c != '%' { c } else { '_' }).collect();
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, PLAIN))
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_goes_into_a_header_in_both_forms() {
        assert_eq!(
            disposition("检验 报告.pdf", "application/pdf"),
            "attachment; filename=\"__ __.pdf\"; \
             filename*=UTF-8''%E6%A3%80%E9%AA%8C%20%E6%8A%A5%E5%91%8A.pdf"
        );
        assert_eq!(disposition("a.png", "image/png"), "inline; filename=\"a.png\"; filename*=UTF-8''a.png");
        assert!(disposition("a.heic", "image/heic").starts_with("attachment"));
    }
}
