//! Counting the index of a day and keeping it. A day that is over is counted once, from what was known at its end, and never again: what is said of it
//! never changes. Today is counted again as facts change.

use crate::app::App;
use crate::catalogue::Catalogue;
use crate::core::clock::{shanghai_date, shanghai_day_end};
use crate::core::problem::FieldError;
use crate::core::{Actor, Caller, Problem, Text};
use crate::db::schema::{risk_cell, risk_change, risk_day};
use crate::db::{Command, Tx};
use crate::risk::ids::AssessmentId;
use crate::risk::index::formula::{CellIndex, CellSums, SignalCounts, index};
use crate::risk::index::sums::{self, TimeBasis};
use crate::risk::settings::{RiskKeepingSettings, RiskRules, RiskSettings};
use crate::settings::Settings;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Date, Integer, Nullable, Text as SqlText, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The day and the window that are asked for: today and the first window of the rules where none is named.
///
/// # Errors
/// 422 for a day ahead or before 1900, and for a window that is not kept.
pub fn asked(
    settings: &Settings,
    as_of: Option<NaiveDate>,
    window: Option<i32>,
    now: DateTime<Utc>,
) -> Result<(NaiveDate, i32), Problem> {
    let today = shanghai_date(now);
    let mut fields = crate::core::fields::Fields::new();
    fields.query_day("as_of", as_of);
    fields.done()?;
    let day = as_of.unwrap_or(today);
    if day > today {
        let text = Text::new("不能晚于今天", "must not be in the future");
        return Err(Problem::invalid(vec![FieldError::query("as_of", text)]));
    }
    let rules = rules(settings, day)?;
    let first = rules.windows.first().copied().unwrap_or(365);
    let window = window.unwrap_or(first);
    if !rules.windows.contains(&window) {
        let all: Vec<String> = rules.windows.iter().map(i32::to_string).collect();
        let text = Text::new(
            format!("须为 {} 之一（天）", all.join("、")),
            format!("must be one of {} (days)", all.join(", ")),
        );
        return Err(Problem::invalid(vec![FieldError::query("window", text)]));
    }
    Ok((day, window))
}

/// The rules in force on a day.
///
/// # Errors
/// Where there are none, which the settings refuse.
pub fn rules(settings: &Settings, day: NaiveDate) -> Result<&RiskRules, Problem> {
    let rules = settings.section::<RiskSettings>().rules_on(day);
    rules.ok_or_else(|| Problem::internal("there are no rules of risk"))
}

/// Has the index of a day counted, where what is kept is not good enough.
///
/// # Errors
/// When the database is unavailable.
pub fn keep(app: &App, day: NaiveDate) -> Result<(), Problem> {
    if is_kept(&mut *app.conn()?, app.settings(), day, app.clock().now())? {
        return Ok(());
    }
    app.execute(&Caller::system(), &KeepIndex { day }).map(drop)
}

/// Whether what is kept of a day is good: of a day that is over, counted after its end; of today, nothing has changed since, or that was a
/// moment ago.
fn is_kept(
    conn: &mut PgConnection,
    settings: &Settings,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<bool, Problem> {
    let rules = rules(settings, day)?;
    let kept: Vec<(i32, String, DateTime<Utc>)> = risk_day::table
        .filter(risk_day::day.eq(day))
        .select((risk_day::window_days, risk_day::rules_version, risk_day::counted_at))
        .load(conn)?;
    let end = shanghai_day_end(day);
    let over = end <= now;
    let of = |window: &i32| kept.iter().find(|(of, ..)| of == window);
    if over {
        return Ok(rules.windows.iter().all(|window| of(window).is_some_and(|(.., at)| *at >= end)));
    }
    let known = rules.windows.iter().all(|window| of(window).is_some_and(|(_, by, _)| *by == rules.version));
    if !known {
        return Ok(false);
    }
    let changed: bool =
        diesel::select(diesel::dsl::exists(risk_change::table.select(risk_change::id))).get_result(conn)?;
    let fresh = Duration::seconds(settings.section::<RiskKeepingSettings>().fresh_seconds.into());
    Ok(!changed || kept.iter().all(|(.., at)| now - *at < fresh))
}

/// Counts the index of a day for all windows of its rules and keeps it. Done by the platform. Says whether it was counted.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct KeepIndex {
    /// The day.
    pub day: NaiveDate,
}

