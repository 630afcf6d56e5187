//! The list of inspections that were recorded, and the figures. For officers.

use crate::catalogue::SupervisionClass;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::page::{Page, Slice, Total};
use crate::inspections::ids::InspectionId;
use crate::programmes::settings::ProgrammeSettings;
use crate::recordings::chain::ChainState;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};

/// Which inspections are wanted.
#[derive(Debug, Clone, Default)]
pub struct RecordingFilter {
    /// Only those whose chains come to this.
    pub chain: Option<ChainState>,
    /// Only those of which something is noted, or only those of which nothing is.
    pub flagged: Option<bool>,
}

/// What the recordings of an inspection come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, QueryableByName, utoipa::ToSchema)]
pub struct SummaryView {
    /// The inspection.
    #[diesel(sql_type = SqlUuid)]
    pub inspection: InspectionId,
    /// The number of its form.
    #[diesel(sql_type = Text)]
    pub number: String,
    /// The name of the operator.
    #[diesel(sql_type = Text)]
    pub operator_name: String,
    /// The name of the product.
    #[diesel(sql_type = Text)]
    pub product_name: String,
    /// Code of the region where it took place.
    #[diesel(sql_type = Text)]
    pub place_region: String,
    /// What the chains come to together.
    #[diesel(sql_type = Text)]
    #[schema(inline)]
    pub chain: ChainState,
    /// Recordings.
    #[diesel(sql_type = Integer)]
    pub recordings: i32,
    /// Segments that have come.
    #[diesel(sql_type = Integer)]
    pub segments: i32,
    /// Seconds that were recorded.
    #[diesel(sql_type = BigInt)]
    pub seconds: i64,
    /// Required shots that are not there.
    #[diesel(sql_type = Integer)]
    pub shots_missing: i32,
    /// Times longer than the setting in which nothing was recorded.
    #[diesel(sql_type = Integer)]
    pub gaps: i32,
    /// Segments that came late.
    #[diesel(sql_type = Integer)]
    pub late: i32,
    /// Segments of which something is noted.
    #[diesel(sql_type = Integer)]
    pub flagged: i32,
    /// Entries of the custody of which something is noted.
    #[diesel(sql_type = Integer)]
    pub custody_flags: i32,
    /// When the first recording or entry of custody began, UTC.
    #[diesel(sql_type = Timestamptz)]
    pub began_at: DateTime<Utc>,
}

/// The inspections of the officer's regions, by the place, the organiser or the producer; `$1` is the officer's region.
const SEEN: &str = "
    EXISTS (SELECT FROM region_scope s WHERE s.scope = $1 AND s.region IN (i.place_region, i.organiser_region, i.producer_region))";

/// Filters of the list: `$2` and `$3`.
const FILTERED: &str = "
    ($2 IS NULL OR r.chain = $2) AND ($3 IS NULL OR (r.flagged + r.custody_flags > 0) = $3)";

fn region(actor: &Actor) -> Result<String, Problem> {
    match (actor, actor.officer_region()) {
        (_, Some(region)) => Ok(region.to_owned()),
        (Actor::Anonymous, None) => Err(Problem::unauthenticated()),
        _ => Err(Problem::forbidden()),
    }
}

