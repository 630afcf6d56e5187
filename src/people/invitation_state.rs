//! Which step of an invitation is allowed from which state. Pure. The table has the same words in a CHECK.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of an invitation.
    pub enum InvitationState {
        /// It was mailed and waits; its link may have expired.
        Open = "open",
        /// The person has an account.
        Accepted = "accepted",
        /// It was taken back.
        Withdrawn = "withdrawn",
    }
}

crate::word_enum! {
    /// A step of an invitation.
    pub enum InvitationStep {
        /// The person uses the link.
        Accept = "accept",
        /// It is mailed again, with another link.
        Resend = "resend",
        /// Who may send it takes it back.
        Withdraw = "withdraw",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: InvitationState,
    step: InvitationStep,
) -> Result<InvitationState, NotAllowed<InvitationState, InvitationStep>> {
    match (from, step) {
        (InvitationState::Open, InvitationStep::Accept) => Ok(InvitationState::Accepted),
        (InvitationState::Open, InvitationStep::Resend) => Ok(InvitationState::Open),
        (InvitationState::Open, InvitationStep::Withdraw) => Ok(InvitationState::Withdrawn),
        (InvitationState::Accepted | InvitationState::Withdrawn, _) => Err(NotAllowed { from, step }),
    }
}

impl RefusesSteps<InvitationStep> for InvitationState {
    fn refused(refusal: NotAllowed<InvitationState, InvitationStep>) -> Problem {
        let text = match refusal.from {
            InvitationState::Accepted => Text::new("该邀请已被接受", "the invitation was accepted already"),
            _ => Text::new("该邀请已撤回", "the invitation was withdrawn"),
        };
        Problem::new(Code::InvitationState, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut allowed = Vec::new();
        for &from in InvitationState::ALL {
            for &step in InvitationStep::ALL {
                match transition(from, step) {
                    Ok(to) => allowed.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(allowed, ["open accept accepted", "open resend open", "open withdraw withdrawn"]);
    }
}
