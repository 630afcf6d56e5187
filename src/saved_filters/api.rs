//! The HTTP handlers: they extract, execute and show.

use crate::core::{Problem, Text};
use crate::saved_filters::ids::SavedFilterId;
use crate::saved_filters::queries::{self, SavedFilterView};
use crate::saved_filters::{DeleteFilter, SaveFilter};
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which saved filters are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfPage {
    /// Only those of the page at this path.
    page: Option<String>,
}

/// The caller's own saved filters, by name.
#[utoipa::path(get, path = "/api/v1/me/saved-filters", tag = "accounts", params(OfPage),
    responses((status = 200, body = Vec<SavedFilterView>)))]
pub async fn list(state: State, auth: Auth, query: Query<OfPage>) -> Answer {
    let page = query.0.page;
    ok(read(&state, move |app| queries::list(&mut *app.snapshot()?, &auth.actor(), page.as_deref())).await?)
}

/// Saves a filter of a page under a name; one of the same name is replaced.
#[utoipa::path(post, path = "/api/v1/me/saved-filters", tag = "accounts", request_body = SaveFilter,
    responses((status = 201, body = SavedFilterView)))]
pub async fn save(state: State, auth: Auth, body: Json<SaveFilter>) -> Answer {
    let role = auth.person.scope.role();
    let mut pages = state.rooms.iter().flat_map(|room| room.pages);
    if !pages
        .any(|page| page.path == body.0.page && !page.path.contains('{') && page.access.check(role).is_ok())
    {
        let text = Text::new("不是可以打开的页面", "is no page that you may open");
        return Err(Problem::field("/page", text).into());
    }
    created("/api/v1/me/saved-filters", execute(&state, auth.caller(), body.0).await?)
}

/// Deletes a saved filter.
#[utoipa::path(delete, path = "/api/v1/me/saved-filters/{id}", tag = "accounts", responses((status = 204)))]
pub async fn delete(state: State, auth: Auth, id: Id<SavedFilterId>) -> Answer {
    execute(&state, auth.caller(), DeleteFilter { id: id.0 }).await?;
    no_content()
}
