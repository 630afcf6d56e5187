//! The statutory deadlines that run, or ran at the end of a past day: ahead and missed.

use crate::catalogue::Catalogue;
use crate::core::actor::Actor;
use crate::core::as_of;
use crate::core::clock::{shanghai_date, shanghai_day_end};
use crate::core::{Language, Problem};
use crate::exports::Cell;
use crate::remediation::deadlines::clock::Clock;
use crate::reports::scope;
use crate::reports::table::Table;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text, Timestamptz};
use serde::Serialize;
use std::collections::BTreeMap;

/// The running deadlines of a region, as they had been entered by the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DeadlineReport {
    /// Code of the region.
    pub region: String,
    /// Its name.
    pub region_name: String,
    /// As of the end of this day, in Asia/Shanghai; ahead is what ends on it or later.
    pub as_of: NaiveDate,
    /// A line for each part of the region and clock with a deadline.
    pub rows: Vec<DeadlineRow>,
    /// All together, a line for each clock.
    pub total: Vec<DeadlineRow>,
}

/// Deadlines by how far off they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DeadlineRow {
    /// Code of the part of the region; `total` for all together.
    pub key: String,
    /// Its name.
    pub name: String,
    /// The clock.
    pub clock: Clock,
    /// Missed, and what they wait for is still to be done.
    pub missed: i64,
    /// Due today, tomorrow, or in so many days at most: each counts those before it.
    pub within_1_day: i64,
    /// Within three days.
    pub within_3_days: i64,
    /// Within seven.
    pub within_7_days: i64,
    /// Within fifteen.
    pub within_15_days: i64,
    /// All that run and are not missed.
    pub ahead: i64,
}

#[derive(Debug, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Found {
    #[diesel(sql_type = Text)]
    region: String,
    #[diesel(sql_type = Text)]
    clock: Clock,
    #[diesel(sql_type = BigInt)]
    missed: i64,
    #[diesel(sql_type = BigInt)]
    d1: i64,
    #[diesel(sql_type = BigInt)]
    d3: i64,
    #[diesel(sql_type = BigInt)]
    d7: i64,
    #[diesel(sql_type = BigInt)]
    d15: i64,
    #[diesel(sql_type = BigInt)]
    ahead: i64,
}

/// The deadlines that run now.
const NOW: &str = "SELECT region, clock, due_on FROM published.case_deadline";

/// Those that ran at moment `$3`: as the view `case_deadline` has them, of what cases and enterprises were then.
const THEN: &str = "
    SELECT coalesce(k.handled_in, o.region, e.region) AS region, d.clock, d.due_on
    FROM published.remediation_case_ever c
    JOIN published.enterprise e ON e.id = c.enterprise_id
    LEFT JOIN LATERAL (
        SELECT o.region FROM published.enterprise_past o
        WHERE o.enterprise_id = e.id AND o.until >= $3 ORDER BY o.until LIMIT 1
    ) o ON true
    LEFT JOIN LATERAL (
        SELECT p.* FROM published.case_past p WHERE p.case_id = c.id AND p.until >= $3 ORDER BY p.until LIMIT 1
    ) p ON true
    CROSS JOIN LATERAL (
        SELECT p.state, p.rectify_by, p.reinspect_by, p.second_by, p.suspended_until, p.handled_in
        WHERE p.case_id IS NOT NULL
        UNION ALL
        SELECT c.state, c.rectify_by, c.reinspect_by, c.second_by, c.suspended_until, c.handled_in
        WHERE p.case_id IS NULL
    ) k
    CROSS JOIN LATERAL case_clocks(k.state, k.rectify_by, k.reinspect_by, k.second_by, k.suspended_until) d
    WHERE c.created_at < $3 AND d.due_on IS NOT NULL";

