//! The steps that a reader may take now, as forms.

use crate::oversight::policy::Standing;
use crate::oversight::state::{OversightState, OversightStep};
use crate::oversight::view::OversightDetail;
use crate::oversight::words::OversightKind;
use crate::web::frame::Frame;

/// The form of a step.
pub struct StepForm {
    /// The step.
    pub step: OversightStep,
    /// What the button says.
    pub title: String,
    /// What follows from it.
    pub follows: &'static str,
    /// Whether it takes a reason, and needs one.
    pub reason: Option<bool>,
    /// The label of the text that it needs.
    pub text: Option<&'static str>,
    /// Whether it takes a day until which somebody is to act, and needs one.
    pub due: Option<bool>,
    /// Whether it names day and place of an interview.
    pub meets: bool,
    /// Whether it is about a responsibility.
    pub responsibility: bool,
    /// Whether it names another holder.
    pub holder: bool,
    /// Whether files go with it.
    pub files: bool,
    /// Whether it can't be taken back.
    pub danger: bool,
}

fn follows(f: &Frame, kind: OversightKind, step: OversightStep) -> &'static str {
    use OversightStep as S;
    let t = |zh: &'static str, en: &'static str| f.t(zh, en);
    match step {
        S::Issue => t(
            "发出后编号，事实固定，不能再修改；对方可以查看。",
            "It gets its number, its facts stay as they are, and who is addressed sees it.",
        ),
        S::Notify => t(
            "通知后编号，并通知被约谈方。",
            "It gets its number, and the party to be interviewed is notified.",
        ),
        S::List => t(
            "挂牌后编号，并立即向社会公开责任人姓名、职务和任务。",
            "It gets its number and is public at once, with names, posts and tasks.",
        ),
        S::Receive => t("登记对方已收到。", "Who was addressed has it."),
        S::Reply => t("回复后由发出机关审核。", "The issuing authority decides on the answer."),
        S::Accept if kind == OversightKind::Listing => {
            t("摘牌后责任人姓名不再公开。", "It is taken off; the names are public no more.")
        }
        S::Accept => t("认可后可以办结。", "It can be closed then."),
        S::Return => {
            t("退回后重新计算期限，并通知对方。", "A new term begins, and the recipient is notified.")
        }
        S::Close => t("办结后不能再办理。", "Nothing more can be done in it."),
        S::Withdraw => t(
            "撤回后不能恢复；已编的文号不再使用。",
            "It can’t be restored, and its number is not used again.",
        ),
        S::Minute => t(
            "纪要发给被约谈方，由其先更正本方发言并签字。",
            "The interviewed correct their words and sign first.",
        ),
        S::CorrectMinutes => t(
            "只更正本方的发言，原纪要和更正都保留。",
            "Your own words alone; minutes and correction both stay.",
        ),
        S::SignInterviewed => t("签字后不能再更正。", "Nothing can be corrected after you sign."),
        S::NoteRefusal => t(
            "被约谈方期限届满仍未签字的，注明后由约谈方签字。",
            "Where they did not sign in time, this is noted.",
        ),
        S::Apply => t(
            "四项责任的任务全部完成后才能申请摘牌。",
            "Possible once the tasks of all four responsibilities are done.",
        ),
        S::Escalate => t(
            "向上级机关提出挂牌督办建议，由上级决定。",
            "A listing is proposed to the authority above, which decides.",
        ),
        S::Extend => t("期限的延长次数不得超过规定。", "A term is extended as often as the rules allow."),
        S::Verify => t("由主持约谈以外的监管人员核验。", "By an officer other than who held the interview."),
        S::Approve => t("由提出人以外的监管人员批准。", "By an officer other than who proposed it."),
        _ => "",
    }
}

/// The forms of the steps that the reader may take.
pub fn forms(f: &Frame, d: &OversightDetail) -> Vec<StepForm> {
    use OversightStep as S;
    let kind = d.oversight.kind;
    let shown = |step: &&S| match **step {
        S::Change => false,
        S::CorrectMinutes | S::SignInterviewed => !d.interviewed_done,
        S::Sign => d.interviewed_done,
        // The issuing side enters it for who has no account; its own steps come first.
        _ => true,
    };
    let recipients = |step: S| crate::oversight::policy::is_of_recipient(step);
    let mut steps: Vec<S> = d.allowed.iter().filter(shown).copied().collect();
    if d.oversight.standing == Standing::Issuer {
        steps.sort_by_key(|step| recipients(*step));
    }
    steps.into_iter().map(|step| form(f, kind, d.oversight.state, step)).collect()
}

fn form(f: &Frame, kind: OversightKind, state: OversightState, step: OversightStep) -> StepForm {
    use OversightStep as S;
    let t = |zh: &'static str, en: &'static str| f.t(zh, en);
    let reasoned = matches!(
        step,
        S::Return
            | S::Withdraw
            | S::Decline
            | S::NotAttend
            | S::TaskReopen
            | S::ReplaceHolder
            | S::Extend
            | S::Escalate
            | S::NoteRefusal
    );
    let plain_end = matches!(state, OversightState::Accepted | OversightState::Verified);
    StepForm {
        step,
        title: f.say(&step.text()).to_owned(),
        follows: follows(f, kind, step),
        reason: match step {
            S::Close if plain_end => Some(false),
            S::Close => Some(true),
            _ if reasoned => Some(true),
            _ => None,
        },
        text: match step {
            S::Reply => Some(t("回复内容", "Answer")),
            S::Minute => Some(t("纪要内容", "Minutes")),
            S::CorrectMinutes => Some(t("更正后的本方发言", "Your words, corrected")),
            S::Report => Some(t("进展情况", "What was done")),
            S::TaskDone => Some(t("完成情况和依据", "What was done and what shows it")),
            S::Apply => Some(t("申请摘牌的理由", "Why it can be taken off")),
            S::Verify => Some(t("核验情况", "What was found")),
            _ => None,
        },
        due: match step {
            S::Issue | S::List | S::Rectify | S::Minute => Some(false),
            S::Return if kind != OversightKind::Listing => Some(false),
            S::Extend => Some(true),
            _ => None,
        },
        meets: step == S::Notify,
        responsibility: matches!(step, S::TaskDone | S::TaskReopen | S::ReplaceHolder),
        holder: step == S::ReplaceHolder,
        files: !matches!(step, S::Receive | S::Close | S::Approve | S::Decline | S::Sign),
        danger: matches!(step, S::Withdraw | S::Decline),
    }
}
