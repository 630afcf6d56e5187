//! A version of the rules of the index tried on past days before it is enacted: which alerts it would have raised, with precision and lead time beside
//! those of the rules in force, and how many of the first places of its ranking failed afterwards. Nothing is stored.
//!
//! Each side is counted by the first window of its own rules, and by the days that results and signals have of themselves: a result counts from the day of
//! its report on, whenever it was entered. What the platform knew on a day is another question, which the index that is kept answers.

use crate::app::App;
use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::clock::shanghai_date;
use crate::core::fields::Fields;
use crate::db::schema::{quality_alert, quality_alert_event};
use crate::risk::alerts::state::{AlertState, AlertStep};
use crate::risk::ids::AlertId;
use crate::risk::index::formula::{CellIndex, CellSums, index, opens, subsides};
use crate::risk::index::keep::rules;
use crate::risk::index::sums::{self, Told};
use crate::risk::quality::precision;
use crate::risk::settings::{RiskRules, faults};
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Date, Text, Timestamptz};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// The most characters of a version as a text.
const MOST_TEXT: usize = 200_000;
/// Days from one day that is tried to the next.
const STEP: u64 = 7;
/// The days that a trial reaches back where nothing is said, and at most.
const BACK: u64 = 182;
const MOST_BACK: i64 = 371;
/// The first places of a ranking that are looked at.
const TOP: usize = 20;
/// The days within which a first place is to fail.
const TOP_DAYS: u64 = 90;
/// The most alerts that are named.
const NAMED: usize = 200;

/// A version of the rules to be tried: as JSON or as TOML, one of both.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RiskTrialRequest)]
pub struct TrialRequest {
    /// The version, as `GET /api/v1/risk/rules` gives one.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub rules: Option<Value>,
    /// The same as a settings file has it: a table `[[risk.rules]]`, or its keys alone. At most 200,000 characters.
    #[serde(default)]
    pub toml: Option<String>,
    /// The first day, in Asia/Shanghai; 26 weeks before the last where none is named. At most 53 weeks before it.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// The last day; yesterday where none is named.
    #[serde(default)]
    pub to: Option<NaiveDate>,
}

/// What one version would have done.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskTrialSide)]
pub struct TrialSide {
    /// Name of the version.
    pub version: String,
    /// Alerts that it would have raised.
    pub alerts: i64,
    /// Of them those of whose kind and region there was an alert that officers decided.
    pub decided: i64,
    /// Of these those that led to a meeting or a measure.
    pub led: i64,
    /// `led` ÷ `decided`; absent where nothing was decided.
    pub precision: Option<f64>,
    /// The lower end of its interval, with 95 percent confidence.
    pub precision_low: Option<f64>,
    /// The upper end.
    pub precision_high: Option<f64>,
    /// Alerts after which an official failure was sampled within the days of the rules.
    pub followed: i64,
    /// The median of the days from the alert to that failure.
    pub lead_days_median: Option<i64>,
    /// First places of the ranking that were looked at: 20 of each day whose following 90 days are over.
    pub top: i64,
    /// Of them those of whose kind and region an official failure was sampled within the following 90 days.
    pub top_failed: i64,
}

/// An alert that a version would have raised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskTrialAlert)]
pub struct TrialAlert {
    /// The day.
    pub day: NaiveDate,
    /// Code of the product kind.
    pub product_kind: String,
    /// Code of the region.
    pub region: String,
}

/// What came of a trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskTrial)]
pub struct Trial {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// The days that were looked at, a week apart.
    pub days: usize,
    /// By the rules in force.
    pub before: TrialSide,
    /// By the rules that are tried.
    pub after: TrialSide,
    /// Alerts by the rules in force alone, the first 200.
    pub only_before: Vec<TrialAlert>,
    /// Alerts by the rules that are tried alone, the first 200.
    pub only_after: Vec<TrialAlert>,
}

