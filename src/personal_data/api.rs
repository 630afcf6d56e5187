//! The HTTP handlers: they extract, execute and show.

use actix_web::HttpResponse;
use actix_web::http::header;
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::core::Actor;
use crate::core::clock::shanghai_date;
use crate::core::page::{Page, Slice};
use crate::exports::{BookFile, Format, ListPage, Wanted, disposition_in};
use crate::personal_data::decide::Decision;
use crate::personal_data::exports::{OWN_REQUESTS, REQUESTS};
use crate::personal_data::ids::PersonalRequestId;
use crate::personal_data::queries::{self, PersonalRequestView, RequestFilter};
use crate::personal_data::state::{RequestKind, RequestState};
use crate::personal_data::{AskPersonal, DecidePersonal, WithdrawPersonal};
use crate::web::extract::Lang;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};

/// What the caller asked for under the personal information law, the newest first.
#[utoipa::path(get, path = "/api/v1/me/personal-data/requests", tag = "accounts", params(ListPage),
    responses((status = 200, content((Page<PersonalRequestView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn own(state: State, auth: Auth, query: Query<ListPage>, wanted: Wanted) -> Answer {
    let slice = query.0.slice()?;
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::own(conn, actor, shanghai_date(app.clock().now()), slice)
    };
    wanted.own().answer(state, auth, query.0.format, &OWN_REQUESTS, slice, work).await
}

async fn view(state: &State, auth: &Auth, id: PersonalRequestId) -> Result<PersonalRequestView, Failure> {
    let actor = auth.actor();
    let work = move |app: &App| {
        queries::own_one(&mut *app.snapshot()?, &actor, id, shanghai_date(app.clock().now()))
    };
    read(state, work).await
}

/// Asks for a copy of the own data, a correction or an erasure. A copy is made in the background; an officer of the region in charge decides on the
/// others within the term. An erasure is refused where something has to be settled first: the detail says what.
#[utoipa::path(post, path = "/api/v1/me/personal-data/requests", tag = "accounts", request_body = AskPersonal,
    extensions(("x-step-up" = json!(["erasure"]))), responses((status = 201, body = PersonalRequestView)))]
pub async fn ask(state: State, auth: Auth, body: Json<AskPersonal>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/me/personal-data/requests/{id}"), view(&state, &auth, id).await?)
}

/// One of the own requests: how far it is, and its answer.
#[utoipa::path(get, path = "/api/v1/me/personal-data/requests/{id}", tag = "accounts",
    responses((status = 200, body = PersonalRequestView)))]
pub async fn own_one(state: State, auth: Auth, id: Id<PersonalRequestId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Takes a request back that nobody has begun with.
#[utoipa::path(post, path = "/api/v1/me/personal-data/requests/{id}/withdraw", tag = "accounts",
    responses((status = 200, body = PersonalRequestView)))]
pub async fn withdraw(state: State, auth: Auth, id: Id<PersonalRequestId>) -> Answer {
    let id = execute(&state, auth.caller(), WithdrawPersonal { id: id.0 }).await?;
    ok(view(&state, &auth, id).await?)
}

/// The copy of the own data: a ZIP with a text to read and files of JSON. Its person's alone, until it expires.
#[utoipa::path(get, path = "/api/v1/me/personal-data/requests/{id}/file", tag = "accounts",
    extensions(("x-step-up" = json!(true))),
    responses((status = 200, content_type = "application/zip", body = String)))]
pub async fn file(state: State, auth: Auth, lang: Lang, id: Id<PersonalRequestId>) -> Answer {
    let work = move |app: &App| queries::file(&mut *app.snapshot()?, &auth.actor(), id.0, app.clock().now());
    let bytes = read(&state, work).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            disposition_in(lang.0, ["个人信息副本", "personal-data"], "zip"),
        ))
        .body(bytes))
}

/// Filter and page of the requests.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RequestQuery {
    /// Only those of people in whose name or user name these words stand, in any order, or whose name is read so.
    q: Option<String>,
    /// Only those of this kind.
    #[param(inline)]
    kind: Option<RequestKind>,
    /// Only those of this state.
    #[param(inline)]
    state: Option<RequestState>,
    /// Only those whose last day is over without an answer, or only the others.
    late: Option<bool>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What people of the caller's region asked for under the personal information law, the newest first. For officers.
#[utoipa::path(get, path = "/api/v1/personal-data/requests", tag = "accounts", params(RequestQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<PersonalRequestView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<RequestQuery>, wanted: Wanted) -> Answer {
    let RequestQuery { q, kind, state: of_state, late, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = RequestFilter { q, kind, state: of_state, late };
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, &filter, shanghai_date(app.clock().now()), slice)
    };
    wanted.answer(state, auth, format, &REQUESTS, slice, work).await
}

/// How many requests of the caller's region wait for a decision. For officers.
#[utoipa::path(get, path = "/api/v1/personal-data/requests/counts", tag = "accounts",
    responses((status = 200, body = queries::RequestCounts)))]
pub async fn counts(state: State, auth: Auth) -> Answer {
    let actor = auth.actor();
    let work =
        move |app: &App| queries::counts(&mut *app.snapshot()?, &actor, shanghai_date(app.clock().now()));
    ok(read(&state, work).await?)
}

async fn officers_view(
    state: &State,
    auth: &Auth,
    id: PersonalRequestId,
) -> Result<PersonalRequestView, Failure> {
    let actor = auth.actor();
    let work =
        move |app: &App| queries::get(&mut *app.snapshot()?, &actor, id, shanghai_date(app.clock().now()));
    read(state, work).await
}

/// One request of the caller's region. For officers.
#[utoipa::path(get, path = "/api/v1/personal-data/requests/{id}", tag = "accounts",
    responses((status = 200, body = PersonalRequestView)))]
pub async fn one(state: State, auth: Auth, id: Id<PersonalRequestId>) -> Answer {
    ok(officers_view(&state, &auth, id.0).await?)
}

/// What an officer decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonalDecision {
    /// `grant` or `refuse`.
    #[schema(inline)]
    decision: Decision,
    /// Why, and what was done, 1 to 2,000 characters; the person is told.
    reason: String,
}

/// Decides on a correction or an erasure, with a reason; nobody on the own one. A granted erasure closes the account and erases what may go,
/// for good; the answer names what the law has kept, with its article. A legal hold wins: 409 `erasure_blocked`.
#[utoipa::path(post, path = "/api/v1/personal-data/requests/{id}/decide", tag = "accounts",
    request_body = PersonalDecision, extensions(("x-step-up" = json!(true))),
    responses((status = 200, body = PersonalRequestView)))]
pub async fn decide(
    state: State,
    auth: Auth,
    id: Id<PersonalRequestId>,
    body: Json<PersonalDecision>,
) -> Answer {
    let PersonalDecision { decision, reason } = body.0;
    let id = execute(&state, auth.caller(), DecidePersonal { id: id.0, decision, reason }).await?;
    ok(officers_view(&state, &auth, id).await?)
}
