//! Feeds over HTTP: listed, registered, paused.

use diesel::PgConnection;

use crate::app::App;
use crate::core::Actor;
use crate::core::page::Page;
use crate::exports::{BookFile, SearchPage, Wanted};
use crate::signals::exports::FEEDS;
use crate::signals::ids::SignalFeedId;
use crate::signals::subscriptions::commands::{AddSignalFeed, ChangeSignalFeed, PauseSignalFeed};
use crate::signals::subscriptions::queries::{self, SignalFeedView};
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};

async fn view(state: &State, auth: &Auth, id: SignalFeedId) -> Result<SignalFeedView, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::get(&mut *app.snapshot()?, &actor, id)).await
}

/// The feeds of the province, the newest first, each with what came of the last call.
#[utoipa::path(get, path = "/api/v1/signals/feeds", tag = "signals", params(SearchPage),
    responses((status = 200, content((Page<SignalFeedView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<SearchPage>, wanted: Wanted) -> Answer {
    let slice = query.0.slice()?;
    let q = query.0.q;
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, q.as_deref(), slice)
    };
    wanted.answer(state, auth, query.0.format, &FEEDS, slice, work).await
}

/// Registers a feed of news or opinion (RSS 2.0 or Atom) by its address. Officers of the province alone do. Private and special addresses are
/// refused, whatever name leads to them.
#[utoipa::path(post, path = "/api/v1/signals/feeds", tag = "signals", request_body = AddSignalFeed,
    responses((status = 201, body = SignalFeedView)))]
pub async fn add(state: State, auth: Auth, body: Json<AddSignalFeed>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    created(&format!("/api/v1/signals/feeds/{id}"), view(&state, &auth, id).await?)
}

/// One feed.
#[utoipa::path(get, path = "/api/v1/signals/feeds/{id}", tag = "signals",
    responses((status = 200, body = SignalFeedView)))]
pub async fn one(state: State, auth: Auth, id: Id<SignalFeedId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// Corrects a feed as a whole; it is asked for at once. Entries that were read stay as they are until the feed tells them anew.
#[utoipa::path(put, path = "/api/v1/signals/feeds/{id}", tag = "signals", request_body = AddSignalFeed,
    responses((status = 200, body = SignalFeedView)))]
pub async fn change(state: State, auth: Auth, id: Id<SignalFeedId>, body: Json<AddSignalFeed>) -> Answer {
    execute(&state, auth.caller(), ChangeSignalFeed { id: id.0, feed: body.0 }).await?;
    ok(view(&state, &auth, id.0).await?)
}

/// Pauses a feed: it is not fetched any more.
#[utoipa::path(post, path = "/api/v1/signals/feeds/{id}/pause", tag = "signals",
    responses((status = 200, body = SignalFeedView)))]
pub async fn pause(state: State, auth: Auth, id: Id<SignalFeedId>) -> Answer {
    execute(&state, auth.caller(), PauseSignalFeed { id: id.0, paused: true }).await?;
    ok(view(&state, &auth, id.0).await?)
}

/// Resumes a feed: it is fetched at once.
#[utoipa::path(post, path = "/api/v1/signals/feeds/{id}/resume", tag = "signals",
    responses((status = 200, body = SignalFeedView)))]
pub async fn resume(state: State, auth: Auth, id: Id<SignalFeedId>) -> Answer {
    execute(&state, auth.caller(), PauseSignalFeed { id: id.0, paused: false }).await?;
    ok(view(&state, &auth, id.0).await?)
}
