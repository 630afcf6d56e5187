//! Lists over HTTP: handed in, checked, imported, withdrawn.

use diesel::PgConnection;
use utoipa::ToSchema;

use crate::app::App;
use crate::core::Actor;
use crate::core::fields::Fields;
use crate::core::page::Page;
use crate::exports::{BookFile, ListPage, SearchPage, Wanted};
use crate::list_files::imports::api::{
    Rejected, RejectionsQuery, TemplateQuery, of_import, rejections_answer, template_answer,
};
use crate::list_files::rejections::RejectionView;
use crate::list_files::settings::ImportSettings;
use crate::penalty_lists::checked::ImportCheckedPenalties;
use crate::penalty_lists::exports::{LISTS, STANDING};
use crate::penalty_lists::ids::PenaltyListId;
use crate::penalty_lists::list::column::Column;
use crate::penalty_lists::list::row::Defaults;
use crate::penalty_lists::request::{PenaltyListRequested, RequestPenaltyList, TABLES};
use crate::penalty_lists::template::template;
use crate::penalty_lists::view::{self, PenaltyListView, list_status};
use crate::penalty_lists::withdrawal::standing::{self, StandingPenalty};
use crate::penalty_lists::withdrawal::withdraw::WithdrawPenaltyList;
use crate::settings::Settings;
use crate::web::extract::Lang;
use crate::web::params::Reason;
use crate::web::problem::Answer;
use crate::web::reply::{accepted, execute, ok, read};
use crate::web::state::State;
use crate::web::upload::{Upload, UploadRules};
use crate::web::{Auth, Id, Json, Query};

/// A penalty list to import.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a multipart body")]
pub struct PenaltyListForm {
    /// CSV (UTF-8 or GB18030) or XLSX; told apart by content.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Check everything and write nothing.
    #[schema(default = false)]
    dry_run: Option<bool>,
    /// The authority that decided, for rows that do not name it; at most 200 characters.
    authority: Option<String>,
}

/// Uploads of penalty lists.
pub struct PenaltyListRules;

impl UploadRules for PenaltyListRules {
    const FIELDS: &'static [&'static str] = &["dry_run", "authority"];

    fn limit(settings: &Settings) -> u64 {
        settings.section::<ImportSettings>().max_upload_bytes
    }
}

/// Most characters of the name of an authority.
const LONGEST_AUTHORITY: usize = 200;

/// Imports a penalty list: each penalty becomes conduct of its enterprise, once it is known whom it is against and as what it counts. The work
/// goes on in the background; its progress is at the address given.
#[utoipa::path(post, path = "/api/v1/conduct/imports", tag = "conduct",
    request_body(content = PenaltyListForm, content_type = "multipart/form-data"),
    responses((status = 202, body = PenaltyListRequested)))]
pub async fn import(state: State, auth: Auth, mut upload: Upload<PenaltyListRules>) -> Answer {
    let dry_run = upload.flag("dry_run")?;
    let mut fields = Fields::new();
    let named = upload.text("authority");
    let authority = fields.optional_text("/authority", Some(&named), LONGEST_AUTHORITY);
    fields.done()?;
    let _turn = state.whole_file().await?;
    let command = read(&state, move |_| {
        let file = upload.bytes()?;
        Ok(RequestPenaltyList::new(&upload.name, file, upload.sha256, dry_run, Defaults { authority }))
    })
    .await?;
    let asked = execute(&state, auth.caller(), command).await?;
    accepted(&format!("/api/v1/conduct/imports/{}", asked.id), asked)
}

