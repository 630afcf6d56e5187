//! The HTTP handlers: they extract, execute and show.

use diesel::PgConnection;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api_keys::exports::KEYS;
use crate::api_keys::ids::ApiKeyId;
use crate::api_keys::incoming::{Incoming, OpenIncoming, enterprise_of};
use crate::api_keys::queries::{self, ApiKeyView};
use crate::api_keys::{CreateKey, RevokeKey};
use crate::app::App;
use crate::consultations::opening_queue::OpeningQueue;
use crate::consultations::queries as consultations;
use crate::consultations::settings::ConsultationSettings;
use crate::consultations::views::ConsultationView;
use crate::core::actor::Actor;
use crate::core::page::Page;
use crate::exports::{BookFile, SearchPage, Wanted};
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};

/// The API keys of the caller's region and all under it, the newest first.
#[utoipa::path(get, path = "/api/v1/api-keys", tag = "api-keys", params(SearchPage),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<ApiKeyView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<SearchPage>, wanted: Wanted) -> Answer {
    let slice = query.0.slice()?;
    let SearchPage { q, format, .. } = query.0;
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, q.as_deref(), slice, app.clock().now())
    };
    wanted.answer(state, auth, format, &KEYS, slice, work).await
}

/// An API key with what is presented, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewKey {
    /// The key.
    #[serde(flatten)]
    key: ApiKeyView,
    /// What the other system presents: `Authorization: Bearer zdk_…`.
    #[schema(example = "zdk_Qm3xT1v0J2c8n4bW6yR7fK9sLhDpZaXeUgItOqVmYwE")]
    secret: String,
}

/// Makes an API key. What is presented is shown this once.
#[utoipa::path(post, path = "/api/v1/api-keys", tag = "api-keys", request_body = CreateKey,
    extensions(("x-without-key" = json!(true)), ("x-step-up" = json!(true))),
    responses((status = 201, body = NewKey)))]
pub async fn create(state: State, auth: Auth, body: Json<CreateKey>) -> Answer {
    let made = execute(&state, auth.caller().without_idempotency_key(), body.0).await?;
    let (id, actor) = (made.id, auth.actor());
    let key = read(&state, move |app| queries::get(&mut *app.snapshot()?, &actor, id, app.clock().now()));
    let key = key.await?;
    created(&format!("/api/v1/api-keys/{id}"), NewKey { key, secret: made.secret })
}

/// One API key.
#[utoipa::path(get, path = "/api/v1/api-keys/{id}", tag = "api-keys", responses((status = 200, body = ApiKeyView)))]
pub async fn key(state: State, auth: Auth, id: Id<ApiKeyId>) -> Answer {
    let (id, actor) = (id.0, auth.actor());
    ok(read(&state, move |app| queries::get(&mut *app.snapshot()?, &actor, id, app.clock().now())).await?)
}

/// Revokes an API key at once. It stays in the list.
#[utoipa::path(delete, path = "/api/v1/api-keys/{id}", tag = "api-keys", responses((status = 204)))]
pub async fn revoke(state: State, auth: Auth, id: Id<ApiKeyId>) -> Answer {
    execute(&state, auth.caller(), RevokeKey { id: id.0 }).await?;
    no_content()
}

/// A consultation that another system has opened.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncomingView {
    /// The reference under which the system knows it.
    reference: String,
    /// Whether it was opened by an earlier call with the same reference.
    repeated: bool,
    /// The consultation.
    consultation: ConsultationView,
}

/// Opens a consultation in the name of an enterprise that has claimed its account, for another system. The same reference again gives the
/// consultation that it opened first. 404 for an enterprise that is not in the region of the key, 409 `enterprise_unclaimed` for one that is not claimed.
#[utoipa::path(post, path = "/api/v1/incoming/consultations", tag = "api-keys", request_body = Incoming,
    responses((status = 201, body = IncomingView), (status = 200, body = IncomingView)))]
pub async fn open(state: State, auth: Auth, body: Json<Incoming>) -> Answer {
    let (incoming, actor) = (body.0, auth.actor());
    let uscc = incoming.uscc.clone();
    let enterprise =
        read(&state, move |app| Ok(enterprise_of(&mut *app.snapshot()?, &actor, &uscc)?)).await?;
    let queue = state.app.cache().of::<OpeningQueue>();
    let most = state.app.settings().section::<ConsultationSettings>().openings_in_line;
    let turn = match enterprise {
        Some(id) => Some(queue.enter(id, most).await?),
        None => None,
    };
    let reference = incoming.reference.trim().to_owned();
    let opened = execute(&state, auth.caller(), OpenIncoming { incoming }).await?;
    drop(turn);
    let (id, actor) = (opened.consultation, auth.actor());
    let consultation = read(&state, move |app| consultations::get(&mut *app.snapshot()?, &actor, id)).await?;
    let view = IncomingView { reference, repeated: opened.repeated, consultation };
    if opened.repeated { ok(view) } else { created(&format!("/api/v1/consultations/{id}"), view) }
}
