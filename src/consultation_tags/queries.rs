//! Reading tags.

use crate::catalogue::Catalogue;
use crate::consultation_tags::policy::{Owner, keeps, visible_to};
use crate::consultations::policy::visible_ids;
use crate::consultations::queries as consultations;
use crate::consultations::tags::{hospital, usable};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::{ConsultationId, TagId};
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::schema::{consultation_tag, consultation_tagging};
use crate::db::search::{Columns, Search};
use crate::db::total::total;
use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A tag.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TagView {
    /// Id of the tag.
    pub id: TagId,
    /// The name.
    pub name: String,
    /// Code of the region on whose consultations it can be put, with all under it; none for a product hospital's.
    pub region: Option<String>,
    /// Code of the product hospital whose experts put it on the consultations in which they take part; none for a region's.
    pub hospital: Option<String>,
    /// Whether it is retired: not put on a consultation any more.
    pub retired: bool,
    /// On how many consultations that the caller may see it is.
    pub consultations: i64,
    /// Whether the caller may change it.
    pub may_edit: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A row of `consultation_tag`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = consultation_tag, check_for_backend(Pg))]
pub struct Row {
    /// Id of the tag.
    pub id: TagId,
    /// Code of its region.
    pub region: Option<String>,
    /// Code of its product hospital.
    pub hospital: Option<String>,
    /// The name.
    pub name: String,
    /// Since when it is retired.
    pub retired_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Row {
    /// Region or product hospital to which it belongs.
    pub fn owner(&self) -> Owner {
        match (&self.hospital, &self.region) {
            (Some(hospital), _) => Owner::Hospital(hospital.clone()),
            (None, region) => Owner::Region(region.clone().unwrap_or_default()),
        }
    }
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct TagFilter {
    /// Only those whose name these words stand in, or that are read so.
    pub q: Option<String>,
    /// Only those that are retired, or those in use.
    pub retired: Option<bool>,
    /// Only those that can be put on this consultation now.
    pub consultation: Option<ConsultationId>,
}

/// There are few, so their names are folded when they are looked for.
const TEXTS: Columns = Columns {
    texts: &["search_name(consultation_tag.name)"],
    readings: &["search_readings(search_name(consultation_tag.name))"],
    code: false,
};

fn narrowed(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &TagFilter,
) -> Result<consultation_tag::BoxedQuery<'static, Pg>, Problem> {
    use consultation_tag as t;
    let mut query = visible_to(conn, actor)?;
    match filter.retired {
        Some(true) => query = query.filter(t::retired_at.is_not_null()),
        Some(false) => query = query.filter(t::retired_at.is_null()),
        None => (),
    }
    if let Some(id) = filter.consultation {
        let region = consultations::get(conn, actor, id)?.enterprise.region;
        let usable: Vec<TagId> = usable(conn, actor, &region)?.into_iter().map(|tag| tag.id).collect();
        query = query.filter(t::id.eq_any(usable));
    }
    Ok(query)
}

/// A page of the tags of which the actor may know, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but experts and officers, 404 where the actor may not know of the consultation.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    filter: &TagFilter,
    slice: Slice,
) -> Result<Page<TagView>, Problem> {
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> Result<Vec<Row>, Problem> {
        let mut query = narrowed(conn, actor, filter)?;
        if let Some(found) = search.of(slice) {
            query = query.filter(found);
        }
        if let Some(after) = slice.after {
            query = query.filter(consultation_tag::id.lt(TagId(after)));
        }
        let rows = query
            .order(in_order(slice, consultation_tag::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit + 1);
        Ok(rows.select(Row::as_select()).load(conn)?)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, actor, catalogue, items)?, next_cursor })
}

/// How many tags a filter finds.
///
/// # Errors
/// As [`list`].
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &TagFilter) -> Result<Total, Problem> {
    let mut query = narrowed(conn, actor, filter)?.select(consultation_tag::id);
    if let Some(found) = Search::new(filter.q.as_deref(), TEXTS).any() {
        query = query.filter(found);
    }
    Ok(total(conn, query)?)
}

/// One tag.
///
/// # Errors
/// 404 where the actor may not know of it.
pub fn get(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    id: TagId,
) -> Result<TagView, Problem> {
    let visible = visible_to(conn, actor)?;
    let row: Row = visible.filter(consultation_tag::id.eq(id)).select(Row::as_select()).first(conn)?;
    views(conn, actor, catalogue, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}

fn views(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    rows: Vec<Row>,
) -> Result<Vec<TagView>, Problem> {
    use consultation_tagging as g;
    let ids: Vec<TagId> = rows.iter().map(|row| row.id).collect();
    let counts: Vec<(TagId, i64)> = g::table
        .filter(g::tag_id.eq_any(ids))
        .filter(g::consultation_id.eq_any(visible_ids(actor)))
        .group_by(g::tag_id)
        .select((g::tag_id, count_star()))
        .load(conn)?;
    let counts: HashMap<TagId, i64> = counts.into_iter().collect();
    let own = hospital(conn, actor)?;
    let view = |row: Row| TagView {
        consultations: counts.get(&row.id).copied().unwrap_or(0),
        may_edit: keeps(actor, own.as_deref(), &row.owner(), catalogue),
        id: row.id,
        name: row.name,
        region: row.region,
        hospital: row.hospital,
        retired: row.retired_at.is_some(),
        created_at: row.created_at,
        updated_at: row.updated_at,
    };
    Ok(rows.into_iter().map(view).collect())
}
