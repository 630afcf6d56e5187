//! What circuit consultation came to, as of the end of a day: each figure is a count of different enterprises, worked out from the evidence that was
//! there by then, so that the figures of a past day never change.

use crate::catalogue::Catalogue;
use crate::core::actor::{Actor, Scope};
use crate::core::clock::shanghai_day_end;
use crate::core::ids::EnterpriseId;
use crate::core::problem::FieldError;
use crate::core::{Problem, Text, as_of};
use crate::db::published::programme;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::state::ProgrammeState;
use crate::rounds::evidence::{decisions, evidence};
use crate::rounds::ids::MemberId;
use crate::rounds::settings::CircuitSettings;
use crate::rounds::stage::{CircuitStage, Evidence, EvidenceKind, cleared_since, first_since, stage_before};
use crate::settings::Settings;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text as SqlText, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Of what the figures are.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Only members of this programme; of all programmes of circuit consultation where none is named.
    pub programme: Option<ProgrammeId>,
    /// Code of a region, the caller's own or one under it; the own one where none is named.
    pub region: Option<String>,
    /// As of the end of this day, in Asia/Shanghai; today where none is named.
    pub as_of: Option<NaiveDate>,
}

/// A share of some number, with the interval in which it lies with a probability of 95 % (Wilson).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CircuitRate)]
pub struct Rate {
    /// The numerator.
    pub count: u64,
    /// Of how many.
    pub n: u64,
    /// The share, 0 to 1; absent of nothing.
    pub rate: Option<f64>,
    /// The lower end of the interval.
    pub low: Option<f64>,
    /// The upper end of the interval.
    pub high: Option<f64>,
}

impl Rate {
    /// The share of `count` in `n`.
    #[expect(clippy::cast_precision_loss, reason = "numbers of enterprises stay far below 2^53")]
    pub fn of(count: u64, n: u64) -> Self {
        const Z: f64 = 1.959_963_984_540_054;
        if n == 0 {
            return Self { count, n, rate: None, low: None, high: None };
        }
        let (whole, rate) = (n as f64, count as f64 / n as f64);
        let squared = Z * Z;
        let middle = rate + squared / (2.0 * whole);
        let spread = Z * (rate * (1.0 - rate) / whole + squared / (4.0 * whole * whole)).sqrt();
        let below = 1.0 + squared / whole;
        let (low, high) = ((middle - spread) / below, (middle + spread) / below);
        Self { count, n, rate: Some(rate), low: Some(low.max(0.0)), high: Some(high.min(1.0)) }
    }
}

/// How many members are at a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CircuitStageCount)]
pub struct StageCount {
    /// The stage.
    #[schema(inline)]
    pub stage: CircuitStage,
    /// Number of enterprises.
    pub enterprises: u64,
}

/// What circuit consultation came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CircuitFigures {
    /// As of the end of this day, in Asia/Shanghai.
    pub as_of: NaiveDate,
    /// The programme; absent where the figures are of all of them.
    pub programme_id: Option<ProgrammeId>,
    /// Code of the region.
    pub region: String,
    /// Enterprises in the cohort (列入).
    pub listed: u64,
    /// Of those, the ones against which nothing is open (清零).
    pub cleared: Rate,
    /// Those that were interviewed (约谈).
    pub interviewed: u64,
    /// Those that took part in a training (培训).
    pub trained: u64,
    /// Those of which a follow-up sample was taken (跟踪抽查).
    pub sampled: u64,
    /// Those that were helped on site (上门帮扶).
    pub helped: u64,
    /// Those that signed a commitment and carried the correction out (承诺并整改).
    pub committed: u64,
    /// Those that were not reached yet, and can be.
    pub unreached: u64,
    /// How many are at each stage.
    pub stages: Vec<StageCount>,
    /// First re-inspections that were passed, of cases whose enterprise was visited before.
    pub first_pass_visited: Rate,
    /// The same of those that were advised online only before.
    pub first_pass_online: Rate,
    /// Days on which an expert made visits, of each expert.
    pub expert_days: u64,
    /// Visits to enterprises.
    pub visits: u64,
    /// Visits on such a day; absent where there was none.
    pub visits_per_day: Option<f64>,
    /// Enterprises that were cleared within the days that the rules name (90) after a visit.
    pub cleared_after_visit: u64,
    /// Such clearances for each such day; absent where there was none.
    pub cleared_per_day: Option<f64>,
    /// Within how many days after a visit a clearance counts.
    pub clearance_days: u32,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Member {
    #[diesel(sql_type = SqlUuid)]
    id: MemberId,
    #[diesel(sql_type = SqlUuid)]
    enterprise_id: EnterpriseId,
}

/// The members just before a moment, of the regions in which their enterprises were then.
const MEMBERS: &str = "
    SELECT m.id, m.enterprise_id
    FROM circuit_member m
    CROSS JOIN LATERAL (
        SELECT coalesce((SELECT x.region FROM published.enterprise_past x
                         WHERE x.enterprise_id = m.enterprise_id AND x.until >= $3 ORDER BY x.until LIMIT 1),
                        m.region) AS region) w
    JOIN region_scope s ON s.region = w.region AND s.scope = $2
    WHERE ($1 IS NULL OR m.programme_id = $1) AND m.added_at < $3
    ORDER BY m.id";

