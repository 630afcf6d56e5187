//! Who may know of the recordings and the custody of an inspection, and what each may do.
//!
//! - Whoever may know of the inspection knows of its recordings: how many there are, what they show, whether their chains are whole.
//! - Those who act for the regulator in it record and enter custody: officers, the body that takes the sample, the laboratory. The enterprise
//!   does not.
//! - Only who began a recording adds to it.
//! - The film itself is shown within a view, for which a reason is given and which is logged. The roles of the setting `originals` see what was
//!   recorded, and so does who recorded it; all others see the blurred rendition of a segment, where there is one, and else nothing of it.
//! - The log of views is shown to officers and to the enterprise concerned.

use crate::core::Problem;
use crate::core::actor::{Actor, Role};
use crate::core::ids::AccountId;
use crate::db::schema::{recording, recording_segment};
use crate::inspections;
use crate::inspections::ids::InspectionId;
use crate::recordings::ids::{RecordingId, SegmentId};
use crate::recordings::settings::RecordingRules;
use diesel::prelude::*;
use uuid::Uuid;

/// Refuses who may not know of an inspection.
///
/// # Errors
/// 401 without a log-in, 404 for who may not know of it.
pub fn require_seen(conn: &mut PgConnection, actor: &Actor, inspection: InspectionId) -> Result<(), Problem> {
    if *actor == Actor::Anonymous {
        return Err(Problem::unauthenticated());
    }
    if *actor == Actor::System || inspections::policy::may_know(conn, actor, inspection.0)? {
        return Ok(());
    }
    Err(Problem::not_found())
}

/// Whether the actor may know of a recording: of its inspection. For routes.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_recording(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let of: Option<InspectionId> =
        recording::table.find(RecordingId(id)).select(recording::inspection_id).first(conn).optional()?;
    of.map_or(Ok(false), |of| inspections::policy::may_know(conn, actor, of.0))
}

/// The same of a segment.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_segment(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let of: Option<RecordingId> = recording_segment::table
        .find(SegmentId(id))
        .select(recording_segment::recording_id)
        .first(conn)
        .optional()?;
    of.map_or(Ok(false), |of| may_know_recording(conn, actor, of.0))
}

/// Whether somebody who knows of an inspection records it and enters its custody.
pub fn records(actor: &Actor) -> bool {
    actor
        .scope()
        .is_some_and(|scope| !matches!(scope.role(), Role::Enterprise | Role::Expert | Role::Operator))
}

/// The person who records an inspection.
///
/// # Errors
/// 404 for who may not know of it, 403 for who does not record.
pub fn require_recorder(
    conn: &mut PgConnection,
    actor: &Actor,
    inspection: InspectionId,
) -> Result<AccountId, Problem> {
    require_seen(conn, actor, inspection)?;
    match actor.account() {
        Some(account) if records(actor) => Ok(account),
        _ => Err(Problem::forbidden()),
    }
}

/// Whether the actor sees the originals of what this person recorded.
pub fn sees_originals(actor: &Actor, began_by: AccountId, rules: &RecordingRules) -> bool {
    actor.account() == Some(began_by)
        || actor.scope().is_some_and(|scope| rules.originals.contains(&scope.role()))
}

/// Whether somebody who knows of an inspection reads the log of views.
pub fn reads_log(actor: &Actor) -> bool {
    *actor == Actor::System
        || actor.scope().is_some_and(|scope| matches!(scope.role(), Role::Admin | Role::Enterprise))
}