/// The penalty lists, newest first.
#[utoipa::path(get, path = "/api/v1/conduct/imports", tag = "conduct", params(SearchPage),
    responses((status = 200, content((Page<PenaltyListView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn lists(state: State, auth: Auth, query: Query<SearchPage>, wanted: Wanted) -> Answer {
    let slice = query.0.slice()?;
    let q = query.0.q;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        view::all(conn, actor, q.as_deref(), slice)
    };
    wanted.answer(state, auth, query.0.format, &LISTS, slice, work).await
}

/// How far the import of a penalty list is, or what came of it.
#[utoipa::path(get, path = "/api/v1/conduct/imports/{id}", tag = "conduct",
    responses((status = 200, body = PenaltyListView)))]
pub async fn list_of(state: State, auth: Auth, id: Id<PenaltyListId>) -> Answer {
    ok(read(&state, move |app| list_status(&mut *app.snapshot()?, &auth.actor(), id.0)).await?)
}

/// Imports the file of a check that has ended: the very file that was checked. A repeated call gives the same import.
#[utoipa::path(post, path = "/api/v1/conduct/imports/{id}/import", tag = "conduct",
    responses((status = 202, body = PenaltyListRequested)))]
pub async fn import_checked(state: State, auth: Auth, id: Id<PenaltyListId>) -> Answer {
    let asked = execute(&state, auth.caller(), ImportCheckedPenalties { id: id.0 }).await?;
    accepted(&format!("/api/v1/conduct/imports/{}", asked.id), asked)
}

/// The template of a penalty list: a workbook with headings, drop-downs and a sheet that explains the columns.
#[utoipa::path(get, path = "/api/v1/conduct/imports/template", tag = "conduct",
    params(TemplateQuery),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = String)))]
pub async fn template_of(state: State, auth: Auth, query: Query<TemplateQuery>, lang: Lang) -> Answer {
    let language = query.0.language.unwrap_or(lang.0);
    let file = read(&state, move |app| template(&auth.actor(), language, app.catalogue())).await?;
    template_answer(["处罚名单模板", "penalty-list-template"], language, file)
}

/// The rows that were not taken, each with its reasons in both languages. As JSON, or by `format` or `Accept` as a workbook or a CSV
/// that can be corrected and imported again: all columns of the file that came, under its own headings.
#[utoipa::path(get, path = "/api/v1/conduct/imports/{id}/rejections", tag = "conduct",
    params(RejectionsQuery),
    responses((status = 200, content((Page<RejectionView> = "application/json"), (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn rejections_of(
    state: State,
    auth: Auth,
    id: Id<PenaltyListId>,
    query: Query<RejectionsQuery>,
    lang: Lang,
    request: actix_web::HttpRequest,
) -> Answer {
    let (actor, id) = (auth.actor(), id.0);
    rejections_answer(&state, query.0, lang, &request, move |conn| {
        list_status(conn, &actor, id)?;
        Ok(Rejected::of::<Column>(TABLES.kept(id.0)))
    })
    .await
}

/// Withdraws a list as a whole, with a reason: the conduct that it brought in is annulled, and answers of past days stay. Where something
/// stands on its rows: 409 `import_in_use`, which names the first of them.
#[utoipa::path(post, path = "/api/v1/conduct/imports/{id}/withdraw", tag = "conduct",
    request_body = Reason, extensions(("x-step-up" = json!(true))),
    responses((status = 200, body = PenaltyListView)))]
pub async fn withdraw(state: State, auth: Auth, id: Id<PenaltyListId>, body: Json<Reason>) -> Answer {
    let id = id.0;
    execute(&state, auth.caller(), WithdrawPenaltyList { id, reason: body.0.reason }).await?;
    ok(read(&state, move |app| list_status(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}

/// What stands on the rows of a list, row by row in the order of the file, and keeps it from being withdrawn.
#[utoipa::path(get, path = "/api/v1/conduct/imports/{id}/standing", tag = "conduct", params(ListPage),
    responses((status = 200, content((Page<StandingPenalty> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn standing(
    state: State,
    auth: Auth,
    id: Id<PenaltyListId>,
    query: Query<ListPage>,
    wanted: Wanted,
) -> Answer {
    let (slice, actor) = (query.0.slice()?, auth.actor());
    let (wanted, format) =
        of_import(&state, wanted, query.0.format, move |conn| Ok(list_status(conn, &actor, id.0)?.file_name))
            .await?;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        standing::standing(conn, actor, id.0, slice)
    };
    wanted.answer(state, auth, Some(format), &STANDING, slice, work).await
}
