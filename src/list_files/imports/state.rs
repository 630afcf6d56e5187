//! Which step of an import is allowed from which state. Pure. The table has the same words in a CHECK.

use crate::core::Problem;
use crate::core::state::{NotAllowed, RefusesSteps};

crate::word_enum! {
    /// The state of an import.
    pub enum ImportState {
        /// Not yet begun.
        Queued = "queued",
        /// Under way, or left by a process that was killed: it is then run again.
        Running = "running",
        /// At its end: the good rows are in.
        Done = "done",
        /// Refused as a whole: nothing is in.
        Failed = "failed",
        /// Taken back as a whole after it was done.
        Withdrawn = "withdrawn",
    }
}

impl ImportState {
    /// Whether it is yet to be run to its end.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

crate::word_enum! {
    /// A step of an import.
    pub enum ImportStep {
        /// A worker takes it, for the first time or again.
        Begin = "begin",
        /// The good rows are in.
        Finish = "finish",
        /// The file is refused as a whole, or the work is given up.
        Fail = "fail",
        /// It is taken back as a whole.
        Withdraw = "withdraw",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: ImportState,
    step: ImportStep,
) -> Result<ImportState, NotAllowed<ImportState, ImportStep>> {
    use ImportState::{Done, Failed, Queued, Running, Withdrawn};
    match (from, step) {
        (Queued | Running, ImportStep::Begin) => Ok(Running),
        (Running, ImportStep::Finish) => Ok(Done),
        (Queued | Running, ImportStep::Fail) => Ok(Failed),
        (Done, ImportStep::Withdraw) => Ok(Withdrawn),
        (Queued, ImportStep::Finish)
        | (Queued | Running, ImportStep::Withdraw)
        | (Done | Failed | Withdrawn, _) => Err(NotAllowed { from, step }),
    }
}

/// The platform runs imports, and whoever withdraws one looks at the state first: a refusal is a fault of the program.
impl RefusesSteps<ImportStep> for ImportState {
    fn refused(refused: NotAllowed<ImportState, ImportStep>) -> Problem {
        Problem::internal(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in ImportState::ALL {
            for &step in ImportStep::ALL {
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
                "queued fail failed",
                "running begin running",
                "running finish done",
                "running fail failed",
                "done withdraw withdrawn",
            ]
        );
    }

    #[test]
    fn only_open_imports_lead_on_unless_withdrawn() {
        for from in ImportState::ALL {
            let mut steps = ImportStep::ALL.iter().filter(|step| **step != ImportStep::Withdraw);
            let leads_on = steps.any(|step| transition(*from, *step).is_ok());
            assert_eq!(leads_on, from.is_open(), "{from}");
        }
    }
}