impl Command for KeepIndex {
    type Output = bool;
    const NAME: &'static str = "keep_risk_index";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        // Whoever counts at the same time waits here, and finds it counted.
        diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('risk_index'))").execute(&mut *tx.conn)?;
        let (settings, catalogue, now) = (Arc::clone(&tx.settings), Arc::clone(&tx.catalogue), tx.now);
        if is_kept(&mut tx.conn, &settings, self.day, now)? {
            return Ok(false);
        }
        // All facts of a province at once: longer than anybody who waits for a page is given.
        diesel::sql_query("SET LOCAL statement_timeout = 0").execute(&mut *tx.conn)?;
        let end = shanghai_day_end(self.day);
        if end > now {
            // What is written from here on leaves a note of its own, which stays.
            diesel::delete(risk_change::table).execute(&mut *tx.conn)?;
        }
        let rules = rules(&settings, self.day)?;
        let moment = now.min(end - Duration::microseconds(1));
        for window in &rules.windows {
            let counted = count(&mut tx.conn, &catalogue, rules, (self.day, *window), moment)?;
            store(tx, (self.day, *window), rules, &counted)?;
        }
        Ok(true)
    }
}

/// A cell that was counted.
#[derive(Debug)]
pub struct CountedCell<'a> {
    kind: &'a str,
    region: &'a str,
    sums: CellSums,
    assessment: Option<AssessmentId>,
    index: CellIndex,
}

/// Counts the cells of a day and window as they were at a moment, the highest index first.
///
/// # Errors
/// When the database can't be asked.
pub fn count<'a>(
    conn: &mut PgConnection,
    catalogue: &'a Catalogue,
    rules: &RiskRules,
    (day, window): (NaiveDate, i32),
    moment: DateTime<Utc>,
) -> Result<Vec<CountedCell<'a>>, Problem> {
    let mut all = sums::all(conn, catalogue, (day, window), TimeBasis::Known(moment))?;
    let cells = std::mem::take(&mut all.cells);
    let mut counted: Vec<CountedCell<'a>> = cells
        .into_iter()
        .filter(|(_, cell)| !cell.sums.is_empty())
        .map(|((kind, region), cell)| {
            let index = index(&cell.sums, all.class_rate(catalogue, kind, region), rules);
            CountedCell {
                kind,
                region,
                assessment: cell.assessment.map(|(_, id)| id),
                sums: cell.sums,
                index,
            }
        })
        .collect();
    counted.sort_by_key(|cell| {
        let CellIndex { index_value, rate_low, .. } = cell.index;
        (std::cmp::Reverse((index_value, rate_low, cell.sums.tested)), cell.kind, cell.region)
    });
    Ok(counted)
}

/// The counts of signals as they are kept: `{"media.attributed": 2}`.
pub fn signals_text(signals: &SignalCounts) -> String {
    let named: BTreeMap<String, i32> = signals
        .iter()
        .map(|((source, reliability), count)| (format!("{source}.{reliability}"), *count))
        .collect();
    serde_json::to_string(&named).unwrap_or_else(|_| "{}".to_owned())
}

/// The same, read.
pub fn read_signals(kept: &serde_json::Value) -> SignalCounts {
    let Some(map) = kept.as_object() else { return SignalCounts::new() };
    let one = |(name, count): (&String, &serde_json::Value)| {
        let (source, reliability) = name.split_once('.')?;
        let count = i32::try_from(count.as_i64()?).ok()?;
        Some(((source.parse().ok()?, reliability.parse().ok()?), count))
    };
    map.iter().filter_map(one).collect()
}

const INSERT: &str = "
    INSERT INTO risk_cell (day, window_days, product_kind, region, place, tested, failed, tested_before, failed_before, class_rate, rate,
        rate_before, rate_low, rate_high, severity, assessment_id, signals, signal_count, part_rate, part_severity, part_trend, part_signals,
        index_value)
    SELECT $1, $2, c.kind, c.region, c.place + $8, c.n[1], c.n[2], c.n[3], c.n[4], c.n[5], c.n[6], c.n[7], c.n[8], c.n[9], c.n[10], c.assessment,
           c.signals::jsonb, c.n[11], c.n[12], c.n[13], c.n[14], c.n[15], c.n[16]
    FROM (SELECT k.kind, k.region, k.place::integer AS place, k.assessment, k.signals,
                 $7[((k.place - 1) * 16 + 1)::integer:(k.place * 16)::integer] AS n
          FROM unnest($3, $4, $5, $6) WITH ORDINALITY AS k (kind, region, assessment, signals, place)) c";

