//! Who may know of assessments: the officers of their region and of those above it.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::db::regional::seen_regions;
pub use crate::db::regional::{permit, sees};
use crate::db::schema::assessment;
use crate::risk::ids::AssessmentId;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use uuid::Uuid;

/// The assessments that the actor may know of. [`sees`] decides the same for the region of one.
pub fn visible_to(actor: &Actor) -> assessment::BoxedQuery<'static, Pg> {
    assessment::table.filter(assessment::region.eq_any(seen_regions(actor))).into_boxed()
}

/// Whether the actor may know of the assessment of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    Ok(diesel::select(exists(visible_to(actor).filter(assessment::id.eq(AssessmentId(id)))))
        .get_result(conn)?)
}
