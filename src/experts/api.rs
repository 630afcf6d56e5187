//! Experts: applying, vetting, and what they say of themselves.

use actix_web::HttpResponse;
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::ids::ExpertId;
use crate::core::page::{Page, Slice};
use crate::experts::application::{Applied, ApplyAsExpert};
use crate::experts::capacity::SetCapacity;
use crate::experts::conflicts::NewConflict;
use crate::experts::conflicts::{RecordConflict, WithdrawConflict};
use crate::experts::exports::{APPLICATIONS, EXPERTS};
use crate::experts::profile::{SetAvailability, SetSpecialties};
use crate::experts::proof::{
    self, ApplicationDeclined, ApplicationReceived, ApplicationShown, ApplicationToken, ConfirmApplication,
    DeclineApplication,
};
use crate::experts::queries::{self, ExpertFilter, ExpertView};
use crate::experts::regions::SetRegions;
use crate::experts::rota::Duty;
use crate::experts::rota::SetDuty;
use crate::experts::settings::ApplicationSettings;
use crate::experts::suspension::LiftSuspension;
use crate::experts::vetting::{ApproveExpert, RejectExpert, SpecialtyDecision};
use crate::experts::vocabulary::{ExpertState, Vetting};
use crate::exports::{BookFile, Format, Wanted};
use crate::web::anonymous_calls::{NetworkLimit, no_sooner};
use crate::web::client_address::ClientAddress;
use crate::web::extract::MaybeJson;
use crate::web::params::Reason;
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Guest, Id, Json, Query};

/// How often each network applied.
#[derive(Default)]
struct Applications(NetworkLimit);

/// Applies to become an expert. A one-time link goes to the mail address; behind it name and password are chosen, and then an officer of
/// one of the regions decides. The answer is the same whatever is known of the address. Too many from one network: 429.
#[utoipa::path(post, path = "/api/v1/expert-applications", tag = "experts", request_body = ApplyAsExpert,
    responses((status = 202, body = ApplicationReceived)))]
pub async fn apply(state: State, guest: Guest, from: ClientAddress, body: Json<ApplyAsExpert>) -> Answer {
    let settings = state.app.settings().section::<ApplicationSettings>();
    let (network, now) = (from.network(), state.app.clock().now());
    state.app.cache().of::<Applications>().0.take(network, settings.per_network_hour, now)?;
    let command = ApplyAsExpert { network: network.to_string(), ..body.0 };
    let answer = no_sooner(settings.answer_milliseconds, execute(&state, guest.0, command)).await?;
    Ok(HttpResponse::Accepted().json(answer))
}

/// Shows the application behind a one-time link, and when it was made. Changes nothing.
#[utoipa::path(post, path = "/api/v1/expert-applications/inspect", tag = "experts",
    extensions(("x-without-key" = json!(true))), request_body = ApplicationToken,
    responses((status = 200, body = ApplicationShown)))]
pub async fn inspect(state: State, body: Json<ApplicationToken>) -> Answer {
    let work = move |app: &crate::app::App| {
        let settings = app.settings().section::<ApplicationSettings>();
        proof::show(&mut *app.snapshot()?, &body.0.token, app.clock().now(), settings)
    };
    ok(read(&state, work).await?)
}

/// Uses the one-time link: the application goes to the officers, with the name and the password that are chosen now. The account is
/// inactive until one of them approves; the answer comes by mail.
#[utoipa::path(post, path = "/api/v1/expert-applications/confirm", tag = "experts",
    request_body = ConfirmApplication, responses((status = 201, body = Applied)))]
pub async fn confirm(
    state: State,
    guest: Guest,
    from: ClientAddress,
    body: Json<ConfirmApplication>,
) -> Answer {
    let mut command = body.0;
    let token = command.token.clone();
    let open = move |app: &crate::app::App| proof::is_open(&mut *app.snapshot()?, &token, app.clock().now());
    if read(&state, open).await? {
        command.password.hash(&state.app, from.network()).await?;
    }
    let applied = execute(&state, guest.0, command).await?;
    created(&format!("/api/v1/experts/{}", applied.id), applied)
}

/// Uses the one-time link to say that nobody who reads the mailbox applied: what was typed is deleted, and that network causes no more
/// mails there.
#[utoipa::path(post, path = "/api/v1/expert-applications/decline", tag = "experts",
    request_body = DeclineApplication, responses((status = 200, body = ApplicationDeclined)))]
pub async fn decline(state: State, guest: Guest, body: Json<DeclineApplication>) -> Answer {
    ok(execute(&state, guest.0, body.0).await?)
}

