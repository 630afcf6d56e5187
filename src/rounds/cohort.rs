//! Adding enterprises to the cohort of a programme: all of an applied plan, a list, or all of a region. Set by set, so that a province is one
//! command; doing it twice adds nobody twice.

use crate::core::fields::Fields;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::{Problem, Text};
use crate::db::officer_steps::officer;
use crate::db::published::matching_plan;
use crate::db::tx::Subject;
use crate::db::{Command, Tx};
use crate::plans::ids::PlanId;
use crate::plans::policy::sees as sees_plan;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::store::Row as Programme;
use crate::rounds::keep::WAKE;
use crate::rounds::store::under_way;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text as SqlText, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The most enterprises that one call adds.
pub const MOST_AT_ONCE: usize = 20_000;
/// The most refused enterprises that are named.
const MOST_NAMED: usize = 200;

/// Whom to add: exactly one of the three.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CircuitCohortInput)]
pub struct CohortInput {
    /// All pairs of an applied plan: each enterprise with its expert.
    #[serde(default)]
    #[schema(value_type = Option<PlanId>)]
    pub plan: Option<PlanId>,
    /// Enterprises by their ids, at most 20,000.
    #[serde(default)]
    pub enterprises: Option<Vec<EnterpriseId>>,
    /// All enterprises of this region and those under it that have something open on the zero-out list, at most 20,000.
    #[serde(default)]
    pub region: Option<String>,
}

/// Result of adding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CircuitCohortAdded)]
pub struct CohortAdded {
    /// How many were added.
    pub added: i64,
    /// How many had been taken out before and are members again.
    pub back: i64,
    /// How many were members already.
    pub unchanged: i64,
    /// Why others were not added: those of a list by name, at most 200 of them.
    pub refused: Vec<NotAdded>,
    /// How many were not added.
    pub refused_count: i64,
    /// How many members the cohort has now.
    pub members: i64,
}

/// An enterprise that was not added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CircuitNotAdded)]
pub struct NotAdded {
    /// The enterprise, as it was named.
    pub enterprise_id: EnterpriseId,
    /// `unknown`: there is none in the caller's region and that of the programme; `nothing_open`: nothing of it is open on the list.
    pub reason: String,
}

/// Adds enterprises to a cohort.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddToCohort {
    /// The programme.
    pub programme: ProgrammeId,
    /// The enterprises to add.
    pub input: CohortInput,
}

/// Whom a call names, with the plan and whether who was taken out comes back.
enum Named {
    Plan(PlanId),
    List(Vec<EnterpriseId>),
    Region(String),
}

