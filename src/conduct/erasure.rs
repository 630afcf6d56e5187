//! Entries whose period has passed: their texts and files go, what grades are made of stays. What is due is decided by `retention`, above.

use crate::attachments;
use crate::conduct::ids::ConductId;
use crate::core::Problem;
use crate::db::Tx;
use diesel::prelude::*;
use diesel::sql_types::{Array, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErasedConduct {
    /// Entries.
    pub entries: i64,
    /// Bytes of their files.
    pub bytes: i64,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Gone {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Erases the descriptions of entries, the reasons in their histories, and their files.
///
/// # Errors
/// When the database refuses.
pub fn erase(tx: &mut Tx, entries: &[ConductId]) -> Result<ErasedConduct, Problem> {
    let asked: Vec<Uuid> = entries.iter().map(|id| id.0).collect();
    let gone: Vec<Gone> = diesel::sql_query("SELECT id FROM conduct_erase_texts($1, $2) AS g (id)")
        .bind::<Array<SqlUuid>, _>(asked)
        .bind::<Timestamptz, _>(tx.now)
        .load(&mut *tx.conn)?;
    let gone: Vec<Uuid> = gone.into_iter().map(|row| row.id).collect();
    let sizes = attachments::erasure::mark_used(tx, &gone)?;
    Ok(ErasedConduct { entries: i64::try_from(gone.len()).unwrap_or(i64::MAX), bytes: sizes.iter().sum() })
}
