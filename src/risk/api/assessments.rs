//! Assessments: written, judged, handed in, validated or returned, withdrawn.

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::page::{Page, Slice};
use crate::db::Command;
use crate::exports::{BookFile, Format, Wanted};
use crate::risk::assessments::draft::NewAssessment;
use crate::risk::assessments::queries::{self, AssessmentFilter};
use crate::risk::assessments::state::AssessmentState;
use crate::risk::assessments::steps::{
    ReturnAssessment, SubmitAssessment, ValidateAssessment, WithdrawAssessment,
};
use crate::risk::assessments::view::{AssessmentDetail, AssessmentView, LevelView, judge};
use crate::risk::assessments::write::{ReviseAssessment, WriteAssessment};
use crate::risk::exports::ASSESSMENTS;
use crate::risk::ids::AssessmentId;
use crate::risk::index::keep::rules;
use crate::risk::method::table::Level;
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of assessments.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AssessmentQuery {
    /// Only those of this state.
    #[param(inline)]
    state: Option<AssessmentState>,
    /// Only those of this level.
    #[param(inline)]
    level: Option<Level>,
    /// Only those of the product kind of this code.
    product_kind: Option<String>,
    /// Only those of the region of this code or one under it.
    region: Option<String>,
    /// Only those in whose hazard, product or region these words stand, or where one of them is read so.
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

/// The assessments of risk of the caller's region and all under it, newest first.
#[utoipa::path(get, path = "/api/v1/assessments", tag = "risk", params(AssessmentQuery),
    responses((status = 200, content((Page<AssessmentView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<AssessmentQuery>, wanted: Wanted) -> Answer {
    let AssessmentQuery { state: of_state, level, product_kind, region, q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = AssessmentFilter { state: of_state, level, kind: product_kind, region, q };
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, &filter, slice)
    };
    wanted.answer(state, auth, format, &ASSESSMENTS, slice, work).await
}

async fn view(state: &State, auth: &Auth, id: AssessmentId) -> Result<AssessmentDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::detail(&mut *app.snapshot()?, &actor, app.settings(), id)).await
}

/// Takes a step, and answers with the assessment as it is after it.
async fn step<C>(state: &State, auth: &Auth, command: C) -> Answer
where
    C: Command<Output = AssessmentId> + Send + 'static,
{
    let id = execute(state, auth.caller(), command).await?;
    ok(view(state, auth, id).await?)
}

/// One assessment with its judgement, its evidence and its history.
#[utoipa::path(get, path = "/api/v1/assessments/{id}", tag = "risk",
    responses((status = 200, body = AssessmentDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<AssessmentId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Writes an assessment as a draft: probability by severity by the exact table (EU 2019/417), the units in use, urgency and social impact; what it comes
/// to is in the answer.
#[utoipa::path(post, path = "/api/v1/assessments", tag = "risk", request_body = NewAssessment,
    responses((status = 201, body = AssessmentDetail)))]
pub async fn write(state: State, auth: Auth, body: Json<NewAssessment>) -> Answer {
    let id = execute(&state, auth.caller(), WriteAssessment { assessment: body.0 }).await?;
    created(&format!("/api/v1/assessments/{id}"), view(&state, &auth, id).await?)
}

/// Judges an assessment and stores nothing: the cell of the table, the levels, and how far they hang on each step.
#[utoipa::path(post, path = "/api/v1/assessments/level", tag = "risk", request_body = NewAssessment,
    extensions(("x-without-key" = json!(true))), responses((status = 200, body = LevelView)))]
pub async fn level(state: State, _auth: Auth, body: Json<NewAssessment>) -> Answer {
    let found = read(&state, move |app| {
        let today = shanghai_date(app.clock().now());
        judge(&body.0, app.catalogue(), rules(app.settings(), today)?)
    });
    ok(found.await?)
}

/// An assessment that is changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevisedAssessment)]
pub struct ReviseBody {
    /// The version that was read.
    version: i32,
    /// The whole assessment as it is to be.
    assessment: NewAssessment,
}

/// Changes an assessment that was not handed in, or was returned; all is written anew. By its author.
#[utoipa::path(put, path = "/api/v1/assessments/{id}", tag = "risk", request_body = ReviseBody,
    responses((status = 200, body = AssessmentDetail)))]
pub async fn revise(state: State, auth: Auth, id: Id<AssessmentId>, body: Json<ReviseBody>) -> Answer {
    let ReviseBody { version, assessment } = body.0;
    step(&state, &auth, ReviseAssessment { id: id.0, version, assessment }).await
}

/// Submits an assessment for validation by another officer. By its author.
#[utoipa::path(post, path = "/api/v1/assessments/{id}/submit", tag = "risk",
    responses((status = 200, body = AssessmentDetail)))]
pub async fn submit(state: State, auth: Auth, id: Id<AssessmentId>) -> Answer {
    step(&state, &auth, SubmitAssessment { id: id.0 }).await
}

/// Validates an assessment: it takes the place of the one in force of the same kind, region and hazard; of the level serious it raises an alert. By
/// another officer than its author.
#[utoipa::path(post, path = "/api/v1/assessments/{id}/validate", tag = "risk",
    responses((status = 200, body = AssessmentDetail)))]
pub async fn validate(state: State, auth: Auth, id: Id<AssessmentId>) -> Answer {
    step(&state, &auth, ValidateAssessment { id: id.0 }).await
}

/// Returns an assessment to its author, with a reason. By another officer.
#[utoipa::path(post, path = "/api/v1/assessments/{id}/return", tag = "risk", request_body = Reason,
    responses((status = 200, body = AssessmentDetail)))]
pub async fn send_back(state: State, auth: Auth, id: Id<AssessmentId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, ReturnAssessment { id: id.0, reason: body.0.reason }).await
}

/// Withdraws an assessment, with a reason: its author before it is in force, another officer afterwards. It gives no severity from then on.
#[utoipa::path(post, path = "/api/v1/assessments/{id}/withdraw", tag = "risk", request_body = Reason,
    responses((status = 200, body = AssessmentDetail)))]
pub async fn withdraw(state: State, auth: Auth, id: Id<AssessmentId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, WithdrawAssessment { id: id.0, reason: body.0.reason }).await
}

/// How much waits for the caller.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AssessmentCounts)]
pub struct Counts {
    /// Assessments of others that wait to be validated.
    pub waiting: i64,
}

/// How many assessments of others wait to be validated by the caller.
#[utoipa::path(get, path = "/api/v1/assessments/counts", tag = "risk", responses((status = 200, body = Counts)))]
pub async fn counts(state: State, auth: Auth) -> Answer {
    let actor = auth.actor();
    let found =
        read(&state, move |app| Ok(Counts { waiting: queries::waiting(&mut *app.snapshot()?, &actor)? }));
    ok(found.await?)
}
