//! The terms of an inspection, as they follow from its course. Pure. All days are days of Asia/Shanghai.

use crate::inspections::course::Course;
use crate::inspections::days::term_end;
use crate::inspections::law::Law;
use crate::inspections::state::InspectionState;
use crate::inspections::words::{Confirmation, Outcome, Party, SampleState, Term};
use crate::remediation::clocks::provisional;
use chrono::NaiveDate;

/// A term that runs, or ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningTerm {
    /// What has to be done.
    pub term: Term,
    /// The party that has to do it.
    pub party: Party,
    /// From which day it counts.
    pub begins_on: NaiveDate,
    /// Its last day.
    pub due_on: NaiveDate,
    /// When it was met; none while it runs.
    pub met_on: Option<NaiveDate>,
    /// Whether a number of it is assumed.
    pub provisional: bool,
}

/// The terms of an inspection. Where it ended otherwise than by a result, those that were not met are no longer there.
pub fn terms(course: &Course, law: Law<'_>) -> Vec<RunningTerm> {
    let met_producer = course.answered_on.filter(|_| course.confirmation != Some(Confirmation::Pending));
    let delivered = course.is_delivered().then(|| course.delivered.values().max().copied()).flatten();
    let mut found = Vec::new();
    let mut add = |term: Term, party: Party, begins: Option<NaiveDate>, met_on: Option<NaiveDate>| {
        let Some(begins_on) = begins else { return };
        let due_on = term_end(begins_on, term, law);
        let provisional = law.rules.terms.of(term).provisional || provisional(due_on, law.calendar);
        found.push(RunningTerm { term, party, begins_on, due_on, met_on, provisional });
    };
    let begins = |term, party| course.begins(term, party, law);
    add(Term::FormalSample, Party::Organiser, begins(Term::FormalSample, None), course.followed_on);
    add(Term::Report, Party::Laboratory, begins(Term::Report, None), course.reported_on);
    if course.state.is_none_or(|state| state != InspectionState::Closed) {
        add(Term::Notify, Party::Organiser, begins(Term::Notify, None), delivered);
    }
    add(Term::Confirm, Party::Producer, begins(Term::Confirm, None), met_producer);
    if course.first_outcome() == Some(Outcome::Nonconforming) {
        for &party in course.delivered.keys() {
            let settled = course.settled_on.filter(|_| course.state == Some(InspectionState::Overturned));
            let met = course.contested.get(&party).copied().or(course.final_on).or(settled);
            add(Term::Challenge, party, begins(Term::Challenge, Some(party)), met);
        }
    }
    add(Term::Retest, Party::Organiser, begins(Term::Retest, None), course.retest_decided_on);
    if course.sample != SampleState::None {
        add(Term::ReturnSample, Party::Organiser, begins(Term::ReturnSample, None), course.disposed_on);
    }
    let ended = [InspectionState::Void, InspectionState::HandedOver, InspectionState::Withdrawn];
    if course.state.is_some_and(|state| ended.contains(&state)) {
        found.retain(|term| term.met_on.is_some());
    }
    found
}
