//! Whether the grade is any good: how many operators of each grade fail the next sampling after they came to it, with the interval within which the
//! share lies with 95 percent confidence (E. B. Wilson, Journal of the American Statistical Association 22, 1927).

use crate::conduct::words::Grade;
use crate::core::Problem;
use crate::credit::settings::CreditMethod;
use crate::sampling_figures::indicators::percent;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Text, Timestamptz};
use serde::Serialize;

/// The two-sided 95 % point of the normal distribution.
const Z: f64 = 1.959_963_985;

/// How operators of a grade did at the next sampling.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = CreditRecidivism)]
pub struct Recidivism {
    /// The grade.
    #[schema(inline)]
    pub grade: Grade,
    /// Times that an operator came to the grade and was sampled within the window.
    pub sampled: i64,
    /// Of them those in which that sampling failed.
    pub failed: i64,
    /// `failed` ÷ `sampled` in percent, to two decimals; null where nobody was sampled.
    pub percent: Option<f64>,
    /// The lower end of the interval, in percent.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Counted {
    #[diesel(sql_type = Text)]
    grade: Grade,
    #[diesel(sql_type = BigInt)]
    sampled: i64,
    #[diesel(sql_type = BigInt)]
    failed: i64,
}

/// The interval of Wilson of a share in percent, to two decimals; none of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of samplings are far below 2^53")]
pub fn interval(part: i64, whole: i64) -> Option<(f64, f64)> {
    if whole <= 0 {
        return None;
    }
    let (n, share) = (whole as f64, part as f64 / whole as f64);
    let middle = share + Z * Z / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    let rounded = |value: f64| (value.clamp(0.0, 1.0) * 10_000.0).round() / 100.0;
    Some((rounded((middle - spread) / scale), rounded((middle + spread) / scale)))
}

/// How operators did, by grade, as of a day; a line for each grade.
///
/// # Errors
/// When the database can't be asked.
pub fn of(
    conn: &mut PgConnection,
    method: &CreditMethod,
    (region, day, moment): (&str, NaiveDate, DateTime<Utc>),
) -> Result<Vec<Recidivism>, Problem> {
    let counted: Vec<Counted> =
        diesel::sql_query("SELECT grade, sampled, failed FROM credit_recidivism($1, $2, $3, $4)")
            .bind::<Text, _>(region)
            .bind::<Date, _>(day)
            .bind::<Timestamptz, _>(moment)
            .bind::<Integer, _>(method.recidivism_months)
            .load(conn)?;
    let line = |grade: &Grade| {
        let found = counted.iter().find(|row| row.grade == *grade);
        let (sampled, failed) = found.map_or((0, 0), |row| (row.sampled, row.failed));
        let ends = interval(failed, sampled);
        Recidivism {
            grade: *grade,
            sampled,
            failed,
            percent: percent(failed, sampled),
            low: ends.map(|(low, _)| low),
            high: ends.map(|(_, high)| high),
        }
    };
    Ok(Grade::ALL.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_that_of_the_tables() {
        // Values of the literature: 0 of 10, 5 of 10, 81 of 263 (Newcombe, Statistics in Medicine 17, 1998).
        for (part, whole, low, high) in
            [(0, 10, 0.0, 27.75), (5, 10, 23.66, 76.34), (81, 263, 25.53, 36.62), (10, 10, 72.25, 100.0)]
        {
            let (found_low, found_high) = interval(part, whole).unwrap();
            assert!(
                (found_low - low).abs() < 0.006 && (found_high - high).abs() < 0.006,
                "{part} of {whole}: {found_low} {found_high}"
            );
        }
        assert_eq!(interval(0, 0), None);
    }
}
