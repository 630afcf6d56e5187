//! What a letter, an interview or a listing is, and which step is allowed from which state. Pure. The table has the same words in a CHECK.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};
use crate::oversight::words::OversightKind;

crate::word_enum! {
    /// The state of a letter, an interview or a listing.
    pub enum OversightState {
        /// A letter is being written.
        Draft = "draft",
        /// It has gone out.
        Issued = "issued",
        /// Who was addressed has it.
        Received = "received",
        /// It was answered.
        Replied = "replied",
        /// The answer did not suffice; another one is due.
        Returned = "returned",
        /// The answer, or the delisting, was accepted.
        Accepted = "accepted",
        /// An interview is planned.
        Planned = "planned",
        /// Who is to be interviewed was notified.
        Notified = "notified",
        /// It was held.
        Held = "held",
        /// Nobody came.
        NotAttended = "not_attended",
        /// Its minutes are written; the interviewed correct their words and sign.
        Minuted = "minuted",
        /// Both sides have signed.
        Signed = "signed",
        /// What was asked for is being done.
        Rectifying = "rectifying",
        /// It was found to be done.
        Verified = "verified",
        /// A listing is proposed.
        Proposed = "proposed",
        /// Another officer has approved it.
        Approved = "approved",
        /// The proposal was not approved.
        Declined = "declined",
        /// It is public.
        Listed = "listed",
        /// Its delisting is applied for.
        Applied = "applied",
        /// Its term has passed.
        Overdue = "overdue",
        /// It was handed to the level above.
        Escalated = "escalated",
        /// It is at its end.
        Closed = "closed",
        /// It was taken back.
        Withdrawn = "withdrawn",
    }
}

crate::word_enum! {
    /// A step.
    pub enum OversightStep {
        /// It is written.
        Create = "create",
        /// What was written is changed before it goes out.
        Change = "change",
        /// A letter goes out.
        Issue = "issue",
        /// Who was addressed has it.
        Receive = "receive",
        /// It is answered.
        Reply = "reply",
        /// The answer, or the delisting, is accepted.
        Accept = "accept",
        /// The answer, the rectification or the application does not suffice.
        Return = "return",
        /// It is brought to its end.
        Close = "close",
        /// It is taken back.
        Withdraw = "withdraw",
        /// Who is to be interviewed is notified.
        Notify = "notify",
        /// The interview was held.
        Hold = "hold",
        /// Nobody came.
        NotAttend = "not_attend",
        /// Minutes are written.
        Minute = "minute",
        /// The interviewed correct their words.
        CorrectMinutes = "correct_minutes",
        /// The interviewed sign.
        SignInterviewed = "sign_interviewed",
        /// It is noted that the interviewed did not sign in time.
        NoteRefusal = "note_refusal",
        /// The issuing side signs.
        Sign = "sign",
        /// The time to put things right begins.
        Rectify = "rectify",
        /// What was done is reported.
        Report = "report",
        /// It was found to be done.
        Verify = "verify",
        /// Another officer approves a listing.
        Approve = "approve",
        /// Another officer does not.
        Decline = "decline",
        /// A listing becomes public.
        List = "list",
        /// The task of a responsibility is done.
        TaskDone = "task_done",
        /// It is not done after all.
        TaskReopen = "task_reopen",
        /// Somebody else holds a responsibility.
        ReplaceHolder = "replace_holder",
        /// Delisting is applied for.
        Apply = "apply",
        /// The term of a listing is extended.
        Extend = "extend",
        /// The term has passed.
        MarkOverdue = "mark_overdue",
        /// It is handed to the level above.
        Escalate = "escalate",
    }
}

/// That a state allows no such step.
pub type Refused = NotAllowed<OversightState, OversightStep>;

