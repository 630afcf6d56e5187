//! The files of an engagement of these kinds.

use crate::attachments::Attachment;
use crate::attachments::ids::AttachmentId;
use crate::attachments::store::{find_all, use_for};
use crate::core::actor::Actor;
use crate::core::fields::Fields;
use crate::core::{Problem, Text};
use crate::db::Tx;
use crate::db::schema::{engagement, engagement_kind_file};
use crate::engagements::common::ids::PromiseId;
use crate::engagements::ids::EngagementId;
use crate::engagements::policy::visible_to;
use diesel::prelude::*;
use uuid::Uuid;

/// The most files that go with one call.
const MOST_FILES: usize = 20;
/// The most files of one engagement.
const MOST_FILES_IN_ALL: usize = 200;

/// Uses files of the actor's own for an engagement, from then on read by whoever sees it.
///
/// # Errors
/// 422 that names those that are no uploads of the actor's own, or are used elsewhere.
pub fn attach(
    tx: &mut Tx,
    id: EngagementId,
    (purpose, promise): (&str, Option<PromiseId>),
    files: &[AttachmentId],
) -> Result<(), Problem> {
    let mut fields = Fields::new();
    if files.len() > MOST_FILES {
        let (zh, en) =
            (format!("一次最多 {MOST_FILES} 个附件"), format!("must be at most {MOST_FILES} files"));
        fields.fault("/attachments", zh, en);
        return fields.done();
    }
    for (at, file) in files.iter().enumerate() {
        let pointer = format!("/attachments/{at}");
        let earlier = files.iter().take(at).any(|other| other == file);
        fields.require(!earlier, &pointer, "文件重复", "duplicate file");
        let own = earlier || use_for(tx, id.0, *file)?;
        let (zh, en) = ("不是您上传的、可用于此处的附件", "is not an upload of yours that can be used here");
        fields.require(own, &pointer, zh, en);
    }
    fields.done()?;
    let there: i64 = engagement_kind_file::table
        .filter(engagement_kind_file::engagement_id.eq(id))
        .count()
        .get_result(&mut *tx.conn)?;
    if usize::try_from(there).unwrap_or(usize::MAX).saturating_add(files.len()) > MOST_FILES_IN_ALL {
        let most = MOST_FILES_IN_ALL;
        let text = Text::new(format!("最多 {most} 个附件"), format!("must be at most {most} files in all"));
        return Err(Problem::field("/attachments", text));
    }
    let rows: Vec<_> = files
        .iter()
        .map(|file| {
            (
                engagement_kind_file::engagement_id.eq(id),
                engagement_kind_file::attachment_id.eq(*file),
                engagement_kind_file::purpose.eq(purpose),
                engagement_kind_file::promise_id.eq(promise),
                engagement_kind_file::added_at.eq(tx.now),
            )
        })
        .collect();
    diesel::insert_into(engagement_kind_file::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(&mut *tx.conn)?;
    Ok(())
}

/// A file with the promise that it proves.
pub type Filed = (Option<PromiseId>, Attachment);

/// The files of an engagement, in the order in which they were added.
///
/// # Errors
/// When the database can't be asked.
pub fn files_of(conn: &mut PgConnection, id: EngagementId) -> Result<Vec<Filed>, Problem> {
    let placed: Vec<(AttachmentId, Option<PromiseId>)> = engagement_kind_file::table
        .filter(engagement_kind_file::engagement_id.eq(id))
        .order((engagement_kind_file::added_at, engagement_kind_file::attachment_id))
        .select((engagement_kind_file::attachment_id, engagement_kind_file::promise_id))
        .load(conn)?;
    let ids: Vec<AttachmentId> = placed.iter().map(|(id, _)| *id).collect();
    let rows = find_all(conn, &ids)?;
    let file = |(id, promise): (AttachmentId, Option<PromiseId>)| {
        rows.iter().find(|row| row.id == id).map(|row| (promise, row.clone().into()))
    };
    Ok(placed.into_iter().filter_map(file).collect())
}

/// Whether the actor sees an engagement for which a file is used.
///
/// # Errors
/// When the database can't be asked.
pub fn sees_file(conn: &mut PgConnection, actor: &Actor, file: Uuid) -> Result<bool, Problem> {
    let of: Vec<EngagementId> = engagement_kind_file::table
        .filter(engagement_kind_file::attachment_id.eq(AttachmentId(file)))
        .select(engagement_kind_file::engagement_id)
        .load(conn)?;
    let seen: Option<EngagementId> =
        visible_to(actor).filter(engagement::id.eq_any(of)).select(engagement::id).first(conn).optional()?;
    Ok(seen.is_some())
}
