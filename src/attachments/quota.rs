//! How much may be kept in files: by each account, and by an enterprise in all. What has come of files whose upload is under way counts as
//! well; what became a part of a recording does not, since a sampler makes thousands. Decided in the transaction that enters the file or a part, in the owner's turn, so that uploads side by side can't pass together.

use crate::attachments::ids::UploadId;
use crate::attachments::settings::AttachmentSettings;
use crate::attachments::state::AttachmentState;
use crate::core::actor::Scope;
use crate::core::ids::AccountId;
use crate::core::{Code, Problem, Text};
use crate::db::Tx;
use crate::db::count_lock::{self, Counted};
use crate::db::published::account;
use crate::db::schema::{attachment, attachment_upload};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

/// What is kept: files and their bytes.
struct Kept {
    files: i64,
    bytes: i64,
}

/// Waits for the owner's turn and refuses so many bytes more, beyond what the settings allow. What has come of the upload that becomes this
/// file does not count beside it.
///
/// # Errors
/// 429 with what is kept.
pub fn permit_upload(
    tx: &mut Tx,
    owner: AccountId,
    size: i64,
    finishing: Option<UploadId>,
) -> Result<(), Problem> {
    let enterprise = match tx.actor.scope() {
        Some(Scope::Enterprise(id)) => Some(*id),
        _ => None,
    };
    count_lock::wait(&mut tx.conn, Counted::Files, enterprise.map_or(owner.0, |id| id.0))?;
    let settings = std::sync::Arc::clone(&tx.settings);
    let settings = settings.section::<AttachmentSettings>();
    let own = attachment::table.filter(attachment::owner_id.eq(owner)).into_boxed();
    let coming = open_uploads(finishing).filter(attachment_upload::owner_id.eq(owner));
    let most = (settings.kept_files_per_account, settings.kept_bytes_per_account);
    permit(&kept(tx, own, coming)?, size, most, ("您", "your account"))?;
    let Some(id) = enterprise else { return Ok(()) };
    let colleagues = || account::table.filter(account::enterprise_id.eq(id)).select(account::id);
    let all =
        attachment::table.filter(attachment::owner_id.assume_not_null().eq_any(colleagues())).into_boxed();
    let coming = open_uploads(finishing).filter(attachment_upload::owner_id.eq_any(colleagues()));
    let most = (settings.kept_files_per_enterprise, settings.kept_bytes_per_enterprise);
    permit(&kept(tx, all, coming)?, size, most, ("贵企业", "your enterprise"))
}

/// The uploads that are not finished, but for one.
fn open_uploads(but: Option<UploadId>) -> attachment_upload::BoxedQuery<'static, Pg> {
    let open = attachment_upload::table.filter(attachment_upload::attachment_id.is_null()).into_boxed();
    match but {
        Some(id) => open.filter(attachment_upload::id.ne(id)),
        None => open,
    }
}

fn kept(
    tx: &mut Tx,
    of: attachment::BoxedQuery<'_, Pg>,
    coming: attachment_upload::BoxedQuery<'_, Pg>,
) -> Result<Kept, Problem> {
    let sum = sql::<BigInt>("coalesce(sum(size), 0)::bigint");
    let of = of
        .filter(attachment::state.ne_all([AttachmentState::Erasing, AttachmentState::Erased]))
        .filter(attachment::recording_id.is_null());
    let (files, bytes): (i64, i64) = of.select((sql::<BigInt>("count(*)"), sum)).first(&mut *tx.conn)?;
    let received: i64 = coming
        .select(sql::<BigInt>("coalesce(sum(attachment_upload.received), 0)::bigint"))
        .first(&mut *tx.conn)?;
    Ok(Kept { files, bytes: bytes.saturating_add(received) })
}

fn permit(kept: &Kept, size: i64, most: (u32, u64), who: (&str, &str)) -> Result<(), Problem> {
    let (most_files, most_bytes) = (i64::from(most.0), i64::try_from(most.1).unwrap_or(i64::MAX));
    if kept.files < most_files && kept.bytes.saturating_add(size) <= most_bytes {
        return Ok(());
    }
    let megabytes = |bytes: i64| bytes / (1024 * 1024);
    let (files, used, room) = (kept.files, megabytes(kept.bytes), megabytes(most_bytes));
    Err(Problem::new(
        Code::TooManyUploads,
        Text::new(
            format!(
                "{}已保存附件 {files} 个、{used} MiB，最多 {most_files} 个、{room} MiB，不能再上传",
                who.0
            ),
            format!("{} keeps {files} files of {used} MiB; it may keep {most_files} of {room} MiB", who.1),
        ),
    ))
}
