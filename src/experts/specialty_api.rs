//! Changes of specialties over HTTP.

use diesel::PgConnection;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::ids::ExpertId;
use crate::core::page::{Page, Slice};
use crate::experts::exports::SPECIALTY_CHANGES;
use crate::experts::ids::SpecialtyChangeId;
use crate::experts::queries::{self, ExpertView};
use crate::experts::specialty_change::SpecialtyChangeState;
use crate::experts::specialty_decisions::{ApproveSpecialty, RejectSpecialty, WithdrawSpecialty};
use crate::experts::specialty_queries::{self as changes, ChangeFilter, SpecialtyChangeView};
use crate::exports::{BookFile, Format, Wanted};
use crate::web::extract::MaybeJson;
use crate::web::params::Reason;
use crate::web::problem::Answer;
use crate::web::reply::{execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};

/// Filter and page of the list of changes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangeQuery {
    /// Only those of this state; `proposed` are those that wait for a decision.
    #[param(inline)]
    state: Option<SpecialtyChangeState>,
    /// Only those of this expert.
    expert: Option<ExpertId>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The changes of specialties with who decided on them, when and why, newest first: experts see their own, admins those of the experts on
/// whom they decide.
#[utoipa::path(get, path = "/api/v1/expert-specialty-changes", tag = "experts", params(ChangeQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<SpecialtyChangeView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<ChangeQuery>, wanted: Wanted) -> Answer {
    let ChangeQuery { state: of_state, expert, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = ChangeFilter { state: of_state, expert };
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        changes::list(conn, actor, &filter, slice)
    };
    wanted.answer(state, auth, format, &SPECIALTY_CHANGES, slice, work).await
}

async fn view(state: &State, auth: Auth, id: ExpertId) -> Answer {
    let found: ExpertView =
        read(state, move |app| queries::get(&mut *app.snapshot()?, &auth.actor(), id)).await?;
    ok(found)
}

/// A word to the expert, if there is one.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaybeWord {
    /// In the officer's words.
    #[serde(default)]
    reason: Option<String>,
}

/// Approves a proposed specialty: the expert is matched by it from now on.
#[utoipa::path(post, path = "/api/v1/expert-specialty-changes/{id}/approve", tag = "experts",
    request_body = Option<MaybeWord>, responses((status = 200, body = ExpertView)))]
pub async fn approve(
    state: State,
    auth: Auth,
    id: Id<SpecialtyChangeId>,
    body: MaybeJson<MaybeWord>,
) -> Answer {
    let command = ApproveSpecialty { id: id.0, reason: body.0.reason };
    let expert = execute(&state, auth.caller(), command).await?;
    view(&state, auth, expert).await
}

/// Rejects a proposed specialty, with a reason.
#[utoipa::path(post, path = "/api/v1/expert-specialty-changes/{id}/reject", tag = "experts", request_body = Reason,
    responses((status = 200, body = ExpertView)))]
pub async fn reject(state: State, auth: Auth, id: Id<SpecialtyChangeId>, body: Json<Reason>) -> Answer {
    let command = RejectSpecialty { id: id.0, reason: body.0.reason };
    let expert = execute(&state, auth.caller(), command).await?;
    view(&state, auth, expert).await
}

/// Takes back a specialty that one proposed.
#[utoipa::path(post, path = "/api/v1/expert-specialty-changes/{id}/withdraw", tag = "experts",
    responses((status = 200, body = ExpertView)))]
pub async fn withdraw(state: State, auth: Auth, id: Id<SpecialtyChangeId>) -> Answer {
    let expert = execute(&state, auth.caller(), WithdrawSpecialty { id: id.0 }).await?;
    view(&state, auth, expert).await
}
