//! The participants of a consultation, with how far they have read.

use crate::chat::reading::talk_marks;
use crate::core::Problem;
use crate::core::actor::Role;
use crate::core::ids::{AccountId, ConsultationId};
use crate::db::published::account;
use crate::db::schema::consultation_participant as p;
use diesel::prelude::*;
use serde::Serialize;

/// A participant, and how far they have read the talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reader {
    /// The account.
    pub id: AccountId,
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The number of the last message read; 0 for none.
    pub seq: i64,
}

/// The participants of a consultation that the caller sees.
///
/// # Errors
/// When the database can't be asked.
pub fn readers(conn: &mut PgConnection, id: ConsultationId) -> Result<Vec<Reader>, Problem> {
    let rows: Vec<(AccountId, String, Role)> = p::table
        .inner_join(account::table.on(account::id.eq(p::account_id)))
        .filter(p::consultation_id.eq(id))
        .filter(p::removed_at.is_null())
        .order(p::joined_at)
        .select((account::id, account::name, account::role))
        .load(conn)?;
    let marks = talk_marks(conn, id)?;
    let reader = |(id, name, role)| Reader { id, name, role, seq: marks.get(&id).copied().unwrap_or(0) };
    Ok(rows.into_iter().map(reader).collect())
}
