//! Uploading and downloading attachments, by HTTP.

use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::{HttpRequest, web};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use utoipa::ToSchema;

use crate::attachments::ids::AttachmentId;
use crate::attachments::kind::FileKind;
use crate::attachments::policy::readable;
use crate::attachments::receive::{Received, receive};
use crate::attachments::scan::access::admit;
use crate::attachments::settings::AttachmentSettings;
use crate::attachments::{Attachment, Files};
use crate::core::Problem;
use crate::settings::Settings;
use crate::web::etag::answer_with_tag;
use crate::web::problem::Answer;
use crate::web::reply::{created, read};
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
    let Upload { name, file, size, sha256, .. } = upload;
    let made =
        receive(&state, auth.caller(), &files, Received { name, file, size, sha256, upload: None }).await?;
    created(&format!("/api/v1/attachments/{}", made.id), made)
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
