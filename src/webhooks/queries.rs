//! Reading webhooks and their deliveries. No query here reads a secret.

use crate::accounts::people::officer_acts;
use crate::core::actor::Actor;
use crate::core::ids::AccountId;
use crate::core::page::{Page, Slice, Total};
use crate::core::{Problem, Text};
use crate::db::order::in_order;
use crate::db::published::account;
use crate::db::schema::{webhook, webhook_attempt, webhook_delivery};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::webhooks::event::{EventType, text_of};
use crate::webhooks::ids::{DeliveryId, WebhookId};
use crate::webhooks::policy::{permit, visible_to};
use crate::webhooks::state::{DeliveryState, DisabledReason, WebhookState};
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// A webhook, without its secret.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WebhookView {
    /// The webhook.
    pub id: WebhookId,
    /// The endpoint.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// The kinds of events that it asks for.
    pub events: Vec<EventType>,
    /// Code of the region whose events it is told of, with all under it.
    pub region: String,
    /// The name of the officer who made it.
    pub officer: String,
    /// Whether the officer may see the region. While not, the webhook rests.
    pub officer_acts: bool,
    /// The state.
    #[schema(inline)]
    pub state: WebhookState,
    /// Why the platform has stopped it.
    #[schema(inline)]
    pub disabled_reason: Option<DisabledReason>,
    /// When the platform has stopped it.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Since when every attempt has failed; absent where the last one succeeded.
    pub failing_since: Option<DateTime<Utc>>,
    /// Until when the secret before the present one signs as well.
    pub old_secret_until: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook, check_for_backend(Pg))]
struct Record {
    id: WebhookId,
    account_id: AccountId,
    url: String,
    description: String,
    events: Vec<EventType>,
    region: String,
    #[diesel(select_expression = officer_acts(webhook::account_id, webhook::region))]
    officer_acts: bool,
    state: WebhookState,
    disabled_reason: Option<DisabledReason>,
    disabled_at: Option<DateTime<Utc>>,
    failing_since: Option<DateTime<Utc>>,
    old_secret_until: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct WebhookFilter {
    /// Only those of this state.
    pub state: Option<WebhookState>,
    /// Only those in whose address or description these words stand.
    pub q: Option<String>,
}

/// Where webhooks are searched: the address and the description.
const TEXTS: Columns = Columns {
    texts: &["(search_fold(webhook.url) || E'\\n')", "(search_fold(webhook.description) || E'\\n')"],
    readings: &["search_readings(search_fold(webhook.description))"],
    code: false,
};

fn narrowed(
    actor: &Actor,
    state: Option<WebhookState>,
    found: Option<Condition>,
) -> webhook::BoxedQuery<'static, Pg> {
    let mut query = visible_to(actor);
    if let Some(state) = state {
        query = query.filter(webhook::state.eq(state));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

fn views(conn: &mut PgConnection, rows: Vec<Record>) -> Result<Vec<WebhookView>, Problem> {
    let officers: Vec<AccountId> = rows.iter().map(|row| row.account_id).collect();
    let names: Vec<(AccountId, String)> = account::table
        .filter(account::id.eq_any(officers))
        .select((account::id, account::name))
        .load(conn)?;
    let names: HashMap<AccountId, String> = names.into_iter().collect();
    let view = |row: Record| WebhookView {
        id: row.id,
        url: row.url,
        description: row.description,
        events: row.events,
        region: row.region,
        officer: names.get(&row.account_id).cloned().unwrap_or_default(),
        officer_acts: row.officer_acts,
        state: row.state,
        disabled_reason: row.disabled_reason,
        disabled_at: row.disabled_at,
        failing_since: row.failing_since,
        old_secret_until: row.old_secret_until,
        created_at: row.created_at,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// A page of webhooks, the newest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &WebhookFilter,
    slice: Slice,
) -> Result<Page<WebhookView>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<Record>> {
        let mut query = narrowed(actor, filter.state, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(webhook::id.lt(WebhookId(after)));
        }
        let rows = query
            .order(in_order(slice, webhook::id.desc()))
            .offset(slice.skip)
            .limit(slice.limit.saturating_add(1));
        rows.select(Record::as_select()).load(conn)
    };
    let Page { items, next_cursor } = Page::by_rank(search.ranks(), slice, load, |row| row.id.0)?;
    Ok(Page { items: views(conn, items)?, next_cursor })
}

/// How many webhooks a filter finds.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &WebhookFilter) -> Result<Total, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    Ok(total(conn, narrowed(actor, filter.state, search.any()).select(webhook::id))?)
}

/// One webhook.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of it.
pub fn get(conn: &mut PgConnection, actor: &Actor, id: WebhookId) -> Result<WebhookView, Problem> {
    permit(actor)?;
    let row = visible_to(actor).filter(webhook::id.eq(id)).select(Record::as_select()).first(conn)?;
    views(conn, vec![row])?.into_iter().next().ok_or_else(Problem::not_found)
}

/// One attempt at a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AttemptView {
    /// Its number, from 1.
    pub attempt: i32,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The status of the answer; absent where there was none.
    pub status: Option<i32>,
    /// Why there was no answer.
    pub error: Option<String>,
    /// The beginning of the answer, at most 1,024 bytes; what does not show is marked.
    pub answer: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: i32,
}

