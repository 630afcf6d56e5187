//! The HTTP handlers: they extract, execute and show.

use chrono::NaiveDate;
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::core::page::{Page, Slice};
use crate::core::problem::FieldError;
use crate::core::{Actor, Problem, Text};
use crate::exports::{BookFile, Format, ListPage, SearchPage, Wanted};
use crate::inspections::words::Purpose;
use crate::list_files::imports::Outcome;
use crate::list_files::imports::api::{
    Rejected, RejectionsQuery, TemplateQuery, of_import, rejections_answer, template_answer,
};
use crate::list_files::rejections::RejectionView;
use crate::list_files::settings::ImportSettings;
use crate::programmes::state::ProgrammeLevel;
use crate::sampling_lists::checked::ImportCheckedList;
use crate::sampling_lists::exports::{LISTS, PROPOSALS, SAMPLES, STANDING};
use crate::sampling_lists::forms::{FormsTaken, SubmittedForms, TakeForms};
use crate::sampling_lists::ids::{ProposalId, SamplingListId};
use crate::sampling_lists::list::column::Column;
use crate::sampling_lists::list::row::Defaults;
use crate::sampling_lists::proposal_state::ProposalState;
use crate::sampling_lists::proposals::decide::{DecideProposal, ProposalDecision};
use crate::sampling_lists::proposals::queries::{self, ProposalFilter, ProposalView};
use crate::sampling_lists::request::{RequestSamplingList, SamplingListRequested, TABLES};
use crate::sampling_lists::taken::{self, TakenSample};
use crate::sampling_lists::template::template;
use crate::sampling_lists::view::{self, SamplingListView, list_status};
use crate::sampling_lists::withdrawal::standing::{self, StandingSample};
use crate::sampling_lists::withdrawal::withdraw::WithdrawSamplingList;
use crate::settings::Settings;
use crate::web::extract::Lang;
use crate::web::params::Reason;
use crate::web::problem::Answer;
use crate::web::reply::{accepted, execute, ok, read};
use crate::web::state::State;
use crate::web::upload::{Upload, UploadRules};
use crate::web::{Auth, Id, Json, Query};

/// A sampling list to import.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a multipart body")]
pub struct SamplingListForm {
    /// CSV (UTF-8 or GB18030) or XLSX; told apart by content.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Check everything and write nothing.
    #[schema(default = false)]
    dry_run: Option<bool>,
    /// The day of the samplings, for rows that name none.
    sampled_on: Option<NaiveDate>,
    /// The level that organised them, for rows that name none: national, provincial, municipal or county; else that of the officer's region.
    #[schema(inline)]
    level: Option<ProgrammeLevel>,
    /// Purpose of the samples, for rows that have none: routine where none is given.
    #[schema(inline)]
    purpose: Option<Purpose>,
}

/// Uploads of sampling lists.
pub struct SamplingListRules;

impl UploadRules for SamplingListRules {
    const FIELDS: &'static [&'static str] = &["dry_run", "sampled_on", "level", "purpose"];

    fn limit(settings: &Settings) -> u64 {
        settings.section::<ImportSettings>().max_upload_bytes
    }
}

/// A word among the fields of an upload; none where it is absent or blank.
fn word<T: std::str::FromStr>(upload: &Upload<SamplingListRules>, name: &str) -> Result<Option<T>, Problem> {
    let text = upload.text(name);
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        Problem::field(&format!("/{name}"), Text::new("不是可选的值", "is none of the values that there are"))
    })
}

/// Imports a sampling list: each sample becomes an inspection with its result. The work goes on in the background; its progress is at the
/// address given.
#[utoipa::path(post, path = "/api/v1/inspections/imports", tag = "inspections",
    request_body(content = SamplingListForm, content_type = "multipart/form-data"),
    responses((status = 202, body = SamplingListRequested)))]
