//! An expert's own work in figures.

use crate::core::Problem;
use crate::core::ids::ExpertId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Nullable, Text, Timestamptz, Uuid as SqlUuid};

/// What an expert has done so far.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Record {
    /// Consultations offered.
    #[diesel(sql_type = BigInt)]
    pub offered: i64,
    /// Of these, accepted.
    #[diesel(sql_type = BigInt)]
    pub accepted: i64,
    /// Declined.
    #[diesel(sql_type = BigInt)]
    pub declined: i64,
    /// Expired without an answer.
    #[diesel(sql_type = BigInt)]
    pub lapsed: i64,
    /// Minutes from an offer to its acceptance: the median.
    #[diesel(sql_type = Nullable<Double>)]
    pub minutes_to_accept: Option<f64>,
    /// Consultations concluded.
    #[diesel(sql_type = BigInt)]
    pub concluded: i64,
    /// Of these, in the thirty days before.
    #[diesel(sql_type = BigInt)]
    pub concluded_lately: i64,
    /// Cases advised on that were re-inspected.
    #[diesel(sql_type = BigInt)]
    pub reinspected: i64,
    /// Of these, passed at the first re-inspection.
    #[diesel(sql_type = BigInt)]
    pub passed_first: i64,
}

/// What an expert has done so far.
///
/// # Errors
/// When the database can't be asked.
pub fn record(conn: &mut PgConnection, id: ExpertId, now: DateTime<Utc>) -> Result<Record, Problem> {
    Ok(diesel::sql_query(
        "SELECT count(o.*) AS offered,
                count(*) FILTER (WHERE o.answer = 'accepted') AS accepted,
                count(*) FILTER (WHERE o.answer = 'declined') AS declined,
                count(*) FILTER (WHERE o.answer = 'expired') AS lapsed,
                (percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM o.answered_at - o.offered_at))
                    FILTER (WHERE o.answer = 'accepted') / 60)::float8 AS minutes_to_accept,
                (SELECT count(*) FROM consultation c WHERE c.expert_id = x.id AND c.status = 'concluded'
                    AND c.closed IS NULL) AS concluded,
                (SELECT count(*) FROM consultation c WHERE c.expert_id = x.id AND c.status = 'concluded' AND c.closed IS NULL
                    AND c.concluded_at > $2 - interval '30 days') AS concluded_lately,
                x.reinspected::int8 AS reinspected, x.passed_first::int8 AS passed_first
         FROM published.expert x LEFT JOIN consultation_offer o ON o.expert_id = x.id
         WHERE x.id = $1
         GROUP BY x.id, x.reinspected, x.passed_first",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Timestamptz, _>(now)
    .get_result(conn)?)
}

/// A rating that an expert was given.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Rated {
    /// The consultation's subject.
    #[diesel(sql_type = Text)]
    pub subject: String,
    /// The enterprise.
    #[diesel(sql_type = Text)]
    pub enterprise: String,
    /// 1 to 5.
    #[diesel(sql_type = BigInt)]
    pub rating: i64,
    /// The enterprise's comment.
    #[diesel(sql_type = Nullable<Text>)]
    pub comment: Option<String>,
    /// When it happened.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub at: Option<DateTime<Utc>>,
}

/// The latest ratings of an expert's consultations, and how many there are of 1, 2, 3, 4 and 5.
///
/// # Errors
/// When the database can't be asked.
pub fn ratings(conn: &mut PgConnection, id: ExpertId, most: i64) -> Result<(Vec<Rated>, [i64; 5]), Problem> {
    use crate::db::schema::consultation as c;
    let latest = diesel::sql_query(
        "SELECT c.subject, e.name AS enterprise, c.rating::int8 AS rating, c.rating_comment AS comment, c.rated_at AS at
         FROM consultation c JOIN published.enterprise e ON e.id = c.enterprise_id
         WHERE c.expert_id = $1 AND c.rating IS NOT NULL
         ORDER BY c.rated_at DESC LIMIT $2",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<BigInt, _>(most)
    .load(conn)?;
    let counted: Vec<(Option<i32>, i64)> = c::table
        .filter(c::expert_id.eq(id))
        .filter(c::rating.is_not_null())
        .group_by(c::rating)
        .select((c::rating, diesel::dsl::count_star()))
        .load(conn)?;
    let mut spread = [0; 5];
    for (rating, count) in counted {
        let place = rating.and_then(|n| usize::try_from(n - 1).ok()).and_then(|at| spread.get_mut(at));
        if let Some(place) = place {
            *place = count;
        }
    }
    Ok((latest, spread))
}
