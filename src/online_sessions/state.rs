//! What a session and a question are, and which step of one is allowed from which state. Pure. The tables have the same words in CHECKs.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of a session.
    pub enum OnlineSessionState {
        /// It is to be held.
        Announced = "announced",
        /// It was held; its minutes are kept.
        Held = "held",
        /// It is not held.
        Cancelled = "cancelled",
    }
}

crate::word_enum! {
    /// A step of a session.
    pub enum OnlineSessionStep {
        /// Announced.
        Announce = "announce",
        /// Changed.
        Change = "change",
        /// Enterprises are invited.
        Invite = "invite",
        /// An enterprise signs up.
        SignUp = "sign_up",
        /// An enterprise leaves.
        Leave = "leave",
        /// An enterprise joins.
        Join = "join",
        /// An enterprise asks.
        Ask = "ask",
        /// A question is dealt with.
        Answer = "answer",
        /// Held: its minutes are written.
        Hold = "hold",
        /// Minutes or recording are mended.
        Record = "record",
        /// Cancelled.
        Cancel = "cancel",
    }
}

crate::word_enum! {
    /// The state of a question.
    pub enum OnlineQuestionState {
        /// Nobody has dealt with it.
        Waiting = "waiting",
        /// Answered before all who signed up.
        Answered = "answered",
        /// It has become a consultation.
        Consultation = "consultation",
        /// Not for this session; its enterprise reads why.
        Declined = "declined",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: OnlineSessionState,
    step: OnlineSessionStep,
) -> Result<OnlineSessionState, NotAllowed<OnlineSessionState, OnlineSessionStep>> {
    use OnlineSessionState::{Announced, Cancelled, Held};
    use OnlineSessionStep as S;
    match (from, step) {
        (Announced, S::Change | S::Invite | S::SignUp | S::Leave | S::Join | S::Ask | S::Answer) => {
            Ok(Announced)
        }
        (Announced, S::Hold) => Ok(Held),
        (Announced, S::Cancel) => Ok(Cancelled),
        // What was asked is answered afterwards as well.
        (Held, S::Answer | S::Record) => Ok(Held),
        (
            Announced | Held | Cancelled,
            S::Announce
            | S::Change
            | S::Invite
            | S::SignUp
            | S::Leave
            | S::Join
            | S::Ask
            | S::Answer
            | S::Hold
            | S::Record
            | S::Cancel,
        ) => Err(NotAllowed { from, step }),
    }
}

/// The steps that a state allows, in their order.
pub fn allowed(from: OnlineSessionState) -> Vec<OnlineSessionStep> {
    OnlineSessionStep::ALL.iter().copied().filter(|step| transition(from, *step).is_ok()).collect()
}

impl OnlineSessionState {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Announced => ("已公布", "announced"),
            Self::Held => ("已举办", "held"),
            Self::Cancelled => ("已取消", "cancelled"),
        }
    }
}

impl OnlineSessionStep {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Announce => ("公布", "announced"),
            Self::Change => ("变更", "changed"),
            Self::Invite => ("邀请企业", "enterprises invited"),
            Self::SignUp => ("报名", "signed up"),
            Self::Leave => ("取消报名", "registration cancelled"),
            Self::Join => ("参会", "joined"),
            Self::Ask => ("提问", "asked"),
            Self::Answer => ("处理提问", "question dealt with"),
            Self::Hold => ("举办", "held"),
            Self::Record => ("更新纪要", "minutes mended"),
            Self::Cancel => ("取消", "cancelled"),
        }
    }
}

impl OnlineQuestionState {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Waiting => ("待答复", "waiting"),
            Self::Answered => ("已公开答复", "answered"),
            Self::Consultation => ("已转为问诊", "became a consultation"),
            Self::Declined => ("不在本场答复", "declined"),
        }
    }
}

impl RefusesSteps<OnlineSessionStep> for OnlineSessionState {
    fn refused(NotAllowed { from, step }: NotAllowed<OnlineSessionState, OnlineSessionStep>) -> Problem {
        let (from, step) = (from.words(), step.words());
        Problem::new(
            Code::OnlineSessionState,
            Text::new(
                format!("线上问诊会的当前状态（{}）不允许此操作（{}）", from.0, step.0),
                format!("a session in this state (“{}”) does not allow this step (“{}”)", from.1, step.1),
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
        for &from in OnlineSessionState::ALL {
            for &step in OnlineSessionStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "announced change announced",
                "announced invite announced",
                "announced sign_up announced",
                "announced leave announced",
                "announced join announced",
                "announced ask announced",
                "announced answer announced",
                "announced hold held",
                "announced cancel cancelled",
                "held answer held",
                "held record held",
            ]
        );
    }
}
