//! Which step of a withdrawal that runs as a job is allowed from which state, and its phases. Pure. The table has the same words in a CHECK.

use crate::core::state::NotAllowed;

crate::word_enum! {
    /// The state of a withdrawal. The import itself is `done` until the withdrawal is.
    pub enum WithdrawalState {
        /// Not yet begun.
        Queued = "queued",
        /// Under way, or left by a process that was killed: it is then run again.
        Running = "running",
        /// The import is withdrawn.
        Done = "done",
        /// Nothing was changed: something was built on the rows meanwhile, or the work was given up.
        Refused = "refused",
    }
}

impl WithdrawalState {
    /// Those from which it is yet to be brought to its end.
    pub const OPEN: [Self; 2] = [Self::Queued, Self::Running];

    /// Whether it is yet to be brought to its end.
    #[must_use]
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }
}

crate::word_enum! {
    /// A step of a withdrawal.
    pub enum WithdrawalStep {
        /// It is asked for again after a refusal.
        Repeat = "repeat",
        /// A worker takes it, for the first time or again.
        Begin = "begin",
        /// All of it is done.
        Finish = "finish",
        /// It is refused, or given up.
        Refuse = "refuse",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: WithdrawalState,
    step: WithdrawalStep,
) -> Result<WithdrawalState, NotAllowed<WithdrawalState, WithdrawalStep>> {
    use WithdrawalState::{Done, Queued, Refused, Running};
    match (from, step) {
        (Refused, WithdrawalStep::Repeat) => Ok(Queued),
        (Queued | Running, WithdrawalStep::Begin) => Ok(Running),
        (Running, WithdrawalStep::Finish) => Ok(Done),
        (Queued | Running, WithdrawalStep::Refuse) => Ok(Refused),
        (Queued | Running | Done, WithdrawalStep::Repeat)
        | (Queued, WithdrawalStep::Finish)
        | (Done | Refused, WithdrawalStep::Begin | WithdrawalStep::Finish | WithdrawalStep::Refuse) => {
            Err(NotAllowed { from, step })
        }
    }
}

crate::word_enum! {
    /// The phases of a withdrawal, in order.
    pub enum WithdrawalPhase {
        /// Waits until no list goes in, and locks the rows.
        Locking = "locking",
        /// Looks what stands on them.
        Checking = "checking",
        /// Ends cases and annuls orders.
        EndingCases = "ending_cases",
        /// Takes records off the list, and puts back what others said.
        TakingOff = "taking_off",
        /// The same of enterprises.
        Enterprises = "enterprises",
        /// Tells those who were reminded of a deadline.
        Telling = "telling",
    }
}

impl WithdrawalPhase {
    /// How many phases come before it.
    #[must_use]
    pub fn position(self) -> u64 {
        Self::ALL.iter().zip(0..).find(|(phase, _)| **phase == self).map_or(0, |(_, position)| position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in WithdrawalState::ALL {
            for &step in WithdrawalStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "queued begin running",
                "queued refuse refused",
                "running begin running",
                "running finish done",
                "running refuse refused",
                "refused repeat queued",
            ]
        );
    }

    #[test]
    fn phases_are_numbered_in_their_order() {
        let positions: Vec<u64> = WithdrawalPhase::ALL.iter().map(|phase| phase.position()).collect();
        assert_eq!(positions, [0, 1, 2, 3, 4, 5]);
    }
}
