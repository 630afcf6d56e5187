//! Files of signals over HTTP: handed in, checked, imported, withdrawn.

use diesel::PgConnection;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::core::fields::Fields;
use crate::core::page::Page;
use crate::core::{Actor, Language, Problem};
use crate::exports::{BookFile, ListPage, SearchPage, Wanted};
use crate::list_files::imports::api::{
    Rejected, RejectionsQuery, of_import, rejections_answer, template_answer,
};
use crate::list_files::rejections::RejectionView;
use crate::list_files::settings::ImportSettings;
use crate::settings::Settings;
use crate::signals::exports::{IMPORTS, STANDING};
use crate::signals::feed::Feed;
use crate::signals::files::checked::ImportCheckedSignals;
use crate::signals::files::request::{RequestSignalImport, SignalImportRequested, TABLES};
use crate::signals::files::standing::{self, StandingSignal};
use crate::signals::files::template::template;
use crate::signals::files::view::{self, SignalImportView, status};
use crate::signals::files::withdraw::WithdrawSignalImport;
use crate::signals::ids::SignalImportId;
use crate::signals::list::complaints::ComplaintColumn;
use crate::signals::list::penalties::PenaltyColumn;
use crate::signals::list::recalls::RecallColumn;
use crate::web::extract::Lang;
use crate::web::params::Reason;
use crate::web::problem::Answer;
use crate::web::reply::{accepted, execute, ok, read};
use crate::web::state::State;
use crate::web::upload::{Upload, UploadRules};
use crate::web::{Auth, Id, Json, Query};

/// A file of signals to import.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a multipart body")]
pub struct SignalFileForm {
    /// XML of Safety Gate, JSON of CPSC, or a table (CSV or XLSX), as the kind of file says.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// The kind of file.
    #[schema(inline)]
    feed: Feed,
    /// Check everything and write nothing.
    #[schema(default = false)]
    dry_run: Option<bool>,
}

/// Uploads of files of signals.
pub struct SignalFileRules;

impl UploadRules for SignalFileRules {
    const FIELDS: &'static [&'static str] = &["dry_run", "feed"];

    fn limit(settings: &Settings) -> u64 {
        settings.section::<ImportSettings>().max_upload_bytes
    }
}

/// Imports a file of signals. The work goes on in the background; its progress is at the address given. A digest of complaints with columns or
/// cells of persons is refused as a whole. The file itself is deleted when it was read.
#[utoipa::path(post, path = "/api/v1/signals/imports", tag = "signals",
    request_body(content = SignalFileForm, content_type = "multipart/form-data"),
    responses((status = 202, body = SignalImportRequested)))]
pub async fn import(state: State, auth: Auth, mut upload: Upload<SignalFileRules>) -> Answer {
    let dry_run = upload.flag("dry_run")?;
    let mut fields = Fields::new();
    let feed: Option<Feed> = upload.text("feed").parse().ok();
    fields.require(
        feed.is_some(),
        "/feed",
        "须为 safety_gate、cpsc、domestic_recalls、penalties 或 complaints_12315",
        "must be safety_gate, cpsc, domestic_recalls, penalties or complaints_12315",
    );
    fields.done()?;
    let feed = feed.ok_or_else(|| Problem::internal("a file without its kind"))?;
    let _turn = state.whole_file().await?;
    let command = read(&state, move |_| {
        let file = upload.bytes()?;
        Ok(RequestSignalImport::new(&upload.name, file, upload.sha256, dry_run, feed))
    })
    .await?;
    let asked = execute(&state, auth.caller(), command).await?;
    accepted(&format!("/api/v1/signals/imports/{}", asked.id), asked)
}

/// The files of signals, newest first.
#[utoipa::path(get, path = "/api/v1/signals/imports", tag = "signals", params(SearchPage),
    responses((status = 200, content((Page<SignalImportView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn imports(state: State, auth: Auth, query: Query<SearchPage>, wanted: Wanted) -> Answer {
    let slice = query.0.slice()?;
    let q = query.0.q;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        view::all(conn, actor, q.as_deref(), slice)
    };
    wanted.answer(state, auth, query.0.format, &IMPORTS, slice, work).await
}

/// How far the import of a file is, or what came of it.
#[utoipa::path(get, path = "/api/v1/signals/imports/{id}", tag = "signals",
    responses((status = 200, body = SignalImportView)))]
pub async fn import_of(state: State, auth: Auth, id: Id<SignalImportId>) -> Answer {
    ok(read(&state, move |app| status(&mut *app.snapshot()?, &auth.actor(), id.0)).await?)
}

/// Imports the file of a check that has ended: the very file that was checked. A repeated call gives the same import.
#[utoipa::path(post, path = "/api/v1/signals/imports/{id}/import", tag = "signals",
    responses((status = 202, body = SignalImportRequested)))]
