//! The HTTP handlers: they extract, execute and show.

use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::accounts::device::Device;
use crate::core::Problem;
use crate::settings::YesNo;
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Lang};
use crate::web_push::ids::PushSubscriptionId;
use crate::web_push::queries::{self, PushSubscriptionView};
use crate::web_push::settings::WebPushSettings;
use crate::web_push::{Keys, SubscribeBrowser, TryPush, UnsubscribeBrowser, key};

/// What a browser needs to be subscribed.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushKey {
    /// Whether notices are sent to browsers here.
    enabled: bool,
    /// The public key of this installation, base64url: the browser's `applicationServerKey`.
    public_key: String,
}

/// The public key (VAPID) under which browsers are subscribed, and whether notices are sent to browsers at all.
#[utoipa::path(get, path = "/api/v1/push/key", tag = "accounts", responses((status = 200, body = PushKey)))]
pub async fn key(state: State, _auth: Auth) -> Answer {
    let enabled = state.app.settings().section::<WebPushSettings>().enabled == YesNo::Yes;
    let public = read(&state, key::public).await?;
    ok(PushKey { enabled, public_key: URL_SAFE_NO_PAD.encode(public) })
}

/// The browsers of the own account.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushSubscriptions {
    /// The newest first.
    items: Vec<PushSubscriptionView>,
}

/// The browsers that are told of unread messages, the caller's own.
#[utoipa::path(get, path = "/api/v1/me/push-subscriptions", tag = "accounts",
    responses((status = 200, body = PushSubscriptions)))]
pub async fn list(state: State, auth: Auth, language: Lang) -> Answer {
    let items = read(&state, move |app| queries::list(&mut *app.snapshot()?, &auth.person, language.0));
    ok(PushSubscriptions { items: items.await? })
}

/// A subscription as the browser gives it (`PushSubscription.toJSON()`).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPushSubscription {
    /// The address at the push service, of a host that the settings name.
    #[schema(example = "https://updates.push.services.mozilla.com/wpush/v2/gAAAAAB")]
    endpoint: String,
    /// When the browser lets it end, in milliseconds since 1970; it is not used.
    #[serde(rename = "expirationTime", default)]
    expiration_time: Option<f64>,
    /// The browser's keys.
    #[schema(inline)]
    keys: Keys,
}

/// Has unread messages told of in the browser that asks, while nobody of the account is connected. It ends with the session. A browser that is
/// known already is subscribed anew.
#[utoipa::path(post, path = "/api/v1/me/push-subscriptions", tag = "accounts", request_body = NewPushSubscription,
    responses((status = 201, body = PushSubscriptionView)))]
pub async fn subscribe(
    state: State,
    request: HttpRequest,
    auth: Auth,
    language: Lang,
    body: Json<NewPushSubscription>,
) -> Answer {
    let NewPushSubscription { endpoint, expiration_time, keys } = body.0;
    // Whether it has ended is said by the push service.
    let _ = expiration_time;
    let command = SubscribeBrowser { endpoint, keys, device: Device::of(&request) };
    let id = execute(&state, auth.caller(), command).await?;
    let person = auth.person.clone();
    let mine = read(&state, move |app| queries::list(&mut *app.snapshot()?, &person, language.0)).await?;
    let view = mine.into_iter().find(|one| one.id == id).ok_or_else(Problem::not_found)?;
    created(&format!("/api/v1/me/push-subscriptions/{id}"), view)
}

/// Stops notices to a browser of the own account.
#[utoipa::path(delete, path = "/api/v1/me/push-subscriptions/{id}", tag = "accounts", responses((status = 204)))]
pub async fn unsubscribe(state: State, auth: Auth, id: Id<PushSubscriptionId>) -> Answer {
    execute(&state, auth.caller(), UnsubscribeBrowser { id: id.0 }).await?;
    no_content()
}

/// Sends a trial to a browser of the own account, also while it is connected.
#[utoipa::path(post, path = "/api/v1/me/push-subscriptions/{id}/test", tag = "accounts", responses((status = 202)))]
pub async fn test(state: State, auth: Auth, id: Id<PushSubscriptionId>) -> Answer {
    execute(&state, auth.caller(), TryPush { id: id.0 }).await?;
    Ok(HttpResponse::Accepted().finish())
}
