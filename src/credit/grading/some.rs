//! The grading of some enterprises: those whose conduct, place or products changed, and those for whom a day has come.

use crate::conduct::entries::{known_at_end_of, of_enterprise};
use crate::conduct::score::{RuleBook, standing};
use crate::conduct::settings::ConductSettings;
use crate::core::ids::EnterpriseId;
use crate::core::{Actor, Problem};
use crate::credit::grading::ask::ask_of_platform;
use crate::credit::grading::row::{Grading, SubjectRow, rows};
use crate::credit::grading::write::{Found, LOCK};
use crate::credit::grading::{read, surroundings, weights};
use crate::credit::measures::follow;
use crate::credit::settings::CreditSettings;
use crate::db::schema::{credit_stale, credit_subject};
use crate::db::{Command, Tx};
use crate::jobs::resumable::try_lock;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Enterprises that are graded at once.
const BATCH: i64 = 200;
/// Enterprises that wait, from which on all are graded anew instead: a stream of all is faster than that many single ones.
pub const RATHER_ALL: i64 = 5_000;
/// The most past days on which one enterprise is graded in one go.
const MOST_DAYS: usize = 400;

/// Grades those that are due. Done by the platform. Returns whether more wait.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct GradeDue {}

/// Whose credit is to be graded, and on which days.
struct Due {
    of: BTreeMap<EnterpriseId, BTreeSet<NaiveDate>>,
    notes: Vec<i64>,
}

fn due(tx: &mut Tx) -> Result<Due, Problem> {
    use credit_stale as n;
    use credit_subject as s;
    let today = tx.today();
    let notes: Vec<(i64, EnterpriseId, NaiveDate)> = n::table
        .filter(n::from_day.le(today))
        .order(n::id)
        .limit(BATCH)
        .select((n::id, n::enterprise_id, n::from_day))
        .load(&mut *tx.conn)?;
    let mut due = Due { of: BTreeMap::new(), notes: notes.iter().map(|note| note.0).collect() };
    for (_, id, day) in notes {
        due.of.entry(id).or_default().insert(day);
    }
    let passed: Vec<(EnterpriseId, Option<NaiveDate>)> = s::table
        .filter(s::look_on.le(today))
        .order((s::look_on, s::enterprise_id))
        .limit(BATCH)
        .select((s::enterprise_id, s::look_on))
        .load(&mut *tx.conn)?;
    for (id, day) in passed {
        due.of.entry(id).or_default().extend(day);
    }
    Ok(due)
}

/// How many enterprises are noted, up to a bound.
fn noted(tx: &mut Tx) -> Result<i64, Problem> {
    let some = credit_stale::table.limit(RATHER_ALL + 1).select(credit_stale::id);
    Ok(some.load::<i64>(&mut *tx.conn)?.len().try_into().unwrap_or(i64::MAX))
}

impl Command for GradeDue {
    type Output = bool;
    const NAME: &'static str = "grade_due_credit";

    fn run(&self, tx: &mut Tx) -> Result<bool, Problem> {
        if tx.actor != Actor::System {
            return Err(Problem::forbidden());
        }
        if !try_lock(&mut tx.conn, LOCK)? {
            return Ok(false);
        }
        if noted(tx)? > RATHER_ALL {
            ask_of_platform(tx, "大量企业的信用记录变动 / the records of many enterprises changed")?;
            return Ok(false);
        }
        let Due { of, notes } = due(tx)?;
        if of.is_empty() {
            return Ok(false);
        }
        let full = i64::try_from(notes.len()).is_ok_and(|n| n == BATCH)
            || i64::try_from(of.len()).is_ok_and(|n| n >= BATCH);
        grade(tx, &of)?;
        diesel::delete(credit_stale::table.filter(credit_stale::id.eq_any(notes))).execute(&mut *tx.conn)?;
        Ok(full)
    }
}

/// Grades some enterprises on some past days, in their order, and today.
///
/// # Errors
/// When the database refuses.
pub fn grade(tx: &mut Tx, of: &BTreeMap<EnterpriseId, BTreeSet<NaiveDate>>) -> Result<(), Problem> {
    let settings = Arc::clone(&tx.settings);
    let conduct = settings.section::<ConductSettings>();
    let book = RuleBook::new(&conduct.rules);
    let (today, now, catalogue) = (tx.today(), tx.now, Arc::clone(&tx.catalogue));
    let ids: Vec<EnterpriseId> = of.keys().copied().collect();
    let around = surroundings::load(&mut tx.conn, &catalogue, Some(&ids), today)?;
    let mut kept = read::of(&mut tx.conn, &ids)?;
    let mut days: BTreeMap<NaiveDate, Vec<EnterpriseId>> = BTreeMap::new();
    for (id, wanted) in of {
        let graded = kept.get(id).and_then(|rows| rows.iter().map(|row| row.graded_on).max());
        // No day before the last grading is graded again: what was said of it stays.
        let from = graded.unwrap_or(NaiveDate::MIN);
        let past = wanted.iter().copied().filter(|day| *day < today && *day >= from).take(MOST_DAYS);
        for day in past.chain([today]) {
            days.entry(day).or_default().push(*id);
        }
    }
    let method = settings.section::<CreditSettings>().method_on(today).cloned();
    let method = method.ok_or_else(|| Problem::internal("there is no method of credit"))?;
    // Each day is written before the next one, so that the rows of a day stand beside those of the day before.
    while let Some((day, enterprises)) = days.pop_first() {
        let Some(rules) = book.rules_on(day) else { continue };
        // Also what was entered since this began and is committed: its note is taken.
        let known = known_at_end_of(day);
        let grading = Grading { book: &book, rules, day, now };
        let mut found = Found::default();
        for id in enterprises {
            let Some(place) = around.get(&id) else { continue };
            let entries = of_enterprise(&mut tx.conn, id, known)?;
            let before = kept.remove(&id).unwrap_or_default();
            if entries.is_empty() && before.is_empty() {
                continue;
            }
            let standing = standing(&entries, &book, day);
            let rows = rows(id, (&standing, &entries), place, &before, grading);
            // Time passes on to the next day on which the score can change.
            let next =
                rows.iter().filter_map(|row| row.look_on).min().filter(|next| *next < today && *next > day);
            if let Some(next) = next {
                let at = days.entry(next).or_default();
                if !at.contains(&id) {
                    at.push(id);
                }
            }
            found.take((&before, rows.clone()), &standing, &entries)?;
            kept.insert(id, rows);
        }
        let moved: Vec<SubjectRow> = std::mem::take(&mut found.moved);
        let grades = std::mem::take(&mut found.grades);
        found.write(&mut tx.conn)?;
        if day == today {
            weights::say(&mut tx.conn, &method, &grades)?;
        }
        follow::follow(tx, &moved, rules)?;
    }
    Ok(())
}
