//! What becomes of a penalty, and of what an officer has to decide of it. Pure. The tables have the same words in CHECKs.

use crate::core::Text;
use crate::core::state::NotAllowed;

crate::word_enum! {
    /// The state of a penalty.
    pub enum PenaltyState {
        /// An officer has something to decide of it.
        Open = "open",
        /// It is conduct of an enterprise.
        Entered = "entered",
        /// It is against none of the register, or about nothing that counts.
        Dismissed = "dismissed",
        /// The decision was annulled: nothing follows from it.
        Annulled = "annulled",
        /// The list that brought it was withdrawn.
        Withdrawn = "withdrawn",
    }
}

impl PenaltyState {
    /// Its name.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Open => Text::new("待确认", "to be decided"),
            Self::Entered => Text::new("已登记信用行为", "entered as conduct"),
            Self::Dismissed => Text::new("不予登记", "not entered"),
            Self::Annulled => Text::new("处罚已撤销", "annulled"),
            Self::Withdrawn => Text::new("已撤回", "withdrawn"),
        }
    }
}

crate::word_enum! {
    /// A step of a penalty.
    pub enum PenaltyStep {
        /// A list brings it.
        List = "list",
        /// It is entered as conduct.
        Enter = "enter",
        /// An officer says that it is against none of the register, or about nothing that counts.
        Dismiss = "dismiss",
        /// The decision was annulled.
        Annul = "annul",
        /// The list that said so was withdrawn.
        Reinstate = "reinstate",
        /// An officer has said on which inspection it rests: it is entered anew.
        Reopen = "reopen",
        /// The list that brought it is withdrawn.
        Withdraw = "withdraw",
    }
}

impl PenaltyStep {
    /// Its name.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::List => Text::new("导入", "listed"),
            Self::Enter => Text::new("登记信用行为", "entered as conduct"),
            Self::Dismiss => Text::new("不予登记", "not entered"),
            Self::Annul => Text::new("处罚撤销", "annulled"),
            Self::Reinstate => Text::new("恢复", "reinstated"),
            Self::Reopen => Text::new("关联抽查", "joined to an inspection"),
            Self::Withdraw => Text::new("随名单撤回", "withdrawn with its list"),
        }
    }
}

/// The state of a penalty that a list brings.
pub const LISTED: PenaltyState = PenaltyState::Open;

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: PenaltyState,
    step: PenaltyStep,
) -> Result<PenaltyState, NotAllowed<PenaltyState, PenaltyStep>> {
    use PenaltyState::{Annulled, Dismissed, Entered, Open, Withdrawn};
    match (from, step) {
        (Annulled, PenaltyStep::Reinstate) | (Entered, PenaltyStep::Reopen) => Ok(Open),
        (Open | Dismissed, PenaltyStep::Enter) => Ok(Entered),
        (Open, PenaltyStep::Dismiss) => Ok(Dismissed),
        (Open | Entered | Dismissed, PenaltyStep::Annul) => Ok(Annulled),
        (Open | Entered | Dismissed | Annulled, PenaltyStep::Withdraw) => Ok(Withdrawn),
        (Open | Entered | Dismissed | Annulled | Withdrawn, _) => Err(NotAllowed { from, step }),
    }
}

crate::word_enum! {
    /// What an officer has to decide.
    pub enum QuestionKind {
        /// Which enterprise it is against.
        Party = "party",
        /// As which behaviour it counts.
        Behaviour = "behaviour",
    }
}

crate::word_enum! {
    /// Why an officer has to decide.
    pub enum QuestionReason {
        /// The list has no credit code.
        NoCode = "no_code",
        /// There are two credit codes for one name.
        TwoCodes = "two_codes",
        /// The register has no enterprise of the credit code.
        NotInRegister = "not_in_register",
        /// The act is none that the rules know, or several of them.
        UnknownAct = "unknown_act",
    }
}

impl QuestionReason {
    /// Its name.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::NoCode => Text::new("名单没有信用代码", "the list has no credit code"),
            Self::TwoCodes => Text::new("同一名称对应两个信用代码", "two credit codes for one name"),
            Self::NotInRegister => {
                Text::new("名录中没有该信用代码的企业", "the register has no enterprise of the credit code")
            }
            Self::UnknownAct => Text::new("违法行为无法识别", "the act is not known by the rules"),
        }
    }
}

crate::word_enum! {
    /// The state of what an officer has to decide.
    pub enum QuestionState {
        /// To be decided.
        Open = "open",
        /// The proposed enterprise.
        Accepted = "accepted",
        /// Another enterprise, or a behaviour that the officer named.
        Other = "other",
        /// None of the register, or nothing that counts.
        Refused = "refused",
        /// Nothing is left to decide: the list was withdrawn, the decision annulled, or the register has the enterprise by now.
        Void = "void",
    }
}

impl QuestionState {
    /// Its name.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Open => Text::new("待处理", "to be decided"),
            Self::Accepted => Text::new("已采纳", "accepted"),
            Self::Other => Text::new("已指定", "named by an officer"),
            Self::Refused => Text::new("不予登记", "refused"),
            Self::Void => Text::new("已失效", "void"),
        }
    }
}

crate::word_enum! {
    /// What an officer decides.
    pub enum Decision {
        /// The proposed enterprise.
        Accept = "accept",
        /// Another enterprise, or a behaviour.
        Other = "other",
        /// None of the register, or nothing that counts.
        Refuse = "refuse",
    }
}

/// The state after an officer's decision. What was refused may be decided otherwise; what was named is corrected in the conduct.
///
/// # Errors
/// When the state does not allow the decision.
pub fn decide(
    from: QuestionState,
    decision: Decision,
) -> Result<QuestionState, NotAllowed<QuestionState, Decision>> {
    use QuestionState::{Accepted, Open, Other, Refused, Void};
    match (from, decision) {
        (Open | Refused, Decision::Accept) => Ok(Accepted),
        (Open | Refused, Decision::Other) => Ok(Other),
        (Open, Decision::Refuse) => Ok(Refused),
        (Refused, Decision::Refuse) | (Accepted | Other | Void, _) => {
            Err(NotAllowed { from, step: decision })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in PenaltyState::ALL {
            for &step in PenaltyStep::ALL {
                if let Ok(to) = transition(from, step) {
                    table.push(format!("{from} {step} {to}"));
                }
            }
        }
        assert_eq!(
            table,
            [
                "open enter entered",
                "open dismiss dismissed",
                "open annul annulled",
                "open withdraw withdrawn",
                "entered annul annulled",
                "entered reopen open",
                "entered withdraw withdrawn",
                "dismissed enter entered",
                "dismissed annul annulled",
                "dismissed withdraw withdrawn",
                "annulled reinstate open",
                "annulled withdraw withdrawn",
            ]
        );
    }

    #[test]
    fn the_table_of_decisions() {
        let mut table = Vec::new();
        for &from in QuestionState::ALL {
            for &decision in Decision::ALL {
                if let Ok(to) = decide(from, decision) {
                    table.push(format!("{from} {decision} {to}"));
                }
            }
        }
        assert_eq!(
            table,
            [
                "open accept accepted",
                "open other other",
                "open refuse refused",
                "refused accept accepted",
                "refused other other",
            ]
        );
    }
}