pub async fn import(state: State, auth: Auth, mut upload: Upload<SamplingListRules>) -> Answer {
    let dry_run = upload.flag("dry_run")?;
    let defaults = Defaults {
        sampled_on: word(&upload, "sampled_on")?,
        level: word(&upload, "level")?,
        purpose: word(&upload, "purpose")?,
    };
    let _turn = state.whole_file().await?;
    let command = read(&state, move |app| {
        let today = crate::core::clock::shanghai_date(app.clock().now());
        if defaults.sampled_on.is_some_and(|day| day > today) {
            let text = Text::new("不能晚于今天", "must not be in the future");
            return Err(Problem::invalid(vec![FieldError::body("/sampled_on", text)]));
        }
        let file = upload.bytes()?;
        Ok(RequestSamplingList::new(&upload.name, file, upload.sha256, dry_run, defaults))
    })
    .await?;
    let asked = execute(&state, auth.caller(), command).await?;
    accepted(&format!("/api/v1/inspections/imports/{}", asked.id), asked)
}

/// The sampling lists, newest first.
#[utoipa::path(get, path = "/api/v1/inspections/imports", tag = "inspections", params(SearchPage),
    responses((status = 200, content((Page<SamplingListView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn lists(state: State, auth: Auth, query: Query<SearchPage>, wanted: Wanted) -> Answer {
    let slice = query.0.slice()?;
    let q = query.0.q;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        view::all(conn, actor, q.as_deref(), slice)
    };
    wanted.answer(state, auth, query.0.format, &LISTS, slice, work).await
}

/// How far the import of a sampling list is, or what came of it.
#[utoipa::path(get, path = "/api/v1/inspections/imports/{id}", tag = "inspections",
    responses((status = 200, body = SamplingListView)))]
pub async fn list_of(state: State, auth: Auth, id: Id<SamplingListId>) -> Answer {
    ok(read(&state, move |app| list_status(&mut *app.snapshot()?, &auth.actor(), id.0)).await?)
}

/// Imports the file of a check that has ended: the very file that was checked. A repeated call gives the same import.
#[utoipa::path(post, path = "/api/v1/inspections/imports/{id}/import", tag = "inspections",
    responses((status = 202, body = SamplingListRequested)))]
pub async fn import_checked(state: State, auth: Auth, id: Id<SamplingListId>) -> Answer {
    let asked = execute(&state, auth.caller(), ImportCheckedList { id: id.0 }).await?;
    accepted(&format!("/api/v1/inspections/imports/{}", asked.id), asked)
}

/// The template of a sampling list: a workbook with headings, drop-downs and a sheet that explains the columns.
#[utoipa::path(get, path = "/api/v1/inspections/imports/template", tag = "inspections",
    params(TemplateQuery),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = String)))]
pub async fn template_of(state: State, auth: Auth, query: Query<TemplateQuery>, lang: Lang) -> Answer {
    let language = query.0.language.unwrap_or(lang.0);
    let file = read(&state, move |app| template(&auth.actor(), language, app.catalogue())).await?;
    template_answer(["抽样名单模板", "sampling-list-template"], language, file)
}

