//! What the `attachments` domain declares of itself.

use crate::attachments::api;
use crate::attachments::resumable;
use crate::attachments::scan::{self, ScanSettings};
use crate::attachments::settings::AttachmentSettings;
use crate::core::actor::Role::{Admin, Enterprise, Expert, Laboratory, Sampler};
use crate::routes;
use crate::settings::DeclaredSection;
use crate::web::room::Access::{Knowing, LoggedIn, Roles};
use crate::web::room::{Room, subject, word};

/// Who may upload files: everyone who has a part in what they are for.
const UPLOADERS: &[crate::core::actor::Role] = &[Enterprise, Expert, Admin, Sampler, Laboratory];

/// What the server gathers from this domain.
pub static ROOM: Room = Room {
    name: "attachments",
    tables: &["attachment", "attachment_upload", "attachment_upload_part"],
    functions: include_str!("functions.sql"),
    routes: routes![
        api::upload, Roles(UPLOADERS), "上传附件";
        resumable::api::begin, Roles(UPLOADERS), "开始分段上传";
        resumable::api::progress, Roles(UPLOADERS), "查看分段上传进度";
        resumable::api::add_part, Knowing(UPLOADERS, resumable::may_know), "上传一段";
        resumable::api::finish, Knowing(UPLOADERS, resumable::may_know), "完成分段上传";
        resumable::api::cancel, Knowing(UPLOADERS, resumable::may_know), "取消分段上传";
        // Behind those above: any word may stand in the place of the id.
        api::download, LoggedIn, "下载附件";
    ],
    audit: &[
        word("upload_attachment", "上传附件", "uploaded a file"),
        word("quarantine_attachment", "隔离含有恶意代码的附件", "quarantined a file with malicious code"),
    ],
    subjects: &[subject("attachment", "附件", "file", "")
        .named("SELECT id, name FROM attachment WHERE id = ANY ($1) AND consultation_id IS NULL")],
    jobs: &[crate::attachments::housekeeping::JOB, scan::job::JOB],
    metrics: Some(scan::metrics::metrics),
    settings: &[DeclaredSection::of::<AttachmentSettings>(), DeclaredSection::of::<ScanSettings>()],
    personal: crate::attachments::personal::PARTS,
    ..Room::EMPTY
};