impl CohortInput {
    fn check(&self, tx: &Tx, programme: &Programme) -> Result<Named, Problem> {
        let mut fields = Fields::new();
        let named = match (self.plan, &self.enterprises, &self.region) {
            (Some(plan), None, None) => Some(Named::Plan(plan)),
            (None, Some(list), None) => {
                let (zh, en) = ("须为 1 到 20000 家企业", "must be 1 to 20000 enterprises");
                fields.require((1..=MOST_AT_ONCE).contains(&list.len()), "/enterprises", zh, en);
                let once: BTreeSet<EnterpriseId> = list.iter().copied().collect();
                Some(Named::List(once.into_iter().collect()))
            }
            (None, None, Some(region)) => {
                let own = tx.actor.officer_region().unwrap_or_default();
                let regions = &tx.catalogue.regions;
                let fits =
                    regions.contains(own, region) && regions.contains(&programme.organiser_region, region);
                let (zh, en) = (
                    "须为本人辖区和计划组织地区内的行政区划代码",
                    "must be a region of yours and of the programme",
                );
                fields.require(fits, "/region", zh, en);
                Some(Named::Region(region.clone()))
            }
            _ => {
                let (zh, en) = (
                    "请在分派方案、企业名单、地区三项中选择一项",
                    "name exactly one of plan, enterprises and region",
                );
                fields.fault("/plan", zh, en);
                None
            }
        };
        fields.done()?;
        named.ok_or_else(Problem::not_found)
    }
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Candidate {
    #[diesel(sql_type = SqlUuid)]
    enterprise_id: EnterpriseId,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    expert_id: Option<Uuid>,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    open: bool,
}

/// Enterprises that are in the regions of the caller and of the programme, with whether anything of them is open.
const OF_PLAN: &str = "
    SELECT l.enterprise_id, l.expert_id,
           EXISTS (SELECT FROM published.open_nonconformity n WHERE n.enterprise_id = l.enterprise_id) AS open
    FROM published.matching_plan_line l
    JOIN published.enterprise e ON e.id = l.enterprise_id AND e.withdrawn_at IS NULL
    JOIN region_scope a ON a.region = e.region AND a.scope = $1
    JOIN region_scope b ON b.region = e.region AND b.scope = $2
    WHERE l.plan_id = $3
    ORDER BY l.enterprise_id LIMIT $4";
const OF_LIST: &str = "
    SELECT e.id AS enterprise_id, NULL::uuid AS expert_id,
           EXISTS (SELECT FROM published.open_nonconformity n WHERE n.enterprise_id = e.id) AS open
    FROM published.enterprise e
    JOIN region_scope a ON a.region = e.region AND a.scope = $1
    JOIN region_scope b ON b.region = e.region AND b.scope = $2
    WHERE e.id = ANY ($3) AND e.withdrawn_at IS NULL
    ORDER BY e.id LIMIT $4";
const OF_REGION: &str = "
    SELECT e.id AS enterprise_id, NULL::uuid AS expert_id, true AS open
    FROM published.enterprise e
    JOIN region_scope a ON a.region = e.region AND a.scope = $1
    JOIN region_scope b ON b.region = e.region AND b.scope = $2
    WHERE a.region IN (SELECT s.region FROM region_scope s WHERE s.scope = $3) AND e.withdrawn_at IS NULL
      AND EXISTS (SELECT FROM published.open_nonconformity n WHERE n.enterprise_id = e.id)
    ORDER BY e.id LIMIT $4";

const LOCK: &str = "
    SELECT 1 FROM circuit_member m WHERE m.programme_id = $1 AND m.enterprise_id = ANY ($2) ORDER BY m.id FOR UPDATE";
/// Inserts those that are new. What the job has not looked at yet is `found`.
const INSERT: &str = "
    INSERT INTO circuit_member (id, programme_id, enterprise_id, region, expert_id, plan_id, state, stage, stage_at, kept_at, added_by, added_at,
                                updated_at)
    SELECT u.id, $3, e.id, e.region, u.expert, $4, 'member', 'found', $6, $6, $5, $6, $6
    FROM unnest($1, $2, $7) AS u (enterprise, expert, id)
    JOIN published.enterprise e ON e.id = u.enterprise
    ORDER BY e.id
    ON CONFLICT (programme_id, enterprise_id) DO NOTHING
    RETURNING id, enterprise_id";
const EVENTS: &str = "
    INSERT INTO circuit_member_event (member_id, ordinal, step, from_state, to_state, account_id, at)
    SELECT m.id, coalesce((SELECT max(v.ordinal) FROM circuit_member_event v WHERE v.member_id = m.id), 0) + 1, 'add',
           (SELECT v.to_state FROM circuit_member_event v WHERE v.member_id = m.id ORDER BY v.ordinal DESC LIMIT 1), 'member', $2, $3
    FROM circuit_member m WHERE m.id = ANY ($1)";
/// Brings back who was taken out, by a list alone.
const BACK: &str = "
    UPDATE circuit_member m SET state = 'member', end_reason = NULL, updated_at = $3
    WHERE m.programme_id = $1 AND m.enterprise_id = ANY ($2) AND m.state = 'removed'
    RETURNING m.id, m.enterprise_id";
/// Gives members that have no expert the one of the plan.
const EXPERTS: &str = "
    UPDATE circuit_member m SET expert_id = u.expert, plan_id = $3, updated_at = $4
    FROM unnest($1, $2) AS u (enterprise, expert)
    WHERE m.programme_id = $5 AND m.enterprise_id = u.enterprise AND m.expert_id IS NULL AND m.state = 'member'";
const NOTES: &str = "INSERT INTO circuit_note (enterprise_id) SELECT u.id FROM unnest($1) AS u (id)";

#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Written {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Command for AddToCohort {
    type Output = CohortAdded;
    const NAME: &'static str = "add_to_cohort";

