//! Reading subscriptions: everyone the own ones.

use crate::accounts::device::device;
use crate::core::actor::Person;
use crate::core::ids::SessionId;
use crate::core::{Language, Problem};
use crate::db::schema::push_subscription;
use crate::web_push::ids::PushSubscriptionId;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;

/// A browser that is told by Web Push.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PushSubscriptionView {
    /// Id of the subscription.
    pub id: PushSubscriptionId,
    /// The address at the push service, by which a browser knows itself.
    pub endpoint: String,
    /// The program in plain words, as it names itself.
    #[schema(example = "Windows 电脑上的 Edge 浏览器")]
    pub device: String,
    /// Whether it was subscribed in the session that asks.
    pub current: bool,
    /// When it was subscribed, UTC.
    pub created_at: DateTime<Utc>,
    /// When its push service last took a message.
    pub delivered_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = push_subscription, check_for_backend(Pg))]
struct Row {
    id: PushSubscriptionId,
    session_id: SessionId,
    endpoint: String,
    user_agent: Option<String>,
    created_at: DateTime<Utc>,
    delivered_at: Option<DateTime<Utc>>,
}

/// The browsers of a person, the newest first.
///
/// # Errors
/// When the database can't be asked.
pub fn list(
    conn: &mut PgConnection,
    person: &Person,
    language: Language,
) -> Result<Vec<PushSubscriptionView>, Problem> {
    use push_subscription as s;
    let rows: Vec<Row> = s::table
        .filter(s::account_id.eq(person.account))
        .order(s::id.desc())
        .select(Row::as_select())
        .load(conn)?;
    let view = |row: Row| PushSubscriptionView {
        id: row.id,
        endpoint: row.endpoint,
        device: device(row.user_agent.as_deref()).get(language).to_owned(),
        current: row.session_id == person.session,
        created_at: row.created_at,
        delivered_at: row.delivered_at,
    };
    Ok(rows.into_iter().map(view).collect())
}
