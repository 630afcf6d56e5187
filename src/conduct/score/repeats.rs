//! How many times an operator did the same before: pure.

use crate::conduct::ids::FactId;
use crate::conduct::score::book::RuleBook;
use crate::conduct::score::entry::Entry;
use crate::inspections::words::InspectedRole;
use chrono::{Months, NaiveDate};
use std::collections::{BTreeMap, HashMap};

/// A fact within a group: the day on which it happened, and of each entry about it the day of the decision and the first day on which it counts.
#[derive(Debug, Clone)]
struct Happened {
    on: NaiveDate,
    entries: Vec<(NaiveDate, NaiveDate)>,
}

/// The facts of an enterprise by role and group of behaviours.
#[derive(Debug, Default)]
pub struct Repeats<'a> {
    days: HashMap<FactId, NaiveDate>,
    groups: HashMap<(InspectedRole, &'a str), BTreeMap<FactId, Happened>>,
}

impl<'a> Repeats<'a> {
    /// Of the entries of one enterprise. What is annulled is no fact; what an objection keeps from counting does not count as done before.
    pub fn new(entries: &[&Entry], book: &RuleBook<'a>) -> Self {
        let mut all = Self::default();
        for entry in entries {
            let first = all.days.entry(entry.fact).or_insert(entry.happened_on);
            *first = (*first).min(entry.happened_on);
        }
        for entry in entries {
            let Some(counts_from) = entry.counts_from else { continue };
            let Some((_, behaviour)) = book.weighing(entry) else { continue };
            let on = all.days.get(&entry.fact).copied().unwrap_or(entry.happened_on);
            let group = all.groups.entry((entry.role, behaviour.group.as_str())).or_default();
            let fact = group.entry(entry.fact).or_insert_with(|| Happened { on, entries: Vec::new() });
            fact.entries.push((entry.decided_on, counts_from));
        }
        all
    }

    /// Which time it is on a day, from 1: one more than the facts of the group that happened before it within the window, were decided by then and
    /// have begun to count: what the enterprise was not told of in time makes nothing else weigh more. An entry that is yet to count is weighed as on
    /// the day on which it will. So a score rises by it only on the day on which an entry begins to count.
    pub fn nth(&self, entry: &Entry, (group, window_months): (&str, u32), day: NaiveDate) -> u32 {
        let Some(facts) = self.groups.get(&(entry.role, group)) else { return 1 };
        let day = entry.counts_from.map_or(day, |from| from.max(day));
        let on = self.days.get(&entry.fact).copied().unwrap_or(entry.happened_on);
        let begins = on.checked_sub_months(Months::new(window_months)).unwrap_or(NaiveDate::MIN);
        let known = |(decided_on, counts_from): &(NaiveDate, NaiveDate)| {
            *decided_on <= entry.decided_on && *counts_from <= day
        };
        let before = facts.iter().filter(|(fact, other)| {
            (other.on, **fact) < (on, entry.fact) && other.on >= begins && other.entries.iter().any(known)
        });
        u32::try_from(before.count()).unwrap_or(u32::MAX).saturating_add(1)
    }
}
