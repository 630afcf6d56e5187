//! The fold of a history: what the steps of an entry come to. Pure.

use crate::conduct::event::{Details, Matter};
use crate::conduct::state::{ConductStep, transition};
use crate::conduct::words::ConductState;
use crate::core::state::NotAllowed;
use chrono::NaiveDate;

/// A step of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The step that was taken.
    pub step: ConductStep,
    /// The day on which it happened.
    pub on: NaiveDate,
    /// What the history keeps of it.
    pub details: Details,
}

/// Result of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// What the entry says.
    pub matter: Matter,
    /// The version of the rules that weighs it.
    pub rules_version: String,
    /// The state.
    pub state: ConductState,
    /// The day on which the enterprise was notified.
    pub notified_on: Option<NaiveDate>,
    /// The first day on which it counts; none while an objection keeps it from counting.
    pub counts_from: Option<NaiveDate>,
    /// The last day on which it counts.
    pub counts_until: NaiveDate,
    /// Since when an objection or an application waits.
    pub pending_since: Option<NaiveDate>,
    /// The last day to decide it.
    pub due_on: Option<NaiveDate>,
    /// From this day it no longer counts.
    pub repaired_on: Option<NaiveDate>,
    /// The day on which it was annulled.
    pub annulled_on: Option<NaiveDate>,
    /// Whether an objection to what it says now was decided.
    pub objection_decided: bool,
    /// From when it would have counted, had no objection kept it from it.
    pub waits_from: Option<NaiveDate>,
    /// The day of the last step.
    pub last_on: NaiveDate,
}

/// Why a stored history can't be folded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It does not begin with what was entered.
    #[error("the history does not begin with an entry")]
    Beginning,
    /// A state does not allow the step that was taken.
    #[error(transparent)]
    Step(#[from] NotAllowed<ConductState, ConductStep>),
}

impl Course {
    /// What a first step comes to; none where it enters nothing.
    pub fn begin(first: &Fact) -> Option<Self> {
        let details = &first.details;
        Some(Self {
            matter: details.matter.clone().filter(|_| first.step == ConductStep::Enter)?,
            rules_version: details.rules_version.clone()?,
            state: ConductState::Entered,
            notified_on: None,
            counts_from: Some(details.counts_from?),
            counts_until: details.counts_until?,
            pending_since: None,
            due_on: None,
            repaired_on: None,
            annulled_on: None,
            objection_decided: false,
            waits_from: None,
            last_on: first.on,
        })
    }

    /// Takes a step.
    ///
    /// # Errors
    /// When the state does not allow it.
    pub fn take(&mut self, fact: &Fact) -> Result<(), NotAllowed<ConductState, ConductStep>> {
        use ConductStep as S;
        self.state = transition(self.state, fact.step)?;
        self.last_on = fact.on;
        let details = &fact.details;
        // Whatever waited is decided by any step but the two that begin to wait.
        (self.pending_since, self.due_on) = (None, None);
        match fact.step {
            S::Enter => {}
            S::Notify => {
                self.notified_on = Some(fact.on);
                self.counts_from = details.counts_from.or(self.counts_from);
            }
            S::Object => {
                (self.pending_since, self.due_on) = (Some(fact.on), details.due_on);
                if details.counts_from.is_none() {
                    self.waits_from = self.counts_from.take();
                }
            }
            S::Uphold => {
                self.objection_decided = true;
                self.counts_from = details.counts_from.or(self.counts_from);
                self.waits_from = None;
            }
            S::Correct => {
                if let Some(correction) = &details.correction {
                    self.matter = self.matter.corrected(correction);
                }
                self.objection_decided = false;
                self.waits_from = None;
                self.counts_from = details.counts_from.or(self.counts_from);
                self.counts_until = details.counts_until.unwrap_or(self.counts_until);
                if let Some(version) = &details.rules_version {
                    self.rules_version.clone_from(version);
                }
            }
            S::Annul => self.annulled_on = Some(fact.on),
            S::ApplyRepair => (self.pending_since, self.due_on) = (Some(fact.on), details.due_on),
            S::GrantRepair => self.repaired_on = Some(fact.on),
            S::RefuseRepair => {}
        }
        Ok(())
    }

    /// Folds a history.
    ///
    /// # Errors
    /// When it does not begin with what was entered, or a state does not allow a step.
    pub fn replay(facts: &[Fact]) -> Result<Self, Unreadable> {
        let (first, rest) = facts.split_first().ok_or(Unreadable::Beginning)?;
        let mut course = Self::begin(first).ok_or(Unreadable::Beginning)?;
        for fact in rest {
            course.take(fact)?;
        }
        Ok(course)
    }
}
