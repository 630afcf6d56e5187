//! The figures of signals: how many by source, how many of them are matched, how long until they are triaged. Each with its numerator and
//! denominator.

use crate::core::fields::Fields;
use crate::core::{Actor, Problem};
use crate::signals::policy::permit;
use crate::signals::source::SignalSource;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Double, Nullable, Text};
use serde::{Deserialize, Serialize};

/// What the figures are narrowed to.
#[derive(Debug, Clone, Default)]
pub struct FigureFilter {
    /// Only signals that were published on this day or later.
    pub from: Option<NaiveDate>,
    /// Only signals that were published on this day or earlier.
    pub until: Option<NaiveDate>,
}

/// The figures of one source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SourceFigures {
    /// The source; none of all of them together.
    #[schema(inline)]
    pub source: Option<SignalSource>,
    /// Signals, without those that were merged or withdrawn.
    pub signals: i64,
    /// Of them, those whose kind or enterprise is known.
    pub matched: i64,
    /// Of the matched ones, those that a person matched.
    pub matched_by_person: i64,
    /// Signals that were merged into one with the same content.
    pub merged: i64,
    /// Signals that were dismissed.
    pub dismissed: i64,
    /// Signals on which an assessment or an alert rests.
    pub used: i64,
    /// Signals that were triaged: so many are in the days below.
    pub triaged: i64,
    /// The days from publication to triage that half of them took at most; none where none was triaged.
    pub median_days_to_triage: Option<f64>,
    /// The days that nine of ten took at most.
    pub days_of_nine_of_ten: Option<f64>,
}

/// The figures of all sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SignalFigures {
    /// Code of the region that they are about, with all under it.
    pub region: String,
    /// The first day of publication that counts; none where all count.
    pub from: Option<NaiveDate>,
    /// The last one.
    pub until: Option<NaiveDate>,
    /// All sources together.
    pub all: SourceFigures,
    /// Each source of which there is a signal, the most first.
    pub sources: Vec<SourceFigures>,
    /// How each figure is counted.
    pub formula: String,
}

/// How they are counted, in words.
const FORMULA: &str = "matched share = signals with a kind or an enterprise / signals without merged and withdrawn ones; \
    days to triage = day of the triage in Asia/Shanghai - day of publication, over triaged signals";

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Nullable<Text>)]
    source: Option<SignalSource>,
    #[diesel(sql_type = BigInt)]
    signals: i64,
    #[diesel(sql_type = BigInt)]
    matched: i64,
    #[diesel(sql_type = BigInt)]
    matched_by_person: i64,
    #[diesel(sql_type = BigInt)]
    merged: i64,
    #[diesel(sql_type = BigInt)]
    dismissed: i64,
    #[diesel(sql_type = BigInt)]
    used: i64,
    #[diesel(sql_type = BigInt)]
    triaged: i64,
    #[diesel(sql_type = Nullable<Double>)]
    median: Option<f64>,
    #[diesel(sql_type = Nullable<Double>)]
    ninth: Option<f64>,
}

impl From<Counted> for SourceFigures {
    fn from(counted: Counted) -> Self {
        Self {
            source: counted.source,
            signals: counted.signals,
            matched: counted.matched,
            matched_by_person: counted.matched_by_person,
            merged: counted.merged,
            dismissed: counted.dismissed,
            used: counted.used,
            triaged: counted.triaged,
            median_days_to_triage: counted.median,
            days_of_nine_of_ten: counted.ninth,
        }
    }
}

/// Signals that are alike in all that is counted stand together first, so that a million of them need not be ordered by their days.
const SQL: &str = "
    WITH alike AS MATERIALIZED (
        SELECT s.source, s.state, s.matched_by, count(*) AS n,
               CASE WHEN s.state NOT IN ('merged', 'withdrawn')
                    THEN (s.triaged_at AT TIME ZONE 'Asia/Shanghai')::date - s.published_on END AS days
        FROM signal s
        WHERE s.scope IN (SELECT r.region FROM region_scope r WHERE r.scope = $1)
          AND ($2::date IS NULL OR s.published_on >= $2) AND ($3::date IS NULL OR s.published_on <= $3)
        GROUP BY s.source, s.state, s.matched_by, days
    ), told AS (
        SELECT source, state, matched_by, n, days FROM alike
        UNION ALL
        SELECT NULL, state, matched_by, n, days FROM alike
    ), spread AS (
        SELECT source, days, sum(sum(n)) OVER (PARTITION BY source ORDER BY days) AS until, sum(sum(n)) OVER (PARTITION BY source) AS whole
        FROM told WHERE days IS NOT NULL GROUP BY source, days
    ), middle AS (
        SELECT source, min(days) FILTER (WHERE until >= 0.5 * whole) AS median, min(days) FILTER (WHERE until >= 0.9 * whole) AS ninth
        FROM spread GROUP BY source
    ), counted AS (
        SELECT source,
               coalesce(sum(n) FILTER (WHERE state NOT IN ('merged', 'withdrawn')), 0)::bigint AS signals,
               coalesce(sum(n) FILTER (WHERE state NOT IN ('merged', 'withdrawn') AND matched_by IS NOT NULL), 0)::bigint AS matched,
               coalesce(sum(n) FILTER (WHERE state NOT IN ('merged', 'withdrawn') AND matched_by = 'person'), 0)::bigint AS matched_by_person,
               coalesce(sum(n) FILTER (WHERE state = 'merged'), 0)::bigint AS merged,
               coalesce(sum(n) FILTER (WHERE state = 'dismissed'), 0)::bigint AS dismissed,
               coalesce(sum(n) FILTER (WHERE state = 'used'), 0)::bigint AS used,
               coalesce(sum(n) FILTER (WHERE days IS NOT NULL), 0)::bigint AS triaged
        FROM told GROUP BY source
    )
    SELECT c.source, c.signals, c.matched, c.matched_by_person, c.merged, c.dismissed, c.used, c.triaged,
           m.median::float8 AS median, m.ninth::float8 AS ninth
    FROM counted c LEFT JOIN middle m ON m.source IS NOT DISTINCT FROM c.source";

/// The figures of the officer's region and all under it.
///
/// # Errors
/// 401 and 403 as [`permit`]; 422 for a day before 1900 or a last day before the first.
pub fn figures(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &FigureFilter,
) -> Result<SignalFigures, Problem> {
    permit(actor)?;
    let region = actor.officer_region().ok_or_else(Problem::forbidden)?.to_owned();
    let mut fields = Fields::new();
    fields.query_day("from", filter.from);
    fields.query_day("until", filter.until);
    fields.done()?;
    let counted: Vec<Counted> = diesel::sql_query(SQL)
        .bind::<Text, _>(&region)
        .bind::<Nullable<Date>, _>(filter.from)
        .bind::<Nullable<Date>, _>(filter.until)
        .load(conn)?;
    let mut all: Vec<SourceFigures> = counted.into_iter().map(SourceFigures::from).collect();
    let whole = all.iter().position(|one| one.source.is_none()).map(|at| all.swap_remove(at));
    all.sort_by_key(|one| (std::cmp::Reverse(one.signals), one.source));
    let none = || SourceFigures {
        source: None,
        signals: 0,
        matched: 0,
        matched_by_person: 0,
        merged: 0,
        dismissed: 0,
        used: 0,
        triaged: 0,
        median_days_to_triage: None,
        days_of_nine_of_ten: None,
    };
    Ok(SignalFigures {
        region,
        from: filter.from,
        until: filter.until,
        all: whole.unwrap_or_else(none),
        sources: all,
        formula: FORMULA.to_owned(),
    })
}
