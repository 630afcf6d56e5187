//! One trial: the days of a request, one after the other, by the rules in force and by those that are tried.

use crate::app::App;
use crate::core::Problem;
use crate::core::clock::shanghai_date;
use crate::core::fields::Fields;
use crate::risk::index::keep::rules;
use crate::risk::settings::RiskRules;
use crate::risk::trial::candidate::candidate;
use crate::risk::trial::course::Course;
use crate::risk::trial::past::{cells, past};
use crate::risk::trial::view::{Trial, TrialAlert, TrialRequest};
use chrono::{Days, NaiveDate};
use std::collections::BTreeSet;

/// Days from one day that is tried to the next.
const STEP: u64 = 7;
/// The days that a trial reaches back where none is given, and at most.
const BACK: u64 = 182;
const MOST_BACK: i64 = 371;
/// The most alerts that are named.
const NAMED: usize = 200;

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
