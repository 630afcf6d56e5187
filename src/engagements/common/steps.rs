//! What the commands of these kinds share: loading an engagement of a kind, its programme, its steps, the row of the audit.

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::fields::Fields;
use crate::core::ids::EnterpriseId;
use crate::db::Tx;
use crate::db::published::programme;
use crate::db::tx::Subject;
use crate::engagements::ids::EngagementId;
use crate::engagements::state::{EngagementKind, EngagementStep};
use crate::engagements::store::{self, Detail, Row, attended, invite, lock_visible, not_attended};
use crate::programmes::ids::ProgrammeId;
use crate::programmes::state::ProgrammeState;
use diesel::prelude::*;
use serde_json::{Value, json};

/// The most characters of a topic, a place and other short texts.
pub const MAX_SHORT: usize = 200;
/// The most characters of a note or a reason.
pub const MAX_NOTE: usize = 1_000;

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
        .filter(programme::state.eq_any(ProgrammeState::UNDER_WAY))
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
