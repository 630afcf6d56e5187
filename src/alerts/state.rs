//! Which step of an alert is allowed from which state. Pure. The table has the same words in a CHECK.

use crate::core::state::NotAllowed;
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of an alert.
    pub enum AlertState {
        /// Not dealt with yet.
        Open = "open",
        /// A quality analysis meeting dealt with it.
        Meeting = "meeting",
        /// An officer found that there is nothing to do.
        Dismissed = "dismissed",
        /// Its records were all withdrawn with their imports; the platform closed it.
        Withdrawn = "withdrawn",
    }
}

crate::word_enum! {
    /// A step of an alert.
    pub enum AlertStep {
        /// The record of a meeting that dealt with it is entered.
        HoldMeeting = "hold_meeting",
        /// An officer dismisses it.
        Dismiss = "dismiss",
        /// The last of its records was withdrawn.
        Withdraw = "withdraw",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: AlertState,
    step: AlertStep,
) -> Result<AlertState, NotAllowed<AlertState, AlertStep>> {
    use AlertState::{Dismissed, Meeting, Open, Withdrawn};
    match (from, step) {
        (Open, AlertStep::HoldMeeting) => Ok(Meeting),
        (Open, AlertStep::Dismiss) => Ok(Dismissed),
        (Open, AlertStep::Withdraw) => Ok(Withdrawn),
        (
            Meeting | Dismissed | Withdrawn,
            AlertStep::HoldMeeting | AlertStep::Dismiss | AlertStep::Withdraw,
        ) => Err(NotAllowed { from, step }),
    }
}

impl From<NotAllowed<AlertState, AlertStep>> for Problem {
    fn from(_: NotAllowed<AlertState, AlertStep>) -> Self {
        Problem::new(Code::AlertClosed, Text::new("该预警已处理", "this alert has been dealt with already"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in AlertState::ALL {
            for &step in AlertStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(table, ["open hold_meeting meeting", "open dismiss dismissed", "open withdraw withdrawn"]);
    }
}
