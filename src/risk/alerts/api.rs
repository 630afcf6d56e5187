//! Quality alerts, and what officers make of them.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::core::page::Page;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::risk::alerts::exports::ALERTS;
use crate::risk::alerts::queries::{self, AlertFilter, AlertView};
use crate::risk::alerts::state::{AlertCause, AlertState};
use crate::risk::alerts::{CloseAlert, DismissAlert, HoldMeeting};
use crate::risk::ids::AlertId;
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
    /// Only those of this cause.
    #[param(inline)]
    cause: Option<AlertCause>,
    /// Only those of the product kind of this code.
    product_kind: Option<String>,
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

/// The quality alerts of the caller's region and all under it, newest first, of three causes: one kind of product failing one item more often than
/// a threshold (SAMR Order No. 18, art. 50), the index of risk, an assessment.
#[utoipa::path(get, path = "/api/v1/remediation/alerts", tag = "remediation", params(AlertQuery),
    responses((status = 200, content((Page<AlertView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<AlertQuery>, wanted: Wanted) -> Answer {
    let AlertQuery { state: of_state, cause, product_kind, q, format, limit, cursor } = query.0;
    let asked = ListPage { format, limit, cursor };
    let filter = AlertFilter { state: of_state, cause, kind: product_kind, q };
    wanted
        .list(state, auth, asked, &ALERTS, move |_, conn, actor, slice| {
            queries::list(conn, actor, &filter, slice)
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
    /// Findings of the meeting.
    findings: String,
    /// What is to be done.
    measures: String,
}

/// The outcome of an alert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AlertOutcome)]
pub struct OutcomeBody {
    /// In the officer's words, at most 4,000 characters.
    outcome: String,
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

/// Closes an alert with what came of it, after a meeting or a measure.
#[utoipa::path(post, path = "/api/v1/remediation/alerts/{id}/close", tag = "remediation",
    request_body = OutcomeBody, responses((status = 200, body = AlertView)))]
pub async fn close(state: State, auth: Auth, id: Id<AlertId>, body: Json<OutcomeBody>) -> Answer {
    let id = execute(&state, auth.caller(), CloseAlert { alert: id.0, outcome: body.0.outcome }).await?;
    ok(view(&state, &auth, id).await?)
}
