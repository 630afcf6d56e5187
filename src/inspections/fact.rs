//! The effective events of an inspection: what the fold reads, and what a correction puts in the place of what was entered. Pure.

use crate::core::Problem;
use crate::core::ids::{AccountId, LaboratoryId};
use crate::inspections::particulars::{Particulars, TestResult};
use crate::inspections::rows::EventRow;
use crate::inspections::state::InspectionStep;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// One effective event: as it was entered, or as it was corrected last.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its place in the history, from 1.
    pub ordinal: i32,
    /// The step that was taken.
    pub step: InspectionStep,
    /// On which day, in Asia/Shanghai.
    pub on: NaiveDate,
    /// At which moment, where that is known.
    pub at: Option<DateTime<Utc>>,
    /// The account that entered it; none where the platform did.
    pub entered_by: Option<AccountId>,
    /// The body of who entered it.
    pub body: Option<LaboratoryId>,
    /// The particulars of the step.
    pub particulars: Particulars,
}

impl Fact {
    /// A step on a day, that says nothing besides; its place is given when it is taken in.
    pub fn new(step: InspectionStep, on: NaiveDate) -> Self {
        Self {
            ordinal: 0,
            step,
            on,
            at: None,
            entered_by: None,
            body: None,
            particulars: Particulars::default(),
        }
    }

    /// The result as a published list gives it.
    pub fn listed(on: NaiveDate, sampled_on: Option<NaiveDate>, result: TestResult) -> Self {
        let particulars = Particulars { sampled_on, result: Some(result), ..Particulars::default() };
        Self { particulars, ..Self::new(InspectionStep::Listed, on) }
    }

    /// Puts a correction in the place of what was said.
    fn correct(&mut self, said: &Correction) {
        self.on = said.occurred_on.unwrap_or(self.on);
        self.at = said.occurred_at.or(self.at);
        self.particulars = std::mem::take(&mut self.particulars).corrected_to(&said.particulars);
    }
}

/// What a correction says of the event that it corrects.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// The day on which it really happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_on: Option<NaiveDate>,
    /// The moment at which it really happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<DateTime<Utc>>,
    /// The particulars as they should have been entered.
    #[serde(default)]
    pub particulars: Particulars,
    /// It never happened.
    #[serde(default)]
    pub annulled: bool,
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
                ordinal: row.ordinal,
                step: row.step.parse().map_err(Problem::internal)?,
                on: row.occurred_on,
                at: row.occurred_at,
                entered_by: row.actor_id,
                body: row.actor_body,
                particulars: serde_json::from_value(row.details.clone())?,
            };
            facts.insert(row.ordinal, fact);
            continue;
        };
        let under = base.get(&corrects).copied().unwrap_or(corrects);
        base.insert(row.ordinal, under);
        let said: Correction = serde_json::from_value(row.details.clone())?;
        if said.annulled {
            facts.remove(&under);
        } else if let Some(fact) = facts.get_mut(&under) {
            fact.correct(&said);
        }
    }
    Ok(facts.into_values().collect())
}

/// The number of the event under a correction, which may be one of a correction itself; that of the event where it is none. None where there is no
/// such event.
pub fn root(rows: &[EventRow], ordinal: i32) -> Option<i32> {
    let mut at = ordinal;
    loop {
        let event = rows.iter().find(|event| event.ordinal == at)?;
        match event.corrects {
            // A correction comes after what it corrects, so this ends.
            Some(earlier) => at = earlier,
            None => return Some(at),
        }
    }
}
