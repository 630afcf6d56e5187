//! Webhooks of an officer whose account ends.

use crate::accounts::people::officer_acts;
use crate::core::Problem;
use crate::db::Tx;
use crate::db::schema::webhook;
use crate::web::room::{Holder, OpenMatterKind};
use crate::webhooks::queue::WAKE;
use crate::webhooks::state::WebhookState;
use diesel::prelude::*;

/// The declaration.
pub const WEBHOOKS: OpenMatterKind =
    OpenMatterKind { name: "webhooks", zh: "事件推送", en: "webhooks", count, hand_on };

/// Those that rest already, since their officer may not see their region, do not go on.
fn count(conn: &mut PgConnection, of: Holder) -> Result<i64, Problem> {
    Ok(webhook::table
        .filter(webhook::account_id.eq(of.account))
        .filter(webhook::state.ne(WebhookState::Disabled))
        .filter(officer_acts(webhook::account_id, webhook::region))
        .count()
        .get_result(conn)?)
}

/// They go to the heir, with their secrets and what waits to be sent. Without one they rest until their officer is back or somebody deletes them. Those that the
/// platform has stopped pass on as well, so that the heir may start them, and count for nothing.
fn hand_on(tx: &mut Tx, from: Holder, to: Option<Holder>, _: &str) -> Result<i64, Problem> {
    let Some(heir) = to else { return Ok(0) };
    let theirs = webhook::table.filter(webhook::account_id.eq(from.account));
    let states: Vec<WebhookState> = diesel::update(theirs)
        .set((webhook::account_id.eq(heir.account), webhook::updated_at.eq(tx.now)))
        .returning(webhook::state)
        .get_results(&mut *tx.conn)?;
    tx.wake(WAKE);
    let working = states.iter().filter(|state| **state != WebhookState::Disabled).count();
    Ok(i64::try_from(working).unwrap_or(i64::MAX))
}
