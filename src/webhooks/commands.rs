//! Officers register webhooks, change and delete them, and change their secrets.

use crate::core::fields::Fields;
use crate::core::{Problem, Text};
use crate::db::count_lock::{self, Counted};
use crate::db::regional;
use crate::db::schema::webhook;
use crate::db::{Command, Tx};
use crate::outgoing::address::{check, literal};
use crate::settings::YesNo;
use crate::webhooks::event::EventType;
use crate::webhooks::ids::WebhookId;
use crate::webhooks::queue::WAKE;
use crate::webhooks::secret::{random, sealed, shown};
use crate::webhooks::settings::WebhookSettings;
use crate::webhooks::state::{DisabledReason, WebhookState};
use crate::webhooks::store::{self, audit};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most characters of an address.
const MAX_URL: usize = 2_000;
/// The most characters of a description.
const MAX_DESCRIPTION: usize = 200;

/// Registers a webhook.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    /// The endpoint: `https://`, at most 2,000 characters, without a user name and without a fragment.
    #[schema(example = "https://hooks.example.gov.cn/zerodesk")]
    pub url: String,
    /// What it is for, at most 200 characters.
    #[serde(default)]
    pub description: String,
    /// The kinds of events that it asks for; at least one.
    pub events: Vec<EventType>,
    /// Code of the region whose events it is told of, with all under it: the caller's own or one below it. The own one where none is named.
    #[serde(default)]
    pub region: Option<String>,
}

/// A secret that is shown this once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WebhookSecret {
    /// The webhook.
    pub id: WebhookId,
    /// The secret, `whsec_` and base64.
    pub secret: String,
}

impl Command for CreateWebhook {
    type Output = WebhookSecret;
    const NAME: &'static str = "create_webhook";

    fn run(&self, tx: &mut Tx) -> Result<WebhookSecret, Problem> {
        let mut fields = Fields::new();
        let (account, region) = regional::set_up(tx, &mut fields, self.region.as_deref())?;
        let url = endpoint(tx.settings.section::<WebhookSettings>(), &mut fields, &self.url);
        let description = fields
            .optional_text("/description", Some(self.description.as_str()), MAX_DESCRIPTION)
            .unwrap_or_default();
        let events = chosen(&mut fields, &self.events);
        fields.done()?;
        let most = tx.settings.section::<WebhookSettings>().per_officer;
        let theirs = webhook::table.filter(webhook::account_id.eq(account)).count();
        let full = || {
            let zh = format!("每人最多设置 {most} 个推送地址，请先删除不再使用的");
            let en = format!("one officer may have {most} webhooks; delete some first");
            Problem::field("/url", Text::new(zh, en))
        };
        let counted = (Counted::Webhooks, account.0);
        count_lock::check_limit(&mut tx.conn, counted, most, |conn| theirs.get_result(conn), full)?;
        let (id, secret) = (WebhookId::new(), random()?);
        let kept = sealed(&tx.settings, id, &secret)?;
        diesel::insert_into(webhook::table)
            .values((
                webhook::id.eq(id),
                webhook::account_id.eq(account),
                webhook::region.eq(&region),
                webhook::url.eq(&url),
                webhook::description.eq(&description),
                webhook::events.eq(&events),
                webhook::state.eq(WebhookState::Active),
                webhook::secret.eq(kept.bytes),
                webhook::secret_kid.eq(kept.kid),
                webhook::created_at.eq(tx.now),
                webhook::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        audit(tx, (id, &region), Self::NAME, json!({ "url": url, "events": events }))?;
        Ok(WebhookSecret { id, secret: shown(&secret) })
    }
}

/// The kinds that are asked for, each once, in the order of all kinds.
fn chosen(fields: &mut Fields, asked: &[EventType]) -> Vec<EventType> {
    fields.require(!asked.is_empty(), "/events", "请至少选择一种事件", "choose at least one kind of event");
    EventType::ALL.iter().copied().filter(|kind| asked.contains(kind)).collect()
}

/// An endpoint as it is stored.
fn endpoint(settings: &WebhookSettings, fields: &mut Fields, text: &str) -> String {
    let typed = text.trim();
    if typed.chars().count() > MAX_URL {
        fields.fault(
            "/url",
            format!("不能超过 {MAX_URL} 个字符"),
            format!("must be at most {MAX_URL} characters"),
        );
        return String::new();
    }
    let Some(url) = reqwest::Url::parse(typed).ok().filter(|url| url.has_host()) else {
        fields.fault("/url", "不是有效的网址", "is not a valid address of the web");
        return String::new();
    };
    let plain = settings.plain_http == YesNo::Yes && url.scheme() == "http";
    fields.require(
        plain || url.scheme() == "https",
        "/url",
        "须以 https:// 开头",
        "must begin with https://",
    );
    fields.require(
        url.username().is_empty() && url.password().is_none() && url.fragment().is_none(),
        "/url",
        "不得含用户名、密码或者 # 及其后的部分",
        "must have no user name, no password and nothing behind #",
    );
    // What a name leads to is looked up before each call.
    let refused =
        url.host_str().and_then(literal).and_then(|address| check(address, &settings.allowed_networks).err());
    fields.require(
        refused.is_none(),
        "/url",
        "不能使用内网或其他非公网地址",
        "must not be a private or otherwise special address",
    );
    url.into()
}

/// Changes a webhook. What is absent stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeWebhook {
    /// The webhook.
    pub id: WebhookId,
    /// The endpoint.
    pub url: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The kinds of events that it asks for.
    pub events: Option<Vec<EventType>>,
    /// Whether it is told of events: what was stopped goes on with true.
    pub active: Option<bool>,
}

#[derive(AsChangeset)]
#[diesel(table_name = webhook)]
struct Changed {
    url: Option<String>,
    description: Option<String>,
    events: Option<Vec<EventType>>,
    state: Option<WebhookState>,
    disabled_reason: Option<Option<DisabledReason>>,
    disabled_at: Option<Option<DateTime<Utc>>>,
    failing_since: Option<Option<DateTime<Utc>>>,
    updated_at: DateTime<Utc>,
}

impl Command for ChangeWebhook {
    type Output = WebhookId;
    const NAME: &'static str = "change_webhook";

