//! What the results of a bulletin come to, as they stand now.

use crate::bulletins::ids::BulletinId;
use crate::core::Problem;
use crate::sampling_figures::indicators::percent;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};

/// What was found, as it stands now.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BulletinTotals {
    /// Results in the bulletin.
    pub results: i64,
    /// Those that are counted: without those that were corrected.
    pub counted: i64,
    /// Of the counted the nonconforming ones: without those that were overturned.
    pub nonconforming: i64,
    /// Marked as overturned or corrected.
    pub marked: i64,
    /// `nonconforming` ÷ `counted` in percent, to two decimals; null where nothing is counted.
    pub percent: Option<f64>,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(Pg))]
struct Sums {
    #[diesel(sql_type = BigInt)]
    results: i64,
    #[diesel(sql_type = BigInt)]
    counted: i64,
    #[diesel(sql_type = BigInt)]
    nonconforming: i64,
    #[diesel(sql_type = BigInt)]
    marked: i64,
}

const SUMS: &str = "
    SELECT count(*) AS results, count(*) FILTER (WHERE b.mark IS DISTINCT FROM 'corrected') AS counted,
           count(*) FILTER (WHERE b.mark IS NULL AND b.outcome = 'nonconforming') AS nonconforming,
           count(b.mark) AS marked
    FROM bulletin_item b WHERE b.bulletin_id = $1";

/// What was found by the results of a bulletin, as it stands now.
///
/// # Errors
/// When the database can't be asked.
pub fn totals(conn: &mut PgConnection, id: BulletinId) -> Result<BulletinTotals, Problem> {
    let Sums { results, counted, nonconforming, marked } =
        diesel::sql_query(SUMS).bind::<SqlUuid, _>(id.0).get_result(conn)?;
    Ok(BulletinTotals { results, counted, nonconforming, marked, percent: percent(nonconforming, counted) })
}
