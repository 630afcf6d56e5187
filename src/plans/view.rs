//! What is shown of a plan, and to whom.

use crate::core::clock::shanghai_date;
use crate::core::page::{Page, Slice, Total};
use crate::core::{Actor, Problem};
use crate::db::order::in_order;
use crate::db::published::account;
use crate::db::schema::matching_plan as plans;
use crate::db::search::{Columns, Search};
use crate::db::total::total;
use crate::jobs::resumable::JobProblem;
use crate::plans::apply::{PlanApplied, PlanChanges, changes_since};
use crate::plans::changes::PlanChange;
use crate::plans::figures::Figures;
use crate::plans::ids::PlanId;
use crate::plans::pairs::{Micros, units};
use crate::plans::policy::{permit, visible_to};
use crate::plans::progress::Phase;
use crate::plans::state::PlanState;
use crate::plans::store::PlanRow;
use crate::plans::vocabulary::CapacityBasis;
use crate::zero_out::ids::ImportId;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How far a computation is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Progress {
    /// The present phase.
    pub phase: Phase,
    /// Enterprises done in this phase.
    pub done: i32,
    /// Enterprises in all.
    pub total: i32,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlanView {
    /// Its id.
    pub id: PlanId,
    /// Its name.
    pub name: String,
    /// The state.
    pub state: PlanState,
    /// Code of the region planned for, with all under it.
    pub region: String,
    /// Code of the class, where only its nonconformities count.
    pub class: Option<String>,
    /// The import of the list, where only enterprises on it count.
    pub import: Option<ImportId>,
    /// How many rounds it is for.
    pub rounds: i32,
    /// What places are counted from.
    pub capacity_basis: CapacityBasis,
    /// Pairs below this score are not used.
    pub least_score: Option<f64>,
    /// How far the computation is, while it goes on.
    pub progress: Option<Progress>,
    /// The problem, where it could not be computed.
    pub problem: Option<JobProblem>,
    /// The total score of the chosen pairs, those chosen by hand included: exact to the sixth decimal.
    pub total_score: Option<f64>,
    /// The same as it was computed, without changes by hand.
    pub computed_score: Option<f64>,
    /// What came of the computation.
    pub figures: Option<Figures>,
    /// What applying it did.
    pub applied: Option<PlanApplied>,
    /// Who asked for it.
    pub requested_by: String,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the last computation began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was computed.
    pub computed_at: Option<DateTime<Utc>>,
    /// When it was applied or discarded.
    pub decided_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = plans, check_for_backend(Pg))]
struct Record {
    id: PlanId,
    name: String,
    state: PlanState,
    region: String,
    product_class: Option<String>,
    import_id: Option<ImportId>,
    rounds: i32,
    capacity_basis: CapacityBasis,
    least_score: Option<Micros>,
    phase: Option<String>,
    done: i32,
    total: i32,
    problem: Option<Value>,
    figures: Option<Value>,
    applied: Option<Value>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    computed_at: Option<DateTime<Utc>>,
    decided_at: Option<DateTime<Utc>>,
}

fn view((record, requested_by): (Record, Option<String>)) -> Result<PlanView, Problem> {
    let figures: Option<Figures> = record.figures.map(serde_json::from_value).transpose()?;
    let phase = record.phase.as_deref().and_then(|word| word.parse().ok());
    Ok(PlanView {
        id: record.id,
        name: record.name,
        state: record.state,
        region: record.region,
        class: record.product_class,
        import: record.import_id,
        rounds: record.rounds,
        capacity_basis: record.capacity_basis,
        least_score: record.least_score.map(|least| units(least.into())),
        progress: phase.map(|phase| Progress { phase, done: record.done, total: record.total }),
        problem: record.problem.map(serde_json::from_value).transpose()?,
        total_score: figures.as_ref().map(|f| units(f.total_micros)),
        computed_score: figures.as_ref().map(|f| units(f.computed_micros())),
        figures,
        applied: record.applied.map(serde_json::from_value).transpose()?,
        requested_by: requested_by.unwrap_or_default(),
        created_at: record.created_at,
        started_at: record.started_at,
        computed_at: record.computed_at,
        decided_at: record.decided_at,
    })
}

/// The name of who asked for a plan.
#[diesel::dsl::auto_type]
fn requester() -> _ {
    account::table.filter(account::id.eq(plans::requested_by)).select(account::name).single_value()
}

/// One plan.
///
/// # Errors
/// 404 where there is none that the actor may know of; 401 and 403 as [`permit`].
pub fn plan(conn: &mut PgConnection, actor: &Actor, id: PlanId) -> Result<PlanView, Problem> {
    permit(actor)?;
    let found = plans::table
        .filter(visible_to(actor))
        .filter(plans::id.eq(id))
        .select((Record::as_select(), requester()))
        .first(conn)?;
    view(found)
}

/// Where plans are searched: the name, and who asked for it.
const TEXTS: Columns = Columns {
    texts: &[
        "(search_fold(matching_plan.name) || E'\\n')",
        "coalesce((SELECT a.search_text FROM published.account a WHERE a.id = matching_plan.requested_by), '')",
    ],
    readings: &[
        "search_readings(search_fold(matching_plan.name))",
        "coalesce((SELECT a.search_readings FROM published.account a WHERE a.id = matching_plan.requested_by), '')",
    ],
    code: false,
};

/// The plans that an actor may know of, the newest first within the ranks of a search.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn list_plans(
    conn: &mut PgConnection,
    actor: &Actor,
    q: Option<&str>,
    slice: Slice,
) -> Result<Page<PlanView>, Problem> {
    permit(actor)?;
    let search = Search::new(q, TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<(Record, Option<String>)>> {
        let mut query = plans::table
            .filter(visible_to(actor))
            .select((Record::as_select(), requester()))
            .order(in_order(slice, plans::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit.saturating_add(1))
            .into_boxed();
        if let Some(found) = search.of(slice) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(plans::id.lt(after));
        }
        query.load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.0.id.0)?;
    Ok(Page { items: items.into_iter().map(view).collect::<Result<Vec<_>, _>>()?, next_cursor })
}

/// How many plans that finds.
///
/// # Errors
/// 401 and 403 as [`permit`].
pub fn count_plans(conn: &mut PgConnection, actor: &Actor, q: Option<&str>) -> Result<Total, Problem> {
    permit(actor)?;
    let mut query = plans::table.filter(visible_to(actor)).select(plans::id).into_boxed();
    if let Some(found) = Search::new(q, TEXTS).any() {
        query = query.filter(found);
    }
    Ok(total(conn, query)?)
}

/// What changed since a plan was computed: what its application would be refused with. Nothing where
/// it is not, or no longer, to be applied.
///
/// # Errors
/// As [`plan`].
pub fn plan_changes(
    conn: &mut PgConnection,
    actor: &Actor,
    id: PlanId,
    now: DateTime<Utc>,
) -> Result<PlanChanges, Problem> {
    Ok(PlanChanges::of(all_changes(conn, actor, id, now)?))
}

/// The same without a bound.
///
/// # Errors
/// As [`plan`].
pub fn all_changes(
    conn: &mut PgConnection,
    actor: &Actor,
    id: PlanId,
    now: DateTime<Utc>,
) -> Result<Vec<PlanChange>, Problem> {
    permit(actor)?;
    let row = plans::table
        .filter(visible_to(actor))
        .filter(plans::id.eq(id))
        .select(PlanRow::as_select())
        .first(conn)?;
    match row.state {
        PlanState::Computed => changes_since(conn, &row, shanghai_date(now)),
        _ => Ok(Vec::new()),
    }
}
