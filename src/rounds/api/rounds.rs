//! Rounds and their routes.

use crate::app::App;
use crate::core::ids::ExpertId;
use crate::core::page::Page;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::programmes::ids::ProgrammeId;
use crate::rounds::exports::{ROUNDS, STOPS};
use crate::rounds::giving::{GiveMembers, GivenMembers, MembersGiven};
use crate::rounds::ids::CircuitRoundId;
use crate::rounds::planning::{
    CancelCircuitRound, ChangeCircuitRound, CloseCircuitRound, CreateCircuitRound,
};
use crate::rounds::round_queries::{self, CircuitRoundDetail, CircuitRoundView, RoundFilter};
use crate::rounds::round_state::CircuitRoundState;
use crate::rounds::routes::plan::{RouteRound, Routed};
use crate::rounds::stop_queries::{self, CircuitStopView, StopFilter};
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of rounds.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CircuitRoundQuery {
    /// Only those of this programme.
    #[param(value_type = Option<ProgrammeId>)]
    programme: Option<ProgrammeId>,
    /// Only those of this state.
    #[param(inline)]
    state: Option<CircuitRoundState>,
    /// Only those of the region of this code or one under it.
    region: Option<String>,
    /// Only those that are on the way on this day.
    on: Option<NaiveDate>,
    /// Only those in whose programme, region or note these words stand, or whose programme or region is read so.
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

/// The rounds that the caller may know of: an officer those of the own region, above and under it, an expert those with members that are given to it, an
/// enterprise those in which it is. The one planned last first.
#[utoipa::path(get, path = "/api/v1/circuit-rounds", tag = "rounds", params(CircuitRoundQuery),
    responses((status = 200, content((Page<CircuitRoundView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<CircuitRoundQuery>, wanted: Wanted) -> Answer {
    let CircuitRoundQuery { programme, state: of_state, region, on, q, format, limit, cursor } = query.0;
    let filter = RoundFilter { programme, state: of_state, region, on, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &ROUNDS, move |_, conn, actor, slice| {
            round_queries::list(conn, actor, &filter, slice)
        })
        .await
}

async fn view(state: &State, auth: &Auth, id: CircuitRoundId) -> Result<CircuitRoundDetail, Failure> {
    let actor = auth.actor();
    let work = move |app: &App| round_queries::detail(&mut *app.snapshot()?, &actor, id);
    read(state, work).await
}

/// Plans a round (巡回轮次) of a programme of circuit consultation: its region and its days. It gets the next number of the programme.
#[utoipa::path(post, path = "/api/v1/circuit-rounds", tag = "rounds", request_body = CreateCircuitRound,
    responses((status = 201, body = CircuitRoundDetail)))]
pub async fn create(state: State, auth: Auth, body: Json<CreateCircuitRound>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/circuit-rounds/{id}"), view(&state, &auth, id).await?)
}

/// One round; for officers with its history and what can be done with it.
#[utoipa::path(get, path = "/api/v1/circuit-rounds/{id}", tag = "rounds",
    responses((status = 200, body = CircuitRoundDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<CircuitRoundId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// What is to be changed of a round. What is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CircuitRoundChange {
    /// Its first day.
    #[serde(default)]
    starts_on: Option<NaiveDate>,
    /// Its last day.
    #[serde(default)]
    ends_on: Option<NaiveDate>,
    /// Visits that one expert makes on a day at most, 1 to 20.
    #[serde(default)]
    per_day: Option<i32>,
    /// The note; blank takes it away.
    #[serde(default)]
    note: Option<String>,
}

/// Changes a round that is planned. Routes that were worked out for other days are gone.
#[utoipa::path(patch, path = "/api/v1/circuit-rounds/{id}", tag = "rounds", request_body = CircuitRoundChange,
    responses((status = 200, body = CircuitRoundDetail)))]
pub async fn change(
    state: State,
    auth: Auth,
    id: Id<CircuitRoundId>,
    body: Json<CircuitRoundChange>,
) -> Answer {
    let CircuitRoundChange { starts_on, ends_on, per_day, note } = body.0;
    let command = ChangeCircuitRound { id: id.0, starts_on, ends_on, per_day, note };
    let id = execute(&state, auth.caller(), command).await?;
    ok(view(&state, &auth, id).await?)
}

/// Puts members of the programme into a round: those of some regions, or single ones. Who is in another round stays there, unless `move` says otherwise.
#[utoipa::path(post, path = "/api/v1/circuit-rounds/{id}/members", tag = "rounds", request_body = GivenMembers,
    responses((status = 200, body = MembersGiven)))]
