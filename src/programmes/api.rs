//! The HTTP handlers of programmes and their targets: they extract, execute and show.

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::page::Page;
use crate::db::Command;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::programmes::commands::{ChangeProgramme, CreateProgramme};
use crate::programmes::exports::{PROGRAMMES, TARGETS};
use crate::programmes::ids::{ProgrammeId, TargetId};
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::queries::{self, ProgrammeDetail, ProgrammeFilter, ProgrammeView};
use crate::programmes::state::{ProgrammeLevel, ProgrammeState};
use crate::programmes::steps::{
    ApproveProgramme, CloseProgramme, ReturnProgramme, StartProgramme, SubmitProgramme, WithdrawProgramme,
};
use crate::programmes::target_queries::{self, TargetFilter, TargetView};
use crate::programmes::targets::{AddTarget, ChangeTarget, RemoveTarget, TargetInput};
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Part, Query};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of programmes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProgrammeQuery {
    /// Only those of this state.
    #[param(inline)]
    state: Option<ProgrammeState>,
    /// Only those of this kind; those of sampling where none is named.
    #[param(inline)]
    kind: Option<ProgrammeKind>,
    /// Only those of this level.
    #[param(inline)]
    level: Option<ProgrammeLevel>,
    /// Only those that are organised by the region of this code or one under it, or have tasks there.
    region: Option<String>,
    /// Only those with late tasks (true), or only those without (false).
    late: Option<bool>,
    /// Only those in whose name or document number these words stand, or whose name is read so.
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

/// Today's date in Asia/Shanghai.
fn today(app: &App) -> NaiveDate {
    shanghai_date(app.clock().now())
}

async fn view(state: &State, auth: &Auth, id: ProgrammeId) -> Result<ProgrammeDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::detail(&mut *app.snapshot()?, &actor, id, today(app))).await
}

/// Takes a step, and answers with the programme as it is after it.
async fn step<C>(state: &State, auth: &Auth, command: C) -> Answer
where
    C: Command<Output = ProgrammeId> + Send + 'static,
{
    let id = execute(state, auth.caller(), command).await?;
    ok(view(state, auth, id).await?)
}

/// The programmes that are organised in the caller's region or one under it, and those approved ones that charge it with tasks or, being of another
/// kind than sampling, are organised above it; the newest first. Without `kind` only those of sampling.
#[utoipa::path(get, path = "/api/v1/programmes", tag = "programmes", params(ProgrammeQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<ProgrammeView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<ProgrammeQuery>, wanted: Wanted) -> Answer {
    let ProgrammeQuery { state: of_state, kind, level, region, late, q, format, limit, cursor } = query.0;
    let filter = ProgrammeFilter { state: of_state, kind, level, region, late, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &PROGRAMMES, move |app, conn, actor, slice| {
            queries::list(conn, actor, &filter, today(app), slice)
        })
        .await
}

/// Writes a programme (计划), as a draft, with its first targets where some are given. One of recovery support is written at `/support-programmes`.
#[utoipa::path(post, path = "/api/v1/programmes", tag = "programmes", request_body = CreateProgramme,
    responses((status = 201, body = ProgrammeDetail)))]
pub async fn create(state: State, auth: Auth, body: Json<CreateProgramme>) -> Answer {
    body.0.kind.require_address(None)?;
    let id = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/programmes/{id}"), view(&state, &auth, id).await?)
}

/// One programme with its history and what its state allows.
#[utoipa::path(get, path = "/api/v1/programmes/{id}", tag = "programmes",
    responses((status = 200, body = ProgrammeDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<ProgrammeId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// What is to be changed of a programme. What is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeChange {
    /// Its name.
    #[serde(default)]
    name: Option<String>,
    /// The level that organises it.
    #[serde(default)]
    #[schema(inline)]
    level: Option<ProgrammeLevel>,
    /// Its first day.
    #[serde(default)]
    period_from: Option<NaiveDate>,
    /// Its last day.
    #[serde(default)]
    period_until: Option<NaiveDate>,
    /// The number of the document; blank takes it away.
    #[serde(default)]
    document_no: Option<String>,
    /// The version of the rules of sampling.
    #[serde(default)]
    rules_version: Option<String>,
}

/// Changes a programme that was not handed in yet, or was sent back.
#[utoipa::path(patch, path = "/api/v1/programmes/{id}", tag = "programmes", request_body = ProgrammeChange,
    responses((status = 200, body = ProgrammeDetail)))]
pub async fn change(state: State, auth: Auth, id: Id<ProgrammeId>, body: Json<ProgrammeChange>) -> Answer {
    let ProgrammeChange { name, level, period_from, period_until, document_no, rules_version } = body.0;
    let id = id.0;
    let command = ChangeProgramme { id, name, level, period_from, period_until, document_no, rules_version };
    execute(&state, auth.caller(), command).await?;
    ok(view(&state, &auth, id).await?)
}

/// Submits a programme for approval. One of sampling needs a target at least.
#[utoipa::path(post, path = "/api/v1/programmes/{id}/submit", tag = "programmes",
    responses((status = 200, body = ProgrammeDetail)))]
pub async fn submit(state: State, auth: Auth, id: Id<ProgrammeId>) -> Answer {
    step(&state, &auth, SubmitProgramme { id: id.0 }).await
}

