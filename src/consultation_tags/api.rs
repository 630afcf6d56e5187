//! The HTTP handlers: they extract, execute and show.

use diesel::PgConnection;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::consultation_tags::exports::TAGS;
use crate::consultation_tags::queries::{self, TagFilter, TagView};
use crate::consultation_tags::{ChangeTag, CreateTag, RetireTag, SetTags};
use crate::consultations::api::reading::step;
use crate::consultations::views::ConsultationView;
use crate::core::actor::Actor;
use crate::core::ids::{ConsultationId, TagId};
use crate::core::page::{Page, Slice};
use crate::exports::{BookFile, Format, Wanted};
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Failure, Id, Json, Query};

/// Filter and page of the list of tags.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TagQuery {
    /// Words of the name, or how it is read.
    q: Option<String>,
    /// Only those that are retired, or those in use.
    retired: Option<bool>,
    /// Only those that can be put on this consultation now.
    consultation: Option<ConsultationId>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The tags of the caller's region, of those under it and of those above it, and those of product hospitals that stand on a consultation there;
/// for experts those that can be put on their consultations. Each with the number of consultations that have it and that the caller may see.
#[utoipa::path(get, path = "/api/v1/tags", tag = "consultations", params(TagQuery),
    responses((status = 200, content((Page<TagView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<TagQuery>, wanted: Wanted) -> Answer {
    let TagQuery { q, retired, consultation, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = TagFilter { q, retired, consultation };
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, app.catalogue(), &filter, slice)
    };
    wanted.answer(state, auth, format, &TAGS, slice, work).await
}

async fn view(state: &State, auth: &Auth, id: TagId) -> Result<TagView, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::get(&mut *app.snapshot()?, &actor, app.catalogue(), id)).await
}

/// Makes a tag: an officer for the own region or one under it, an expert for the own product hospital.
#[utoipa::path(post, path = "/api/v1/tags", tag = "consultations", request_body = CreateTag,
    responses((status = 201, body = TagView)))]
pub async fn create(state: State, auth: Auth, body: Json<CreateTag>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/tags/{id}"), view(&state, &auth, id).await?)
}

/// One tag.
#[utoipa::path(get, path = "/api/v1/tags/{id}", tag = "consultations", responses((status = 200, body = TagView)))]
pub async fn tag(state: State, auth: Auth, id: Id<TagId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// What is to be changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagChange {
    /// The new name.
    #[serde(default)]
    name: Option<String>,
    /// Whether it is retired, or in use again.
    #[serde(default)]
    retired: Option<bool>,
}

/// Renames a tag, retires it or brings it back.
#[utoipa::path(patch, path = "/api/v1/tags/{id}", tag = "consultations", request_body = TagChange,
    responses((status = 200, body = TagView)))]
pub async fn change(state: State, auth: Auth, id: Id<TagId>, body: Json<TagChange>) -> Answer {
    let TagChange { name, retired } = body.0;
    let id = execute(&state, auth.caller(), ChangeTag { id: id.0, name, retired }).await?;
    ok(view(&state, &auth, id).await?)
}

/// Retires a tag: it stays on the consultations that have it, and is put on no other.
#[utoipa::path(delete, path = "/api/v1/tags/{id}", tag = "consultations", responses((status = 204)))]
pub async fn retire(state: State, auth: Auth, id: Id<TagId>) -> Answer {
    execute(&state, auth.caller(), RetireTag { id: id.0 }).await?;
    no_content()
}

/// The tags that a consultation is to have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagsBody {
    /// Ids of the tags, all of them; an empty list takes all away.
    tags: Vec<TagId>,
}

/// Gives a consultation these tags, and no others. Those that it has may stay though they are retired.
#[utoipa::path(put, path = "/api/v1/consultations/{id}/tags", tag = "consultations", request_body = TagsBody,
    responses((status = 200, body = ConsultationView)))]
pub async fn put(state: State, auth: Auth, id: Id<ConsultationId>, body: Json<TagsBody>) -> Answer {
    step(&state, &auth, SetTags { id: id.0, tags: body.0.tags }).await
}
