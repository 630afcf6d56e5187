//! The lines of a plan by pages: who gets whom instead of whom, who gets nobody, and each expert's load.

use crate::core::ids::{EnterpriseId, ExpertId};
use crate::core::page::{Page, Slice};
use crate::core::{Actor, Problem};
use crate::db::published::{enterprise, expert};
use crate::db::search::SearchTerms;
use crate::enterprises::queries::NAMES;
use crate::experts::queries as experts;
use crate::matching::model::rules::Exclusion;
use crate::plans::ids::PlanId;
use crate::plans::pairs::{Micros, units};
use crate::plans::state::PlanState;
use crate::plans::store;
use crate::plans::view::plan;
use crate::plans::vocabulary::{Change, PresentBy, Unserved};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// A thing by its id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NamedExpert {
    /// The expert.
    pub id: ExpertId,
    /// The name.
    pub name: String,
}

/// An enterprise of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlannedEnterprise {
    /// The enterprise.
    pub id: EnterpriseId,
    /// Its unified social credit code.
    pub uscc: String,
    /// Its name.
    pub name: String,
    /// Code of its region.
    pub region: String,
}

/// A line of a plan that an officer changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChangedByHand {
    /// Name of the officer.
    pub by: String,
    /// When it was changed last.
    pub at: DateTime<Utc>,
    /// The reason given.
    pub reason: String,
    /// The expert whom the computation gave it; none for nobody.
    pub computed: Option<NamedExpert>,
    /// The score of that pair.
    pub computed_score: Option<f64>,
}

/// One enterprise of a plan compared with what it has at present.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AssignmentView {
    /// The enterprise.
    pub enterprise: PlannedEnterprise,
    /// The expert it gets.
    pub expert: Option<NamedExpert>,
    /// The score of the pair, 0 to 1, exact to the sixth decimal.
    pub score: Option<f64>,
    /// The expert it had when the plan was computed.
    pub present: Option<NamedExpert>,
    /// How the expert was assigned: by a consultation, or by an applied plan.
    pub present_by: Option<PresentBy>,
    /// What becomes of it.
    pub change: Change,
    /// The reason why it gets nobody.
    pub reason: Option<Unserved>,
    /// The reason in a sentence, in Chinese.
    pub reason_zh: Option<String>,
    /// The reason in a sentence, in English.
    pub reason_en: Option<String>,
    /// Where rules exclude those who know something of its products: how many experts each excludes.
    pub excluded: BTreeMap<Exclusion, u32>,
    /// Who changed it by hand, why, and what had been computed; none where it is as it was computed.
    pub by_hand: Option<ChangedByHand>,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Row {
    #[diesel(sql_type = Uuid)]
    enterprise_id: EnterpriseId,
    #[diesel(sql_type = Text)]
    uscc: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Nullable<Uuid>)]
    expert_id: Option<ExpertId>,
    #[diesel(sql_type = Nullable<Text>)]
    expert: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    score: Option<Micros>,
    #[diesel(sql_type = Nullable<Uuid>)]
    present_expert: Option<ExpertId>,
    #[diesel(sql_type = Nullable<Text>)]
    present: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    present_by: Option<PresentBy>,
    #[diesel(sql_type = Text)]
    change: Change,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<Unserved>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    excluded: Option<Value>,
    #[diesel(sql_type = Nullable<Text>)]
    hand_by: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    hand_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    hand_reason: Option<String>,
    #[diesel(sql_type = Nullable<Uuid>)]
    computed_expert: Option<ExpertId>,
    #[diesel(sql_type = Nullable<Text>)]
    computed: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    computed_score: Option<Micros>,
}

/// The filters of a plan's lines.
#[derive(Debug, Clone, Default)]
pub struct LineFilter {
    /// Only lines of enterprises in whose name or code these words stand, or of experts in whose name, or where a name is read so.
    pub q: Option<String>,
    /// Only these changes.
    pub change: Option<Change>,
    /// Only what this expert gets or has.
    pub expert: Option<ExpertId>,
    /// Only enterprises that get nobody.
    pub unserved: bool,
    /// Only what was changed by hand, or what was not.
    pub by_hand: Option<bool>,
    /// Only this enterprise.
    pub enterprise: Option<EnterpriseId>,
}