/// The filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExpertQuery {
    /// Only those at this point of the vetting.
    #[param(inline)]
    vetting: Option<Vetting>,
    /// Only those of this state; `approved` are those who are not suspended.
    #[param(inline)]
    state: Option<ExpertState>,
    /// Only those who take new consultations, or who do not.
    available: Option<bool>,
    /// Only those whose name or title contains this text.
    q: Option<String>,
    /// Only those with a specialty in this class of products (its code), be it one of its kinds.
    product_class: Option<String>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl ExpertQuery {
    fn filter(self) -> ExpertFilter {
        let Self { vetting, state, available, q, product_class, .. } = self;
        ExpertFilter { vetting, state, available, q, product_class }
    }
}

/// The experts, newest first.
#[utoipa::path(get, path = "/api/v1/experts", tag = "experts", params(ExpertQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<ExpertView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<ExpertQuery>, wanted: Wanted) -> Answer {
    let query = query.0;
    let format = query.format;
    let slice = Slice::parse(query.limit.as_deref(), query.cursor.as_deref())?;
    let filter = query.filter();
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, &filter, slice)
    };
    wanted.answer(state, auth, format, &EXPERTS, slice, work).await
}

/// The applications, newest first; those that wait for a decision where nothing else is asked for.
#[utoipa::path(get, path = "/api/v1/expert-applications", tag = "experts", params(ExpertQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<ExpertView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn applications(state: State, auth: Auth, query: Query<ExpertQuery>, wanted: Wanted) -> Answer {
    let query = query.0;
    let format = query.format;
    let slice = Slice::parse(query.limit.as_deref(), query.cursor.as_deref())?;
    let vetting = Some(query.vetting.unwrap_or(Vetting::Applied));
    let filter = ExpertFilter { vetting, ..query.filter() };
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::applications(conn, actor, &filter, slice)
    };
    let wanted = wanted.with_default("vetting", Vetting::Applied.as_str());
    wanted.answer(state, auth, format, &APPLICATIONS, slice, work).await
}

/// One application, with its certificates, for those who decide on it.
#[utoipa::path(get, path = "/api/v1/expert-applications/{id}", tag = "experts",
    responses((status = 200, body = ExpertView)))]
pub async fn application(state: State, auth: Auth, id: Id<ExpertId>) -> Answer {
    ok(read(&state, move |app| queries::application(&mut *app.snapshot()?, &auth.actor(), id.0)).await?)
}

/// The decisions on the specialties of an application.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalBody {
    /// The decision on each specialty; without it all are approved.
    #[serde(default)]
    specialties: Option<Vec<SpecialtyDecision>>,
}

/// Approves an application, with all of its specialties or with some.
#[utoipa::path(post, path = "/api/v1/expert-applications/{id}/approve", tag = "experts",
    request_body = Option<ApprovalBody>, responses((status = 200, body = Applied)))]
pub async fn approve(state: State, auth: Auth, id: Id<ExpertId>, body: MaybeJson<ApprovalBody>) -> Answer {
    let command = ApproveExpert { id: id.0, specialties: body.0.specialties };
    ok(execute(&state, auth.caller(), command).await?)
}

/// Rejects an application, with a reason.
#[utoipa::path(post, path = "/api/v1/expert-applications/{id}/reject", tag = "experts", request_body = Reason,
    responses((status = 200, body = Applied)))]
pub async fn reject(state: State, auth: Auth, id: Id<ExpertId>, body: Json<Reason>) -> Answer {
    ok(execute(&state, auth.caller(), RejectExpert { id: id.0, reason: body.0.reason }).await?)
}

/// One expert, with the private part for those who may see it.
#[utoipa::path(get, path = "/api/v1/experts/{id}", tag = "experts", responses((status = 200, body = ExpertView)))]
pub async fn expert(state: State, auth: Auth, id: Id<ExpertId>) -> Answer {
    ok(read(&state, move |app| queries::get(&mut *app.snapshot()?, &auth.actor(), id.0)).await?)
}

/// Sets whether one takes new consultations, and when one is on leave.
#[utoipa::path(put, path = "/api/v1/experts/me/availability", tag = "experts", request_body = SetAvailability,
    responses((status = 200, body = ExpertView)))]