    fn run(&self, tx: &mut Tx) -> Result<CohortAdded, Problem> {
        let programme = under_way(tx, self.programme)?;
        let by = officer(tx)?;
        let named = self.input.check(tx, &programme)?;
        let found = candidates(tx, &programme, &named)?;
        let mut done = CohortAdded::default();
        if let Named::List(list) = &named {
            let known: BTreeSet<EnterpriseId> = found.iter().map(|one| one.enterprise_id).collect();
            let unknown = list.iter().filter(|id| !known.contains(id));
            refuse(&mut done, unknown.map(|id| (*id, "unknown")));
        }
        refuse(
            &mut done,
            found.iter().filter(|one| !one.open).map(|one| (one.enterprise_id, "nothing_open")),
        );
        let open: Vec<Candidate> = found.into_iter().filter(|one| one.open).collect();
        let written = write(tx, &programme, &named, &open, by)?;
        done.added = written.added;
        done.back = written.back;
        done.unchanged = i64::try_from(open.len()).unwrap_or(i64::MAX) - written.added - written.back;
        let count: Count = diesel::sql_query(
            "SELECT count(*) AS count FROM circuit_member WHERE programme_id = $1 AND state <> 'removed'",
        )
        .bind::<SqlUuid, _>(programme.id)
        .get_result(&mut *tx.conn)?;
        done.members = count.count;
        tx.wake(WAKE);
        let subject = Subject::new("programme", programme.id.0).in_region(&programme.organiser_region);
        let data = json!({ "name": programme.name, "plan": self.input.plan, "region": self.input.region,
                           "added": done.added, "back": done.back, "refused": done.refused_count });
        tx.audit(Self::NAME, subject, data)?;
        Ok(done)
    }
}

