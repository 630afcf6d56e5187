//! The HTTP handlers of the devices of quick tests.

use crate::app::App;
use crate::core::clock::shanghai_date;
use crate::core::page::Page;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::label_checks::device_queries::{self as queries, DeviceFilter, DeviceView};
use crate::label_checks::devices::{
    AnnulCalibration, CalibrateDevice, CalibrationInput, ChangeDevice, CreateDevice,
};
use crate::label_checks::exports::DEVICES;
use crate::label_checks::ids::DeviceId;
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Part, Query};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of devices.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeviceQuery {
    /// Only those in use (true), or only those out of use (false).
    active: Option<bool>,
    /// Only those in whose name or number these words stand, or whose name is read so.
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

async fn view(state: &State, auth: &Auth, id: DeviceId) -> Result<DeviceView, Failure> {
    let actor = auth.actor();
    let work =
        move |app: &App| queries::get(&mut *app.snapshot()?, &actor, id, shanghai_date(app.clock().now()));
    read(state, work).await
}

/// The devices for quick tests that the caller may use or keeps, with their calibrations, the newest first.
#[utoipa::path(get, path = "/api/v1/quick-devices", tag = "label-checks", params(DeviceQuery),
    responses((status = 200, content((Page<DeviceView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<DeviceQuery>, wanted: Wanted) -> Answer {
    let DeviceQuery { active, q, format, limit, cursor } = query.0;
    let filter = DeviceFilter { active, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &DEVICES, move |app, conn, actor, slice| {
            queries::list(conn, actor, &filter, shanghai_date(app.clock().now()), slice)
        })
        .await
}

/// Creates the record of a device for quick tests, with its last calibration.
#[utoipa::path(post, path = "/api/v1/quick-devices", tag = "label-checks", request_body = CreateDevice,
    responses((status = 201, body = DeviceView)))]
pub async fn create(state: State, auth: Auth, body: Json<CreateDevice>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/quick-devices/{id}"), view(&state, &auth, id).await?)
}

/// One device with its calibrations.
#[utoipa::path(get, path = "/api/v1/quick-devices/{id}", tag = "label-checks",
    responses((status = 200, body = DeviceView)))]
pub async fn one(state: State, auth: Auth, id: Id<DeviceId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// What is to be changed of a device.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceChange {
    /// Whether it is in use.
    active: bool,
}

/// Takes a device out of use, or into it again.
#[utoipa::path(patch, path = "/api/v1/quick-devices/{id}", tag = "label-checks", request_body = DeviceChange,
    responses((status = 200, body = DeviceView)))]
pub async fn change(state: State, auth: Auth, id: Id<DeviceId>, body: Json<DeviceChange>) -> Answer {
    let id = execute(&state, auth.caller(), ChangeDevice { id: id.0, active: body.0.active }).await?;
    ok(view(&state, &auth, id).await?)
}

/// Enters a further calibration of a device. Earlier ones stay: a test is judged by the one that held on its day.
#[utoipa::path(post, path = "/api/v1/quick-devices/{id}/calibrations", tag = "label-checks",
    request_body = CalibrationInput, responses((status = 201, body = DeviceView)))]
pub async fn calibrate(state: State, auth: Auth, id: Id<DeviceId>, body: Json<CalibrationInput>) -> Answer {
    let id = execute(&state, auth.caller(), CalibrateDevice { id: id.0, calibration: body.0 }).await?;
    created(&format!("/api/v1/quick-devices/{id}"), view(&state, &auth, id).await?)
}

/// Annuls a calibration that was entered wrongly, with a reason. It stays, and no test is judged by it any more.
#[utoipa::path(post, path = "/api/v1/quick-devices/{id}/calibrations/{seq}/annul", tag = "label-checks", request_body = Reason,
    responses((status = 200, body = DeviceView)))]
pub async fn annul(
    state: State,
    auth: Auth,
    id: Id<DeviceId>,
    number: Part<i32>,
    body: Json<Reason>,
) -> Answer {
    let command = AnnulCalibration { id: id.0, ordinal: number.0, reason: body.0.reason };
    let id = execute(&state, auth.caller(), command).await?;
    ok(view(&state, &auth, id).await?)
}
