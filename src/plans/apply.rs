//! Applying a plan: the assignments, the invitations, and the refusal of a plan that is no longer true.

use crate::core::ids::{EnterpriseId, ExpertId};
use crate::core::page::MAX_LIMIT;
use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};
use crate::db::published::enterprise;
use crate::db::schema::matching_plan as plans;
use crate::db::{Command, Tx};
use crate::enterprises::OperatingStatus;
use crate::matching::assignment;
use crate::plans::changes::{PlanChange, Side, changes};
use crate::plans::ids::PlanId;
use crate::plans::invite;
use crate::plans::snapshot::{self, Snapshot};
use crate::plans::state::{PlanStep, transition};
use crate::plans::store::{self, PlanRow};
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text as SqlText, Timestamptz, Uuid};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{HashMap, HashSet};

/// All applications of plans take this advisory lock.
const LOCK: i64 = 0x7a64_706c_616e_0001;
/// At most so many changes are named in a refusal; the list has its own address.
const MOST_NAMED: usize = 50;

/// Applies a computed plan: assigns each enterprise its expert for the rounds, invites it by mail and tells
/// the expert, and who had it before. Opens no consultation. Refused with what changed where enterprises or experts are no longer as they
/// were when it was computed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApplyPlan {
    /// The plan.
    pub id: PlanId,
}

/// A plan that was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlanApplied {
    /// Its id.
    pub id: PlanId,
    /// Enterprises that the plan assigns an expert, be it the one whom they have.
    pub assigned: u64,
    /// Of these, those that had nobody.
    #[serde(default)]
    pub added: u64,
    /// Those that got somebody else.
    #[serde(default)]
    pub changed: u64,
    /// Those that kept whom they had. They get no mail, and nor do their experts for them.
    #[serde(default)]
    pub unchanged: u64,
    /// Enterprises that had somebody and got nobody.
    #[serde(default)]
    pub removed: u64,
    /// Enterprises without an expert, those included.
    #[serde(default)]
    pub unserved: u64,
    /// Earlier assignments that ended, because the plan leaves the enterprise out.
    pub ended: u64,
    /// Enterprises that are invited by mail: those that got an expert, or another one.
    pub invited: u64,
    /// Enterprises that got an expert, or another one, and are not invited: without a mail address on record, or because they want no such mails.
    pub without_address: u64,
    /// Experts who are informed by mail whom they newly got.
    #[serde(default)]
    pub experts_told: u64,
}

impl Command for ApplyPlan {
    type Output = PlanApplied;
    const NAME: &'static str = "apply_plan";

