//! Which step of a claim is allowed from which state. Pure. The table has the same words in a CHECK.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of a claim.
    pub enum ClaimState {
        /// Its one-time link was mailed: to the address on record, or to the one that an officer confirmed.
        Mailed = "mailed",
        /// No address is on record: an officer decides.
        ToApprove = "to_approve",
        /// The account was made.
        Confirmed = "confirmed",
        /// An officer rejected it.
        Rejected = "rejected",
        /// Another claim of the enterprise was confirmed.
        Superseded = "superseded",
        /// Whoever reads the mailbox said that it was not them.
        Declined = "declined",
    }
}

crate::word_enum! {
    /// A step of a claim.
    pub enum ClaimStep {
        /// Name and password are chosen behind the one-time link.
        Confirm = "confirm",
        /// An officer approves it, which mails the link.
        Approve = "approve",
        /// The mail with its link did not arrive: an officer lets another link go to a confirmed address.
        Readdress = "readdress",
        /// An officer rejects it, which ends its link.
        Reject = "reject",
        /// Another claim was confirmed.
        Supersede = "supersede",
        /// Behind the one-time link someone says that it was not them.
        Decline = "decline",
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
    use ClaimState::{Confirmed, Declined, Mailed, Rejected, Superseded, ToApprove};
    match (from, step) {
        (Mailed, ClaimStep::Confirm) => Ok(Confirmed),
        (Mailed, ClaimStep::Decline) => Ok(Declined),
        (Mailed, ClaimStep::Readdress) | (ToApprove, ClaimStep::Approve) => Ok(Mailed),
        (Mailed | ToApprove, ClaimStep::Reject) => Ok(Rejected),
        (Mailed | ToApprove, ClaimStep::Supersede) => Ok(Superseded),
        (Mailed | ToApprove | Confirmed | Rejected | Superseded | Declined, _) => {
            Err(NotAllowed { from, step })
        }
    }
}

impl RefusesSteps<ClaimStep> for ClaimState {
    fn refused(_: NotAllowed<ClaimState, ClaimStep>) -> Problem {
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
                "mailed readdress mailed",
                "mailed reject rejected",
                "mailed supersede superseded",
                "mailed decline declined",
                "to_approve approve mailed",
                "to_approve reject rejected",
                "to_approve supersede superseded",
            ]
        );
    }
}
