//! Deliveries that officers ask for: one again, all failed ones since a moment again, and one to try the webhook.

use crate::core::{Problem, Text};
use crate::db::schema::webhook_delivery;
use crate::db::{Command, Tx};
use crate::webhooks::event::TEST;
use crate::webhooks::ids::{DeliveryId, WebhookId};
use crate::webhooks::queue::WAKE;
use crate::webhooks::settings::WebhookSettings;
use crate::webhooks::state::{DeliveryState, DeliveryStep, rests, transition, under_way};
use crate::webhooks::store::{self, audit};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Sends deliveries again, each under its own id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReplayDeliveries {
    /// The webhook.
    pub id: WebhookId,
    /// The one to be sent again, whatever became of it.
    pub delivery: Option<DeliveryId>,
    /// All that failed of those written since this moment, the oldest first, as many as the settings allow.
    pub failed_since: Option<DateTime<Utc>>,
}

/// What is sent again.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Replayed {
    /// How many deliveries are sent again.
    pub deliveries: i64,
    /// Whether further ones failed since then, which another call sends again.
    pub more: bool,
}

impl Command for ReplayDeliveries {
    type Output = Replayed;
    const NAME: &'static str = "replay_webhook";

    fn run(&self, tx: &mut Tx) -> Result<Replayed, Problem> {
        let row = store::load(tx, self.id)?;
        if !row.works(tx)? {
            return Err(rests());
        }
        let (ids, more) = match (self.delivery, self.failed_since) {
            (Some(delivery), None) => (vec![self.one(tx, delivery)?], false),
            (None, Some(since)) => self.failed(tx, since)?,
            _ => {
                let text = Text::new(
                    "须在 delivery 与 failed_since 中填写且仅填写一项",
                    "give either a delivery or failed_since",
                );
                return Err(Problem::field("/delivery", text));
            }
        };
        diesel::update(webhook_delivery::table.filter(webhook_delivery::id.eq_any(&ids)))
            .set((
                webhook_delivery::state.eq(DeliveryState::Pending),
                webhook_delivery::ended_at.eq(None::<DateTime<Utc>>),
                webhook_delivery::tries.eq(0),
                webhook_delivery::since.eq(tx.now),
                webhook_delivery::next_attempt_at.eq(tx.now),
                webhook_delivery::claimed_until.eq(None::<DateTime<Utc>>),
            ))
            .execute(&mut *tx.conn)?;
        if !ids.is_empty() {
            tx.wake(WAKE);
        }
        let deliveries = i64::try_from(ids.len()).unwrap_or(i64::MAX);
        let data = json!({ "delivery": self.delivery, "since": self.failed_since, "deliveries": deliveries });
        audit(tx, (row.id, &row.region), Self::NAME, data)?;
        Ok(Replayed { deliveries, more })
    }
}

impl ReplayDeliveries {
    /// One of the webhook that is not under way.
    fn one(&self, tx: &mut Tx, id: DeliveryId) -> Result<DeliveryId, Problem> {
        let state: DeliveryState = webhook_delivery::table
            .filter(webhook_delivery::id.eq(id))
            .filter(webhook_delivery::webhook_id.eq(self.id))
            .select(webhook_delivery::state)
            .for_update()
            .first(&mut *tx.conn)?;
        transition(state, DeliveryStep::Replay)?;
        Ok(id)
    }

    /// Those that failed, and whether there are more than the settings allow.
    fn failed(&self, tx: &mut Tx, since: DateTime<Utc>) -> Result<(Vec<DeliveryId>, bool), Problem> {
        let most = i64::from(tx.settings.section::<WebhookSettings>().replay_most);
        let mut ids: Vec<DeliveryId> = webhook_delivery::table
            .filter(webhook_delivery::webhook_id.eq(self.id))
            .filter(webhook_delivery::state.eq(DeliveryState::Failed))
            .filter(webhook_delivery::created_at.ge(since))
            .order(webhook_delivery::id)
            .limit(most.saturating_add(1))
            .select(webhook_delivery::id)
            .for_update()
            .load(&mut *tx.conn)?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let more = ids.len() > most;
        ids.truncate(most);
        Ok((ids, more))
    }
}

/// Sends a delivery that is about nothing, to try the webhook. One at a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TestWebhook {
    /// The webhook.
    pub id: WebhookId,
}

impl Command for TestWebhook {
    type Output = DeliveryId;
    const NAME: &'static str = "test_webhook";

    fn run(&self, tx: &mut Tx) -> Result<DeliveryId, Problem> {
        let row = store::load(tx, self.id)?;
        if !row.works(tx)? {
            return Err(rests());
        }
        let waits: i64 = webhook_delivery::table
            .filter(webhook_delivery::webhook_id.eq(self.id))
            .filter(webhook_delivery::state.eq(DeliveryState::Pending))
            .filter(webhook_delivery::event.eq(TEST))
            .count()
            .get_result(&mut *tx.conn)?;
        if waits > 0 {
            return Err(under_way());
        }
        let id = DeliveryId::new();
        diesel::insert_into(webhook_delivery::table)
            .values((
                webhook_delivery::id.eq(id),
                webhook_delivery::webhook_id.eq(self.id),
                webhook_delivery::event.eq(TEST),
                webhook_delivery::subject.eq("webhook"),
                webhook_delivery::subject_id.eq(self.id.0),
                webhook_delivery::at.eq(tx.now),
                webhook_delivery::data.eq(json!({ "webhook": self.id, "region": row.region })),
                webhook_delivery::since.eq(tx.now),
                webhook_delivery::next_attempt_at.eq(tx.now),
                webhook_delivery::created_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        tx.wake(WAKE);
        audit(tx, (row.id, &row.region), Self::NAME, json!({}))?;
        Ok(id)
    }
}
