//! Loading a webhook under a lock, for the commands.

use crate::accounts::people::officer_acts;
use crate::core::Problem;
use crate::core::ids::AccountId;
use crate::db::Tx;
use crate::db::schema::webhook;
use crate::db::tx::Subject;
use crate::webhooks::ids::WebhookId;
use crate::webhooks::policy::{permit, sees};
use crate::webhooks::state::WebhookState;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::Value;

/// The part of a row of `webhook` that commands decide by.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = webhook, check_for_backend(Pg))]
pub(super) struct Row {
    /// Id of the webhook.
    pub id: WebhookId,
    /// The officer who made it.
    pub account_id: AccountId,
    /// Its region.
    pub region: String,
    /// The endpoint.
    pub url: String,
    /// The state.
    pub state: WebhookState,
    /// Since when every attempt has failed.
    pub failing_since: Option<DateTime<Utc>>,
    /// The encrypted secret.
    pub secret: Vec<u8>,
    /// The name of the key that encrypted it.
    pub secret_kid: String,
}

/// Loads and locks a webhook that the actor may know of.
///
/// # Errors
/// 403 for who has no part in webhooks, 404 where the actor may not know of it.
pub(super) fn load(tx: &mut Tx, id: WebhookId) -> Result<Row, Problem> {
    permit(&tx.actor)?;
    let row: Row =
        webhook::table.find(id).for_no_key_update().select(Row::as_select()).first(&mut *tx.conn)?;
    if !sees(&tx.actor, &row.region, &tx.catalogue) {
        return Err(Problem::not_found());
    }
    Ok(row)
}

impl Row {
    /// Whether events are noted for it and deliveries sent.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn works(&self, tx: &mut Tx) -> Result<bool, Problem> {
        let acts: bool =
            diesel::select(officer_acts(self.account_id.0, &self.region)).get_result(&mut *tx.conn)?;
        Ok(acts && self.state == WebhookState::Active)
    }
}

/// Writes a row of the audit about a webhook, for the officers of its region.
///
/// # Errors
/// When the database refuses.
pub(super) fn audit(
    tx: &mut Tx,
    (id, region): (WebhookId, &str),
    action: &str,
    data: Value,
) -> Result<(), Problem> {
    tx.audit(action, Subject::new("webhook", id.0).in_region(region), data)
}
