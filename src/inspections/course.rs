//! The course of an inspection as a fold over its effective events: its state, what was found, whose turn it is. Pure: nothing here knows the
//! database, and the rows are written from it alone.

use crate::core::ids::LaboratoryId;
use crate::inspections::days::term_end;
use crate::inspections::fact::Fact;
use crate::inspections::ids::InspectionId;
use crate::inspections::law::{Basics, Law};
use crate::inspections::particulars::{ProductSaid, QuickResult, SampleTaken, TestResult};
use crate::inspections::state::{InspectionState as S, InspectionStep as E};
use crate::inspections::words::{Confirmation, InspectedRole, Method, Outcome, Party, SampleState, Term};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Where the course of an inspection has come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// What does not change.
    pub basics: Basics,
    /// The state; none before the first event.
    pub state: Option<S>,
    /// The day on which it was drawn or registered.
    pub drawn_on: Option<NaiveDate>,
    /// The laboratory that tests.
    pub laboratory: Option<LaboratoryId>,
    /// Who takes the sample.
    pub sampler: Option<LaboratoryId>,
    /// The product kind as the registration says it, or its correction; none where it named none.
    pub product_kind: Option<String>,
    /// What the product is called, as far as the registration was corrected.
    pub product: ProductSaid,
    /// The sample as it was taken.
    pub taken: SampleTaken,
    /// The numbers of the seals.
    pub seals: Vec<String>,
    /// Where the reserve sample is kept.
    pub reserve_kept_at: Option<String>,
    /// When the sample was taken.
    pub sampled_on: Option<NaiveDate>,
    /// When the laboratory received it.
    pub received_on: Option<NaiveDate>,
    /// When it was tested.
    pub tested_on: Option<NaiveDate>,
    /// When the result was reported.
    pub reported_on: Option<NaiveDate>,
    /// When a label that failed was corrected on the spot.
    pub corrected_on: Option<NaiveDate>,
    /// The result of the first test.
    pub result: Option<TestResult>,
    /// What a quick test gave, and when.
    pub quick: Option<(QuickResult, NaiveDate)>,
    /// The formal inspection of a suspect quick test.
    pub formal: Option<InspectionId>,
    /// When the suspect quick test was followed up or explained.
    pub followed_on: Option<NaiveDate>,
    /// When each party got the result.
    pub delivered: BTreeMap<Party, NaiveDate>,
    /// When the nominal producer was asked.
    pub asked_on: Option<NaiveDate>,
    /// When it answered, or the term passed.
    pub answered_on: Option<NaiveDate>,
    /// The answer of the nominal producer.
    pub confirmation: Option<Confirmation>,
    /// When each party challenged the result.
    pub contested: BTreeMap<Party, NaiveDate>,
    /// When the re-test was ordered or refused.
    pub retest_decided_on: Option<NaiveDate>,
    /// Who tests again.
    pub retest_laboratory: Option<LaboratoryId>,
    /// When the challenge came to its end.
    pub settled_on: Option<NaiveDate>,
    /// Whether the recording of the sampling decided the challenge; none where that was not said.
    pub recording_decided: Option<bool>,
    /// What the re-test gave.
    pub retest_result: Option<TestResult>,
    /// What was found, as far as is known now.
    pub outcome: Option<Outcome>,
    /// When the result became final.
    pub final_on: Option<NaiveDate>,
    /// When it was made public.
    pub published_on: Option<NaiveDate>,
    /// Where the sample is.
    pub sample: SampleState,
    /// When it was given back or destroyed.
    pub disposed_on: Option<NaiveDate>,
    /// The key of the reason why nothing was sampled, or the reason in words of another end.
    pub reason: Option<String>,
    /// The day of the last step on the way to the result.
    pub last_on: Option<NaiveDate>,
}

impl Course {
    /// Before the first event.
    pub fn new(basics: Basics) -> Self {
        Self {
            state: None,
            drawn_on: None,
            laboratory: None,
            sampler: None,
            product_kind: None,
            product: ProductSaid::default(),
            taken: SampleTaken::default(),
            seals: Vec::new(),
            reserve_kept_at: None,
            sampled_on: None,
            received_on: None,
            tested_on: None,
            reported_on: None,
            corrected_on: None,
            result: None,
            quick: None,
            formal: None,
            followed_on: None,
            delivered: BTreeMap::new(),
            asked_on: None,
            answered_on: None,
            confirmation: None,
            contested: BTreeMap::new(),
            retest_decided_on: None,
            retest_laboratory: None,
            settled_on: None,
            recording_decided: None,
            retest_result: None,
            outcome: None,
            final_on: None,
            published_on: None,
            sample: SampleState::None,
            disposed_on: None,
            reason: None,
            last_on: None,
            basics,
        }
    }

