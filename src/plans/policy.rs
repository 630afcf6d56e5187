//! Who may ask for a plan, and know of one: the officers of its region and of those above it. [`visible_to`] and [`sees`] are the same
//! decision, for lists and for a loaded row.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::db::schema::{matching_plan as plans, region_scope};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;

/// A condition on plans.
pub type Visible = Box<dyn BoxableExpression<plans::table, Pg, SqlType = Bool>>;

/// The region of an officer, who alone has a part in plans.
///
/// # Errors
/// 401 without a log-in; 403 for everyone else.
pub fn permit(actor: &Actor) -> Result<&str, Problem> {
    match (actor, actor.scope()) {
        (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
        (_, Some(Scope::Admin(region))) => Ok(region),
        _ => Err(Problem::forbidden()),
    }
}

/// Whether the actor may know of a plan for this region, and decide on it.
pub fn sees(actor: &Actor, region: &str, catalogue: &Catalogue) -> bool {
    actor.officer_region().is_some_and(|scope| catalogue.regions.contains(scope, region))
}

/// The plans that the actor may know of.
pub fn visible_to(actor: &Actor) -> Visible {
    match actor.officer_region() {
        Some(scope) => {
            let under = region_scope::table
                .filter(region_scope::scope.eq(scope.to_owned()))
                .select(region_scope::region);
            Box::new(plans::region.eq_any(under))
        }
        None => Box::new(false.into_sql::<Bool>()),
    }
}
