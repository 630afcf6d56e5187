//! Cohorts and their members.

use crate::app::App;
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::core::page::Page;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::programmes::ids::ProgrammeId;
use crate::rounds::cohort::{AddToCohort, CohortAdded, CohortInput};
use crate::rounds::exports::MEMBERS;
use crate::rounds::ids::{CircuitRoundId, MemberId};
use crate::rounds::member_queries::{self, CircuitMemberDetail, CircuitMemberView, MemberFilter};
use crate::rounds::member_state::MemberState;
use crate::rounds::members::{DecideMember, MemberDecision};
use crate::rounds::routes::points::SetPoint;
use crate::rounds::stage::CircuitStage;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Adds enterprises to the cohort (巡回对象) of a programme of circuit consultation: all pairs of an applied plan, a list, or all enterprises of a
/// region that have something open on the zero-out list; at most 20,000 at once. Who is a member already stays as it is, so doing it twice
/// adds nobody twice. Who had been taken out comes back by a list alone.
#[utoipa::path(post, path = "/api/v1/programmes/{id}/cohort", tag = "rounds", request_body = CohortInput,
    responses((status = 200, body = CohortAdded)))]
pub async fn add(state: State, auth: Auth, id: Id<ProgrammeId>, body: Json<CohortInput>) -> Answer {
    ok(execute(&state, auth.caller(), AddToCohort { programme: id.0, input: body.0 }).await?)
}

/// Filter and page of the list of members.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MemberQuery {
    /// Only those of this programme.
    #[param(value_type = Option<ProgrammeId>)]
    programme: Option<ProgrammeId>,
    /// Only those of this round.
    #[param(value_type = Option<CircuitRoundId>)]
    round: Option<CircuitRoundId>,
    /// Only those that are in a round (true), or only those that are in none.
    in_round: Option<bool>,
    /// Only those of this stage.
    #[param(inline)]
    stage: Option<CircuitStage>,
    /// Only those of which this was decided; who was taken out is shown by this alone.
    #[param(inline)]
    state: Option<MemberState>,
    /// Only those of the region of this code or one under it.
    region: Option<String>,
    /// Only those that are given to this expert.
    #[param(value_type = Option<ExpertId>)]
    expert: Option<ExpertId>,
    /// Only those of this enterprise.
    #[param(value_type = Option<EnterpriseId>)]
    enterprise: Option<EnterpriseId>,
    /// Only those that were reached (true), or only those that were not reached yet and can be.
    reached: Option<bool>,
    /// Only enterprises in whose name or code these words stand, or whose name is read so.
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

/// The members that the caller may know of: an officer those of the own region and under it, an expert those that are given to it, an enterprise itself.
/// Those added last first. The stage is kept by a job some seconds after its evidence.
#[utoipa::path(get, path = "/api/v1/circuit-members", tag = "rounds", params(MemberQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<CircuitMemberView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<MemberQuery>, wanted: Wanted) -> Answer {
    let asked = query.0;
    let filter = MemberFilter {
        programme: asked.programme,
        round: asked.round,
        in_round: asked.in_round,
        stage: asked.stage,
        state: asked.state,
        region: asked.region,
        expert: asked.expert,
        enterprise: asked.enterprise,
        reached: asked.reached,
        q: asked.q,
    };
    let page = ListPage { format: asked.format, limit: asked.limit, cursor: asked.cursor };
    wanted
        .list(state, auth, page, &MEMBERS, move |_, conn, actor, slice| {
            member_queries::list(conn, actor, &filter, slice)
        })
        .await
}

async fn view(state: &State, auth: &Auth, id: MemberId) -> Result<CircuitMemberDetail, Failure> {
    let actor = auth.actor();
    let work = move |app: &App| member_queries::detail(&mut *app.snapshot()?, &actor, id);
    read(state, work).await
}

/// One member with the evidence on which its stage rests, and for officers with what was decided of it.
#[utoipa::path(get, path = "/api/v1/circuit-members/{id}", tag = "rounds",
    responses((status = 200, body = CircuitMemberDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<MemberId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Decides of a member: it can't be reached or does not want help, each with a reason; it comes back; it is given to another expert; it is
/// taken out, with a reason.
#[utoipa::path(post, path = "/api/v1/circuit-members/{id}/decisions", tag = "rounds", request_body = MemberDecision,
    responses((status = 200, body = CircuitMemberDetail)))]
pub async fn decide(state: State, auth: Auth, id: Id<MemberId>, body: Json<MemberDecision>) -> Answer {
    let id = execute(&state, auth.caller(), DecideMember { id: id.0, decision: body.0 }).await?;
    ok(view(&state, &auth, id).await?)
}

/// Where an enterprise is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CircuitPointInput)]
pub struct PointInput {
    /// Degrees north, 3 to 54.
    latitude: f64,
    /// Degrees east, 73 to 136.
    longitude: f64,
    /// From where that is known, at most 200 characters.
    source: String,
}

/// Enters where an enterprise is, for the order of routes. One of which nothing was entered is taken to be where its town is.
#[utoipa::path(put, path = "/api/v1/circuit-points/{id}", tag = "rounds", request_body = PointInput,
    responses((status = 204)))]
pub async fn point(state: State, auth: Auth, id: Id<EnterpriseId>, body: Json<PointInput>) -> Answer {
    let PointInput { latitude, longitude, source } = body.0;
    execute(&state, auth.caller(), SetPoint { enterprise: id.0, latitude, longitude, source }).await?;
    no_content()
}