/// The state in which a kind begins.
pub fn first(kind: OversightKind) -> OversightState {
    match kind {
        OversightKind::Letter => OversightState::Draft,
        OversightKind::Interview => OversightState::Planned,
        OversightKind::Listing => OversightState::Proposed,
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step, or things of this kind have no such state or step.
pub fn transition(
    kind: OversightKind,
    from: OversightState,
    step: OversightStep,
) -> Result<OversightState, Refused> {
    let to = match kind {
        OversightKind::Letter => letter(from, step),
        OversightKind::Interview => interview(from, step),
        OversightKind::Listing => listing(from, step),
    };
    to.ok_or(NotAllowed { from, step })
}

fn letter(from: OversightState, step: OversightStep) -> Option<OversightState> {
    use OversightState as T;
    use OversightStep as S;
    match (from, step) {
        (T::Draft, S::Change) => Some(T::Draft),
        (T::Draft, S::Issue) => Some(T::Issued),
        (T::Issued, S::Receive) => Some(T::Received),
        (T::Issued | T::Received | T::Returned, S::Reply) => Some(T::Replied),
        (T::Replied, S::Accept) => Some(T::Accepted),
        (T::Replied, S::Return) => Some(T::Returned),
        // Without an answer it ends once its term has passed, when the next step is taken instead.
        (T::Issued | T::Received | T::Returned | T::Accepted, S::Close) => Some(T::Closed),
        (T::Issued | T::Received | T::Returned, S::MarkOverdue) => Some(from),
        (T::Draft | T::Issued | T::Received, S::Withdraw) => Some(T::Withdrawn),
        _ => None,
    }
}

fn interview(from: OversightState, step: OversightStep) -> Option<OversightState> {
    use OversightState as T;
    use OversightStep as S;
    match (from, step) {
        (T::Planned, S::Change) => Some(T::Planned),
        (T::Planned | T::Notified | T::NotAttended, S::Notify) => Some(T::Notified),
        (T::Notified, S::Receive) => Some(T::Notified),
        (T::Notified, S::Hold) => Some(T::Held),
        (T::Notified, S::NotAttend) => Some(T::NotAttended),
        (T::Held | T::Minuted, S::Minute) => Some(T::Minuted),
        (T::Minuted, S::CorrectMinutes | S::SignInterviewed | S::NoteRefusal | S::MarkOverdue) => {
            Some(T::Minuted)
        }
        (T::Minuted, S::Sign) => Some(T::Signed),
        (T::Signed, S::Rectify) => Some(T::Rectifying),
        (T::Rectifying, S::Report | S::Return | S::MarkOverdue) => Some(T::Rectifying),
        (T::Rectifying, S::Verify) => Some(T::Verified),
        // Without rectification it ends with a reason.
        (T::NotAttended | T::Signed | T::Verified, S::Close) => Some(T::Closed),
        (T::Planned | T::Notified, S::Withdraw) => Some(T::Withdrawn),
        _ => None,
    }
}

fn listing(from: OversightState, step: OversightStep) -> Option<OversightState> {
    use OversightState as T;
    use OversightStep as S;
    match (from, step) {
        (T::Proposed, S::Change) => Some(T::Proposed),
        (T::Proposed, S::Approve) => Some(T::Approved),
        (T::Proposed, S::Decline) => Some(T::Declined),
        (T::Approved, S::List) => Some(T::Listed),
        (T::Listed | T::Overdue, S::Receive | S::Report | S::TaskDone | S::TaskReopen | S::ReplaceHolder) => {
            Some(from)
        }
        (T::Listed | T::Overdue, S::Apply) => Some(T::Applied),
        // Months go on while an application waits.
        (T::Applied, S::Report) => Some(T::Applied),
        (T::Applied, S::Accept) => Some(T::Accepted),
        (T::Applied, S::Return | S::TaskReopen) => Some(T::Listed),
        (T::Listed | T::Applied | T::Overdue, S::Extend) => Some(T::Listed),
        (T::Listed, S::MarkOverdue) => Some(T::Overdue),
        (T::Overdue, S::Escalate) => Some(T::Escalated),
        (T::Proposed | T::Approved | T::Listed | T::Applied | T::Overdue, S::Withdraw) => Some(T::Withdrawn),
        _ => None,
    }
}

/// The steps that a state allows, in their order.
pub fn allowed(kind: OversightKind, from: OversightState) -> Vec<OversightStep> {
    OversightStep::ALL.iter().copied().filter(|step| transition(kind, from, *step).is_ok()).collect()
}

impl OversightState {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Draft => Text::new("草稿", "draft"),
            Self::Issued => Text::new("已发出", "issued"),
            Self::Received => Text::new("已签收", "received"),
            Self::Replied => Text::new("已回复", "answered"),
            Self::Returned => Text::new("已退回补充", "returned"),
            Self::Accepted => Text::new("已认可", "accepted"),
            Self::Planned => Text::new("拟约谈", "planned"),
            Self::Notified => Text::new("已通知", "notified"),
            Self::Held => Text::new("已约谈", "held"),
            Self::NotAttended => Text::new("未到场", "not attended"),
            Self::Minuted => Text::new("纪要待签字", "minutes to be signed"),
            Self::Signed => Text::new("纪要已签字", "signed"),
            Self::Rectifying => Text::new("整改中", "being rectified"),
            Self::Verified => Text::new("整改已核验", "verified"),
            Self::Proposed => Text::new("拟挂牌", "proposed"),
            Self::Approved => Text::new("已批准", "approved"),
            Self::Declined => Text::new("未批准", "declined"),
            Self::Listed => Text::new("挂牌中", "listed"),
            Self::Applied => Text::new("已申请摘牌", "delisting applied for"),
            Self::Overdue => Text::new("已逾期", "overdue"),
            Self::Escalated => Text::new("已提请上级督办", "escalated"),
            Self::Closed => Text::new("已办结", "closed"),
            Self::Withdrawn => Text::new("已撤回", "withdrawn"),
        }
    }

    /// Whether nothing more happens in it.
    pub fn is_end(self) -> bool {
        matches!(self, Self::Declined | Self::Escalated | Self::Closed | Self::Withdrawn)
    }

    /// Whether who was addressed is to act.
    pub fn waits_for_recipient(self) -> bool {
        matches!(
            self,
            Self::Issued
                | Self::Received
                | Self::Returned
                | Self::Notified
                | Self::Minuted
                | Self::Rectifying
                | Self::Listed
                | Self::Overdue
        )
    }
}

