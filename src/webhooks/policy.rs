//! Who may know of a webhook: the officers of its region and of those above it ([`crate::db::regional`]).

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::db::regional::seen_regions;
pub use crate::db::regional::{permit, sees};
use crate::db::schema::webhook;
use crate::webhooks::ids::WebhookId;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use uuid::Uuid;

/// The webhooks that the actor may know of.
pub fn visible_to(actor: &Actor) -> webhook::BoxedQuery<'static, Pg> {
    webhook::table.filter(webhook::region.eq_any(seen_regions(actor))).into_boxed()
}

/// Whether the actor may know of the webhook of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_to(actor).filter(webhook::id.eq(WebhookId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}