/// The inspections with recordings or custody, the newest first.
///
/// # Errors
/// 403 for all but officers.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &RecordingFilter,
    slice: Slice,
) -> Result<Page<SummaryView>, Problem> {
    let region = region(actor)?;
    let rows = diesel::sql_query(format!(
        "SELECT r.inspection_id AS inspection, i.number, s.operator_name, s.product_name, i.place_region, r.chain, r.recordings, r.segments,
                r.seconds, r.shots_missing, r.gaps, r.late, r.flagged, r.custody_flags, r.began_at
         FROM recording_summary r
         JOIN published.inspection i ON i.id = r.inspection_id
         JOIN published.inspection_subject s ON s.inspection_id = i.id
         WHERE {SEEN} AND {FILTERED} AND ($4 IS NULL OR r.inspection_id < $4)
         ORDER BY r.inspection_id DESC LIMIT $5"
    ))
    .bind::<Text, _>(region)
    .bind::<Nullable<Text>, _>(filter.chain.map(ChainState::as_str))
    .bind::<Nullable<Bool>, _>(filter.flagged)
    .bind::<Nullable<SqlUuid>, _>(slice.after)
    .bind::<BigInt, _>(slice.limit.saturating_add(1))
    .load::<SummaryView>(conn)?;
    Ok(Page::cut(rows, slice, |row: &SummaryView| row.inspection.0))
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many there are.
///
/// # Errors
/// 403 for all but officers.
pub fn count(conn: &mut PgConnection, actor: &Actor, filter: &RecordingFilter) -> Result<Total, Problem> {
    let region = region(actor)?;
    let counted: Counted = diesel::sql_query(format!(
        "SELECT count(*) AS n FROM recording_summary r JOIN published.inspection i ON i.id = r.inspection_id WHERE {SEEN} AND {FILTERED}"
    ))
    .bind::<Text, _>(region)
    .bind::<Nullable<Text>, _>(filter.chain.map(ChainState::as_str))
    .bind::<Nullable<Bool>, _>(filter.flagged)
    .get_result(conn)?;
    Ok(Total { rows: counted.n, more: false })
}

/// Figures of the samplings of a period: each a number of inspections out of `recorded`, but for `recorded`, `external` and `challenged`, which are out
/// of `sampled`, and `recording_decided`, which is out of `challenged`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, QueryableByName, utoipa::ToSchema)]
pub struct RecordingFigures {
    /// Inspections by formal sampling whose sample was taken in the period.
    #[diesel(sql_type = BigInt)]
    pub sampled: i64,
    /// Those of them with a recording.
    #[diesel(sql_type = BigInt)]
    pub recorded: i64,
    /// With all required shots.
    #[diesel(sql_type = BigInt)]
    pub all_shots: i64,
    /// With unbroken chains.
    #[diesel(sql_type = BigInt)]
    pub unbroken: i64,
    /// With a broken chain.
    #[diesel(sql_type = BigInt)]
    pub broken: i64,
    /// With times longer than the setting in which nothing was recorded.
    #[diesel(sql_type = BigInt)]
    pub with_gaps: i64,
    /// With segments that came late.
    #[diesel(sql_type = BigInt)]
    pub late: i64,
    /// With something noted of the custody of the sample.
    #[diesel(sql_type = BigInt)]
    pub custody_flagged: i64,
    /// With a recording that another system keeps.
    #[diesel(sql_type = BigInt)]
    pub external: i64,
    /// Whose result was challenged, and the challenge settled.
    #[diesel(sql_type = BigInt)]
    pub challenged: i64,
    /// Those of them of which who settled it says that the recording decided it.
    #[diesel(sql_type = BigInt)]
    pub recording_decided: i64,
}

/// Of the samplings of a period those that must be recorded, by the regime of their product kind on the day of the sampling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RequiredRecordings {
    /// Those that must be recorded.
    pub sampled: i64,
    /// Of them those with a recording, by this platform or by another system.
    pub recorded: i64,
}

#[derive(QueryableByName)]
struct OfRegime {
    #[diesel(sql_type = Text)]
    regime: SupervisionClass,
    #[diesel(sql_type = Date)]
    sampled_on: NaiveDate,
    #[diesel(sql_type = BigInt)]
    sampled: i64,
    #[diesel(sql_type = BigInt)]
    recorded: i64,
}

