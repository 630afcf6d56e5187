//! Which step of a claim is allowed from which state. Pure. The table has the same words in a CHECK.

use crate::core::state::NotAllowed;
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of a claim.
    pub enum ClaimState {
        /// Its one-time link went to the address on record.
        Mailed = "mailed",
        /// No address is on record: an admin decides.
        ToApprove = "to_approve",
        /// The account was made.
        Confirmed = "confirmed",
        /// An admin rejected it.
        Rejected = "rejected",
        /// A later claim took its place.
        Superseded = "superseded",
    }
}

crate::word_enum! {
    /// A step of a claim.
    pub enum ClaimStep {
        /// The claimant uses the one-time link.
        Confirm = "confirm",
        /// An admin approves it.
        Approve = "approve",
        /// An admin rejects it.
        Reject = "reject",
        /// A later claim takes its place, which ends its link.
        Supersede = "supersede",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: ClaimState,
    step: ClaimStep,
) -> Result<ClaimState, NotAllowed<ClaimState, ClaimStep>> {
    use ClaimState::{Confirmed, Mailed, Rejected, Superseded, ToApprove};
    match (from, step) {
        (Mailed, ClaimStep::Confirm) | (ToApprove, ClaimStep::Approve) => Ok(Confirmed),
        (ToApprove, ClaimStep::Reject) => Ok(Rejected),
        (Mailed, ClaimStep::Supersede) => Ok(Superseded),
        (Mailed | ToApprove | Confirmed | Rejected | Superseded, _) => Err(NotAllowed { from, step }),
    }
}

impl From<NotAllowed<ClaimState, ClaimStep>> for Problem {
    fn from(_: NotAllowed<ClaimState, ClaimStep>) -> Self {
        Problem::new(
            Code::AlreadyDecided,
            Text::new("该认领申请不在待审核状态", "this claim does not wait for a decision"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in ClaimState::ALL {
            for &step in ClaimStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "mailed confirm confirmed",
                "mailed supersede superseded",
                "to_approve approve confirmed",
                "to_approve reject rejected",
            ]
        );
    }
}
