//! The search for cases by the enterprise's name or code, or by the report's number, as conditions of a query.

use crate::db::published::{enterprise, nonconformity_ever as nonconformity};
use crate::db::schema::remediation_case;
use crate::db::search::{Condition, SearchTerms};
use crate::enterprises::queries::{NAMES, REPORTS_EVER as REPORTS};
use crate::remediation::case_filter::CaseFilter;
use crate::remediation::policy::CaseCondition;
use diesel::dsl::not;
use diesel::pg::Pg;
use diesel::prelude::*;

/// A search for cases, rank by rank.
#[derive(Debug, Clone)]
pub struct CaseSearch(SearchTerms);

impl CaseSearch {
    /// None where nothing was typed.
    pub fn of(filter: &CaseFilter) -> Option<Self> {
        SearchTerms::of(filter.q.as_deref()).map(Self)
    }

    /// How many ranks there are.
    pub fn ranks(&self) -> usize {
        NAMES.ranks(&self.0)
    }

    /// The report's number begins with what was typed.
    fn reported(&self) -> Condition {
        REPORTS.begins(&self.0)
    }

    /// Each word stands in the enterprise's name or code or begins the report's number; or, where that is asked for, is how the name is
    /// read.
    fn words(&self, read: bool) -> Condition {
        let word = |word| {
            let mut ways = vec![NAMES.stands(word), REPORTS.begins_with(word)];
            ways.extend(read.then(|| NAMES.reads(word)).flatten());
            Condition::any(ways)
        };
        Condition::any([NAMES.whole(&self.0), Condition::all(self.0.words().iter().map(word))])
    }

    /// What a rank finds and none before it, of an enterprise with a report.
    fn rank(&self, rank: usize) -> Condition {
        if self.0.words().is_empty() {
            return Condition::any([]);
        }
        let equal = || Condition::any([NAMES.equal(&self.0), REPORTS.equal(&self.0)]);
        let begins = || Condition::any([NAMES.begins(&self.0), self.reported()]);
        match rank {
            0 => equal(),
            1 => Condition::all([begins(), equal().negated()]),
            2 => Condition::all([self.words(false), begins().negated()]),
            3 => Condition::all([self.words(true), self.words(false).negated(), begins().negated()]),
            _ => Condition::any([]),
        }
    }

    /// What any rank finds.
    pub fn any(&self) -> CaseCondition {
        let none = self.0.words().is_empty();
        let found = if none {
            Condition::any([])
        } else {
            Condition::any([NAMES.begins(&self.0), self.reported(), self.words(true)])
        };
        self.checked(found)
    }

    /// The condition that checks each case. The sub-select gives a value, so the planner can't turn to reading whole tables for a few
    /// cases.
    pub fn each(&self, rank: usize) -> CaseCondition {
        self.checked(self.rank(rank))
    }

    fn checked(&self, found: Condition) -> CaseCondition {
        let both = enterprise::table
            .inner_join(nonconformity::table.on(nonconformity::enterprise_id.eq(enterprise::id)))
            .filter(enterprise::id.eq(remediation_case::enterprise_id))
            .filter(nonconformity::id.eq(remediation_case::nonconformity_id));
        Box::new(both.select(found).single_value().assume_not_null())
    }

    /// Conditions that an index, or one look at each enterprise, serves: by the enterprises found, and by the reports found. The OFFSET
    /// keeps the planner from merging them with the query around.
    pub fn by_index(&self, rank: usize) -> Vec<CaseCondition> {
        let enterprises = |found: Condition| -> CaseCondition {
            let found = enterprise::table.filter(found).select(enterprise::id).into_boxed::<Pg>().offset(0);
            Box::new(remediation_case::enterprise_id.eq_any(found))
        };
        let reports = |found: Condition| -> CaseCondition {
            let found =
                nonconformity::table.filter(found).select(nonconformity::id).into_boxed::<Pg>().offset(0);
            Box::new(remediation_case::nonconformity_id.eq_any(found))
        };
        let named = enterprises(NAMES.rank(&self.0, rank));
        let exact = |condition: CaseCondition| -> CaseCondition { Box::new(condition.and(self.each(rank))) };
        match rank {
            0 => vec![named, reports(REPORTS.equal(&self.0))],
            1 => vec![
                Box::new(named.and(not(reports(REPORTS.equal(&self.0))))),
                exact(reports(self.reported())),
            ],
            _ if self.0.words().len() == 1 => vec![Box::new(named.and(not(reports(self.reported()))))],
            // Words of which one begins the report's number and the others stand in the name.
            _ => {
                let words = self.0.words().iter().map(|word| exact(reports(REPORTS.begins_with(word))));
                words.chain([exact(named)]).collect()
            }
        }
    }
}
