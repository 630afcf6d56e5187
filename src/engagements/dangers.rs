//! Reports of imminent danger, as officers of the region, and both sides of the visit, read them.

use crate::accounts::store::names;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::{AccountId, EnterpriseId};
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::published::enterprise;
use crate::db::regional::{permit, seen_regions};
use crate::db::schema::{engagement_danger, region_scope};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::engagements::ids::{DangerId, EngagementId};
use crate::engagements::state::DangerGround;
use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// A report of imminent danger.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DangerView {
    /// Id of the report.
    pub id: DangerId,
    /// The visit.
    pub engagement_id: EngagementId,
    /// The enterprise.
    pub enterprise_id: EnterpriseId,
    /// Its name.
    pub enterprise: String,
    /// Code of its region.
    pub region: String,
    /// On what the report rests.
    #[schema(inline)]
    pub ground: DangerGround,
    /// What endangers whom.
    pub reason: String,
    /// The article on which the report rests, in Chinese.
    pub article: String,
    /// Who reported it.
    pub reported_by: String,
    /// When it was reported.
    pub reported_at: DateTime<Utc>,
    /// When an officer dealt with it.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Name of the officer who took note of it.
    pub acknowledged_by: Option<String>,
    /// Note of what the authority did.
    pub note: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = engagement_danger, check_for_backend(Pg))]
struct Record {
    id: DangerId,
    engagement_id: EngagementId,
    enterprise_id: EnterpriseId,
    region: String,
    ground: DangerGround,
    reason: String,
    article: String,
    reported_by: AccountId,
    reported_at: DateTime<Utc>,
    acknowledged_by: Option<AccountId>,
    acknowledged_at: Option<DateTime<Utc>>,
    note: Option<String>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct DangerFilter {
    /// Only those that nobody dealt with yet, or only the others.
    pub open: Option<bool>,
    /// Only those of this region or one under it.
    pub region: Option<String>,
    /// Only those in whose enterprise or reason these words stand.
    pub q: Option<String>,
}

/// Where reports are searched: the enterprise's name and code, and the reason.
const TEXTS: Columns = Columns {
    texts: &[
        "coalesce((SELECT i.search_text FROM published.enterprise i WHERE i.id = engagement_danger.enterprise_id), '')",
        "(search_fold(engagement_danger.reason) || E'\\n')",
    ],
    readings: &[
        "coalesce((SELECT i.search_readings FROM published.enterprise i WHERE i.id = engagement_danger.enterprise_id), '')",
    ],
    code: false,
};

fn narrowed(
    actor: &Actor,
    filter: &DangerFilter,
    found: Option<Condition>,
) -> engagement_danger::BoxedQuery<'static, Pg> {
    use engagement_danger as d;
    let mut query = d::table.filter(d::region.eq_any(seen_regions(actor))).into_boxed();
    match filter.open {
        Some(true) => query = query.filter(d::acknowledged_at.is_null()),
        Some(false) => query = query.filter(d::acknowledged_at.is_not_null()),
        None => {}
    }
    if let Some(region) = filter.region.clone() {
        let under = region_scope::table.filter(region_scope::scope.eq(region)).select(region_scope::region);
        query = query.filter(d::region.eq_any(under));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// Whether the actor, an officer, may know of the report of this id; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = engagement_danger::table
        .find(DangerId(id))
        .filter(engagement_danger::region.eq_any(seen_regions(actor)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

fn views(conn: &mut PgConnection, rows: Vec<Record>) -> Result<Vec<DangerView>, Problem> {
    let people: Vec<AccountId> =
        rows.iter().flat_map(|row| [Some(row.reported_by), row.acknowledged_by]).flatten().collect();
    let people = names(conn, &people)?;
    let of: Vec<EnterpriseId> = rows.iter().map(|row| row.enterprise_id).collect();
    let enterprises: HashMap<EnterpriseId, String> = enterprise::table
        .filter(enterprise::id.eq_any(of))
        .select((enterprise::id, enterprise::name))
        .load::<(EnterpriseId, String)>(conn)?
        .into_iter()
        .collect();
    let view = |row: Record| DangerView {
        id: row.id,
        engagement_id: row.engagement_id,
        enterprise_id: row.enterprise_id,
        enterprise: enterprises.get(&row.enterprise_id).cloned().unwrap_or_default(),
        region: row.region,
        ground: row.ground,
        reason: row.reason,
        article: row.article,
        reported_by: people.get(&row.reported_by).cloned().unwrap_or_default(),
        reported_at: row.reported_at,
        acknowledged_at: row.acknowledged_at,
        acknowledged_by: row.acknowledged_by.and_then(|by| people.get(&by).cloned()),
        note: row.note,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// A page of the reports of an officer's region and those under it, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but officers.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &DangerFilter,
    slice: Slice,
) -> Result<Page<DangerView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Record>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(engagement_danger::id.lt(DangerId(after)));
        }
        query
            .order(in_order(slice, engagement_danger::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(Record::as_select())
            .load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, items)?, next_cursor })
}

/// How many reports a filter finds.
///
/// # Errors
/// 403 for anyone but officers.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &DangerFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(engagement_danger::id))?)
}

/// The reports of a visit, the first one first. Whoever calls has decided that the reader may know of the visit.
///
/// # Errors
/// When the database can't be asked.
pub fn of_visit(conn: &mut PgConnection, id: EngagementId) -> Result<Vec<DangerView>, Problem> {
    let rows: Vec<Record> = engagement_danger::table
        .filter(engagement_danger::engagement_id.eq(id))
        .order(engagement_danger::id)
        .select(Record::as_select())
        .load(conn)?;
    views(conn, rows)
}

/// One report of which an officer may know.
///
/// # Errors
/// 403 for anyone but officers; 404 where the officer may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: DangerId) -> Result<DangerView, Problem> {
    permit(actor)?;
    let row: Record = narrowed(actor, &DangerFilter::default(), None)
        .filter(engagement_danger::id.eq(id))
        .select(Record::as_select())
        .first(conn)?;
    views(conn, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}
