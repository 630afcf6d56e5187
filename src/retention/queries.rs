//! Reading holds and what was erased.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{AccountId, ConsultationId, EnterpriseId};
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::published::{account, consultation, enterprise};
use crate::db::schema::{region_scope, retention_hold as h, retention_run as r};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::retention::holds::HoldTarget;
use crate::retention::ids::{HoldId, RunId};
use crate::retention::rules::{Kind, Unit};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

crate::word_enum! {
    /// Whether a hold keeps something.
    pub enum HoldState {
        /// It does.
        InForce = "in_force",
        /// It was released, or its last day is over.
        Ended = "ended",
    }
}

/// A legal hold.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HoldView {
    /// The hold.
    pub id: HoldId,
    /// The kind of record that is held.
    #[schema(inline)]
    pub target: HoldTarget,
    /// The enterprise, the case or the consultation.
    pub target_id: Uuid,
    /// The subject of the consultation, where it is on one.
    pub subject: Option<String>,
    /// The enterprise that it is about.
    pub enterprise_id: EnterpriseId,
    /// The name of the enterprise.
    pub enterprise_name: String,
    /// The region of the enterprise.
    pub region: String,
    /// Why it was set.
    pub reason: String,
    /// The last day on which it is in force; none: until it is released.
    pub until: Option<NaiveDate>,
    /// Whether it is in force.
    #[schema(inline)]
    pub state: HoldState,
    /// Name of who set the hold.
    pub set_by: String,
    /// When it was set, UTC.
    pub set_at: DateTime<Utc>,
    /// Who released it.
    pub released_by: Option<String>,
    /// When it was released, UTC.
    pub released_at: Option<DateTime<Utc>>,
    /// Why it was released.
    pub release_reason: Option<String>,
}

/// Which holds are wanted; all that the reader may know of where nothing is said.
#[derive(Debug, Clone, Default)]
pub struct HoldFilter {
    /// Only those of enterprises in which these words stand.
    pub q: Option<String>,
    /// Only those in force, or only the others.
    pub state: Option<HoldState>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = h, check_for_backend(Pg))]
struct Row {
    id: HoldId,
    target: HoldTarget,
    enterprise_id: EnterpriseId,
    case_id: Option<Uuid>,
    consultation_id: Option<ConsultationId>,
    reason: String,
    until_day: Option<NaiveDate>,
    set_by: AccountId,
    set_at: DateTime<Utc>,
    released_by: Option<AccountId>,
    released_at: Option<DateTime<Utc>>,
    release_reason: Option<String>,
}

/// Where holds are searched: the enterprise.
const ENTERPRISE: Columns =
    Columns { texts: &["enterprise.search_text"], readings: &["enterprise.search_readings"], code: true };

type Visible = Box<dyn BoxableExpression<enterprise::table, Pg, SqlType = Bool>>;

/// The enterprises of whose holds the actor may know: of the officer's region, and all for the operator.
///
/// # Errors
/// 401 without a log-in, 403 for all others.
fn visible_to(actor: &Actor) -> Result<Visible, Problem> {
    match actor.scope() {
        None => Err(Problem::unauthenticated()),
        Some(Scope::Admin(scope)) => Ok(Box::new(enterprise::region.eq_any(
            region_scope::table.filter(region_scope::scope.eq(scope.clone())).select(region_scope::region),
        ))),
        Some(Scope::Operator) => Ok(Box::new(true.into_sql::<Bool>())),
        Some(_) => Err(Problem::forbidden()),
    }
}

/// Whether the actor may know of the hold of this id, by its enterprise; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let seen = enterprise::table.filter(visible_to(actor)?).select(enterprise::id).into_boxed::<Pg>();
    let found = h::table.find(HoldId(id)).filter(h::enterprise_id.eq_any(seen));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

fn narrowed(
    actor: &Actor,
    state: Option<HoldState>,
    found: Option<Condition>,
    today: NaiveDate,
) -> Result<h::BoxedQuery<'static, Pg>, Problem> {
    let mut enterprises = enterprise::table.filter(visible_to(actor)?).select(enterprise::id).into_boxed();
    if let Some(found) = found {
        enterprises = enterprises.filter(found);
    }
    let query = h::table.filter(h::enterprise_id.eq_any(enterprises)).into_boxed();
    let Some(state) = state else { return Ok(query) };
    let in_force =
        sql::<Bool>("(retention_hold.released_at IS NULL AND coalesce(retention_hold.until_day >= ")
            .bind::<Date, _>(today)
            .sql(", true)) = ")
            .bind::<Bool, _>(state == HoldState::InForce);
    Ok(query.filter(in_force))
}

/// How many holds a filter finds.
///
/// # Errors
/// 401 and 403 for who has no part in them.
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &HoldFilter,
    today: NaiveDate,
) -> Result<Total, Problem> {
    let search = Search::new(filter.q.as_deref(), ENTERPRISE);
    Ok(total(conn, narrowed(actor, filter.state, search.any(), today)?.select(h::id))?)
}

/// The holds that the actor may know of, the newest first within the ranks of a search.
///
/// # Errors
/// 401 and 403 for who has no part in them.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &HoldFilter,
    today: NaiveDate,
    slice: Slice,
) -> Result<Page<HoldView>, Problem> {
    visible_to(actor)?;
    let search = Search::new(filter.q.as_deref(), ENTERPRISE);
    let load = |slice: Slice| -> QueryResult<Vec<Row>> {
        let query = narrowed(actor, filter.state, search.of(slice), today);
        let Ok(query) = query else { return Ok(Vec::new()) };
        let mut query = query
            .select(Row::as_select())
            .order(in_order(slice, h::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit.saturating_add(1));
        if let Some(after) = slice.after {
            query = query.filter(h::id.lt(HoldId(after)));
        }
        query.load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, actor, items, today)?, next_cursor })
}

