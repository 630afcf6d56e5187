//! Which step of an expert's vetting is allowed from which state. Pure. The table has the same words in a CHECK.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};
use crate::experts::vocabulary::Vetting;

crate::word_enum! {
    /// A step of the vetting.
    pub enum VettingStep {
        /// An admin approves the application.
        Approve = "approve",
        /// An admin rejects it.
        Reject = "reject",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(from: Vetting, step: VettingStep) -> Result<Vetting, NotAllowed<Vetting, VettingStep>> {
    match (from, step) {
        (Vetting::Applied, VettingStep::Approve) => Ok(Vetting::Approved),
        (Vetting::Applied, VettingStep::Reject) => Ok(Vetting::Rejected),
        (Vetting::Approved | Vetting::Rejected, VettingStep::Approve | VettingStep::Reject) => {
            Err(NotAllowed { from, step })
        }
    }
}

impl RefusesSteps<VettingStep> for Vetting {
    fn refused(_: NotAllowed<Vetting, VettingStep>) -> Problem {
        Problem::new(
            Code::AlreadyVetted,
            Text::new("该申请已审核", "this application has been decided already"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in Vetting::ALL {
            for &step in VettingStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(table, ["applied approve approved", "applied reject rejected"]);
    }
}
