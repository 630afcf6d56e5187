//! Who may know of a claim and decide it: the officers of the enterprise's region and of those above it, and the operator.
//! [`visible_to`] and [`sees`] are the same decision, for lists and for a loaded row. Who sees which enterprise is decided by
//! `remediation`, which knows who consults with whom.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::EnterpriseId;
use crate::db::schema::{enterprise, region_scope};
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

/// A condition on the enterprise of a claim.
pub type Visible = Box<dyn BoxableExpression<enterprise::table, Pg, SqlType = Bool>>;

/// Whether the actor has any part in claims.
///
/// # Errors
/// 403 for whoever is neither admin nor operator.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    match actor.scope() {
        Some(Scope::Admin(_) | Scope::Operator) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}

/// Whether the actor may know of, and decide, the claims on an enterprise of this region.
pub fn sees(actor: &Actor, region: &str, catalogue: &Catalogue) -> bool {
    match actor.scope() {
        Some(Scope::Admin(scope)) => catalogue.regions.contains(scope, region),
        Some(Scope::Operator) => true,
        _ => false,
    }
}

/// The enterprises of whose claims the actor may know.
pub fn visible_to(actor: &Actor) -> Visible {
    match actor.scope() {
        Some(Scope::Admin(scope)) => Box::new(enterprise::region.eq_any(
            region_scope::table.filter(region_scope::scope.eq(scope.clone())).select(region_scope::region),
        )),
        Some(Scope::Operator) => Box::new(true.into_sql::<Bool>()),
        _ => Box::new(false.into_sql::<Bool>()),
    }
}

/// Whether the actor may know of the claims on the enterprise of this id, and correct how it is reached, by [`visible_to`]; asked before the body
/// of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = enterprise::table
        .filter(visible_to(actor))
        .filter(enterprise::id.eq(EnterpriseId(id)))
        .into_boxed::<Pg>();
    Ok(diesel::select(exists(found)).get_result(conn)?)
}
