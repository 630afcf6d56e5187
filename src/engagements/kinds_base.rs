//! What the kinds of engagements have in common: loading one of a kind, the enterprises that they name, the programme, files, the row of
//! the audit.

use crate::attachments::Attachment;
use crate::attachments::ids::AttachmentId;
use crate::attachments::store::{find_all, use_for};
use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::core::{Problem, Text};
use crate::db::Tx;
use crate::db::published::{enterprise, programme};
use crate::db::schema::{engagement, engagement_kind_file};
use crate::db::tx::Subject;
use crate::engagements::ids::EngagementId;
use crate::engagements::kinds_ids::PromiseId;
use crate::engagements::policy::visible_to;
use crate::engagements::state::{EngagementKind, EngagementStep};
use crate::engagements::store::{self, Detail, Row, attended, invite, lock_visible, not_attended};
use crate::programmes::ids::ProgrammeId;
use diesel::prelude::*;
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// The most characters of a topic, a place and other short texts.
pub const MAX_SHORT: usize = 200;
/// The most characters of a note or a reason.
pub const MAX_NOTE: usize = 1_000;
/// The most files that go with one call.
const MOST_FILES: usize = 20;
/// The most files of one engagement.
const MOST_FILES_IN_ALL: usize = 200;

/// An enterprise, as far as engagements name it.
#[derive(Debug, Clone)]
pub struct Firm {
    /// The enterprise.
    pub id: EnterpriseId,
    /// Code of its region.
    pub region: String,
}

/// An enterprise that the officer names by its id or its credit code: one of the own region that is on record. Faults go to the field that names it.
///
/// # Errors
/// When the database can't be asked.
pub fn named_firm(
    tx: &mut Tx,
    fields: &mut Fields,
    (id, uscc): (Option<EnterpriseId>, Option<&str>),
) -> Result<Option<Firm>, Problem> {
    let code = uscc.map(|code| code.trim().to_uppercase()).filter(|code| !code.is_empty());
    let query = enterprise::table.filter(enterprise::withdrawn_at.is_null()).into_boxed();
    let (query, pointer) = match (id, code) {
        (Some(_), Some(_)) => {
            let (zh, en) = ("已填写企业编号的，不再填写信用代码", "is for where no enterprise_id is named");
            fields.fault("/uscc", zh, en);
            return Ok(None);
        }
        (Some(id), None) => (query.filter(enterprise::id.eq(id)), "/enterprise_id"),
        (None, Some(code)) => (query.filter(enterprise::uscc.eq(code)), "/uscc"),
        (None, None) => {
            fields.fault("/enterprise_id", "须填写企业或者其信用代码", "or uscc is needed");
            return Ok(None);
        }
    };
    let found: Option<(EnterpriseId, String)> =
        query.select((enterprise::id, enterprise::region)).first(&mut *tx.conn).optional()?;
    let firm = found
        .map(|(id, region)| Firm { id, region })
        .filter(|firm| crate::db::regional::sees(&tx.actor, &firm.region, &tx.catalogue));
    let (zh, en) = ("不是本人辖区内的企业", "is no enterprise of your region");
    fields.require(firm.is_some(), pointer, zh, en);
    Ok(firm)
}

/// Names and credit codes of enterprises.
pub type Named = HashMap<EnterpriseId, (String, String)>;

/// The names and credit codes of these enterprises.
///
/// # Errors
/// When the database can't be asked.
pub fn names(conn: &mut PgConnection, ids: &[EnterpriseId]) -> QueryResult<Named> {
    let found: Vec<(EnterpriseId, String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(ids))
        .select((enterprise::id, enterprise::name, enterprise::uscc))
        .load(conn)?;
    Ok(found.into_iter().map(|(id, name, uscc)| (id, (name, uscc))).collect())
}

