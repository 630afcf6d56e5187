//! Reading the index that is kept: of a day as a ranked list, of a kind over days.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::page::{Page, Slice, Total};
use crate::db::order::in_order;
use crate::db::regional::{permit, seen_regions};
use crate::db::schema::{region, risk_cell, risk_day};
use crate::db::search::{Columns, Condition, Search};
use crate::db::total::total;
use crate::risk::ids::AssessmentId;
use crate::risk::index::keep::read_signals;
use crate::risk::settings::RiskRules;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A row of `risk_cell`.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = risk_cell, check_for_backend(Pg))]
pub struct CellRow {
    /// The day.
    pub day: NaiveDate,
    /// The days of the window.
    pub window_days: i32,
    /// Code of the product kind.
    pub product_kind: String,
    /// Code of the region.
    pub region: String,
    /// Its place among all of the day.
    pub place: i32,
    /// Results within the window.
    pub tested: i32,
    /// Failures.
    pub failed: i32,
    /// Results of the window before.
    pub tested_before: i32,
    /// Failures of the window before.
    pub failed_before: i32,
    /// The rate of the class, in millionths, as all rates.
    pub class_rate: i32,
    /// The shrunk rate.
    pub rate: i32,
    /// That of the window before.
    pub rate_before: i32,
    /// The lower end of the interval.
    pub rate_low: i32,
    /// The upper end.
    pub rate_high: i32,
    /// The severity; 0 where none is known.
    pub severity: i32,
    /// The assessment that gives it.
    pub assessment_id: Option<AssessmentId>,
    /// The signals by source and reliability.
    pub signals: Value,
    /// How many they are.
    pub signal_count: i32,
    /// The part of the rate, in ten-thousandths, as all parts.
    pub part_rate: i32,
    /// The part of the severity.
    pub part_severity: i32,
    /// The part of the trend.
    pub part_trend: i32,
    /// The part of the signals.
    pub part_signals: i32,
    /// The index, in hundredths.
    pub index_value: i32,
}

/// The index of a product kind in a region on a day, with all its parts. It ranks work and is no ground for any measure or sanction.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskView)]
pub struct RiskView {
    /// Code of the product kind.
    pub product_kind: String,
    /// Code of the region, which counts what is under it.
    pub region: String,
    /// As of the end of this day, or of this moment for today.
    pub as_of: NaiveDate,
    /// The days of the window, which ends on that day.
    pub window: i32,
    /// Its place among all kinds and regions of the day.
    pub rank: i32,
    /// The index, 0 to 100: 100 times the sum of the parts, each times its weight.
    pub index: f64,
    /// The parts, each from 0 to 1 with its weight and what it adds.
    pub parts: RiskParts,
    /// Final results of samplings within the window.
    pub tested: i32,
    /// Of them failures.
    pub failed: i32,
    /// The rate drawn to that of the class.
    pub rate: f64,
    /// The lower end of the interval of the rate as counted, with 95 percent confidence.
    pub rate_low: f64,
    /// The upper end.
    pub rate_high: f64,
    /// The rate of the class in the province, to which rates are drawn.
    pub class_rate: f64,
    /// The rate at which the part of the rate is full.
    pub reference_rate: f64,
    /// Results of the window before.
    pub tested_before: i32,
    /// Failures of the window before.
    pub failed_before: i32,
    /// The shrunk rate of the window before.
    pub rate_before: f64,
    /// The worst severity of an assessment in force or a signal that is no rumour, 1 to 4.
    pub severity: Option<i32>,
    /// The assessment in force.
    pub assessment_id: Option<AssessmentId>,
    /// How many signals there are.
    pub signal_count: i32,
    /// The signals by source and reliability: `media.attributed`.
    pub signals: BTreeMap<String, i32>,
    /// Name of the version of the rules.
    pub rules: String,
}

/// The parts of the index.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskParts)]
pub struct RiskParts {
    /// The shrunk rate beside the reference rate.
    pub rate: RiskPart,
    /// The severity beside 4.
    pub severity: RiskPart,
    /// How much the rate has risen since the window before, beside the reference rate.
    pub trend: RiskPart,
    /// The weighted signals beside the number at which they are full.
    pub signals: RiskPart,
}

/// A part of the index.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RiskPart)]
pub struct RiskPart {
    /// The part, 0 to 1.
    pub value: f64,
    /// Its weight, 0 to 1.
    pub weight: f64,
    /// Its contribution to the index, 0 to 100.
    pub adds: f64,
}

