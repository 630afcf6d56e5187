//! Who may know of bulletins that are not published: the officers of the region that writes them and of those above it. Published ones everybody
//! reads, by the public routes.

use crate::core::actor::Actor;
use crate::db::regional::seen_regions;
pub use crate::db::regional::{permit, sees};
use crate::db::schema::bulletin;
use diesel::pg::Pg;
use diesel::prelude::*;

/// The bulletins that the actor may know of. [`sees`] says the same of the region of one.
pub fn visible_to(actor: &Actor) -> bulletin::BoxedQuery<'static, Pg> {
    bulletin::table.filter(bulletin::region.eq_any(seen_regions(actor))).into_boxed()
}
