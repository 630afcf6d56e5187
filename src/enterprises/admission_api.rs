//! Credit codes that officers let in against the rule.

use diesel::PgConnection;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::core::Actor;
use crate::core::page::Slice;
use crate::enterprises::admissions::{self, AdmissionFilter, AdmissionState, AdmissionView, Admissions};
use crate::enterprises::admit::{AdmitUscc, WithdrawAdmission};
use crate::enterprises::exports::ADMISSIONS;
use crate::enterprises::ids::AdmissionId;
use crate::exports::{BookFile, Format, Wanted};
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};

/// Filter and page of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AdmissionQuery {
    /// Part of the code: its beginning, or its end from six characters on.
    q: Option<String>,
    /// Only those in force, or only those that were withdrawn.
    #[param(inline)]
    state: Option<AdmissionState>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

async fn view(state: &State, auth: &Auth, id: AdmissionId) -> Result<AdmissionView, Failure> {
    let actor = auth.actor();
    read(state, move |app| admissions::get(&mut *app.snapshot()?, &actor, id)).await
}

/// Admits a credit code that the national register has and a rule of GB 32100-2015 refuses. It is marked so everywhere.
#[utoipa::path(post, path = "/api/v1/uscc-admissions", tag = "zero-out", request_body = AdmitUscc,
    responses((status = 201, body = AdmissionView)))]
pub async fn admit(state: State, auth: Auth, body: Json<AdmitUscc>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/uscc-admissions/{id}"), view(&state, &auth, id).await?)
}

/// The codes of the caller's region that were let in, newest first, with the count of those in force.
#[utoipa::path(get, path = "/api/v1/uscc-admissions", tag = "zero-out", params(AdmissionQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Admissions = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<AdmissionQuery>, wanted: Wanted) -> Answer {
    let AdmissionQuery { q, state: of_state, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = AdmissionFilter { q, state: of_state };
    let format = wanted.format(format);
    if format != Format::Json {
        let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
            Ok(admissions::list(conn, actor, &filter, slice)?.page)
        };
        return wanted.answer(state, auth, Some(format), &ADMISSIONS, slice, work).await;
    }
    ok(read(&state, move |app| admissions::list(&mut *app.snapshot()?, &auth.actor(), &filter, slice))
        .await?)
}

/// One code that was let in.
#[utoipa::path(get, path = "/api/v1/uscc-admissions/{id}", tag = "zero-out",
    responses((status = 200, body = AdmissionView)))]
pub async fn admission(state: State, auth: Auth, id: Id<AdmissionId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Takes back that a code was let in, with a reason, as long as no enterprise on the list has it.
#[utoipa::path(post, path = "/api/v1/uscc-admissions/{id}/withdraw", tag = "zero-out", request_body = Reason,
    responses((status = 200, body = AdmissionView)))]
pub async fn withdraw(state: State, auth: Auth, id: Id<AdmissionId>, body: Json<Reason>) -> Answer {
    let command = WithdrawAdmission { id: id.0, reason: body.0.reason };
    let id = execute(&state, auth.caller(), command).await?;
    ok(view(&state, &auth, id).await?)
}
