//! Certificates of an application over HTTP, behind its one-time link.

use actix_web::web::Data;
use utoipa::ToSchema;

use crate::attachments::receive::{Received, receive_by};
use crate::attachments::{Attachment, Files};
use crate::core::secret::Token;
use crate::experts::certificates::{AddCertificate, FinishCertificate, RemoveCertificate};
use crate::experts::proof;
use crate::experts::settings::ApplicationSettings;
use crate::settings::Settings;
use crate::web::anonymous_calls::NetworkLimit;
use crate::web::client_address::ClientAddress;
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, no_content, read};
use crate::web::state::State;
use crate::web::upload::{Upload, UploadRules};
use crate::web::{Guest, Json};

/// How often each network uploaded certificates.
#[derive(Default)]
struct Uploads(NetworkLimit);

/// A certificate to upload.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a multipart body")]
pub struct CertificateForm {
    /// The token of the one-time link.
    token: String,
    /// A picture (JPEG, PNG, WebP, HEIC) or a PDF; recognised by the content.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Uploads of certificates: a file with the token of the link.
pub struct CertificateRules;

impl UploadRules for CertificateRules {
    const FIELDS: &'static [&'static str] = &["token"];

    fn limit(settings: &Settings) -> u64 {
        settings.section::<ApplicationSettings>().certificate_bytes
    }
}

/// Adds a certificate to the application behind a one-time link, before it is confirmed. How many there may be, and of what size, the link's
/// page and `inspect` say. Only those who decide on the application see it.
#[utoipa::path(post, path = "/api/v1/expert-applications/certificates", tag = "experts",
    request_body(content = CertificateForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Attachment)))]
pub async fn add(
    state: State,
    guest: Guest,
    from: ClientAddress,
    files: Data<Files>,
    upload: Upload<CertificateRules>,
) -> Answer {
    let settings = state.app.settings().section::<ApplicationSettings>();
    let now = state.app.clock().now();
    state.app.cache().of::<Uploads>().0.take(from.network(), settings.uploads_per_network_hour, now)?;
    let token = Token(upload.text("token"));
    let open = {
        let token = token.clone();
        move |app: &crate::app::App| proof::is_open(&mut *app.snapshot()?, &token, now)
    };
    if !read(&state, open).await? {
        return Err(crate::accounts::one_time_link::invalid_link().into());
    }
    let Upload { name, file, size, sha256, .. } = upload;
    let received = Received { name, file, size, sha256, upload: None };
    let finish = token.clone();
    let made = receive_by(
        &state,
        guest.0,
        &files,
        received,
        |file| AddCertificate { token, file },
        |id| FinishCertificate { token: finish, id },
    )
    .await?;
    created(&format!("/api/v1/attachments/{}", made.id), made)
}

/// Removes a certificate from the application behind a one-time link.
#[utoipa::path(post, path = "/api/v1/expert-applications/certificates/remove", tag = "experts",
    request_body = RemoveCertificate, responses((status = 204)))]
pub async fn remove(state: State, guest: Guest, body: Json<RemoveCertificate>) -> Answer {
    execute(&state, guest.0, body.0).await?;
    no_content()
}
