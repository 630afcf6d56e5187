//! How it will be if nothing happens. Pure.

use crate::conduct::score::book::RuleBook;
use crate::conduct::score::entry::Entry;
use crate::conduct::score::fold::{RoleStanding, Standing, standing};
use crate::conduct::words::Grade;
use crate::inspections::words::InspectedRole;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Where the enterprise will stand on each coming day after `from`, up to `horizon`, on which a score, a floor or a grade changes.
pub fn forecast(
    entries: &[Entry],
    book: &RuleBook<'_>,
    from: NaiveDate,
    horizon: NaiveDate,
) -> Vec<Standing> {
    let mut days: BTreeSet<NaiveDate> = book.begins().collect();
    for entry in entries.iter().filter(|entry| !entry.annulled) {
        days.extend(entry.counts_from);
        days.extend(entry.repaired_on);
        let until = book.weighing(entry).map(|(_, behaviour)| behaviour.counts_until(entry.decided_on));
        days.extend(until.and_then(|day| day.succ_opt()));
    }
    let mut last = figures(&standing(entries, book, from));
    let mut changes = Vec::new();
    for day in days.into_iter().filter(|day| *day > from && *day <= horizon) {
        let next = standing(entries, book, day);
        let of_next = figures(&next);
        if of_next != last {
            last = of_next;
            changes.push(next);
        }
    }
    changes
}

type Figures = Vec<(InspectedRole, Grade, Option<Grade>, Vec<i64>)>;

/// What is compared: grade and floor of each role, the scores of its subjects.
fn figures(of: &Standing) -> Figures {
    let role = |role: &RoleStanding| {
        let scores = std::iter::once(role.score).chain(role.lines.iter().map(|line| line.score)).collect();
        (role.role, role.grade, role.floor, scores)
    };
    of.roles.iter().map(role).collect()
}
