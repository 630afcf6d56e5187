//! Which step of an alert is allowed from which state. Pure. The tables have the same words in CHECKs.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The cause of an alert.
    pub enum AlertCause {
        /// One kind of product failed one item too often in a region (SAMR Order No. 18, art. 50).
        Cluster = "cluster",
        /// The rate of failures of a kind in a region is above that of its class.
        Index = "index",
        /// An assessment of the level serious was validated.
        Assessment = "assessment",
    }
}

impl AlertCause {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Cluster => ("同项目集中不合格", "cluster of failures"),
            Self::Index => ("不合格率偏高", "index of risk"),
            Self::Assessment => ("研判为严重风险", "assessment"),
        };
        Text::new(zh, en)
    }
}

crate::word_enum! {
    /// The state of an alert.
    pub enum AlertState {
        /// Not dealt with yet.
        Open = "open",
        /// A quality analysis meeting dealt with it.
        Meeting = "meeting",
        /// A letter, an interview or a listing came of it.
        Measure = "measure",
        /// Closed with what came of it.
        Closed = "closed",
        /// An officer found that there is nothing to do.
        Dismissed = "dismissed",
        /// Its records were all withdrawn with their imports; the platform closed it.
        Withdrawn = "withdrawn",
        /// The rate has fallen below the lower bound; the platform closed it.
        Subsided = "subsided",
    }
}

impl AlertState {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Open => ("待处理", "open"),
            Self::Meeting => ("已召开质量分析会", "dealt with in a meeting"),
            Self::Measure => ("已采取督促措施", "a measure was taken"),
            Self::Closed => ("已办结", "closed"),
            Self::Dismissed => ("已撤销", "dismissed"),
            Self::Withdrawn => ("记录已随导入撤回", "its records were withdrawn"),
            Self::Subsided => ("已回落", "subsided"),
        };
        Text::new(zh, en)
    }

    /// Whether officers still work on it.
    pub fn is_running(self) -> bool {
        matches!(self, Self::Open | Self::Meeting | Self::Measure)
    }
}

crate::word_enum! {
    /// A measure that came of an alert.
    pub enum MeasureKind {
        /// A letter (提醒函).
        Letter = "letter",
        /// An interview (约谈).
        Interview = "interview",
        /// A listing (挂牌督办).
        Listing = "listing",
    }
}

crate::word_enum! {
    /// A step of an alert, as its history has it.
    pub enum AlertStep {
        /// It is raised.
        Raise = "raise",
        /// The record of a meeting that dealt with it is entered.
        Meeting = "meeting",
        /// A letter was issued.
        Letter = "letter",
        /// An interview was notified.
        Interview = "interview",
        /// A listing was made.
        Listing = "listing",
        /// An officer closes it with what came of it.
        Close = "close",
        /// An officer dismisses it.
        Dismiss = "dismiss",
        /// The last of its records was withdrawn.
        Withdraw = "withdraw",
        /// The rate has fallen below the lower bound.
        Subside = "subside",
    }
}

impl AlertStep {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Raise => ("预警", "raised"),
            Self::Meeting => ("召开质量分析会", "a quality analysis meeting"),
            Self::Letter => ("发出提醒函", "a letter"),
            Self::Interview => ("约谈", "an interview"),
            Self::Listing => ("挂牌督办", "a listing"),
            Self::Close => ("办结", "closed"),
            Self::Dismiss => ("撤销", "dismissed"),
            Self::Withdraw => ("记录撤回", "its records were withdrawn"),
            Self::Subside => ("回落", "subsided"),
        };
        Text::new(zh, en)
    }
}

impl From<MeasureKind> for AlertStep {
    fn from(kind: MeasureKind) -> Self {
        match kind {
            MeasureKind::Letter => Self::Letter,
            MeasureKind::Interview => Self::Interview,
            MeasureKind::Listing => Self::Listing,
        }
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
    use AlertState::{Closed, Dismissed, Measure, Meeting, Open, Subsided, Withdrawn};
    match (from, step) {
        (Open, AlertStep::Meeting) => Ok(Meeting),
        (Open | Meeting | Measure, AlertStep::Letter | AlertStep::Interview | AlertStep::Listing)
        | (Measure, AlertStep::Meeting) => Ok(Measure),
        (Meeting | Measure, AlertStep::Close) => Ok(Closed),
        (Open, AlertStep::Dismiss) => Ok(Dismissed),
        (Open, AlertStep::Withdraw) => Ok(Withdrawn),
        (Open, AlertStep::Subside) => Ok(Subsided),
        (_, AlertStep::Raise)
        | (Open, AlertStep::Close)
        | (Meeting, AlertStep::Meeting)
        | (Meeting | Measure, AlertStep::Dismiss | AlertStep::Withdraw | AlertStep::Subside)
        | (Closed | Dismissed | Withdrawn | Subsided, _) => Err(NotAllowed { from, step }),
    }
}

impl RefusesSteps<AlertStep> for AlertState {
    fn refused(refused: NotAllowed<AlertState, AlertStep>) -> Problem {
        let text = match (refused.from, refused.step) {
            (AlertState::Open, AlertStep::Close) => Text::new(
                "该预警尚未召开质量分析会，也未采取督促措施；无需处理的，请撤销并说明原因",
                "neither a meeting nor a measure has come of this alert; dismiss it with a reason where there is nothing to do",
            ),
            _ => Text::new("该预警已处理", "this alert has been dealt with already"),
        };
        Problem::new(Code::AlertClosed, text)
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
        assert_eq!(
            table,
            [
                "open meeting meeting",
                "open letter measure",
                "open interview measure",
                "open listing measure",
                "open dismiss dismissed",
                "open withdraw withdrawn",
                "open subside subsided",
                "meeting letter measure",
                "meeting interview measure",
                "meeting listing measure",
                "meeting close closed",
                "measure meeting measure",
                "measure letter measure",
                "measure interview measure",
                "measure listing measure",
                "measure close closed",
            ]
        );
    }
}
