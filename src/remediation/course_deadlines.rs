//! The statutory deadlines that follow from the course of a case. Pure.

use crate::remediation::clocks::{
    Rules, period_end_after_pause, request_retest_by, second_reinspection_window,
};
use crate::remediation::course::{Course, Law};
use crate::remediation::settings::Period;
use crate::remediation::state::CaseState;
use chrono::NaiveDate;

/// The statutory deadlines of a course, each its last day; none for one that does not run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Deadlines {
    /// To ask for a re-test.
    pub retest_by: Option<NaiveDate>,
    /// To rectify.
    pub rectify_by: Option<NaiveDate>,
    /// For the re-inspection.
    pub reinspect_by: Option<NaiveDate>,
    /// First and last day of the second re-inspection.
    pub second: Option<(NaiveDate, NaiveDate)>,
}

impl Course {
    /// Whether a re-test suspends this period now.
    pub fn is_suspended(&self, period: Period, rules: &Rules) -> bool {
        self.state.is_some_and(CaseState::is_retesting) && rules.retest_suspends.contains(&period)
    }

    /// Calendar days for which a re-test that is over suspended this period.
    fn pause(&self, period: Period, rules: &Rules) -> u32 {
        let (Some(ordered), Some(asked), Some(decided)) =
            (self.ordered_on, self.retest_asked_on, self.retest_decided_on)
        else {
            return 0;
        };
        let days = if rules.retest_suspends.contains(&period) {
            decided.signed_duration_since(asked.max(ordered)).num_days()
        } else {
            0
        };
        u32::try_from(days).unwrap_or(0)
    }

    /// The deadlines that run, or ran.
    pub fn deadlines(&self, law: Law<'_>) -> Deadlines {
        let from_order = |period: Period, days: u32| {
            let order = self.ordered_on.filter(|_| !self.is_suspended(period, law.rules))?;
            Some(period_end_after_pause(order, days, self.pause(period, law.rules), law.calendar))
        };
        Deadlines {
            retest_by: self.received_on.map(|day| request_retest_by(day, law.rules, law.calendar)),
            rectify_by: from_order(Period::Rectification, law.rules.rectify_days),
            reinspect_by: from_order(Period::Reinspection, law.rules.reinspect_days),
            second: self.announced_on.map(|day| second_reinspection_window(day, law.rules)),
        }
    }
}
