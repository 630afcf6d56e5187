//! The platform stops a webhook that nobody answers, and tells its officer.

use crate::accounts::store::{find, recipient};
use crate::core::{Problem, Text};
use crate::db::schema::webhook;
use crate::db::{Command, Tx};
use crate::notifications::outbox;
use crate::webhooks::ids::WebhookId;
use crate::webhooks::mails::Mail;
use crate::webhooks::state::{DisabledReason, WebhookState};
use crate::webhooks::store::{self, audit};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Stops a webhook. Done by the platform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DisableWebhook {
    /// The webhook.
    pub id: WebhookId,
    /// Reason that its officer is told.
    pub reason: DisabledReason,
}

impl Command for DisableWebhook {
    type Output = ();
    const NAME: &'static str = "disable_webhook";

    fn run(&self, tx: &mut Tx) -> Result<(), Problem> {
        let row = store::load(tx, self.id)?;
        // Another server, or an officer, was faster.
        let still_fails = self.reason == DisabledReason::Gone || row.failing_since.is_some();
        if row.state != WebhookState::Active || !still_fails {
            return Ok(());
        }
        diesel::update(webhook::table.find(row.id))
            .set((
                webhook::state.eq(WebhookState::Disabled),
                webhook::disabled_reason.eq(self.reason),
                webhook::disabled_at.eq(tx.now),
                webhook::updated_at.eq(tx.now),
            ))
            .execute(&mut *tx.conn)?;
        let account = find(&mut tx.conn, row.account_id)?;
        if let Some(to) = recipient(&account).filter(|_| account.active) {
            let Text { zh, en } = self.reason.text();
            let mail = Mail::WebhookDisabled {
                url: row.url.clone(),
                reason_zh: zh.into_owned(),
                reason_en: en.into_owned(),
                link: tx.link(&format!("/webhooks/{}", row.id)),
            };
            outbox::enqueue(tx, &to, &mail)?;
        }
        audit(tx, (row.id, &row.region), Self::NAME, json!({ "url": row.url, "outcome": self.reason }))
    }
}
