//! What the database knows of past days: the cells of the index, final failures, alerts that were decided.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::clock::shanghai_date;
use crate::db::schema::{quality_alert, quality_alert_event};
use crate::risk::alerts::state::{AlertCause, AlertState, AlertStep};
use crate::risk::ids::AlertId;
use crate::risk::index::sums::{self, TimeBasis};
use crate::risk::trial::course::{Past, PastCell, Place};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Date, Text, Timestamptz};
use std::collections::{BTreeSet, HashMap};

/// The cells of a day and window within some regions, by the days that results and signals have of themselves: what was brought in later counts as
/// well, so that rules can be tried on years before the platform was used.
pub(super) fn cells(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    regions: &BTreeSet<&str>,
    of: (NaiveDate, i32),
    now: DateTime<Utc>,
) -> Result<Vec<PastCell>, Problem> {
    let mut all = sums::all(conn, catalogue, of, TimeBasis::Dated(now))?;
    let cells = std::mem::take(&mut all.cells);
    let mut found: Vec<PastCell> = cells
        .into_iter()
        .filter(|((_, region), cell)| regions.contains(region) && !cell.sums.is_empty())
        .map(|((kind, region), cell)| PastCell {
            product_kind: kind.to_owned(),
            region: region.to_owned(),
            class_rate: all.class_rate(catalogue, kind, region),
            sums: cell.sums,
        })
        .collect();
    // In one order, so that the same trial gives the same answer.
    found.sort_by(|a, b| (&a.product_kind, &a.region).cmp(&(&b.product_kind, &b.region)));
    Ok(found)
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Failure {
    #[diesel(sql_type = Text)]
    product_kind: String,
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Date)]
    day: NaiveDate,
}

/// The days of final failures that were sampled after `$1`, by kind and place, as they were at `$2`.
const FAILURES: &str = "
    SELECT DISTINCT i.product_kind, i.place_region AS region, i.sampled_on AS day
    FROM inspections_as_of($2) i
    WHERE i.method = 'sampling' AND i.state IN ('final', 'published') AND i.outcome = 'nonconforming' AND i.product_kind IS NOT NULL
      AND i.sampled_on > $1
    ORDER BY 3";

/// What is known of the days after `from` within these regions.
pub(super) fn past(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    regions: &BTreeSet<&str>,
    from: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Past, Problem> {
    use quality_alert as a;
    let found: Vec<Failure> =
        diesel::sql_query(FAILURES).bind::<Date, _>(from).bind::<Timestamptz, _>(now).load(conn)?;
    let mut failures: HashMap<Place, Vec<NaiveDate>> = HashMap::new();
    for failure in found {
        for region in
            catalogue.regions.ancestors(&failure.region).filter(|r| regions.contains(r.code.as_str()))
        {
            failures
                .entry((failure.product_kind.clone(), region.code.clone()))
                .or_default()
                .push(failure.day);
        }
    }
    // The rules that are tried raise alerts by the index alone: what was decided of another cause says nothing of them.
    let ended: Vec<(AlertId, String, String, DateTime<Utc>)> = a::table
        .filter(a::region.eq_any(regions.iter().copied()))
        .filter(a::cause.eq(AlertCause::Index))
        .filter(a::state.ne_all([AlertState::Open, AlertState::Withdrawn]))
        .order(a::opened_at)
        .select((a::id, a::product_kind, a::region, a::opened_at))
        .load(conn)?;
    let led: BTreeSet<AlertId> = quality_alert_event::table
        .filter(quality_alert_event::step.eq_any([
            AlertStep::Meeting,
            AlertStep::Letter,
            AlertStep::Interview,
            AlertStep::Listing,
        ]))
        .select(quality_alert_event::alert_id)
        .load::<AlertId>(conn)?
        .into_iter()
        .collect();
    let mut alerts: HashMap<Place, Vec<(NaiveDate, bool)>> = HashMap::new();
    for (id, kind, region, opened_at) in ended {
        alerts.entry((kind, region)).or_default().push((shanghai_date(opened_at), led.contains(&id)));
    }
    Ok(Past { today: shanghai_date(now), failures, alerts })
}
