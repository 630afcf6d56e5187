//! The HTTP handlers of draws.

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::page::{Page, Slice};
use crate::exports::{BookFile, Format, ListPage, SearchPage, Wanted, file_disposition};
use crate::programmes::draw::assign::{AssignLaboratories, LaboratoriesAssigned};
use crate::programmes::draw::commands::{DrawRequest, DrawSample};
use crate::programmes::draw::public::{self, PublicDraw};
use crate::programmes::draw::queries::{self, DrawView, DrawnView};
use crate::programmes::exports::{DRAWN, DRAWS};
use crate::programmes::ids::{DrawId, ProgrammeId};
use crate::programmes::queries as programmes;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use actix_web::HttpResponse;
use actix_web::http::header;
use diesel::PgConnection;

async fn view(state: &State, auth: &Auth, id: DrawId) -> Result<DrawView, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::get(&mut *app.snapshot()?, &actor, id)).await
}

/// The name of a programme, for the files about it.
async fn name(state: &State, auth: &Auth, id: ProgrammeId) -> Result<String, Failure> {
    let actor = auth.actor();
    read(state, move |app| {
        let day = shanghai_date(app.clock().now());
        Ok(programmes::get(&mut *app.snapshot()?, &actor, id, day)?.programme.name)
    })
    .await
}

/// The draws of a programme, the last first, those that a later one of the same target has replaced as well.
#[utoipa::path(get, path = "/api/v1/programmes/{id}/draws", tag = "programmes", params(ListPage),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<DrawView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(
    state: State,
    auth: Auth,
    id: Id<ProgrammeId>,
    query: Query<ListPage>,
    wanted: Wanted,
) -> Answer {
    let ListPage { format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let id = id.0;
    let work =
        move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| queries::list(conn, actor, id, slice);
    let wanted = match wanted.format(format) {
        Format::Json => wanted,
        _ => wanted.named(name(&state, &auth, id).await?),
    };
    wanted.answer(state, auth, format, &DRAWS, slice, work).await
}

/// Draws operators for a target. The frame, its SHA-256, the seed and the weights are published with who was drawn, so that anybody can repeat it
/// (`docs/draws.md`). A further draw of a target needs a reason; the draws before it stay and are shown.
#[utoipa::path(post, path = "/api/v1/programmes/{id}/draws", tag = "programmes", request_body = DrawRequest,
    responses((status = 201, body = DrawView)))]
pub async fn draw(state: State, auth: Auth, id: Id<ProgrammeId>, body: Json<DrawRequest>) -> Answer {
    let command = DrawSample { programme: id.0, request: body.0 };
    let id = execute(&state, auth.caller(), command).await?;
    created(&format!("/api/v1/draws/{id}"), view(&state, &auth, id).await?)
}

/// One draw.
#[utoipa::path(get, path = "/api/v1/draws/{id}", tag = "programmes", responses((status = 200, body = DrawView)))]
pub async fn one(state: State, auth: Auth, id: Id<DrawId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// The operators that were drawn, in their order, each with its laboratory. Officers of regions that are charged see those of their region and under it.
#[utoipa::path(get, path = "/api/v1/draws/{id}/operators", tag = "programmes", params(SearchPage),
    responses((status = 200, content((Page<DrawnView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn operators(
    state: State,
    auth: Auth,
    id: Id<DrawId>,
    query: Query<SearchPage>,
    wanted: Wanted,
) -> Answer {
    let SearchPage { q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let id = id.0;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::operators(conn, actor, id, q.as_deref(), slice)
    };
    let wanted = match wanted.format(format) {
        Format::Json => wanted,
        _ => {
            let programme = view(&state, &auth, id).await?.programme_id;
            wanted.named(name(&state, &auth, programme).await?)
        }
    };
    wanted.answer(state, auth, format, &DRAWN, slice, work).await
}

/// Shares the samples of a draw out among the laboratories: within what each can take, none that tested the operator's last sample, none that takes
/// the samples itself. What was assigned before is given up.
#[utoipa::path(post, path = "/api/v1/draws/{id}/laboratories", tag = "programmes",
    responses((status = 200, body = LaboratoriesAssigned)))]
pub async fn assign(state: State, auth: Auth, id: Id<DrawId>) -> Answer {
    ok(execute(&state, auth.caller(), AssignLaboratories { draw: id.0 }).await?)
}

/// A draw as it is published, for everybody: the frame's SHA-256, the seed, the weights and the rows that were drawn. Operators are named once the
/// programme is closed.
#[utoipa::path(get, path = "/api/v1/public/draws/{id}", tag = "programmes",
    responses((status = 200, body = PublicDraw)))]
pub async fn published(state: State, id: Id<DrawId>) -> Answer {
    let id = id.0;
    ok(read(&state, move |app| public::get(&mut *app.snapshot()?, id)).await?)
}

/// The text of the frame of a draw, for everybody: a line for each row, in the order of the ids. Its SHA-256 is the one that is published.
#[utoipa::path(get, path = "/api/v1/public/draws/{id}/frame", tag = "programmes",
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn frame(state: State, id: Id<DrawId>) -> Answer {
    let id = id.0;
    let text = read(&state, move |app| public::frame(&mut *app.snapshot()?, id)).await?;
    let name = format!("frame_{id}");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, file_disposition(&name, &name, "csv")))
        .body(text))
}
