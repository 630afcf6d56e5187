//! From the list to clearance: how many enterprises have come how far.

use crate::catalogue::Catalogue;
use crate::core::actor::Actor;
use crate::core::as_of;
use crate::core::clock::{shanghai_date, shanghai_day_end};
use crate::core::{Language, Problem};
use crate::exports::Cell;
use crate::reports::table::Table;
use crate::reports::{kept_figures, past, scope};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many enterprises of a region have come how far. Each stage after `listed` counts operating enterprises, each
/// for itself: one that corrected without a consultation is under `correcting` and not under `consulted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Funnel {
    /// Code of the region.
    pub region: String,
    /// Its name.
    pub region_name: String,
    /// As of the end of this day, in Asia/Shanghai.
    pub as_of: NaiveDate,
    /// On the zero-out list.
    pub listed: i64,
    /// Of them in normal operation.
    pub operating: i64,
    /// Of these, with an account or a consultation: they have been reached.
    pub contacted: i64,
    /// Of the operating, in a consultation that an expert took.
    pub consulted: i64,
    /// Of the operating, with a correction begun, or done.
    pub correcting: i64,
    /// Of the operating, with every nonconformity settled.
    pub cleared: i64,
}

/// Its stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stages {
    /// See [`Funnel::listed`].
    pub listed: i64,
    /// See [`Funnel::operating`].
    pub operating: i64,
    /// See [`Funnel::contacted`].
    pub contacted: i64,
    /// See [`Funnel::consulted`].
    pub consulted: i64,
    /// See [`Funnel::correcting`].
    pub correcting: i64,
    /// See [`Funnel::cleared`].
    pub cleared: i64,
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
) -> Result<Funnel, Problem> {
    let region = scope::region(actor, catalogue, region)?;
    let as_of = as_of::day(as_of, now)?;
    let Stages { listed, operating, contacted, consulted, correcting, cleared } =
        if as_of == shanghai_date(now) {
            of_now(conn, &region.code)?
        } else {
            past::kept(conn, (&region.code, as_of, "funnel"), now, |conn| {
                from_history(conn, &region.code, as_of)
            })?
        };
    let (region, region_name) = (region.code.clone(), region.name_in(language).to_owned());
    Ok(Funnel { region, region_name, as_of, listed, operating, contacted, consulted, correcting, cleared })
}

/// The stages of now, which are kept counted.
fn of_now(conn: &mut PgConnection, region: &str) -> Result<Stages, Problem> {
    Ok(Stages::of(&kept_figures::of(conn, Some(region))?))
}

/// The stages as they were at the end of a day.
///
/// # Errors
/// When the database can't be asked.
pub fn from_history(conn: &mut PgConnection, region: &str, day: NaiveDate) -> Result<Stages, Problem> {
    Ok(Stages::of(&kept_figures::at(conn, region, shanghai_day_end(day))?))
}

impl Stages {
    fn of(figures: &BTreeMap<String, i64>) -> Self {
        let figure = |name| figures.get(name).copied().unwrap_or(0);
        Self {
            listed: figure("listed"),
            operating: figure("operating"),
            contacted: figure("contacted"),
            consulted: figure("consulted"),
            correcting: figure("correcting"),
            cleared: figure("cleared"),
        }
    }
}

impl Funnel {
    /// The report as a table for people.
    pub fn table(&self) -> Table {
        let mut table =
            Table::new("funnel", ("清零进程", "From listed to cleared"), &self.region_name).as_of(self.as_of);
        table.columns([
            ("代码", "Code"),
            ("地区", "Region"),
            ("截至日期", "As of"),
            ("列入名单", "Listed"),
            ("在营", "Operating"),
            ("已联系", "Contacted"),
            ("已问诊", "Consulted"),
            ("整改中或已整改", "Correcting"),
            ("已清零", "Cleared"),
        ]);
        table.row([
            Cell::text(&self.region),
            Cell::text(&self.region_name),
            Cell::Date(self.as_of),
            Cell::Integer(self.listed),
            Cell::Integer(self.operating),
            Cell::Integer(self.contacted),
            Cell::Integer(self.consulted),
            Cell::Integer(self.correcting),
            Cell::Integer(self.cleared),
        ]);
        table
    }
}