/// The lines of a plan, in the order of the enterprises' ids. Empty before it is computed.
///
/// # Errors
/// As [`plan`].
pub fn lines(
    conn: &mut PgConnection,
    actor: &Actor,
    id: PlanId,
    filter: LineFilter,
    slice: Slice,
) -> Result<Page<AssignmentView>, Problem> {
    plan(conn, actor, id)?;
    let (enterprises, experts) = match SearchTerms::of(filter.q.as_deref()) {
        Some(typed) => {
            let found = enterprise::table.filter(NAMES.matches(&typed)).select(enterprise::id);
            let enterprises: Vec<EnterpriseId> = found.load(conn)?;
            let found = expert::table.filter(experts::NAMES.matches(&typed)).select(expert::id);
            (Some(enterprises), Some(found.load::<ExpertId>(conn)?))
        }
        None => (None, None),
    };
    let rows = diesel::sql_query(
        "SELECT l.enterprise_id, n.uscc, n.name, n.region, l.expert_id, e.name AS expert, l.score,
                l.present_expert, p.name AS present, l.present_by, l.change, l.reason, l.excluded,
                a.name AS hand_by, h.changed_at AS hand_at, h.reason AS hand_reason,
                h.computed_expert, c.name AS computed, h.computed_score
         FROM matching_plan_line l
         JOIN published.enterprise n ON n.id = l.enterprise_id
         LEFT JOIN published.expert e ON e.id = l.expert_id
         LEFT JOIN published.expert p ON p.id = l.present_expert
         LEFT JOIN matching_plan_by_hand h ON h.plan_id = l.plan_id AND h.enterprise_id = l.enterprise_id
         LEFT JOIN published.account a ON a.id = h.changed_by
         LEFT JOIN published.expert c ON c.id = h.computed_expert
         WHERE l.plan_id = $1
           AND ($2::text IS NULL OR l.change = $2)
           AND ($3::uuid IS NULL OR $3 IN (l.expert_id, l.present_expert))
           AND (NOT $4 OR l.expert_id IS NULL)
           AND ($5::uuid IS NULL OR l.enterprise_id > $5)
           AND ($7::uuid[] IS NULL OR l.enterprise_id = ANY($7) OR l.expert_id = ANY($8) OR l.present_expert = ANY($8))
           AND ($9::boolean IS NULL OR $9 = (h.plan_id IS NOT NULL))
           AND ($10::uuid IS NULL OR l.enterprise_id = $10)
         ORDER BY l.enterprise_id LIMIT $6",
    )
    .bind::<Uuid, _>(id)
    .bind::<Nullable<Text>, _>(filter.change.map(Change::as_str))
    .bind::<Nullable<Uuid>, _>(filter.expert)
    .bind::<Bool, _>(filter.unserved)
    .bind::<Nullable<Uuid>, _>(slice.after)
    .bind::<BigInt, _>(slice.limit.saturating_add(1))
    .bind::<Nullable<Array<Uuid>>, _>(enterprises)
    .bind::<Nullable<Array<Uuid>>, _>(experts)
    .bind::<Nullable<Bool>, _>(filter.by_hand)
    .bind::<Nullable<Uuid>, _>(filter.enterprise)
    .load::<Row>(conn)?;
    let page = Page::cut(rows, slice, |row| row.enterprise_id.0);
    let next_cursor = page.next_cursor;
    let items = page.items.into_iter().map(view).collect::<Result<_, _>>()?;
    Ok(Page { items, next_cursor })
}

fn view(row: Row) -> Result<AssignmentView, Problem> {
    let named = |id: Option<ExpertId>, name: Option<String>| {
        id.map(|id| NamedExpert { id, name: name.unwrap_or_default() })
    };
    let excluded: BTreeMap<Exclusion, u32> =
        row.excluded.map(serde_json::from_value).transpose()?.unwrap_or_default();
    let reason = row.reason.map(|reason| reason.text(&excluded));
    let units = |score: Micros| units(score.into());
    let by_hand = row.hand_at.map(|at| ChangedByHand {
        by: row.hand_by.unwrap_or_default(),
        at,
        reason: row.hand_reason.unwrap_or_default(),
        computed: named(row.computed_expert, row.computed),
        computed_score: row.computed_score.map(units),
    });
    Ok(AssignmentView {
        enterprise: PlannedEnterprise {
            id: row.enterprise_id,
            uscc: row.uscc,
            name: row.name,
            region: row.region,
        },
        expert: named(row.expert_id, row.expert),
        score: row.score.map(units),
        present: named(row.present_expert, row.present),
        present_by: row.present_by,
        change: row.change,
        reason: row.reason,
        reason_zh: reason.as_ref().map(|text| text.zh.clone().into_owned()),
        reason_en: reason.map(|text| text.en.into_owned()),
        excluded,
        by_hand,
    })
}