    /// The day before which a step can't have happened.
    pub(super) fn not_before(&self, step: E) -> Option<NaiveDate> {
        match step {
            E::AskProducer => self.sampled_on,
            E::Confirm | E::Deem | E::Deny | E::RejectDenial => self.answered_on.or(self.asked_on),
            E::Deliver => self.reported_on,
            E::Contest => self.delivered.values().min().copied(),
            E::Withdraw => self.drawn_on,
            _ => self.last_on,
        }
    }

    pub(super) fn is_late(&self, fact: &Fact, law: Law<'_>) -> bool {
        let term = match fact.step {
            E::Report => Term::Report,
            E::Deliver => Term::Notify,
            E::Confirm | E::Deny => Term::Confirm,
            E::OrderRetest | E::RefuseRetest => Term::Retest,
            E::LinkFormal | E::Explain => Term::FormalSample,
            E::ReturnSample => Term::ReturnSample,
            _ => return false,
        };
        self.begins(term, fact.particulars.party, law)
            .is_some_and(|begins| fact.on > term_end(begins, term, law))
    }

    /// From which day a term counts; none where it does not run.
    pub fn begins(&self, term: Term, party: Option<Party>, law: Law<'_>) -> Option<NaiveDate> {
        match term {
            Term::FormalSample => {
                let (quick, on) = self.quick.as_ref()?;
                (quick.outcome == Outcome::Suspect).then_some(*on)
            }
            Term::Report => self.received_on,
            Term::Notify => self.reported_on,
            Term::Confirm => self.asked_on,
            Term::Challenge => self.delivered.get(&party?).copied(),
            Term::Retest => self.contested.values().min().copied(),
            Term::ReturnSample if self.outcome == Some(Outcome::Conforming) => self.challenge_ended(law),
            Term::ReturnSample => None,
        }
    }

    /// The parties that get the result: the operator, and of what is nonconforming the nominal producer, unless the product is not its own.
    pub fn parties(&self) -> Vec<Party> {
        let asks = self.first_outcome() == Some(Outcome::Nonconforming)
            && self.basics.producer_named
            && self.basics.role != InspectedRole::Producer
            && self.confirmation != Some(Confirmation::Denied);
        if asks { vec![Party::Operator, Party::Producer] } else { vec![Party::Operator] }
    }

    /// What the first test found.
    pub fn first_outcome(&self) -> Option<Outcome> {
        self.result.as_ref().map(|result| result.outcome)
    }

    /// Whether all parties have the result.
    pub fn is_delivered(&self) -> bool {
        self.parties().iter().all(|party| self.delivered.contains_key(party))
    }

    /// Whether the result can be overturned now: by a re-test, or of a label, which nobody tests again, while it is contested.
    pub fn may_overturn(&self) -> bool {
        (self.state == Some(S::Contested)) == (self.basics.method == Method::Label)
    }

    /// Whether there can be a reserve sample to be tested again: one that is held, or the one of a list that gives the result and says nothing of the sample.
    pub fn may_have_reserve(&self) -> bool {
        let kept = match self.sample {
            SampleState::Held => true,
            SampleState::None => self.result.is_some(),
            SampleState::Returned | SampleState::Destroyed => false,
        };
        kept && self.taken.reserve_quantity.is_none_or(|left| left > 0.0)
    }

    /// The last day of the last term of challenge; for a result that conforms the day of its delivery. None while a party has no result.
    pub fn challenge_ended(&self, law: Law<'_>) -> Option<NaiveDate> {
        if !self.is_delivered() {
            return None;
        }
        let last = self.delivered.values().max().copied()?;
        match self.first_outcome() {
            Some(Outcome::Nonconforming) => Some(term_end(last, Term::Challenge, law)),
            _ => Some(last),
        }
    }

    /// The first day on which the result can become final; none while something is open.
    pub fn final_from(&self, law: Law<'_>) -> Option<NaiveDate> {
        let answered = !self.parties().contains(&Party::Producer)
            || self.confirmation.is_some_and(|answer| answer != Confirmation::Pending);
        match self.state? {
            S::Overturned => self.settled_on,
            S::Upheld if answered && self.is_delivered() => {
                let waits = |(party, _): &(&Party, &NaiveDate)| !self.contested.contains_key(*party);
                let last = self.delivered.iter().filter(waits).map(|(_, on)| *on).max();
                let passed = last.and_then(|last| term_end(last, Term::Challenge, law).succ_opt());
                self.settled_on.max(passed)
            }
            S::Delivered if self.first_outcome() == Some(Outcome::Conforming) => self.challenge_ended(law),
            S::Delivered if answered => self.challenge_ended(law)?.succ_opt(),
            _ => None,
        }
    }