    fn run(&self, tx: &mut Tx) -> Result<PlanApplied, Problem> {
        store::wait_lock(&mut tx.conn, LOCK)?;
        let row = store::lock_for(tx, self.id)?;
        let state = transition(row.state, PlanStep::Apply)?;
        let today = tx.today();
        let stale = changes_since(&mut tx.conn, &row, today)?;
        if !stale.is_empty() {
            return Err(refusal(&stale));
        }
        let released = invite::released_experts(tx, self.id)?;
        let (served, unserved) = store::split_lines(&mut tx.conn, self.id)?;
        let assigned = assignment::assign(tx, self.id.0, &served)?;
        let ended = assignment::end(tx, &unserved)?;
        let mails = invite::notify(tx, self.id, released)?;
        let figures = store::recount(&mut tx.conn, self.id)?;
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let applied = PlanApplied {
            id: self.id,
            assigned: count(assigned),
            added: figures.added,
            changed: figures.changed,
            unchanged: figures.unchanged,
            removed: figures.removed,
            unserved: figures.unserved,
            ended: count(ended),
            invited: count(mails.invited),
            without_address: count(mails.without_address),
            experts_told: count(mails.experts),
        };
        diesel::update(plans::table.find(self.id))
            .set((
                plans::state.eq(state),
                plans::applied.eq(serde_json::to_value(&applied)?),
                plans::decided_by.eq(tx.actor.account()),
                plans::decided_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        tx.audit(Self::NAME, row.subject(), json!(applied))?;
        Ok(applied)
    }
}

fn refusal(stale: &[PlanChange]) -> Problem {
    let count = stale.len();
    let mut problem = Problem::new(
        Code::PlanStale,
        Text::new(
            format!("算出该方案以来名单或专家已有 {count} 处变更，请重新计算"),
            format!(
                "the list or the experts changed in {count} places since the plan was computed; compute it again"
            ),
        ),
    );
    let place = |change: &PlanChange| format!("/{}s/{}", change.side, change.id);
    problem.errors =
        stale.iter().take(MOST_NAMED).map(|change| FieldError::body(place(change), change.text())).collect();
    problem
}

/// What changed since a plan was computed, enterprises first.
///
/// # Errors
/// When the database can't be asked.
pub(super) fn changes_since(
    conn: &mut PgConnection,
    row: &PlanRow,
    today: NaiveDate,
) -> Result<Vec<PlanChange>, Problem> {
    let then = store::snapshot(conn, row.id)?;
    let now = snapshot::read(conn, &row.scope(), today)?;
    let mut found = changes(&then, &now);
    explain_leaving(conn, &mut found)?;
    too_many(conn, row, &now, &mut found)?;
    other_plans(conn, row, &mut found)?;
    Ok(found)
}

/// Says why enterprises left: out of business, cleared, or elsewhere now.
fn explain_leaving(conn: &mut PgConnection, found: &mut [PlanChange]) -> Result<(), Problem> {
    let gone: Vec<uuid::Uuid> = found.iter().filter(|c| c.what == "left").map(|c| c.id).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let stands: HashMap<uuid::Uuid, (OperatingStatus, String)> = enterprise::table
        .filter(enterprise::id.eq_any(gone))
        .select((enterprise::id, (enterprise::operating_status, enterprise::region)))
        .load::<(EnterpriseId, (OperatingStatus, String))>(conn)?
        .into_iter()
        .map(|(id, stands)| (id.0, stands))
        .collect();
    let cleared = all_cleared(conn, &stands)?;
    for change in found.iter_mut().filter(|c| c.what == "left") {
        let Some((status, region)) = stands.get(&change.id) else { continue };
        let (what, zh, en) = if *status != OperatingStatus::Operating {
            ("operating_status", format!("经营状态变为{}", status.name_zh()), format!("is {status} now"))
        } else if cleared.contains(&change.id) {
            ("cleared", "已全部清零".to_owned(), "has nothing left to clear".to_owned())
        } else {
            ("region", format!("现属行政区划 {region}"), format!("is of region {region} now"))
        };
        (change.what, change.detail_zh, change.detail_en) = (what.to_owned(), zh, en);
    }
    Ok(())
}

fn all_cleared(
    conn: &mut PgConnection,
    among: &HashMap<uuid::Uuid, (OperatingStatus, String)>,
) -> Result<HashSet<uuid::Uuid>, Problem> {
    use crate::db::published::open_nonconformity as open_ones;
    let ids: Vec<EnterpriseId> = among.keys().map(|id| EnterpriseId(*id)).collect();
    let open: HashSet<EnterpriseId> = open_ones::table
        .filter(open_ones::enterprise_id.eq_any(ids))
        .select(open_ones::enterprise_id)
        .load(conn)?
        .into_iter()
        .collect();
    Ok(among.keys().copied().filter(|id| !open.contains(&EnterpriseId(*id))).collect())
}

/// Experts who would get more enterprises than they have places by now.
fn too_many(
    conn: &mut PgConnection,
    row: &PlanRow,
    now: &Snapshot,
    found: &mut Vec<PlanChange>,
) -> Result<(), Problem> {
    use crate::db::schema::matching_plan_line as lines;
    let planned: HashMap<ExpertId, i64> = lines::table
        .filter(lines::plan_id.eq(row.id))
        .filter(lines::expert_id.is_not_null())
        .group_by(lines::expert_id)
        .select((lines::expert_id.assume_not_null(), diesel::dsl::count_star()))
        .load(conn)?
        .into_iter()
        .collect();
    let scope = row.scope();
    for expert in &now.experts {
        let places = i64::from(expert.places(scope.rounds, scope.capacity_basis));
        let known =
            found.iter().any(|c| c.side == Side::Expert && c.id == expert.id.0 && c.what == "capacity");
        match planned.get(&expert.id) {
            Some(&count) if count > places && !known => found.push(PlanChange::expert(
                expert.id,
                &expert.name,
                "places",
                Text::new(
                    format!("方案分派 {count} 家，现只余 {places} 个名额"),
                    format!("is planned for {count} enterprises and has {places} places left by now"),
                ),
            )),
            _ => {}
        }
    }
    Ok(())
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Other {
    #[diesel(sql_type = Uuid)]
    id: PlanId,
    #[diesel(sql_type = SqlText)]
    name: String,
    #[diesel(sql_type = BigInt)]
    enterprises: i64,
}

/// Plans that were applied to the same enterprises in between.
fn other_plans(conn: &mut PgConnection, row: &PlanRow, found: &mut Vec<PlanChange>) -> Result<(), Problem> {
    let others = diesel::sql_query(
        "SELECT p.id, p.name, count(*) AS enterprises
         FROM matching_plan_line l
         JOIN published.matching_assignment a ON a.enterprise_id = l.enterprise_id
         JOIN matching_plan p ON p.id = a.plan_id
         WHERE l.plan_id = $1 AND a.assigned_at >= $2
           AND (a.expert_id, 'plan') IS DISTINCT FROM (l.present_expert, l.present_by)
         GROUP BY p.id ORDER BY p.id",
    )
    .bind::<Uuid, _>(row.id)
    .bind::<Nullable<Timestamptz>, _>(row.computed_at)
    .load::<Other>(conn)?;
    found.extend(others.into_iter().map(|other| {
        let count = other.enterprises;
        let text = Text::new(
            format!("已执行，涉及本方案中 {count} 家企业"),
            format!("was applied to {count} enterprises of this plan"),
        );
        PlanChange::new(Side::Plan, other.id.0, &other.name, "applied", text)
    }));
    Ok(())
}

/// The changes since a plan was computed, at most a page of them, with how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlanChanges {
    /// Whether applying it would be refused.
    pub stale: bool,
    /// How many changes there are.
    pub count: u64,
    /// The first 200 of them.
    pub changes: Vec<PlanChange>,
}

impl PlanChanges {
    /// The first of a list.
    pub(super) fn of(mut changes: Vec<PlanChange>) -> Self {
        let count = u64::try_from(changes.len()).unwrap_or(u64::MAX);
        changes.truncate(usize::try_from(MAX_LIMIT).unwrap_or(0));
        Self { stale: count > 0, count, changes }
    }
}
