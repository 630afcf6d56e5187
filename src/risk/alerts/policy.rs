//! Who may know of an alert: the officers of its region and of those above it ([`crate::db::regional`]).

use crate::core::actor::Actor;
use crate::db::regional::seen_regions;
pub use crate::db::regional::{permit, sees};
use crate::db::schema::quality_alert;
use diesel::pg::Pg;
use diesel::prelude::*;

/// The alerts that the actor may know of.
pub fn visible_to(actor: &Actor) -> quality_alert::BoxedQuery<'static, Pg> {
    quality_alert::table.filter(quality_alert::region.eq_any(seen_regions(actor))).into_boxed()
}
