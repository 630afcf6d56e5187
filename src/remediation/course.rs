//! The course of a case as a fold over its effective events: its state, whose turn it is, which
//! clocks run. Pure: nothing here knows the database, and the case's row is written from it alone.

use crate::catalogue::{Calendar, RegionLevel, Regions};
use crate::core::ids::AccountId;
use crate::core::state::NotAllowed;
use crate::remediation::clocks::{Rules, request_retest_by};
use crate::remediation::fact::Fact;
use crate::remediation::state::{CaseState, CaseStep, begin, transition};
use chrono::NaiveDate;

/// What the fold is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Law<'a> {
    /// The version of the rules that the case keeps.
    pub rules: &'a Rules,
    /// The calendar of working days.
    pub calendar: &'a Calendar,
    /// The regions, for whose turn it is.
    pub regions: &'a Regions,
}

/// What the law has against a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breach {
    /// The state does not allow it.
    NotAllowed(NotAllowed<CaseState, CaseStep>),
    /// It comes too early.
    Early {
        /// The first day on which it may be taken.
        from: NaiveDate,
    },
    /// It comes too late.
    Late {
        /// The last day on which it could be taken.
        until: NaiveDate,
    },
    /// It is dated before what it follows.
    OutOfOrder {
        /// The day of what it follows.
        after: NaiveDate,
    },
    /// It was done already, and is done once.
    Again,
    /// The failure was reported to another level of region.
    NotReported {
        /// The state.
        held_by: String,
    },
    /// A day is wanted that the step does not give.
    Missing {
        /// The field.
        field: &'static str,
    },
    /// The region has the case already.
    SameRegion,
}

/// A history that the law does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {seq} ({step}): {breach:?}")]
pub struct UnlawfulHistory {
    /// The event.
    pub seq: i32,
    /// The step that is not allowed.
    pub step: CaseStep,
    /// What the law has against it.
    pub breach: Breach,
}

/// Where the course of a case has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// The state; none before the first event.
    pub state: Option<CaseState>,
    /// The region whose authority handles it.
    pub authority: String,
    /// Regions whose authorities had it before, the first first.
    pub handed_over_by: Vec<String>,
    /// The day of the stop order.
    pub stopped_on: Option<NaiveDate>,
    /// When the enterprise received the result.
    pub received_on: Option<NaiveDate>,
    /// When the re-test was asked for.
    pub retest_asked_on: Option<NaiveDate>,
    /// When its outcome came.
    pub retest_decided_on: Option<NaiveDate>,
    /// The day of the rectification order.
    pub ordered_on: Option<NaiveDate>,
    /// When the evidence was handed in.
    pub corrected_on: Option<NaiveDate>,
    /// The day of the last re-inspection.
    pub reinspected_on: Option<NaiveDate>,
    /// Whether the first re-inspection was passed; none before it.
    pub first_passed: Option<bool>,
    /// Who entered, or corrected, the last result of a re-inspection or check.
    pub result_by: Vec<AccountId>,
    /// The region with which a failed re-inspection is on its way up to the province.
    pub held_by: Option<String>,
    /// The day of the public announcement.
    pub announced_on: Option<NaiveDate>,
    /// The day of the second re-inspection.
    pub second_on: Option<NaiveDate>,
    /// The last day of the suspension's term.
    pub suspended_until: Option<NaiveDate>,
    /// The day of the check after the suspension.
    pub checked_on: Option<NaiveDate>,
    /// Who cleared the case, and when.
    pub cleared: Option<(Option<AccountId>, NaiveDate)>,
    /// The day of the last step.
    pub last_on: Option<NaiveDate>,
}

impl Course {
    /// Before the first event, with the authority of the enterprise's region.
    pub fn new(home: impl Into<String>) -> Self {
        Self {
            state: None,
            authority: home.into(),
            handed_over_by: Vec::new(),
            stopped_on: None,
            received_on: None,
            retest_asked_on: None,
            retest_decided_on: None,
            ordered_on: None,
            corrected_on: None,
            reinspected_on: None,
            first_passed: None,
            result_by: Vec::new(),
            held_by: None,
            announced_on: None,
            second_on: None,
            suspended_until: None,
            checked_on: None,
            cleared: None,
            last_on: None,
        }
    }

    /// Folds a history that was judged as it was entered: where it comes to, and which events came late.
    ///
    /// Only the order of the steps is judged again. What was lawful on its day stays so when holidays are announced later, or
    /// when the enterprise moves to another region.
    ///
    /// # Errors
    /// The first event that the state before it does not allow.
    pub fn replay(
        home: &str,
        facts: &[Fact],
        law: Law<'_>,
    ) -> Result<(Self, Vec<bool>), Box<UnlawfulHistory>> {
        let (course, late, unlawful) = Self::fold(home, facts, law);
        match unlawful.into_iter().find(|unlawful| matches!(unlawful.breach, Breach::NotAllowed(_))) {
            Some(unlawful) => Err(Box::new(unlawful)),
            None => Ok((course, late)),
        }
    }

