//! Who may know of a request: its person, and the officers of the region in charge and of those above it ([`crate::db::regional`]).

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::AccountId;
use crate::db::regional::seen_regions;
pub use crate::db::regional::{permit, sees};
use crate::db::schema::personal_request;
use crate::personal_data::ids::PersonalRequestId;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use uuid::Uuid;

/// The requests that an officer may know of.
pub fn visible_to(actor: &Actor) -> personal_request::BoxedQuery<'static, Pg> {
    personal_request::table.filter(personal_request::region.eq_any(seen_regions(actor))).into_boxed()
}

/// Whether the actor may know of the request of this id, by [`visible_to`]; asked before the body of a request is read.
///
/// # Errors
/// When the database can't be asked.
pub fn may_know(conn: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<bool, Problem> {
    let found = visible_to(actor).filter(personal_request::id.eq(PersonalRequestId(id)));
    Ok(diesel::select(exists(found)).get_result(conn)?)
}

/// The requests of a person.
pub fn own_of(account: AccountId) -> personal_request::BoxedQuery<'static, Pg> {
    personal_request::table.filter(personal_request::account_id.eq(account)).into_boxed()
}
