//! The coming days, each with the statutory deadlines that end on it, and what was missed.

use crate::catalogue::Catalogue;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::{Language, Problem};
use crate::exports::Cell;
use crate::remediation::deadlines::clock::Clock;
use crate::reports::scope;
use crate::reports::table::Table;
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text};
use serde::Serialize;
use std::collections::BTreeMap;

/// Days ahead that are shown, today included.
const AHEAD: u64 = 31;

/// Statutory deadlines that run in a region, day by day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DeadlineDays {
    /// Code of the region.
    pub region: String,
    /// Its name.
    pub region_name: String,
    /// Today, in Asia/Shanghai.
    pub as_of: NaiveDate,
    /// Deadlines that were missed and whose work is still to be done.
    pub missed: Ending,
    /// Today and the thirty days after it.
    pub days: Vec<DeadlineDay>,
    /// Deadlines that end later.
    pub later: Ending,
}

/// One day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DeadlineDay {
    /// The day.
    pub day: NaiveDate,
    /// Whether it is a working day: the periods of the law end on none but these, the term of a suspension may.
    pub working_day: bool,
    /// The name of the public holiday that it belongs to.
    pub holiday: Option<String>,
    /// The deadlines that end on it.
    #[serde(flatten)]
    pub ending: Ending,
}

/// Deadlines by clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Ending {
    /// To rectify (art. 46).
    pub rectification: i64,
    /// To re-inspect (art. 47).
    pub reinspection: i64,
    /// To re-inspect a second time (art. 48).
    pub second_reinspection: i64,
    /// Terms of suspensions (art. 48).
    pub suspension: i64,
}

impl Ending {
    fn add(&mut self, clock: Clock, cases: i64) {
        *match clock {
            Clock::Rectification => &mut self.rectification,
            Clock::Reinspection => &mut self.reinspection,
            Clock::SecondReinspection => &mut self.second_reinspection,
            Clock::Suspension => &mut self.suspension,
        } += cases;
    }

    /// Those of one clock.
    pub fn of(&self, clock: Clock) -> i64 {
        match clock {
            Clock::Rectification => self.rectification,
            Clock::Reinspection => self.reinspection,
            Clock::SecondReinspection => self.second_reinspection,
            Clock::Suspension => self.suspension,
        }
    }

    /// Of all clocks.
    pub fn total(&self) -> i64 {
        Clock::ALL.iter().map(|clock| self.of(*clock)).sum()
    }
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Found {
    #[diesel(sql_type = Nullable<Date>)]
    day: Option<NaiveDate>,
    #[diesel(sql_type = Text)]
    clock: Clock,
    #[diesel(sql_type = BigInt)]
    missed: i64,
    #[diesel(sql_type = BigInt)]
    ahead: i64,
}

/// A line for each day of the window and clock; what lies before or beyond it is counted under no day.
const RUNNING: &str = "
    SELECT CASE WHEN d.due_on BETWEEN $2 AND $3 THEN d.due_on END AS day, d.clock,
           count(*) FILTER (WHERE d.due_on < $2) AS missed,
           count(*) FILTER (WHERE d.due_on >= $2) AS ahead
    FROM published.case_deadline d
    JOIN region_scope s ON s.scope = $1 AND s.region = d.region
    GROUP BY 1, d.clock";

/// Works the report out.
///
/// # Errors
/// 403 for who gets no reports, 422 for a region that can't be asked for.
pub fn report(
    conn: &mut PgConnection,
    actor: &Actor,
    catalogue: &Catalogue,
    region: Option<&str>,
    now: DateTime<Utc>,
    language: Language,
) -> Result<DeadlineDays, Problem> {
    let region = scope::region(actor, catalogue, region)?;
    let as_of = shanghai_date(now);
    let last = as_of.checked_add_days(Days::new(AHEAD - 1)).unwrap_or(as_of);
    let found: Vec<Found> = diesel::sql_query(RUNNING)
        .bind::<Text, _>(&region.code)
        .bind::<Date, _>(as_of)
        .bind::<Date, _>(last)
        .load(conn)?;
    let (mut missed, mut later) = (Ending::default(), Ending::default());
    let mut by_day: BTreeMap<NaiveDate, Ending> =
        as_of.iter_days().take_while(|day| *day <= last).map(|day| (day, Ending::default())).collect();
    for Found { day, clock, missed: gone, ahead } in found {
        match day.and_then(|day| by_day.get_mut(&day)) {
            Some(ending) => ending.add(clock, ahead),
            None => {
                missed.add(clock, gone);
                later.add(clock, ahead);
            }
        }
    }
    let days = by_day.into_iter().map(|(day, ending)| DeadlineDay {
        day,
        working_day: catalogue.calendar.is_working_day(day),
        holiday: catalogue.calendar.holiday_name(day).map(str::to_owned),
        ending,
    });
    Ok(DeadlineDays {
        region: region.code.clone(),
        region_name: region.name_in(language).to_owned(),
        as_of,
        missed,
        days: days.collect(),
        later,
    })
}

impl DeadlineDays {
    /// The report as a table for people.
    pub fn table(&self, language: Language) -> Table {
        let mut table =
            Table::new("deadline-days", ("逐日法定期限", "Statutory deadlines by day"), &self.region_name);
        table.columns([("日期", "Day"), ("说明", "Remark")]);
        table.columns([
            ("整改期限", "Rectification"),
            ("复查期限", "Re-inspection"),
            ("再次复查期限", "Second re-inspection"),
            ("停业整顿期限", "Suspension"),
            ("合计", "Total"),
        ]);
        let t = |zh: &'static str, en: &'static str| match language {
            Language::Zh => zh,
            Language::En => en,
        };
        let mut row = |day: Cell, remark: &str, ending: &Ending| {
            table.row([
                day,
                Cell::text(remark),
                Cell::Integer(ending.rectification),
                Cell::Integer(ending.reinspection),
                Cell::Integer(ending.second_reinspection),
                Cell::Integer(ending.suspension),
                Cell::Integer(ending.total()),
            ]);
        };
        row(Cell::Empty, t("已逾期", "Missed"), &self.missed);
        for day in &self.days {
            let rest = if day.working_day { "" } else { t("休息日", "Rest day") };
            row(Cell::Date(day.day), day.holiday.as_deref().unwrap_or(rest), &day.ending);
        }
        row(Cell::Empty, t("以后", "Later"), &self.later);
        table
    }
}
