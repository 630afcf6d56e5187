//! Who may know of a region's tag: the officers of the region, of those above and of those under it, and the experts of consultations on which it
//! can be put. Who keeps it: the officers of the region and of those above ([`crate::db::regional`]). Of a product hospital's tag: its experts
//! keep it, and the officers know of it in whose regions it stands on a consultation.

use crate::catalogue::Catalogue;
use crate::consultations::tags::{Reach, reach};
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::TagId;
use crate::db::regional::{permit, sees};
use crate::db::schema::consultation_tag;
use diesel::dsl::{exists, sql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Nullable, Text};
use uuid::Uuid;

/// Whose a tag is, by code: who keeps it, and on which consultations it can be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// A region's: on the consultations of all enterprises in it.
    Region(String),
    /// A product hospital's: by its experts, on the consultations in which they take part.
    Hospital(String),
}

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
    let Reach { scope, regions, hospital } = reach(conn, actor)?;
    let known = sql::<Bool>("consultation_tag.id IN (SELECT k.id FROM consultation_tags_known(")
        .bind::<Text, _>(scope)
        .sql(", ")
        .bind::<Array<Text>, _>(regions)
        .sql(", ")
        .bind::<Nullable<Text>, _>(hospital)
        .sql(") k)");
    Ok(consultation_tag::table.filter(known).into_boxed())
}

/// Whether the actor may know of the tag of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// 403 for anyone but experts and officers; when the database can't be asked.
pub fn may_know_tag(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_to(conn, actor)?.filter(consultation_tag::id.eq(TagId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// Whether the actor, an expert of the hospital `own` if any, keeps the tags of an owner.
pub fn keeps(actor: &Actor, own: Option<&str>, owner: &Owner, catalogue: &Catalogue) -> bool {
    match owner {
        Owner::Region(region) => permit(actor).is_ok() && sees(actor, region, catalogue),
        Owner::Hospital(hospital) => own == Some(hospital.as_str()),
    }
}
