//! Files of a hazard: which came with which step, and who may read them.

use crate::attachments::Attachment;
use crate::attachments::ids::AttachmentId;
use crate::attachments::store::{find_all, use_for};
use crate::campaigns::ids::HazardId;
use crate::campaigns::policy::visible_to;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::fields::Fields;
use crate::db::Tx;
use crate::db::schema::{hazard, hazard_file};
use diesel::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The most files that go with one step.
const MOST: usize = 20;

/// Uses files for a step of a hazard: from then on whoever sees the hazard reads them.
///
/// # Errors
/// 422 that names those that are no uploads of the actor's own, or are used elsewhere.
pub(super) fn attach(
    tx: &mut Tx,
    hazard: HazardId,
    ordinal: i32,
    files: &[AttachmentId],
) -> Result<(), Problem> {
    use hazard_file as f;
    let mut fields = Fields::new();
    if files.len() > MOST {
        let (zh, en) = (format!("一次最多 {MOST} 个附件"), format!("must be at most {MOST} files"));
        fields.fault("/attachments", zh, en);
        return fields.done();
    }
    for (at, file) in files.iter().enumerate() {
        let pointer = format!("/attachments/{at}");
        let earlier = files.iter().take(at).any(|other| other == file);
        fields.require(!earlier, &pointer, "文件重复", "duplicate file");
        let before: i64 = f::table
            .filter(f::hazard_id.eq(hazard))
            .filter(f::attachment_id.eq(*file))
            .count()
            .get_result(&mut *tx.conn)?;
        fields.require(before == 0, &pointer, "文件已随之前的步骤提交", "came with an earlier step");
        let own = earlier || use_for(tx, hazard.0, *file)?;
        let (zh, en) = (
            "不是您上传的、可用于该隐患的附件",
            "is not an upload of yours that can be used for this hazard",
        );
        fields.require(own, &pointer, zh, en);
    }
    fields.done()?;
    let rows: Vec<_> = (1_i32..)
        .zip(files)
        .map(|(place, file)| {
            (f::hazard_id.eq(hazard), f::ordinal.eq(ordinal), f::place.eq(place), f::attachment_id.eq(*file))
        })
        .collect();
    diesel::insert_into(f::table).values(rows).execute(&mut *tx.conn)?;
    Ok(())
}

/// The files of a hazard, by the number of the step with which they came.
///
/// # Errors
/// When the database can't be asked.
pub(super) fn of(
    conn: &mut PgConnection,
    hazard: HazardId,
) -> Result<BTreeMap<i32, Vec<Attachment>>, Problem> {
    use hazard_file as f;
    let placed: Vec<(i32, AttachmentId)> = f::table
        .filter(f::hazard_id.eq(hazard))
        .order((f::ordinal, f::place))
        .select((f::ordinal, f::attachment_id))
        .load(conn)?;
    let ids: Vec<AttachmentId> = placed.iter().map(|(_, id)| *id).collect();
    let rows = find_all(conn, &ids)?;
    let mut by_step: BTreeMap<i32, Vec<Attachment>> = BTreeMap::new();
    for (ordinal, id) in placed {
        if let Some(row) = rows.iter().find(|row| row.id == id) {
            by_step.entry(ordinal).or_default().push(row.clone().into());
        }
    }
    Ok(by_step)
}

/// Whether the actor sees a hazard for which a file is used.
///
/// # Errors
/// When the database can't be asked.
pub fn sees(conn: &mut PgConnection, actor: &Actor, file: Uuid) -> Result<bool, Problem> {
    use hazard_file as f;
    let of = f::table.filter(f::attachment_id.eq(AttachmentId(file))).select(f::hazard_id);
    let seen: Option<HazardId> =
        visible_to(actor).filter(hazard::id.eq_any(of)).select(hazard::id).first(conn).optional()?;
    Ok(seen.is_some())
}
