//! Who may ask for a plan, and know of one: the officers of its region and of those above it ([`crate::db::regional`]).

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::db::regional::seen_regions;
pub use crate::db::regional::{permit, sees};
use crate::db::schema::matching_plan as plans;
use crate::plans::ids::PlanId;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

/// A condition on plans.
pub type Visible = Box<dyn BoxableExpression<plans::table, Pg, SqlType = Bool>>;

/// The plans that the actor may know of.
pub fn visible_to(actor: &Actor) -> Visible {
    Box::new(plans::region.eq_any(seen_regions(actor)))
}

/// Whether the actor may know of the plan of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = plans::table.filter(visible_to(actor)).filter(plans::id.eq(PlanId(id))).into_boxed::<Pg>();
    Ok(diesel::select(exists(found)).get_result(conn)?)
}
