//! The fold itself: a step is taken if state, order and rules allow it, and the course is as it was if they don't. Pure.

use crate::core::state::NotAllowed;
use crate::inspections::breach::{Breach, UnlawfulHistory};
use crate::inspections::course::Course;
use crate::inspections::fact::Fact;
use crate::inspections::law::{Basics, Law};
use crate::inspections::rules;
use crate::inspections::state::{
    InspectionState as S, InspectionStep as E, confirmation_after, sample_after, transition,
};
use crate::inspections::words::{Method, Outcome};

impl Course {
    /// Folds a history: where it comes to, and which events came late.
    ///
    /// # Errors
    /// The first event that the law does not allow.
    pub fn replay(
        basics: Basics,
        facts: &[Fact],
        law: Law<'_>,
    ) -> Result<(Self, Vec<bool>), UnlawfulHistory> {
        let (mut course, mut late) = (Self::new(basics), Vec::with_capacity(facts.len()));
        for fact in facts {
            let unlawful = |breach| UnlawfulHistory { ordinal: fact.ordinal, step: fact.step, breach };
            late.push(course.take(fact, law).map_err(unlawful)?);
        }
        Ok((course, late))
    }

    /// Takes a step, and says whether it came after its term.
    ///
    /// # Errors
    /// What the law has against it; the course is as it was then.
    pub fn take(&mut self, fact: &Fact, law: Law<'_>) -> Result<bool, Breach> {
        let Some(from) = self.state else {
            if fact.step != E::Draw {
                let (from, step) = (S::Drawn, fact.step);
                return Err(Breach::NotAllowed(NotAllowed { from, step }));
            }
            self.state = Some(S::Drawn);
            self.drawn_on = Some(fact.on);
            self.last_on = Some(fact.on);
            (self.laboratory, self.sampler) = (fact.particulars.laboratory, fact.particulars.sampler);
            self.product_kind.clone_from(&fact.particulars.product_kind);
            self.product = fact.particulars.product.clone().unwrap_or_default();
            self.taken = fact.particulars.sample.clone().unwrap_or_default();
            return Ok(false);
        };
        let refused = || Breach::NotAllowed(NotAllowed { from, step: fact.step });
        let to = self.next(from, fact)?;
        let confirmation = match fact.step {
            E::AskProducer | E::Confirm | E::Deem | E::Deny | E::RejectDenial => {
                Some(confirmation_after(self.confirmation, fact.step).ok_or_else(refused)?)
            }
            _ => self.confirmation,
        };
        let sample = match fact.step {
            E::ReturnSample | E::DestroySample => sample_after(self.sample, fact.step).ok_or_else(refused)?,
            step => sample_after(self.sample, step).unwrap_or(self.sample),
        };
        if let Some(after) = self.not_before(fact.step).filter(|after| fact.on < *after) {
            return Err(Breach::OutOfOrder { after });
        }
        rules::check(self, fact, law)?;
        let late = self.is_late(fact, law);
        self.state = Some(to);
        self.confirmation = confirmation;
        self.sample = sample;
        self.note(fact);
        Ok(late)
    }

    /// The state after a step, which for two of them follows from what they found.
    fn next(&self, from: S, fact: &Fact) -> Result<S, Breach> {
        let to = transition(from, fact.step).map_err(Breach::NotAllowed)?;
        Ok(match (fact.step, &fact.particulars.quick) {
            (E::QuickTest, Some(quick)) if quick.outcome != Outcome::Suspect => S::Closed,
            (E::Check, _) if matches!(self.basics.method, Method::Cross | Method::Visit) => S::Closed,
            _ => to,
        })
    }
}