pub async fn import_checked(state: State, auth: Auth, id: Id<SignalImportId>) -> Answer {
    let asked = execute(&state, auth.caller(), ImportCheckedSignals { id: id.0 }).await?;
    accepted(&format!("/api/v1/signals/imports/{}", asked.id), asked)
}

/// Of which kind of file the template is wanted, and in which language.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SignalTemplateQuery {
    /// The kind of file; that of domestic recalls where none is given.
    #[param(inline)]
    feed: Option<Feed>,
    /// `zh-CN` or `en`; else by `Accept-Language`.
    #[param(inline)]
    language: Option<Language>,
}

/// The template of a table of signals: a workbook with headings, drop-downs and a sheet that explains the columns.
#[utoipa::path(get, path = "/api/v1/signals/imports/template", tag = "signals",
    params(SignalTemplateQuery),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = String)))]
pub async fn template_of(state: State, auth: Auth, query: Query<SignalTemplateQuery>, lang: Lang) -> Answer {
    let language = query.0.language.unwrap_or(lang.0);
    let feed = query.0.feed.unwrap_or(Feed::DomesticRecalls);
    let file = read(&state, move |app| template(&auth.actor(), feed, language, app.catalogue())).await?;
    template_answer(["风险信息模板", "signal-template"], language, file)
}

/// The rows that were not taken, each with its reasons in both languages. As JSON, or by `format` or `Accept` as a workbook or a CSV. Those of a
/// table can be corrected and imported again under its own headings; those of XML and JSON stand under the columns of recalls, and can be imported
/// as such a table.
#[utoipa::path(get, path = "/api/v1/signals/imports/{id}/rejections", tag = "signals",
    params(RejectionsQuery),
    responses((status = 200, content((Page<RejectionView> = "application/json"), (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn rejections_of(
    state: State,
    auth: Auth,
    id: Id<SignalImportId>,
    query: Query<RejectionsQuery>,
    lang: Lang,
    request: actix_web::HttpRequest,
) -> Answer {
    let (actor, id) = (auth.actor(), id.0);
    rejections_answer(&state, query.0, lang, &request, move |conn| {
        let view = status(conn, &actor, id)?;
        let kept = TABLES.kept(id.0);
        Ok(match view.feed {
            Feed::Penalties => Rejected::of::<PenaltyColumn>(kept),
            Feed::Complaints => Rejected::of::<ComplaintColumn>(kept),
            _ => Rejected::of::<RecallColumn>(kept),
        })
    })
    .await
}

/// What stands on the rows of a file, row by row in its order, and keeps it from being withdrawn.
#[utoipa::path(get, path = "/api/v1/signals/imports/{id}/standing", tag = "signals", params(ListPage),
    responses((status = 200, content((Page<StandingSignal> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn standing(
    state: State,
    auth: Auth,
    id: Id<SignalImportId>,
    query: Query<ListPage>,
    wanted: Wanted,
) -> Answer {
    let (slice, actor) = (query.0.slice()?, auth.actor());
    let (wanted, format) =
        of_import(&state, wanted, query.0.format, move |conn| Ok(status(conn, &actor, id.0)?.file_name))
            .await?;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        standing::standing(conn, actor, id.0, slice)
    };
    wanted.answer(state, auth, Some(format), &STANDING, slice, work).await
}

/// Withdraws a file as a whole, with a reason: the signals that it brought are withdrawn, those that it changed are as before. Where something was
/// done with one of them since: 409 `import_in_use`, which names the first rows.
#[utoipa::path(post, path = "/api/v1/signals/imports/{id}/withdraw", tag = "signals",
    request_body = Reason, extensions(("x-step-up" = json!(true))),
    responses((status = 200, body = SignalImportView)))]
pub async fn withdraw(state: State, auth: Auth, id: Id<SignalImportId>, body: Json<Reason>) -> Answer {
    let id = id.0;
    execute(&state, auth.caller(), WithdrawSignalImport { id, reason: body.0.reason }).await?;
    ok(read(&state, move |app| status(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}
