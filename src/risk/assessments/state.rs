//! The states of an assessment, and which step is allowed from which. Pure. The tables have the same words in CHECKs.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of an assessment.
    pub enum AssessmentState {
        /// Being written.
        Draft = "draft",
        /// Handed in; waits for another officer.
        Submitted = "submitted",
        /// In force.
        Validated = "validated",
        /// Sent back with a reason.
        Returned = "returned",
        /// A newer one has taken its place.
        Superseded = "superseded",
        /// It was taken back with a reason.
        Withdrawn = "withdrawn",
    }
}

impl AssessmentState {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Draft => ("草稿", "draft"),
            Self::Submitted => ("待审核", "waits for validation"),
            Self::Validated => ("已确认", "validated"),
            Self::Returned => ("已退回", "returned"),
            Self::Superseded => ("已被更新", "superseded"),
            Self::Withdrawn => ("已撤回", "withdrawn"),
        };
        Text::new(zh, en)
    }
}

crate::word_enum! {
    /// A step of an assessment.
    pub enum AssessmentStep {
        /// It is written.
        Write = "write",
        /// Its author changes it.
        Revise = "revise",
        /// Its author hands it in.
        Submit = "submit",
        /// Another officer validates it.
        Validate = "validate",
        /// Another officer sends it back.
        Return = "return",
        /// A newer one takes its place.
        Supersede = "supersede",
        /// It is taken back: by its author before it is in force, by another officer afterwards.
        Withdraw = "withdraw",
    }
}

impl AssessmentStep {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Write => ("起草", "written"),
            Self::Revise => ("修改", "changed"),
            Self::Submit => ("提交审核", "handed in"),
            Self::Validate => ("确认", "validated"),
            Self::Return => ("退回", "returned"),
            Self::Supersede => ("被新的研判取代", "superseded"),
            Self::Withdraw => ("撤回", "withdrawn"),
        };
        Text::new(zh, en)
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: AssessmentState,
    step: AssessmentStep,
) -> Result<AssessmentState, NotAllowed<AssessmentState, AssessmentStep>> {
    use AssessmentState::{Draft, Returned, Submitted, Superseded, Validated, Withdrawn};
    use AssessmentStep as S;
    match (from, step) {
        (Draft, S::Revise) => Ok(Draft),
        (Returned, S::Revise) => Ok(Returned),
        (Draft | Returned, S::Submit) => Ok(Submitted),
        (Submitted, S::Validate) => Ok(Validated),
        (Submitted, S::Return) => Ok(Returned),
        (Validated, S::Supersede) => Ok(Superseded),
        (Draft | Submitted | Validated | Returned, S::Withdraw) => Ok(Withdrawn),
        (
            Draft | Submitted | Validated | Returned | Superseded | Withdrawn,
            S::Write | S::Revise | S::Submit | S::Validate | S::Return | S::Supersede | S::Withdraw,
        ) => Err(NotAllowed { from, step }),
    }
}

impl RefusesSteps<AssessmentStep> for AssessmentState {
    fn refused(NotAllowed { from, step }: NotAllowed<AssessmentState, AssessmentStep>) -> Problem {
        let (from, step) = (from.text(), step.text());
        Problem::new(
            Code::AssessmentState,
            Text::new(
                format!("研判的当前状态（{}）不允许此操作（{}）", from.zh, step.zh),
                format!(
                    "an assessment in this state (“{}”) does not allow this step (“{}”)",
                    from.en, step.en
                ),
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in AssessmentState::ALL {
            for &step in AssessmentStep::ALL {
                if let Ok(to) = transition(from, step) {
                    table.push(format!("{from} {step} {to}"));
                }
            }
        }
        assert_eq!(
            table,
            [
                "draft revise draft",
                "draft submit submitted",
                "draft withdraw withdrawn",
                "submitted validate validated",
                "submitted return returned",
                "submitted withdraw withdrawn",
                "validated supersede superseded",
                "validated withdraw withdrawn",
                "returned revise returned",
                "returned submit submitted",
                "returned withdraw withdrawn",
            ]
        );
    }
}