    fn run(&self, tx: &mut Tx) -> Result<WebhookId, Problem> {
        let row = store::load(tx, self.id)?;
        let mut fields = Fields::new();
        let settings = tx.settings.section::<WebhookSettings>();
        let url = self.url.as_deref().map(|url| endpoint(settings, &mut fields, url));
        let description = self.description.as_deref().map(|text| {
            fields.optional_text("/description", Some(text), MAX_DESCRIPTION).unwrap_or_default()
        });
        let events = self.events.as_deref().map(|events| chosen(&mut fields, events));
        fields.done()?;
        let state = match self.active {
            None => None,
            Some(true) => Some(WebhookState::Active),
            // What the platform has stopped stays so until an officer starts it.
            Some(false) if row.state == WebhookState::Disabled => None,
            Some(false) => Some(WebhookState::Paused),
        };
        let begins = state == Some(WebhookState::Active) && row.state != WebhookState::Active;
        let moved = url.as_ref().is_some_and(|url| *url != row.url);
        let changed = Changed {
            url: url.clone(),
            description,
            events: events.clone(),
            state,
            disabled_reason: begins.then_some(None),
            disabled_at: begins.then_some(None),
            failing_since: (begins || moved).then_some(None),
            updated_at: tx.now,
        };
        diesel::update(webhook::table.find(row.id)).set(changed).execute(&mut *tx.conn)?;
        if begins {
            tx.wake(WAKE);
        }
        let data = json!({ "url": url, "events": events, "state": state });
        audit(tx, (row.id, &row.region), Self::NAME, data)?;
        Ok(row.id)
    }
}

/// Deletes a webhook with its deliveries.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeleteWebhook {
    /// The webhook.
    pub id: WebhookId,
}

impl Command for DeleteWebhook {
    type Output = ();
    const NAME: &'static str = "delete_webhook";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let row = store::load(tx, self.id)?;
        diesel::delete(webhook::table.find(row.id)).execute(&mut *tx.conn)?;
        audit(tx, (row.id, &row.region), Self::NAME, json!({ "url": row.url }))
    }
}

/// Gives a webhook a new secret. The one before it signs as well for some hours, so that the receiver can change over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RotateSecret {
    /// The webhook.
    pub id: WebhookId,
}

impl Command for RotateSecret {
    type Output = WebhookSecret;
    const NAME: &'static str = "rotate_webhook_secret";

    fn run(&self, tx: &mut Tx) -> Result<WebhookSecret, Problem> {
        let row = store::load(tx, self.id)?;
        let secret = random()?;
        let kept = sealed(&tx.settings, row.id, &secret)?;
        let hours = tx.settings.section::<WebhookSettings>().old_secret_hours;
        diesel::update(webhook::table.find(row.id))
            .set((
                webhook::secret.eq(kept.bytes),
                webhook::secret_kid.eq(kept.kid),
                webhook::old_secret.eq(row.secret),
                webhook::old_secret_kid.eq(row.secret_kid),
                webhook::old_secret_until.eq(tx.now + Duration::hours(hours.into())),
                webhook::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        audit(tx, (row.id, &row.region), Self::NAME, json!({}))?;
        Ok(WebhookSecret { id: row.id, secret: shown(&secret) })
    }
}
