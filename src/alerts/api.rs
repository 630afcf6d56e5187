//! Quality alerts, and what officers make of them.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::alerts::exports::ALERTS;
use crate::alerts::ids::AlertId;
use crate::alerts::queries::{self, AlertView};
use crate::alerts::{AlertState, DismissAlert, HoldMeeting};
use crate::core::page::Page;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};

/// Filter and page of the list of quality alerts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlertQuery {
    /// Only those of this state.
    #[param(inline)]
    state: Option<AlertState>,
    /// Only those in whose item, product or region these words stand, or where one of them is read so.
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

async fn view(state: &State, auth: &Auth, id: AlertId) -> Result<AlertView, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::get(&mut *app.snapshot()?, &actor, id)).await
}

/// The quality alerts of the caller's region and all under it, newest first: one kind of product failing one item more often than
/// a threshold (SAMR Order No. 18, art. 50).
#[utoipa::path(get, path = "/api/v1/remediation/alerts", tag = "remediation", params(AlertQuery),
    responses((status = 200, content((Page<AlertView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<AlertQuery>, wanted: Wanted) -> Answer {
    let AlertQuery { state: of_state, q, format, limit, cursor } = query.0;
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &ALERTS, move |_, conn, actor, slice| {
            queries::list(conn, actor, of_state, q.as_deref(), slice)
        })
        .await
}

/// One quality alert.
#[utoipa::path(get, path = "/api/v1/remediation/alerts/{id}", tag = "remediation",
    responses((status = 200, body = AlertView)))]
pub async fn alert(state: State, auth: Auth, id: Id<AlertId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// The record of a quality analysis meeting.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingBody {
    /// On which day it was held, in Asia/Shanghai.
    held_on: NaiveDate,
    /// Who took part, 1 to 200.
    participants: Vec<String>,
    /// What was found.
    findings: String,
    /// What is to be done.
    measures: String,
}

/// Turns an alert into a quality analysis meeting (质量分析会), by its record.
#[utoipa::path(post, path = "/api/v1/remediation/alerts/{id}/meeting", tag = "remediation",
    request_body = MeetingBody, responses((status = 200, body = AlertView)))]
pub async fn meeting(state: State, auth: Auth, id: Id<AlertId>, body: Json<MeetingBody>) -> Answer {
    let MeetingBody { held_on, participants, findings, measures } = body.0;
    let command = HoldMeeting { alert: id.0, held_on, participants, findings, measures };
    let id = execute(&state, auth.caller(), command).await?;
    ok(view(&state, &auth, id).await?)
}

/// Dismisses an alert, with a reason.
#[utoipa::path(post, path = "/api/v1/remediation/alerts/{id}/dismiss", tag = "remediation",
    request_body = Reason, responses((status = 200, body = AlertView)))]
pub async fn dismiss(state: State, auth: Auth, id: Id<AlertId>, body: Json<Reason>) -> Answer {
    let id = execute(&state, auth.caller(), DismissAlert { alert: id.0, reason: body.0.reason }).await?;
    ok(view(&state, &auth, id).await?)
}