/// The version that a request hands in.
///
/// # Errors
/// What is wrong with it, at `/rules` or `/toml`.
pub fn candidate(request: &TrialRequest) -> Result<RiskRules, Problem> {
    let mut fields = Fields::new();
    let (pointer, parsed) = match (&request.rules, &request.toml) {
        (Some(rules), None) => {
            ("/rules", serde_json::from_value::<RiskRules>(rules.clone()).map_err(|error| error.to_string()))
        }
        (None, Some(text)) if text.chars().count() <= MOST_TEXT => ("/toml", from_toml(text)),
        (None, Some(_)) => ("/toml", Err(format!("must be at most {MOST_TEXT} characters"))),
        (None, None) | (Some(_), Some(_)) => ("/rules", Err("hand in either `rules` or `toml`".to_owned())),
    };
    match parsed {
        Ok(rules) => {
            for fault in faults(&rules) {
                fields.fault(pointer, format!("规则有误：{fault}"), fault);
            }
            fields.done()?;
            Ok(rules)
        }
        Err(why) => {
            fields.fault(pointer, format!("规则无法读取：{why}"), why);
            fields.done()?;
            Err(Problem::internal("a fault that is none"))
        }
    }
}

/// A version out of a settings file: its table `risk.rules` with one version, or the keys of one.
fn from_toml(text: &str) -> Result<RiskRules, String> {
    let wrong = |error: toml::de::Error| error.message().to_owned();
    let mut table: toml::Table = toml::from_str(text).map_err(wrong)?;
    if let Some(toml::Value::Table(mut section)) = table.remove("risk") {
        return match section.remove("rules") {
            Some(toml::Value::Array(versions)) => match <[toml::Value; 1]>::try_from(versions) {
                Ok([version]) => version.try_into().map_err(wrong),
                Err(_) => Err("must have exactly one version".to_owned()),
            },
            _ => Err("has no [[risk.rules]]".to_owned()),
        };
    }
    toml::Value::Table(table).try_into().map_err(wrong)
}

/// A kind and a region.
type Place = (String, String);

/// What a version does, day by day.
struct Course<'a> {
    rules: &'a RiskRules,
    open: BTreeSet<Place>,
    alerts: Vec<TrialAlert>,
    top: Vec<TrialAlert>,
}

impl<'a> Course<'a> {
    fn new(rules: &'a RiskRules) -> Self {
        Self { rules, open: BTreeSet::new(), alerts: Vec::new(), top: Vec::new() }
    }

    /// Takes in a day.
    fn see(&mut self, catalogue: &Catalogue, day: NaiveDate, cells: &[PastCell]) {
        let mut ranked: Vec<(i32, &PastCell)> = Vec::new();
        let mut still: BTreeSet<Place> = BTreeSet::new();
        for cell in cells {
            let place = (cell.product_kind.clone(), cell.region.clone());
            let CellIndex { index_value, rate_low, .. } = index(&cell.sums, cell.class_rate, self.rules);
            ranked.push((index_value, cell));
            let level = catalogue.regions.get(&cell.region).map(|region| region.level.as_str());
            if !level.is_some_and(|level| self.rules.alert_levels.iter().any(|wanted| wanted == level)) {
                continue;
            }
            if self.open.contains(&place) {
                if !subsides(rate_low, cell.class_rate, self.rules) {
                    still.insert(place);
                }
            } else if opens(cell.sums.tested, rate_low, cell.class_rate, self.rules) {
                self.alerts.push(TrialAlert { day, product_kind: place.0.clone(), region: place.1.clone() });
                still.insert(place);
            }
        }
        self.open = still;
        ranked.sort_by(|a, b| {
            (b.0, &a.1.product_kind, &a.1.region).cmp(&(a.0, &b.1.product_kind, &b.1.region))
        });
        let first = ranked.into_iter().take(TOP).map(|(_, cell)| TrialAlert {
            day,
            product_kind: cell.product_kind.clone(),
            region: cell.region.clone(),
        });
        self.top.extend(first);
    }

    fn side(&self, past: &Past) -> TrialSide {
        let (mut decided, mut led) = (0, 0);
        let mut leads: Vec<i64> = Vec::new();
        for alert in &self.alerts {
            if let Some(was_led) = past.decided(alert, self.rules.lead_days) {
                decided += 1;
                led += i64::from(was_led);
            }
            let until = u64::try_from(self.rules.lead_days).unwrap_or(0);
            leads.extend(past.failed_after(alert, until));
        }
        leads.sort_unstable();
        let old_enough = |one: &&TrialAlert| {
            one.day.checked_add_days(Days::new(TOP_DAYS)).is_some_and(|end| end <= past.today)
        };
        let top: Vec<&TrialAlert> = self.top.iter().filter(old_enough).collect();
        let failed = top.iter().filter(|one| past.failed_after(one, TOP_DAYS).is_some()).count();
        let precision = precision(led, decided);
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        TrialSide {
            version: self.rules.version.clone(),
            alerts: number(self.alerts.len()),
            decided,
            led,
            precision: precision.map(|(precision, ..)| precision),
            precision_low: precision.map(|(_, low, _)| low),
            precision_high: precision.map(|(.., high)| high),
            followed: number(leads.len()),
            lead_days_median: leads.get(leads.len().saturating_sub(1) / 2).copied(),
            top: number(top.len()),
            top_failed: number(failed),
        }
    }
}

