//! The HTTP handlers of engagements: they extract, execute and show.

use crate::app::App;
use crate::attachments::ids::AttachmentId;
use crate::core::Problem;
use crate::core::clock::shanghai_date;
use crate::core::ids::{EnterpriseId, ExpertId};
use crate::core::page::Page;
use crate::engagements::create::{CreateEngagement, NewBody};
use crate::engagements::dangers::{self, DangerFilter, DangerView};
use crate::engagements::detail::{EngagementDetail, detail};
use crate::engagements::exports::{DANGERS, ENGAGEMENTS};
use crate::engagements::feeds::{self, FeedView, MakeCalendarFeed, NewFeed, RevokeCalendarFeed};
use crate::engagements::ids::{DangerId, EngagementId, FeedId, FindingId};
use crate::engagements::new_step::NewStep;
use crate::engagements::queries::{self, EngagementFilter, EngagementView, Today};
use crate::engagements::settings::EngagementSettings;
use crate::engagements::state::{EngagementKind, EngagementState};
use crate::engagements::steps::RecordEngagementStep;
use crate::engagements::visits::danger::{AcknowledgeDanger, NewDanger, ReportImminentDanger};
use crate::engagements::visits::findings::{AddFinding, NewFinding, RemoveFinding};
use crate::engagements::visits::photos::AddPhotos;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::programmes::ids::ProgrammeId;
use crate::web::anonymous_calls::NetworkLimit;
use crate::web::client_address::ClientAddress;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Part, Query, body_part};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of engagements.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EngagementQuery {
    /// Only those of this kind.
    #[param(inline)]
    kind: Option<EngagementKind>,
    /// Only those of this state.
    #[param(inline)]
    state: Option<EngagementState>,
    /// Only those of the region of this code or one under it.
    region: Option<String>,
    /// Only those of this programme.
    programme: Option<ProgrammeId>,
    /// Only those to which this enterprise is invited.
    enterprise: Option<EnterpriseId>,
    /// Only those in which this expert helps.
    expert: Option<ExpertId>,
    /// Only those on this day or later.
    from: Option<NaiveDate>,
    /// Only those on this day or earlier.
    until: Option<NaiveDate>,
    /// Only agreed visits whose day is past for longer than the rules allow, or only the others.
    overdue: Option<bool>,
    /// Only those that the caller set up; an expert and an enterprise have their own alone in any case.
    mine: Option<bool>,
    /// Only those in whose topic, place or enterprise these words stand, or whose enterprise is read so.
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

/// What is overdue today, by the rules of today.
pub fn today(app: &App) -> Today {
    let day = shanghai_date(app.clock().now());
    Today::of(app.settings().section::<EngagementSettings>(), day)
}

async fn view(state: &State, auth: &Auth, id: EngagementId) -> Result<EngagementDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| detail(&mut *app.snapshot()?, &actor, today(app), id)).await
}

/// The engagements that the caller may know of: an officer those of the own region and under it, an expert those in which it helps, an enterprise
/// those to which it is invited. The newest first.
#[utoipa::path(get, path = "/api/v1/engagements", tag = "engagements", params(EngagementQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<EngagementView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<EngagementQuery>, wanted: Wanted) -> Answer {
    let query = query.0;
    let filter = EngagementFilter {
        kind: query.kind,
        state: query.state,
        region: query.region,
        programme: query.programme,
        enterprise: query.enterprise,
        expert: query.expert,
        from: query.from,
        until: query.until,
        overdue: query.overdue,
        mine: query.mine.unwrap_or(false),
        q: query.q,
    };
    let asked = ListPage { format: query.format, limit: query.limit, cursor: query.cursor };
    wanted
        .list(state, auth, asked, &ENGAGEMENTS, move |app, conn, actor, slice| {
            queries::list(conn, actor, &filter, today(app), slice)
        })
        .await
}

/// The kind of an engagement that is to be set up.
#[derive(Deserialize)]
struct OfKind {
    kind: EngagementKind,
}

