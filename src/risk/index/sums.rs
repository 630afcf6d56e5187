//! What the index counts, for all kinds and regions at a moment. Three queries give the sums by place; the regions around a place are added here.
//!
//! Results are final ones of samplings of any purpose but re-inspection (section 13 of the model: quick tests and cross-inspections count as signals
//! in sums only), by the region where the product was sampled. A region counts what is in it and under it, assessments too. Signals that name no region count for the
//! province. Merged and dismissed signals do not count.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::clock::shanghai_day_end;
use crate::risk::ids::AssessmentId;
use crate::risk::index::formula::{CellSums, rate};
use crate::signals::source::{Reliability, SignalSource};
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use std::collections::HashMap;

/// A cell: its sums, and the assessment that gives its severity.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// The sums.
    pub sums: CellSums,
    /// The assessment in force of the worst severity.
    pub assessment: Option<(i32, AssessmentId)>,
}

/// All cells: by kind and region; and the rates of the classes by province.
#[derive(Debug, Default)]
pub struct AllSums<'a> {
    /// The cells that hold something.
    pub cells: HashMap<(&'a str, &'a str), Cell>,
    classes: HashMap<(&'a str, &'a str), (i64, i64)>,
    provinces: HashMap<&'a str, (i64, i64)>,
}

impl<'a> AllSums<'a> {
    /// The rate of the class of a kind in the province of a region, in millionths. Where nothing of the class was tested, that of all products.
    pub fn class_rate(&self, catalogue: &'a Catalogue, kind: &str, region: &str) -> i32 {
        let Some(province) = catalogue.regions.ancestors(region).last() else { return 0 };
        let province = province.code.as_str();
        let class = catalogue.products.kind(kind).map(|kind| kind.class.as_str()).unwrap_or_default();
        let of_class = self.classes.get(&(class, province)).filter(|(tested, _)| *tested > 0);
        let (tested, failed) = of_class.or_else(|| self.provinces.get(province)).copied().unwrap_or((0, 0));
        rate(failed, tested)
    }
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Results {
    #[diesel(sql_type = Text)]
    product_kind: String,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = BigInt)]
    tested: i64,
    #[diesel(sql_type = BigInt)]
    failed: i64,
    #[diesel(sql_type = BigInt)]
    tested_before: i64,
    #[diesel(sql_type = BigInt)]
    failed_before: i64,
}

/// The results by kind and place: of the window that ends on `$3`, which begins after `$2`, and of the one before, which begins after `$1`; as they
/// were at `$4`.
const RESULTS: &str = "
    SELECT i.product_kind, i.place_region AS region,
           count(*) FILTER (WHERE i.sampled_on > $2) AS tested,
           count(*) FILTER (WHERE i.sampled_on > $2 AND i.outcome = 'nonconforming') AS failed,
           count(*) FILTER (WHERE i.sampled_on <= $2) AS tested_before,
           count(*) FILTER (WHERE i.sampled_on <= $2 AND i.outcome = 'nonconforming') AS failed_before
    FROM inspections_as_of($4) i
    WHERE i.method = 'sampling' AND i.purpose <> 'reinspection' AND i.state IN ('final', 'published')
      AND i.outcome IN ('conforming', 'nonconforming') AND i.product_kind IS NOT NULL AND i.sampled_on > $1 AND i.sampled_on <= $3
    GROUP BY 1, 2";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Signals {
    #[diesel(sql_type = Text)]
    product_kind: String,
    #[diesel(sql_type = Nullable<Text>)]
    region: Option<String>,
    #[diesel(sql_type = Text)]
    source: SignalSource,
    #[diesel(sql_type = Text)]
    reliability: Reliability,
    #[diesel(sql_type = Nullable<Integer>)]
    severity: Option<i32>,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The signals of the window that ends on `$2` and begins after `$1`, as far as they had come in by `$3`.
const SIGNALS: &str = "
    SELECT s.product_kind, s.region, s.source, s.reliability, max(s.severity) AS severity, count(*) AS count
    FROM published.signal s
    WHERE s.product_kind IS NOT NULL AND s.state IN ('matched', 'triaged', 'used') AND s.published_on > $1 AND s.published_on <= $2
      AND s.created_at <= $3
    GROUP BY 1, 2, 3, 4";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Assessed {
    #[diesel(sql_type = SqlUuid)]
    id: AssessmentId,
    #[diesel(sql_type = Text)]
    product_kind: String,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Integer)]
    severity: i32,
}

/// The assessments that were in force at `$1`.
const ASSESSED: &str = "
    SELECT a.id, a.product_kind, a.region, a.severity
    FROM assessment a
    WHERE a.validated_at <= $1 AND (a.superseded_at IS NULL OR a.superseded_at > $1) AND (a.withdrawn_at IS NULL OR a.withdrawn_at > $1)
    ORDER BY a.id";

fn add(sum: &mut i32, more: i64) {
    *sum = sum.saturating_add(i32::try_from(more).unwrap_or(i32::MAX));
}

