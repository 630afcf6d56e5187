//! Which steps can be taken now: those that the state, the method, the parties, the sample and the terms allow. What is offered here is taken by the
//! fold if it is filled in lawfully, and what is not offered is refused by it; a test holds both together. Pure.

use crate::inspections::course::Course;
use crate::inspections::days::term_end;
use crate::inspections::law::Law;
use crate::inspections::rules::fits;
use crate::inspections::state::{InspectionStep as E, confirmation_after, sample_after, transition};
use crate::inspections::words::{Outcome, Party, Term};
use chrono::NaiveDate;

/// For whom a step is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// An office, which may enter on a later day what came in time on paper.
    Office,
    /// A party, which acts for itself, today.
    Party(Party),
}

/// The parties that still have to get the result.
pub fn to_deliver(course: &Course) -> Vec<Party> {
    course.parties().into_iter().filter(|party| !course.delivered.contains_key(party)).collect()
}

/// The parties that may challenge the result: those that have it and did not challenge it yet. A party that acts for itself has to be in time.
pub fn to_contest(course: &Course, law: Law<'_>, today: NaiveDate, by: By) -> Vec<Party> {
    if course.first_outcome() != Some(Outcome::Nonconforming) {
        return Vec::new();
    }
    let may = |(party, received): (&Party, &NaiveDate)| {
        let open = !course.contested.contains_key(party);
        let in_time = match by {
            By::Office => true,
            By::Party(own) => own == *party && today <= term_end(*received, Term::Challenge, law),
        };
        (open && in_time).then_some(*party)
    };
    course.delivered.iter().filter_map(may).collect()
}

/// Whether a step can be taken today. Corrections are judged by the event that they correct.
pub fn offered(course: &Course, step: E, law: Law<'_>, today: NaiveDate, by: By) -> bool {
    let Some(state) = course.state else { return step == E::Draw };
    if !fits(course.basics.method, step) || transition(state, step).is_err() {
        return false;
    }
    match step {
        E::AskProducer => {
            course.basics.producer_named && confirmation_after(course.confirmation, step).is_some()
        }
        E::Confirm | E::Deny | E::RejectDenial => confirmation_after(course.confirmation, step).is_some(),
        E::Deem => {
            confirmation_after(course.confirmation, step).is_some()
                && course.asked_on.is_some_and(|asked| term_end(asked, Term::Confirm, law) < today)
        }
        E::Deliver => !to_deliver(course).is_empty(),
        E::Contest => !to_contest(course, law, today, by).is_empty(),
        E::OrderRetest => course.may_have_reserve(),
        E::Overturn => course.may_overturn(),
        E::Finalise => course.final_from(law).is_some_and(|from| from <= today),
        E::Publish => law.effects.publication,
        E::ReturnSample | E::DestroySample => sample_after(course.sample, step).is_some(),
        _ => true,
    }
}

#[cfg(test)]
mod tests;
