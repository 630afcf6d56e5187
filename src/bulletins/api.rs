//! The HTTP handlers of bulletins: they extract, execute and show.

use crate::app::App;
use crate::bulletins::commands::{BulletinScope, ChangeBulletin, CreateBulletin};
use crate::bulletins::corrections;
use crate::bulletins::exports::{BULLETINS, CORRECTIONS, RESULTS};
use crate::bulletins::ids::BulletinId;
use crate::bulletins::items::MOST;
use crate::bulletins::public::{self, PublicBulletin, PublicBulletinDetail, PublicResult};
use crate::bulletins::queries::{self, BulletinDetail, BulletinFilter, BulletinItem, BulletinView};
use crate::bulletins::state::BulletinState;
use crate::bulletins::steps::{PublishBulletin, ReturnBulletin, SubmitBulletin, WithdrawBulletin};
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::page::{Page, Slice};
use crate::db::Command;
use crate::exports::{BookFile, Format, List, ListPage, SearchPage, Wanted};
use crate::web::params::Reason;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Part, Query};
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::IntoParams;

/// Filter and page of the list of bulletins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BulletinQuery {
    /// Only those of this state.
    #[param(inline)]
    state: Option<BulletinState>,
    /// Only those in whose title or number these words stand.
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

async fn view(state: &State, auth: &Auth, id: BulletinId) -> Result<BulletinDetail, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::detail(&mut *app.snapshot()?, &actor, id)).await
}

/// Takes a step, and answers with the bulletin as it is after it.
async fn step<C>(state: &State, auth: &Auth, command: C) -> Answer
where
    C: Command<Output = BulletinId> + Send + 'static,
{
    let id = execute(state, auth.caller(), command).await?;
    ok(view(state, auth, id).await?)
}

/// The bulletins of the caller's region and those under it, the newest first.
#[utoipa::path(get, path = "/api/v1/bulletins", tag = "bulletins", params(BulletinQuery),
    responses((status = 200, content((Page<BulletinView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<BulletinQuery>, wanted: Wanted) -> Answer {
    let BulletinQuery { state: of_state, q, format, limit, cursor } = query.0;
    let filter = BulletinFilter { state: of_state, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &BULLETINS, move |_, conn, actor, slice| {
            queries::list(conn, actor, &filter, slice)
        })
        .await
}

/// Writes a bulletin (通报) of final results, as a draft of the caller's region. Its results are gathered at once, so that they can be looked through.
#[utoipa::path(post, path = "/api/v1/bulletins", tag = "bulletins", request_body = BulletinScope,
    responses((status = 201, body = BulletinDetail)))]
pub async fn create(state: State, auth: Auth, body: Json<BulletinScope>) -> Answer {
    let id = execute(&state, auth.caller(), CreateBulletin { scope: body.0 }).await?;
    created(&format!("/api/v1/bulletins/{id}"), view(&state, &auth, id).await?)
}

/// One bulletin with its totals, its history and what its state allows.
#[utoipa::path(get, path = "/api/v1/bulletins/{id}", tag = "bulletins",
    responses((status = 200, body = BulletinDetail)))]
pub async fn one(state: State, auth: Auth, id: Id<BulletinId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// The results of a bulletin, in their order: what everybody will read.
#[utoipa::path(get, path = "/api/v1/bulletins/{id}/items", tag = "bulletins", params(SearchPage),
    responses((status = 200, content((Page<BulletinItem> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn items(
    state: State,
    auth: Auth,
    id: Id<BulletinId>,
    query: Query<SearchPage>,
    wanted: Wanted,
) -> Answer {
    let (id, slice) = (id.0, query.0.slice()?);
    let SearchPage { q, format, .. } = query.0;
    let wanted = match wanted.format(format) {
        Format::Json => wanted,
        _ => wanted.named(view(&state, &auth, id).await?.view.title),
    };
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::office_results(conn, actor, id, q.as_deref(), slice)
    };
    wanted.answer(state, auth, format, &RESULTS, slice, work).await
}

/// Changes a bulletin that is a draft or was sent back, and gathers its results anew.
#[utoipa::path(put, path = "/api/v1/bulletins/{id}", tag = "bulletins", request_body = BulletinScope,
    responses((status = 200, body = BulletinDetail)))]
pub async fn change(state: State, auth: Auth, id: Id<BulletinId>, body: Json<BulletinScope>) -> Answer {
    step(&state, &auth, ChangeBulletin { id: id.0, scope: body.0 }).await
}

/// Submits a bulletin: its results are collected a last time and stay fixed.
#[utoipa::path(post, path = "/api/v1/bulletins/{id}/submit", tag = "bulletins",
    responses((status = 200, body = BulletinDetail)))]
pub async fn submit(state: State, auth: Auth, id: Id<BulletinId>) -> Answer {
    step(&state, &auth, SubmitBulletin { id: id.0 }).await
}

