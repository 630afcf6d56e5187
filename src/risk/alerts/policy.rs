//! Who may know of an alert: the officers of its region and of those above it ([`crate::db::regional`]).

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::db::regional::seen_regions;
pub use crate::db::regional::{permit, sees};
use crate::db::schema::quality_alert;
use crate::risk::ids::AlertId;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use uuid::Uuid;

/// The alerts that the actor may know of.
pub fn visible_to(actor: &Actor) -> quality_alert::BoxedQuery<'static, Pg> {
    quality_alert::table.filter(quality_alert::region.eq_any(seen_regions(actor))).into_boxed()
}

/// Whether the actor may know of the alert of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_to(actor).filter(quality_alert::id.eq(AlertId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}
