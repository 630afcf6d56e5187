//! The history of a case as it is stored, and the effective events that it comes to.

use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::ids::AccountId;
use crate::db::schema::case_event;
use crate::remediation::fact::{Correction, Fact};
use crate::remediation::ids::CaseId;
use crate::remediation::state::CaseState;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// The word of an event that corrects an earlier one.
pub const CORRECT: &str = "correct";

/// A line of the history as it is kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = case_event, check_for_backend(Pg))]
pub struct EventRow {
    /// The case.
    pub case_id: CaseId,
    /// Its number in the history, from 1.
    pub seq: i32,
    /// A step, or `correct`.
    pub event: String,
    /// The state before.
    pub from_state: Option<String>,
    /// The state after.
    pub to_state: String,
    /// The account that entered it; none where the platform did.
    pub actor_id: Option<AccountId>,
    /// The role of that account, or `system`.
    pub actor_role: String,
    /// The region of an officer.
    pub actor_region: Option<String>,
    /// On which day it happened; of a correction, when it was made.
    pub occurred_on: NaiveDate,
    /// In the actor's words.
    pub note: Option<String>,
    /// Number or reference of the document.
    pub document: Option<String>,
    /// [`crate::remediation::fact::Terms`], or a [`Correction`].
    pub details: Value,
    /// The event that this one corrects.
    pub corrects: Option<i32>,
    /// Whether it came after its deadline, as it was entered.
    pub late: bool,
    /// When it was entered.
    pub recorded_at: DateTime<Utc>,
}

/// The histories of cases, each in its order.
///
/// # Errors
/// When the database can't be asked.
pub fn histories(conn: &mut PgConnection, ids: &[CaseId]) -> Result<HashMap<CaseId, Vec<EventRow>>, Problem> {
    let rows = case_event::table
        .filter(case_event::case_id.eq_any(ids))
        .order((case_event::case_id, case_event::seq))
        .select(EventRow::as_select())
        .load(conn)?;
    let mut all: HashMap<CaseId, Vec<EventRow>> = HashMap::new();
    for row in rows {
        all.entry(row.case_id).or_default().push(row);
    }
    Ok(all)
}

/// The history of one case.
///
/// # Errors
/// When the database can't be asked.
pub fn events(conn: &mut PgConnection, id: CaseId) -> Result<Vec<EventRow>, Problem> {
    Ok(histories(conn, &[id])?.remove(&id).unwrap_or_default())
}

/// The effective events: each as it was corrected last, without those that never happened.
///
/// # Errors
/// 500 where a row is none that ZeroDesk writes.
pub fn facts(rows: &[EventRow]) -> Result<Vec<Fact>, Problem> {
    let mut facts: BTreeMap<i32, Fact> = BTreeMap::new();
    // The event under each correction.
    let mut base: HashMap<i32, i32> = HashMap::new();
    for row in rows {
        let Some(corrects) = row.corrects else {
            let fact = Fact {
                seq: row.seq,
                step: row.event.parse().map_err(Problem::internal)?,
                on: row.occurred_on,
                entered_by: row.actor_id.into_iter().collect(),
                region: row.actor_region.clone(),
                terms: serde_json::from_value(row.details.clone())?,
            };
            facts.insert(row.seq, fact);
            continue;
        };
        let under = base.get(&corrects).copied().unwrap_or(corrects);
        base.insert(row.seq, under);
        let said: Correction = serde_json::from_value(row.details.clone())?;
        if said.annulled {
            facts.remove(&under);
        } else if let Some(fact) = facts.get_mut(&under) {
            fact.correct(&said, row.actor_id);
        }
    }
    Ok(facts.into_values().collect())
}

/// A line of a case's history.
#[derive(Debug, Clone, Default)]
pub struct Line<'a> {
    /// A step, or [`CORRECT`].
    pub event: &'a str,
    /// The state before.
    pub from: Option<CaseState>,
    /// On which day, in Asia/Shanghai.
    pub occurred_on: NaiveDate,
    /// In the actor's words.
    pub note: Option<&'a str>,
    /// Number or reference of the document.
    pub document: Option<&'a str>,
    /// [`crate::remediation::fact::Terms`], or a [`Correction`].
    pub details: Value,
    /// The event that it corrects.
    pub corrects: Option<i32>,
    /// Whether it comes after its deadline.
    pub late: bool,
}

/// Who enters events, and when.
#[derive(Debug, Clone, Copy)]
pub struct Author<'a> {
    /// The account; none where the platform itself acts.
    pub account: Option<AccountId>,
    /// The role, or `system`.
    pub role: &'a str,
    /// The region of an officer.
    pub region: Option<&'a str>,
    /// The moment of the entry, UTC.
    pub at: DateTime<Utc>,
}

impl<'a> Author<'a> {
    /// Whoever runs a command.
    pub fn of(actor: &'a Actor, at: DateTime<Utc>) -> Self {
        Self { account: actor.account(), role: actor.role_word(), region: actor.officer_region(), at }
    }
}
