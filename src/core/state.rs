//! What the state machines of all domains share. Each is an enum of states, an enum of steps and one total `transition`.

use std::fmt;

use crate::core::problem::Problem;

/// A step that a state does not allow. Each domain says in its own words what that means for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{from} allows no {step}")]
pub struct NotAllowed<State: fmt::Display, Step: fmt::Display> {
    /// The state.
    pub from: State,
    /// The step that was tried.
    pub step: Step,
}

/// A state that says to the caller why it does not allow a step.
pub trait RefusesSteps<Step: fmt::Display>: fmt::Display + Sized {
    /// The answer to the caller.
    fn refused(refusal: NotAllowed<Self, Step>) -> Problem;
}

impl<State: RefusesSteps<Step>, Step: fmt::Display> From<NotAllowed<State, Step>> for Problem {
    fn from(refusal: NotAllowed<State, Step>) -> Self {
        State::refused(refusal)
    }
}
