//! Who may know of bulletins that are not published: the officers of the region that writes them and of those above it. Published ones everybody
//! reads, by the public routes.

use crate::bulletins::ids::BulletinId;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::db::regional::seen_regions;
pub use crate::db::regional::{permit, sees};
use crate::db::schema::bulletin;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use uuid::Uuid;

/// The bulletins that the actor may know of. [`sees`] says the same of the region of one.
pub fn visible_to(actor: &Actor) -> bulletin::BoxedQuery<'static, Pg> {
    bulletin::table.filter(bulletin::region.eq_any(seen_regions(actor))).into_boxed()
}

/// Whether the actor may know of the bulletin of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_to(actor).filter(bulletin::id.eq(BulletinId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}
