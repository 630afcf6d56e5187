//! What an expert was given to do: the row that is locked before anything is given, and when that was last.

use crate::core::Problem;
use crate::core::ids::ExpertId;
use crate::db::Tx;
use crate::db::schema::expert;
use diesel::prelude::*;

/// Locks an expert's row until the transaction ends: nobody else can give the expert anything, nor take or change something.
///
/// # Errors
/// When the database can't be asked. That there is no such expert is none.
pub fn lock(tx: &mut Tx, id: ExpertId) -> Result<(), Problem> {
    expert::table.find(id).select(expert::id).for_update().first::<ExpertId>(&mut *tx.conn).optional()?;
    Ok(())
}

/// Notes that an expert was given something now.
///
/// # Errors
/// When the database refuses.
pub fn note_assignment(tx: &mut Tx, id: ExpertId) -> Result<(), Problem> {
    diesel::update(expert::table.find(id)).set(expert::last_assigned_at.eq(tx.now)).execute(&mut *tx.conn)?;
    Ok(())
}
