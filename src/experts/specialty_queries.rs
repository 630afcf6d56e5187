//! Reading changes of specialties: experts see their own, those who vet see those of the experts on whom they decide.

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{AccountId, ExpertId};
use crate::core::page::{Page, Slice, Total};
use crate::db::published::account;
use crate::db::schema::{expert, expert_region, expert_specialty_change as c, region_scope};
use crate::db::total::total;
use crate::experts::application::Specialty;
use crate::experts::ids::SpecialtyChangeId;
use crate::experts::specialty_change::{SpecialtyChangeKind, SpecialtyChangeState};
use chrono::{DateTime, Utc};
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// A change of an expert's specialties.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SpecialtyChangeView {
    /// Id of the change.
    pub id: SpecialtyChangeId,
    /// The expert.
    pub expert: ExpertId,
    /// The expert's name.
    pub expert_name: String,
    /// Whether it adds or removes.
    pub change: SpecialtyChangeKind,
    /// Code of the product kind.
    pub product_kind: Option<String>,
    /// Code of the product class, instead of a kind.
    pub product_class: Option<String>,
    /// 1 knows it, 2 is experienced in it, 3 is an authority on it.
    pub level: i32,
    /// Test items or standards.
    pub items: Vec<String>,
    /// The state.
    pub state: SpecialtyChangeState,
    /// The expert's reason.
    pub note: Option<String>,
    /// Of a removal: how many consultations of the expert were open for it then. They go on.
    pub open_consultations: Option<i32>,
    /// When it was proposed, or made.
    pub proposed_at: DateTime<Utc>,
    /// When it was decided, or taken back.
    pub decided_at: Option<DateTime<Utc>>,
    /// The name of who decided.
    pub decided_by: Option<String>,
    /// The reason of the decision.
    pub reason: Option<String>,
}

impl SpecialtyChangeView {
    /// The specialty that is changed.
    pub fn specialty(&self) -> Specialty {
        Specialty {
            product_kind: self.product_kind.clone(),
            product_class: self.product_class.clone(),
            level: self.level,
            items: self.items.clone(),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = c, check_for_backend(Pg))]
struct Row {
    id: SpecialtyChangeId,
    expert_id: ExpertId,
    change: SpecialtyChangeKind,
    product_kind: Option<String>,
    product_class: Option<String>,
    level: i32,
    items: Vec<String>,
    state: SpecialtyChangeState,
    note: Option<String>,
    open_consultations: Option<i32>,
    proposed_at: DateTime<Utc>,
    decided_at: Option<DateTime<Utc>>,
    decided_by: Option<AccountId>,
    reason: Option<String>,
}

/// What a list of changes can be narrowed to.
#[derive(Debug, Default, Clone)]
pub struct ChangeFilter {
    /// Only those of this state.
    pub state: Option<SpecialtyChangeState>,
    /// Only those of this expert.
    pub expert: Option<ExpertId>,
}

/// The changes that the actor may know of.
fn visible_to(actor: &Actor) -> c::BoxedQuery<'static, Pg> {
    let query = c::table.into_boxed();
    match (actor, actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Operator)) => query,
        (_, Some(Scope::Expert(me))) => query.filter(c::expert_id.eq(*me)),
        (_, Some(Scope::Admin(scope))) => query.filter(exists(
            expert_region::table
                .inner_join(region_scope::table.on(region_scope::region.eq(expert_region::region)))
                .filter(region_scope::scope.eq(scope.clone()))
                .filter(expert_region::expert_id.eq(c::expert_id)),
        )),
        _ => query.filter(sql::<Bool>("FALSE")),
    }
}

/// Whether the actor may know of the change of this id; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    Ok(diesel::select(exists(visible_to(actor).filter(c::id.eq(SpecialtyChangeId(id))))).get_result(conn)?)
}

fn narrowed(actor: &Actor, filter: &ChangeFilter) -> c::BoxedQuery<'static, Pg> {
    let mut query = visible_to(actor);
    if let Some(state) = filter.state {
        query = query.filter(c::state.eq(state));
    }
    if let Some(expert) = filter.expert {
        query = query.filter(c::expert_id.eq(expert));
    }
    query
}

/// A page of changes, newest first.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &ChangeFilter,
    slice: Slice,
) -> Result<Page<SpecialtyChangeView>, Problem> {
    let mut query = narrowed(actor, filter);
    if let Some(after) = slice.after {
        query = query.filter(c::id.lt(SpecialtyChangeId(after)));
    }
    let rows: Vec<Row> =
        query.order(c::id.desc()).limit(slice.limit + 1).select(Row::as_select()).load(conn)?;
    let Page { items, next_cursor } = Page::cut(rows, slice, |row: &Row| row.id.0);
    Ok(Page { items: views(conn, items)?, next_cursor })
}

/// How many changes a filter finds.
///
/// # Errors
/// When the database can't be asked.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &ChangeFilter) -> Result<Total, Problem> {
    Ok(total(conn, narrowed(actor, filter).select(c::id))?)
}

/// What some experts have proposed and nobody has decided on, the earliest first.
///
/// # Errors
/// When the database can't be asked.
pub fn open_of(
    conn: &mut PgConnection,
    experts: &[ExpertId],
) -> Result<HashMap<ExpertId, Vec<SpecialtyChangeView>>, Problem> {
    let rows: Vec<Row> = c::table
        .filter(c::expert_id.eq_any(experts))
        .filter(c::state.eq(SpecialtyChangeState::Proposed))
        .order(c::id)
        .select(Row::as_select())
        .load(conn)?;
    let mut found: HashMap<ExpertId, Vec<SpecialtyChangeView>> = HashMap::new();
    for view in views(conn, rows)? {
        found.entry(view.expert).or_default().push(view);
    }
    Ok(found)
}

fn views(conn: &mut PgConnection, rows: Vec<Row>) -> Result<Vec<SpecialtyChangeView>, Problem> {
    let experts: Vec<ExpertId> = rows.iter().map(|row| row.expert_id).collect();
    let names: Vec<(ExpertId, String)> =
        expert::table.filter(expert::id.eq_any(experts)).select((expert::id, expert::name)).load(conn)?;
    let names: HashMap<ExpertId, String> = names.into_iter().collect();
    let deciders: Vec<AccountId> = rows.iter().filter_map(|row| row.decided_by).collect();
    let deciders: Vec<(AccountId, String)> = account::table
        .filter(account::id.eq_any(deciders))
        .select((account::id, account::name))
        .load(conn)?;
    let deciders: HashMap<AccountId, String> = deciders.into_iter().collect();
    let view = |row: Row| SpecialtyChangeView {
        id: row.id,
        expert: row.expert_id,
        expert_name: names.get(&row.expert_id).cloned().unwrap_or_default(),
        change: row.change,
        product_kind: row.product_kind,
        product_class: row.product_class,
        level: row.level,
        items: row.items,
        state: row.state,
        note: row.note,
        open_consultations: row.open_consultations,
        proposed_at: row.proposed_at,
        decided_at: row.decided_at,
        decided_by: row.decided_by.and_then(|by| deciders.get(&by).cloned()),
        reason: row.reason,
    };
    Ok(rows.into_iter().map(view).collect())
}
