//! Alerts by the index of today: raised above one bound, closed below a lower one. What an earlier alert was dealt with or dismissed for does not
//! count again: then only results that have become final since are counted.

use crate::core::clock::{shanghai_date, shanghai_day_end};
use crate::core::{Actor, Problem};
use crate::db::schema::{quality_alert, region, risk_cell, risk_day};
use crate::db::{Command, Tx};
use crate::risk::alerts::raise::{IndexFigures, by_index, dealt_with, follow, lock_all, subside};
use crate::risk::alerts::state::{AlertCause, AlertState};
use crate::risk::ids::AlertId;
use crate::risk::index::formula::{interval, opens, subsides};
use crate::risk::index::keep::rules;
use crate::risk::settings::RiskRules;
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamptz};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// Raises alerts by the index of today, keeps the figures of open ones true, and closes those that subside. Done by the platform. Gives how many were
/// raised.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct RaiseIndexAlerts {}

/// A cell with what an alert needs of it.
#[derive(Debug, Queryable)]
struct Candidate {
    product_kind: String,
    region: String,
    tested: i32,
    failed: i32,
    rate_low: i32,
    class_rate: i32,
    index_value: i32,
}

impl Command for RaiseIndexAlerts {
    type Output = usize;
    const NAME: &'static str = "raise_index_alerts";

    fn run(&self, tx: &mut Tx) -> Result<usize, Problem> {
        use risk_cell as c;
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        lock_all(tx)?;
        let (settings, today) = (Arc::clone(&tx.settings), shanghai_date(tx.now));
        let rules = rules(&settings, today)?;
        let Some(window) = rules.windows.first().copied() else { return Ok(0) };
        let counted: Option<DateTime<Utc>> = risk_day::table
            .find((today, window))
            .select(risk_day::counted_at)
            .for_update()
            .first(&mut *tx.conn)
            .optional()?;
        if counted.is_none() {
            return Ok(0);
        }
        let open: Vec<(AlertId, String, String)> = quality_alert::table
            .filter(quality_alert::cause.eq(AlertCause::Index))
            .filter(quality_alert::state.eq(AlertState::Open))
            .order(quality_alert::id)
            .for_update()
            .select((quality_alert::id, quality_alert::product_kind, quality_alert::region))
            .load(&mut *tx.conn)?;
        let mut open: HashMap<(String, String), AlertId> =
            open.into_iter().map(|(id, kind, region)| ((kind, region), id)).collect();
        let levels =
            region::table.filter(region::level.eq_any(rules.alert_levels.clone())).select(region::code);
        let candidates: Vec<Candidate> = c::table
            .filter(c::day.eq(today))
            .filter(c::window_days.eq(window))
            .filter(c::region.eq_any(levels))
            .order(c::place)
            .select((
                c::product_kind,
                c::region,
                c::tested,
                c::failed,
                c::rate_low,
                c::class_rate,
                c::index_value,
            ))
            .load(&mut *tx.conn)?;
        let mut raised = 0;
        for cell in candidates {
            let alert = open.remove(&(cell.product_kind.clone(), cell.region.clone()));
            // What can neither be raised nor is open is not looked at further.
            if alert.is_none() && !opens(cell.tested, cell.rate_low, cell.class_rate, rules) {
                continue;
            }
            raised += usize::from(judge(tx, &cell, alert, (today, window), rules)?);
        }
        // What has no cell any more has neither results nor signals.
        for ((_, region), id) in open {
            subside(tx, id, &region)?;
        }
        diesel::update(risk_day::table.find((today, window)))
            .set(risk_day::raised_at.eq(tx.now))
            .execute(&mut *tx.conn)?;
        Ok(raised)
    }
}

/// Judges a cell; says whether an alert was raised.
fn judge(
    tx: &mut Tx,
    cell: &Candidate,
    alert: Option<AlertId>,
    (today, window): (NaiveDate, i32),
    rules: &RiskRules,
) -> Result<bool, Problem> {
    let (kind, region) = (cell.product_kind.as_str(), cell.region.as_str());
    let since = dealt_with(&mut tx.conn, AlertCause::Index, kind, region)?;
    let newer = newer(tx, cell, (today, window), since)?;
    let number = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
    // Without an earlier alert everything counts, as the cell has it.
    let (tested, failed) = match since {
        Some(_) => (number(newer.tested), number(newer.failed)),
        None => (cell.tested, cell.failed),
    };
    let (low, _) = if since.is_some() { interval(failed, tested) } else { (cell.rate_low, 0) };
    let figures = IndexFigures {
        tested: Some(tested),
        nonconformities: failed,
        enterprises: number(newer.enterprises),
        rate_low: Some(low),
        class_rate: Some(cell.class_rate),
        index_value: Some(cell.index_value),
    };
    match alert {
        Some(id) if subsides(low, cell.class_rate, rules) => subside(tx, id, region).map(|()| false),
        Some(id) => follow(tx, id, &figures).map(|()| false),
        None if opens(tested, low, cell.class_rate, rules) => {
            by_index(tx, (kind, region), (window, rules.open_results, &rules.version), &figures)?;
            Ok(true)
        }
        None => Ok(false),
    }
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Newer {
    #[diesel(sql_type = BigInt)]
    tested: i64,
    #[diesel(sql_type = BigInt)]
    failed: i64,
    #[diesel(sql_type = BigInt)]
    enterprises: i64,
}

/// The results of a kind in a region, sampled after `$3` until `$4` and known by `$6`, that had not become final by `$5`; all where that is NULL.
const NEWER: &str = "
    SELECT count(*) AS tested, count(*) FILTER (WHERE i.outcome = 'nonconforming') AS failed,
           count(DISTINCT coalesce(i.operator_id, i.producer_id, i.id)) FILTER (WHERE i.outcome = 'nonconforming') AS enterprises
    FROM published.inspection i
    JOIN region_scope s ON s.region = i.place_region AND s.scope = $2
    WHERE i.product_kind = $1 AND i.method = 'sampling' AND i.purpose <> 'reinspection' AND i.state IN ('final', 'published')
      AND i.outcome IN ('conforming', 'nonconforming') AND i.sampled_on > $3 AND i.sampled_on <= $4 AND i.created_at <= $6
      AND ($5::timestamptz IS NULL OR i.created_at > $5 OR NOT EXISTS (
          SELECT FROM published.inspection_event e
          WHERE e.inspection_id = i.id AND e.to_state = 'final' AND e.recorded_at <= $5))";

fn newer(
    tx: &mut Tx,
    cell: &Candidate,
    (today, window): (NaiveDate, i32),
    since: Option<DateTime<Utc>>,
) -> Result<Newer, Problem> {
    let before =
        today.checked_sub_days(Days::new(u64::try_from(window).unwrap_or(0))).unwrap_or(NaiveDate::MIN);
    let moment = tx.now.min(shanghai_day_end(today));
    Ok(diesel::sql_query(NEWER)
        .bind::<Text, _>(&cell.product_kind)
        .bind::<Text, _>(&cell.region)
        .bind::<Date, _>(before)
        .bind::<Date, _>(today)
        .bind::<Nullable<Timestamptz>, _>(since)
        .bind::<Timestamptz, _>(moment)
        .get_result(&mut *tx.conn)?)
}
