//! The effective events of a case: what the fold reads, and what a correction puts in the place of what was entered. Pure.

use crate::core::ids::AccountId;
use crate::remediation::state::CaseStep;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

crate::word_enum! {
    /// Why an enterprise no longer operates.
    pub enum CloseReason {
        /// Deregistered (注销).
        Deregistered = "deregistered",
        /// Licence revoked (吊销).
        Revoked = "revoked",
        /// Moved away (迁出).
        MovedOut = "moved_out",
    }
}

/// What a step says besides its day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Of a stop order or a request for a re-test: when the enterprise received the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
    /// Of a suspension: the last day of its term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Of a transfer: the region whose authority gets the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Of a closing: why the enterprise no longer operates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<CloseReason>,
}

/// One effective event: as it was entered, or as it was corrected last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its place in the history.
    pub seq: i32,
    /// The step that was taken.
    pub step: CaseStep,
    /// On which day, in Asia/Shanghai.
    pub on: NaiveDate,
    /// Who entered it, and who corrected it.
    pub entered_by: Vec<AccountId>,
    /// The region of the officer who entered it; none for the enterprise and the platform.
    pub region: Option<String>,
    /// The particulars of the step.
    pub terms: Terms,
}

/// What a correction says of the event that it corrects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The day on which it really happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_on: Option<NaiveDate>,
    /// What really happened: the other outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<CaseStep>,
    /// The particulars as they should have been entered.
    #[serde(default)]
    pub terms: Terms,
    /// It never happened.
    #[serde(default)]
    pub annulled: bool,
}

impl Fact {
    /// Puts a correction in the place of what was said.
    pub fn correct(&mut self, said: &Correction, by: Option<AccountId>) {
        self.on = said.occurred_on.unwrap_or(self.on);
        self.step = said.step.unwrap_or(self.step);
        let Terms { received_on, until, region, reason } = said.terms.clone();
        let terms = &mut self.terms;
        terms.received_on = received_on.or(terms.received_on);
        terms.until = until.or(terms.until);
        terms.region = region.or_else(|| terms.region.take());
        terms.reason = reason.or(terms.reason);
        self.entered_by.extend(by.filter(|by| !self.entered_by.contains(by)));
    }
}
