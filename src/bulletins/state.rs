//! The states of a bulletin, and which step is allowed from which. Pure. The tables have the same words in CHECKs.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of a bulletin.
    pub enum BulletinState {
        /// Being written.
        Draft = "draft",
        /// Handed in; waits for a second officer.
        Submitted = "submitted",
        /// Sent back with a reason.
        Returned = "returned",
        /// Everybody reads it.
        Published = "published",
        /// Given up before it was published.
        Withdrawn = "withdrawn",
    }
}

impl BulletinState {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Draft => ("草稿", "draft"),
            Self::Submitted => ("待审批", "waits for approval"),
            Self::Returned => ("已退回", "sent back"),
            Self::Published => ("已发布", "published"),
            Self::Withdrawn => ("已撤销", "given up"),
        };
        Text::new(zh, en)
    }
}

crate::word_enum! {
    /// A step of a bulletin.
    pub enum BulletinStep {
        /// It is written.
        Create = "create",
        /// It is changed, and its results gathered anew.
        Change = "change",
        /// It is handed in.
        Submit = "submit",
        /// A second officer sends it back.
        Return = "return",
        /// A second officer publishes it.
        Publish = "publish",
        /// It is given up.
        Withdraw = "withdraw",
    }
}

impl BulletinStep {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Create => ("起草", "written"),
            Self::Change => ("修改", "changed"),
            Self::Submit => ("提交审批", "handed in"),
            Self::Return => ("退回", "sent back"),
            Self::Publish => ("发布", "published"),
            Self::Withdraw => ("撤销", "given up"),
        };
        Text::new(zh, en)
    }
}

crate::word_enum! {
    /// Why a published result no longer stands.
    pub enum Mark {
        /// The re-test found it conforming.
        Overturned = "overturned",
        /// It was corrected for another reason.
        Corrected = "corrected",
    }
}

impl Mark {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Overturned => ("复检推翻原结论", "overturned by the re-test"),
            Self::Corrected => ("已更正", "corrected"),
        };
        Text::new(zh, en)
    }
}

crate::word_enum! {
    /// The methods whose results are published.
    pub enum BulletinMethod {
        /// Samples that a laboratory tested.
        Sampling = "sampling",
        /// Label checks.
        Label = "label",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: BulletinState,
    step: BulletinStep,
) -> Result<BulletinState, NotAllowed<BulletinState, BulletinStep>> {
    use BulletinState::{Draft, Published, Returned, Submitted, Withdrawn};
    use BulletinStep as S;
    match (from, step) {
        (Draft, S::Change) => Ok(Draft),
        (Returned, S::Change) => Ok(Returned),
        (Draft | Returned, S::Submit) => Ok(Submitted),
        (Submitted, S::Return) => Ok(Returned),
        (Submitted, S::Publish) => Ok(Published),
        (Draft | Returned | Submitted, S::Withdraw) => Ok(Withdrawn),
        (
            Draft | Submitted | Returned | Published | Withdrawn,
            S::Create | S::Change | S::Submit | S::Return | S::Publish | S::Withdraw,
        ) => Err(NotAllowed { from, step }),
    }
}

/// The steps that a state allows.
pub fn allowed(from: BulletinState) -> Vec<BulletinStep> {
    BulletinStep::ALL.iter().copied().filter(|step| transition(from, *step).is_ok()).collect()
}

impl RefusesSteps<BulletinStep> for BulletinState {
    fn refused(NotAllowed { from, step }: NotAllowed<BulletinState, BulletinStep>) -> Problem {
        let (from, step) = (from.text(), step.text());
        Problem::new(
            Code::BulletinState,
            Text::new(
                format!("通报的当前状态（{}）不允许此操作（{}）", from.zh, step.zh),
                format!("a bulletin in this state (“{}”) does not allow this step (“{}”)", from.en, step.en),
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
        for &from in BulletinState::ALL {
            for &step in BulletinStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "draft change draft",
                "draft submit submitted",
                "draft withdraw withdrawn",
                "submitted return returned",
                "submitted publish published",
                "submitted withdraw withdrawn",
                "returned change returned",
                "returned submit submitted",
                "returned withdraw withdrawn",
            ]
        );
    }
}
