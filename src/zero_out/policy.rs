//! Who may ask for an import, and know of one: the operator, and the officers of the region under which it was asked for, or of one
//! above it. Who sees which enterprise is decided by `remediation`, which knows who consults with whom.

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::db::schema::{region_scope, zero_out_import as imports};
use crate::zero_out::ids::ImportId;
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};
use uuid::Uuid;

/// A condition on imports.
pub type Visible = Box<dyn BoxableExpression<imports::table, Pg, SqlType = Nullable<Bool>>>;

/// Whether the actor has any part in imports.
///
/// # Errors
/// 401 without a log-in; 403 for enterprises and experts.
pub fn permit(actor: &Actor) -> Result<(), Problem> {
    match (actor, actor.scope()) {
        (Actor::Anonymous, _) => Err(Problem::unauthenticated()),
        (Actor::System, _) | (_, Some(Scope::Admin(_) | Scope::Operator)) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}

/// The imports that the actor may know of, for lists and single rows; those without a region are the operator's.
pub fn visible_to(actor: &Actor) -> Visible {
    match (actor, actor.scope()) {
        (Actor::System, _) | (_, Some(Scope::Operator)) => Box::new(sql::<Nullable<Bool>>("true")),
        (_, Some(Scope::Admin(region))) => {
            let under = region_scope::table
                .filter(region_scope::scope.eq(region.clone()))
                .select(region_scope::region.nullable());
            Box::new(imports::region.eq_any(under))
        }
        _ => Box::new(sql::<Nullable<Bool>>("false")),
    }
}

/// Whether the actor may know of the import of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found =
        imports::table.filter(visible_to(actor)).filter(imports::id.eq(ImportId(id))).into_boxed::<Pg>();
    Ok(diesel::select(exists(found)).get_result(conn)?)
}