/// Counts those that must be recorded, likewise.
///
/// # Errors
/// 403 for all but officers.
pub fn required(
    conn: &mut PgConnection,
    actor: &Actor,
    settings: &ProgrammeSettings,
    within: Option<&str>,
    (from, until): (NaiveDate, NaiveDate),
) -> Result<RequiredRecordings, Problem> {
    let region = region(actor)?;
    let rows: Vec<OfRegime> = diesel::sql_query(format!(
        "SELECT g.regime, i.sampled_on, count(*) AS sampled, count(*) FILTER (WHERE r.recordings > 0 OR EXISTS (
                    SELECT FROM recording_external e WHERE e.inspection_id = i.id AND e.ended_at IS NULL)) AS recorded
         FROM published.inspection i
         JOIN product_kind k ON k.code = i.product_kind
         CROSS JOIN LATERAL (SELECT coalesce((
             SELECT c.regime FROM published.kind_regime c
             WHERE c.product_kind = k.code AND c.in_force_from <= i.sampled_on ORDER BY c.in_force_from DESC LIMIT 1
         ), k.supervision) AS regime) g
         LEFT JOIN recording_summary r ON r.inspection_id = i.id
         WHERE {SEEN} AND i.method = 'sampling' AND i.state <> 'withdrawn' AND i.sampled_on BETWEEN $2 AND $3
           AND ($4 IS NULL OR EXISTS (SELECT FROM region_scope w WHERE w.scope = $4 AND w.region = i.place_region))
         GROUP BY g.regime, i.sampled_on"
    ))
    .bind::<Text, _>(region)
    .bind::<Date, _>(from)
    .bind::<Date, _>(until)
    .bind::<Nullable<Text>, _>(within)
    .load(conn)?;
    let must = |row: &&OfRegime| {
        settings.regimes_on(row.sampled_on).is_some_and(|table| table.of(row.regime).recording)
    };
    Ok(rows.iter().filter(must).fold(RequiredRecordings::default(), |sum, row| RequiredRecordings {
        sampled: sum.sampled + row.sampled,
        recorded: sum.recorded + row.recorded,
    }))
}

/// Counts the samplings of a period in the officer's regions, or in a narrower one of them.
///
/// # Errors
/// 403 for all but officers.
pub fn figures(
    conn: &mut PgConnection,
    actor: &Actor,
    within: Option<&str>,
    (from, until): (NaiveDate, NaiveDate),
) -> Result<RecordingFigures, Problem> {
    let region = region(actor)?;
    Ok(diesel::sql_query(format!(
        "SELECT count(*) AS sampled,
                count(*) FILTER (WHERE r.recordings > 0) AS recorded,
                count(*) FILTER (WHERE r.recordings > 0 AND r.shots_missing = 0) AS all_shots,
                count(*) FILTER (WHERE r.recordings > 0 AND r.chain = 'unbroken') AS unbroken,
                count(*) FILTER (WHERE r.recordings > 0 AND r.chain = 'broken') AS broken,
                count(*) FILTER (WHERE r.recordings > 0 AND r.gaps > 0) AS with_gaps,
                count(*) FILTER (WHERE r.recordings > 0 AND r.late > 0) AS late,
                count(*) FILTER (WHERE r.recordings > 0 AND r.custody_flags > 0) AS custody_flagged,
                count(*) FILTER (WHERE EXISTS (
                    SELECT FROM recording_external e WHERE e.inspection_id = i.id AND e.ended_at IS NULL)) AS external,
                count(*) FILTER (WHERE c.settled_on IS NOT NULL) AS challenged,
                count(*) FILTER (WHERE c.settled_on IS NOT NULL AND c.recording_decided) AS recording_decided
         FROM published.inspection i
         LEFT JOIN recording_summary r ON r.inspection_id = i.id
         LEFT JOIN published.inspection_challenge c ON c.inspection_id = i.id
         WHERE {SEEN} AND i.method = 'sampling' AND i.state <> 'withdrawn' AND i.sampled_on BETWEEN $2 AND $3
           AND ($4 IS NULL OR EXISTS (SELECT FROM region_scope w WHERE w.scope = $4 AND w.region = i.place_region))"
    ))
    .bind::<Text, _>(region)
    .bind::<Date, _>(from)
    .bind::<Date, _>(until)
    .bind::<Nullable<Text>, _>(within)
    .get_result(conn)?)
}
