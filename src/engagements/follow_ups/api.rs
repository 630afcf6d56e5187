//! The HTTP handlers of check-ups: they extract, execute and show.

use crate::core::ids::EnterpriseId;
use crate::core::page::Page;
use crate::db::Command;
use crate::engagements::common::words::FollowUpResult;
use crate::engagements::follow_ups::correct::{CorrectFollowUp, FollowUpCorrection};
use crate::engagements::follow_ups::exports::FOLLOW_UPS;
use crate::engagements::follow_ups::plan::{NewFollowUp, PlanFollowUp};
use crate::engagements::follow_ups::queries::{self, FollowUpDetail, FollowUpFilter, FollowUpView};
use crate::engagements::follow_ups::record::{CancelFollowUp, FollowUpReport, RecordFollowUp};
use crate::engagements::ids::EngagementId;
use crate::engagements::state::EngagementState;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

/// Filter and page of the list of check-ups.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FollowUpQuery {
    /// Only those of this state: `planned`, `closed` or `cancelled`.
    #[param(inline)]
    state: Option<EngagementState>,
    /// Only those with this result.
    #[param(inline)]
    result: Option<FollowUpResult>,
    /// Only those that wait past their day, or only the others.
    overdue: Option<bool>,
    /// Only those so many months after the clearance.
    months: Option<i32>,
    /// Only those of the region of this code or one under it.
    region: Option<String>,
    /// Only those of this enterprise.
    enterprise: Option<EnterpriseId>,
    /// Only those due on this day or earlier.
    until: Option<NaiveDate>,
    /// Only those in whose enterprise, credit code or topic these words stand.
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

async fn view(state: &State, auth: &Auth, id: EngagementId) -> Result<FollowUpDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::get(&mut *app.snapshot()?, &actor, id, app.clock().now())).await
}

async fn step<C>(state: &State, auth: &Auth, command: C) -> Answer
where
    C: Command<Output = EngagementId> + Send + 'static,
{
    let id = execute(state, auth.caller(), command).await?;
    ok(view(state, auth, id).await?)
}

/// The check-ups after clearances that the caller may know of: an officer those of the own region and under it, an enterprise its own.
/// The last planned first.
#[utoipa::path(get, path = "/api/v1/follow-ups", tag = "engagements", params(FollowUpQuery),
    responses((status = 200, content((Page<FollowUpView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<FollowUpQuery>, wanted: Wanted) -> Answer {
    let FollowUpQuery {
        state: of_state,
        result,
        overdue,
        months,
        region,
        enterprise,
        until,
        q,
        format,
        limit,
        cursor,
    } = query.0;
    let filter = FollowUpFilter { state: of_state, result, overdue, months, region, enterprise, until, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &FOLLOW_UPS, move |app, conn, actor, slice| {
            queries::list(conn, actor, (&filter, app.clock().now()), slice)
        })
        .await
}

/// Plans a check-up (回访) by hand. Those after clearances are planned by the platform.
#[utoipa::path(post, path = "/api/v1/follow-ups", tag = "engagements", request_body = NewFollowUp,
    responses((status = 201, body = FollowUpDetail)))]
pub async fn create(state: State, auth: Auth, body: Json<NewFollowUp>) -> Answer {
    let id = execute(&state, auth.caller(), PlanFollowUp { follow_up: body.0 }).await?;
    created(&format!("/api/v1/follow-ups/{id}"), view(&state, &auth, id).await?)
}

/// One check-up.
#[utoipa::path(get, path = "/api/v1/follow-ups/{id}", tag = "engagements",
    responses((status = 200, body = FollowUpDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<EngagementId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Enters what a check-up found.
#[utoipa::path(post, path = "/api/v1/follow-ups/{id}/result", tag = "engagements", request_body = FollowUpReport,
    responses((status = 200, body = FollowUpDetail)))]
pub async fn record(state: State, auth: Auth, id: Id<EngagementId>, body: Json<FollowUpReport>) -> Answer {
    step(&state, &auth, RecordFollowUp { id: id.0, report: body.0 }).await
}

/// Corrects what was entered of a check-up, or takes back that it was held, with a reason of which the enterprise is notified. What was said of days
/// before stays.
#[utoipa::path(post, path = "/api/v1/follow-ups/{id}/correction", tag = "engagements", request_body = FollowUpCorrection,
    responses((status = 200, body = FollowUpDetail)))]
pub async fn correct(
    state: State,
    auth: Auth,
    id: Id<EngagementId>,
    body: Json<FollowUpCorrection>,
) -> Answer {
    step(&state, &auth, CorrectFollowUp { id: id.0, correction: body.0 }).await
}

/// Calls a check-up off, with a reason.
#[utoipa::path(post, path = "/api/v1/follow-ups/{id}/cancel", tag = "engagements", request_body = Reason,
    responses((status = 200, body = FollowUpDetail)))]
pub async fn cancel(state: State, auth: Auth, id: Id<EngagementId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, CancelFollowUp { id: id.0, reason: body.0.reason }).await
}
