//! Orders that a list brings for cases that wait for one: a case that only its stop order has opened takes the order of its
//! nonconformity from the next list that names one, as if an officer had entered it.

use crate::catalogue::Catalogue;
use crate::core::{Problem, Text};
use crate::remediation::breach::refusal;
use crate::remediation::course::Law;
use crate::remediation::fact::{Fact, Terms};
use crate::remediation::history::Author;
use crate::remediation::ids::CaseId;
use crate::remediation::law::law_of;
use crate::remediation::load::{LoadedCase, load_locked};
use crate::remediation::settings::RemediationSettings;
use crate::remediation::state::CaseStep;
use crate::remediation::write_step::{Particulars, write_step};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::HashMap;

/// An order that is in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedOrder {
    /// The case that has no order yet.
    pub case: CaseId,
    /// The day of the order, in Asia/Shanghai.
    pub on: NaiveDate,
}

/// What the orders of a list are judged by.
#[derive(Debug, Clone, Copy)]
pub struct Orders<'a> {
    /// The versions of the rules.
    pub rules: &'a RemediationSettings,
    /// Reference data.
    pub catalogue: &'a Catalogue,
}

impl Orders<'_> {
    /// The refusals of those orders that the law does not allow, by case. Locks the cases, in the order of their ids, until the
    /// transaction ends.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn refusals(
        &self,
        conn: &mut PgConnection,
        orders: &[ListedOrder],
    ) -> Result<HashMap<CaseId, Text>, Problem> {
        let mut refusals = HashMap::new();
        for (case, on, law) in self.load(conn, orders)? {
            let mut course = case.course.clone();
            if let Err(breach) = course.take(&order(&case, on, None), law) {
                let problem = refusal(CaseStep::Order, &breach, &case.course, law.rules);
                let detail = problem.errors.first().map_or(&problem.detail, |error| &error.detail);
                refusals.insert(case.row.id, detail.clone());
            }
        }
        Ok(refusals)
    }

    /// Enters the orders, on behalf of who sent the list.
    ///
    /// # Errors
    /// When the law does not allow one, which [`Self::refusals`] would have given; or the database refuses.
    pub fn enter(
        &self,
        conn: &mut PgConnection,
        orders: &[ListedOrder],
        author: Author<'_>,
    ) -> Result<(), Problem> {
        for (mut case, on, law) in self.load(conn, orders)? {
            let fact = order(&case, on, Some(author));
            write_step(conn, author, &mut case, &fact, Particulars::default(), law)?.map_err(|breach| {
                Problem::internal(format!("the order of case {} is refused: {breach:?}", case.row.id))
            })?;
        }
        Ok(())
    }

    /// The cases of the orders, each with its order's day and its law.
    fn load(
        &self,
        conn: &mut PgConnection,
        orders: &[ListedOrder],
    ) -> Result<Vec<(LoadedCase, NaiveDate, Law<'_>)>, Problem> {
        if orders.is_empty() {
            return Ok(Vec::new());
        }
        let days: HashMap<CaseId, NaiveDate> = orders.iter().map(|order| (order.case, order.on)).collect();
        let ids: Vec<CaseId> = days.keys().copied().collect();
        let mut all = Vec::with_capacity(ids.len());
        for case in load_locked(conn, &ids, self.rules, self.catalogue)? {
            let Some(on) = days.get(&case.row.id).copied() else { continue };
            let law = law_of(&case.row, self.rules, self.catalogue)?;
            all.push((case, on, law));
        }
        Ok(all)
    }
}

/// The order as the next event of a case.
fn order(case: &LoadedCase, on: NaiveDate, author: Option<Author<'_>>) -> Fact {
    Fact {
        seq: case.row.next_seq(),
        step: CaseStep::Order,
        on,
        entered_by: author.and_then(|author| author.account).into_iter().collect(),
        region: author.and_then(|author| author.region).map(str::to_owned),
        terms: Terms::default(),
    }
}
