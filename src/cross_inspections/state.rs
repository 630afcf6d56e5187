//! What a round of cross-inspection is, and which step of one is allowed from which state. Pure. The tables have the same words in CHECKs.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of a round.
    pub enum RoundState {
        /// Enterprises join, declare and hand their products in.
        Gathering = "gathering",
        /// It is said who tests what; results come in.
        Assigned = "assigned",
        /// Done; the participants see all results by their codes.
        Closed = "closed",
        /// Given up. Its results count nowhere.
        Withdrawn = "withdrawn",
    }
}

crate::word_enum! {
    /// A step of a round.
    pub enum RoundStep {
        /// It is set up.
        Create = "create",
        /// Its name, the laboratory or the share for it is another one.
        Change = "change",
        /// An enterprise joins.
        Join = "join",
        /// A participant leaves or is taken out.
        Leave = "leave",
        /// A participant says who its related enterprises and competitors are.
        Declare = "declare",
        /// A product is handed in.
        AddProduct = "add_product",
        /// A product is taken back.
        RemoveProduct = "remove_product",
        /// Products are given to participants for testing, a share of them to the laboratory.
        Assign = "assign",
        /// A participant reports what it found.
        Report = "report",
        /// The laboratory's result is entered.
        Check = "check",
        /// An enterprise says what it corrected.
        Correct = "correct",
        /// Another officer leads it from now on.
        TakeOver = "take_over",
        /// It is brought to its end.
        Close = "close",
        /// It is given up.
        Withdraw = "withdraw",
    }
}

crate::word_enum! {
    /// What a test found.
    pub enum Verdict {
        /// No fault.
        Conforming = "conforming",
        /// Faults.
        Nonconforming = "nonconforming",
        /// It could not be tested.
        NotTested = "not_tested",
    }
}

crate::word_enum! {
    /// How a participant is related to another enterprise.
    pub enum RelationKind {
        /// Parent, subsidiary, or of the same parent.
        Kin = "kin",
        /// A rival.
        Rival = "rival",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: RoundState,
    step: RoundStep,
) -> Result<RoundState, NotAllowed<RoundState, RoundStep>> {
    use RoundState::{Assigned, Closed, Gathering, Withdrawn};
    use RoundStep as S;
    match (from, step) {
        (Gathering, S::Change | S::Join | S::Leave | S::Declare | S::AddProduct | S::RemoveProduct) => {
            Ok(Gathering)
        }
        (Gathering, S::Assign) => Ok(Assigned),
        (Assigned, S::Report | S::Check) => Ok(Assigned),
        // A correction takes its time, so it is told after the end as well.
        (Assigned | Closed, S::Correct) | (Gathering | Assigned | Closed, S::TakeOver) => Ok(from),
        (Assigned, S::Close) => Ok(Closed),
        (Gathering | Assigned, S::Withdraw) => Ok(Withdrawn),
        (
            Gathering | Assigned | Closed | Withdrawn,
            S::Create
            | S::Change
            | S::Join
            | S::Leave
            | S::Declare
            | S::AddProduct
            | S::RemoveProduct
            | S::Assign
            | S::Report
            | S::Check
            | S::Correct
            | S::TakeOver
            | S::Close
            | S::Withdraw,
        ) => Err(NotAllowed { from, step }),
    }
}

/// The steps that a state allows, in their order.
pub fn allowed(from: RoundState) -> Vec<RoundStep> {
    RoundStep::ALL.iter().copied().filter(|step| transition(from, *step).is_ok()).collect()
}

impl RoundState {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Gathering => ("报名中", "gathering"),
            Self::Assigned => ("检验中", "being tested"),
            Self::Closed => ("已结束", "closed"),
            Self::Withdrawn => ("已撤销", "given up"),
        }
    }
}

impl RoundStep {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Create => ("发起", "set up"),
            Self::Change => ("修改", "changed"),
            Self::Join => ("加入", "joined"),
            Self::Leave => ("退出", "left"),
            Self::Declare => ("申报回避关系", "declared"),
            Self::AddProduct => ("登记产品", "product handed in"),
            Self::RemoveProduct => ("取消产品", "product taken back"),
            Self::Assign => ("分配样品", "assigned"),
            Self::Report => ("提交结果", "result reported"),
            Self::Check => ("录入复核结果", "laboratory’s result entered"),
            Self::Correct => ("登记整改", "corrected"),
            Self::TakeOver => ("接管", "taken over"),
            Self::Close => ("结束", "closed"),
            Self::Withdraw => ("撤销", "given up"),
        }
    }
}

impl RefusesSteps<RoundStep> for RoundState {
    fn refused(NotAllowed { from, step }: NotAllowed<RoundState, RoundStep>) -> Problem {
        let (from, step) = (from.words(), step.words());
        Problem::new(
            Code::CrossRoundState,
            Text::new(
                format!("互检轮次的当前状态（{}）不允许此操作（{}）", from.0, step.0),
                format!("a round in this state (“{}”) does not allow this step (“{}”)", from.1, step.1),
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
        for &from in RoundState::ALL {
            for &step in RoundStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "gathering change gathering",
                "gathering join gathering",
                "gathering leave gathering",
                "gathering declare gathering",
                "gathering add_product gathering",
                "gathering remove_product gathering",
                "gathering assign assigned",
                "gathering take_over gathering",
                "gathering withdraw withdrawn",
                "assigned report assigned",
                "assigned check assigned",
                "assigned correct assigned",
                "assigned take_over assigned",
                "assigned close closed",
                "assigned withdraw withdrawn",
                "closed correct closed",
                "closed take_over closed",
            ]
        );
    }
}
