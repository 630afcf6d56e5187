//! Who may know of credit: the officers of the region of an operator and of those above it, and the operator itself of its own. Nobody else.
//! [`visible_to`] and [`sees`] are the same decision, for lists and for one row; a test holds them together. Tasks are the officers'.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::EnterpriseId;
use crate::credit::ids::CreditTaskId;
pub use crate::db::regional::permit;
use crate::db::regional::{self, seen_regions};
use crate::db::schema::{credit_subject, credit_task};
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

/// The subjects of which the actor may know. [`sees`] decides the same for one.
pub fn visible_to(actor: &Actor) -> credit_subject::BoxedQuery<'static, Pg> {
    let query = credit_subject::table.into_boxed();
    match (actor, actor.scope()) {
        (Actor::System, _) => query,
        (_, Some(Scope::Admin(_))) => query.filter(credit_subject::region.eq_any(seen_regions(actor))),
        (_, Some(Scope::Enterprise(id))) => query.filter(credit_subject::enterprise_id.eq(*id)),
        _ => query.filter(sql::<Bool>("FALSE")),
    }
}

/// Whether the actor may know of the credit of an enterprise in a region.
pub fn sees(actor: &Actor, enterprise: EnterpriseId, region: &str, catalogue: &Catalogue) -> bool {
    match actor.scope() {
        Some(Scope::Enterprise(id)) => *id == enterprise,
        _ => regional::sees(actor, region, catalogue),
    }
}

/// The tasks of which the actor may know: those of the officer's region and those under it. [`sees_task`] decides the same for the region of one.
pub fn visible_tasks(actor: &Actor) -> credit_task::BoxedQuery<'static, Pg> {
    credit_task::table.filter(credit_task::region.eq_any(seen_regions(actor))).into_boxed()
}

/// Whether the actor may know of the task of this id, by [`visible_tasks`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know_task(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_tasks(actor).filter(credit_task::id.eq(CreditTaskId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Whether the actor may know of, and do, a task of this region.
pub fn sees_task(actor: &Actor, region: &str, catalogue: &Catalogue) -> bool {
    regional::sees(actor, region, catalogue)
}

/// Whether the actor may have all subjects graded anew: an officer of a province, or the platform.
///
/// # Errors
/// 401 without a log-in; 403 for anyone else.
pub fn permit_province(actor: &Actor, catalogue: &Catalogue) -> Result<(), Problem> {
    permit(actor)?;
    let province = |code: &str| catalogue.regions.get(code).is_some_and(|region| region.parent.is_none());
    if *actor == Actor::System || actor.officer_region().is_some_and(province) {
        return Ok(());
    }
    Err(Problem::forbidden())
}