fn refuse(done: &mut CohortAdded, refused: impl Iterator<Item = (EnterpriseId, &'static str)>) {
    for (enterprise_id, reason) in refused {
        done.refused_count += 1;
        if done.refused.len() < MOST_NAMED {
            done.refused.push(NotAdded { enterprise_id, reason: reason.to_owned() });
        }
    }
}

fn candidates(tx: &mut Tx, programme: &Programme, named: &Named) -> Result<Vec<Candidate>, Problem> {
    let own = tx.actor.officer_region().unwrap_or_default().to_owned();
    let organiser = programme.organiser_region.clone();
    let most = i64::try_from(MOST_AT_ONCE).unwrap_or(i64::MAX);
    let query =
        |sql| diesel::sql_query(sql).bind::<SqlText, _>(own.clone()).bind::<SqlText, _>(organiser.clone());
    let found: Vec<Candidate> = match named {
        Named::Plan(id) => {
            require_applied(tx, *id)?;
            query(OF_PLAN).bind::<SqlUuid, _>(*id).bind::<BigInt, _>(most + 1).load(&mut *tx.conn)?
        }
        Named::List(list) => {
            query(OF_LIST).bind::<Array<SqlUuid>, _>(list).bind::<BigInt, _>(most + 1).load(&mut *tx.conn)?
        }
        Named::Region(region) => {
            query(OF_REGION).bind::<SqlText, _>(region).bind::<BigInt, _>(most + 1).load(&mut *tx.conn)?
        }
    };
    if found.len() > MOST_AT_ONCE {
        let (pointer, text) = (
            if matches!(named, Named::Plan(_)) { "/plan" } else { "/region" },
            Text::new(
                "一次最多列入 20000 家企业，请按下级地区分次列入",
                "more than 20000 enterprises; add them by smaller regions",
            ),
        );
        return Err(Problem::field(pointer, text));
    }
    Ok(found)
}

/// Refuses a plan that the officer may not know of, or that was not applied.
fn require_applied(tx: &mut Tx, id: PlanId) -> Result<(), Problem> {
    let region: Option<String> =
        matching_plan::table.find(id.0).select(matching_plan::region).first(&mut *tx.conn).optional()?;
    if region.is_some_and(|region| sees_plan(&tx.actor, &region, &tx.catalogue)) {
        return Ok(());
    }
    let text = Text::new("不是您辖区内已执行的巡回方案", "is no applied plan of your region");
    Err(Problem::field("/plan", text))
}

/// How many were written.
struct Numbers {
    added: i64,
    back: i64,
}

fn write(
    tx: &mut Tx,
    programme: &Programme,
    named: &Named,
    open: &[Candidate],
    by: AccountId,
) -> Result<Numbers, Problem> {
    let enterprises: Vec<EnterpriseId> = open.iter().map(|one| one.enterprise_id).collect();
    let experts: Vec<Option<Uuid>> = open.iter().map(|one| one.expert_id).collect();
    let ids: Vec<Uuid> = open.iter().map(|_| Uuid::now_v7()).collect();
    let plan = match named {
        Named::Plan(id) => Some(id.0),
        Named::List(_) | Named::Region(_) => None,
    };
    let now = tx.now;
    // In the order of all who lock members.
    diesel::sql_query(LOCK)
        .bind::<SqlUuid, _>(programme.id)
        .bind::<Array<SqlUuid>, _>(&enterprises)
        .execute(&mut *tx.conn)?;
    let added: Vec<Written> = diesel::sql_query(INSERT)
        .bind::<Array<SqlUuid>, _>(&enterprises)
        .bind::<Array<Nullable<SqlUuid>>, _>(&experts)
        .bind::<SqlUuid, _>(programme.id)
        .bind::<Nullable<SqlUuid>, _>(plan)
        .bind::<SqlUuid, _>(by)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<SqlUuid>, _>(&ids)
        .load(&mut *tx.conn)?;
    let back: Vec<Written> = match named {
        Named::List(_) => diesel::sql_query(BACK)
            .bind::<SqlUuid, _>(programme.id)
            .bind::<Array<SqlUuid>, _>(&enterprises)
            .bind::<Timestamptz, _>(now)
            .load(&mut *tx.conn)?,
        Named::Plan(_) | Named::Region(_) => Vec::new(),
    };
    let changed: Vec<Uuid> = added.iter().chain(&back).map(|row| row.id).collect();
    diesel::sql_query(EVENTS)
        .bind::<Array<SqlUuid>, _>(changed)
        .bind::<SqlUuid, _>(by)
        .bind::<Timestamptz, _>(now)
        .execute(&mut *tx.conn)?;
    if plan.is_some() {
        diesel::sql_query(EXPERTS)
            .bind::<Array<SqlUuid>, _>(&enterprises)
            .bind::<Array<Nullable<SqlUuid>>, _>(&experts)
            .bind::<Nullable<SqlUuid>, _>(plan)
            .bind::<Timestamptz, _>(now)
            .bind::<SqlUuid, _>(programme.id)
            .execute(&mut *tx.conn)?;
    }
    diesel::sql_query(NOTES).bind::<Array<SqlUuid>, _>(&enterprises).execute(&mut *tx.conn)?;
    let count = |rows: &[Written]| i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Ok(Numbers { added: count(&added), back: count(&back) })
}
