//! How many times an operator did the same before: pure.

use crate::conduct::ids::FactId;
use crate::conduct::score::book::RuleBook;
use crate::conduct::score::entry::Entry;
use crate::inspections::words::InspectedRole;
use chrono::{Months, NaiveDate};
use std::collections::{BTreeMap, HashMap};

/// A fact within a group: the day on which it happened and the first day on which it was decided.
#[derive(Debug, Clone, Copy)]
struct Happened {
    on: NaiveDate,
    decided_on: NaiveDate,
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
        for entry in entries.iter().filter(|entry| entry.counts_from.is_some()) {
            let Some((_, behaviour)) = book.weighing(entry) else { continue };
            let on = all.days.get(&entry.fact).copied().unwrap_or(entry.happened_on);
            let group = all.groups.entry((entry.role, behaviour.group.as_str())).or_default();
            let fact = group.entry(entry.fact).or_insert(Happened { on, decided_on: entry.decided_on });
            fact.decided_on = fact.decided_on.min(entry.decided_on);
        }
        all
    }

    /// Which time it is, from 1: one more than the facts of the group that happened before it within the window and were decided by then. It does
    /// not depend on the day that is asked for, so no score rises by it as days pass.
    pub fn nth(&self, entry: &Entry, group: &str, window_months: u32) -> u32 {
        let Some(facts) = self.groups.get(&(entry.role, group)) else { return 1 };
        let on = self.days.get(&entry.fact).copied().unwrap_or(entry.happened_on);
        let begins = on.checked_sub_months(Months::new(window_months)).unwrap_or(NaiveDate::MIN);
        let before = facts.iter().filter(|(fact, other)| {
            (other.on, **fact) < (on, entry.fact)
                && other.on >= begins
                && other.decided_on <= entry.decided_on
        });
        u32::try_from(before.count()).unwrap_or(u32::MAX).saturating_add(1)
    }
}
