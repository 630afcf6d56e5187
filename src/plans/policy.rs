//! Who may ask for a plan, and know of one: the officers of its region and of those above it ([`crate::db::regional`]).

use crate::core::actor::Actor;
use crate::db::regional::seen_regions;
pub use crate::db::regional::{permit, sees};
use crate::db::schema::matching_plan as plans;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;

/// A condition on plans.
pub type Visible = Box<dyn BoxableExpression<plans::table, Pg, SqlType = Bool>>;

/// The plans that the actor may know of.
pub fn visible_to(actor: &Actor) -> Visible {
    Box::new(plans::region.eq_any(seen_regions(actor)))
}
