//! How good alerts are: their precision and their lead time, by cause, as of a day. Figures of a past day never change.
//!
//! - precision = alerts that led to a meeting or a measure ÷ alerts that were decided (met, measured, closed, dismissed or subsided); those whose
//!   records were withdrawn count in neither.
//! - lead time = days from the alert to the first official failure of the kind in the region that was sampled after it, within the days of the rules.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::clock::{shanghai_date, shanghai_day_end};
use crate::db::regional::permit;
use crate::risk::alerts::state::AlertCause;
use crate::risk::index::formula::interval;
use crate::risk::index::keep::rules;
use crate::settings::Settings;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamptz};
use serde::{Deserialize, Serialize};

/// How good the alerts of a cause were.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = AlertQuality)]
pub struct Quality {
    /// The cause; absent of all of them together.
    #[schema(inline)]
    pub cause: Option<AlertCause>,
    /// Alerts that were raised.
    pub raised: i64,
    /// Of them those that are open still.
    pub open: i64,
    /// Those that led to a meeting or a measure.
    pub led: i64,
    /// Those that were dismissed.
    pub dismissed: i64,
    /// Those that subsided by themselves.
    pub subsided: i64,
    /// Those whose records were withdrawn.
    pub withdrawn: i64,
    /// The n of the precision: led, dismissed and subsided.
    pub decided: i64,
    /// `led` ÷ `decided`; absent where nothing was decided.
    pub precision: Option<f64>,
    /// The lower end of its interval, with 95 percent confidence.
    pub precision_low: Option<f64>,
    /// The upper end.
    pub precision_high: Option<f64>,
    /// The n of the lead time: alerts after which an official failure came within the days of the rules.
    pub followed: i64,
    /// The median of the days from the alert to that failure.
    pub lead_days_median: Option<i32>,
}

/// The report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = AlertQualityReport)]
pub struct QualityReport {
    /// As of the end of this day.
    pub as_of: NaiveDate,
    /// Code of the region, with all under it.
    pub region: String,
    /// By cause, and all together as the last.
    pub causes: Vec<Quality>,
    /// What precision means, in Chinese and English.
    pub precision_formula: String,
    /// What lead time means, in Chinese and English.
    pub lead_formula: String,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Counted {
    #[diesel(sql_type = Nullable<Text>)]
    cause: Option<AlertCause>,
    #[diesel(sql_type = BigInt)]
    raised: i64,
    #[diesel(sql_type = BigInt)]
    open: i64,
    #[diesel(sql_type = BigInt)]
    led: i64,
    #[diesel(sql_type = BigInt)]
    dismissed: i64,
    #[diesel(sql_type = BigInt)]
    subsided: i64,
    #[diesel(sql_type = BigInt)]
    withdrawn: i64,
    #[diesel(sql_type = BigInt)]
    followed: i64,
    #[diesel(sql_type = Nullable<Integer>)]
    lead_days: Option<i32>,
}

/// The alerts of a region `$1` and all under it, as they were by `$2`: each is where its last event by then left it. The failures that follow are those
/// sampled within `$3` days, as they were by `$2` and by the day `$4`.
const COUNT: &str = "
    WITH known AS MATERIALIZED (
        SELECT a.id, a.cause, a.product_kind, a.region, (a.opened_at AT TIME ZONE 'Asia/Shanghai')::date AS day,
               (SELECT e.to_state FROM quality_alert_event e WHERE e.alert_id = a.id AND e.at < $2 ORDER BY e.ordinal DESC LIMIT 1) AS state,
               EXISTS (SELECT FROM quality_alert_event e
                       WHERE e.alert_id = a.id AND e.at < $2 AND e.step IN ('meeting', 'letter', 'interview', 'listing')) AS led
        FROM quality_alert a
        JOIN region_scope s ON s.region = a.region AND s.scope = $1
        WHERE a.opened_at < $2
    ), failure AS MATERIALIZED (
        SELECT i.product_kind, i.place_region, i.sampled_on
        FROM inspections_as_of($2 - interval '1 microsecond') i
        WHERE EXISTS (SELECT FROM known) AND i.method = 'sampling' AND i.state IN ('final', 'published') AND i.outcome = 'nonconforming'
          AND i.sampled_on <= $4 AND i.sampled_on > (SELECT min(k.day) FROM known k)
    ), first AS (
        SELECT k.id, min(f.sampled_on) - k.day AS days
        FROM known k
        JOIN failure f ON f.product_kind = k.product_kind AND f.sampled_on > k.day AND f.sampled_on <= k.day + $3
        JOIN region_scope s ON s.scope = k.region AND s.region = f.place_region
        GROUP BY k.id, k.day
    )
    SELECT k.cause, count(*) AS raised, count(*) FILTER (WHERE k.state = 'open') AS open, count(*) FILTER (WHERE k.led) AS led,
           count(*) FILTER (WHERE k.state = 'dismissed') AS dismissed, count(*) FILTER (WHERE k.state = 'subsided') AS subsided,
           count(*) FILTER (WHERE k.state = 'withdrawn') AS withdrawn, count(f.days) AS followed,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY f.days) AS lead_days
    FROM known k LEFT JOIN first f ON f.id = k.id
    GROUP BY GROUPING SETS ((k.cause), ())";