/// Approves a programme. Who wrote it or handed it in may not. The officers of the regions that are charged with its tasks are notified by mail.
#[utoipa::path(post, path = "/api/v1/programmes/{id}/approve", tag = "programmes",
    responses((status = 200, body = ProgrammeDetail)))]
pub async fn approve(state: State, auth: Auth, id: Id<ProgrammeId>) -> Answer {
    step(&state, &auth, ApproveProgramme { id: id.0, called: None }).await
}

/// Sends a programme back to be mended, with a reason. Who handed it in is notified by mail.
#[utoipa::path(post, path = "/api/v1/programmes/{id}/return", tag = "programmes", request_body = Reason,
    responses((status = 200, body = ProgrammeDetail)))]
pub async fn send_back(state: State, auth: Auth, id: Id<ProgrammeId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, ReturnProgramme { id: id.0, reason: body.0.reason }).await
}

/// Withdraws a programme before its approval, with a reason.
#[utoipa::path(post, path = "/api/v1/programmes/{id}/withdraw", tag = "programmes", request_body = Reason,
    responses((status = 200, body = ProgrammeDetail)))]
pub async fn withdraw(state: State, auth: Auth, id: Id<ProgrammeId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, WithdrawProgramme { id: id.0, reason: body.0.reason }).await
}

/// Begins to carry an approved programme out. Its first draw does so as well.
#[utoipa::path(post, path = "/api/v1/programmes/{id}/start", tag = "programmes",
    responses((status = 200, body = ProgrammeDetail)))]
pub async fn start(state: State, auth: Auth, id: Id<ProgrammeId>) -> Answer {
    step(&state, &auth, StartProgramme { id: id.0 }).await
}

/// Closes a programme. The names of who was drawn are published from then on.
#[utoipa::path(post, path = "/api/v1/programmes/{id}/close", tag = "programmes",
    responses((status = 200, body = ProgrammeDetail)))]
pub async fn close(state: State, auth: Auth, id: Id<ProgrammeId>) -> Answer {
    step(&state, &auth, CloseProgramme { id: id.0, called: None }).await
}

/// Filter and page of the list of targets.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TargetQuery {
    /// Only those that are late (true), or only those that are not (false).
    late: Option<bool>,
    /// Only those in whose region or product these words stand, or whose region or product is read so.
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

async fn target(
    state: &State,
    auth: &Auth,
    programme: ProgrammeId,
    id: TargetId,
) -> Result<TargetView, Failure> {
    let actor = auth.actor();
    let work =
        move |app: &App| target_queries::get(&mut *app.snapshot()?, &actor, (programme, id), today(app));
    read(state, work).await
}

/// The targets of a programme with how far each has come, the newest first.
#[utoipa::path(get, path = "/api/v1/programmes/{id}/targets", tag = "programmes", params(TargetQuery),
    responses((status = 200, content((Page<TargetView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn targets(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    query: Query<TargetQuery>,
    wanted: Wanted,
) -> Answer {
    let TargetQuery { late, q, format, limit, cursor } = query.0;
    let (id, filter) = (id.0, TargetFilter { late, q });
    let wanted = match wanted.format(format) {
        Format::Json => wanted,
        _ => wanted.named(view(&state, &auth, id).await?.view.programme.name),
    };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &TARGETS, move |app, conn, actor, slice| {
            target_queries::list(conn, actor, id, &filter, today(app), slice)
        })
        .await
}

/// Adds a target to a programme that was not handed in yet, or was sent back.
#[utoipa::path(post, path = "/api/v1/programmes/{id}/targets", tag = "programmes", request_body = TargetInput,
    responses((status = 201, body = TargetView)))]
pub async fn add_target(state: State, auth: Auth, id: Id<ProgrammeId>, body: Json<TargetInput>) -> Answer {
    let programme = id.0;
    let id = execute(&state, auth.caller(), AddTarget { programme, target: body.0 }).await?;
    let location = format!("/api/v1/programmes/{programme}/targets/{id}");
    created(&location, target(&state, &auth, programme, id).await?)
}

/// One target of a programme.
#[utoipa::path(get, path = "/api/v1/programmes/{id}/targets/{key}", tag = "programmes",
    responses((status = 200, body = TargetView)))]
pub async fn one_target(state: State, auth: Auth, id: Id<ProgrammeId>, key: Part<TargetId>) -> Answer {
    ok(target(&state, &auth, id.0, key.0).await?)
}

/// Changes a target of a programme that was not handed in yet, or was sent back.
#[utoipa::path(put, path = "/api/v1/programmes/{id}/targets/{key}", tag = "programmes", request_body = TargetInput,
    responses((status = 200, body = TargetView)))]
pub async fn change_target(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    key: Part<TargetId>,
    body: Json<TargetInput>,
) -> Answer {
    let command = ChangeTarget { programme: id.0, target: key.0, input: body.0 };
    let changed = execute(&state, auth.caller(), command).await?;
    ok(target(&state, &auth, id.0, changed).await?)
}

/// Takes a target out of a programme that was not handed in yet, or was sent back.
#[utoipa::path(delete, path = "/api/v1/programmes/{id}/targets/{key}", tag = "programmes",
    responses((status = 204)))]
pub async fn remove_target(state: State, auth: Auth, id: Id<ProgrammeId>, key: Part<TargetId>) -> Answer {
    execute(&state, auth.caller(), RemoveTarget { programme: id.0, target: key.0 }).await?;
    no_content()
}
