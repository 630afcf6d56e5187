//! Visits and trainings to come that are held by an expert whose account ends.

use crate::core::ids::ExpertId;
use crate::core::{Code, Problem};
use crate::db::Tx;
use crate::db::schema::{engagement, engagement_expert};
use crate::engagements::notices;
use crate::engagements::state::{EngagementKind, EngagementState, EngagementStep};
use crate::engagements::store::{Detail, Row, audit, enterprise_of, erase_locations, experts, step};
use crate::engagements::visits::fitness;
use crate::engagements::visits::propose::rules_today;
use crate::engagements::visits::slots::SlotInput;
use crate::web::room::{Holder, OpenMatterKind};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use serde_json::json;

/// The declaration.
pub const ENGAGEMENTS: OpenMatterKind = OpenMatterKind {
    name: "engagements",
    zh: "待开展的上门帮扶和培训",
    en: "visits and trainings to be held",
    count,
    hand_on,
};

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

const COUNT: &str = "
    SELECT count(*) AS count FROM engagement_expert x JOIN engagement g ON g.id = x.engagement_id
    WHERE x.expert_id = $1
      AND (g.kind = 'visit' AND g.state IN ('proposed', 'confirmed') OR g.kind = 'training' AND g.state = 'planned')";

fn count(conn: &mut PgConnection, of: Holder) -> Result<i64, Problem> {
    let Some(expert) = of.expert else { return Ok(0) };
    let row: Counted = diesel::sql_query(COUNT).bind::<SqlUuid, _>(expert).get_result(conn)?;
    Ok(row.count)
}

/// Locks those that are still to be held.
fn open(tx: &mut Tx, expert: ExpertId) -> QueryResult<Vec<Row>> {
    use engagement as e;
    let of = engagement_expert::table
        .filter(engagement_expert::expert_id.eq(expert))
        .select(engagement_expert::engagement_id);
    let visits = e::kind
        .eq(EngagementKind::Visit)
        .and(e::state.eq_any([EngagementState::Proposed, EngagementState::Confirmed]));
    let trainings = e::kind.eq(EngagementKind::Training).and(e::state.eq(EngagementState::Planned));
    e::table
        .filter(e::id.eq_any(of))
        .filter(visits.or(trainings))
        .order(e::id)
        .for_update()
        .select(Row::as_select())
        .load(&mut *tx.conn)
}

/// Whether the heir may take part in it: no rule keeps it from the enterprise of a visit, and it is free at that time.
fn fits(tx: &mut Tx, row: &Row, heir: ExpertId) -> Result<bool, Problem> {
    if row.kind != EngagementKind::Visit {
        return Ok(true);
    }
    let enterprise = enterprise_of(&mut tx.conn, row.id)?;
    let times: Vec<SlotInput> = row
        .starts_at
        .zip(row.ends_at)
        .map(|(starts_at, ends_at)| SlotInput { starts_at, ends_at })
        .into_iter()
        .collect();
    let rules = rules_today(tx)?;
    let fits = fitness::require_fit(tx, &[heir], enterprise)
        .and_then(|()| fitness::require_free(tx, &[heir], Some(row.id), &times, &rules));
    let keeps_away = [Code::VisitExpertExcluded, Code::VisitsPerDay, Code::VisitOverlaps];
    match fits {
        Ok(()) => Ok(true),
        Err(problem) if keeps_away.contains(&problem.code) => Ok(false),
        Err(problem) => Err(problem),
    }
}

/// Each goes to the heir, where no rule keeps it from the enterprise; else the others hold it. A visit for which nobody is left is called off, and both
/// sides are told.
fn hand_on(tx: &mut Tx, from: Holder, to: Option<Holder>, reason: &str) -> Result<i64, Problem> {
    use engagement_expert as x;
    let Some(leaver) = from.expert else { return Ok(0) };
    let heir = to.and_then(|to| to.expert);
    // Before the visits are locked, as where one is proposed.
    if let Some(heir) = heir {
        fitness::wait_for(tx, &[heir])?;
    }
    let mut handed = 0;
    for mut row in open(tx, leaver)? {
        let with = experts(&mut tx.conn, row.id)?;
        let taken = match heir {
            Some(heir) if !with.contains(&heir) && fits(tx, &row, heir)? => Some(heir),
            _ => None,
        };
        let next = with.iter().copied().find(|one| *one != leaver);
        match (taken, next) {
            (Some(heir), _) => {
                diesel::update(x::table.find((row.id, leaver)))
                    .set(x::expert_id.eq(heir))
                    .execute(&mut *tx.conn)?;
            }
            (None, None) if row.kind == EngagementKind::Visit => {
                // Who was to come stays in what is kept of it.
                let detail = Detail { reason: Some(reason.to_owned()), ..Detail::default() };
                step(tx, &mut row, EngagementStep::Cancel, &detail)?;
                erase_locations(tx, row.id)?;
                notices::cancelled(tx, &row, reason)?;
            }
            (None, next) => {
                diesel::delete(x::table.find((row.id, leaver))).execute(&mut *tx.conn)?;
                if let (Some(next), true) = (next, with.first() == Some(&leaver)) {
                    diesel::update(x::table.find((row.id, next)))
                        .set(x::lead.eq(true))
                        .execute(&mut *tx.conn)?;
                }
            }
        }
        audit(tx, &row, "hand_over_engagement", json!({ "from": leaver, "to": taken, "reason": reason }))?;
        handed += 1;
    }
    Ok(handed)
}
