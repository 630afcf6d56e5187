//! The count and the sum of an expert's ratings, which matching reads.

use crate::core::Problem;
use crate::core::ids::ExpertId;
use crate::db::Tx;
use crate::db::schema::expert;
use diesel::prelude::*;

/// Counts a rating of 1 to 5 for an expert. Locks the expert's row.
///
/// # Errors
/// When the database refuses.
pub fn add(tx: &mut Tx, id: ExpertId, rating: i32) -> Result<(), Problem> {
    count(tx, id, 1, rating)
}

/// Takes back a rating that was counted. Locks the expert's row.
///
/// # Errors
/// When the database refuses.
pub fn take_back(tx: &mut Tx, id: ExpertId, rating: i32) -> Result<(), Problem> {
    count(tx, id, -1, -rating)
}

fn count(tx: &mut Tx, id: ExpertId, ratings: i32, sum: i32) -> Result<(), Problem> {
    diesel::update(expert::table.find(id))
        .set((
            expert::rating_count.eq(expert::rating_count + ratings),
            expert::rating_sum.eq(expert::rating_sum + sum),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}
