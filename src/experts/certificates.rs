//! The certificates of an application: files that are uploaded behind its one-time link, when the applicant has no account yet. Only those
//! who decide on the expert see them. They go with an application that is declined, deleted or rejected.

use crate::attachments::Attachment;
use crate::attachments::applications;
use crate::attachments::ids::AttachmentId;
use crate::attachments::kind::FileKind;
use crate::attachments::store::find;
use crate::attachments::upload::StartUpload;
use crate::core::actor::Actor;
use crate::core::ids::ExpertId;
use crate::core::secret::Token;
use crate::core::{Code, Problem, Text};
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::experts::policy::vettable;
use crate::experts::proof::lock;
use crate::experts::settings::ApplicationSettings;
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// What a certificate may be: a photo, or a scan as a document.
const KINDS: [FileKind; 5] = [FileKind::Jpeg, FileKind::Png, FileKind::Webp, FileKind::Heic, FileKind::Pdf];

/// Enters a certificate that is about to be stored.
#[derive(Debug, Clone, Serialize)]
pub struct AddCertificate {
    /// The token of the one-time link.
    pub token: Token,
    /// The file.
    pub file: StartUpload,
}

/// Notes that the bytes of a certificate are stored.
#[derive(Debug, Clone, Serialize)]
pub struct FinishCertificate {
    /// The token of the one-time link.
    pub token: Token,
    /// The file.
    pub id: AttachmentId,
}

/// Removes a certificate of one's application.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveCertificate {
    /// The token of the one-time link.
    #[schema(value_type = String)]
    pub token: Token,
    /// The certificate.
    pub id: AttachmentId,
}

impl Command for AddCertificate {
    type Output = Attachment;
    const NAME: &'static str = "add_certificate";

    fn run(&self, tx: &mut Tx) -> Result<Attachment, Problem> {
        let (id, _) = lock(tx, &self.token)?;
        if !KINDS.contains(&self.file.kind) {
            return Err(Problem::new(
                Code::UnsupportedFileType,
                Text::new(
                    "证书须为图片（JPEG、PNG、WebP、HEIC）或 PDF 文件",
                    "a certificate must be a picture (JPEG, PNG, WebP, HEIC) or a PDF file",
                ),
            ));
        }
        let most = tx.settings.section::<ApplicationSettings>().certificates;
        let made = applications::enter(tx, id.0, &self.file, most)?.ok_or_else(|| {
            Problem::new(
                Code::TooManyUnusedAttachments,
                Text::new(
                    format!("每份申请最多上传 {most} 份证书，请先移除不需要的"),
                    format!("an application has at most {most} certificates; remove one first"),
                ),
            )
        })?;
        let data = json!({ "name": made.name, "size": made.size, "sha256": made.sha256 });
        tx.audit(Self::NAME, Subject::new("expert_application", id.0), data)?;
        Ok(made)
    }
}

impl Command for FinishCertificate {
    type Output = ();
    const NAME: &'static str = "finish_certificate";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let (id, _) = lock(tx, &self.token)?;
        applications::finish(tx, id.0, self.id)
    }
}

impl Command for RemoveCertificate {
    type Output = ();
    const NAME: &'static str = "remove_certificate";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let (id, _) = lock(tx, &self.token)?;
        if !applications::discard_one(tx, id.0, self.id)? {
            return Err(Problem::not_found());
        }
        tx.audit(Self::NAME, Subject::new("expert_application", id.0), json!({ "file": self.id }))
    }
}

/// Whether the actor decides on the expert whose certificate a file is.
///
/// # Errors
/// When the database can't be asked.
pub fn sees(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let Some(application) = find(conn, AttachmentId(id))?.application_id else { return Ok(false) };
    let expert = ExpertId(application);
    Ok(vettable(conn, actor, &[expert])?.contains(&expert))
}