pub async fn availability(state: State, auth: Auth, body: Json<SetAvailability>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    ok(read(&state, move |app| queries::get(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}

/// Changes one's specialties: what is missing ends at once, what is new or changed is in `private.proposed_specialties` until an officer has
/// decided. The first ones of an expert who was invited hold at once.
#[utoipa::path(put, path = "/api/v1/experts/me/specialties", tag = "experts", request_body = SetSpecialties,
    responses((status = 200, body = ExpertView)))]
pub async fn specialties(state: State, auth: Auth, body: Json<SetSpecialties>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    ok(read(&state, move |app| queries::get(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}

/// Replaces one's duty rota; an empty one binds to no hours.
#[utoipa::path(put, path = "/api/v1/experts/me/duty", tag = "experts", request_body = Duty,
    responses((status = 200, body = ExpertView)))]
pub async fn my_duty(state: State, auth: Auth, body: Json<Duty>) -> Answer {
    let id = execute(&state, auth.caller(), SetDuty { expert: None, duty: body.0 }).await?;
    ok(read(&state, move |app| queries::get(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}

/// Replaces an expert's duty rota, as an admin of one of the expert's regions.
#[utoipa::path(put, path = "/api/v1/experts/{id}/duty", tag = "experts", request_body = Duty,
    responses((status = 200, body = ExpertView)))]
pub async fn duty(state: State, auth: Auth, id: Id<ExpertId>, body: Json<Duty>) -> Answer {
    let id = execute(&state, auth.caller(), SetDuty { expert: Some(id.0), duty: body.0 }).await?;
    ok(read(&state, move |app| queries::get(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}

/// How many consultations an expert takes at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCapacity {
    /// 1 to 1,000, and not below what the expert has now, offers and seats in panels included.
    #[schema(minimum = 1, maximum = 1000)]
    capacity: i32,
    /// The reason, at most 1,000 characters.
    reason: String,
}

/// Sets how many consultations an expert takes at once, as an admin of one of the expert's regions.
#[utoipa::path(put, path = "/api/v1/experts/{id}/capacity", tag = "experts", request_body = NewCapacity,
    responses((status = 200, body = ExpertView)))]
pub async fn capacity(state: State, auth: Auth, id: Id<ExpertId>, body: Json<NewCapacity>) -> Answer {
    let NewCapacity { capacity, reason } = body.0;
    let id = execute(&state, auth.caller(), SetCapacity { expert: id.0, capacity, reason }).await?;
    ok(read(&state, move |app| queries::get(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}

/// The regions that an expert serves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRegions {
    /// Their codes, 1 to 200.
    regions: Vec<String>,
    /// The reason, at most 1,000 characters; the expert is told.
    reason: String,
}

/// Sets the regions that an expert serves, as an admin of one of the expert's regions. Those beyond the admin's region stay.
#[utoipa::path(put, path = "/api/v1/experts/{id}/regions", tag = "experts", request_body = NewRegions,
    responses((status = 200, body = ExpertView)))]
pub async fn regions(state: State, auth: Auth, id: Id<ExpertId>, body: Json<NewRegions>) -> Answer {
    let NewRegions { regions, reason } = body.0;
    let id = execute(&state, auth.caller(), SetRegions { expert: id.0, regions, reason }).await?;
    ok(read(&state, move |app| queries::get(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}

/// Lifts an expert's suspension, with a reason that the expert is told.
#[utoipa::path(post, path = "/api/v1/experts/{id}/lift-suspension", tag = "experts", request_body = Reason,
    responses((status = 200, body = ExpertView)))]
pub async fn lift_suspension(state: State, auth: Auth, id: Id<ExpertId>, body: Json<Reason>) -> Answer {
    let id = execute(&state, auth.caller(), LiftSuspension { expert: id.0, reason: body.0.reason }).await?;
    ok(read(&state, move |app| queries::get(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}

/// Declares a conflict of interest of one's own: with an enterprise, or with a failed report that one signed.
#[utoipa::path(post, path = "/api/v1/experts/me/conflicts", tag = "experts", request_body = NewConflict,
    responses((status = 200, body = ExpertView)))]
pub async fn my_conflict(state: State, auth: Auth, body: Json<NewConflict>) -> Answer {
    let id = execute(&state, auth.caller(), RecordConflict { expert: None, conflict: body.0 }).await?;
    ok(read(&state, move |app| queries::get(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}

/// Records an expert's conflict of interest: with an enterprise (employer, owner) or with a failed report.
#[utoipa::path(post, path = "/api/v1/experts/{id}/conflicts", tag = "experts", request_body = NewConflict,
    responses((status = 200, body = ExpertView)))]
pub async fn conflict(state: State, auth: Auth, id: Id<ExpertId>, body: Json<NewConflict>) -> Answer {
    let id = execute(&state, auth.caller(), RecordConflict { expert: Some(id.0), conflict: body.0 }).await?;
    ok(read(&state, move |app| queries::get(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}

/// The conflict of interest to withdraw.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WithdrawnConflict {
    /// The enterprise's unified social credit code.
    uscc: String,
}

/// Withdraws an expert's conflict of interest with an enterprise.
#[utoipa::path(delete, path = "/api/v1/experts/{id}/conflicts", tag = "experts", params(WithdrawnConflict),
    responses((status = 204)))]
pub async fn withdraw_conflict(
    state: State,
    auth: Auth,
    id: Id<ExpertId>,
    query: Query<WithdrawnConflict>,
) -> Answer {
    execute(&state, auth.caller(), WithdrawConflict { expert: id.0, uscc: query.0.uscc }).await?;
    no_content()
}
