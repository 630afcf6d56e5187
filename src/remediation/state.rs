//! Which step of a case follows which. Pure.
//!
//! Source of the order: SAMR Order No. 18, articles 46 (rectification within 60 days of the order),
//! 47 (re-inspection within 75 days) and 49 (no production or sale until it is passed).

use crate::core::{Problem, Text};

crate::word_enum! {
    /// Where a case stands. The table has the same words in a CHECK.
    pub enum CaseState {
        /// Rectification is ordered.
        Ordered = "ordered",
        /// The enterprise corrects.
        Correcting = "correcting",
        /// The enterprise says that it is done, with evidence.
        EvidenceSubmitted = "evidence_submitted",
        /// The regulator's re-inspection was passed.
        ReinspectionPassed = "reinspection_passed",
        /// The re-inspection was not passed.
        Failed = "failed",
        /// Cleared.
        Cleared = "cleared",
    }
}

crate::word_enum! {
    /// A step of a case, as its history names it.
    pub enum CaseStep {
        /// The enterprise begins to correct.
        StartCorrection = "start_correction",
        /// The enterprise hands in its evidence.
        SubmitEvidence = "submit_evidence",
        /// The regulator's re-inspection was passed.
        PassReinspection = "pass_reinspection",
        /// The regulator's re-inspection was not passed.
        FailReinspection = "fail_reinspection",
        /// The regulator clears the case.
        Clear = "clear",
    }
}

/// A step that the state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a case that is {from} allows no {step}")]
pub struct NotAllowed {
    /// Where it stands.
    pub from: CaseState,
    /// What was tried.
    pub step: CaseStep,
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(from: CaseState, step: CaseStep) -> Result<CaseState, NotAllowed> {
    use CaseState::{Cleared, Correcting, EvidenceSubmitted, Failed, Ordered, ReinspectionPassed};
    match (from, step) {
        (Ordered, CaseStep::StartCorrection) => Ok(Correcting),
        (Correcting, CaseStep::SubmitEvidence) => Ok(EvidenceSubmitted),
        (EvidenceSubmitted, CaseStep::PassReinspection) => Ok(ReinspectionPassed),
        (EvidenceSubmitted, CaseStep::FailReinspection) => Ok(Failed),
        (ReinspectionPassed, CaseStep::Clear) => Ok(Cleared),
        (Ordered | Correcting | EvidenceSubmitted | ReinspectionPassed | Failed | Cleared, _) => {
            Err(NotAllowed { from, step })
        }
    }
}

/// The steps that a state allows.
pub fn allowed(from: CaseState) -> Vec<CaseStep> {
    CaseStep::ALL.iter().copied().filter(|step| transition(from, *step).is_ok()).collect()
}

impl CaseState {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            CaseState::Ordered => ("已责令改正", "ordered"),
            CaseState::Correcting => ("整改中", "correcting"),
            CaseState::EvidenceSubmitted => ("已提交整改证据", "evidence submitted"),
            CaseState::ReinspectionPassed => ("复查合格", "re-inspection passed"),
            CaseState::Failed => ("复查不合格", "re-inspection failed"),
            CaseState::Cleared => ("已清零", "cleared"),
        };
        Text::new(zh, en)
    }
}

impl From<NotAllowed> for Problem {
    fn from(refused: NotAllowed) -> Self {
        let state = refused.from.text();
        let next: Vec<_> = allowed(refused.from).iter().map(|s| s.as_str()).collect();
        let (zh_next, en_next) = if next.is_empty() {
            ("无".to_owned(), "none".to_owned())
        } else {
            (next.join("、"), next.join(", "))
        };
        Problem::conflict(
            "case_state",
            Text::new(
                format!("案件当前状态为“{}”,不能进行 {};可进行的步骤:{zh_next}", state.zh, refused.step),
                format!(
                    "the case is “{}”; it does not allow {} now; allowed: {en_next}",
                    state.en, refused.step
                ),
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in CaseState::ALL {
            for step in allowed(from) {
                let to = transition(from, step).unwrap();
                table.push(format!("{from} {step} {to}"));
            }
        }
        assert_eq!(
            table,
            [
                "ordered start_correction correcting",
                "correcting submit_evidence evidence_submitted",
                "evidence_submitted pass_reinspection reinspection_passed",
                "evidence_submitted fail_reinspection failed",
                "reinspection_passed clear cleared",
            ]
        );
    }

    proptest! {
        #[test]
        fn nothing_is_cleared_without_a_passed_reinspection(
            steps in proptest::collection::vec(proptest::sample::select(CaseStep::ALL), 0..30)
        ) {
            let (mut state, mut passed) = (CaseState::Ordered, false);
            for step in steps {
                if let Ok(next) = transition(state, step) {
                    passed |= step == CaseStep::PassReinspection;
                    state = next;
                }
            }
            prop_assert!(state != CaseState::Cleared || passed);
        }
    }
}
