//! How long operators have been in a grade.

use crate::conduct::words::Grade;
use crate::core::Problem;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text};
use serde::Serialize;

/// How long grades C and D last: those that ended, and those that still last on the day, as far as they have come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema, QueryableByName)]
#[schema(as = CreditGradeDays)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct GradeDays {
    /// The grade.
    #[diesel(sql_type = Text)]
    #[schema(inline)]
    pub grade: Grade,
    /// How many times operators came to it.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
    /// Of them those that still last.
    #[diesel(sql_type = BigInt)]
    pub lasting: i64,
    /// Half of them last no longer, in days; by nearest rank.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub median: Option<i64>,
}

/// From the day on which a grade begins to the day on which another one does, of each operator in its worst role.
const SPANS: &str = "
    SELECT s.grade, count(*) AS count, count(*) FILTER (WHERE s.until IS NULL) AS lasting,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY (coalesce(s.until, $2) - s.day)::bigint) AS median
    FROM (SELECT b.*, lead(b.day) OVER (PARTITION BY b.enterprise_id ORDER BY b.day) AS until
          FROM (SELECT c.*, lag(c.grade) OVER (PARTITION BY c.enterprise_id ORDER BY c.day) AS before
                FROM published.credit_change c WHERE c.worst AND c.day <= $2) b
          WHERE b.before IS DISTINCT FROM b.grade) s
    JOIN region_scope o ON o.region = s.region AND o.scope = $1
    WHERE s.grade IN ('c', 'd')
    GROUP BY s.grade ORDER BY s.grade";

/// How long grades C and D last, as of a day.
///
/// # Errors
/// When the database can't be asked.
pub fn of(conn: &mut PgConnection, (region, day): (&str, NaiveDate)) -> Result<Vec<GradeDays>, Problem> {
    Ok(diesel::sql_query(SPANS).bind::<Text, _>(region).bind::<Date, _>(day).load(conn)?)
}