/// The numbers of a cell, in the order of the query above.
fn numbers(cell: &CountedCell<'_>) -> [i32; 16] {
    let CellSums { tested, failed, tested_before, failed_before, severity, .. } = cell.sums;
    let of = cell.index;
    [
        tested,
        failed,
        tested_before,
        failed_before,
        of.class_rate,
        of.rate,
        of.rate_before,
        of.rate_low,
        of.rate_high,
        severity,
        cell.sums.signal_count(),
        of.part_rate,
        of.part_severity,
        of.part_trend,
        of.part_signals,
        of.index_value,
    ]
}

/// How many cells go into one statement.
const CHUNK: usize = 2_000;

fn store(
    tx: &mut Tx,
    (day, window): (NaiveDate, i32),
    rules: &RiskRules,
    counted: &[CountedCell<'_>],
) -> Result<(), Problem> {
    let of_day = risk_cell::table.filter(risk_cell::day.eq(day)).filter(risk_cell::window_days.eq(window));
    diesel::delete(of_day).execute(&mut *tx.conn)?;
    for (chunk, cells) in counted.chunks(CHUNK).enumerate() {
        let all: Vec<i32> = cells.iter().flat_map(numbers).collect();
        let before = i32::try_from(chunk.saturating_mul(CHUNK)).map_err(Problem::internal)?;
        diesel::sql_query(INSERT)
            .into_boxed::<Pg>()
            .bind::<Date, _>(day)
            .bind::<Integer, _>(window)
            .bind::<Array<SqlText>, _>(cells.iter().map(|cell| cell.kind.to_owned()).collect::<Vec<_>>())
            .bind::<Array<SqlText>, _>(cells.iter().map(|cell| cell.region.to_owned()).collect::<Vec<_>>())
            .bind::<Array<Nullable<SqlUuid>>, _>(cells.iter().map(|cell| cell.assessment).collect::<Vec<_>>())
            .bind::<Array<SqlText>, _>(
                cells.iter().map(|cell| signals_text(&cell.sums.signals)).collect::<Vec<_>>(),
            )
            .bind::<Array<Integer>, _>(all)
            .bind::<Integer, _>(before)
            .execute(&mut *tx.conn)?;
    }
    let cells = i32::try_from(counted.len()).map_err(Problem::internal)?;
    let first_window = rules.windows.first() == Some(&window);
    diesel::insert_into(risk_day::table)
        .values((
            risk_day::day.eq(day),
            risk_day::window_days.eq(window),
            risk_day::rules_version.eq(&rules.version),
            risk_day::first_window.eq(first_window),
            risk_day::counted_at.eq(tx.now),
            risk_day::cells.eq(cells),
        ))
        .on_conflict((risk_day::day, risk_day::window_days))
        .do_update()
        .set((
            risk_day::rules_version.eq(&rules.version),
            risk_day::first_window.eq(first_window),
            risk_day::counted_at.eq(tx.now),
            risk_day::cells.eq(cells),
            // Alerts are to be looked for anew.
            risk_day::raised_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(&mut *tx.conn)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::source::{Reliability, SignalSource};

    #[test]
    fn signals_are_kept_as_they_were_counted() {
        let signals: SignalCounts = [
            ((SignalSource::ForeignRecall, Reliability::Official), 3),
            ((SignalSource::Opinion, Reliability::Rumour), 40),
        ]
        .into();
        let text = signals_text(&signals);
        assert_eq!(text, r#"{"foreign_recall.official":3,"opinion.rumour":40}"#);
        assert_eq!(read_signals(&serde_json::from_str(&text).unwrap()), signals);
        assert!(read_signals(&serde_json::json!({ "x": 1, "media.official": "y" })).is_empty());
    }
}
