//! Whether a commitment is overdue: kept beside its promises.

use crate::core::Problem;
use crate::db::Tx;
use crate::db::schema::{commitment, commitment_promise};
use crate::engagements::ids::EngagementId;
use diesel::dsl::{exists, select};
use diesel::prelude::*;

/// Keeps whether a promise of a commitment is past due and not reported. The commitment is locked by who calls this.
///
/// # Errors
/// When the database refuses.
pub fn refresh(tx: &mut Tx, id: EngagementId) -> Result<(), Problem> {
    use commitment_promise as p;
    let open = p::table
        .filter(p::commitment_id.eq(id))
        .filter(p::overdue_at.is_not_null())
        .filter(p::reported_on.is_null());
    let overdue: bool = select(exists(open)).get_result(&mut *tx.conn)?;
    diesel::update(commitment::table.find(id))
        .set((commitment::overdue.eq(overdue), commitment::updated_at.eq(tx.now)))
        .execute(&mut *tx.conn)?;
    Ok(())
}