/// The same by the days that the results have of themselves, whenever they were entered: a result counts from the day of its report on.
const DATED_RESULTS: &str = "
    SELECT i.product_kind, i.place_region AS region,
           count(*) FILTER (WHERE i.sampled_on > $2) AS tested,
           count(*) FILTER (WHERE i.sampled_on > $2 AND i.outcome = 'nonconforming') AS failed,
           count(*) FILTER (WHERE i.sampled_on <= $2) AS tested_before,
           count(*) FILTER (WHERE i.sampled_on <= $2 AND i.outcome = 'nonconforming') AS failed_before
    FROM published.inspection i
    WHERE i.method = 'sampling' AND i.purpose <> 'reinspection' AND i.state IN ('final', 'published')
      AND i.outcome IN ('conforming', 'nonconforming') AND i.product_kind IS NOT NULL AND i.sampled_on > $1 AND i.sampled_on <= $3
      AND coalesce(i.reported_on, i.sampled_on) <= $3 AND i.created_at <= $4
    GROUP BY 1, 2";

/// Which moment decides whether a record counts on a past day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeBasis {
    /// By what the platform knew at a moment: so the index is kept.
    Known(DateTime<Utc>),
    /// By the days that results and signals have of themselves, as they are known now: so other rules are tried on years that were brought in later. It
    /// has the present moment; assessments count from their validation to the end of the day.
    Dated(DateTime<Utc>),
}

/// Counts all cells of a day and window.
///
/// # Errors
/// When the database can't be asked.
pub fn all<'a>(
    conn: &mut PgConnection,
    catalogue: &'a Catalogue,
    (day, window): (NaiveDate, i32),
    basis: TimeBasis,
) -> Result<AllSums<'a>, Problem> {
    let (results, moment, assessed_at) = match basis {
        TimeBasis::Known(moment) => (RESULTS, moment, moment),
        TimeBasis::Dated(now) => (DATED_RESULTS, now, now.min(shanghai_day_end(day))),
    };
    let back = |days: i32| {
        let days = Days::new(u64::try_from(days).unwrap_or(0));
        day.checked_sub_days(days).unwrap_or(NaiveDate::MIN)
    };
    let mut sums = AllSums::default();
    let results: Vec<Results> = diesel::sql_query(results)
        .bind::<Date, _>(back(window.saturating_mul(2)))
        .bind::<Date, _>(back(window))
        .bind::<Date, _>(day)
        .bind::<Timestamptz, _>(moment)
        .load(conn)?;
    for row in results {
        let Some(kind) = catalogue.products.kind(&row.product_kind) else { continue };
        let mut around =
            catalogue.regions.ancestors(&row.region).map(|region| region.code.as_str()).peekable();
        while let Some(region) = around.next() {
            let cell = &mut sums.cells.entry((kind.code.as_str(), region)).or_default().sums;
            add(&mut cell.tested, row.tested);
            add(&mut cell.failed, row.failed);
            add(&mut cell.tested_before, row.tested_before);
            add(&mut cell.failed_before, row.failed_before);
            if around.peek().is_none() {
                for (tested, failed) in [
                    sums.classes.entry((kind.class.as_str(), region)).or_default(),
                    sums.provinces.entry(region).or_default(),
                ] {
                    *tested += row.tested;
                    *failed += row.failed;
                }
            }
        }
    }
    let signals: Vec<Signals> = diesel::sql_query(SIGNALS)
        .bind::<Date, _>(back(window))
        .bind::<Date, _>(day)
        .bind::<Timestamptz, _>(moment)
        .load(conn)?;
    for row in signals {
        let Some(kind) = catalogue.products.kind(&row.product_kind) else { continue };
        let regions: Vec<&str> = match row.region.as_deref() {
            Some(place) => catalogue.regions.ancestors(place).map(|region| region.code.as_str()).collect(),
            None => {
                catalogue.regions.iter().filter(|r| r.parent.is_none()).map(|r| r.code.as_str()).collect()
            }
        };
        for region in regions {
            let cell = &mut sums.cells.entry((kind.code.as_str(), region)).or_default().sums;
            add(cell.signals.entry((row.source, row.reliability)).or_default(), row.count);
            if row.reliability != Reliability::Rumour {
                cell.severity = cell.severity.max(row.severity.unwrap_or(0));
            }
        }
    }
    let assessed: Vec<Assessed> =
        diesel::sql_query(ASSESSED).bind::<Timestamptz, _>(assessed_at).load(conn)?;
    for row in assessed {
        let Some(kind) = catalogue.products.kind(&row.product_kind) else { continue };
        // A region counts what is under it.
        for region in catalogue.regions.ancestors(&row.region) {
            let cell = sums.cells.entry((kind.code.as_str(), region.code.as_str())).or_default();
            cell.sums.severity = cell.sums.severity.max(row.severity);
            if cell.assessment.is_none_or(|(severity, _)| severity <= row.severity) {
                cell.assessment = Some((row.severity, row.id));
            }
        }
    }
    Ok(sums)
}
