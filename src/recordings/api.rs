//! The HTTP handlers: they extract, execute and show.

use crate::app::App;
use crate::attachments::ids::AttachmentId;
use crate::core::actor::Actor;
use crate::core::page::{Page, Slice};
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::inspections::ids::InspectionId;
use crate::recordings::chain::ChainState;
use crate::recordings::exports::{RECORDINGS, VIEWS};
use crate::recordings::ids::{RecordingId, SegmentId};
use crate::recordings::keep::{AnnulCustody, CustodyInput, RecordCustody};
use crate::recordings::manifest::{self, Manifest, RecordingView, SegmentView};
use crate::recordings::queries::{self, RecordingFilter, SummaryView};
use crate::recordings::record::{AddBlurred, BeginRecording, CloseRecording};
use crate::recordings::segment::{AddSegment, SegmentInput};
use crate::recordings::shots::{Channel, Shot};
use crate::recordings::views::{self, OpenView, OpenedView, ViewView};
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Part, Query};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What a recording begins with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordingStart {
    /// The id that the device has given itself, at most 100 characters. Only this device adds segments.
    device_id: String,
    /// What the device's clock says.
    device_time: DateTime<Utc>,
    /// Where and how the sample is taken; by the role of the operator where nothing is said.
    #[serde(default)]
    #[schema(inline)]
    channel: Option<Channel>,
}

/// A recording that has begun.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BegunRecording {
    /// The recording.
    pub recording: RecordingView,
    /// What its channel requires.
    pub required: Vec<Shot>,
}

pub(super) async fn manifest_of(state: &State, auth: &Auth, id: InspectionId) -> Result<Manifest, Failure> {
    let actor = auth.actor();
    read(state, move |app| manifest::manifest(app, &mut *app.snapshot()?, &actor, id)).await
}

async fn recording_of(state: &State, auth: &Auth, id: RecordingId) -> Result<RecordingView, Failure> {
    let actor = auth.actor();
    read(state, move |app| manifest::recording(app, &mut *app.snapshot()?, &actor, id)).await
}

/// Begins a recording: answers with a nonce, and with the words that are said into the camera. The first segment names the nonce as the one
/// before it and has to begin until `nonce_until`; later ones may come days late.
#[utoipa::path(post, path = "/api/v1/inspections/{id}/recordings", tag = "recordings", request_body = RecordingStart,
    responses((status = 201, body = BegunRecording)))]
pub async fn begin(state: State, auth: Auth, id: Id<InspectionId>, body: Json<RecordingStart>) -> Answer {
    let RecordingStart { device_id, device_time, channel } = body.0;
    let command = BeginRecording { inspection: id.0, device_id, device_time, channel };
    let made = execute(&state, auth.caller(), command).await?;
    let recording = recording_of(&state, &auth, made).await?;
    let (version, channel) = (recording.rules_version.clone(), recording.channel);
    let required = read(&state, move |app| {
        Ok(crate::recordings::settings::rules_of(app.settings(), &version)?.required(channel).to_vec())
    });
    let begun = BegunRecording { required: required.await?, recording };
    created(&format!("/api/v1/recordings/{made}"), begun)
}

/// One recording with its chain and its segments.
#[utoipa::path(get, path = "/api/v1/recordings/{id}", tag = "recordings",
    responses((status = 200, body = RecordingView)))]
pub async fn one(state: State, auth: Auth, id: Id<RecordingId>) -> Answer {
    ok(recording_of(&state, &auth, id.0).await?)
}

/// Adds a segment whose file was uploaded (`/attachments/uploads`, which goes on where it broke off). The server compares the file with the hash
/// that the device computed. The same segment once more changes nothing; another one in its place is refused.
#[utoipa::path(post, path = "/api/v1/recordings/{id}/segments", tag = "recordings", request_body = SegmentInput,
    responses((status = 201, body = SegmentView)))]
pub async fn add(state: State, auth: Auth, id: Id<RecordingId>, body: Json<SegmentInput>) -> Answer {
    let command = AddSegment { recording: id.0, segment: body.0 };
    let made = execute(&state, auth.caller(), command).await?;
    segment(&state, &auth, made).await
}

async fn segment(state: &State, auth: &Auth, id: SegmentId) -> Answer {
    let actor = auth.actor();
    let view = read(state, move |app| manifest::segment(app, &mut *app.snapshot()?, &actor, id)).await?;
    created(&format!("/api/v1/recordings/segments/{id}/content"), view)
}

/// How many segments there are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordingEnd {
    /// The device that recorded.
    device_id: String,
    /// How many segments it has made; those that have not come yet may still come.
    segments: i32,
}

/// Closes a recording.
#[utoipa::path(post, path = "/api/v1/recordings/{id}/close", tag = "recordings", request_body = RecordingEnd,
    responses((status = 200, body = RecordingView)))]
