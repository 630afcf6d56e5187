//! The states of a round, and which step is allowed from which. Pure. The table has the same words in a CHECK.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of a round. Whether it is under way is said by its days.
    pub enum CircuitRoundState {
        /// Planned, or under way.
        Planned = "planned",
        /// Brought to its end.
        Closed = "closed",
        /// Given up, with a reason.
        Cancelled = "cancelled",
    }
}

crate::word_enum! {
    /// A step of a round.
    pub enum CircuitRoundStep {
        /// Planned.
        Create = "create",
        /// Its days or its note are changed.
        Change = "change",
        /// Members are given to it or taken out of it.
        Assign = "assign",
        /// Its routes are worked out.
        Route = "route",
        /// Brought to its end.
        Close = "close",
        /// Given up.
        Cancel = "cancel",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: CircuitRoundState,
    step: CircuitRoundStep,
) -> Result<CircuitRoundState, NotAllowed<CircuitRoundState, CircuitRoundStep>> {
    use CircuitRoundState::{Cancelled, Closed, Planned};
    use CircuitRoundStep as S;
    match (from, step) {
        (Planned, S::Change | S::Assign | S::Route) => Ok(Planned),
        (Planned, S::Close) => Ok(Closed),
        (Planned, S::Cancel) => Ok(Cancelled),
        (
            Planned | Closed | Cancelled,
            S::Create | S::Change | S::Assign | S::Route | S::Close | S::Cancel,
        ) => Err(NotAllowed { from, step }),
    }
}

/// The steps that a state allows, in their order.
pub fn allowed(from: CircuitRoundState) -> Vec<CircuitRoundStep> {
    CircuitRoundStep::ALL.iter().copied().filter(|step| transition(from, *step).is_ok()).collect()
}

impl CircuitRoundState {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Planned => ("已安排", "planned"),
            Self::Closed => ("已结束", "closed"),
            Self::Cancelled => ("已取消", "cancelled"),
        }
    }
}

impl CircuitRoundStep {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Create => ("安排轮次", "planned"),
            Self::Change => ("修改轮次", "changed"),
            Self::Assign => ("分配企业", "members given or taken out"),
            Self::Route => ("计算路线", "routes worked out"),
            Self::Close => ("结束轮次", "closed"),
            Self::Cancel => ("取消轮次", "cancelled"),
        }
    }
}

impl RefusesSteps<CircuitRoundStep> for CircuitRoundState {
    fn refused(NotAllowed { from, step }: NotAllowed<CircuitRoundState, CircuitRoundStep>) -> Problem {
        let (from, step) = (from.words(), step.words());
        let text = Text::new(
            format!("轮次的当前状态（{}）不允许此操作（{}）", from.0, step.0),
            format!("a round in this state (“{}”) does not allow this step (“{}”)", from.1, step.1),
        );
        Problem::new(Code::CircuitRoundState, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in CircuitRoundState::ALL {
            for &step in CircuitRoundStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "planned change planned",
                "planned assign planned",
                "planned route planned",
                "planned close closed",
                "planned cancel cancelled",
            ]
        );
    }
}