/// A delivery with its attempts.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeliveryView {
    /// The delivery: the receiver gets it as `webhook-id`, in every attempt.
    pub id: DeliveryId,
    /// The kind of event.
    #[schema(example = "case.cleared")]
    pub event: String,
    /// What it is about: `consultation`, `case`, `import`, or `webhook` for a test.
    pub subject: String,
    /// The id of that.
    pub subject_id: Uuid,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What is sent of it.
    #[schema(value_type = Object)]
    pub data: Value,
    /// The state.
    #[schema(inline)]
    pub state: DeliveryState,
    /// When it is tried next; only while it is pending.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was taken, given up or withheld.
    pub ended_at: Option<DateTime<Utc>>,
    /// Its attempts, the last one first, at most 50.
    pub attempts: Vec<AttemptView>,
    /// How many attempts there were.
    pub attempts_made: i32,
}

impl DeliveryView {
    /// The kind of event in words.
    pub fn event_text(&self) -> Text {
        text_of(&self.event)
    }

    /// The last attempt.
    pub fn last(&self) -> Option<&AttemptView> {
        self.attempts.first()
    }
}

/// Attempts of a delivery that are shown.
const ATTEMPTS: i32 = 50;

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_delivery, check_for_backend(Pg))]
struct DeliveryRecord {
    id: DeliveryId,
    event: String,
    subject: String,
    subject_id: Uuid,
    at: DateTime<Utc>,
    data: Value,
    state: DeliveryState,
    attempts: i32,
    next_attempt_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_attempt, check_for_backend(Pg))]
struct AttemptRecord {
    delivery_id: DeliveryId,
    ordinal: i32,
    at: DateTime<Utc>,
    status: Option<i32>,
    error: Option<String>,
    answer: Option<String>,
    took_ms: i32,
}

fn of_webhook(webhook: WebhookId, state: Option<DeliveryState>) -> webhook_delivery::BoxedQuery<'static, Pg> {
    let query = webhook_delivery::table.filter(webhook_delivery::webhook_id.eq(webhook)).into_boxed();
    match state {
        Some(state) => query.filter(webhook_delivery::state.eq(state)),
        None => query,
    }
}

/// A page of the deliveries of a webhook, the newest first.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the officer may not know of the webhook.
pub fn deliveries(
    conn: &mut PgConnection,
    actor: &Actor,
    id: WebhookId,
    state: Option<DeliveryState>,
    slice: Slice,
) -> Result<Page<DeliveryView>, Problem> {
    get(conn, actor, id)?;
    let mut query = of_webhook(id, state).order(webhook_delivery::id.desc());
    if let Some(after) = slice.after {
        query = query.filter(webhook_delivery::id.lt(DeliveryId(after)));
    }
    let rows: Vec<DeliveryRecord> =
        query.limit(slice.limit.saturating_add(1)).select(DeliveryRecord::as_select()).load(conn)?;
    let Page { items, next_cursor } = Page::cut(rows, slice, |row| row.id.0);
    let mut attempts = attempts_of(conn, &items)?;
    let view = |row: DeliveryRecord| DeliveryView {
        attempts: attempts.remove(&row.id).unwrap_or_default(),
        id: row.id,
        event: row.event,
        subject: row.subject,
        subject_id: row.subject_id,
        at: row.at,
        data: row.data,
        state: row.state,
        next_attempt_at: (row.state == DeliveryState::Pending).then_some(row.next_attempt_at),
        ended_at: row.ended_at,
        attempts_made: row.attempts,
    };
    Ok(Page { items: items.into_iter().map(view).collect(), next_cursor })
}

/// How many deliveries of a webhook there are.
///
/// # Errors
/// When the database can't be asked.
pub fn count_deliveries(
    conn: &mut PgConnection,
    id: WebhookId,
    state: Option<DeliveryState>,
) -> Result<Total, Problem> {
    Ok(total(conn, of_webhook(id, state).select(webhook_delivery::id))?)
}

fn attempts_of(
    conn: &mut PgConnection,
    rows: &[DeliveryRecord],
) -> Result<HashMap<DeliveryId, Vec<AttemptView>>, Problem> {
    let made: HashMap<DeliveryId, i32> = rows.iter().map(|row| (row.id, row.attempts)).collect();
    let found: Vec<AttemptRecord> = webhook_attempt::table
        .filter(webhook_attempt::delivery_id.eq_any(made.keys()))
        .order((webhook_attempt::delivery_id, webhook_attempt::ordinal.desc()))
        .select(AttemptRecord::as_select())
        .load(conn)?;
    let mut all: HashMap<DeliveryId, Vec<AttemptView>> = HashMap::new();
    for row in found {
        if made.get(&row.delivery_id).is_some_and(|made| made - row.ordinal >= ATTEMPTS) {
            continue;
        }
        all.entry(row.delivery_id).or_default().push(AttemptView {
            attempt: row.ordinal,
            at: row.at,
            status: row.status,
            error: row.error,
            answer: row.answer,
            took_ms: row.took_ms,
        });
    }
    Ok(all)
}
