//! The HTTP handlers: they extract, execute and show.

use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::core::Actor;
use crate::core::clock::shanghai_date;
use crate::core::page::{Page, Slice};
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::retention::due::KindPreview;
use crate::retention::exports::{HOLDS, RUNS};
use crate::retention::holds::{ReleaseHold, SetHold};
use crate::retention::ids::HoldId;
use crate::retention::preview::{Tried, count};
use crate::retention::queries::{self, HoldFilter, HoldState, HoldView, RunView};
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};

/// What would go.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Preview {
    /// Each kind, in the order in which they are erased.
    pub kinds: Vec<KindPreview>,
}

/// What would be erased now, of each kind: how much, how much a legal hold or a running case keeps, and the oldest. With parameters it is counted by
/// other periods than those in force; nothing is changed. For operators and the officers of the province.
#[utoipa::path(get, path = "/api/v1/retention/preview", tag = "retention", params(Tried),
    responses((status = 200, body = Preview)))]
pub async fn preview_all(state: State, auth: Auth, query: Query<Tried>) -> Answer {
    let kinds = read(&state, move |app| count(app, &mut *app.snapshot()?, &auth.actor(), &query.0)).await?;
    ok(Preview { kinds })
}

/// What was erased, by day and kind, the newest first. For operators and the officers of the province.
#[utoipa::path(get, path = "/api/v1/retention/runs", tag = "retention", params(ListPage),
    responses((status = 200, content((Page<RunView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn runs(state: State, auth: Auth, query: Query<ListPage>, wanted: Wanted) -> Answer {
    let slice = query.0.slice()?;
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::runs(conn, actor, app.catalogue(), slice)
    };
    wanted.answer(state, auth, query.0.format, &RUNS, slice, work).await
}

/// Filter and page of the holds.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HoldQuery {
    /// Only those of enterprises in which these words stand, in any order, or whose name is read so.
    q: Option<String>,
    /// Only those in force, or only those that have ended.
    #[param(inline)]
    state: Option<HoldState>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The legal holds of the caller's region, with those that have ended, the newest first.
#[utoipa::path(get, path = "/api/v1/retention/holds", tag = "retention", params(HoldQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<HoldView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn holds(state: State, auth: Auth, query: Query<HoldQuery>, wanted: Wanted) -> Answer {
    let HoldQuery { q, state: of_state, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = HoldFilter { q, state: of_state };
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, &filter, shanghai_date(app.clock().now()), slice)
    };
    wanted.answer(state, auth, format, &HOLDS, slice, work).await
}

async fn view(state: &State, auth: &Auth, id: HoldId) -> Result<HoldView, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::get(&mut *app.snapshot()?, &actor, id, shanghai_date(app.clock().now())))
        .await
}

/// Sets a legal hold on an enterprise, a case or a consultation, with a reason: nothing that belongs to it is erased while the hold is in force.
#[utoipa::path(post, path = "/api/v1/retention/holds", tag = "retention", request_body = SetHold,
    responses((status = 201, body = HoldView)))]
pub async fn set(state: State, auth: Auth, body: Json<SetHold>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    created("/api/v1/retention/holds", view(&state, &auth, id).await?)
}

/// Releases a legal hold, with a reason: what is due is then erased.
#[utoipa::path(post, path = "/api/v1/retention/holds/{id}/release", tag = "retention", request_body = Reason,
    extensions(("x-step-up" = json!(true))), responses((status = 200, body = HoldView)))]
pub async fn release(state: State, auth: Auth, id: Id<HoldId>, body: Json<Reason>) -> Answer {
    let command = ReleaseHold { id: id.0, reason: body.0.reason };
    let id = execute(&state, auth.caller(), command).await?;
    ok(view(&state, &auth, id).await?)
}
