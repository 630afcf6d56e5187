//! What the `attachments` domain declares of itself.

use crate::attachments::api;
use crate::attachments::resumable;
use crate::attachments::scan::{self, ScanSettings};
use crate::attachments::settings::AttachmentSettings;
use crate::core::actor::Role::{Admin, Enterprise, Expert};
use crate::routes;
use crate::settings::DeclaredSection;
use crate::web::room::Access::{LoggedIn, Roles};
use crate::web::room::{Room, subject, word};

/// What the server gathers from this domain.
pub const ROOM: Room = Room {
    name: "attachments",
    tables: &["attachment", "attachment_upload", "attachment_upload_part"],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::upload, Roles(&[Enterprise, Expert, Admin]), "上传附件";
        resumable::api::begin, Roles(&[Enterprise, Expert, Admin]), "开始分段上传";
        resumable::api::progress, Roles(&[Enterprise, Expert, Admin]), "查看分段上传进度";
        resumable::api::add_part, Roles(&[Enterprise, Expert, Admin]), "上传一段";
        resumable::api::finish, Roles(&[Enterprise, Expert, Admin]), "完成分段上传";
        resumable::api::cancel, Roles(&[Enterprise, Expert, Admin]), "取消分段上传";
        // Behind those above: any word may stand in the place of the id.
        api::download, LoggedIn, "下载附件";
    ],
    audit: &[
        word("upload_attachment", "上传附件", "uploaded a file"),
        word("quarantine_attachment", "隔离含有恶意代码的附件", "quarantined a file with malicious code"),
    ],
    subjects: &[subject("attachment", "附件", "file", "")],
    jobs: &[crate::attachments::housekeeping::JOB, scan::job::JOB],
    metrics: Some(scan::metrics::metrics),
    settings: &[DeclaredSection::of::<AttachmentSettings>(), DeclaredSection::of::<ScanSettings>()],
    personal: crate::attachments::personal::PARTS,
    ..Room::EMPTY
};