/// A share of millionths.
fn share(millionths: i32) -> f64 {
    f64::from(millionths) / 1_000_000.0
}

/// `led` ÷ `decided` with its interval.
pub fn precision(led: i64, decided: i64) -> Option<(f64, f64, f64)> {
    let (led, decided) = (i32::try_from(led).ok()?, i32::try_from(decided).ok()?);
    if decided <= 0 {
        return None;
    }
    let (low, high) = interval(led, decided);
    Some((share(crate::risk::index::formula::rate(led.into(), decided.into())), share(low), share(high)))
}

impl Quality {
    fn of(cause: Option<AlertCause>, found: Option<&Counted>) -> Self {
        let of = |read: fn(&Counted) -> i64| found.map_or(0, read);
        let (led, dismissed, subsided) = (of(|c| c.led), of(|c| c.dismissed), of(|c| c.subsided));
        let decided = led + dismissed + subsided;
        let precision = precision(led, decided);
        Self {
            cause,
            raised: of(|c| c.raised),
            open: of(|c| c.open),
            led,
            dismissed,
            subsided,
            withdrawn: of(|c| c.withdrawn),
            decided,
            precision: precision.map(|(precision, ..)| precision),
            precision_low: precision.map(|(_, low, _)| low),
            precision_high: precision.map(|(.., high)| high),
            followed: of(|c| c.followed),
            lead_days_median: found.and_then(|c| c.lead_days),
        }
    }
}

/// The report of the officer's region, or of one under it, as of a day; today where none is named.
///
/// # Errors
/// 403 for anyone but an officer; 404 for a region that is not the officer's; 422 for a day ahead.
pub fn report(
    conn: &mut PgConnection,
    actor: &Actor,
    (settings, catalogue): (&Settings, &crate::catalogue::Catalogue),
    (region, as_of): (Option<&str>, Option<NaiveDate>),
    now: DateTime<Utc>,
) -> Result<QualityReport, Problem> {
    permit(actor)?;
    let own = actor.officer_region().ok_or_else(Problem::forbidden)?;
    let region = region.unwrap_or(own);
    if !catalogue.regions.contains(own, region) {
        return Err(Problem::not_found());
    }
    let (day, _) = crate::risk::index::keep::asked(settings, as_of, None, now)?;
    let rules = rules(settings, day)?;
    let today = shanghai_date(now);
    // Today is as of now: a moment behind what was entered last.
    let moment = if day < today { shanghai_day_end(day) } else { now + chrono::Duration::microseconds(1) };
    let counted: Vec<Counted> = diesel::sql_query(COUNT)
        .bind::<Text, _>(region)
        .bind::<Timestamptz, _>(moment)
        .bind::<Integer, _>(rules.lead_days)
        .bind::<Date, _>(day)
        .load(conn)?;
    let of = |cause: Option<AlertCause>| {
        let found = counted.iter().find(|row| row.cause == cause);
        Quality::of(cause, found)
    };
    let causes = AlertCause::ALL.iter().map(|cause| of(Some(*cause))).chain([of(None)]).collect();
    let days = rules.lead_days;
    Ok(QualityReport {
        as_of: day,
        region: region.to_owned(),
        causes,
        precision_formula:
            "召开质量分析会或采取督促措施的预警 ÷ 已处理的预警（会议、措施、撤销、自行回落） / alerts that led to a meeting or a measure ÷ alerts that were decided (those, dismissed ones and subsided ones)"
                .to_owned(),
        lead_formula: format!(
            "预警之日至其后 {days} 天内首个同地区同种产品官方不合格（抽样日）的天数，取中位数 / the median of the days from the alert to the first official failure of the kind in the region that was sampled within {days} days after it"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_has_its_n_and_its_interval() {
        assert_eq!(precision(0, 0), None);
        let (precision, low, high) = precision(5, 10).unwrap();
        assert!(
            (precision - 0.5).abs() < 1e-9 && (low - 0.2366).abs() < 1e-3 && (high - 0.7634).abs() < 1e-3
        );
    }
}