/// Sends a bulletin that was handed in back.
#[utoipa::path(post, path = "/api/v1/bulletins/{id}/return", tag = "bulletins", request_body = Reason,
    responses((status = 200, body = BulletinDetail)))]
pub async fn send_back(state: State, auth: Auth, id: Id<BulletinId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, ReturnBulletin { id: id.0, reason: body.0.reason }).await
}

/// Withdraws a bulletin before it is published.
#[utoipa::path(post, path = "/api/v1/bulletins/{id}/withdraw", tag = "bulletins", request_body = Reason,
    responses((status = 200, body = BulletinDetail)))]
pub async fn withdraw(state: State, auth: Auth, id: Id<BulletinId>, body: Json<Reason>) -> Answer {
    step(&state, &auth, WithdrawBulletin { id: id.0, reason: body.0.reason }).await
}

/// Publishes a bulletin: it gets its number and day, and each of its inspections takes the step `publish`. By an officer who neither wrote it nor
/// handed it in.
#[utoipa::path(post, path = "/api/v1/bulletins/{id}/publish", tag = "bulletins",
    responses((status = 200, body = BulletinDetail)))]
pub async fn publish(state: State, auth: Auth, id: Id<BulletinId>) -> Answer {
    step(&state, &auth, PublishBulletin { id: id.0 }).await
}

/// A search, and the page of a public list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PublicQuery {
    /// Only those in which these words stand, in any order, or where a name is read so.
    q: Option<String>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The published bulletins, for everybody.
#[utoipa::path(get, path = "/api/v1/public/bulletins", tag = "bulletins", params(PublicQuery),
    responses((status = 200, body = Page<PublicBulletin>)))]
pub async fn public_list(state: State, query: Query<PublicQuery>) -> Answer {
    let PublicQuery { q, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    ok(read(&state, move |app| public::list(&mut *app.snapshot()?, q.as_deref(), slice)).await?)
}

/// The results of all published bulletins, for everybody, by words of a product, an enterprise, a trademark or a batch.
#[utoipa::path(get, path = "/api/v1/public/bulletin-results", tag = "bulletins", params(PublicQuery),
    responses((status = 200, body = Page<PublicResult>)))]
pub async fn public_results(state: State, query: Query<PublicQuery>) -> Answer {
    let PublicQuery { q, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    ok(read(&state, move |app| public::results(&mut *app.snapshot()?, q.as_deref(), slice)).await?)
}

/// One published bulletin by its number, for everybody, with what was found as it stands now.
#[utoipa::path(get, path = "/api/v1/public/bulletins/{key}", tag = "bulletins",
    responses((status = 200, body = PublicBulletinDetail)))]
pub async fn public_one(state: State, key: Part<String>) -> Answer {
    let number = key.0;
    ok(read(&state, move |app| Ok(public::get(&mut *app.snapshot()?, &number)?.1)).await?)
}

/// The results of a published bulletin, for everybody. Those that were overturned or corrected since are marked.
#[utoipa::path(get, path = "/api/v1/public/bulletins/{key}/items", tag = "bulletins", params(SearchPage),
    responses((status = 200, content((Page<BulletinItem> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn public_items(
    state: State,
    key: Part<String>,
    query: Query<SearchPage>,
    wanted: Wanted,
) -> Answer {
    public_results_of(&state, key.0, query.0, wanted, &RESULTS, queries::results).await
}

/// The results of a published bulletin that were overturned or corrected since, for everybody: what its letter of corrections lists.
#[utoipa::path(get, path = "/api/v1/public/bulletins/{key}/corrections", tag = "bulletins", params(SearchPage),
    responses((status = 200, content((Page<BulletinItem> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn public_corrections(
    state: State,
    key: Part<String>,
    query: Query<SearchPage>,
    wanted: Wanted,
) -> Answer {
    public_results_of(&state, key.0, query.0, wanted, &CORRECTIONS, corrections::list).await
}

/// Reads a page of results of a bulletin.
type ReadResults =
    fn(&mut PgConnection, BulletinId, Option<&str>, Slice) -> Result<Page<BulletinItem>, Problem>;

/// Results of the published bulletin of a number: a page of them, or all as a file.
async fn public_results_of(
    state: &State,
    number: String,
    asked: SearchPage,
    wanted: Wanted,
    list: &'static List<BulletinItem>,
    results: ReadResults,
) -> Answer {
    let slice = asked.slice()?;
    let SearchPage { q, format, .. } = asked;
    let format = wanted.format(format);
    let slice = match format {
        Format::Json => slice,
        _ => Slice { limit: MOST, ..Slice::default() },
    };
    let (title, page) = read(state, move |app| {
        let conn = &mut *app.snapshot()?;
        let (id, found) = public::get(conn, &number)?;
        Ok((found.bulletin.title, results(conn, id, q.as_deref(), slice)?))
    })
    .await?;
    match format {
        Format::Json => ok(page),
        _ => wanted.named(title).public_list(state, format, list, page.items).await,
    }
}
