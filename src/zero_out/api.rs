//! The zero-out list: its import, the list, the enterprises on it.

use diesel::PgConnection;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::core::Actor;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice};
use crate::enterprises::OperatingStatus;
use crate::exports::{BookFile, Format, SearchPage, Wanted};
use crate::list_files::imports::api::{
    Rejected, RejectionsQuery, TemplateQuery, rejections_answer, template_answer,
};
use crate::list_files::rejections::RejectionView;
use crate::list_files::settings::ImportSettings;
use crate::remediation::enterprises::{self as enterprise_detail, EnterpriseDetail};
use crate::settings::Settings;
use crate::web::extract::Lang;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{accepted, execute, ok, read};
use crate::web::state::State;
use crate::web::upload::{Upload, UploadRules};
use crate::web::{Auth, Id, Query};
use crate::zero_out::exports::{ENTERPRISES, IMPORTS, LINES};
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::command::{ImportRequested, TABLES};
use crate::zero_out::import::template::template;
use crate::zero_out::import::{
    Column, ImportChecked, ImportView, Outcome, RequestImport, import_status, list_imports,
};
use crate::zero_out::queries::{self, Filter, ZeroOutItem};
use crate::zero_out::summaries::{ListedEnterprise, with_summaries};

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
#[utoipa::path(get, path = "/api/v1/zero-out/imports", tag = "zero-out", params(SearchPage),
    responses((status = 200, content((Page<ImportView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn imports(state: State, auth: Auth, query: Query<SearchPage>, wanted: Wanted) -> Answer {
    let slice = query.0.slice()?;
    let q = query.0.q;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        list_imports(conn, actor, q.as_deref(), slice)
    };
    wanted.answer(state, auth, query.0.format, &IMPORTS, slice, work).await
}

/// How far an import is, or what came of it.
#[utoipa::path(get, path = "/api/v1/zero-out/imports/{id}", tag = "zero-out",
    responses((status = 200, body = ImportView)))]
pub async fn import_of(state: State, auth: Auth, id: Id<ImportId>) -> Answer {
    ok(read(&state, move |app| import_status(&mut *app.snapshot()?, &auth.actor(), id.0)).await?)
}

/// Imports the file of a check that has ended: the very file that was checked. A repeated call gives the same import.
#[utoipa::path(post, path = "/api/v1/zero-out/imports/{id}/import", tag = "zero-out",
    responses((status = 202, body = ImportRequested)))]
pub async fn import_checked(state: State, auth: Auth, id: Id<ImportId>) -> Answer {
    let asked = execute(&state, auth.caller(), ImportChecked { id: id.0 }).await?;
    accepted(&format!("/api/v1/zero-out/imports/{}", asked.id), asked)
}

/// The template of a list: a workbook with headings, drop-downs and a sheet that explains the columns, in the language of the request.
#[utoipa::path(get, path = "/api/v1/zero-out/imports/template", tag = "zero-out", params(TemplateQuery),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = String)))]
pub async fn template_of(state: State, auth: Auth, query: Query<TemplateQuery>, lang: Lang) -> Answer {
    let language = query.0.language.unwrap_or(lang.0);
    let file = read(&state, move |app| template(&auth.actor(), language, app.catalogue())).await?;
    template_answer(["清零名单模板", "zero-out-template"], language, file)
}

/// The rows that were not taken, each with its reasons in both languages. As JSON, or by `format` or `Accept` as a workbook or a CSV
/// that can be corrected and imported again: all columns of the file that came, under its own headings.
#[utoipa::path(get, path = "/api/v1/zero-out/imports/{id}/rejections", tag = "zero-out", params(RejectionsQuery),
    responses((status = 200, content((Page<RejectionView> = "application/json"), (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn rejections_of(
    state: State,
    auth: Auth,
    id: Id<ImportId>,
    query: Query<RejectionsQuery>,
    lang: Lang,
    request: actix_web::HttpRequest,
) -> Answer {
    let (actor, id) = (auth.actor(), id.0);
    rejections_answer(&state, query.0, lang, &request, move |conn| {
        import_status(conn, &actor, id)?;
        Ok(Rejected::of::<Column>(TABLES.kept(id.0)))
    })
    .await
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
    /// What this import brought or named; one that the caller may know of.
    #[param(value_type = Option<uuid::Uuid>)]
    import: Option<ImportId>,
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
        let Self { q, region, operating_status, cleared, import, .. } = self;
        Ok((Filter { q, region, operating_status, cleared, import, outcome: None }, slice))
    }
}

/// Which lines of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LineQuery {
    /// Part of the name, or the beginning of the credit code.
    q: Option<String>,
    /// Code of the region, with all under it.
    region: Option<String>,
    /// The status of the enterprise in the register.
    #[param(inline)]
    operating_status: Option<OperatingStatus>,
    /// Whether it is cleared.
    cleared: Option<bool>,
    /// What this import brought or named; one that the caller may know of.
    #[param(value_type = Option<uuid::Uuid>)]
    import: Option<ImportId>,
    /// With `import`: what became of the line in it.
    #[param(inline)]
    outcome: Option<Outcome>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The zero-out list, a line for each nonconformity, newest first.
#[utoipa::path(get, path = "/api/v1/zero-out", tag = "zero-out", params(LineQuery),
    responses((status = 200, content((Page<ZeroOutItem> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<LineQuery>, wanted: Wanted) -> Answer {
    let LineQuery { q, region, operating_status, cleared, import, outcome, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let wanted = with_file_of_import(&state, &auth, wanted, format, import).await?;
    let filter = Filter { q, region, operating_status, cleared, import, outcome };
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::zero_out_list(conn, actor, &filter, slice)
    };
    wanted.answer(state, auth, format, &LINES, slice, work).await
}

/// A file says the name of the import's file by which it is narrowed. An import that the caller may not know of is refused by the list.
async fn with_file_of_import(
    state: &State,
    auth: &Auth,
    wanted: Wanted,
    format: Option<Format>,
    import: Option<ImportId>,
) -> Result<Wanted, Failure> {
    let Some(import) = import.filter(|_| wanted.format(format) != Format::Json) else {
        return Ok(wanted);
    };
    let actor = auth.actor();
    let found = read(state, move |app| import_status(&mut *app.snapshot()?, &actor, import)).await;
    Ok(match found {
        Ok(import) => wanted.saying("import", import.file_name),
        Err(_) => wanted,
    })
}

/// The enterprises, newest first; for officers with what the list says of each: records, cleared, next deadline, last consultation.
#[utoipa::path(get, path = "/api/v1/enterprises", tag = "zero-out", params(ListQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<ListedEnterprise> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn enterprises(state: State, auth: Auth, query: Query<ListQuery>, wanted: Wanted) -> Answer {
    let format = query.0.format;
    let (filter, slice) = query.0.split()?;
    let wanted = with_file_of_import(&state, &auth, wanted, format, filter.import).await?;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        let page = queries::list(conn, actor, &filter, slice)?;
        with_summaries(conn, actor, page)
    };
    wanted.answer(state, auth, format, &ENTERPRISES, slice, work).await
}

/// One enterprise with its nonconformities.
#[utoipa::path(get, path = "/api/v1/enterprises/{id}", tag = "zero-out",
    responses((status = 200, body = EnterpriseDetail)))]
pub async fn enterprise(state: State, auth: Auth, id: Id<EnterpriseId>) -> Answer {
    ok(read(&state, move |app| enterprise_detail::get(&mut *app.snapshot()?, &auth.actor(), id.0)).await?)
}
