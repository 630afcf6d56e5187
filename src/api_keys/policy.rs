//! Who may know of a key: the officers of its region and of those above it ([`crate::db::regional`]).

use crate::core::actor::Actor;
use crate::db::regional::seen_regions;
pub use crate::db::regional::{permit, sees};
use crate::db::schema::api_key;
use diesel::pg::Pg;
use diesel::prelude::*;

/// The keys that the actor may know of.
pub fn visible_to(actor: &Actor) -> api_key::BoxedQuery<'static, Pg> {
    api_key::table.filter(api_key::region.eq_any(seen_regions(actor))).into_boxed()
}
