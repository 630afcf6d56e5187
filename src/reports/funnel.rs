//! From the list to clearance: how many enterprises have come how far.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::reports::history::{self, AS_OF};
use crate::reports::table::{Cell, Table};
use crate::reports::{counted, past, scope};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz};
use serde::{Deserialize, Serialize};

/// How many enterprises of a region have come how far. Each stage after `listed` counts operating enterprises, each
/// for itself: one that corrected without a consultation stands under `correcting` and not under `consulted`.
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Stages {
    /// See [`Funnel::listed`].
    #[diesel(sql_type = BigInt)]
    pub listed: i64,
    /// See [`Funnel::operating`].
    #[diesel(sql_type = BigInt)]
    pub operating: i64,
    /// See [`Funnel::contacted`].
    #[diesel(sql_type = BigInt)]
    pub contacted: i64,
    /// See [`Funnel::consulted`].
    #[diesel(sql_type = BigInt)]
    pub consulted: i64,
    /// See [`Funnel::correcting`].
    #[diesel(sql_type = BigInt)]
    pub correcting: i64,
    /// See [`Funnel::cleared`].
    #[diesel(sql_type = BigInt)]
    pub cleared: i64,
}

const STAGES: &str = "
    , consulting AS MATERIALIZED (
        SELECT c.enterprise_id, bool_or(EXISTS (
            SELECT 1 FROM consultation_event v
            WHERE v.consultation_id = c.id AND v.at < $2 AND v.to_status IN ('active', 'concluded'))) AS taken
        FROM consultation c JOIN scoped s ON s.id = c.enterprise_id
        WHERE c.opened_at < $2
        GROUP BY c.enterprise_id
    ), corrected AS MATERIALIZED (
        SELECT DISTINCT c.enterprise_id
        FROM remediation_case c
        JOIN scoped s ON s.id = c.enterprise_id
        JOIN case_event v ON v.case_id = c.id AND v.recorded_at < $2
        WHERE v.event = 'start_correction' OR v.to_state IN ('correcting', 'evidence_submitted', 'cleared')
    )
    SELECT count(*) AS listed,
           count(*) FILTER (WHERE s.operating) AS operating,
           count(*) FILTER (WHERE s.operating AND (t.enterprise_id IS NOT NULL OR EXISTS (
               SELECT 1 FROM account a WHERE a.enterprise_id = s.id AND a.created_at < $2))) AS contacted,
           count(*) FILTER (WHERE s.operating AND t.taken) AS consulted,
           count(*) FILTER (WHERE s.operating AND r.enterprise_id IS NOT NULL) AS correcting,
           count(*) FILTER (WHERE s.operating AND u.settled) AS cleared
    FROM (SELECT p.enterprise_id, bool_and(p.settled) AS settled FROM point p GROUP BY p.enterprise_id) u
    JOIN scoped s ON s.id = u.enterprise_id
    LEFT JOIN consulting t ON t.enterprise_id = s.id
    LEFT JOIN corrected r ON r.enterprise_id = s.id";

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
) -> Result<Funnel, Problem> {
    let region = scope::region(actor, catalogue, region)?;
    let as_of = history::day(as_of, now)?;
    let Stages { listed, operating, contacted, consulted, correcting, cleared } =
        if as_of == shanghai_date(now) {
            of_now(conn, &region.code)?
        } else {
            past::kept(conn, (&region.code, as_of, "funnel"), now, |conn| {
                from_history(conn, &region.code, as_of)
            })?
        };
    let (region, region_name) = (region.code.clone(), region.name.clone());
    Ok(Funnel { region, region_name, as_of, listed, operating, contacted, consulted, correcting, cleared })
}

/// The stages as they are counted all along.
fn of_now(conn: &mut PgConnection, region: &str) -> Result<Stages, Problem> {
    let figures = counted::of(conn, Some(region))?;
    let figure = |name| figures.get(name).copied().unwrap_or(0);
    Ok(Stages {
        listed: figure("listed"),
        operating: figure("operating"),
        contacted: figure("contacted"),
        consulted: figure("consulted"),
        correcting: figure("correcting"),
        cleared: figure("cleared"),
    })
}

/// The stages, counted from history.
///
/// # Errors
/// When the database can't be asked.
pub fn from_history(conn: &mut PgConnection, region: &str, day: NaiveDate) -> Result<Stages, Problem> {
    Ok(diesel::sql_query(format!("{AS_OF} {STAGES}"))
        .bind::<Text, _>(region)
        .bind::<Timestamptz, _>(history::end_of(day))
        .get_result(conn)?)
}

impl Funnel {
    /// The report as a table for people.
    pub fn table(&self) -> Table {
        let mut table = Table::new("funnel");
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
            Cell::Day(self.as_of),
            Cell::Number(self.listed),
            Cell::Number(self.operating),
            Cell::Number(self.contacted),
            Cell::Number(self.consulted),
            Cell::Number(self.correcting),
            Cell::Number(self.cleared),
        ]);
        table
    }
}