/// What is known of what came afterwards.
struct Past {
    today: NaiveDate,
    /// The days of failures, in order.
    failures: HashMap<Place, Vec<NaiveDate>>,
    /// Alerts that were decided: the day on which each was raised, and whether it led to a meeting or a measure.
    alerts: HashMap<Place, Vec<(NaiveDate, bool)>>,
}

impl Past {
    /// The days from an alert to the first failure sampled after it, within so many days.
    fn failed_after(&self, alert: &TrialAlert, within: u64) -> Option<i64> {
        let place = (alert.product_kind.clone(), alert.region.clone());
        let until = alert.day.checked_add_days(Days::new(within))?;
        let first = self.failures.get(&place)?.iter().find(|day| **day > alert.day)?;
        (*first <= until).then(|| (*first - alert.day).num_days())
    }

    /// Whether the real alert that is nearest in time led to anything, where one is near.
    fn decided(&self, alert: &TrialAlert, within: i32) -> Option<bool> {
        let place = (alert.product_kind.clone(), alert.region.clone());
        let distance = |day: &NaiveDate| (*day - alert.day).num_days().abs();
        self.alerts
            .get(&place)?
            .iter()
            .filter(|(day, _)| distance(day) <= i64::from(within))
            .min_by_key(|(day, _)| distance(day))
            .map(|(_, led)| *led)
    }
}

/// A cell of a past day.
struct PastCell {
    product_kind: String,
    region: String,
    class_rate: i32,
    sums: CellSums,
}

