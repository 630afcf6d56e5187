//! Files of an inspection: which came with which step, and who may read them.

use crate::attachments::Attachment;
use crate::attachments::ids::AttachmentId;
use crate::attachments::store::{find, find_all, use_for};
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::db::Tx;
use crate::db::published::account;
use crate::db::schema::{inspection, inspection_event, inspection_file};
use crate::inspections::ids::InspectionId;
use crate::inspections::policy::{told, visible_to};
use crate::inspections::state::InspectionStep;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The steps that give a result away, which a party learns by its delivery: corrections may.
pub const RESULTS: [InspectionStep; 5] = [
    InspectionStep::Test,
    InspectionStep::Report,
    InspectionStep::Check,
    InspectionStep::Listed,
    InspectionStep::Correct,
];

/// The most files that go with one step.
pub const MOST: usize = 20;

/// Checks the number of files, and that none is named twice.
pub fn check(fields: &mut Fields, files: &[AttachmentId]) {
    if files.len() > MOST {
        let (zh, en) = (format!("一次最多 {MOST} 个附件"), format!("must be at most {MOST} files"));
        fields.fault("/attachments", zh, en);
    }
    for (at, id) in files.iter().enumerate() {
        let earlier = files.iter().take(at).any(|other| other == id);
        fields.require(!earlier, &format!("/attachments/{at}"), "文件重复", "duplicate file");
    }
}

/// Uses files for a step of an inspection: from then on whoever sees the inspection reads them.
///
/// # Errors
/// 422 that names those that are no uploads of the actor's own, or are used elsewhere.
pub fn attach(
    tx: &mut Tx,
    inspection: InspectionId,
    ordinal: i32,
    files: &[AttachmentId],
) -> Result<(), Problem> {
    let mut fields = Fields::new();
    check(&mut fields, files);
    for (at, file) in files.iter().enumerate() {
        let own = use_for(tx, inspection.0, *file)?;
        fields.require(
            own,
            &format!("/attachments/{at}"),
            "不是您上传的、可用于该检查的附件",
            "is not an upload of yours that can be used for this inspection",
        );
    }
    fields.done()?;
    let rows: Vec<_> = (1_i32..)
        .zip(files)
        .map(|(place, file)| {
            (
                inspection_file::inspection_id.eq(inspection),
                inspection_file::ordinal.eq(ordinal),
                inspection_file::place.eq(place),
                inspection_file::attachment_id.eq(*file),
            )
        })
        .collect();
    diesel::insert_into(inspection_file::table).values(rows).execute(&mut *tx.conn)?;
    Ok(())
}

/// The files of an inspection that the actor may read, by the number of the event with which they came. An enterprise does not read those of
/// another one: what the seller proves is not for the producer, nor the other way round.
///
/// # Errors
/// When the database can't be asked.
pub fn of(
    conn: &mut PgConnection,
    actor: &Actor,
    inspection: InspectionId,
) -> Result<BTreeMap<i32, Vec<Attachment>>, Problem> {
    let placed: Vec<(i32, AttachmentId)> = inspection_file::table
        .filter(inspection_file::inspection_id.eq(inspection))
        .order((inspection_file::ordinal, inspection_file::place))
        .select((inspection_file::ordinal, inspection_file::attachment_id))
        .load(conn)?;
    let ids: Vec<AttachmentId> = placed.iter().map(|(_, id)| *id).collect();
    let mut rows = find_all(conn, &ids)?;
    if let Some(Scope::Enterprise(own)) = actor.scope() {
        let owners: Vec<AccountId> = rows.iter().filter_map(|row| row.owner_id).collect();
        let others = of_others(conn, *own, &owners)?;
        rows.retain(|row| row.owner_id.is_none_or(|owner| !others.contains(&owner)));
    }
    let mut by_event: BTreeMap<i32, Vec<Attachment>> = BTreeMap::new();
    for (ordinal, id) in placed {
        if let Some(row) = rows.iter().find(|row| row.id == id) {
            by_event.entry(ordinal).or_default().push(row.clone().into());
        }
    }
    Ok(by_event)
}

/// Those of the accounts that belong to another enterprise.
///
/// # Errors
/// When the database can't be asked.
pub fn of_others(
    conn: &mut PgConnection,
    own: EnterpriseId,
    accounts: &[AccountId],
) -> Result<Vec<AccountId>, Problem> {
    Ok(account::table
        .filter(account::id.eq_any(accounts))
        .filter(account::enterprise_id.is_not_null())
        .filter(account::enterprise_id.assume_not_null().ne(own))
        .select(account::id)
        .load(conn)?)
}

/// Whether the actor sees an inspection for which a file is used, and may read the file: see [`of`]. A party reads a report once the result was
/// delivered.
///
/// # Errors
/// When the database can't be asked.
pub fn sees(conn: &mut PgConnection, actor: &Actor, file: Uuid) -> Result<bool, Problem> {
    let placed: Vec<(InspectionId, i32)> = inspection_file::table
        .filter(inspection_file::attachment_id.eq(AttachmentId(file)))
        .select((inspection_file::inspection_id, inspection_file::ordinal))
        .load(conn)?;
    let ids: Vec<InspectionId> = placed.iter().map(|(id, _)| *id).collect();
    let seen: Vec<InspectionId> =
        visible_to(actor).filter(inspection::id.eq_any(ids)).select(inspection::id).load(conn)?;
    let Some(Scope::Enterprise(own)) = actor.scope() else { return Ok(!seen.is_empty()) };
    let told = told(conn, actor, &seen)?;
    if !is_told(conn, &placed, (seen.as_slice(), &told))? {
        return Ok(false);
    }
    let owner = find(conn, AttachmentId(file))?.owner_id;
    Ok(of_others(conn, *own, owner.as_slice())?.is_empty())
}

/// Whether a file came with a step of which a party knows: any where it knows the result, before that one that gives no result away.
fn is_told(
    conn: &mut PgConnection,
    placed: &[(InspectionId, i32)],
    (seen, told): (&[InspectionId], &BTreeSet<InspectionId>),
) -> QueryResult<bool> {
    for (id, ordinal) in placed.iter().filter(|(id, _)| seen.contains(id)) {
        if told.contains(id) {
            return Ok(true);
        }
        let step: Option<String> = inspection_event::table
            .find((*id, *ordinal))
            .select(inspection_event::step)
            .first(conn)
            .optional()?;
        let step: Option<InspectionStep> = step.and_then(|step| step.parse().ok());
        if step.is_some_and(|step| !RESULTS.contains(&step)) {
            return Ok(true);
        }
    }
    Ok(false)
}