impl OversightStep {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Create => Text::new("起草", "written"),
            Self::Change => Text::new("修改", "changed"),
            Self::Issue => Text::new("发出提醒函", "letter issued"),
            Self::Receive => Text::new("签收", "received"),
            Self::Reply => Text::new("回复", "answered"),
            Self::Accept => Text::new("认可", "accepted"),
            Self::Return => Text::new("退回", "returned"),
            Self::Close => Text::new("办结", "closed"),
            Self::Withdraw => Text::new("撤回", "withdrawn"),
            Self::Notify => Text::new("发出约谈通知", "notified of the interview"),
            Self::Hold => Text::new("约谈", "interview held"),
            Self::NotAttend => Text::new("未到场", "not attended"),
            Self::Minute => Text::new("形成约谈纪要", "minutes written"),
            Self::CorrectMinutes => Text::new("被约谈方更正发言", "words corrected by the interviewed"),
            Self::SignInterviewed => Text::new("被约谈方签字", "signed by the interviewed"),
            Self::NoteRefusal => {
                Text::new("注明被约谈方逾期未签字", "noted that the interviewed did not sign")
            }
            Self::Sign => Text::new("约谈方签字", "signed by the issuing side"),
            Self::Rectify => Text::new("限期整改", "rectification begun"),
            Self::Report => Text::new("报告进展", "reported"),
            Self::Verify => Text::new("核验整改", "verified"),
            Self::Approve => Text::new("批准挂牌", "approved"),
            Self::Decline => Text::new("不予批准", "declined"),
            Self::List => Text::new("挂牌", "listed"),
            Self::TaskDone => Text::new("完成责任任务", "task done"),
            Self::TaskReopen => Text::new("责任任务重新办理", "task reopened"),
            Self::ReplaceHolder => Text::new("更换责任人", "holder replaced"),
            Self::Apply => Text::new("申请摘牌", "delisting applied for"),
            Self::Extend => Text::new("延长期限", "term extended"),
            Self::MarkOverdue => Text::new("逾期", "term passed"),
            Self::Escalate => Text::new("提请上级挂牌督办", "escalated"),
        }
    }
}