/// Reads an engagement as its kind is read, so that what is wrong is named by its field.
fn by_kind(mut sent: Map<String, Value>) -> Result<NewBody, Problem> {
    let OfKind { kind } = body_part(sent.clone())?;
    sent.remove("kind");
    Ok(match kind {
        EngagementKind::Visit => NewBody::Visit(body_part(sent)?),
        EngagementKind::Training => NewBody::Training(body_part(sent)?),
        EngagementKind::Commitment => NewBody::Commitment(body_part(sent)?),
        EngagementKind::FollowUp => NewBody::FollowUp(body_part(sent)?),
        EngagementKind::Outreach => NewBody::Outreach(body_part(sent)?),
    })
}

/// Sets an engagement up, by its kind. A visit is proposed with times among which the enterprise chooses: by an officer, or by an expert for itself.
#[utoipa::path(post, path = "/api/v1/engagements", tag = "engagements", request_body = NewBody,
    responses((status = 201, body = EngagementDetail)))]
pub async fn create(state: State, auth: Auth, body: Json<Map<String, Value>>) -> Answer {
    let id = execute(&state, auth.caller(), CreateEngagement(by_kind(body.0)?)).await?;
    created(&format!("/api/v1/engagements/{id}"), view(&state, &auth, id).await?)
}

/// One engagement with its history. What was found on a visit, the minutes and the photos are for its experts and its enterprise.
#[utoipa::path(get, path = "/api/v1/engagements/{id}", tag = "engagements",
    responses((status = 200, body = EngagementDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<EngagementId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Takes a step of a visit: a time is chosen, other times are proposed or asked for, it begins and is held (with the device's clock and place), the
/// minutes are written and confirmed by both sides, it is closed, called off, or somebody did not come. The same step sent twice, by its
/// `client_id`, is one.
#[utoipa::path(post, path = "/api/v1/engagements/{id}/events", tag = "engagements", request_body = NewStep,
    responses((status = 200, body = EngagementDetail)))]
pub async fn step(state: State, auth: Auth, id: Id<EngagementId>, body: Json<NewStep>) -> Answer {
    let id = execute(&state, auth.caller(), RecordEngagementStep { id: id.0, step: body.0 }).await?;
    ok(view(&state, &auth, id).await?)
}

/// Notes what an expert found on a visit, with advice. It gives no points and reaches no inspection; when both sides have confirmed the minutes,
/// what is about a running case becomes an action of that case.
#[utoipa::path(post, path = "/api/v1/engagements/{id}/findings", tag = "engagements", request_body = NewFinding,
    responses((status = 201, body = EngagementDetail)))]
pub async fn add_finding(state: State, auth: Auth, id: Id<EngagementId>, body: Json<NewFinding>) -> Answer {
    let id = id.0;
    execute(&state, auth.caller(), AddFinding { id, finding: body.0 }).await?;
    created(&format!("/api/v1/engagements/{id}"), view(&state, &auth, id).await?)
}

/// Takes a finding out, before anybody has confirmed the minutes.
#[utoipa::path(delete, path = "/api/v1/engagements/{id}/findings/{key}", tag = "engagements",
    responses((status = 204)))]
pub async fn remove_finding(state: State, auth: Auth, id: Id<EngagementId>, key: Part<FindingId>) -> Answer {
    execute(&state, auth.caller(), RemoveFinding { id: id.0, finding: key.0 }).await?;
    no_content()
}

/// Photos of a visit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPhotos {
    /// The uploads, 1 to 10: own ones that are used nowhere yet. The same photo is of no other enterprise.
    attachments: Vec<AttachmentId>,
}

/// Adds photos to a visit. A photo that was used for another enterprise is refused.
#[utoipa::path(post, path = "/api/v1/engagements/{id}/photos", tag = "engagements", request_body = NewPhotos,
    responses((status = 201, body = EngagementDetail)))]
pub async fn add_photos(state: State, auth: Auth, id: Id<EngagementId>, body: Json<NewPhotos>) -> Answer {
    let id = id.0;
    execute(&state, auth.caller(), AddPhotos { id, attachments: body.0.attachments }).await?;
    created(&format!("/api/v1/engagements/{id}"), view(&state, &auth, id).await?)
}

/// Reports imminent danger that was seen on a visit, with a reason and the ground on which the report rests. The enterprise is notified by mail and on the
/// page of the visit, officers of the region see it in a list.
#[utoipa::path(post, path = "/api/v1/engagements/{id}/imminent-danger", tag = "engagements", request_body = NewDanger,
    responses((status = 201, body = EngagementDetail)))]
