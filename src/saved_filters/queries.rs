//! Reading saved filters: everyone the own ones.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::db::schema::saved_filter;
use crate::saved_filters::ids::SavedFilterId;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A saved filter.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable, Selectable)]
#[diesel(table_name = saved_filter, check_for_backend(Pg))]
pub struct SavedFilterView {
    /// Identifier, as in `DELETE /saved-filters/{id}`.
    pub id: SavedFilterId,
    /// The path of the page.
    pub page: String,
    /// The name.
    pub name: String,
    /// The parameters of the page, as in its address after `?`.
    pub query: String,
    /// When it was saved.
    pub created_at: DateTime<Utc>,
}

/// The actor's own filters of a page, or of all pages, by name.
///
/// # Errors
/// 401 for nobody.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    page: Option<&str>,
) -> Result<Vec<SavedFilterView>, Problem> {
    let own = actor.account().ok_or_else(Problem::unauthenticated)?;
    let mut query = saved_filter::table.filter(saved_filter::account_id.eq(own)).into_boxed();
    if let Some(page) = page {
        query = query.filter(saved_filter::page.eq(page.to_owned()));
    }
    Ok(query
        .order((saved_filter::page, saved_filter::name))
        .select(SavedFilterView::as_select())
        .load(conn)?)
}
