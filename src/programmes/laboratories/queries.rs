//! Reading laboratories.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::schema::laboratory;
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::programmes::ids::LaboratoryId;
use crate::programmes::policy::{permit, visible_laboratories};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A laboratory, or a body that takes samples.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = laboratory, check_for_backend(Pg))]
pub struct LaboratoryView {
    /// Id of the laboratory.
    pub id: LaboratoryId,
    /// Its name.
    pub name: String,
    /// Code of the region of its seat.
    pub region: String,
    /// Codes of the product classes and kinds that it may test.
    pub products: Vec<String>,
    /// Codes of the regions that it serves, each with all under it.
    pub serves: Vec<String>,
    /// Samples that it can test in a month.
    pub capacity: i32,
    /// Whether it takes samples.
    pub takes_samples: bool,
    /// Unified social credit codes of operators whose samples it may not test.
    pub excluded_usccs: Vec<String>,
    /// Whether it can be charged.
    pub active: bool,
    /// Code of the product hospital to which it belongs.
    pub hospital: Option<String>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When its record was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct LaboratoryFilter {
    /// Only those that can be charged, or only those that can't.
    pub active: Option<bool>,
    /// Only those in whose name these words stand, or whose name is read so.
    pub q: Option<String>,
}

/// Where laboratories are searched: the name.
const TEXTS: Columns = Columns {
    texts: &["(search_name(laboratory.name) || E'\\n')"],
    readings: &["search_readings(search_name(laboratory.name))"],
    code: false,
};

fn narrowed(
    actor: &Actor,
    filter: &LaboratoryFilter,
    found: Option<Condition>,
) -> laboratory::BoxedQuery<'static, Pg> {
    let mut query = visible_laboratories(actor);
    if let Some(active) = filter.active {
        query = query.filter(laboratory::active.eq(active));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// A page of laboratories, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &LaboratoryFilter,
    slice: Slice,
) -> Result<Page<LaboratoryView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<LaboratoryView>> {
        let mut query = narrowed(actor, filter, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(laboratory::id.lt(LaboratoryId(after)));
        }
        let rows =
            query.order(in_order(slice, laboratory::id.desc())).offset(slice.skip).limit(slice.limit + 1);
        rows.select(LaboratoryView::as_select()).load(conn)
    };
    Ok(Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?)
}

/// How many laboratories a filter finds.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &LaboratoryFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, found).select(laboratory::id))?)
}

/// One laboratory.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: LaboratoryId) -> Result<LaboratoryView, Problem> {
    permit(actor)?;
    let query = visible_laboratories(actor).filter(laboratory::id.eq(id));
    Ok(query.select(LaboratoryView::as_select()).first(conn)?)
}

/// Laboratories that can be charged, for the choices of a form; at most 200, by name.
///
/// # Errors
/// When the database can't be asked.
pub fn choices(conn: &mut PgConnection, actor: &Actor) -> Result<Vec<LaboratoryView>, Problem> {
    let query = visible_laboratories(actor).filter(laboratory::active).order(laboratory::name).limit(200);
    Ok(query.select(LaboratoryView::as_select()).load(conn)?)
}

/// The name of the body that a sampler or somebody of a laboratory belongs to; empty for anybody else.
///
/// # Errors
/// When the database can't be asked.
pub fn own_name(conn: &mut PgConnection, actor: &Actor) -> Result<String, Problem> {
    let Some(body) = actor.body() else { return Ok(String::new()) };
    Ok(laboratory::table.find(body).select(laboratory::name).first(conn)?)
}
