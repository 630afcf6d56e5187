//! The HTTP handlers of trainings: they extract, execute and show.

use crate::app::App;
use crate::attachments::ids::AttachmentId;
use crate::core::Problem;
use crate::core::ids::EnterpriseId;
use crate::core::page::Page;
use crate::db::Command;
use crate::engagements::common::words::KindStep;
use crate::engagements::ids::EngagementId;
use crate::engagements::state::EngagementState;
use crate::engagements::training::attend::{AttendByCode, Attendance, EnterQuiz, MarkAttendance, QuizResult};
use crate::engagements::training::change::{ChangeTraining, TrainingChange};
use crate::engagements::training::code;
use crate::engagements::training::create::{AddTrainingMaterial, MoveTraining, NewTraining, PlanTraining};
use crate::engagements::training::exports::{ATTENDEES, TRAININGS};
use crate::engagements::training::invite::{Invitation, InviteToTraining, Invited};
use crate::engagements::training::queries::{
    self, AttendeeFilter, AttendeeView, TrainingDetail, TrainingFilter, TrainingView,
};
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::programmes::ids::ProgrammeId;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use actix_web::HttpResponse;
use actix_web::http::header;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of trainings.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TrainingQuery {
    /// Only those of this state: `planned`, `held`, `closed` or `cancelled`.
    #[param(inline)]
    state: Option<EngagementState>,
    /// Only those of the region of this code or one under it.
    region: Option<String>,
    /// Only those to which this enterprise is invited or came.
    enterprise: Option<EnterpriseId>,
    /// Only those of this programme.
    programme: Option<ProgrammeId>,
    /// Only those of this day or later.
    from: Option<NaiveDate>,
    /// Only those of this day or earlier.
    until: Option<NaiveDate>,
    /// Only those in whose topic or place these words stand.
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

async fn view(state: &State, auth: &Auth, id: EngagementId) -> Result<TrainingDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::get(&mut *app.snapshot()?, &actor, id)).await
}

async fn step<C>(state: &State, auth: &Auth, command: C) -> Answer
where
    C: Command<Output = EngagementId> + Send + 'static,
{
    let id = execute(state, auth.caller(), command).await?;
    ok(view(state, auth, id).await?)
}

/// The trainings that the caller may know of: an officer those of the own region and under it, an expert those that it holds, an
/// enterprise those to which it is invited or
/// came. The newest first.
#[utoipa::path(get, path = "/api/v1/trainings", tag = "engagements", params(TrainingQuery),
    responses((status = 200, content((Page<TrainingView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<TrainingQuery>, wanted: Wanted) -> Answer {
    let TrainingQuery {
        state: of_state,
        region,
        enterprise,
        programme,
        from,
        until,
        q,
        format,
        limit,
        cursor,
    } = query.0;
    let filter = TrainingFilter { state: of_state, region, enterprise, programme, from, until, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &TRAININGS, move |_, conn, actor, slice| {
            queries::list(conn, actor, &filter, slice)
        })
        .await
}

/// Plans a training (培训).
#[utoipa::path(post, path = "/api/v1/trainings", tag = "engagements", request_body = NewTraining,
    responses((status = 201, body = TrainingDetail)))]
pub async fn create(state: State, auth: Auth, body: Json<NewTraining>) -> Answer {
    let id = execute(&state, auth.caller(), PlanTraining { training: body.0 }).await?;
    created(&format!("/api/v1/trainings/{id}"), view(&state, &auth, id).await?)
}

/// Marks the attendance of the own enterprise by the code that was scanned: once, however many of its people scan it. The code is good
/// for two minutes.
#[utoipa::path(post, path = "/api/v1/trainings/attend", tag = "engagements", request_body = AttendByCode,
    responses((status = 200, body = TrainingDetail)))]
pub async fn attend(state: State, auth: Auth, body: Json<AttendByCode>) -> Answer {
    step(&state, &auth, body.0).await
}

/// One training: with its material, and for an enterprise its own part.
#[utoipa::path(get, path = "/api/v1/trainings/{id}", tag = "engagements",
    responses((status = 200, body = TrainingDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<EngagementId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Changes topic, time, place, address or kinds of a training that has not taken place, with a reason. Who was notified of it is notified of the change.
#[utoipa::path(patch, path = "/api/v1/trainings/{id}", tag = "engagements", request_body = TrainingChange,
    responses((status = 200, body = TrainingDetail)))]
pub async fn change(state: State, auth: Auth, id: Id<EngagementId>, body: Json<TrainingChange>) -> Answer {
    step(&state, &auth, ChangeTraining { id: id.0, change: body.0 }).await
}

/// A step of a training.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingStep {
    /// The step: `hold` (it took place), `close`, `cancel`, or `take_back` (the last one was a mistake; figures of past days stay).
    #[schema(inline)]
    step: KindStep,
    /// The reason; needed to call it off, when those who were invited read it, and to take a step back.
    #[serde(default)]
    reason: Option<String>,
}

/// Takes a step of a training: it took place, it is done, it is called off with a reason, of which those who were invited are notified, or the last step
/// is taken back.
#[utoipa::path(post, path = "/api/v1/trainings/{id}/events", tag = "engagements", request_body = TrainingStep,
    responses((status = 200, body = TrainingDetail)))]
pub async fn event(state: State, auth: Auth, id: Id<EngagementId>, body: Json<TrainingStep>) -> Answer {
    let TrainingStep { step: taken, reason } = body.0;
    step(&state, &auth, MoveTraining { id: id.0, step: taken, reason }).await
}

