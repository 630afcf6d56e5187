//! The batch plan: asked for, looked at, applied or discarded, and exported for those who want to check it.

use actix_web::HttpResponse;
use bytes::Bytes;
use diesel::PgConnection;
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::IntoParams;

use crate::app::App;
use crate::core::ids::ExpertId;
use crate::core::page::{Page, Slice};
use crate::core::{Actor, Problem};
use crate::exports::{BookFile, Format, FormatQuery, SearchPage, Wanted, disposition_in};
use crate::plans::apply::{ApplyPlan, PlanApplied, PlanChanges};
use crate::plans::command::{DiscardPlan, PlanRequested, RequestPlan};
use crate::plans::export::Export;
use crate::plans::exports::{ASSIGNMENTS, CHANGES, LOADS, PLANS, UNSERVED};
use crate::plans::ids::PlanId;
use crate::plans::lines::{self, AssignmentView, ExpertLoad, LineFilter};
use crate::plans::view::{self, PlanView};
use crate::plans::vocabulary::Change;
use crate::web::extract::Lang;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{accepted, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};

/// Pieces of an export that are made ahead of a client who reads slowly.
const AHEAD: usize = 4;

/// Asks for a plan: who consults whom in the rounds, by the greatest total score. It is computed in the
/// background; its progress is at the address given.
#[utoipa::path(post, path = "/api/v1/matching/plans", tag = "matching", request_body = RequestPlan,
    responses((status = 202, body = PlanRequested)))]
pub async fn request(state: State, auth: Auth, body: Json<RequestPlan>) -> Answer {
    let asked = execute(&state, auth.caller(), body.0).await?;
    accepted(&format!("/api/v1/matching/plans/{}", asked.id), asked)
}

/// The plans, newest first.
#[utoipa::path(get, path = "/api/v1/matching/plans", tag = "matching", params(SearchPage),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<PlanView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<SearchPage>, wanted: Wanted) -> Answer {
    let slice = query.0.slice()?;
    let q = query.0.q;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        view::list_plans(conn, actor, q.as_deref(), slice)
    };
    wanted.answer(state, auth, query.0.format, &PLANS, slice, work).await
}

/// How far a plan is, or what came of it.
#[utoipa::path(get, path = "/api/v1/matching/plans/{id}", tag = "matching",
    responses((status = 200, body = PlanView)))]
pub async fn plan(state: State, auth: Auth, id: Id<PlanId>) -> Answer {
    ok(read(&state, move |app| view::plan(&mut *app.snapshot()?, &auth.actor(), id.0)).await?)
}

/// A list of a plan as a file says of which plan it is.
async fn of_plan(
    state: &State,
    auth: &Auth,
    id: PlanId,
    wanted: Wanted,
    file: bool,
) -> Result<Wanted, Failure> {
    if !file {
        return Ok(wanted);
    }
    let actor = auth.actor();
    let plan = read(state, move |app| view::plan(&mut *app.snapshot()?, &actor, id)).await?;
    Ok(wanted.named(plan.name))
}

/// The filters of a plan's lines.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AssignmentQuery {
    /// Only these changes.
    #[param(inline)]
    change: Option<Change>,
    /// Only what this expert gets or has.
    expert: Option<ExpertId>,
    /// Only what was changed by hand, or what was not.
    by_hand: Option<bool>,
    /// Only lines of enterprises in whose name or code these words stand, or of experts in whose name, or where a name is read so.
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

/// A search and the page of a list of a plan.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NameQuery {
    /// Only those in whose name or code these words stand, or whose name is read so.
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

/// A plan compared with the present, enterprise by enterprise.
#[utoipa::path(get, path = "/api/v1/matching/plans/{id}/assignments", tag = "matching", params(AssignmentQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<AssignmentView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn assignments(
    state: State,
    auth: Auth,
    id: Id<PlanId>,
    query: Query<AssignmentQuery>,
    wanted: Wanted,
) -> Answer {
    let query = query.0;
    let slice = Slice::parse(query.limit.as_deref(), query.cursor.as_deref())?;
    let filter = LineFilter {
        change: query.change,
        expert: query.expert,
        by_hand: query.by_hand,
        q: query.q,
        ..LineFilter::default()
    };
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        lines::lines(conn, actor, id.0, filter.clone(), slice)
    };
    let file = wanted.format(query.format) != Format::Json;
    let wanted = of_plan(&state, &auth, id.0, wanted, file).await?;
    wanted.answer(state, auth, query.format, &ASSIGNMENTS, slice, work).await
}

