//! The HTTP handlers of events for the public: they extract, execute and show.

use crate::core::page::Page;
use crate::db::Command;
use crate::engagements::common::words::{KindStep, PlaceKind};
use crate::engagements::ids::EngagementId;
use crate::engagements::outreach::correct::CorrectOutreach;
use crate::engagements::outreach::create::{
    MoveOutreach, NewOutreach, OutreachReport, PlanOutreach, ReportOutreach,
};
use crate::engagements::outreach::exports::EVENTS;
use crate::engagements::outreach::queries::{
    self, OutreachDetail, OutreachFigures, OutreachFilter, OutreachView,
};
use crate::engagements::outreach::signals::{AddOutreachSignals, NewOutreachSignal};
use crate::engagements::state::EngagementState;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::programmes::ids::ProgrammeId;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of events.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutreachQuery {
    /// Only those of this state: `planned`, `held`, `closed` or `cancelled`.
    #[param(inline)]
    state: Option<EngagementState>,
    /// Only those in this kind of place.
    #[param(inline)]
    place_kind: Option<PlaceKind>,
    /// Only those of the region of this code or one under it.
    region: Option<String>,
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

async fn view(state: &State, auth: &Auth, id: EngagementId) -> Result<OutreachDetail, Failure> {
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

/// The events for the public of the officer's region and those under it. The last planned first.
#[utoipa::path(get, path = "/api/v1/outreach", tag = "engagements", params(OutreachQuery),
    responses((status = 200, content((Page<OutreachView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<OutreachQuery>, wanted: Wanted) -> Answer {
    let OutreachQuery {
        state: of_state,
        place_kind,
        region,
        programme,
        from,
        until,
        q,
        format,
        limit,
        cursor,
    } = query.0;
    let filter = OutreachFilter { state: of_state, place_kind, region, programme, from, until, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &EVENTS, move |_, conn, actor, slice| {
            queries::list(conn, actor, &filter, slice)
        })
        .await
}

/// What the sums are narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutreachFigureQuery {
    /// Only events in this kind of place.
    #[param(inline)]
    place_kind: Option<PlaceKind>,
    /// Only those of the region of this code or one under it.
    region: Option<String>,
    /// Only those of this programme.
    programme: Option<ProgrammeId>,
    /// Only those of this day or later.
    from: Option<NaiveDate>,
    /// Only those of this day or earlier.
    until: Option<NaiveDate>,
}

/// The sums over events that took place: people, leaflets, questions, satisfaction with its n, signals. Leaflets are never people.
#[utoipa::path(get, path = "/api/v1/outreach-figures", tag = "engagements", params(OutreachFigureQuery),
    responses((status = 200, body = OutreachFigures)))]
pub async fn figures(state: State, auth: Auth, query: Query<OutreachFigureQuery>) -> Answer {
    let OutreachFigureQuery { place_kind, region, programme, from, until } = query.0;
    let filter = OutreachFilter { place_kind, region, programme, from, until, ..OutreachFilter::default() };
    let actor = auth.actor();
    ok(read(&state, move |app| queries::figures(&mut *app.snapshot()?, &actor, &filter)).await?)
}

/// Plans an event for the public (三进): in a community, a school or a township.
#[utoipa::path(post, path = "/api/v1/outreach", tag = "engagements", request_body = NewOutreach,
    responses((status = 201, body = OutreachDetail)))]
pub async fn create(state: State, auth: Auth, body: Json<NewOutreach>) -> Answer {
    let id = execute(&state, auth.caller(), PlanOutreach { outreach: body.0 }).await?;
    created(&format!("/api/v1/outreach/{id}"), view(&state, &auth, id).await?)
}

/// One event, with what people said of dangers.
#[utoipa::path(get, path = "/api/v1/outreach/{id}", tag = "engagements",
    responses((status = 200, body = OutreachDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<EngagementId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Reports the numbers of an event: people, leaflets, questions, satisfaction.
#[utoipa::path(post, path = "/api/v1/outreach/{id}/report", tag = "engagements", request_body = OutreachReport,
    responses((status = 200, body = OutreachDetail)))]
pub async fn report(state: State, auth: Auth, id: Id<EngagementId>, body: Json<OutreachReport>) -> Answer {
    step(&state, &auth, ReportOutreach { id: id.0, report: body.0 }).await
}

/// What an event came to, as it is right.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutreachCorrection {
    /// How many people took part.
    #[schema(minimum = 0, maximum = 1000000)]
    people: i32,
    /// How many leaflets were given out.
    #[schema(minimum = 0, maximum = 10000000)]
    leaflets: i32,
    /// How many questions were answered.
    #[schema(minimum = 0, maximum = 1000000)]
    questions: i32,
    /// How many of these people were asked whether they were satisfied.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1000000)]
    asked: Option<i32>,
    /// How many of those asked were satisfied.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1000000)]
    satisfied: Option<i32>,
    /// What else is to be said, at most 1,000 characters.
    #[serde(default)]
    note: Option<String>,
    /// Why it is corrected, at most 1,000 characters.
    reason: String,
}

/// Corrects what was reported of an event that took place, with a reason. What was counted for days before stays.
#[utoipa::path(post, path = "/api/v1/outreach/{id}/correction", tag = "engagements", request_body = OutreachCorrection,
    responses((status = 200, body = OutreachDetail)))]
pub async fn correct(
    state: State,
    auth: Auth,
    id: Id<EngagementId>,
    body: Json<OutreachCorrection>,
) -> Answer {
    let OutreachCorrection { people, leaflets, questions, asked, satisfied, note, reason } = body.0;
    let attachments = Vec::new();
    let report = OutreachReport { people, leaflets, questions, asked, satisfied, note, attachments };
    step(&state, &auth, CorrectOutreach { id: id.0, report, reason }).await
}

/// A step of an event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutreachStep {
    /// The step: `close` or `cancel`.
    #[schema(inline)]
    step: KindStep,
    /// The reason; needed to call it off.
    #[serde(default)]
    reason: Option<String>,
}

/// Takes a step of an event: it is done, or called off with a reason.
#[utoipa::path(post, path = "/api/v1/outreach/{id}/events", tag = "engagements", request_body = OutreachStep,
    responses((status = 200, body = OutreachDetail)))]
pub async fn event(state: State, auth: Auth, id: Id<EngagementId>, body: Json<OutreachStep>) -> Answer {
    let OutreachStep { step: taken, reason } = body.0;
    step(&state, &auth, MoveOutreach { id: id.0, step: taken, reason }).await
}

/// Signals to enter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSignals {
    /// The signals, at most 50 at once.
    signals: Vec<NewOutreachSignal>,
}

/// Enters what people said of dangers at an event. Who said it is not kept.
#[utoipa::path(post, path = "/api/v1/outreach/{id}/signals", tag = "engagements", request_body = NewSignals,
    responses((status = 200, body = OutreachDetail)))]
pub async fn add_signals(state: State, auth: Auth, id: Id<EngagementId>, body: Json<NewSignals>) -> Answer {
    step(&state, &auth, AddOutreachSignals { id: id.0, signals: body.0.signals }).await
}
