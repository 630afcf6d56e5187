//! The HTTP handlers of the register of licensed producers.

use crate::core::clock::shanghai_date;
use crate::core::page::Page;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::list_files::settings::ImportSettings;
use crate::programmes::exports::LICENCES;
use crate::programmes::ids::LicenceId;
use crate::programmes::licences::commands::{EnterLicences, LicencesEntered, RevokeLicence};
use crate::programmes::licences::file::{self, LicenceFile};
use crate::programmes::licences::queries::{self, LicenceFilter, LicenceView};
use crate::settings::Settings;
use crate::web::problem::Answer;
use crate::web::reply::{execute, ok, read};
use crate::web::state::State;
use crate::web::upload::{Upload, UploadRules};
use crate::web::{Auth, Id, Json, Query};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

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
}

/// Uploads of licences.
pub struct LicenceFileRules;

impl UploadRules for LicenceFileRules {
    const FIELDS: &'static [&'static str] = &[];

    fn limit(settings: &Settings) -> u64 {
        settings.section::<ImportSettings>().max_upload_bytes
    }
}

/// Enters the licences of a file, at most 2,000 rows, likewise. Where a row can't be taken none is, and the answer names each by its number.
#[utoipa::path(post, path = "/api/v1/production-licences/list", tag = "programmes",
    request_body(content = LicenceForm, content_type = "multipart/form-data"),
    responses((status = 200, body = LicencesEntered)))]
pub async fn enter_list(state: State, auth: Auth, mut upload: Upload<LicenceFileRules>) -> Answer {
    let _turn = state.whole_file().await?;
    let caller = auth.caller();
    let entered = read(&state, move |app| {
        let bytes = upload.bytes()?;
        let today = shanghai_date(app.clock().now());
        let LicenceFile { licences, rows } = file::read(&bytes, app.settings(), app.catalogue(), today)?;
        app.execute(&caller, &licences).map_err(|refused| file::by_rows(refused, &rows))
    });
    ok(entered.await?)
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
