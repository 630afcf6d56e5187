//! The HTTP handlers of articles that are being made.

use diesel::PgConnection;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::page::{Page, Slice};
use crate::db::Command;
use crate::exports::{BookFile, Format, Wanted};
use crate::knowledge::confirm::FindingToConfirm;
use crate::knowledge::draft::ArticleChange;
use crate::knowledge::drafts::{self, DraftCounts, DraftFilter, DraftLine, DraftView};
use crate::knowledge::exports::DRAFTS;
use crate::knowledge::ids::ArticleId;
use crate::knowledge::state::ArticleState;
use crate::knowledge::{
    ApproveArticle, ConfirmFindings, DiscardArticle, DraftArticle, EditArticle, ReturnArticle, SubmitArticle,
};
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};

/// Filter and page of the list of articles in work.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DraftQuery {
    /// Only those of this state; those that were given up only where they are asked for.
    #[param(inline)]
    state: Option<ArticleState>,
    /// Only those in which these words stand, or whose title is read so.
    q: Option<String>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

async fn view(state: &State, auth: &Auth, id: ArticleId) -> Result<DraftView, Failure> {
    let actor = auth.actor();
    read(state, move |app| drafts::get(&mut *app.snapshot()?, &actor, app.catalogue(), id)).await
}

/// Runs a command on an article and shows it.
async fn step<C>(state: &State, auth: &Auth, command: C) -> Answer
where
    C: Command<Output = ArticleId> + Send + 'static,
{
    let id = execute(state, auth.caller(), command).await?;
    ok(view(state, auth, id).await?)
}

/// The articles that the caller may work on, newest first: an expert's own, those of an officer's region and all under it.
#[utoipa::path(get, path = "/api/v1/knowledge/drafts", tag = "knowledge", params(DraftQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<DraftLine> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<DraftQuery>, wanted: Wanted) -> Answer {
    let DraftQuery { state: of_state, q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = DraftFilter { state: of_state, q };
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        drafts::list(conn, actor, app.catalogue(), &filter, slice)
    };
    wanted.answer(state, auth, format, &DRAFTS, slice, work).await
}

/// How many articles wait: for an officer those to be approved, for an expert those that were returned.
#[utoipa::path(get, path = "/api/v1/knowledge/drafts/counts", tag = "knowledge",
    responses((status = 200, body = DraftCounts)))]
pub async fn counts(state: State, auth: Auth) -> Answer {
    let actor = auth.actor();
    ok(read(&state, move |app| drafts::counts(&mut *app.snapshot()?, &actor)).await?)
}

/// Drafts an article from a concluded consultation and strips it: by its expert, or an officer of the region.
#[utoipa::path(post, path = "/api/v1/knowledge/drafts", tag = "knowledge", request_body = DraftArticle,
    responses((status = 201, body = DraftView)))]
pub async fn create(state: State, auth: Auth, body: Json<DraftArticle>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/knowledge/drafts/{id}"), view(&state, &auth, id).await?)
}

/// One article with what the stripping found and its history.
#[utoipa::path(get, path = "/api/v1/knowledge/drafts/{id}", tag = "knowledge",
    responses((status = 200, body = DraftView)))]
pub async fn one(state: State, auth: Auth, id: Id<ArticleId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Changes an article that is not submitted. It is stripped again: in fields that have changed, every finding is to be confirmed anew.
#[utoipa::path(patch, path = "/api/v1/knowledge/drafts/{id}", tag = "knowledge", request_body = ArticleChange,
    responses((status = 200, body = DraftView)))]
pub async fn edit(state: State, auth: Auth, id: Id<ArticleId>, body: Json<ArticleChange>) -> Answer {
    step(&state, &auth, EditArticle { id: id.0, change: body.0 }).await
}

/// What is decided on findings.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingsBody {
    /// What is decided on each, 1 to 500.
    decisions: Vec<FindingToConfirm>,
}

/// Confirms findings: each is replaced, or said to be harmless.
#[utoipa::path(post, path = "/api/v1/knowledge/drafts/{id}/findings", tag = "knowledge",
    request_body = FindingsBody, responses((status = 200, body = DraftView)))]
pub async fn confirm(state: State, auth: Auth, id: Id<ArticleId>, body: Json<FindingsBody>) -> Answer {
    step(&state, &auth, ConfirmFindings { id: id.0, decisions: body.0.decisions }).await
}

/// Submits an article to the officers of the region; by the expert who led the consultation, once all findings are confirmed.
#[utoipa::path(post, path = "/api/v1/knowledge/drafts/{id}/submit", tag = "knowledge",
    responses((status = 200, body = DraftView)))]
pub async fn submit(state: State, auth: Auth, id: Id<ArticleId>) -> Answer {
    step(&state, &auth, SubmitArticle { id: id.0 }).await
}

/// Approves an article, which is published by that; by an officer of the region.
#[utoipa::path(post, path = "/api/v1/knowledge/drafts/{id}/approve", tag = "knowledge",
    responses((status = 200, body = DraftView)))]
pub async fn approve(state: State, auth: Auth, id: Id<ArticleId>) -> Answer {
    step(&state, &auth, ApproveArticle { id: id.0 }).await
}

/// Returns an article to its expert, with a reason; by an officer of the region.
#[utoipa::path(post, path = "/api/v1/knowledge/drafts/{id}/return", tag = "knowledge",
    request_body = Reason, responses((status = 200, body = DraftView)))]
pub async fn send_back(state: State, auth: Auth, id: Id<ArticleId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, ReturnArticle { id: id.0, reason: body.0.reason }).await
}

/// Gives up an article that is not submitted.
#[utoipa::path(post, path = "/api/v1/knowledge/drafts/{id}/discard", tag = "knowledge",
    responses((status = 200, body = DraftView)))]
pub async fn discard(state: State, auth: Auth, id: Id<ArticleId>) -> Answer {
    step(&state, &auth, DiscardArticle { id: id.0 }).await
}
