//! Who may know of a tag: the officers of its region, of those above and of those under it, and the experts of consultations on which it can be
//! put. Who keeps it: the officers of its region and of those above ([`crate::db::regional`]).

use crate::catalogue::Catalogue;
use crate::consultations::tags::reach;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::db::regional::{permit, sees};
use crate::db::schema::consultation_tag;
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text};

/// The tags of which the actor may know.
///
/// # Errors
/// 401 without a log-in; 403 for anyone but experts and officers.
pub fn visible_to(
    conn: &mut PgConnection,
    actor: &Actor,
) -> Result<consultation_tag::BoxedQuery<'static, Pg>, Problem> {
    match actor.scope() {
        Some(Scope::Admin(_) | Scope::Expert(_)) => (),
        Some(_) => return Err(Problem::forbidden()),
        None => return Err(Problem::unauthenticated()),
    }
    let (scope, regions) = reach(conn, actor)?;
    let known = sql::<Bool>("consultation_tag.id IN (SELECT k.id FROM consultation_tags_known(")
        .bind::<Text, _>(scope)
        .sql(", ")
        .bind::<Array<Text>, _>(regions)
        .sql(") k)");
    Ok(consultation_tag::table.filter(known).into_boxed())
}

/// Whether the actor keeps the tags of a region.
pub fn keeps(actor: &Actor, region: &str, catalogue: &Catalogue) -> bool {
    permit(actor).is_ok() && sees(actor, region, catalogue)
}
