//! Files with entries of registers over HTTP: handed in, checked, imported, withdrawn.

use diesel::PgConnection;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::campaigns::exports::IMPORTS;
use crate::campaigns::ids::CampaignImportId;
use crate::campaigns::imports::checked::ImportCheckedRegister;
use crate::campaigns::imports::request::{CampaignImportRequested, RequestCampaignImport, TABLES};
use crate::campaigns::imports::standing::{StandingEntries, standing};
use crate::campaigns::imports::template::template;
use crate::campaigns::imports::view::{self, CampaignImportView, status};
use crate::campaigns::imports::withdraw::WithdrawCampaignImport;
use crate::campaigns::register_list::RegisterColumn;
use crate::core::Actor;
use crate::core::clock::shanghai_date;
use crate::core::page::{Page, Slice};
use crate::exports::{BookFile, Format, Wanted};
use crate::list_files::imports::api::{
    Rejected, RejectionsQuery, TemplateQuery, rejections_answer, template_answer,
};
use crate::list_files::rejections::RejectionView;
use crate::list_files::settings::ImportSettings;
use crate::programmes::ids::ProgrammeId;
use crate::settings::Settings;
use crate::web::extract::Lang;
use crate::web::params::Reason;
use crate::web::problem::Answer;
use crate::web::reply::{accepted, execute, ok, read};
use crate::web::state::State;
use crate::web::upload::{Upload, UploadRules};
use crate::web::{Auth, Id, Json, Query};

/// A file with entries of a register.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a multipart body")]
pub struct RegisterForm {
    /// CSV (UTF-8 or GB18030) or XLSX; told apart by content. Columns in any order: name, uscc, region, address, product, latitude, longitude.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Check everything and write nothing.
    #[schema(default = false)]
    dry_run: Option<bool>,
}

/// Uploads of registers.
pub struct RegisterRules;

impl UploadRules for RegisterRules {
    const FIELDS: &'static [&'static str] = &["dry_run"];

    fn limit(settings: &Settings) -> u64 {
        settings.section::<ImportSettings>().max_upload_bytes
    }
}

/// Imports a file with entries of the register of a campaign, at most 20,000 rows. The work goes on in the background; its progress is at the address
/// given. Each row is taken or rejected for itself. The file itself is deleted when it was read.
#[utoipa::path(post, path = "/api/v1/campaigns/{id}/imports", tag = "campaigns",
    request_body(content = RegisterForm, content_type = "multipart/form-data"),
    responses((status = 202, body = CampaignImportRequested)))]
pub async fn import(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    mut upload: Upload<RegisterRules>,
) -> Answer {
    let dry_run = upload.flag("dry_run")?;
    let campaign = id.0;
    let _turn = state.whole_file().await?;
    let command = read(&state, move |_| {
        let file = upload.bytes()?;
        Ok(RequestCampaignImport::new(campaign, &upload.name, file, upload.sha256, dry_run))
    })
    .await?;
    let asked = execute(&state, auth.caller(), command).await?;
    accepted(&format!("/api/v1/campaign-imports/{}", asked.id), asked)
}

/// The template of a register: a workbook with headings, drop-downs of the regions and key products of the campaign, and a sheet that explains the
/// columns.
#[utoipa::path(get, path = "/api/v1/campaigns/{id}/imports/template", tag = "campaigns",
    params(TemplateQuery),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = String)))]
pub async fn template_of(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    query: Query<TemplateQuery>,
    lang: Lang,
) -> Answer {
    let (id, language) = (id.0, query.0.language.unwrap_or(lang.0));
    let work = move |app: &App| {
        let today = shanghai_date(app.clock().now());
        let around = (app.settings().as_ref(), app.catalogue().as_ref(), today);
        template(&mut *app.snapshot()?, &auth.actor(), id, language, around)
    };
    let file = read(&state, work).await?;
    template_answer(["专项行动名录模板", "register-template"], language, file)
}

