//! Withdrawing an import, and what stands in the way.

use diesel::PgConnection;

use crate::app::App;
use crate::core::Actor;
use crate::core::page::Page;
use crate::exports::{BookFile, ListPage, Wanted};
use crate::list_files::imports::api::of_import;
use crate::web::params::Reason;
use crate::web::problem::Answer;
use crate::web::reply::{accepted, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use crate::withdrawals::exports::STANDING;
use crate::withdrawals::standing::{self, StandingRow};
use crate::withdrawals::{WithdrawImport, Withdrawn};
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::{ImportView, import_status};

/// Withdraws an import as a whole, with a reason: what it brought in leaves the list, what it changed is as before, its cases end. Figures of past
/// days stay. A short import is withdrawn when the answer comes: 200. A long one, or one asked for while a list goes in, is withdrawn by a
/// job: 202; `withdrawing` of the import at the address given says how far it is, and why it was refused. Where something stands on its
/// rows: 409 `import_in_use`, which names the first of them.
#[utoipa::path(post, path = "/api/v1/zero-out/imports/{id}/withdraw", tag = "zero-out", request_body = Reason,
    extensions(("x-step-up" = json!(true))),
    responses((status = 200, body = ImportView), (status = 202, body = ImportView)))]
pub async fn withdraw(state: State, auth: Auth, id: Id<ImportId>, body: Json<Reason>) -> Answer {
    let id = id.0;
    let became = execute(&state, auth.caller(), WithdrawImport { id, reason: body.0.reason }).await?;
    let view = read(&state, move |app| import_status(&mut *app.snapshot()?, &auth.actor(), id)).await?;
    match became {
        Withdrawn::Done => ok(view),
        Withdrawn::Queued => accepted(&format!("/api/v1/zero-out/imports/{id}"), view),
    }
}

/// What stands on the rows of an import, row by row in the order of the file, and keeps it from being withdrawn.
#[utoipa::path(get, path = "/api/v1/zero-out/imports/{id}/standing", tag = "zero-out", params(ListPage),
    responses((status = 200, content((Page<StandingRow> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn standing(
    state: State,
    auth: Auth,
    id: Id<ImportId>,
    query: Query<ListPage>,
    wanted: Wanted,
) -> Answer {
    let (slice, actor) = (query.0.slice()?, auth.actor());
    let (wanted, format) = of_import(&state, wanted, query.0.format, move |conn| {
        Ok(import_status(conn, &actor, id.0)?.file_name)
    })
    .await?;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        standing::standing(conn, actor, id.0, slice)
    };
    wanted.answer(state, auth, Some(format), &STANDING, slice, work).await
}