pub async fn report_danger(state: State, auth: Auth, id: Id<EngagementId>, body: Json<NewDanger>) -> Answer {
    let id = id.0;
    execute(&state, auth.caller(), ReportImminentDanger { id, danger: body.0 }).await?;
    created(&format!("/api/v1/engagements/{id}"), view(&state, &auth, id).await?)
}

/// Filter and page of the reports of imminent danger.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DangerQuery {
    /// Only those that nobody dealt with yet, or only the others.
    open: Option<bool>,
    /// Only those of the region of this code or one under it.
    region: Option<String>,
    /// Only those in whose enterprise or reason these words stand.
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

/// The reports of imminent danger of the officer's region and those under it, the newest first.
#[utoipa::path(get, path = "/api/v1/imminent-dangers", tag = "engagements", params(DangerQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<DangerView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn danger_list(state: State, auth: Auth, query: Query<DangerQuery>, wanted: Wanted) -> Answer {
    let DangerQuery { open, region, q, format, limit, cursor } = query.0;
    let filter = DangerFilter { open, region, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &DANGERS, move |_, conn, actor, slice| {
            dangers::list(conn, actor, &filter, slice)
        })
        .await
}

/// What an officer did about a report.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DangerNote {
    /// What is done about it, at most 1,000 characters.
    note: String,
}

/// Notes what an officer did about a report of imminent danger, once.
#[utoipa::path(post, path = "/api/v1/imminent-dangers/{id}/acknowledge", tag = "engagements", request_body = DangerNote,
    responses((status = 200, body = DangerView)))]
pub async fn acknowledge(state: State, auth: Auth, id: Id<DangerId>, body: Json<DangerNote>) -> Answer {
    let command = AcknowledgeDanger { id: id.0, note: body.0.note };
    let id = execute(&state, auth.caller(), command).await?;
    let actor = auth.actor();
    ok(read(&state, move |app| dangers::get(&mut *app.snapshot()?, &actor, id)).await?)
}

/// The calendar feeds of the caller that are not revoked, without their addresses.
#[utoipa::path(get, path = "/api/v1/calendar-feeds", tag = "engagements",
    responses((status = 200, body = Vec<FeedView>)))]
pub async fn feeds(state: State, auth: Auth) -> Answer {
    let actor = auth.actor();
    ok(read(&state, move |app| feeds::own(&mut *app.snapshot()?, &actor)).await?)
}

/// Makes a calendar feed: an address under which a calendar programme reads what the caller takes part in, without a session. It is shown this
/// one time; at most 10 for each account.
#[utoipa::path(post, path = "/api/v1/calendar-feeds", tag = "engagements",
    extensions(("x-without-key" = json!(true))), responses((status = 201, body = NewFeed)))]
pub async fn make_feed(state: State, auth: Auth) -> Answer {
    let made = execute(&state, auth.caller().without_idempotency_key(), MakeCalendarFeed {}).await?;
    created("/api/v1/calendar-feeds", made)
}

/// Revokes a calendar feed: its address shows nothing any more.
#[utoipa::path(delete, path = "/api/v1/calendar-feeds/{id}", tag = "engagements", responses((status = 204)))]
pub async fn revoke_feed(state: State, auth: Auth, id: Id<FeedId>) -> Answer {
    execute(&state, auth.caller(), RevokeCalendarFeed { id: id.0 }).await?;
    no_content()
}

/// The most reads of feeds from one network within an hour, at one server.
const MOST_READS: u32 = 3_600;

/// How often each network read feeds.
#[derive(Debug, Default)]
struct FeedReads(NetworkLimit);

/// A calendar feed as iCalendar (RFC 5545): the address ends in `.ics`. 404 for one that is revoked and for an address that nobody was given.
#[utoipa::path(get, path = "/calendar/{key}", tag = "engagements",
    responses((status = 200, body = String, content_type = "text/calendar")))]
pub async fn calendar(state: State, request: HttpRequest, key: Part<String>) -> Answer {
    let (network, now) = (ClientAddress::of(&request).network(), state.app.clock().now());
    state.app.cache().of::<FeedReads>().0.take(network, MOST_READS, now)?;
    let token = key.0.strip_suffix(".ics").unwrap_or_default().to_owned();
    let text = read(&state, move |app| feeds::read(app, &token)).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::CONTENT_DISPOSITION, "inline; filename=\"zerodesk.ics\""))
        .body(text))
}
