//! What a domain declares of the steps of things that a domain below keeps: a step of a thing of a kind that this one carries out may need more here.

use serde_json::Value;
use uuid::Uuid;

use crate::core::Problem;
use crate::db::Tx;

/// Does what a step of the thing of this id needs besides, or refuses the step. The step is taken by then, in the same transaction, and what it changed is
/// locked; a refusal takes all of it back. Gives the particulars for the audit, an object.
pub type AlsoInStep = fn(&mut Tx, Uuid) -> Result<Value, Problem>;

/// What a step of things of one kind needs besides in this domain. The domain that keeps them calls it in the command of the step.
pub struct StepHook {
    /// What kind of things, as a subject of the audit: `programme`.
    pub subject: &'static str,
    /// Their kind, by its word.
    pub kind: &'static str,
    /// The step, by its word.
    pub step: &'static str,
    /// Does it.
    pub run: AlsoInStep,
}
