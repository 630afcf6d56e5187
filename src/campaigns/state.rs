//! What a campaign and a hazard are, and which step of a hazard is allowed from which state. Pure. The tables have the same words in CHECKs.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};
use crate::programmes::kind::ProgrammeKind;

crate::word_enum! {
    /// What a campaign is about.
    pub enum Theme {
        /// Hazards of ten key products (10 类重点产品隐患治理).
        KeyProducts = "key_products",
        /// Shops around campuses (校园周边商超).
        Campus = "campus",
        /// Outreach to consumers (“三进”).
        Outreach = "outreach",
    }
}

impl Theme {
    /// The kind of its programme.
    pub fn kind(self) -> ProgrammeKind {
        match self {
            Self::KeyProducts | Self::Campus => ProgrammeKind::Campaign,
            Self::Outreach => ProgrammeKind::Outreach,
        }
    }

    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::KeyProducts => ("重点产品隐患治理", "key products"),
            Self::Campus => ("校园周边商超", "shops around campuses"),
            Self::Outreach => ("消费品质量安全“三进”", "outreach to consumers"),
        }
    }
}

crate::word_enum! {
    /// Result of a check.
    pub enum CheckOutcome {
        /// Nothing was found.
        Fine = "fine",
        /// A hazard was found, which is entered for itself.
        Hazard = "hazard",
        /// A label failed.
        LabelFailed = "label_failed",
        /// There was nobody: moved or given up.
        Gone = "gone",
    }
}

impl CheckOutcome {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Fine => ("未发现问题", "nothing found"),
            Self::Hazard => ("发现隐患", "hazard found"),
            Self::LabelFailed => ("标识不合格", "label failed"),
            Self::Gone => ("已搬迁或者停业", "gone"),
        }
    }
}

crate::word_enum! {
    /// From where a hazard is known.
    pub enum HazardSource {
        /// A final result of an inspection.
        Inspection = "inspection",
        /// A visit, with the enterprise's consent.
        Visit = "visit",
        /// An officer.
        Officer = "officer",
    }
}

impl HazardSource {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Inspection => ("检查结果", "inspection"),
            Self::Visit => ("上门帮扶（企业同意）", "visit, with consent"),
            Self::Officer => ("监管人员登记", "officer"),
        }
    }
}

crate::word_enum! {
    /// The state of a hazard.
    pub enum HazardState {
        /// It was found, and nothing is ordered yet.
        Found = "found",
        /// Its correction is ordered, within a term.
        Ordered = "ordered",
        /// The enterprise says that it is corrected.
        Corrected = "corrected",
        /// Another officer has verified it.
        Verified = "verified",
        /// Struck off the ledger (销号).
        Closed = "closed",
        /// Entered by mistake.
        Annulled = "annulled",
    }
}

impl HazardState {
    /// Whether it keeps its campaign open.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Closed | Self::Annulled)
    }

    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Found => ("已发现", "found"),
            Self::Ordered => ("整改中", "ordered"),
            Self::Corrected => ("待核查", "corrected"),
            Self::Verified => ("已核查", "verified"),
            Self::Closed => ("已销号", "closed"),
            Self::Annulled => ("已作废", "annulled"),
        }
    }
}

crate::word_enum! {
    /// A step of a hazard.
    pub enum HazardStep {
        /// It is found and entered.
        Find = "find",
        /// Its correction is ordered.
        Order = "order",
        /// It is corrected.
        Correct = "correct",
        /// The correction did not pass and goes on.
        Return = "return",
        /// The correction passed.
        Verify = "verify",
        /// Struck off.
        Close = "close",
        /// Another term.
        Extend = "extend",
        /// The term passed.
        Overdue = "overdue",
        /// Entered by mistake.
        Annul = "annul",
    }
}

impl HazardStep {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Find => ("发现", "found"),
            Self::Order => ("责令整改", "correction ordered"),
            Self::Correct => ("提交整改", "corrected"),
            Self::Return => ("退回整改", "sent back"),
            Self::Verify => ("核查通过", "verified"),
            Self::Close => ("销号", "closed"),
            Self::Extend => ("延长期限", "term extended"),
            Self::Overdue => ("整改逾期", "term passed"),
            Self::Annul => ("作废", "annulled"),
        }
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: HazardState,
    step: HazardStep,
) -> Result<HazardState, NotAllowed<HazardState, HazardStep>> {
    use HazardState::{Annulled, Closed, Corrected, Found, Ordered, Verified};
    use HazardStep as S;
    match (from, step) {
        (Found, S::Order) => Ok(Ordered),
        (Ordered, S::Correct) => Ok(Corrected),
        (Ordered, S::Extend | S::Overdue) => Ok(Ordered),
        (Corrected, S::Return) => Ok(Ordered),
        (Corrected, S::Verify) => Ok(Verified),
        (Verified, S::Close) => Ok(Closed),
        (Found | Ordered | Corrected, S::Annul) => Ok(Annulled),
        (
            Found | Ordered | Corrected | Verified | Closed | Annulled,
            S::Find
            | S::Order
            | S::Correct
            | S::Return
            | S::Verify
            | S::Close
            | S::Extend
            | S::Overdue
            | S::Annul,
        ) => Err(NotAllowed { from, step }),
    }
}

/// The steps that a state allows, in their order.
pub fn allowed(from: HazardState) -> Vec<HazardStep> {
    HazardStep::ALL.iter().copied().filter(|step| transition(from, *step).is_ok()).collect()
}

impl RefusesSteps<HazardStep> for HazardState {
    fn refused(NotAllowed { from, step }: NotAllowed<HazardState, HazardStep>) -> Problem {
        let (from, step) = (from.words(), step.words());
        Problem::new(
            Code::HazardState,
            Text::new(
                format!("隐患的当前状态（{}）不允许此操作（{}）", from.0, step.0),
                format!("a hazard in this state (“{}”) does not allow this step (“{}”)", from.1, step.1),
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
        for &from in HazardState::ALL {
            for &step in HazardStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "found order ordered",
                "found annul annulled",
                "ordered correct corrected",
                "ordered extend ordered",
                "ordered overdue ordered",
                "ordered annul annulled",
                "corrected return ordered",
                "corrected verify verified",
                "corrected annul annulled",
                "verified close closed",
            ]
        );
    }
}
