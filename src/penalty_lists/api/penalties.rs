//! Penalties over HTTP, and what officers have to decide of them.

use diesel::PgConnection;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::core::Actor;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice};
use crate::exports::{BookFile, Format, Wanted};
use crate::penalty_lists::annul::{AnnulPenalty, Annulment};
use crate::penalty_lists::exports::{PENALTIES, QUESTIONS};
use crate::penalty_lists::ids::{PenaltyId, PenaltyListId, QuestionId};
use crate::penalty_lists::join::{JoinPenalty, PenaltyGround};
use crate::penalty_lists::penalties::{self as shown, PenaltyDetail, PenaltyFilter, PenaltyView};
use crate::penalty_lists::questions::decide::{DecidePenaltyQuestion, QuestionDecision};
use crate::penalty_lists::questions::queries::{self, QuestionFilter, QuestionView};
use crate::penalty_lists::state::{PenaltyState, QuestionKind, QuestionState};
use crate::web::problem::Answer;
use crate::web::reply::{execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};

/// Filter of the list of penalties.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PenaltyQuery {
    /// Those of this state: open, entered, dismissed, annulled or withdrawn.
    #[param(inline)]
    state: Option<PenaltyState>,
    /// Those that this list brought.
    #[param(value_type = Option<uuid::Uuid>)]
    list: Option<PenaltyListId>,
    /// Those against this enterprise.
    #[param(value_type = Option<uuid::Uuid>)]
    enterprise: Option<EnterpriseId>,
    /// A text in the number, the party, the act or the authority.
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

/// The penalties that lists brought, newest first, with what came of each.
#[utoipa::path(get, path = "/api/v1/conduct/penalties", tag = "conduct", params(PenaltyQuery),
    responses((status = 200, content((Page<PenaltyView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn penalties(state: State, auth: Auth, query: Query<PenaltyQuery>, wanted: Wanted) -> Answer {
    let PenaltyQuery { state: of, list, enterprise, q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = PenaltyFilter { state: of, list, enterprise, q };
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        shown::list(conn, actor, &filter, slice)
    };
    wanted.answer(state, auth, format, &PENALTIES, slice, work).await
}

/// A penalty with its history.
#[utoipa::path(get, path = "/api/v1/conduct/penalties/{id}", tag = "conduct",
    responses((status = 200, body = PenaltyDetail)))]
pub async fn penalty(state: State, auth: Auth, id: Id<PenaltyId>) -> Answer {
    ok(read(&state, move |app| shown::detail(&mut *app.snapshot()?, &auth.actor(), id.0)).await?)
}

/// The decision of a penalty was annulled: its conduct is annulled by an event, and nothing follows from it from then on.
#[utoipa::path(post, path = "/api/v1/conduct/penalties/{id}/annulment", tag = "conduct", request_body = Annulment,
    responses((status = 200, body = PenaltyDetail)))]
pub async fn annul(state: State, auth: Auth, id: Id<PenaltyId>, body: Json<Annulment>) -> Answer {
    let id = id.0;
    execute(&state, auth.caller(), AnnulPenalty { id, annulment: body.0 }).await?;
    ok(read(&state, move |app| shown::detail(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}

/// Links a penalty to the inspection on which it rests: the failed sample and the penalty for it are one fact, which counts once.
#[utoipa::path(post, path = "/api/v1/conduct/penalties/{id}/inspection", tag = "conduct", request_body = PenaltyGround,
    responses((status = 200, body = PenaltyDetail)))]
pub async fn join(state: State, auth: Auth, id: Id<PenaltyId>, body: Json<PenaltyGround>) -> Answer {
    let id = id.0;
    execute(&state, auth.caller(), JoinPenalty { id, ground: body.0 }).await?;
    ok(read(&state, move |app| shown::detail(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}

/// Which of what is to be decided.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QuestionQuery {
    /// Those of this state: open, accepted, other, refused or void.
    #[param(inline)]
    state: Option<QuestionState>,
    /// Those of this kind: party or behaviour.
    #[param(inline)]
    kind: Option<QuestionKind>,
    /// Those of the penalties of this list.
    #[param(value_type = Option<uuid::Uuid>)]
    list: Option<PenaltyListId>,
    /// A text in the party, the number, the act or the proposed enterprise.
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

/// What officers have to decide of penalties, newest first: which enterprise one is against, and as which behaviour it counts.
#[utoipa::path(get, path = "/api/v1/conduct/questions", tag = "conduct", params(QuestionQuery),
    responses((status = 200, content((Page<QuestionView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn questions(state: State, auth: Auth, query: Query<QuestionQuery>, wanted: Wanted) -> Answer {
    let QuestionQuery { state: of, kind, list, q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = QuestionFilter { state: of, kind, list, q };
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, &filter, slice)
    };
    wanted.answer(state, auth, format, &QUESTIONS, slice, work).await
}

/// An officer accepts the proposed enterprise, names another one by its credit code or a behaviour by its code, or says that nothing is entered.
#[utoipa::path(post, path = "/api/v1/conduct/questions/{id}/decision", tag = "conduct", request_body = QuestionDecision,
    responses((status = 200, body = QuestionView)))]
pub async fn decide(state: State, auth: Auth, id: Id<QuestionId>, body: Json<QuestionDecision>) -> Answer {
    let id = id.0;
    execute(&state, auth.caller(), DecidePenaltyQuestion { id, decision: body.0 }).await?;
    ok(read(&state, move |app| queries::get(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}
