//! Files of an entry: which came with which step, and who may read them.

use crate::attachments::Attachment;
use crate::attachments::ids::AttachmentId;
use crate::attachments::store::{find_all, use_for};
use crate::conduct::ids::ConductId;
use crate::conduct::policy::visible_to;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::fields::Fields;
use crate::db::Tx;
use crate::db::schema::{conduct, conduct_file};
use diesel::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The most files that go with one step.
const MOST: usize = 20;

/// Uses files for a step of an entry: from then on whoever sees the entry reads them.
///
/// # Errors
/// 422 that names those that are no uploads of the actor's own, or are used elsewhere.
pub fn attach(tx: &mut Tx, conduct: ConductId, ordinal: i32, files: &[AttachmentId]) -> Result<(), Problem> {
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
        let own = earlier || use_for(tx, conduct.0, *file)?;
        let (zh, en) =
            ("不是您上传的、可用于该记录的附件", "is not an upload of yours that can be used for this entry");
        fields.require(own, &pointer, zh, en);
    }
    fields.done()?;
    let rows: Vec<_> = (1_i32..)
        .zip(files)
        .map(|(place, file)| {
            (
                conduct_file::conduct_id.eq(conduct),
                conduct_file::ordinal.eq(ordinal),
                conduct_file::place.eq(place),
                conduct_file::attachment_id.eq(*file),
            )
        })
        .collect();
    diesel::insert_into(conduct_file::table).values(rows).execute(&mut *tx.conn)?;
    Ok(())
}

/// The files of an entry, by the number of the event with which they came.
///
/// # Errors
/// When the database can't be asked.
pub fn of(conn: &mut PgConnection, conduct: ConductId) -> Result<BTreeMap<i32, Vec<Attachment>>, Problem> {
    let placed: Vec<(i32, AttachmentId)> = conduct_file::table
        .filter(conduct_file::conduct_id.eq(conduct))
        .order((conduct_file::ordinal, conduct_file::place))
        .select((conduct_file::ordinal, conduct_file::attachment_id))
        .load(conn)?;
    let ids: Vec<AttachmentId> = placed.iter().map(|(_, id)| *id).collect();
    let rows = find_all(conn, &ids)?;
    let mut by_event: BTreeMap<i32, Vec<Attachment>> = BTreeMap::new();
    for (ordinal, id) in placed {
        if let Some(row) = rows.iter().find(|row| row.id == id) {
            by_event.entry(ordinal).or_default().push(row.clone().into());
        }
    }
    Ok(by_event)
}

/// Whether the actor sees an entry for which a file is used.
///
/// # Errors
/// When the database can't be asked.
pub fn sees(conn: &mut PgConnection, actor: &Actor, file: Uuid) -> Result<bool, Problem> {
    let of = conduct_file::table
        .filter(conduct_file::attachment_id.eq(AttachmentId(file)))
        .select(conduct_file::conduct_id);
    let seen: Option<ConductId> =
        visible_to(actor).filter(conduct::id.eq_any(of)).select(conduct::id).first(conn).optional()?;
    Ok(seen.is_some())
}