impl RiskPart {
    fn of(part: i32, weight: i32) -> Self {
        let (value, weight) = (f64::from(part) / 10_000.0, f64::from(weight) / 1_000.0);
        Self { value, weight, adds: (value * weight * 10_000.0).round() / 100.0 }
    }
}

impl RiskView {
    /// A row with the rules by which it was counted.
    pub fn of(row: CellRow, rules: &RiskRules) -> Self {
        let rate = |millionths: i32| f64::from(millionths) / 1_000_000.0;
        let signals = read_signals(&row.signals);
        Self {
            index: f64::from(row.index_value) / 100.0,
            parts: RiskParts {
                rate: RiskPart::of(row.part_rate, rules.weight_rate),
                severity: RiskPart::of(row.part_severity, rules.weight_severity),
                trend: RiskPart::of(row.part_trend, rules.weight_trend),
                signals: RiskPart::of(row.part_signals, rules.weight_signals),
            },
            product_kind: row.product_kind,
            region: row.region,
            as_of: row.day,
            window: row.window_days,
            rank: row.place,
            tested: row.tested,
            failed: row.failed,
            rate: rate(row.rate),
            rate_low: rate(row.rate_low),
            rate_high: rate(row.rate_high),
            class_rate: rate(row.class_rate),
            reference_rate: rate(row.class_rate) * f64::from(rules.reference) / 1_000.0,
            tested_before: row.tested_before,
            failed_before: row.failed_before,
            rate_before: rate(row.rate_before),
            severity: Some(row.severity).filter(|severity| *severity > 0),
            assessment_id: row.assessment_id,
            signal_count: row.signal_count,
            signals: signals
                .into_iter()
                .map(|((source, by), count)| (format!("{source}.{by}"), count))
                .collect(),
            rules: rules.version.clone(),
        }
    }
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct RiskFilter {
    /// Only this product kind.
    pub kind: Option<String>,
    /// Only kinds of this class.
    pub class: Option<String>,
    /// Only this region.
    pub region: Option<String>,
    /// Only regions of this level: `province`, `city`, `district`.
    pub level: Option<String>,
    /// Only kinds or regions in whose name these words stand, or whose name is read so.
    pub q: Option<String>,
}

/// Where the list is searched: the product kind and the region.
const TEXTS: Columns = Columns {
    texts: &[
        "(SELECT search_fold(k.name_zh) || E'\\n' || search_fold(k.name_en) || E'\\n' FROM product_kind k WHERE k.code = risk_cell.product_kind)",
        "(SELECT search_fold(r.name) || E'\\n' FROM region r WHERE r.code = risk_cell.region)",
    ],
    readings: &[
        "(SELECT search_readings(search_fold(k.name_zh)) FROM product_kind k WHERE k.code = risk_cell.product_kind)",
        "(SELECT search_readings(search_fold(r.name)) FROM region r WHERE r.code = risk_cell.region)",
    ],
    code: false,
};

/// The place of a row as the cursor of a page.
fn cursor(place: i32) -> Uuid {
    Uuid::from_u128(u128::try_from(place).unwrap_or(0))
}

fn narrowed(
    actor: &Actor,
    filter: &RiskFilter,
    (day, window): (NaiveDate, i32),
    found: Option<Condition>,
) -> risk_cell::BoxedQuery<'static, Pg> {
    use crate::db::schema::{product_kind as k, region as r};
    use risk_cell as c;
    let mut query = c::table
        .filter(c::day.eq(day))
        .filter(c::window_days.eq(window))
        .filter(c::region.eq_any(seen_regions(actor)))
        .into_boxed();
    if let Some(kind) = filter.kind.clone() {
        query = query.filter(c::product_kind.eq(kind));
    }
    if let Some(class) = filter.class.clone() {
        query = query.filter(c::product_kind.eq_any(k::table.filter(k::class.eq(class)).select(k::code)));
    }
    if let Some(region) = filter.region.clone() {
        query = query.filter(c::region.eq(region));
    }
    if let Some(level) = filter.level.clone() {
        query = query.filter(c::region.eq_any(r::table.filter(r::level.eq(level)).select(r::code)));
    }
    if let Some(found) = found {
        query = query.filter(found);
    }
    query
}