/// The enterprises that a plan gives nobody, with the reasons.
#[utoipa::path(get, path = "/api/v1/matching/plans/{id}/unserved", tag = "matching", params(NameQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<AssignmentView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn unserved(
    state: State,
    auth: Auth,
    id: Id<PlanId>,
    query: Query<NameQuery>,
    wanted: Wanted,
) -> Answer {
    let NameQuery { q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = LineFilter { unserved: true, q, ..LineFilter::default() };
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        lines::lines(conn, actor, id.0, filter.clone(), slice)
    };
    let file = wanted.format(format) != Format::Json;
    let wanted = of_plan(&state, &auth, id.0, wanted, file).await?;
    wanted.answer(state, auth, format, &UNSERVED, slice, work).await
}

/// What a plan makes of each expert's load.
#[utoipa::path(get, path = "/api/v1/matching/plans/{id}/experts", tag = "matching", params(NameQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<ExpertLoad> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn experts(
    state: State,
    auth: Auth,
    id: Id<PlanId>,
    query: Query<NameQuery>,
    wanted: Wanted,
) -> Answer {
    let NameQuery { q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        lines::loads(conn, actor, id.0, q.as_deref(), slice)
    };
    let file = wanted.format(format) != Format::Json;
    let wanted = of_plan(&state, &auth, id.0, wanted, file).await?;
    wanted.answer(state, auth, format, &LOADS, slice, work).await
}

/// What changed since a plan was computed. Where there is anything, it can't be applied.
#[utoipa::path(get, path = "/api/v1/matching/plans/{id}/changes", tag = "matching", params(FormatQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((PlanChanges = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn changes(
    state: State,
    auth: Auth,
    id: Id<PlanId>,
    query: Query<FormatQuery>,
    wanted: Wanted,
) -> Answer {
    let format = wanted.format(query.0.format);
    if format != Format::Json {
        let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, _: Slice| {
            let items = view::all_changes(conn, actor, id.0, app.clock().now())?;
            Ok(Page { items, next_cursor: None })
        };
        let wanted = of_plan(&state, &auth, id.0, wanted, true).await?;
        return wanted.answer(state, auth, Some(format), &CHANGES, Slice::default(), work).await;
    }
    let work = move |app: &crate::app::App| {
        view::plan_changes(&mut *app.snapshot()?, &auth.actor(), id.0, app.clock().now())
    };
    ok(read(&state, work).await?)
}

/// A plan as a CSV for other programs. First every allowed pair: the enterprise's code, id and name, the
/// expert's id and name, the score with all its six decimals, whether it was chosen (1 or 0), how many
/// enterprises the expert may get, and whether the computation chose it (1 or 0): what differs was changed by hand. The sum of the chosen
/// scores is the plan's total, that of the computed ones its optimum. Then the enterprises without any pair, with the reason and the
/// expert's columns empty. Pairs below the least score of the plan are not allowed.
#[utoipa::path(get, path = "/api/v1/matching/plans/{id}/pairs", tag = "matching",
    extensions(("x-step-up" = json!(true))),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn pairs(state: State, auth: Auth, lang: Lang, id: Id<PlanId>) -> Answer {
    let mut export = read(&state, move |app| Export::open(app, &auth.actor(), id.0)).await?;
    let (send, receive) = mpsc::channel::<Result<Bytes, Problem>>(AHEAD);
    actix_web::rt::task::spawn_blocking(move || {
        loop {
            let piece = match export.piece() {
                Ok(None) => break,
                Ok(Some(text)) => Ok(Bytes::from(text)),
                // The head of the answer has left: all that is to be done is to break it off.
                Err(problem) => {
                    tracing::error!(%problem, plan = %id.0, "an export broke off");
                    Err(problem)
                }
            };
            let ends = piece.is_err();
            if send.blocking_send(piece).is_err() || ends {
                break;
            }
        }
    });
    let body =
        stream::unfold(
            receive,
            |mut receive| async move { receive.recv().await.map(|piece| (piece, receive)) },
        );
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(("Content-Disposition", disposition_in(lang.0, ["方案可派组合", "plan-pairs"], "csv")))
        .streaming(body))
}

/// Applies a plan in one step: every enterprise is assigned its expert and invited by mail; no
/// consultation is opened. 409 with what changed where the list or the experts are no longer as they were.
#[utoipa::path(post, path = "/api/v1/matching/plans/{id}/apply", tag = "matching",
    responses((status = 200, body = PlanApplied)))]
pub async fn apply(state: State, auth: Auth, id: Id<PlanId>) -> Answer {
    ok(execute(&state, auth.caller(), ApplyPlan { id: id.0 }).await?)
}

/// Discards a plan, or stops its computation.
#[utoipa::path(post, path = "/api/v1/matching/plans/{id}/discard", tag = "matching",
    responses((status = 200, body = PlanView)))]
pub async fn discard(state: State, auth: Auth, id: Id<PlanId>) -> Answer {
    execute(&state, auth.caller(), DiscardPlan { id: id.0 }).await?;
    ok(read(&state, move |app| view::plan(&mut *app.snapshot()?, &auth.actor(), id.0)).await?)
}
