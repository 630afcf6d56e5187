//! Who may know of a request: its person, and the officers of the region in charge and of those above it ([`crate::db::regional`]).

use crate::core::actor::Actor;
use crate::core::ids::AccountId;
use crate::db::regional::seen_regions;
pub use crate::db::regional::{permit, sees};
use crate::db::schema::personal_request;
use diesel::pg::Pg;
use diesel::prelude::*;

/// The requests that an officer may know of.
pub fn visible_to(actor: &Actor) -> personal_request::BoxedQuery<'static, Pg> {
    personal_request::table.filter(personal_request::region.eq_any(seen_regions(actor))).into_boxed()
}

/// The requests of a person.
pub fn own_of(account: AccountId) -> personal_request::BoxedQuery<'static, Pg> {
    personal_request::table.filter(personal_request::account_id.eq(account)).into_boxed()
}