/// The cells of a day and window within some regions, by the days that results and signals have of themselves: what was brought in later counts as
/// well, so that rules can be tried on years before the platform was used.
fn cells(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    regions: &BTreeSet<&str>,
    of: (NaiveDate, i32),
    now: DateTime<Utc>,
) -> Result<Vec<PastCell>, Problem> {
    let mut all = sums::all(conn, catalogue, of, Told::Dated(now))?;
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

fn past(
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
    let ended: Vec<(AlertId, String, String, DateTime<Utc>)> = a::table
        .filter(a::region.eq_any(regions.iter().copied()))
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

/// The days of a request: from, to.
fn days(request: &TrialRequest, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), Problem> {
    let mut fields = Fields::new();
    let yesterday = today.pred_opt().unwrap_or(today);
    fields.day("/from", request.from);
    fields.day("/to", request.to);
    let to = request.to.unwrap_or(yesterday);
    fields.require(
        to <= yesterday,
        "/to",
        "须为已结束的日期（早于今天）",
        "must be a day that is over, before today",
    );
    let from = request.from.or_else(|| to.checked_sub_days(Days::new(BACK))).unwrap_or(to);
    fields.require(from <= to, "/from", "不能晚于结束日期", "must not be after the last day");
    let near = (to - from).num_days() <= MOST_BACK;
    fields.require(near, "/from", "最多向前 53 周", "must be at most 53 weeks before the last day");
    fields.done()?;
    Ok((from, to))
}

/// Tries a version on the past of a region and all under it.
///
/// # Errors
/// What is wrong with the version or the days; when the database can't be asked.
pub fn trial(app: &App, region: &str, request: &TrialRequest) -> Result<Trial, Problem> {
    let tried = candidate(request)?;
    let (now, catalogue) = (app.clock().now(), app.catalogue());
    let today = shanghai_date(now);
    let (from, to) = days(request, today)?;
    let present = rules(app.settings(), to)?;
    let first = |rules: &RiskRules| rules.windows.first().copied().unwrap_or(365);
    let mut wanted: Vec<NaiveDate> =
        std::iter::successors(Some(to), |day| day.checked_sub_days(Days::new(STEP)))
            .take_while(|day| *day >= from)
            .collect();
    wanted.reverse();
    let scope: BTreeSet<&str> = catalogue.regions.descendants(region).into_iter().collect();
    let conn = &mut *app.snapshot()?;
    let (mut before, mut after) = (Course::new(present), Course::new(&tried));
    for day in &wanted {
        let by_present = cells(conn, catalogue, &scope, (*day, first(present)), now)?;
        before.see(catalogue, *day, &by_present);
        if first(&tried) == first(present) {
            after.see(catalogue, *day, &by_present);
        } else {
            after.see(catalogue, *day, &cells(conn, catalogue, &scope, (*day, first(&tried)), now)?);
        }
    }
    let past = past(conn, catalogue, &scope, from, now)?;
    let only = |mine: &Course<'_>, other: &Course<'_>| -> Vec<TrialAlert> {
        let theirs: BTreeSet<&TrialAlert> = other.alerts.iter().collect();
        mine.alerts.iter().filter(|alert| !theirs.contains(alert)).take(NAMED).cloned().collect()
    };
    Ok(Trial {
        from,
        to,
        days: wanted.len(),
        only_before: only(&before, &after),
        only_after: only(&after, &before),
        before: before.side(&past),
        after: after.side(&past),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::settings::RiskSettings;

    fn sound() -> RiskRules {
        RiskSettings::default().rules[0].clone()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn cell(tested: i32, failed: i32) -> PastCell {
        PastCell {
            product_kind: "K0101".to_owned(),
            region: "440100".to_owned(),
            class_rate: 100_000,
            sums: CellSums { tested, failed, ..CellSums::default() },
        }
    }

    #[test]
    fn a_version_is_read_as_json_and_as_toml() {
        let json = serde_json::to_value(sound()).unwrap();
        let request = TrialRequest { rules: Some(json), ..TrialRequest::default() };
        assert_eq!(candidate(&request).unwrap(), sound());
        let request =
            TrialRequest { toml: Some(include_str!("rules.toml").to_owned()), ..TrialRequest::default() };
        assert_eq!(candidate(&request).unwrap(), sound());
        let wrong = serde_json::to_value(RiskRules { weight_rate: 900, ..sound() }).unwrap();
        let request = TrialRequest { rules: Some(wrong), ..TrialRequest::default() };
        assert_eq!(candidate(&request).unwrap_err().errors[0].pointer, "/rules");
        assert_eq!(candidate(&TrialRequest::default()).unwrap_err().errors[0].pointer, "/rules");
    }

    #[test]
    fn an_alert_stays_open_between_the_bounds_and_is_raised_again_above() {
        let (rules, catalogue) = (sound(), Catalogue::builtin().unwrap());
        let mut course = Course::new(&rules);
        // The lower ends: 8 of 20 is 0.219, 5 of 20 is 0.112, 4 of 20 is 0.081, 3 of 20 is 0.052; the class is at 0.1.
        for (at, failed) in [(1, 8), (2, 4), (3, 5), (4, 3), (5, 4), (6, 5)] {
            course.see(&catalogue, day(&format!("2026-01-0{at}")), &[cell(20, failed)]);
        }
        let days: Vec<String> = course.alerts.iter().map(|alert| alert.day.to_string()).collect();
        assert_eq!(days, ["2026-01-01", "2026-01-06"]);
    }

    #[test]
    fn what_came_afterwards_is_counted() {
        let place = ("K0101".to_owned(), "440100".to_owned());
        let past = Past {
            today: day("2026-11-30"),
            failures: [(place.clone(), vec![day("2026-01-01"), day("2026-02-10")])].into(),
            alerts: [(place.clone(), vec![(day("2026-01-20"), true)])].into(),
        };
        let alert = TrialAlert { day: day("2026-01-01"), product_kind: place.0, region: place.1 };
        assert_eq!(past.failed_after(&alert, 365), Some(40));
        assert_eq!(past.failed_after(&alert, 39), None);
        assert_eq!((past.decided(&alert, 30), past.decided(&alert, 10)), (Some(true), None));
        let rules = sound();
        let mut course = Course::new(&rules);
        course.alerts.push(alert);
        let side = course.side(&past);
        assert_eq!((side.alerts, side.decided, side.led, side.followed), (1, 1, 1, 1));
        assert_eq!((side.lead_days_median, side.precision), (Some(40), Some(1.0)));
    }
}
