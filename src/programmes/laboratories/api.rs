//! The HTTP handlers of laboratories.

use crate::core::page::Page;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::programmes::exports::LABORATORIES;
use crate::programmes::ids::LaboratoryId;
use crate::programmes::laboratories::commands::{ChangeLaboratory, CreateLaboratory};
use crate::programmes::laboratories::queries::{self, LaboratoryFilter, LaboratoryView};
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of laboratories.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LaboratoryQuery {
    /// Only those that can be charged (true), or only those that can't (false).
    active: Option<bool>,
    /// Only those in whose name these words stand, or whose name is read so.
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

async fn view(state: &State, auth: &Auth, id: LaboratoryId) -> Result<LaboratoryView, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::get(&mut *app.snapshot()?, &actor, id)).await
}

/// The laboratories, and the bodies that take samples: those of the caller's region, of those under it and of those around it, the newest first.
#[utoipa::path(get, path = "/api/v1/laboratories", tag = "programmes", params(LaboratoryQuery),
    responses((status = 200, content((Page<LaboratoryView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<LaboratoryQuery>, wanted: Wanted) -> Answer {
    let LaboratoryQuery { active, q, format, limit, cursor } = query.0;
    let filter = LaboratoryFilter { active, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &LABORATORIES, move |_, conn, actor, slice| {
            queries::list(conn, actor, &filter, slice)
        })
        .await
}

/// Creates the record of a laboratory, or of a body that takes samples.
#[utoipa::path(post, path = "/api/v1/laboratories", tag = "programmes", request_body = CreateLaboratory,
    responses((status = 201, body = LaboratoryView)))]
pub async fn create(state: State, auth: Auth, body: Json<CreateLaboratory>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/laboratories/{id}"), view(&state, &auth, id).await?)
}

/// One laboratory.
#[utoipa::path(get, path = "/api/v1/laboratories/{id}", tag = "programmes",
    responses((status = 200, body = LaboratoryView)))]
pub async fn one(state: State, auth: Auth, id: Id<LaboratoryId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// What is to be changed of a laboratory. What is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LaboratoryChange {
    /// Its name.
    #[serde(default)]
    name: Option<String>,
    /// Codes of the product classes and kinds that it may test.
    #[serde(default)]
    products: Option<Vec<String>>,
    /// Codes of the regions that it serves, each with all under it.
    #[serde(default)]
    serves: Option<Vec<String>>,
    /// Samples that it can test in a month.
    #[serde(default)]
    capacity: Option<i32>,
    /// Whether it takes samples.
    #[serde(default)]
    takes_samples: Option<bool>,
    /// Unified social credit codes of operators whose samples it may not test.
    #[serde(default)]
    excluded_usccs: Option<Vec<String>>,
    /// Whether it can be charged.
    #[serde(default)]
    active: Option<bool>,
    /// Code of the product hospital to which it belongs; blank: to none.
    #[serde(default)]
    hospital: Option<String>,
}

/// Changes the record of a laboratory of the caller's region or one under it. What it was charged with stays.
#[utoipa::path(patch, path = "/api/v1/laboratories/{id}", tag = "programmes", request_body = LaboratoryChange,
    responses((status = 200, body = LaboratoryView)))]
pub async fn change(state: State, auth: Auth, id: Id<LaboratoryId>, body: Json<LaboratoryChange>) -> Answer {
    let LaboratoryChange {
        name,
        products,
        serves,
        capacity,
        takes_samples,
        excluded_usccs,
        active,
        hospital,
    } = body.0;
    let id = id.0;
    let command = ChangeLaboratory {
        id,
        name,
        products,
        serves,
        capacity,
        takes_samples,
        excluded_usccs,
        active,
        hospital,
    };
    execute(&state, auth.caller(), command).await?;
    ok(view(&state, &auth, id).await?)
}
