//! The HTTP handlers: they extract, execute and show.

use crate::app::App;
use crate::canned_replies::exports::REPLIES;
use crate::canned_replies::ids::CannedReplyId;
use crate::canned_replies::queries::{self, CannedReplyView, ReplyFilter};
use crate::canned_replies::scope::ReplyScope;
use crate::canned_replies::{ChangeReply, CreateReply, DeleteReply};
use crate::core::actor::Actor;
use crate::core::ids::ConsultationId;
use crate::core::page::{Page, Slice};
use crate::exports::{BookFile, Format, Wanted};
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, no_content, ok};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of canned replies.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReplyQuery {
    /// Words of title or text, or how the title is read.
    q: Option<String>,
    /// Only those of this scope.
    #[param(inline)]
    scope: Option<ReplyScope>,
    /// The consultation for which the placeholders are filled.
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

/// The canned replies that the caller may use: the own ones, those of the own product hospital, those of the platform. For a consultation, with
/// their placeholders filled.
#[utoipa::path(get, path = "/api/v1/canned-replies", tag = "consultations", params(ReplyQuery),
    responses((status = 200, content((Page<CannedReplyView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<ReplyQuery>, wanted: Wanted) -> Answer {
    let ReplyQuery { q, scope, consultation, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = ReplyFilter { scope, q };
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, &filter, consultation, slice)
    };
    wanted.answer(state, auth, format, &REPLIES, slice, work).await
}

/// Saves a canned reply. A placeholder that is not known is refused by its name.
#[utoipa::path(post, path = "/api/v1/canned-replies", tag = "consultations", request_body = CreateReply,
    responses((status = 201, body = CannedReplyView)))]
pub async fn create(state: State, auth: Auth, body: Json<CreateReply>) -> Answer {
    created("/api/v1/canned-replies", execute(&state, auth.caller(), body.0).await?)
}

/// What is to be changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyChange {
    /// The new title.
    #[serde(default)]
    title: Option<String>,
    /// The new text.
    #[serde(default)]
    body: Option<String>,
}

/// Changes a canned reply that the caller keeps.
#[utoipa::path(patch, path = "/api/v1/canned-replies/{id}", tag = "consultations", request_body = ReplyChange,
    responses((status = 200, body = CannedReplyView)))]
pub async fn change(state: State, auth: Auth, id: Id<CannedReplyId>, body: Json<ReplyChange>) -> Answer {
    let ReplyChange { title, body } = body.0;
    ok(execute(&state, auth.caller(), ChangeReply { id: id.0, title, body }).await?)
}

/// Deletes a canned reply that the caller keeps.
#[utoipa::path(delete, path = "/api/v1/canned-replies/{id}", tag = "consultations", responses((status = 204)))]
pub async fn delete(state: State, auth: Auth, id: Id<CannedReplyId>) -> Answer {
    execute(&state, auth.caller(), DeleteReply { id: id.0 }).await?;
    no_content()
}
