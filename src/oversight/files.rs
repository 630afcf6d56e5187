//! Files of a step: which came with which, and who may read them.

use crate::attachments::Attachment;
use crate::attachments::ids::AttachmentId;
use crate::attachments::store::{find_all, use_for};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::fields::Fields;
use crate::db::Tx;
use crate::db::schema::{oversight, oversight_event, oversight_file};
use crate::oversight::ids::OversightId;
use crate::oversight::policy::{is_internal, visible_to};
use crate::oversight::state::OversightStep;
use diesel::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The most files that go with one step.
const MOST: usize = 20;

/// Uses files for a step: from then on whoever sees the thing reads them.
///
/// # Errors
/// 422 that names those that are no uploads of the actor's own, or are used elsewhere.
pub fn attach(tx: &mut Tx, of: OversightId, ordinal: i32, files: &[AttachmentId]) -> Result<(), Problem> {
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
        let own = earlier || use_for(tx, of.0, *file)?;
        let (zh, en) = ("不是您上传的、可用于此处的附件", "is not an upload of yours that can be used here");
        fields.require(own, &pointer, zh, en);
    }
    fields.done()?;
    let rows: Vec<_> = (1_i32..)
        .zip(files)
        .map(|(place, file)| {
            (
                oversight_file::oversight_id.eq(of),
                oversight_file::ordinal.eq(ordinal),
                oversight_file::place.eq(place),
                oversight_file::attachment_id.eq(*file),
            )
        })
        .collect();
    diesel::insert_into(oversight_file::table).values(rows).execute(&mut *tx.conn)?;
    Ok(())
}

/// The files of a letter, an interview or a listing, by the number of the event with which they came.
///
/// # Errors
/// When the database can't be asked.
pub fn of(conn: &mut PgConnection, id: OversightId) -> Result<BTreeMap<i32, Vec<Attachment>>, Problem> {
    let placed: Vec<(i32, AttachmentId)> = oversight_file::table
        .filter(oversight_file::oversight_id.eq(id))
        .order((oversight_file::ordinal, oversight_file::place))
        .select((oversight_file::ordinal, oversight_file::attachment_id))
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

/// Whether the actor sees a letter, an interview or a listing for which a file is used, and the step with which it came.
///
/// # Errors
/// When the database can't be asked.
pub fn sees(conn: &mut PgConnection, actor: &Actor, file: Uuid) -> Result<bool, Problem> {
    let placed: Vec<(OversightId, i32)> = oversight_file::table
        .filter(oversight_file::attachment_id.eq(AttachmentId(file)))
        .select((oversight_file::oversight_id, oversight_file::ordinal))
        .load(conn)?;
    let ids: Vec<OversightId> = placed.iter().map(|(id, _)| *id).collect();
    let seen: Vec<OversightId> =
        visible_to(actor).filter(oversight::id.eq_any(ids)).select(oversight::id).load(conn)?;
    if actor.officer_region().is_some() || *actor == Actor::System {
        return Ok(!seen.is_empty());
    }
    for (id, ordinal) in placed.into_iter().filter(|(id, _)| seen.contains(id)) {
        let step: Option<String> = oversight_event::table
            .find((id, ordinal))
            .select(oversight_event::step)
            .first(conn)
            .optional()?;
        let step: Option<OversightStep> = step.and_then(|step| step.parse().ok());
        if step.is_none_or(|step| !is_internal(step)) {
            return Ok(true);
        }
    }
    Ok(false)
}
