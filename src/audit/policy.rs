//! Who may read the audit: the operator all of it, officers the rows about things of their region and of those under it. Rows about one
//! thing are also shown with that thing, as a case's in its dossier, to whoever may see it.

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::db::published::audit_entry;
use crate::db::schema::region_scope;
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;

/// Whether the actor has any part in the audit.
///
/// # Errors
/// 403 for all but admins and operators.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    match actor.scope() {
        Some(Scope::Admin(_) | Scope::Operator) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}

/// The rows that the actor may know of.
pub fn visible_to(actor: &Actor) -> audit_entry::BoxedQuery<'static, Pg> {
    match actor.scope() {
        Some(Scope::Operator) => audit_entry::table.into_boxed(),
        Some(Scope::Admin(scope)) => {
            let seen = region_scope::table
                .filter(region_scope::scope.eq(scope.clone()))
                .select(region_scope::region.nullable());
            audit_entry::table.filter(audit_entry::region.eq_any(seen)).into_boxed()
        }
        _ => audit_entry::table.filter(sql::<Bool>("FALSE")).into_boxed(),
    }
}