    /// Folds a history and gives all that the law has against it.
    pub fn fold(home: &str, facts: &[Fact], law: Law<'_>) -> (Self, Vec<bool>, Vec<UnlawfulHistory>) {
        let mut course = Self::new(home);
        let mut late = Vec::with_capacity(facts.len());
        let mut unlawful = Vec::new();
        for fact in facts {
            let mut against =
                |breach| unlawful.push(UnlawfulHistory { seq: fact.seq, step: fact.step, breach });
            match course.follows(fact.step) {
                Ok(to) => {
                    if let Err(breach) = course.judge(fact, law) {
                        against(breach);
                    }
                    late.push(course.advance(to, fact, law));
                }
                Err(refused) => {
                    against(Breach::NotAllowed(refused));
                    late.push(false);
                }
            }
        }
        (course, late, unlawful)
    }

    /// Takes one step, or leaves everything as it was. Says whether it came late.
    ///
    /// # Errors
    /// What the law has against it.
    pub fn take(&mut self, fact: &Fact, law: Law<'_>) -> Result<bool, Breach> {
        let to = self.judge(fact, law)?;
        Ok(self.advance(to, fact, law))
    }

    fn advance(&mut self, to: CaseState, fact: &Fact, law: Law<'_>) -> bool {
        let late = self.is_late(fact, law);
        self.note(fact, law);
        self.state = Some(to);
        self.last_on = self.last_on.max(Some(fact.on));
        late
    }

    /// The state to which a step leads, by the order of the steps alone.
    fn follows(&self, step: CaseStep) -> Result<CaseState, NotAllowed<CaseState, CaseStep>> {
        match self.state {
            None => begin(step).ok_or(NotAllowed { from: CaseState::Stopped, step }),
            Some(state) => transition(state, step),
        }
    }

    /// The state after a step, where the law allows it.
    fn judge(&self, fact: &Fact, law: Law<'_>) -> Result<CaseState, Breach> {
        let to = self.follows(fact.step).map_err(Breach::NotAllowed)?;
        if let Some(breach) = self.blocked(fact.step, law) {
            return Err(breach);
        }
        // The stop order that is entered beside an order came, as a rule, before it.
        let beside = fact.step == CaseStep::StopOrder;
        if let Some(after) = self.last_on.filter(|last| fact.on < *last && !beside) {
            return Err(Breach::OutOfOrder { after });
        }
        let (first, last) = self.bounds(fact.step, fact.terms.received_on, law);
        if let Some(from) = first.filter(|first| fact.on < *first) {
            return Err(Breach::Early { from });
        }
        if let Some(until) = last.filter(|last| fact.on > *last) {
            return Err(Breach::Late { until });
        }
        let missing = |field| Err(Breach::Missing { field });
        match fact.step {
            CaseStep::RequestRetest if fact.terms.received_on.or(self.received_on).is_none() => {
                missing("/received_on")
            }
            CaseStep::Suspend if fact.terms.until.is_none_or(|until| until <= fact.on) => missing("/until"),
            CaseStep::Transfer => match &fact.terms.region {
                None => missing("/region"),
                Some(region) if *region == self.authority => Err(Breach::SameRegion),
                Some(_) => Ok(to),
            },
            CaseStep::Close if fact.terms.reason.is_none() => missing("/reason"),
            _ => Ok(to),
        }
    }

    /// The reasons against a step that the state allows, whatever its day: it is done once, or it is another
    /// level's turn.
    pub fn blocked(&self, step: CaseStep, law: Law<'_>) -> Option<Breach> {
        let held_by = self.held_by.as_ref().unwrap_or(&self.authority);
        let in_turn = match step {
            CaseStep::StopOrder => return self.stopped_on.map(|_| Breach::Again),
            CaseStep::RequestRetest => return self.retest_asked_on.map(|_| Breach::Again),
            CaseStep::ReportToCity | CaseStep::ReportToProvince => report(held_by, law.regions) == Some(step),
            CaseStep::Announce => {
                law.regions.get(held_by).is_some_and(|region| region.level == RegionLevel::Province)
            }
            _ => return None,
        };
        (!in_turn).then(|| Breach::NotReported { held_by: held_by.clone() })
    }