impl RefusesSteps<OversightStep> for OversightState {
    fn refused(NotAllowed { from, step }: Refused) -> Problem {
        let (from, step) = (from.text(), step.text());
        Problem::new(
            Code::OversightState,
            Text::new(
                format!("当前状态（{}）不允许此操作（{}）", from.zh, step.zh),
                format!("this state (“{}”) does not allow this step (“{}”)", from.en, step.en),
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use OversightKind::{Interview, Letter, Listing};

    fn way(kind: OversightKind, steps: &[&str]) -> Result<Vec<&'static str>, Refused> {
        let mut state = first(kind);
        let mut seen = vec![state.as_str()];
        for step in steps {
            state = transition(kind, state, step.parse().unwrap())?;
            seen.push(state.as_str());
        }
        Ok(seen)
    }

    #[test]
    fn each_kind_goes_its_way() {
        assert_eq!(
            way(Letter, &["issue", "receive", "reply", "return", "reply", "accept", "close"]).unwrap(),
            ["draft", "issued", "received", "replied", "returned", "replied", "accepted", "closed"]
        );
        assert_eq!(
            way(
                Interview,
                &[
                    "notify",
                    "not_attend",
                    "notify",
                    "hold",
                    "minute",
                    "correct_minutes",
                    "sign_interviewed",
                    "sign",
                    "rectify",
                    "report",
                    "verify",
                    "close"
                ]
            )
            .unwrap(),
            [
                "planned",
                "notified",
                "not_attended",
                "notified",
                "held",
                "minuted",
                "minuted",
                "minuted",
                "signed",
                "rectifying",
                "rectifying",
                "verified",
                "closed"
            ]
        );
        assert_eq!(
            way(
                Listing,
                &[
                    "approve",
                    "list",
                    "report",
                    "apply",
                    "return",
                    "mark_overdue",
                    "extend",
                    "task_done",
                    "apply",
                    "accept"
                ]
            )
            .unwrap(),
            [
                "proposed", "approved", "listed", "listed", "applied", "listed", "overdue", "listed",
                "listed", "applied", "accepted"
            ]
        );
        assert_eq!(
            way(Listing, &["approve", "list", "apply", "report", "extend", "mark_overdue", "withdraw"])
                .unwrap(),
            ["proposed", "approved", "listed", "applied", "applied", "listed", "overdue", "withdrawn"]
        );
        assert_eq!(
            way(Listing, &["approve", "list", "mark_overdue", "escalate"]).unwrap(),
            ["proposed", "approved", "listed", "overdue", "escalated"]
        );
    }

    #[test]
    fn nothing_goes_on_from_an_end_and_no_kind_has_the_steps_of_another() {
        for &kind in OversightKind::ALL {
            for &state in OversightState::ALL {
                for step in allowed(kind, state) {
                    assert!(!state.is_end(), "{kind} {state} {step}");
                }
            }
        }
        for (kind, state, step) in [
            (Letter, "draft", "list"),
            (Letter, "draft", "reply"),
            (Letter, "issued", "accept"),
            (Interview, "held", "sign"),
            (Interview, "rectifying", "close"),
            (Listing, "proposed", "list"),
            (Listing, "listed", "accept"),
            (Listing, "listed", "escalate"),
            (Listing, "accepted", "close"),
        ] {
            let (state, step) = (state.parse().unwrap(), step.parse().unwrap());
            assert_eq!(transition(kind, state, step), Err(NotAllowed { from: state, step }));
        }
    }
}
