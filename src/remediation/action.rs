//! Corrective actions: their kinds in the order of 8D, their states, and which step follows which. Pure.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// What an action does about the problem, in the order of 8D and CAPA.
    pub enum ActionKind {
        /// Describes the problem.
        Problem = "problem",
        /// Limits the damage: recall, stop of sale.
        Containment = "containment",
        /// Finds the root cause.
        Cause = "cause",
        /// Removes the fault.
        Correction = "correction",
        /// Keeps it from coming back.
        Prevention = "prevention",
        /// Shows that the correction was made as planned.
        Verification = "verification",
        /// Shows that it helps.
        Effectiveness = "effectiveness",
    }
}

impl ActionKind {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Problem => ("问题描述", "problem"),
            Self::Containment => ("围堵", "containment"),
            Self::Cause => ("查因", "root cause"),
            Self::Correction => ("纠正", "correction"),
            Self::Prevention => ("预防", "prevention"),
            Self::Verification => ("验证", "verification"),
            Self::Effectiveness => ("效果确认", "effectiveness"),
        };
        Text::new(zh, en)
    }
}

crate::word_enum! {
    /// The state of an action.
    pub enum ActionState {
        /// Advised or asked for; the enterprise has not answered.
        Proposed = "proposed",
        /// The enterprise carries it out.
        Accepted = "accepted",
        /// The enterprise does not, and says why.
        Declined = "declined",
        /// It is done, with evidence.
        Done = "done",
    }
}

crate::word_enum! {
    /// What is done with an action.
    pub enum ActionStep {
        /// The enterprise takes it on.
        Accept = "accept",
        /// The enterprise does not take it on.
        Decline = "decline",
        /// The enterprise has carried it out.
        Complete = "complete",
        /// The regulator finds that it is not done after all.
        Reopen = "reopen",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: ActionState,
    step: ActionStep,
) -> Result<ActionState, NotAllowed<ActionState, ActionStep>> {
    use ActionState as S;
    match (from, step) {
        // A declined action may be accepted after all.
        (S::Proposed | S::Declined, ActionStep::Accept) | (S::Done, ActionStep::Reopen) => Ok(S::Accepted),
        (S::Proposed | S::Accepted, ActionStep::Decline) => Ok(S::Declined),
        (S::Accepted, ActionStep::Complete) => Ok(S::Done),
        (
            S::Proposed | S::Accepted | S::Declined | S::Done,
            ActionStep::Accept | ActionStep::Decline | ActionStep::Complete | ActionStep::Reopen,
        ) => Err(NotAllowed { from, step }),
    }
}

impl RefusesSteps<ActionStep> for ActionState {
    fn refused(NotAllowed { from, step }: NotAllowed<ActionState, ActionStep>) -> Problem {
        Problem::new(
            Code::ActionState,
            Text::new(
                format!("措施当前状态为 {from}，不能进行 {step}"),
                format!("the action is {from}; it does not allow {step} now"),
            ),
        )
    }
}

/// What must be done before an action of this kind can be: the order of 8D. Containment waits for nothing.
pub fn builds_on(kind: ActionKind) -> &'static [ActionKind] {
    match kind {
        ActionKind::Problem | ActionKind::Containment => &[],
        ActionKind::Cause => &[ActionKind::Problem],
        ActionKind::Correction | ActionKind::Prevention => &[ActionKind::Cause],
        ActionKind::Verification => &[ActionKind::Correction],
        ActionKind::Effectiveness => &[ActionKind::Verification, ActionKind::Prevention],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_actions() {
        let mut table = Vec::new();
        for from in ActionState::ALL {
            for step in ActionStep::ALL {
                if let Ok(to) = transition(*from, *step) {
                    table.push(format!("{from} {step} {to}"));
                }
            }
        }
        assert_eq!(
            table,
            [
                "proposed accept accepted",
                "proposed decline declined",
                "accepted decline declined",
                "accepted complete done",
                "declined accept accepted",
                "done reopen accepted",
            ]
        );
    }

    #[test]
    fn the_order_of_8d_has_no_cycle() {
        for (place, kind) in ActionKind::ALL.iter().enumerate() {
            for before in builds_on(*kind) {
                let earlier = ActionKind::ALL.iter().position(|k| k == before).unwrap();
                assert!(earlier < place, "{kind} builds on {before}");
            }
        }
    }
}