pub async fn give(state: State, auth: Auth, id: Id<CircuitRoundId>, body: Json<GivenMembers>) -> Answer {
    ok(execute(&state, auth.caller(), GiveMembers { id: id.0, given: body.0, out: false }).await?)
}

/// Takes members out of a round. They stay in the cohort.
#[utoipa::path(post, path = "/api/v1/circuit-rounds/{id}/members/take-out", tag = "rounds", request_body = GivenMembers,
    responses((status = 200, body = MembersGiven)))]
pub async fn take_out(state: State, auth: Auth, id: Id<CircuitRoundId>, body: Json<GivenMembers>) -> Answer {
    ok(execute(&state, auth.caller(), GiveMembers { id: id.0, given: body.0, out: true }).await?)
}

/// Works the routes of a round out: each visit on a working day of its expert, at most so many a day, the days as short as the solver finds. The answer
/// says how long they are beside always going to the nearest place; distances are as the crow flies.
#[utoipa::path(post, path = "/api/v1/circuit-rounds/{id}/routes", tag = "rounds",
    responses((status = 200, body = Routed)))]
pub async fn route(state: State, auth: Auth, id: Id<CircuitRoundId>) -> Answer {
    ok(execute(&state, auth.caller(), RouteRound { id: id.0 }).await?)
}

/// Filter and page of the stops of a round.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StopQuery {
    /// Only those of this expert.
    #[param(value_type = Option<ExpertId>)]
    expert: Option<ExpertId>,
    /// Only those of this day.
    day: Option<NaiveDate>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The stops of a round in the order of the routes: by expert, day and place in the day. An expert sees the own ones, an enterprise its own.
#[utoipa::path(get, path = "/api/v1/circuit-rounds/{id}/stops", tag = "rounds", params(StopQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<CircuitStopView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn stops(
    state: State,
    auth: Auth,
    id: Id<CircuitRoundId>,
    query: Query<StopQuery>,
    wanted: Wanted,
) -> Answer {
    let StopQuery { expert, day, format, limit, cursor } = query.0;
    let round = view(&state, &auth, id.0).await?.view;
    let wanted = match wanted.format(format) {
        Format::Json => wanted,
        _ => wanted.named(format!("{}-{}", round.programme_name, round.round.no)),
    };
    let filter = StopFilter { expert, day, round: Some(id.0), ..StopFilter::default() };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &STOPS, move |_, conn, actor, slice| {
            stop_queries::list(conn, actor, filter, slice)
        })
        .await
}

/// Closes a round.
#[utoipa::path(post, path = "/api/v1/circuit-rounds/{id}/close", tag = "rounds",
    responses((status = 200, body = CircuitRoundDetail)))]
pub async fn close(state: State, auth: Auth, id: Id<CircuitRoundId>) -> Answer {
    let id = execute(&state, auth.caller(), CloseCircuitRound { id: id.0 }).await?;
    ok(view(&state, &auth, id).await?)
}

/// Cancels a round, with a reason. Its members are free for other rounds.
#[utoipa::path(post, path = "/api/v1/circuit-rounds/{id}/cancel", tag = "rounds", request_body = Reason,
    responses((status = 200, body = CircuitRoundDetail)))]
pub async fn cancel(state: State, auth: Auth, id: Id<CircuitRoundId>, body: Json<Reason>) -> Answer {
    let id = execute(&state, auth.caller(), CancelCircuitRound { id: id.0, reason: body.0.reason }).await?;
    ok(view(&state, &auth, id).await?)
}
