//! Who may know of a key: the officers of its region and of those above it. [`visible_to`] and [`sees`] are the same decision, for lists and
//! for a loaded row.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::db::schema::{api_key, region_scope};
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;

/// Whether the actor has any part in keys.
///
/// # Errors
/// 401 without a log-in; 403 for anyone but an officer.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    match (actor, actor.scope()) {
        (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
        (Actor::System, _) | (_, Some(Scope::Admin(_))) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}

/// Whether the actor may know of a key of this region.
pub fn sees(actor: &Actor, region: &str, catalogue: &Catalogue) -> bool {
    match (actor, actor.scope()) {
        (Actor::System, _) => true,
        (_, Some(Scope::Admin(scope))) => catalogue.regions.contains(scope, region),
        _ => false,
    }
}

/// The keys that the actor may know of.
pub fn visible_to(actor: &Actor) -> api_key::BoxedQuery<'static, Pg> {
    let query = api_key::table.into_boxed();
    match (actor, actor.scope()) {
        (Actor::System, _) => query,
        (_, Some(Scope::Admin(scope))) => query.filter(exists(
            region_scope::table
                .filter(region_scope::scope.eq(scope.clone()))
                .filter(region_scope::region.eq(api_key::region)),
        )),
        _ => query.filter(sql::<Bool>("FALSE")),
    }
}
