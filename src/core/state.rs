//! What the state machines of all domains share. Each is an enum of states, an enum of steps and one total `transition`.

use std::fmt;

/// A step that a state does not allow. Each domain says in its own words what that means for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{from} allows no {step}")]
pub struct NotAllowed<State: fmt::Display, Step: fmt::Display> {
    /// The state.
    pub from: State,
    /// The step that was tried.
    pub step: Step,
}
