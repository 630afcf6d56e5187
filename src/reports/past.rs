//! A cache of reports of past days: what they say comes from history and never changes.

use crate::core::Problem;
use crate::core::clock::shanghai_day_end;
use crate::db::schema::past_day;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How long after its end a day is kept from then on: what was entered before midnight has been stored by then.
const SETTLED_AFTER: Duration = Duration::hours(1);

/// A report of a region as of the end of a past day: what was found the first time, or what `count` finds now.
///
/// # Errors
/// Those of `count`, and when the database can't be asked.
pub fn kept<T: Serialize + DeserializeOwned>(
    conn: &mut PgConnection,
    (region, day, what): (&str, NaiveDate, &str),
    now: DateTime<Utc>,
    count: impl FnOnce(&mut PgConnection) -> Result<T, Problem>,
) -> Result<T, Problem> {
    if now < shanghai_day_end(day) + SETTLED_AFTER {
        return count(conn);
    }
    let said: Option<serde_json::Value> =
        past_day::table.find((day, region, what)).select(past_day::said).first(conn).optional()?;
    // Of an earlier version's shape it is counted again.
    if let Some(known) = said.and_then(|said| serde_json::from_value(said).ok()) {
        return Ok(known);
    }
    let found = count(conn)?;
    let said = serde_json::to_value(&found).map_err(Problem::internal)?;
    diesel::insert_into(past_day::table)
        .values((
            past_day::day.eq(day),
            past_day::region.eq(region),
            past_day::what.eq(what),
            past_day::said.eq(&said),
        ))
        .on_conflict((past_day::day, past_day::region, past_day::what))
        .do_update()
        .set(past_day::said.eq(&said))
        .execute(conn)?;
    Ok(found)
}
