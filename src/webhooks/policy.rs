//! Who may know of a webhook: the officers of its region and of those above it ([`crate::db::regional`]).

use crate::core::actor::Actor;
use crate::db::regional::seen_regions;
pub use crate::db::regional::{permit, sees};
use crate::db::schema::webhook;
use diesel::pg::Pg;
use diesel::prelude::*;

/// The webhooks that the actor may know of.
pub fn visible_to(actor: &Actor) -> webhook::BoxedQuery<'static, Pg> {
    webhook::table.filter(webhook::region.eq_any(seen_regions(actor))).into_boxed()
}