/// The line of one enterprise of a plan.
///
/// # Errors
/// As [`plan`]; 404 where the plan has no such enterprise, or is not computed.
pub fn line(
    conn: &mut PgConnection,
    actor: &Actor,
    id: PlanId,
    enterprise: EnterpriseId,
) -> Result<AssignmentView, Problem> {
    let filter = LineFilter { enterprise: Some(enterprise), ..LineFilter::default() };
    let found = lines(conn, actor, id, filter, Slice::default())?;
    found.items.into_iter().next().ok_or_else(Problem::not_found)
}

/// What a plan makes of an expert's load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ExpertLoad {
    /// The expert.
    pub expert: NamedExpert,
    /// How many consultations at once the expert takes.
    pub capacity: u32,
    /// The places that the plan may fill.
    pub places: u32,
    /// Of the plan's enterprises, how many have the expert at present.
    pub before: u32,
    /// How many get the expert.
    pub after: u32,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct LoadRow {
    #[diesel(sql_type = Uuid)]
    expert: ExpertId,
    #[diesel(sql_type = BigInt)]
    before: i64,
    #[diesel(sql_type = BigInt)]
    after: i64,
}

/// The load of every expert before and after a plan, in the order of their ids. Empty before it is
/// computed.
///
/// # Errors
/// As [`plan`].
pub fn loads(
    conn: &mut PgConnection,
    actor: &Actor,
    id: PlanId,
    q: Option<&str>,
    slice: Slice,
) -> Result<Page<ExpertLoad>, Problem> {
    let mut all = all_loads(conn, actor, id)?;
    if let Some(typed) = SearchTerms::of(q) {
        all.retain(|load| typed.rank(&[&load.expert.name]).is_some());
    }
    all.retain(|load| slice.after.is_none_or(|after| load.expert.id.0 > after));
    all.truncate(usize::try_from(slice.limit.saturating_add(1)).unwrap_or(0));
    Ok(Page::cut(all, slice, |load| load.expert.id.0))
}

/// The same without pages.
///
/// # Errors
/// As [`plan`].
pub fn all_loads(conn: &mut PgConnection, actor: &Actor, id: PlanId) -> Result<Vec<ExpertLoad>, Problem> {
    let shown = plan(conn, actor, id)?;
    if !matches!(shown.state, PlanState::Computed | PlanState::Applied) {
        return Ok(Vec::new());
    }
    let counts: HashMap<ExpertId, (i64, i64)> = diesel::sql_query(
        "SELECT expert, count(*) FILTER (WHERE NOT planned) AS before, count(*) FILTER (WHERE planned) AS after
         FROM (
            SELECT expert_id AS expert, true AS planned FROM matching_plan_line WHERE plan_id = $1
            UNION ALL
            SELECT present_expert, false FROM matching_plan_line WHERE plan_id = $1
         ) x WHERE expert IS NOT NULL GROUP BY expert",
    )
    .bind::<Uuid, _>(id)
    .load::<LoadRow>(conn)?
    .into_iter()
    .map(|row| (row.expert, (row.before, row.after)))
    .collect();
    let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    let rounds = u32::try_from(shown.rounds).unwrap_or(1);
    let load = |side: crate::plans::snapshot::ExpertSide| {
        let (before, after) = counts.get(&side.id).copied().unwrap_or_default();
        ExpertLoad {
            capacity: side.capacity,
            places: side.places(rounds, shown.capacity_basis),
            before: count(before),
            after: count(after),
            expert: NamedExpert { id: side.id, name: side.name },
        }
    };
    Ok(store::snapshot(conn, id)?.experts.into_iter().map(load).collect())
}