/// Checks the programme and the round that an engagement in a region is to belong to: a programme that is approved or carried out, of an authority
/// whose region holds that of the engagement. Any other one would count what is none of its own.
///
/// # Errors
/// When the database can't be asked.
pub fn check_programme(
    tx: &mut Tx,
    fields: &mut Fields,
    (id, round): (Option<ProgrammeId>, Option<i32>),
    region: Option<&str>,
) -> Result<(), Problem> {
    let (zh, en) = ("须同时填写所属计划", "needs the programme that it is of");
    fields.require(round.is_none() || id.is_some(), "/round_no", zh, en);
    let (zh, en) = ("须为 1 到 1000 的整数", "must be a whole number from 1 to 1000");
    fields.require(round.is_none_or(|no| (1..=1_000).contains(&no)), "/round_no", zh, en);
    let Some(id) = id else { return Ok(()) };
    let organiser: Option<String> = programme::table
        .filter(programme::id.eq(id))
        .filter(programme::state.eq_any(["approved", "running"]))
        .select(programme::organiser_region)
        .first(&mut *tx.conn)
        .optional()?;
    let fits = organiser.is_some_and(|organiser| {
        region.is_none_or(|region| tx.catalogue.regions.contains(&organiser, region))
    });
    let (zh, en) = ("不是覆盖该地区的、已批准的计划", "is no approved programme for this region");
    fields.require(fits, "/programme_id", zh, en);
    Ok(())
}

/// Loads and locks an engagement of a kind that the actor may know of.
///
/// # Errors
/// 404 where the actor may not know of it, and where it is of another kind.
pub fn load(tx: &mut Tx, id: EngagementId, kind: EngagementKind) -> Result<Row, Problem> {
    let (row, _) = lock_visible(tx, id)?;
    if row.kind == kind { Ok(row) } else { Err(Problem::not_found()) }
}

/// The same, for who runs it: an officer who sees it, or an expert who is in it.
///
/// # Errors
/// 404 where the actor may not know of it; 403 for an enterprise.
pub fn load_run(tx: &mut Tx, id: EngagementId, kind: EngagementKind) -> Result<Row, Problem> {
    let row = load(tx, id, kind)?;
    match (&tx.actor, tx.actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Admin(_) | Scope::Expert(_))) => Ok(row),
        _ => Err(Problem::forbidden()),
    }
}

/// The same, for an officer alone.
///
/// # Errors
/// 404 where the actor may not know of it; 403 for all others.
pub fn load_office(tx: &mut Tx, id: EngagementId, kind: EngagementKind) -> Result<Row, Problem> {
    let row = load(tx, id, kind)?;
    crate::db::regional::permit(&tx.actor)?;
    Ok(row)
}

/// The same, for the enterprise that it is with.
///
/// # Errors
/// 404 where the actor may not know of it; 403 for all others.
pub fn load_own(tx: &mut Tx, id: EngagementId, kind: EngagementKind) -> Result<(Row, EnterpriseId), Problem> {
    let row = load(tx, id, kind)?;
    match tx.actor.scope() {
        Some(Scope::Enterprise(own)) => Ok((row, *own)),
        _ => Err(Problem::forbidden()),
    }
}

/// Takes a step with these particulars; a `reason` among them is why it is called off.
///
/// # Errors
/// 409 where the state does not allow it.
pub fn step(tx: &mut Tx, row: &mut Row, step: EngagementStep, data: Value) -> Result<(), Problem> {
    let reason = data.get("reason").and_then(Value::as_str).map(str::to_owned);
    store::step(tx, row, step, &Detail { reason, data: Some(data), ..Detail::default() })
}

/// Writes down whether an enterprise took part, invited or not.
///
/// # Errors
/// When the database refuses.
pub fn took_part(
    tx: &mut Tx,
    id: EngagementId,
    enterprise: EnterpriseId,
    (came, by_code, outside): (bool, bool, bool),
) -> Result<(), Problem> {
    invite(tx, id, &[enterprise])?;
    if came {
        attended(tx, id, enterprise, (by_code, outside))
    } else {
        not_attended(tx, id, enterprise, Some(false))
    }
}

/// Writes a row of the audit about an engagement of a kind, for the officers of its region.
///
/// # Errors
/// When the database refuses.
pub fn audit(tx: &mut Tx, row: &Row, action: &str, mut data: Value) -> Result<(), Problem> {
    if let Some(fields) = data.as_object_mut() {
        fields.insert("topic".to_owned(), json!(row.topic));
    }
    tx.audit(action, Subject::new(row.kind.as_str(), row.id.0).in_region(&row.region), data)
}

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