/// Days on which an expert made visits to these enterprises.
const EXPERT_DAYS: &str = "
    SELECT count(*) AS count FROM (
        SELECT DISTINCT x.expert_id, g.on_day
        FROM engagement_presence(ARRAY(
            SELECT m.enterprise_id
            FROM circuit_member m
            JOIN region_scope s ON s.scope = $2 AND s.region = coalesce(
                (SELECT y.region FROM published.enterprise_past y
                 WHERE y.enterprise_id = m.enterprise_id AND y.until >= $3 ORDER BY y.until LIMIT 1), m.region)
            WHERE ($1 IS NULL OR m.programme_id = $1) AND m.added_at < $3)) e
        JOIN published.engagement g ON g.id = e.engagement_id AND g.kind = 'visit'
            AND (g.programme_id IS NULL OR $1 IS NULL OR g.programme_id = $1)
        JOIN published.engagement_expert x ON x.engagement_id = g.id
        WHERE e.from_at < $3 AND (e.until_at IS NULL OR e.until_at >= $3)) d";

#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The region of a report: the one asked for, which must be the officer's or lie under it; else the officer's own, or the province for the operator.
fn region(actor: &Actor, catalogue: &Catalogue, asked: Option<&str>) -> Result<String, Problem> {
    let own = match (actor, actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Operator)) => {
            catalogue.regions.iter().find(|r| r.parent.is_none()).map(|r| r.code.clone()).unwrap_or_default()
        }
        (_, Some(Scope::Admin(region))) => region.clone(),
        (_, Some(_)) => return Err(Problem::forbidden()),
        (_, None) => return Err(Problem::unauthenticated()),
    };
    let wanted = asked.unwrap_or(&own);
    if catalogue.regions.contains(&own, wanted) {
        return Ok(wanted.to_owned());
    }
    let text = Text::new("不是您辖区内的行政区划代码", "is not the code of a region of yours");
    Err(Problem::invalid(vec![FieldError::query("region", text)]))
}

/// Refuses a programme that is none of circuit consultation that the caller may know of.
fn require_programme(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    id: ProgrammeId,
) -> Result<(), Problem> {
    let found: Option<(String, ProgrammeState)> = programme::table
        .find(id)
        .filter(programme::kind.eq(ProgrammeKind::Circuit))
        .select((programme::organiser_region, programme::state))
        .first(conn)
        .optional()?;
    let known = found.is_some_and(|(organiser, state)| match actor.officer_region() {
        Some(_) => crate::programmes::policy::sees(
            actor,
            (ProgrammeKind::Circuit, &organiser, state),
            &[],
            catalogue,
        ),
        None => true,
    });
    if known { Ok(()) } else { Err(Problem::not_found()) }
}

/// What one enterprise adds to the figures.
#[derive(Default)]
struct Sum {
    listed: u64,
    cleared: u64,
    interviewed: u64,
    trained: u64,
    sampled: u64,
    helped: u64,
    committed: u64,
    unreached: u64,
    stages: BTreeMap<CircuitStage, u64>,
    visited_first: (u64, u64),
    online_first: (u64, u64),
    visits: u64,
    cleared_after_visit: u64,
}

impl Sum {
    fn add(&mut self, pieces: &[Evidence], stage: CircuitStage, before: DateTime<Utc>, within: Duration) {
        use EvidenceKind as E;
        let first = |kind| first_since(pieces, kind, None, before);
        let count = |kind| u64::from(first(kind).is_some());
        let cleared = cleared_since(pieces, before);
        self.listed += 1;
        self.cleared += u64::from(cleared.is_some());
        self.interviewed += count(E::Interviewed);
        self.trained += count(E::Trained);
        self.sampled += count(E::Sampled);
        self.helped += count(E::Visited);
        let corrected = first(E::Corrected).is_some() || cleared.is_some() || first(E::Kept).is_some();
        self.committed += u64::from(corrected && first(E::Committed).is_some());
        let reached = [E::Concluded, E::Visited, E::Trained, E::Interviewed]
            .into_iter()
            .any(|kind| first(kind).is_some());
        let ended = matches!(stage, CircuitStage::Unreachable | CircuitStage::Declined);
        self.unreached += u64::from(!reached && !ended);
        *self.stages.entry(stage).or_default() += 1;
        let visits: Vec<DateTime<Utc>> =
            pieces.iter().filter(|e| e.kind == E::Visited && e.stands(before)).map(|e| e.from).collect();
        self.visits += u64::try_from(visits.len()).unwrap_or(u64::MAX);
        let after_visit =
            cleared.is_some_and(|at| visits.iter().any(|visit| *visit <= at && at <= *visit + within));
        self.cleared_after_visit += u64::from(after_visit);
        self.add_first_passes(pieces, &visits, before);
    }