    /// The first and the last day on which the law allows a step, besides that it follows the one before.
    pub fn bounds(
        &self,
        step: CaseStep,
        received_on: Option<NaiveDate>,
        law: Law<'_>,
    ) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let after = |day: NaiveDate| day.succ_opt().unwrap_or(NaiveDate::MAX);
        match step {
            CaseStep::RequestRetest => {
                let received = self.received_on.or(received_on);
                (received, received.map(|day| request_retest_by(day, law.rules, law.calendar)))
            }
            // Before evidence is handed in, the term for it has to be over.
            CaseStep::PassReinspection | CaseStep::FailReinspection
                if matches!(self.state, Some(CaseState::Ordered | CaseState::Correcting)) =>
            {
                (self.deadlines(law).rectify_by.map(after), None)
            }
            CaseStep::PassSecondReinspection | CaseStep::FailSecondReinspection => {
                (self.deadlines(law).second.map(|(first, _)| first), None)
            }
            CaseStep::PassCheck | CaseStep::FailCheck => (self.suspended_until.map(after), None),
            _ => (None, None),
        }
    }

    /// Whether a step comes after its deadline, which the law records and does not forbid.
    fn is_late(&self, fact: &Fact, law: Law<'_>) -> bool {
        self.due_on(fact.step, law).is_some_and(|due| fact.on > due)
    }

    /// The day after which a step is late.
    pub fn due_on(&self, step: CaseStep, law: Law<'_>) -> Option<NaiveDate> {
        let deadlines = self.deadlines(law);
        match step {
            CaseStep::StartCorrection | CaseStep::SubmitEvidence => deadlines.rectify_by,
            CaseStep::PassReinspection | CaseStep::FailReinspection => deadlines.reinspect_by,
            CaseStep::PassSecondReinspection | CaseStep::FailSecondReinspection => {
                deadlines.second.map(|(_, last)| last)
            }
            _ => None,
        }
    }

    /// Keeps what a step says.
    fn note(&mut self, fact: &Fact, law: Law<'_>) {
        let on = Some(fact.on);
        if fact.step.is_result() {
            self.result_by.clone_from(&fact.entered_by);
        }
        match fact.step {
            CaseStep::StopOrder => {
                self.stopped_on = on;
                self.received_on = self.received_on.or(fact.terms.received_on);
            }
            CaseStep::RequestRetest => {
                self.received_on = self.received_on.or(fact.terms.received_on);
                self.retest_asked_on = on;
            }
            CaseStep::UpholdResult | CaseStep::OverturnResult => self.retest_decided_on = on,
            CaseStep::Order => {
                self.ordered_on = on;
                self.received_on = self.received_on.or(fact.terms.received_on);
            }
            CaseStep::StartCorrection => {}
            CaseStep::SubmitEvidence => self.corrected_on = on,
            CaseStep::PassReinspection => {
                self.reinspected_on = on;
                self.first_passed = self.first_passed.or(Some(true));
            }
            CaseStep::FailReinspection => {
                self.reinspected_on = on;
                self.first_passed = self.first_passed.or(Some(false));
                self.held_by = Some(fact.region.clone().unwrap_or_else(|| self.authority.clone()));
            }
            CaseStep::ReportToCity | CaseStep::ReportToProvince => {
                let below = self.held_by.as_deref().unwrap_or(&self.authority);
                let above = law.regions.ancestors(below).nth(1).map(|region| region.code.clone());
                self.held_by = above.or_else(|| self.held_by.take());
            }
            CaseStep::Announce => self.announced_on = on,
            CaseStep::PassSecondReinspection | CaseStep::FailSecondReinspection => self.second_on = on,
            CaseStep::Suspend => self.suspended_until = fact.terms.until,
            CaseStep::PassCheck | CaseStep::FailCheck => self.checked_on = on,
            CaseStep::Clear => self.cleared = Some((fact.entered_by.first().copied(), fact.on)),
            CaseStep::Transfer => {
                if let Some(region) = &fact.terms.region {
                    self.handed_over_by.push(std::mem::replace(&mut self.authority, region.clone()));
                    self.held_by = self.held_by.is_some().then(|| region.clone());
                }
            }
            CaseStep::Withdraw => self.cleared = None,
            CaseStep::RevokeLicence | CaseStep::Close => {}
        }
    }
}

/// The step by which a region reports a failure to the level above it; none where there is none.
pub fn report(from: &str, regions: &Regions) -> Option<CaseStep> {
    match regions.ancestors(from).nth(1)?.level {
        RegionLevel::Province => Some(CaseStep::ReportToProvince),
        RegionLevel::City | RegionLevel::District => Some(CaseStep::ReportToCity),
    }
}

#[cfg(test)]
mod tests;