    /// Whether the producer's failure stands: known to it, and the product its own.
    pub fn producer_failed(&self) -> bool {
        let party =
            if self.basics.role == InspectedRole::Producer { Party::Operator } else { Party::Producer };
        self.failed()
            && self.delivered.contains_key(&party)
            && self.confirmation.is_some_and(Confirmation::stands)
    }

    /// Whether the operator's own failure stands: known to it.
    pub fn operator_failed(&self) -> bool {
        self.failed() && self.delivered.contains_key(&Party::Operator)
    }

    fn failed(&self) -> bool {
        self.outcome == Some(Outcome::Nonconforming) && self.state.is_some_and(S::is_known)
    }

    /// Puts what a step says into the course.
    pub(super) fn note(&mut self, fact: &Fact) {
        let (on, said) = (fact.on, &fact.particulars);
        match fact.step {
            E::Assign => {
                self.laboratory = said.laboratory.or(self.laboratory);
                self.sampler = said.sampler.or(self.sampler);
            }
            E::Refuse | E::NotFind | E::Bar | E::Void | E::ReceiveBroken | E::HandOver | E::Withdraw => {
                self.reason.clone_from(&said.reason);
            }
            E::Sample => {
                self.sampled_on = Some(on);
                let before = std::mem::take(&mut self.taken);
                self.taken = said.sample.clone().unwrap_or_default();
                self.taken.batch = self.taken.batch.take().or(before.batch);
                self.taken.produced_on = self.taken.produced_on.or(before.produced_on);
                self.confirm_by_signing(on);
            }
            E::Seal => {
                self.seals = said.seals.clone().unwrap_or_default();
                self.reserve_kept_at.clone_from(&said.reserve_kept_at);
            }
            E::Receive => self.received_on = Some(on),
            E::Test => self.tested_on = Some(on),
            E::Report | E::Check | E::Listed => {
                (self.reported_on, self.corrected_on) = (Some(on), said.corrected_on);
                self.result.clone_from(&said.result);
                self.outcome = self.first_outcome();
                if let Some(sample) = said.sample.clone() {
                    self.taken = sample.or(std::mem::take(&mut self.taken));
                }
                if fact.step != E::Report {
                    self.sampled_on = said.sampled_on.or(self.sampled_on);
                    self.confirm_by_signing(on);
                }
            }
            E::QuickTest => {
                self.quick = said.quick.clone().map(|quick| (quick, on));
                self.outcome = said.quick.as_ref().map(|quick| quick.outcome);
            }
            E::LinkFormal | E::Explain => {
                self.formal = said.inspection;
                self.reason.clone_from(&said.reason);
                self.followed_on = Some(on);
            }
            E::Deliver => {
                if let Some(party) = said.party {
                    self.delivered.entry(party).or_insert(on);
                }
            }
            E::AskProducer => self.asked_on = Some(on),
            E::Confirm | E::Deem | E::Deny | E::RejectDenial => self.answered_on = Some(on),
            E::Contest => {
                if let Some(party) = said.party {
                    self.contested.entry(party).or_insert(on);
                }
                // A further challenge is settled by itself.
                (self.settled_on, self.recording_decided) = (None, None);
            }
            E::OrderRetest => {
                self.retest_decided_on = Some(on);
                self.retest_laboratory = said.laboratory;
                self.recording_decided = said.recording_decided;
            }
            E::RefuseRetest => {
                (self.retest_decided_on, self.settled_on) = (Some(on), Some(on));
                self.recording_decided = said.recording_decided;
            }
            E::Uphold | E::Overturn => {
                self.settled_on = Some(on);
                self.retest_decided_on = self.retest_decided_on.or(Some(on));
                self.recording_decided = said.recording_decided.or(self.recording_decided);
                self.retest_result.clone_from(&said.result);
                if fact.step == E::Overturn {
                    self.outcome = Some(Outcome::Conforming);
                }
            }
            E::Finalise => self.final_on = Some(on),
            E::Publish => self.published_on = Some(on),
            E::ReturnSample | E::DestroySample => self.disposed_on = Some(on),
            E::Draw | E::Attempt | E::Correct => {}
        }
        let beside = [
            E::AskProducer,
            E::Confirm,
            E::Deem,
            E::Deny,
            E::RejectDenial,
            E::Deliver,
            E::ReturnSample,
            E::DestroySample,
        ];
        if !beside.contains(&fact.step) {
            self.last_on = Some(on);
        }
    }

    /// A producer that is sampled at its own place signs the form, and so confirms that the product is its own.
    fn confirm_by_signing(&mut self, on: NaiveDate) {
        if self.basics.role == InspectedRole::Producer && self.confirmation.is_none() {
            (self.confirmation, self.answered_on) = (Some(Confirmation::Confirmed), Some(on));
        }
    }
}

#[cfg(test)]
mod tests;
