//! The zero-out list: its import, the list, the enterprises on it.

use actix_web::HttpResponse;
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::core::Actor;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice};
use crate::enterprises::OperatingStatus;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::remediation::enterprises::{self as enterprise_detail, EnterpriseDetail, EnterpriseView};
use crate::settings::Settings;
use crate::web::problem::Answer;
use crate::web::reply::{accepted, execute, ok, read};
use crate::web::state::State;
use crate::web::upload::{Upload, UploadRules};
use crate::web::{Auth, Id, Query};
use crate::zero_out::exports::{ENTERPRISES, IMPORTS, LINES};
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::{
    ImportView, RequestImport, import_status, list_imports, rejections, rejections_csv,
};
use crate::zero_out::import::{command::ImportRequested, rejections::RejectionView};
use crate::zero_out::queries::{self, Filter, ZeroOutItem};
use crate::zero_out::settings::ImportSettings;

/// A list to import.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a multipart body")]
pub struct ImportForm {
    /// CSV (UTF-8 or GB18030) or XLSX; told apart by content.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Check everything and write nothing.
    #[schema(default = false)]
    dry_run: Option<bool>,
}

/// Uploads of lists.
pub struct ListRules;

impl UploadRules for ListRules {
    const FIELDS: &'static [&'static str] = &["dry_run"];

    fn limit(settings: &Settings) -> u64 {
        settings.section::<ImportSettings>().max_upload_bytes
    }
}

/// Imports a zero-out list. The work goes on in the background; its progress is at the address given.
#[utoipa::path(post, path = "/api/v1/zero-out/imports", tag = "zero-out",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses((status = 202, body = ImportRequested)))]
pub async fn import(state: State, auth: Auth, mut upload: Upload<ListRules>) -> Answer {
    let dry_run = upload.flag("dry_run")?;
    let _turn = state.whole_file().await?;
    let command = read(&state, move |_| {
        let file = upload.bytes()?;
        Ok(RequestImport::uploaded(&upload.name, file, upload.sha256, dry_run))
    })
    .await?;
    let asked = execute(&state, auth.caller(), command).await?;
    accepted(&format!("/api/v1/zero-out/imports/{}", asked.id), asked)
}

/// The imports, newest first.
#[utoipa::path(get, path = "/api/v1/zero-out/imports", tag = "zero-out", params(ListPage),
    responses((status = 200, content((Page<ImportView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn imports(state: State, auth: Auth, query: Query<ListPage>, wanted: Wanted) -> Answer {
    let slice = query.0.slice()?;
    let work = |_: &App, conn: &mut PgConnection, actor: &Actor, slice| list_imports(conn, actor, slice);
    wanted.answer(state, auth, query.0.format, &IMPORTS, slice, work).await
}

/// How far an import is, or what came of it.
#[utoipa::path(get, path = "/api/v1/zero-out/imports/{id}", tag = "zero-out",
    responses((status = 200, body = ImportView)))]
pub async fn import_of(state: State, auth: Auth, id: Id<ImportId>) -> Answer {
    ok(read(&state, move |app| import_status(&mut *app.conn()?, &auth.actor(), id.0)).await?)
}

/// In what form the rejections are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RejectionQuery {
    /// `csv` for a file that can be corrected and imported again; else JSON.
    #[param(inline)]
    format: Option<RejectionFormat>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The forms of the rejections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RejectionFormat {
    /// A page of reasons.
    Json,
    /// The rejected rows as they were, with the reasons in two columns more.
    Csv,
}

/// The rows that were not taken, each with its reasons in both languages. As JSON, or by `format=csv` or
/// `Accept: text/csv` as a file that can be corrected and imported again.
#[utoipa::path(get, path = "/api/v1/zero-out/imports/{id}/rejections", tag = "zero-out", params(RejectionQuery),
    responses((status = 200, content((Page<RejectionView> = "application/json"), (String = "text/csv")))))]
pub async fn rejections_of(
    state: State,
    auth: Auth,
    id: Id<ImportId>,
    query: Query<RejectionQuery>,
    request: actix_web::HttpRequest,
) -> Answer {
    let query = query.0;
    let accepts_csv = request
        .headers()
        .get("accept")
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.trim_start().starts_with("text/csv"));
    if query.format.map_or(accepts_csv, |f| f == RejectionFormat::Csv) {
        let file = read(&state, move |app| rejections_csv(&mut *app.conn()?, &auth.actor(), id.0)).await?;
        return Ok(HttpResponse::Ok()
            .content_type("text/csv; charset=utf-8")
            .insert_header(("Content-Disposition", "attachment; filename=\"rejections.csv\""))
            .body(file));
    }
    let slice = Slice::parse(query.limit.as_deref(), query.cursor.as_deref())?;
    ok(read(&state, move |app| rejections(&mut *app.conn()?, &auth.actor(), id.0, slice)).await?)
}

/// Which enterprises or lines of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Part of the name, or the beginning of the credit code.
    q: Option<String>,
    /// Code of the region, with all under it.
    region: Option<String>,
    /// The status of the enterprise in the register.
    #[param(inline)]
    operating_status: Option<OperatingStatus>,
    /// Whether it is cleared.
    cleared: Option<bool>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl ListQuery {
    fn split(self) -> Result<(Filter, Slice), crate::core::Problem> {
        let slice = Slice::parse(self.limit.as_deref(), self.cursor.as_deref())?;
        let Self { q, region, operating_status, cleared, .. } = self;
        Ok((Filter { q, region, operating_status, cleared }, slice))
    }
}

/// The zero-out list, a line for each nonconformity, newest first.
#[utoipa::path(get, path = "/api/v1/zero-out", tag = "zero-out", params(ListQuery),
    responses((status = 200, content((Page<ZeroOutItem> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<ListQuery>, wanted: Wanted) -> Answer {
    let format = query.0.format;
    let (filter, slice) = query.0.split()?;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::zero_out_list(conn, actor, &filter, slice)
    };
    wanted.answer(state, auth, format, &LINES, slice, work).await
}

/// The enterprises, newest first.
#[utoipa::path(get, path = "/api/v1/enterprises", tag = "zero-out", params(ListQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<EnterpriseView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn enterprises(state: State, auth: Auth, query: Query<ListQuery>, wanted: Wanted) -> Answer {
    let format = query.0.format;
    let (filter, slice) = query.0.split()?;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, &filter, slice)
    };
    wanted.answer(state, auth, format, &ENTERPRISES, slice, work).await
}

/// One enterprise with its nonconformities.
#[utoipa::path(get, path = "/api/v1/enterprises/{id}", tag = "zero-out",
    responses((status = 200, body = EnterpriseDetail)))]
pub async fn enterprise(state: State, auth: Auth, id: Id<EnterpriseId>) -> Answer {
    ok(read(&state, move |app| enterprise_detail::get(&mut *app.conn()?, &auth.actor(), id.0)).await?)
}
