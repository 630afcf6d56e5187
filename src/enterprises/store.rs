//! Writing what belongs to enterprises, for the commands of other domains.

use crate::core::Problem;
use crate::core::ids::NonconformityId;
use crate::db::schema::nonconformity;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

/// Sets the day of the rectification order of a nonconformity to that of its case. The caller holds the case's lock.
///
/// # Errors
/// When the database refuses.
pub fn set_order_day(
    conn: &mut PgConnection,
    id: NonconformityId,
    day: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    diesel::update(nonconformity::table.find(id))
        .filter(nonconformity::order_issued_on.is_distinct_from(day))
        .set((nonconformity::order_issued_on.eq(day), nonconformity::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}
