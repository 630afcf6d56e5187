//! The job that keeps the stages of members up to date: at once for members about whom a change was noted, and once a day for all others, should one
//! not have been noted. Stage and moments are what the fold comes to at that moment; a test holds both together.

use crate::app::App;
use crate::core::ids::EnterpriseId;
use crate::core::wake::Wake;
use crate::core::{Caller, Problem};
use crate::db::schema::{circuit_member, circuit_note};
use crate::db::{Command, Tx};
use crate::programmes::ids::ProgrammeId;
use crate::rounds::evidence::{decisions, evidence};
use crate::rounds::ids::MemberId;
use crate::rounds::member_state::MemberState;
use crate::rounds::stage::{CircuitStage, EvidenceKind, cleared_since, first_since, standing_before};
use crate::web::room::Job;
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Wakes the job.
pub const WAKE: Wake = Wake::new("circuit_stages");
/// How often it looks.
const POLL: std::time::Duration = std::time::Duration::from_secs(5);
/// How many notes or members it takes at once.
const BATCH: i64 = 500;
/// After how many hours a member is looked at without a note.
const HOURS: i64 = 24;

/// Keeps the stages.
pub const JOB: Job = Job {
    name: "circuit_stages",
    wake: Some(WAKE),
    poll: POLL,
    start: |_, stop| {
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sweep(app, &|| stop.is_set())))
    },
};

/// Keeps the stages of members of which something was noted, or that were not looked at for a day; returns whether more is waiting.
///
/// # Errors
/// When the database can't be asked.
pub fn sweep(app: &App, stopped: &dyn Fn() -> bool) -> Result<bool, Problem> {
    let noted: Vec<(i64, EnterpriseId)> = circuit_note::table
        .order(circuit_note::id)
        .limit(BATCH)
        .select((circuit_note::id, circuit_note::enterprise_id))
        .load(&mut *app.conn()?)?;
    if let Some(upto) = noted.iter().map(|(id, _)| *id).max() {
        let full = i64::try_from(noted.len()).is_ok_and(|found| found == BATCH);
        let enterprises: BTreeSet<EnterpriseId> = noted.into_iter().map(|(_, id)| id).collect();
        let command = KeepStages { enterprises: enterprises.into_iter().collect(), upto };
        app.execute(&Caller::system(), &command)?;
        return Ok(full && !stopped());
    }
    let before = app.clock().now() - Duration::hours(HOURS);
    let old: Vec<EnterpriseId> = circuit_member::table
        .filter(circuit_member::kept_at.lt(before))
        .filter(circuit_member::state.ne(MemberState::Removed))
        .order(circuit_member::kept_at)
        .limit(BATCH)
        .select(circuit_member::enterprise_id)
        .load(&mut *app.conn()?)?;
    if old.is_empty() {
        return Ok(false);
    }
    let full = i64::try_from(old.len()).is_ok_and(|found| found == BATCH);
    let enterprises: BTreeSet<EnterpriseId> = old.into_iter().collect();
    app.execute(&Caller::system(), &KeepStages { enterprises: enterprises.into_iter().collect(), upto: 0 })?;
    Ok(full && !stopped())
}

/// Writes what the evidence of some enterprises comes to into their memberships, and forgets the notes up to a number.
#[derive(Debug, Serialize)]
pub struct KeepStages {
    enterprises: Vec<EnterpriseId>,
    upto: i64,
}

impl Command for KeepStages {
    type Output = usize;
    const NAME: &'static str = "keep_circuit_stages";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        use circuit_member as m;
        // Before anything is read, so that what is noted meanwhile is looked at again.
        diesel::delete(
            circuit_note::table
                .filter(circuit_note::id.le(self.upto))
                .filter(circuit_note::enterprise_id.eq_any(&self.enterprises)),
        )
        .execute(&mut *tx.conn)?;
        let members: Vec<(MemberId, ProgrammeId, EnterpriseId)> = m::table
            .filter(m::enterprise_id.eq_any(&self.enterprises))
            .filter(m::state.ne(MemberState::Removed))
            .order(m::id)
            .for_update()
            .select((m::id, m::programme_id, m::enterprise_id))
            .load(&mut *tx.conn)?;
        keep(tx, &members)
    }
}

/// Writes what evidence comes to into these members, which are locked.
///
/// # Errors
/// When the database refuses.
pub fn keep(tx: &mut Tx, members: &[(MemberId, ProgrammeId, EnterpriseId)]) -> Result<usize, Problem> {
    let ids: Vec<MemberId> = members.iter().map(|(id, ..)| *id).collect();
    let decided = decisions(&mut tx.conn, &ids)?;
    let mut by_programme: BTreeMap<ProgrammeId, Vec<(MemberId, EnterpriseId)>> = BTreeMap::new();
    for (id, programme, enterprise) in members {
        by_programme.entry(*programme).or_default().push((*id, *enterprise));
    }
    let now = tx.now + Duration::microseconds(1);
    let mut kept = Kept::default();
    for (programme, members) in by_programme {
        let enterprises: Vec<EnterpriseId> = members.iter().map(|(_, enterprise)| *enterprise).collect();
        let known = evidence(&mut tx.conn, &enterprises, Some(programme))?;
        for (id, enterprise) in members {
            let pieces = known.get(&enterprise).map_or(&[][..], Vec::as_slice);
            let decisions = decided.get(&id).map_or(&[][..], Vec::as_slice);
            let Some(standing) = standing_before(pieces, decisions, now) else { continue };
            let first = |kind| first_since(pieces, kind, None, now);
            let reached = [
                EvidenceKind::Concluded,
                EvidenceKind::Visited,
                EvidenceKind::Trained,
                EvidenceKind::Interviewed,
            ];
            kept.ids.push(id);
            kept.stages.push(standing.stage);
            kept.since.push(standing.since);
            kept.reached.push(reached.into_iter().filter_map(first).min());
            kept.visited.push(first(EvidenceKind::Visited));
            kept.cleared.push(cleared_since(pieces, now));
        }
    }
    kept.write(tx)
}

/// What is written, column by column.
#[derive(Default)]
struct Kept {
    ids: Vec<MemberId>,
    stages: Vec<CircuitStage>,
    since: Vec<DateTime<Utc>>,
    reached: Vec<Option<DateTime<Utc>>>,
    visited: Vec<Option<DateTime<Utc>>>,
    cleared: Vec<Option<DateTime<Utc>>>,
}

const WRITE: &str = "
    UPDATE circuit_member m
    SET stage = k.stage, stage_at = k.since, reached_at = k.reached, visited_at = k.visited, cleared_at = k.cleared, kept_at = $7
    FROM unnest($1, $2, $3, $4, $5, $6) AS k (id, stage, since, reached, visited, cleared)
    WHERE m.id = k.id";

impl Kept {
    fn write(self, tx: &mut Tx) -> Result<usize, Problem> {
        let now = tx.now;
        Ok(diesel::sql_query(WRITE)
            .bind::<Array<SqlUuid>, _>(self.ids)
            .bind::<Array<Text>, _>(self.stages)
            .bind::<Array<Timestamptz>, _>(self.since)
            .bind::<Array<Nullable<Timestamptz>>, _>(self.reached)
            .bind::<Array<Nullable<Timestamptz>>, _>(self.visited)
            .bind::<Array<Nullable<Timestamptz>>, _>(self.cleared)
            .bind::<Timestamptz, _>(now)
            .execute(&mut *tx.conn)?)
    }
}