/// The rows that were not taken, each with its reasons in both languages. As JSON, or by `format` or `Accept` as a workbook or a CSV
/// that can be corrected and imported again: all columns of the file that came, under its own headings.
#[utoipa::path(get, path = "/api/v1/inspections/imports/{id}/rejections", tag = "inspections",
    params(RejectionsQuery),
    responses((status = 200, content((Page<RejectionView> = "application/json"), (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn rejections_of(
    state: State,
    auth: Auth,
    id: Id<SamplingListId>,
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

/// Withdraws a list as a whole, with a reason: the inspections that it brought in leave every figure of later moments; past days stay. Where
/// something stands on its rows: 409 `import_in_use`, which names the first of them.
#[utoipa::path(post, path = "/api/v1/inspections/imports/{id}/withdraw", tag = "inspections",
    request_body = Reason, extensions(("x-step-up" = json!(true))),
    responses((status = 200, body = SamplingListView)))]
pub async fn withdraw(state: State, auth: Auth, id: Id<SamplingListId>, body: Json<Reason>) -> Answer {
    let id = id.0;
    execute(&state, auth.caller(), WithdrawSamplingList { id, reason: body.0.reason }).await?;
    ok(read(&state, move |app| list_status(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}

/// What stands on the rows of a list, row by row in the order of the file, and keeps it from being withdrawn.
#[utoipa::path(get, path = "/api/v1/inspections/imports/{id}/standing", tag = "inspections", params(ListPage),
    responses((status = 200, content((Page<StandingSample> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn standing(
    state: State,
    auth: Auth,
    id: Id<SamplingListId>,
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

/// Which rows of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TakenQuery {
    /// Those of which this became: inserted, updated or unchanged.
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

/// The rows of a list that were taken, in the order of the file, each with its inspection.
#[utoipa::path(get, path = "/api/v1/inspections/imports/{id}/samples", tag = "inspections", params(TakenQuery),
    responses((status = 200, content((Page<TakenSample> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn samples_of(
    state: State,
    auth: Auth,
    id: Id<SamplingListId>,
    query: Query<TakenQuery>,
    wanted: Wanted,
) -> Answer {
    let TakenQuery { outcome, format, limit, cursor } = query.0;
    let (slice, actor) = (Slice::parse(limit.as_deref(), cursor.as_deref())?, auth.actor());
    let (wanted, format) =
        of_import(&state, wanted, format, move |conn| Ok(list_status(conn, &actor, id.0)?.file_name)).await?;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        taken::taken(conn, actor, id.0, outcome, slice)
    };
    wanted.answer(state, auth, Some(format), &SAMPLES, slice, work).await
}

/// Filter of the list of proposals.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProposalQuery {
    /// Those of this state: open, accepted, other, refused or void.
    #[param(inline)]
    state: Option<ProposalState>,
    /// Those of this list.
    #[param(value_type = Option<uuid::Uuid>)]
    list: Option<SamplingListId>,
    /// A text in the name, the proposed enterprise or the number of the form.
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

/// Which enterprises of the register lists may name that name them without their credit codes, newest first. Nothing is decided by itself.
#[utoipa::path(get, path = "/api/v1/inspections/proposals", tag = "inspections", params(ProposalQuery),
    responses((status = 200, content((Page<ProposalView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn proposals(state: State, auth: Auth, query: Query<ProposalQuery>, wanted: Wanted) -> Answer {
    let ProposalQuery { state: of, list, q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = ProposalFilter { state: of, list, q };
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, &filter, slice)
    };
    wanted.answer(state, auth, format, &PROPOSALS, slice, work).await
}

/// An officer accepts the proposed enterprise, names another one by its credit code, or says that it is none of the register.
#[utoipa::path(post, path = "/api/v1/inspections/proposals/{id}/decision", tag = "inspections",
    request_body = ProposalDecision, responses((status = 200, body = ProposalView)))]
pub async fn decide(state: State, auth: Auth, id: Id<ProposalId>, body: Json<ProposalDecision>) -> Answer {
    let id = id.0;
    execute(&state, auth.caller(), DecideProposal { id, decision: body.0 }).await?;
    ok(read(&state, move |app| queries::get(&mut *app.snapshot()?, &auth.actor(), id)).await?)
}

/// Takes reports of a laboratory's system: one form or several, each known by its number. The same form again changes nothing; of one that
/// can't be taken the answer says why, and the others are taken. What was handed over is kept as a list, which can be withdrawn.
#[utoipa::path(post, path = "/api/v1/inspections/reports", tag = "inspections", request_body = SubmittedForms,
    responses((status = 200, body = FormsTaken)))]
pub async fn take_reports(state: State, auth: Auth, body: Json<SubmittedForms>) -> Answer {
    ok(execute(&state, auth.caller(), TakeForms { submitted: body.0 }).await?)
}