/// Which files are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CampaignImportQuery {
    /// Only those for this campaign.
    #[param(value_type = Option<ProgrammeId>)]
    campaign: Option<ProgrammeId>,
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

/// The files with entries of registers, newest first.
#[utoipa::path(get, path = "/api/v1/campaign-imports", tag = "campaigns", params(CampaignImportQuery),
    responses((status = 200, content((Page<CampaignImportView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn imports(state: State, auth: Auth, query: Query<CampaignImportQuery>, wanted: Wanted) -> Answer {
    let CampaignImportQuery { campaign, q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let campaign = campaign.map(|id| id.0);
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        view::all(conn, actor, (campaign, q.as_deref()), slice)
    };
    wanted.answer(state, auth, format, &IMPORTS, slice, work).await
}

/// How far the import of a file is, or what came of it.
#[utoipa::path(get, path = "/api/v1/campaign-imports/{id}", tag = "campaigns",
    responses((status = 200, body = CampaignImportView)))]
pub async fn import_of(state: State, auth: Auth, id: Id<CampaignImportId>) -> Answer {
    ok(read(&state, move |app| status(&mut *app.snapshot()?, &auth.actor(), id.0)).await?)
}

/// Imports the file of a check that has ended: the very file that was checked. A repeated call gives the same import.
#[utoipa::path(post, path = "/api/v1/campaign-imports/{id}/import", tag = "campaigns",
    responses((status = 202, body = CampaignImportRequested)))]
pub async fn import_checked(state: State, auth: Auth, id: Id<CampaignImportId>) -> Answer {
    let asked = execute(&state, auth.caller(), ImportCheckedRegister { id: id.0 }).await?;
    accepted(&format!("/api/v1/campaign-imports/{}", asked.id), asked)
}

/// The rows that were not taken, each with its reasons in both languages. As JSON, or by `format` or `Accept` as a workbook or a CSV, which can be
/// corrected and imported again.
#[utoipa::path(get, path = "/api/v1/campaign-imports/{id}/rejections", tag = "campaigns",
    params(RejectionsQuery),
    responses((status = 200, content((Page<RejectionView> = "application/json"), (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn rejections_of(
    state: State,
    auth: Auth,
    id: Id<CampaignImportId>,
    query: Query<RejectionsQuery>,
    lang: Lang,
    request: actix_web::HttpRequest,
) -> Answer {
    let (actor, id) = (auth.actor(), id.0);
    rejections_answer(&state, query.0, lang, &request, move |conn| {
        status(conn, &actor, id)?;
        Ok(Rejected::of::<RegisterColumn>(TABLES.kept(id.0)))
    })
    .await
}

/// What stands on the entries that a file brought, row by row in its order, and keeps it from being withdrawn.
#[utoipa::path(get, path = "/api/v1/campaign-imports/{id}/standing", tag = "campaigns",
    responses((status = 200, body = StandingEntries)))]
pub async fn standing_on(state: State, auth: Auth, id: Id<CampaignImportId>) -> Answer {
    let work = move |app: &App| {
        let items = standing(&mut *app.snapshot()?, &auth.actor(), id.0)?;
        Ok(StandingEntries { items })
    };
    ok(read(&state, work).await?)
}

/// Withdraws a file as a whole, with a reason: the entries that it brought are taken off the register. Where one of them was checked or has a hazard:
/// 409 `import_in_use`, which names the first rows.
#[utoipa::path(post, path = "/api/v1/campaign-imports/{id}/withdraw", tag = "campaigns",
    request_body = Reason, extensions(("x-step-up" = json!(true))),
    responses((status = 200, body = CampaignImportView)))]
pub async fn withdraw(state: State, auth: Auth, id: Id<CampaignImportId>, body: Json<Reason>) -> Answer {
    let id = id.0;
    execute(&state, auth.caller(), WithdrawCampaignImport { id, reason: body.0.reason }).await?;
    ok(read(&state, move |app| status(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}
