//! Which step of a mail is allowed from which state. Pure.

use crate::core::Problem;
use crate::core::state::NotAllowed;

crate::word_enum! {
    /// How far a mail has come. The table has the same words in a CHECK.
    pub enum MailState {
        /// To be sent when `next_attempt_at` comes.
        Pending = "pending",
        /// Taken by the mail server.
        Sent = "sent",
        /// The recipient was refused permanently.
        Refused = "refused",
    }
}

crate::word_enum! {
    /// How an attempt to send a mail ends.
    pub enum MailStep {
        /// The mail server took it. Sent is sent, whatever another worker has noted since.
        Send = "send",
        /// The recipient is refused permanently.
        Refuse = "refuse",
        /// It did not go this time, or nothing was tried.
        Postpone = "postpone",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(from: MailState, step: MailStep) -> Result<MailState, NotAllowed<MailState, MailStep>> {
    use MailState::{Pending, Refused, Sent};
    match (from, step) {
        (Pending | Sent | Refused, MailStep::Send) => Ok(Sent),
        (Pending, MailStep::Refuse) => Ok(Refused),
        (Pending, MailStep::Postpone) => Ok(Pending),
        (Sent | Refused, MailStep::Refuse | MailStep::Postpone) => Err(NotAllowed { from, step }),
    }
}

/// Only the worker sends mails, and only those that are pending: a refusal is a fault of the program.
impl From<NotAllowed<MailState, MailStep>> for Problem {
    fn from(refused: NotAllowed<MailState, MailStep>) -> Self {
        Problem::internal(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in MailState::ALL {
            for &step in MailStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "pending send sent",
                "pending refuse refused",
                "pending postpone pending",
                "sent send sent",
                "refused send sent",
            ]
        );
    }
}
