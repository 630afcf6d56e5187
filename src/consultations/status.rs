//! Which step is allowed from which status. Pure.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of a consultation. The table has the same words in a CHECK.
    pub enum Status {
        /// Nobody fits yet; it is in the admins' queue.
        Waiting = "waiting",
        /// Offered to an expert who has not answered.
        Offered = "offered",
        /// An expert holds it.
        Active = "active",
        /// Concluded by the expert, ended by the enterprise, or merged into another one: see [`Closing`].
        Concluded = "concluded",
    }
}

crate::word_enum! {
    /// What can happen to a consultation.
    pub enum Step {
        /// It is offered to an expert.
        Offer = "offer",
        /// The expert takes it.
        Accept = "accept",
        /// The expert does not take it.
        Decline = "decline",
        /// The offer lapses unanswered.
        Lapse = "lapse",
        /// The expert hands it on.
        Transfer = "transfer",
        /// The expert did not answer within the promised time.
        Silence = "silence",
        /// An admin gives it to an expert, or the platform gives a reopened one back.
        Assign = "assign",
        /// It is taken from its expert.
        Withdraw = "withdraw",
        /// The expert concludes it.
        Conclude = "conclude",
        /// The enterprise takes it back before an expert has taken it.
        TakeBack = "take_back",
        /// The enterprise closes it while an expert holds it.
        Close = "close",
        /// It is merged into another one.
        Merge = "merge",
        /// It is taken up again.
        Reopen = "reopen",
    }
}

crate::word_enum! {
    /// How a consultation ended, where the expert did not conclude it. The table has the same words in a CHECK.
    pub enum Closing {
        /// It was taken back before an expert took it.
        TakenBack = "taken_back",
        /// It was closed before the expert who held it had written.
        Unanswered = "unanswered",
        /// It was closed after the expert who held it had written.
        Answered = "answered",
        /// It asked the same as another consultation of the enterprise, into which it was merged.
        Merged = "merged",
    }
}

/// The status after a step.
///
/// # Errors
/// When the status does not allow the step.
pub fn transition(from: Status, step: Step) -> Result<Status, NotAllowed<Status, Step>> {
    use Status::{Active, Concluded, Offered, Waiting};
    match (from, step) {
        (Waiting, Step::Offer) => Ok(Offered),
        (Offered, Step::Accept) => Ok(Active),
        (Offered, Step::Decline | Step::Lapse | Step::Withdraw)
        | (Active, Step::Transfer | Step::Silence | Step::Withdraw)
        | (Concluded, Step::Reopen) => Ok(Waiting),
        (Waiting | Offered | Active, Step::Assign) => Ok(Active),
        (Waiting | Offered, Step::TakeBack)
        | (Active, Step::Conclude | Step::Close)
        | (Waiting | Offered | Active, Step::Merge) => Ok(Concluded),
        (Waiting | Offered | Active | Concluded, _) => Err(NotAllowed { from, step }),
    }
}

impl Status {
    /// Whether the expert of a consultation of this status is known to its enterprise: not before the offer is accepted.
    pub const fn shows_expert(self) -> bool {
        matches!(self, Status::Active | Status::Concluded)
    }

    /// The word for people.
    pub fn text(self) -> Text {
        match self {
            Status::Waiting => Text::new("等待专家", "waiting for an expert"),
            Status::Offered => Text::new("已派给专家待接诊", "offered to an expert"),
            Status::Active => Text::new("问诊中", "under way"),
            Status::Concluded => Text::new("已办结", "concluded"),
        }
    }
}

impl Closing {
    /// Whether the expert who held it had written.
    pub const fn was_answered(self) -> bool {
        matches!(self, Closing::Answered)
    }

    /// The step by which it ended.
    pub const fn step(self) -> Step {
        match self {
            Closing::TakenBack => Step::TakeBack,
            Closing::Unanswered | Closing::Answered => Step::Close,
            Closing::Merged => Step::Merge,
        }
    }
}

impl RefusesSteps<Step> for Status {
    fn refused(refused: NotAllowed<Status, Step>) -> Problem {
        let status = refused.from.text();
        Problem::new(
            Code::ConsultationStatus,
            Text::new(
                format!("问诊当前状态为“{}”，不能进行此操作", status.zh),
                format!("the consultation is {}; it does not allow “{}” now", status.en, refused.step),
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
        let mut allowed = Vec::new();
        for &from in Status::ALL {
            for &step in Step::ALL {
                if let Ok(to) = transition(from, step) {
                    allowed.push(format!("{from} {step} {to}"));
                }
            }
        }
        assert_eq!(
            allowed,
            [
                "waiting offer offered",
                "waiting assign active",
                "waiting take_back concluded",
                "waiting merge concluded",
                "offered accept active",
                "offered decline waiting",
                "offered lapse waiting",
                "offered assign active",
                "offered withdraw waiting",
                "offered take_back concluded",
                "offered merge concluded",
                "active transfer waiting",
                "active silence waiting",
                "active assign active",
                "active withdraw waiting",
                "active conclude concluded",
                "active close concluded",
                "active merge concluded",
                "concluded reopen waiting",
            ]
        );
    }

    proptest! {
        #[test]
        fn only_reopening_leads_on_from_a_conclusion(
            steps in proptest::collection::vec(proptest::sample::select(Step::ALL), 0..20)
        ) {
            let mut status = Status::Waiting;
            for step in steps {
                let was = status;
                status = transition(status, step).unwrap_or(status);
                prop_assert!(was != Status::Concluded || status == Status::Concluded || step == Step::Reopen);
            }
        }
    }
}
