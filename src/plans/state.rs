//! Which step of a plan follows which. Pure.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of a plan. The table has the same words in a CHECK.
    pub enum PlanState {
        /// Not yet begun.
        Queued = "queued",
        /// Under way, or left by a process that was killed: it is then computed again.
        Computing = "computing",
        /// To be looked at, applied or discarded.
        Computed = "computed",
        /// Could not be computed.
        Failed = "failed",
        /// Applied: the enterprises are assigned and invited.
        Applied = "applied",
        /// Discarded, before or after it was computed.
        Discarded = "discarded",
    }
}

impl PlanState {
    /// Whether it is yet to be computed.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Computing)
    }

    /// Whether pairs of it can be changed by hand.
    #[must_use]
    pub fn may_be_changed(self) -> bool {
        transition(self, PlanStep::Change).is_ok()
    }
}

crate::word_enum! {
    /// A step of a plan.
    pub enum PlanStep {
        /// A worker takes it, for the first time or again.
        Begin = "begin",
        /// The optimum is found.
        Finish = "finish",
        /// It can't be computed.
        Fail = "fail",
        /// An admin changes a pair of it by hand.
        Change = "change",
        /// An admin applies it.
        Apply = "apply",
        /// An admin discards it.
        Discard = "discard",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(from: PlanState, step: PlanStep) -> Result<PlanState, NotAllowed<PlanState, PlanStep>> {
    use PlanState::{Applied, Computed, Computing, Discarded, Failed, Queued};
    match (from, step) {
        (Queued | Computing, PlanStep::Begin) => Ok(Computing),
        (Computing, PlanStep::Finish) => Ok(Computed),
        (Queued | Computing, PlanStep::Fail) => Ok(Failed),
        (Computed, PlanStep::Change) => Ok(Computed),
        (Computed, PlanStep::Apply) => Ok(Applied),
        (Queued | Computing | Computed | Failed, PlanStep::Discard) => Ok(Discarded),
        _ => Err(NotAllowed { from, step }),
    }
}

impl RefusesSteps<PlanStep> for PlanState {
    fn refused(refusal: NotAllowed<PlanState, PlanStep>) -> Problem {
        let zh = match refusal.from {
            PlanState::Queued | PlanState::Computing => "该方案尚未算完",
            PlanState::Computed => "该方案已算完",
            PlanState::Failed => "该方案未能算出",
            PlanState::Applied => "该方案已执行",
            PlanState::Discarded => "该方案已作废",
        };
        let en = match refusal.from {
            PlanState::Queued | PlanState::Computing => "the plan is not computed yet",
            PlanState::Computed => "the plan is computed already",
            PlanState::Failed => "the plan could not be computed",
            PlanState::Applied => "the plan was applied already",
            PlanState::Discarded => "the plan was discarded",
        };
        Problem::new(Code::PlanState, Text::new(zh, en))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn applied_and_discarded_plans_are_final() {
        for from in [PlanState::Applied, PlanState::Discarded] {
            for step in PlanStep::ALL {
                assert_eq!(transition(from, *step), Err(NotAllowed { from, step: *step }));
            }
        }
    }

    #[test]
    fn only_a_computed_plan_is_applied_or_changed() {
        for from in PlanState::ALL {
            for step in [PlanStep::Apply, PlanStep::Change] {
                assert_eq!(transition(*from, step).is_ok(), *from == PlanState::Computed, "{from}");
            }
        }
    }

    #[test]
    fn open_plans_can_begin_again() {
        for from in PlanState::ALL {
            assert_eq!(transition(*from, PlanStep::Begin).is_ok(), from.is_open(), "{from}");
        }
    }
}