const COUNTED: &str = "
    SELECT d.region, d.clock,
           count(*) FILTER (WHERE d.due_on < $2) AS missed,
           count(*) FILTER (WHERE d.due_on BETWEEN $2 AND $2 + 1) AS d1,
           count(*) FILTER (WHERE d.due_on BETWEEN $2 AND $2 + 3) AS d3,
           count(*) FILTER (WHERE d.due_on BETWEEN $2 AND $2 + 7) AS d7,
           count(*) FILTER (WHERE d.due_on BETWEEN $2 AND $2 + 15) AS d15,
           count(*) FILTER (WHERE d.due_on >= $2) AS ahead
    FROM deadline d
    JOIN region_scope s ON s.scope = $1 AND s.region = d.region
    GROUP BY d.region, d.clock";

impl DeadlineRow {
    fn new(key: &str, name: &str, clock: Clock) -> Self {
        let (key, name) = (key.to_owned(), name.to_owned());
        Self {
            key,
            name,
            clock,
            missed: 0,
            within_1_day: 0,
            within_3_days: 0,
            within_7_days: 0,
            within_15_days: 0,
            ahead: 0,
        }
    }

    fn add(&mut self, found: &Found) {
        self.missed += found.missed;
        self.within_1_day += found.d1;
        self.within_3_days += found.d3;
        self.within_7_days += found.d7;
        self.within_15_days += found.d15;
        self.ahead += found.ahead;
    }
}

/// Works the report out.
///
/// # Errors
/// 403 for who gets no reports, 422 for a region or day that can't be asked for.
pub fn report(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    region: Option<&str>,
    as_of: Option<NaiveDate>,
    now: DateTime<Utc>,
    language: Language,
) -> Result<DeadlineReport, Problem> {
    let region = scope::region(actor, catalogue, region)?;
    let as_of = as_of::day(as_of, now)?;
    let deadlines = if as_of == shanghai_date(now) { NOW } else { THEN };
    let found: Vec<Found> = diesel::sql_query(format!("WITH deadline AS ({deadlines}) {COUNTED}"))
        .bind::<Text, _>(&region.code)
        .bind::<Date, _>(as_of)
        .bind::<Timestamptz, _>(shanghai_day_end(as_of))
        .load(conn)?;
    let mut rows: BTreeMap<(&str, Clock), DeadlineRow> = BTreeMap::new();
    let name = match language {
        Language::Zh => "合计",
        Language::En => "Total",
    };
    let mut total: Vec<_> = Clock::ALL.iter().map(|clock| DeadlineRow::new("total", name, *clock)).collect();
    for found in &found {
        let part = scope::part(catalogue, region, &found.region);
        let row = rows.entry((&part.code, found.clock));
        row.or_insert_with(|| DeadlineRow::new(&part.code, &part.name, found.clock)).add(found);
        total.iter_mut().filter(|row| row.clock == found.clock).for_each(|row| row.add(found));
    }
    let rows = rows.into_values().collect();
    let (region, region_name) = (region.code.clone(), region.name_in(language).to_owned());
    Ok(DeadlineReport { region, region_name, as_of, rows, total })
}

impl DeadlineReport {
    /// The report as a table for people.
    pub fn table(&self, language: Language) -> Table {
        let mut table =
            Table::new("deadlines", ("法定期限", "Statutory deadlines"), &self.region_name).as_of(self.as_of);
        table.columns([
            ("代码", "Code"),
            ("地区", "Region"),
            ("期限", "Deadline"),
            ("已逾期", "Missed"),
            ("1 天内到期", "Within 1 day"),
            ("3 天内到期（含 1 天内）", "Within 3 days, that 1 included"),
            ("7 天内到期（含 3 天内）", "Within 7 days, those 3 included"),
            ("15 天内到期（含 7 天内）", "Within 15 days, those 7 included"),
            ("未到期合计", "All ahead"),
            ("截至日期", "As of"),
        ]);
        for row in self.rows.iter().chain(&self.total) {
            table.row([
                Cell::text(&row.key),
                Cell::text(&row.name),
                Cell::text(row.clock.text().get(language)),
                Cell::Integer(row.missed),
                Cell::Integer(row.within_1_day),
                Cell::Integer(row.within_3_days),
                Cell::Integer(row.within_7_days),
                Cell::Integer(row.within_15_days),
                Cell::Integer(row.ahead),
                Cell::Date(self.as_of),
            ]);
        }
        table
    }
}
