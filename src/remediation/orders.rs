//! Orders that a list brings for cases that wait for one: a case that only its stop order has opened takes the order of its
//! nonconformity from the next list that names one, as if an officer had entered it.

use crate::catalogue::Catalogue;
use crate::core::ids::CaseId;
use crate::core::{Problem, Text};
use crate::db::schema::remediation_case;
use crate::remediation::breach::refusal;
use crate::remediation::course::{Course, Fact, Law, Terms};
use crate::remediation::state::CaseStep;
use crate::remediation::store::{self, By, Line, Row, facts};
use crate::settings::RemediationSettings;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use std::collections::HashMap;

/// An order that stands in a list.
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

/// A case with its course and the order as its next event.
struct Next<'a> {
    row: Row,
    course: Course,
    fact: Fact,
    law: Law<'a>,
}

impl Orders<'_> {
    /// What the law has against these orders, by case; nothing of one that can be entered. Locks the cases, in one order, until
    /// the transaction ends.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub fn against(
        &self,
        conn: &mut PgConnection,
        orders: &[ListedOrder],
    ) -> Result<HashMap<CaseId, Text>, Problem> {
        let mut against = HashMap::new();
        for mut next in self.nexts(conn, orders, None)? {
            let before = next.course.clone();
            if let Err(breach) = next.course.take(&next.fact, next.law) {
                let problem = refusal(CaseStep::Order, &breach, &before, next.law.rules);
                let detail = problem.errors.first().map_or(&problem.detail, |error| &error.detail);
                against.insert(next.row.id, detail.clone());
            }
        }
        Ok(against)
    }

    /// Enters the orders, on behalf of who sent the list.
    ///
    /// # Errors
    /// When the law has something against one, which [`Self::against`] would have said; or the database refuses.
    pub fn enter(
        &self,
        conn: &mut PgConnection,
        orders: &[ListedOrder],
        by: By<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Problem> {
        for mut next in self.nexts(conn, orders, Some(by))? {
            let from = next.course.state;
            let late = next.course.take(&next.fact, next.law).map_err(|breach| {
                Problem::internal(format!("the order of case {} is refused: {breach:?}", next.row.id))
            })?;
            let line = Line {
                event: CaseStep::Order.as_str(),
                from,
                occurred_on: next.fact.on,
                details: serde_json::to_value(&next.fact.terms)?,
                late,
                ..Line::default()
            };
            store::write_by(conn, now, by, next.row.id, next.fact.seq, line, &next.course, next.law)?;
        }
        Ok(())
    }

    fn nexts(
        &self,
        conn: &mut PgConnection,
        orders: &[ListedOrder],
        by: Option<By<'_>>,
    ) -> Result<Vec<Next<'_>>, Problem> {
        if orders.is_empty() {
            return Ok(Vec::new());
        }
        let on: HashMap<CaseId, NaiveDate> = orders.iter().map(|order| (order.case, order.on)).collect();
        let ids: Vec<CaseId> = on.keys().copied().collect();
        let rows: Vec<Row> = remediation_case::table
            .filter(remediation_case::id.eq_any(&ids))
            .order(remediation_case::id)
            .for_update()
            .select(Row::as_select())
            .load(conn)?;
        let mut histories = store::histories(conn, &ids)?;
        let mut nexts = Vec::with_capacity(rows.len());
        for row in rows {
            let home = store::region(conn, row.enterprise_id)?;
            let law = store::law_in(&row, self.rules, self.catalogue)?;
            let facts = facts(&histories.remove(&row.id).unwrap_or_default())?;
            let (course, _) = Course::replay(&home, &facts, law)
                .map_err(|broken| Problem::internal(format!("case {}: {broken}", row.id)))?;
            let Some(on) = on.get(&row.id).copied() else { continue };
            let fact = Fact {
                seq: row.version.saturating_add(1),
                step: CaseStep::Order,
                on,
                entered_by: by.and_then(|by| by.account).into_iter().collect(),
                region: by.and_then(|by| by.region).map(str::to_owned),
                terms: Terms::default(),
            };
            nexts.push(Next { row, course, fact, law });
        }
        Ok(nexts)
    }
}
