//! The HTTP handlers of the register of licensed producers.

use crate::core::Language;
use crate::core::clock::shanghai_date;
use crate::core::page::Page;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::list_files::header::Warning;
use crate::list_files::settings::ImportSettings;
use crate::list_files::written;
use crate::programmes::exports::LICENCES;
use crate::programmes::ids::{LicenceId, LicenceListId};
use crate::programmes::licences::commands::{
    EnterLicenceList, EnterLicences, LicencesEntered, LicencesWithdrawn, RevokeLicence, WithdrawLicenceList,
};
use crate::programmes::licences::file::{self, LicenceFile};
use crate::programmes::licences::queries::{self, LicenceFilter, LicenceView};
use crate::programmes::licences::template::template;
use crate::settings::Settings;
use crate::web::extract::Lang;
use crate::web::params::Reason;
use crate::web::problem::Answer;
use crate::web::reply::{execute, ok, read};
use crate::web::state::State;
use crate::web::upload::{Upload, UploadRules};
use crate::web::{Auth, Id, Json, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The type of workbooks.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Filter and page of the list of licences.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LicenceQuery {
    /// Only those of this product kind.
    product_kind: Option<String>,
    /// Only those in whose number, code or name these words stand, or whose name is read so.
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

/// The production licences of the caller's region and of those under it, the newest entries first.
#[utoipa::path(get, path = "/api/v1/production-licences", tag = "programmes", params(LicenceQuery),
    responses((status = 200, content((Page<LicenceView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<LicenceQuery>, wanted: Wanted) -> Answer {
    let LicenceQuery { product_kind, q, format, limit, cursor } = query.0;
    let filter = LicenceFilter { product_kind, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &LICENCES, move |_, conn, actor, slice| {
            queries::list(conn, actor, &filter, slice)
        })
        .await
}

/// Enters licences into the register, all or none of them. One that is in it already, and says the same, stays as it is.
#[utoipa::path(post, path = "/api/v1/production-licences", tag = "programmes", request_body = EnterLicences,
    responses((status = 200, body = LicencesEntered)))]
pub async fn enter(state: State, auth: Auth, body: Json<EnterLicences>) -> Answer {
    ok(execute(&state, auth.caller(), body.0).await?)
}

/// Licences as a file.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a multipart body")]
pub struct LicenceForm {
    /// CSV (UTF-8 or GB18030) or XLSX; told apart by content. Columns in any order: licence_no, name, uscc, region, product_kind, valid_from,
    /// valid_until.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Check everything and write nothing.
    #[schema(default = false)]
    dry_run: Option<bool>,
}

/// Uploads of licences.
pub struct LicenceFileRules;

impl UploadRules for LicenceFileRules {
    const FIELDS: &'static [&'static str] = &["dry_run"];

    fn limit(settings: &Settings) -> u64 {
        settings.section::<ImportSettings>().max_upload_bytes
    }
}

/// What became of a file of licences.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenceListEntered {
    /// Rows below the headings that are not blank: `entered` + `unchanged` + `not_records`.
    rows: usize,
    /// How many licences are new.
    entered: usize,
    /// How many were in the register already.
    unchanged: usize,
    /// Rows that are no records: totals, heads of groups, remarks, the headings again.
    not_records: usize,
    /// Whether the file was only checked and nothing was entered.
    dry_run: bool,
    /// The list of those that are new, by which they are withdrawn as a whole; none where nothing was entered.
    list: Option<LicenceListId>,
    /// What of the file was not read, or was read though it is hidden.
    warnings: Vec<Warning>,
}

/// Enters the licences of a file, at most 2,000 rows, likewise. Where a row can't be taken none is, and the answer names each by its number.
#[utoipa::path(post, path = "/api/v1/production-licences/list", tag = "programmes",
    request_body(content = LicenceForm, content_type = "multipart/form-data"),
    responses((status = 200, body = LicenceListEntered)))]
pub async fn enter_list(state: State, auth: Auth, mut upload: Upload<LicenceFileRules>) -> Answer {
    let dry_run = upload.flag("dry_run")?;
    let _turn = state.whole_file().await?;
    let caller = auth.caller();
    let entered = read(&state, move |app| {
        let bytes = upload.bytes()?;
        let today = shanghai_date(app.clock().now());
        let LicenceFile { licences, rows, not_records, warnings } =
            file::read(&bytes, app.settings(), app.catalogue(), today)?;
        let taken = app
            .execute(&caller, &EnterLicenceList { licences, dry_run })
            .map_err(|refused| rows.told(refused))?;
        let LicencesEntered { entered, unchanged } = taken.licences;
        let rows = rows.numbers.len() + not_records;
        Ok(LicenceListEntered { rows, entered, unchanged, not_records, dry_run, list: taken.list, warnings })
    });
    ok(entered.await?)
}

/// In which language the template is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LicenceTemplateQuery {
    /// `zh-CN` or `en`; else by `Accept-Language`.
    #[param(inline)]
    language: Option<Language>,
}

/// The template of a list of licences: a workbook with headings, drop-downs of regions and product kinds, and a sheet that explains the columns.
#[utoipa::path(get, path = "/api/v1/production-licences/template", tag = "programmes", params(LicenceTemplateQuery),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = String)))]
pub async fn template_of(state: State, auth: Auth, query: Query<LicenceTemplateQuery>, lang: Lang) -> Answer {
    let language = query.0.language.unwrap_or(lang.0);
    let file = read(&state, move |app| template(&auth.actor(), language, app.catalogue())).await?;
    Ok(written::headers(XLSX, ["获证企业名单模板", "licences-template"], "xlsx", language).body(file))
}

/// Withdraws all licences that came with a file and hold still, as if they had never held. What was counted of days before stays.
#[utoipa::path(post, path = "/api/v1/production-licences/lists/{id}/withdraw", tag = "programmes",
    request_body = Reason, extensions(("x-step-up" = json!(true))),
    responses((status = 200, body = LicencesWithdrawn)))]
pub async fn withdraw_list(state: State, auth: Auth, id: Id<LicenceListId>, body: Json<Reason>) -> Answer {
    let command = WithdrawLicenceList { list: id.0, reason: body.0.reason };
    ok(execute(&state, auth.caller(), command).await?)
}

/// From when on a licence does not hold any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// From which day on, in Asia/Shanghai: from the first day of the licence, where it never held, to today.
    revoked_on: NaiveDate,
    /// Why, at most 500 characters.
    reason: String,
}

/// Enters that a licence does not hold any more, or never did. What was counted of days before stays.
#[utoipa::path(post, path = "/api/v1/production-licences/{id}/revoke", tag = "programmes", request_body = Revocation,
    responses((status = 200, body = LicenceView)))]
pub async fn revoke(state: State, auth: Auth, id: Id<LicenceId>, body: Json<Revocation>) -> Answer {
    let Revocation { revoked_on, reason } = body.0;
    let id = execute(&state, auth.caller(), RevokeLicence { id: id.0, revoked_on, reason }).await?;
    let actor = auth.actor();
    ok(read(&state, move |app| queries::get(&mut *app.snapshot()?, &actor, id)).await?)
}
