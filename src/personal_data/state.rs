//! What may be asked for, its states, and which step leads where. Pure. The table has the same words in CHECKs.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// What a person asks for.
    pub enum RequestKind {
        /// A copy of the own data.
        Copy = "copy",
        /// A correction of what one can't change oneself.
        Correction = "correction",
        /// The account is closed, and what may go goes.
        Erasure = "erasure",
    }
}

crate::word_enum! {
    /// Where a request is.
    pub enum RequestState {
        /// It waits: for the job, or for an officer.
        Received = "received",
        /// The copy is being made.
        Preparing = "preparing",
        /// The copy can be fetched.
        Ready = "ready",
        /// The copy has gone after its time.
        Expired = "expired",
        /// The copy could not be made.
        Failed = "failed",
        /// An officer granted it, and it is done.
        Granted = "granted",
        /// An officer refused it, with a reason.
        Refused = "refused",
        /// Its person took it back.
        Withdrawn = "withdrawn",
    }
}

crate::word_enum! {
    /// What happens to a request.
    pub enum RequestStep {
        /// The job begins with the copy, or begins again.
        Prepare = "prepare",
        /// The copy is made.
        Finish = "finish",
        /// The copy can't be made.
        Fail = "fail",
        /// The copy goes.
        Expire = "expire",
        /// An officer grants it.
        Grant = "grant",
        /// An officer refuses it.
        Refuse = "refuse",
        /// Its person takes it back.
        Withdraw = "withdraw",
    }
}

/// The state after a step.
///
/// # Errors
/// When kind and state do not allow the step.
pub fn transition(
    kind: RequestKind,
    from: RequestState,
    step: RequestStep,
) -> Result<RequestState, NotAllowed<RequestState, RequestStep>> {
    use RequestState::{Expired, Failed, Granted, Preparing, Ready, Received, Refused, Withdrawn};
    let to = match (kind, from, step) {
        (RequestKind::Copy, Received | Preparing, RequestStep::Prepare) => Preparing,
        (RequestKind::Copy, Preparing, RequestStep::Finish) => Ready,
        (RequestKind::Copy, Received | Preparing, RequestStep::Fail) => Failed,
        (RequestKind::Copy, Ready, RequestStep::Expire) => Expired,
        (RequestKind::Correction | RequestKind::Erasure, Received, RequestStep::Grant) => Granted,
        (RequestKind::Correction | RequestKind::Erasure, Received, RequestStep::Refuse) => Refused,
        (_, Received, RequestStep::Withdraw) => Withdrawn,
        _ => return Err(NotAllowed { from, step }),
    };
    Ok(to)
}

impl RequestState {
    /// The states in which a request is not decided.
    pub const OPEN: [Self; 2] = [Self::Received, Self::Preparing];

    /// Whether it is not decided.
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    /// The state, for people.
    pub fn text(self) -> Text {
        match self {
            Self::Received => Text::new("待处理", "waiting"),
            Self::Preparing => Text::new("生成中", "being made"),
            Self::Ready => Text::new("可下载", "ready"),
            Self::Expired => Text::new("已过期", "expired"),
            Self::Failed => Text::new("生成失败", "failed"),
            Self::Granted => Text::new("已同意并办理", "granted"),
            Self::Refused => Text::new("未予同意", "refused"),
            Self::Withdrawn => Text::new("已撤回", "withdrawn"),
        }
    }
}

impl RequestKind {
    /// For people: Chinese and English.
    pub fn text(self) -> Text {
        match self {
            Self::Copy => Text::new("复制个人信息", "copy of personal data"),
            Self::Correction => Text::new("更正个人信息", "correction of personal data"),
            Self::Erasure => Text::new("删除个人信息", "erasure of personal data"),
        }
    }
}

impl RefusesSteps<RequestStep> for RequestState {
    fn refused(refused: NotAllowed<RequestState, RequestStep>) -> Problem {
        not_in(refused.from)
    }
}

/// 409: the state allows no such step.
pub fn not_in(state: RequestState) -> Problem {
    let text = state.text();
    Problem::new(
        Code::PersonalRequestState,
        Text::new(
            format!("请求当前状态为“{}”，不能进行此操作", text.zh),
            format!("the request is {} by now", text.en),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &kind in RequestKind::ALL {
            for &from in RequestState::ALL {
                for &step in RequestStep::ALL {
                    if let Ok(to) = transition(kind, from, step) {
                        table.push(format!("{kind} {from} {step} {to}"));
                    }
                }
            }
        }
        assert_eq!(
            table,
            [
                "copy received prepare preparing",
                "copy received fail failed",
                "copy received withdraw withdrawn",
                "copy preparing prepare preparing",
                "copy preparing finish ready",
                "copy preparing fail failed",
                "copy ready expire expired",
                "correction received grant granted",
                "correction received refuse refused",
                "correction received withdraw withdrawn",
                "erasure received grant granted",
                "erasure received refuse refused",
                "erasure received withdraw withdrawn",
            ]
        );
    }
}
