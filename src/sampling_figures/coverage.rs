//! The coverage rate of sampling (监督抽查覆盖率) in its three readings.

use crate::catalogue::{Catalogue, span};
use crate::core::Problem;
use crate::core::clock::{shanghai_date, shanghai_day_end};
use crate::inspections::words::Method;
use crate::programmes::coverage::{Coverage, CoverageReading, Share};
use crate::reports::past;
use crate::sampling_figures::breadth::Breadth;
use crate::sampling_figures::indicators::percent;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamptz};
use serde::{Deserialize, Serialize};

/// One reading of the coverage rate.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CoverageRate {
    /// What is compared.
    #[schema(inline)]
    pub reading: CoverageReading,
    /// Whether it is the reading of the rules in force.
    pub chosen: bool,
    /// How many were sampled.
    pub sampled: u64,
    /// Of how many; 0 where the register has none.
    pub of: u64,
    /// In percent, to two decimals, at most 100; null where there is nothing to compare with.
    pub percent: Option<f64>,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The operators of the register: the enterprises of a region that were in operation at the end of a day.
fn register(
    conn: &mut PgConnection,
    region: &str,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<i64, Problem> {
    if day == shanghai_date(now) {
        let (from, until) = span(region);
        // From the index of those in operation alone.
        let sql = "SELECT count(*) AS count FROM published.enterprise e
                   WHERE e.operating_status = 'operating' AND e.region BETWEEN $1 AND $2";
        let Count { count } =
            diesel::sql_query(sql).bind::<Text, _>(from).bind::<Text, _>(until).get_result(conn)?;
        return Ok(count);
    }
    past::kept(conn, (region, day, "operators in the register"), now, |conn| {
        let sql = "SELECT count(*) AS count FROM enterprises_at(NULL, $1, $2) e WHERE e.operating";
        let Count { count } = diesel::sql_query(sql)
            .bind::<Text, _>(region)
            .bind::<Timestamptz, _>(shanghai_day_end(day))
            .get_result(conn)?;
        Ok(count)
    })
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Licensed {
    #[diesel(sql_type = BigInt)]
    sampled: i64,
    #[diesel(sql_type = BigInt)]
    licensed: i64,
}

/// The licensed producers of a region at the end of a day, and how many of them were tested in the year.
fn licensed(
    conn: &mut PgConnection,
    (region, day): (&str, NaiveDate),
    (year, method): (i32, Method),
    now: DateTime<Utc>,
) -> Result<Licensed, Problem> {
    let count = |conn: &mut PgConnection, at: Option<DateTime<Utc>>| -> Result<Licensed, Problem> {
        Ok(diesel::sql_query("SELECT * FROM sampling_licensed($1, $2, $3, $4, $5)")
            .bind::<Text, _>(region)
            .bind::<Integer, _>(year)
            .bind::<Text, _>(method.as_str())
            .bind::<Date, _>(day)
            .bind::<Nullable<Timestamptz>, _>(at)
            .get_result(conn)?)
    };
    if day == shanghai_date(now) {
        return count(conn, None);
    }
    let what = format!("licensed producers {year} {method}");
    past::kept(conn, (region, day, &what), now, |conn| count(conn, Some(shanghai_day_end(day))))
}

/// The three readings of what was sampled by the end of a day.
///
/// # Errors
/// When the database can't be asked.
pub fn readings(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    (region, day): (&str, NaiveDate),
    of: (i32, Method),
    breadth: &Breadth,
    chosen: Option<CoverageReading>,
    now: DateTime<Utc>,
) -> Result<Vec<CoverageRate>, Problem> {
    let number = |count: i64| u64::try_from(count).unwrap_or(0);
    let kinds = u64::try_from(catalogue.products.kinds().count()).unwrap_or(0);
    let licensed = licensed(conn, (region, day), of, now)?;
    let coverage = Coverage {
        operators: Share {
            sampled: number(breadth.operators),
            of: number(register(conn, region, day, now)?),
        },
        kinds: Share { sampled: number(breadth.kinds), of: kinds },
        licensed: Share { sampled: number(licensed.sampled), of: number(licensed.licensed) },
    };
    let rate = |reading: &CoverageReading| {
        let share = coverage.of(*reading);
        let whole = i64::try_from(share.of).unwrap_or(i64::MAX);
        let part = i64::try_from(share.sampled.min(share.of)).unwrap_or(i64::MAX);
        CoverageRate {
            reading: *reading,
            chosen: chosen == Some(*reading),
            sampled: share.sampled,
            of: share.of,
            percent: percent(part, whole),
        }
    };
    Ok(CoverageReading::ALL.iter().map(rate).collect())
}
