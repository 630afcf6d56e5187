//! The states of a message. Pure.

use crate::core::Problem;
use crate::core::state::{NotAllowed, RefusesSteps};

crate::word_enum! {
    /// Where a message is. The table has the same words in a CHECK.
    pub enum MessageState {
        /// It is to be sent, or sent again.
        Pending = "pending",
        /// The push service took it.
        Delivered = "delivered",
        /// It was given up.
        Failed = "failed",
        /// It was not sent: by then it was read, or no longer wanted.
        Withheld = "withheld",
    }
}

crate::word_enum! {
    /// What happens to a message.
    pub enum MessageStep {
        /// The push service takes it.
        Deliver = "deliver",
        /// An attempt fails; another one follows.
        Postpone = "postpone",
        /// It is given up.
        Fail = "fail",
        /// It is not wanted any more.
        Withhold = "withhold",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: MessageState,
    step: MessageStep,
) -> Result<MessageState, NotAllowed<MessageState, MessageStep>> {
    use MessageState::{Delivered, Failed, Pending, Withheld};
    match (from, step) {
        (Pending, MessageStep::Deliver) => Ok(Delivered),
        (Pending, MessageStep::Postpone) => Ok(Pending),
        (Pending, MessageStep::Fail) => Ok(Failed),
        (Pending, MessageStep::Withhold) => Ok(Withheld),
        (Delivered | Failed | Withheld, _) => Err(NotAllowed { from, step }),
    }
}

impl RefusesSteps<MessageStep> for MessageState {
    fn refused(refused: NotAllowed<MessageState, MessageStep>) -> Problem {
        // The steps are the platform's, which looks at the state first.
        Problem::internal(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_stays_as_it_is() {
        for &from in MessageState::ALL {
            for &step in MessageStep::ALL {
                assert_eq!(transition(from, step).is_ok(), from == MessageState::Pending, "{from} {step}");
            }
        }
    }
}
