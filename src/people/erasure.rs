//! The invitation of a person who is erased goes as well: it holds the name and the mail address.

use crate::core::ids::AccountId;
use crate::db::schema::account_invitation;
use diesel::prelude::*;

/// Deletes the invitations that these accounts were made by.
///
/// # Errors
/// When the database refuses.
pub fn forget_invitations(conn: &mut PgConnection, ids: &[AccountId]) -> QueryResult<usize> {
    diesel::delete(
        account_invitation::table.filter(account_invitation::account_id.eq_any(ids.iter().map(|id| id.0))),
    )
    .execute(conn)
}