/// A page of the index that is kept of a day and window, the highest first within the ranks of a search.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn list(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &RiskFilter,
    of: (NaiveDate, i32),
    slice: Slice,
) -> Result<Page<CellRow>, Problem> {
    permit(actor)?;
    let search = Search::new(filter.q.as_deref(), TEXTS);
    let load = |slice: Slice| -> QueryResult<Vec<CellRow>> {
        let mut query = narrowed(actor, filter, of, search.of(slice));
        if let Some(after) = slice.after {
            query = query.filter(risk_cell::place.gt(i32::try_from(after.as_u128()).unwrap_or(i32::MAX)));
        }
        query
            .order(in_order(slice, risk_cell::place.asc()))
            .offset(slice.skip)
            .limit(slice.limit + 1)
            .select(CellRow::as_select())
            .load(conn)
    };
    Ok(Page::by_rank(search.ranks(), slice, load, |row| cursor(row.place))?)
}

/// How many rows a filter finds.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn count(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &RiskFilter,
    of: (NaiveDate, i32),
) -> Result<Total, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(total(conn, narrowed(actor, filter, of, found).select(risk_cell::place))?)
}

/// The kinds and regions of a heat grid: those of the highest index of a day, within what the filter finds; at most so many rows.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn highest(
    conn: &mut PgConnection,
    actor: &Actor,
    filter: &RiskFilter,
    of: (NaiveDate, i32),
    most: i64,
) -> Result<Vec<(String, String, i32)>, Problem> {
    permit(actor)?;
    let found = Search::new(filter.q.as_deref(), TEXTS).any();
    Ok(narrowed(actor, filter, of, found)
        .order(risk_cell::place.asc())
        .limit(most)
        .select((risk_cell::product_kind, risk_cell::region, risk_cell::index_value))
        .load(conn)?)
}

/// When the index of a day was counted, by which version of the rules, and how many cells it has.
///
/// # Errors
/// When the database can't be asked.
pub fn counted(
    conn: &mut PgConnection,
    (day, window): (NaiveDate, i32),
) -> Result<Option<(String, DateTime<Utc>, i32)>, Problem> {
    Ok(risk_day::table
        .find((day, window))
        .select((risk_day::rules_version, risk_day::counted_at, risk_day::cells))
        .first(conn)
        .optional()?)
}

/// A day of the course of a cell.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema, Queryable)]
#[schema(as = RiskHistoryDay)]
pub struct HistoryDay {
    /// The day.
    pub day: NaiveDate,
    /// The index in hundredths.
    pub index_value: i32,
    /// Results within the window.
    pub tested: i32,
    /// Failures.
    pub failed: i32,
}

/// The index of a kind in a region on the days that are kept up to one, the last so many, the earliest first.
///
/// # Errors
/// 403 for anyone but an officer, 404 where the region is not the officer's.
pub fn history(
    conn: &mut PgConnection,
    actor: &Actor,
    (kind, of_region): (&str, &str),
    (day, window): (NaiveDate, i32),
    most: i64,
) -> Result<Vec<HistoryDay>, Problem> {
    use risk_cell as c;
    permit(actor)?;
    let known: i64 = region::table
        .filter(region::code.eq(of_region))
        .filter(region::code.eq_any(seen_regions(actor)))
        .count()
        .get_result(conn)?;
    if known == 0 {
        return Err(Problem::not_found());
    }
    let mut days: Vec<HistoryDay> = c::table
        .filter(c::product_kind.eq(kind))
        .filter(c::region.eq(of_region))
        .filter(c::window_days.eq(window))
        .filter(c::day.le(day))
        .order(c::day.desc())
        .limit(most)
        .select((c::day, c::index_value, c::tested, c::failed))
        .load(conn)?;
    days.reverse();
    Ok(days)
}

/// The regions in which a kind has an index on a day, the highest first.
///
/// # Errors
/// 403 for anyone but an officer.
pub fn of_kind(
    conn: &mut PgConnection,
    actor: &Actor,
    kind: &str,
    of: (NaiveDate, i32),
) -> Result<Vec<CellRow>, Problem> {
    let filter = RiskFilter { kind: Some(kind.to_owned()), ..RiskFilter::default() };
    permit(actor)?;
    Ok(narrowed(actor, &filter, of, None)
        .order(risk_cell::place.asc())
        .limit(200)
        .select(CellRow::as_select())
        .load(conn)?)
}
