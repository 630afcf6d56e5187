//! The HTTP handlers: they extract, execute and show.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::page::{Page, Slice};
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{accepted, created, execute, no_content, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use crate::webhooks::event::EventType;
use crate::webhooks::exports::{DELIVERIES, WEBHOOKS};
use crate::webhooks::ids::{DeliveryId, WebhookId};
use crate::webhooks::queries::{self, DeliveryView, WebhookFilter, WebhookView};
use crate::webhooks::state::{DeliveryState, WebhookState};
use crate::webhooks::{
    ChangeWebhook, CreateWebhook, DeleteWebhook, ReplayDeliveries, Replayed, RotateSecret, TestWebhook,
};

/// Filter and page of the list of webhooks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WebhookQuery {
    /// Only those of this state.
    #[param(inline)]
    state: Option<WebhookState>,
    /// Only those in whose address or description these words stand.
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

/// A webhook with its secret, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewWebhook {
    /// The webhook.
    #[serde(flatten)]
    webhook: WebhookView,
    /// The secret by which its calls are signed: base64 behind `whsec_`.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")]
    secret: String,
}

async fn view(state: &State, auth: &Auth, id: WebhookId) -> Result<WebhookView, Failure> {
    let actor = auth.actor();
    read(state, move |app| queries::get(&mut *app.snapshot()?, &actor, id)).await
}

/// The webhooks of the caller's region and all under it, the newest first.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks", params(WebhookQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<WebhookView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<WebhookQuery>, wanted: Wanted) -> Answer {
    let WebhookQuery { state: of_state, q, format, limit, cursor } = query.0;
    let filter = WebhookFilter { state: of_state, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &WEBHOOKS, move |_, conn, actor, slice| {
            queries::list(conn, actor, &filter, slice)
        })
        .await
}

/// Registers a webhook. Its secret is shown this once. Calls are signed as Standard Webhooks says, and tried again for days.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", request_body = CreateWebhook,
    extensions(("x-without-key" = json!(true)), ("x-step-up" = json!(true))),
    responses((status = 201, body = NewWebhook)))]
pub async fn create(state: State, auth: Auth, body: Json<CreateWebhook>) -> Answer {
    let made = execute(&state, auth.caller().without_idempotency_key(), body.0).await?;
    let webhook = view(&state, &auth, made.id).await?;
    created(&format!("/api/v1/webhooks/{}", made.id), NewWebhook { webhook, secret: made.secret })
}

/// One webhook.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    responses((status = 200, body = WebhookView)))]
pub async fn webhook(state: State, auth: Auth, id: Id<WebhookId>) -> Answer {
    ok(view(&state, &auth, id.0).await?)
}

/// What is changed of a webhook. What is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookChange {
    /// The endpoint.
    url: Option<String>,
    /// What it is for, at most 200 characters.
    description: Option<String>,
    /// The kinds of events that it asks for; at least one.
    events: Option<Vec<EventType>>,
    /// Whether it is told of events. What was stopped, by an officer or by the platform, goes on with true.
    active: Option<bool>,
}

/// Changes a webhook, stops it or starts it again.
#[utoipa::path(patch, path = "/api/v1/webhooks/{id}", tag = "webhooks", request_body = WebhookChange,
    extensions(("x-step-up" = json!(true))), responses((status = 200, body = WebhookView)))]
pub async fn change(state: State, auth: Auth, id: Id<WebhookId>, body: Json<WebhookChange>) -> Answer {
    let WebhookChange { url, description, events, active } = body.0;
    let command = ChangeWebhook { id: id.0, url, description, events, active };
    let id = execute(&state, auth.caller(), command).await?;
    ok(view(&state, &auth, id).await?)
}

/// Deletes a webhook with its deliveries.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", tag = "webhooks", responses((status = 204)))]
pub async fn delete(state: State, auth: Auth, id: Id<WebhookId>) -> Answer {
    execute(&state, auth.caller(), DeleteWebhook { id: id.0 }).await?;
    no_content()
}

/// Gives a webhook a new secret, shown this once. The one before it signs as well for some hours: `webhook-signature` then has two, with a
/// blank between.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/rotate", tag = "webhooks",
    extensions(("x-without-key" = json!(true)), ("x-step-up" = json!(true))),
    responses((status = 200, body = NewWebhook)))]
pub async fn rotate(state: State, auth: Auth, id: Id<WebhookId>) -> Answer {
    let made = execute(&state, auth.caller().without_idempotency_key(), RotateSecret { id: id.0 }).await?;
    let webhook = view(&state, &auth, made.id).await?;
    ok(NewWebhook { webhook, secret: made.secret })
}

/// A delivery that is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sending {
    /// The delivery.
    id: DeliveryId,
}

/// Sends a delivery that is about nothing, `webhook.test`, to try a webhook. One at a time: 409 `webhook_delivery_pending`.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/test", tag = "webhooks", responses((status = 202, body = Sending)))]
pub async fn test(state: State, auth: Auth, id: Id<WebhookId>) -> Answer {
    let sent = execute(&state, auth.caller(), TestWebhook { id: id.0 }).await?;
    accepted(&format!("/api/v1/webhooks/{}/deliveries", id.0), Sending { id: sent })
}

/// Filter and page of the deliveries of a webhook.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveryQuery {
    /// Only those of this state.
    #[param(inline)]
    state: Option<DeliveryState>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The deliveries of a webhook with their attempts, the newest first.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}/deliveries", tag = "webhooks", params(DeliveryQuery),
    responses((status = 200, content((Page<DeliveryView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn deliveries(
    state: State,
    auth: Auth,
    id: Id<WebhookId>,
    query: Query<DeliveryQuery>,
    wanted: Wanted,
) -> Answer {
    let DeliveryQuery { state: of_state, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let id = id.0;
    let wanted = match wanted.format(format) {
        Format::Json => wanted,
        _ => wanted.named(view(&state, &auth, id).await?.url),
    };
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::deliveries(conn, actor, id, of_state, slice)
    };
    wanted.answer(state, auth, format, &DELIVERIES, slice, work).await
}

/// What is to be sent again: either one delivery, or all that failed since a moment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// The delivery to be sent again, whatever became of it. One under way: 409 `webhook_delivery_pending`.
    delivery: Option<DeliveryId>,
    /// All that failed of those written since this moment, the oldest first, as many as the settings allow.
    failed_since: Option<DateTime<Utc>>,
}

/// Sends deliveries again, each under its own id.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/replay", tag = "webhooks", request_body = Replay,
    responses((status = 200, body = Replayed)))]
pub async fn replay(state: State, auth: Auth, id: Id<WebhookId>, body: Json<Replay>) -> Answer {
    let Replay { delivery, failed_since } = body.0;
    ok(execute(&state, auth.caller(), ReplayDeliveries { id: id.0, delivery, failed_since }).await?)
}