pub async fn close(state: State, auth: Auth, id: Id<RecordingId>, body: Json<RecordingEnd>) -> Answer {
    let RecordingEnd { device_id, segments } = body.0;
    let id = execute(&state, auth.caller(), CloseRecording { recording: id.0, device_id, segments }).await?;
    ok(recording_of(&state, &auth, id).await?)
}

/// An uploaded rendition.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlurredRendition {
    /// The uploaded file.
    attachment: AttachmentId,
}

/// Adds the blurred rendition of a segment: what those see who do not see originals. It is made outside of the platform, and added once.
#[utoipa::path(post, path = "/api/v1/recordings/segments/{id}/blurred", tag = "recordings", request_body = BlurredRendition,
    responses((status = 201, body = SegmentView)))]
pub async fn blurred(state: State, auth: Auth, id: Id<SegmentId>, body: Json<BlurredRendition>) -> Answer {
    let command = AddBlurred { segment: id.0, attachment: body.0.attachment };
    let made = execute(&state, auth.caller(), command).await?;
    segment(&state, &auth, made).await
}

/// The manifest: nonces, hashes, times and places of all segments, whether the chains are whole, required shots, the custody of the sample. For
/// whoever may know of the inspection.
#[utoipa::path(get, path = "/api/v1/inspections/{id}/recordings/manifest", tag = "recordings",
    responses((status = 200, body = Manifest)))]
pub async fn manifest(state: State, auth: Auth, id: Id<InspectionId>) -> Answer {
    ok(manifest_of(&state, &auth, id.0).await?)
}

/// Enters what was done with a part of the sample: sealed, carried, handed over, stored, opened, given back, destroyed.
#[utoipa::path(post, path = "/api/v1/inspections/{id}/custody", tag = "recordings", request_body = CustodyInput,
    responses((status = 201, body = Manifest)))]
pub async fn custody(state: State, auth: Auth, id: Id<InspectionId>, body: Json<CustodyInput>) -> Answer {
    execute(&state, auth.caller(), RecordCustody { inspection: id.0, entry: body.0 }).await?;
    created(
        &format!("/api/v1/inspections/{}/recordings/manifest", id.0),
        manifest_of(&state, &auth, id.0).await?,
    )
}

/// Annuls an entry of the custody that was wrong, with a reason. It stays in the list, and says so.
#[utoipa::path(post, path = "/api/v1/inspections/{id}/custody/{seq}/annul", tag = "recordings", request_body = Reason,
    responses((status = 200, body = Manifest)))]
pub async fn annul(
    state: State,
    auth: Auth,
    id: Id<InspectionId>,
    seq: Part<i32>,
    body: Json<Reason>,
) -> Answer {
    let command = AnnulCustody { inspection: id.0, ordinal: seq.0, reason: body.0.reason };
    execute(&state, auth.caller(), command).await?;
    ok(manifest_of(&state, &auth, id.0).await?)
}

/// Opens a view of the recordings, for a reason. The view is logged, and the enterprise concerned reads the log.
#[utoipa::path(post, path = "/api/v1/inspections/{id}/recordings/views", tag = "recordings", request_body = Reason,
    responses((status = 201, body = OpenedView)))]
pub async fn view(state: State, auth: Auth, id: Id<InspectionId>, body: Json<Reason>) -> Answer {
    let made = execute(&state, auth.caller(), OpenView { inspection: id.0, reason: body.0.reason }).await?;
    created(&format!("/api/v1/inspections/{}/recordings/views", id.0), made)
}

/// Who looked at the recordings of an inspection, and why, the newest first. For officers and the enterprise concerned.
#[utoipa::path(get, path = "/api/v1/inspections/{id}/recordings/views", tag = "recordings", params(ListPage),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<ViewView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn log(
    state: State,
    auth: Auth,
    id: Id<InspectionId>,
    query: Query<ListPage>,
    wanted: Wanted,
) -> Answer {
    let (slice, id) = (query.0.slice()?, id.0);
    let work =
        move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| views::list(conn, actor, id, slice);
    wanted.answer(state, auth, query.0.format, &VIEWS, slice, work).await
}

/// Filter and page of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordingQuery {
    /// Only those whose chains come to this together.
    #[param(inline)]
    chain: Option<ChainState>,
    /// Only those of which something is noted (true), or only those of which nothing is.
    flagged: Option<bool>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The inspections of the caller's regions with recordings or custody, and what these come to; the newest first.
#[utoipa::path(get, path = "/api/v1/recordings", tag = "recordings", params(RecordingQuery),
    responses((status = 200, content((Page<SummaryView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<RecordingQuery>, wanted: Wanted) -> Answer {
    let RecordingQuery { chain, flagged, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = RecordingFilter { chain, flagged };
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, &filter, slice)
    };
    wanted.answer(state, auth, format, &RECORDINGS, slice, work).await
}