    /// The first re-inspections of an enterprise, by whether it was visited or only advised online before them.
    fn add_first_passes(&mut self, pieces: &[Evidence], visits: &[DateTime<Utc>], before: DateTime<Utc>) {
        use EvidenceKind as E;
        let ended =
            pieces.iter().filter(|e| matches!(e.kind, E::PassedFirst | E::FailedFirst) && e.stands(before));
        for inspected in ended {
            let advised = pieces.iter().any(|e| e.kind == E::Concluded && e.from < inspected.from);
            let sum = if visits.iter().any(|visit| *visit < inspected.from) {
                &mut self.visited_first
            } else if advised {
                &mut self.online_first
            } else {
                continue;
            };
            sum.0 += u64::from(inspected.kind == E::PassedFirst);
            sum.1 += 1;
        }
    }
}

/// The figures of a region as of the end of a day.
///
/// # Errors
/// 403 for who gets no reports, 404 for a programme that the caller may not know of, 422 for a region or day that can't be asked for.
pub fn report(
    conn: &mut PgConnection,
    actor: &Actor,
    (catalogue, settings): (&Catalogue, &Settings),
    question: &Question,
    now: DateTime<Utc>,
) -> Result<CircuitFigures, Problem> {
    let region = region(actor, catalogue, question.region.as_deref())?;
    let day = as_of::day(question.as_of, now)?;
    if let Some(id) = question.programme {
        require_programme(conn, actor, catalogue, id)?;
    }
    let rules = settings.section::<CircuitSettings>().rules_on(day);
    let rules = rules.ok_or_else(|| Problem::internal("no rules of circuit consultation"))?;
    // What is entered at the very moment counts.
    let before = shanghai_day_end(day).min(now + Duration::microseconds(1));
    let sum =
        sum(conn, question.programme, &region, before, Duration::days(i64::from(rules.clearance_days)))?;
    let days: Count = diesel::sql_query(EXPERT_DAYS)
        .bind::<Nullable<SqlUuid>, _>(question.programme)
        .bind::<SqlText, _>(&region)
        .bind::<Timestamptz, _>(before)
        .get_result(conn)?;
    let expert_days = u64::try_from(days.count).unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "numbers of visits stay far below 2^53")]
    let per_day = |count: u64| (expert_days > 0).then(|| count as f64 / expert_days as f64);
    let at_stage = |stage: &CircuitStage| sum.stages.get(stage).copied().unwrap_or(0);
    Ok(CircuitFigures {
        as_of: day,
        programme_id: question.programme,
        region,
        listed: sum.listed,
        cleared: Rate::of(sum.cleared, sum.listed),
        interviewed: sum.interviewed,
        trained: sum.trained,
        sampled: sum.sampled,
        helped: sum.helped,
        committed: sum.committed,
        unreached: sum.unreached,
        stages: CircuitStage::ALL
            .iter()
            .map(|stage| StageCount { stage: *stage, enterprises: at_stage(stage) })
            .collect(),
        first_pass_visited: Rate::of(sum.visited_first.0, sum.visited_first.1),
        first_pass_online: Rate::of(sum.online_first.0, sum.online_first.1),
        expert_days,
        visits: sum.visits,
        visits_per_day: per_day(sum.visits),
        cleared_after_visit: sum.cleared_after_visit,
        cleared_per_day: per_day(sum.cleared_after_visit),
        clearance_days: rules.clearance_days,
    })
}

/// How many enterprises are looked at together.
const TOGETHER: usize = 2_000;

fn sum(
    conn: &mut PgConnection,
    programme: Option<ProgrammeId>,
    region: &str,
    before: DateTime<Utc>,
    within: Duration,
) -> Result<Sum, Problem> {
    let members: Vec<Member> = diesel::sql_query(MEMBERS)
        .bind::<Nullable<SqlUuid>, _>(programme)
        .bind::<SqlText, _>(region)
        .bind::<Timestamptz, _>(before)
        .load(conn)?;
    let (mut sum, mut counted) = (Sum::default(), BTreeSet::new());
    for some in members.chunks(TOGETHER) {
        let ids: Vec<MemberId> = some.iter().map(|member| member.id).collect();
        let enterprises: Vec<EnterpriseId> = some.iter().map(|member| member.enterprise_id).collect();
        let decided = decisions(conn, &ids)?;
        let known = evidence(conn, &enterprises, programme)?;
        for Member { id, enterprise_id } in some {
            let pieces = known.get(enterprise_id).map_or(&[][..], Vec::as_slice);
            let decisions = decided.get(id).map_or(&[][..], Vec::as_slice);
            // Who is in several cohorts counts once, by the first of them in which it still is.
            let Some(stage) = stage_before(pieces, decisions, before) else { continue };
            if counted.insert(*enterprise_id) {
                sum.add(pieces, stage, before, within);
            }
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_its_interval() {
        let rate = Rate::of(1_324, 1_550);
        let shown = [rate.rate, rate.low, rate.high].map(|part| format!("{:.4}", part.unwrap()));
        assert_eq!(shown, ["0.8542", "0.8357", "0.8709"]);
        let all = Rate::of(5, 5);
        assert!(all.high == Some(1.0) && all.low.unwrap() > 0.5);
        assert_eq!(Rate::of(0, 0).rate, None);
    }
}