/// One hold.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    id: HoldId,
    today: NaiveDate,
) -> Result<HoldView, Problem> {
    let row =
        narrowed(actor, None, None, today)?.filter(h::id.eq(id)).select(Row::as_select()).first(conn)?;
    views(conn, actor, vec![row], today)?.into_iter().next().ok_or_else(Problem::not_found)
}

fn views(
    conn: &mut PgConnection,
    actor: &Actor,
    rows: Vec<Row>,
    today: NaiveDate,
) -> Result<Vec<HoldView>, Problem> {
    let people: Vec<AccountId> =
        rows.iter().flat_map(|row| [Some(row.set_by), row.released_by]).flatten().collect();
    let names: Vec<(AccountId, String)> =
        account::table.filter(account::id.eq_any(people)).select((account::id, account::name)).load(conn)?;
    let names: HashMap<AccountId, String> = names.into_iter().collect();
    let ids: Vec<EnterpriseId> = rows.iter().map(|row| row.enterprise_id).collect();
    let enterprises: Vec<(EnterpriseId, String, String)> = enterprise::table
        .filter(enterprise::id.eq_any(ids))
        .select((enterprise::id, enterprise::name, enterprise::region))
        .load(conn)?;
    let enterprises: HashMap<EnterpriseId, (String, String)> =
        enterprises.into_iter().map(|(id, name, region)| (id, (name, region))).collect();
    // What a consultation is about is not for the operator.
    let talks: Vec<ConsultationId> = match actor.officer_region() {
        Some(_) => rows.iter().filter_map(|row| row.consultation_id).collect(),
        None => Vec::new(),
    };
    let subjects: Vec<(ConsultationId, String)> = consultation::table
        .filter(consultation::id.eq_any(talks))
        .select((consultation::id, consultation::subject))
        .load(conn)?;
    let subjects: HashMap<ConsultationId, String> = subjects.into_iter().collect();
    let view = |row: Row| {
        let (enterprise_name, region) = enterprises.get(&row.enterprise_id).cloned().unwrap_or_default();
        let over = row.released_at.is_some() || row.until_day.is_some_and(|until| until < today);
        HoldView {
            id: row.id,
            target: row.target,
            target_id: row.case_id.or(row.consultation_id.map(|id| id.0)).unwrap_or(row.enterprise_id.0),
            subject: row.consultation_id.and_then(|id| subjects.get(&id).cloned()),
            enterprise_id: row.enterprise_id,
            enterprise_name,
            region,
            reason: row.reason,
            until: row.until_day,
            state: if over { HoldState::Ended } else { HoldState::InForce },
            set_by: names.get(&row.set_by).cloned().unwrap_or_default(),
            set_at: row.set_at,
            released_by: row.released_by.and_then(|id| names.get(&id).cloned()),
            released_at: row.released_at,
            release_reason: row.release_reason,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// What was erased of one kind on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RunView {
    /// Identifier, as the audit names it.
    pub id: RunId,
    /// The day, in Asia/Shanghai.
    pub day: NaiveDate,
    /// The kind.
    #[schema(inline)]
    pub kind: Kind,
    /// The period by which it went.
    pub period: i32,
    /// In what the period is counted.
    #[schema(inline)]
    pub unit: Unit,
    /// Rows that went.
    pub rows: i64,
    /// Their bytes, where they are counted: of files and mails.
    pub bytes: i64,
    /// When the first of them went, UTC.
    pub began_at: DateTime<Utc>,
    /// When the last of them went, UTC.
    pub ended_at: DateTime<Utc>,
}

/// Whether the actor may know what is erased on the whole platform: the operator, and the officers of the province.
///
/// # Errors
/// 403 for all others.
pub fn permit_overview(actor: &Actor, catalogue: &Catalogue) -> Result<(), Problem> {
    let may = match actor.scope() {
        Some(Scope::Operator) => true,
        Some(Scope::Admin(code)) => catalogue.regions.get(code).is_some_and(|region| region.parent.is_none()),
        _ => false,
    };
    if may { Ok(()) } else { Err(Problem::forbidden()) }
}

type RunRow = (RunId, NaiveDate, Kind, i32, i64, i64, DateTime<Utc>, DateTime<Utc>);

/// What was erased, the newest first.
///
/// # Errors
/// 403 for who may not know.
pub fn runs(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    slice: Slice,
) -> Result<Page<RunView>, Problem> {
    permit_overview(actor, catalogue)?;
    let mut query = r::table.order(r::id.desc()).limit(slice.limit.saturating_add(1)).into_boxed();
    if let Some(after) = slice.after {
        query = query.filter(r::id.lt(RunId(after)));
    }
    let rows: Vec<RunRow> = query
        .select((r::id, r::day, r::kind, r::period, r::rows, r::bytes, r::began_at, r::ended_at))
        .load(conn)?;
    let view = |(id, day, kind, period, rows, bytes, began_at, ended_at): RunRow| RunView {
        id,
        day,
        kind,
        period,
        unit: kind.unit(),
        rows,
        bytes,
        began_at,
        ended_at,
    };
    Ok(Page::cut(rows.into_iter().map(view).collect(), slice, |run| run.id.0))
}