/// Files to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// Uploads, at most 20 at once.
    attachments: Vec<AttachmentId>,
}

/// Adds material to a training, read by those who are invited.
#[utoipa::path(post, path = "/api/v1/trainings/{id}/material", tag = "engagements", request_body = Material,
    responses((status = 200, body = TrainingDetail)))]
pub async fn add_material(state: State, auth: Auth, id: Id<EngagementId>, body: Json<Material>) -> Answer {
    step(&state, &auth, AddTrainingMaterial { id: id.0, attachments: body.0.attachments }).await
}

/// Invites enterprises: by region, kind of product and list status, or one by one; at most 5,000 to a training. They are notified by mail. An expert
/// invites one by one, enterprises that it consults or consulted.
#[utoipa::path(post, path = "/api/v1/trainings/{id}/invitations", tag = "engagements", request_body = Invitation,
    responses((status = 200, body = Invited)))]
pub async fn invite(state: State, auth: Auth, id: Id<EngagementId>, body: Json<Invitation>) -> Answer {
    ok(execute(&state, auth.caller(), InviteToTraining { id: id.0, invitation: body.0 }).await?)
}

/// Filter and page of the list of attendees.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AttendeeQuery {
    /// Only those who came, or only those who did not.
    attended: Option<bool>,
    /// Only those in whose name or credit code these words stand.
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

/// The enterprises that are invited to a training or came, one row each. For who runs it.
#[utoipa::path(get, path = "/api/v1/trainings/{id}/attendees", tag = "engagements", params(AttendeeQuery),
    responses((status = 200, content((Page<AttendeeView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn attendees(
    state: State,
    auth: Auth,
    id: Id<EngagementId>,
    query: Query<AttendeeQuery>,
    wanted: Wanted,
) -> Answer {
    let AttendeeQuery { attended, q, format, limit, cursor } = query.0;
    let (id, filter) = (id.0, AttendeeFilter { attended, q });
    let actor = auth.actor();
    let topic = read(&state, move |app| queries::get(&mut *app.snapshot()?, &actor, id)).await?.view.topic;
    let asked = ListPage { format, limit, cursor };
    wanted
        .named(topic)
        .list(state, auth, asked, &ATTENDEES, move |_, conn, actor, slice| {
            queries::attendees(conn, actor, (id, &filter), slice)
        })
        .await
}

/// Marks the attendance of an enterprise by hand, or takes a mark back, with a reason. Who was not invited may come; the row says so.
#[utoipa::path(post, path = "/api/v1/trainings/{id}/attendance", tag = "engagements", request_body = Attendance,
    responses((status = 200, body = TrainingDetail)))]
pub async fn mark(state: State, auth: Auth, id: Id<EngagementId>, body: Json<Attendance>) -> Answer {
    step(&state, &auth, MarkAttendance { id: id.0, attendance: body.0 }).await
}

/// Enters the result of an enterprise in the quiz, 0 to 100.
#[utoipa::path(post, path = "/api/v1/trainings/{id}/quiz", tag = "engagements", request_body = QuizResult,
    responses((status = 200, body = TrainingDetail)))]
pub async fn quiz(state: State, auth: Auth, id: Id<EngagementId>, body: Json<QuizResult>) -> Answer {
    step(&state, &auth, EnterQuiz { id: id.0, quiz: body.0 }).await
}

/// The code for attendance, as it is shown now.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AttendanceCode {
    /// The code.
    pub code: String,
    /// The address that the QR code holds.
    pub url: String,
    /// Until when it is shown; it is good for a minute longer.
    pub shown_until: DateTime<Utc>,
}

/// The code of a training at this moment, for who runs it.
///
/// # Errors
/// 404 where the actor may not know of the training; 403 for an enterprise; 409 where attendance is not taken any more.
pub fn present_code(
    app: &App,
    actor: &crate::core::Actor,
    id: EngagementId,
    public_url: &str,
) -> Result<AttendanceCode, Problem> {
    let (secret, of_state) = queries::secret(&mut *app.snapshot()?, actor, id)?;
    if !matches!(of_state, EngagementState::Planned | EngagementState::Held) {
        let text = crate::core::Text::new("培训已办结或者已取消", "the training is done or was called off");
        return Err(Problem::new(crate::core::Code::EngagementState, text));
    }
    let now = app.clock().now();
    let code = code::code(&secret, id, now)?;
    let url = format!("{}/attend/{code}", public_url.trim_end_matches('/'));
    Ok(AttendanceCode { code, url, shown_until: code::shown_until(now) })
}

/// The code for attendance that the trainer shows now. It changes each minute by the server's clock.
#[utoipa::path(get, path = "/api/v1/trainings/{id}/code", tag = "engagements",
    responses((status = 200, body = AttendanceCode)))]
pub async fn attendance_code(state: State, auth: Auth, id: Id<EngagementId>) -> Answer {
    let (actor, id) = (auth.actor(), id.0);
    let public_url = state.public_url.clone();
    ok(read(&state, move |app| present_code(app, &actor, id, &public_url)).await?)
}

/// The same code as a picture.
#[utoipa::path(get, path = "/api/v1/trainings/{id}/code.svg", tag = "engagements",
    responses((status = 200, body = String, content_type = "image/svg+xml")))]
pub async fn attendance_picture(state: State, auth: Auth, id: Id<EngagementId>) -> Answer {
    let (actor, id) = (auth.actor(), id.0);
    let public_url = state.public_url.clone();
    let svg = read(&state, move |app| code::svg(&present_code(app, &actor, id, &public_url)?.url)).await?;
    Ok(HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(svg))
}
