//! What an engagement is, and which step of one is allowed from which state. Pure. The tables have the same words in CHECKs.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The kind of an engagement.
    pub enum EngagementKind {
        /// Experts come to an enterprise (上门帮扶).
        Visit = "visit",
        /// Several enterprises are taught (培训).
        Training = "training",
        /// An enterprise promises in writing (承诺).
        Commitment = "commitment",
        /// An enterprise is looked after again once its case is cleared (回访).
        FollowUp = "follow_up",
        /// Communities, schools and townships are visited (三进).
        Outreach = "outreach",
    }
}

crate::word_enum! {
    /// The state of an engagement. Which of them a kind has follows from [`transition`].
    pub enum EngagementState {
        /// Of a visit: times are proposed.
        Proposed = "proposed",
        /// Of a visit: the enterprise has chosen one.
        Confirmed = "confirmed",
        /// Of a visit: the expert is there.
        Started = "started",
        /// It is announced.
        Planned = "planned",
        /// It took place.
        Held = "held",
        /// Of a visit: both sides confirmed the minutes.
        Minuted = "minuted",
        /// All of it is done; nothing changes any more.
        Closed = "closed",
        /// Called off.
        Cancelled = "cancelled",
        /// Of a visit: somebody did not come.
        NoShow = "no_show",
        /// Of a commitment: written, not signed.
        Drafted = "drafted",
        /// Of a commitment: signed.
        Signed = "signed",
        /// Of a commitment: kept.
        Kept = "kept",
        /// Of a commitment: broken.
        Broken = "broken",
        /// Of a commitment: the enterprise is released from it.
        Released = "released",
    }
}

crate::word_enum! {
    /// A step of an engagement.
    pub enum EngagementStep {
        /// It is set up.
        Create = "create",
        /// A time is chosen.
        Choose = "choose",
        /// Other times are proposed, or asked for.
        Reschedule = "reschedule",
        /// The expert is there.
        Start = "start",
        /// It took place.
        Hold = "hold",
        /// Who came is noted.
        Attend = "attend",
        /// The minutes are written.
        WriteMinutes = "write_minutes",
        /// The enterprise adds its words to the minutes.
        AddWords = "add_words",
        /// A side confirms the minutes.
        ConfirmMinutes = "confirm_minutes",
        /// Both sides have confirmed them.
        Agree = "agree",
        /// It is brought to its end.
        Close = "close",
        /// It is called off.
        Cancel = "cancel",
        /// Somebody did not come.
        NoShow = "no_show",
        /// The last step was entered by mistake and is taken back.
        TakeBack = "take_back",
        /// What was entered of it is corrected.
        Correct = "correct",
        /// A commitment is signed.
        Sign = "sign",
        /// A commitment was kept.
        Keep = "keep",
        /// A commitment was broken.
        Break = "break",
        /// The enterprise is released from a commitment.
        Release = "release",
    }
}

crate::word_enum! {
    /// A side of a visit.
    pub enum Side {
        /// The experts.
        Expert = "expert",
        /// The enterprise.
        Enterprise = "enterprise",
    }
}

crate::word_enum! {
    /// On what a report of imminent danger rests.
    pub enum DangerGround {
        /// A product endangers people or property.
        ProductQuality = "product_quality",
        /// The work on the spot does.
        WorkSafety = "work_safety",
    }
}

/// The state in which an engagement of a kind begins.
pub fn first(kind: EngagementKind) -> EngagementState {
    match kind {
        EngagementKind::Visit => EngagementState::Proposed,
        EngagementKind::Commitment => EngagementState::Drafted,
        EngagementKind::Training | EngagementKind::FollowUp | EngagementKind::Outreach => {
            EngagementState::Planned
        }
    }
}

/// The state after a step of an engagement of a kind.
///
/// # Errors
/// When the state does not allow the step, or engagements of the kind have no such state.
pub fn transition(
    kind: EngagementKind,
    from: EngagementState,
    step: EngagementStep,
) -> Result<EngagementState, NotAllowed<EngagementState, EngagementStep>> {
    let to = match kind {
        EngagementKind::Visit => of_visit(from, step),
        EngagementKind::Commitment => of_commitment(from, step),
        EngagementKind::Training | EngagementKind::FollowUp | EngagementKind::Outreach => {
            of_other(from, step).or_else(|| mended(kind, from, step))
        }
    };
    to.ok_or(NotAllowed { from, step })
}

fn of_visit(from: EngagementState, step: EngagementStep) -> Option<EngagementState> {
    use EngagementState as S;
    use EngagementStep as T;
    match (from, step) {
        (S::Proposed, T::Choose) => Some(S::Confirmed),
        (S::Proposed | S::Confirmed, T::Reschedule) => Some(S::Proposed),
        (S::Confirmed, T::Start) => Some(S::Started),
        (S::Started, T::Hold) | (S::Held, T::WriteMinutes | T::AddWords | T::ConfirmMinutes) => Some(S::Held),
        (S::Held, T::Agree) => Some(S::Minuted),
        (S::Minuted, T::Close) => Some(S::Closed),
        (S::Proposed | S::Confirmed, T::Cancel) => Some(S::Cancelled),
        // The expert was there, and nobody of the enterprise.
        (S::Confirmed | S::Started, T::NoShow) => Some(S::NoShow),
        (S::Started, T::TakeBack) => Some(S::Confirmed),
        (S::Held, T::TakeBack) => Some(S::Started),
        _ => None,
    }
}

fn of_commitment(from: EngagementState, step: EngagementStep) -> Option<EngagementState> {
    use EngagementState as S;
    use EngagementStep as T;
    match (from, step) {
        (S::Drafted, T::Sign) => Some(S::Signed),
        (S::Drafted, T::Cancel) => Some(S::Cancelled),
        (S::Signed, T::Keep) => Some(S::Kept),
        (S::Signed, T::Break) => Some(S::Broken),
        (S::Signed, T::Release) => Some(S::Released),
        _ => None,
    }
}

fn of_other(from: EngagementState, step: EngagementStep) -> Option<EngagementState> {
    use EngagementState as S;
    use EngagementStep as T;
    match (from, step) {
        (S::Planned, T::Reschedule | T::Attend) => Some(S::Planned),
        (S::Planned, T::Hold) | (S::Held, T::Attend) => Some(S::Held),
        (S::Held, T::Close) => Some(S::Closed),
        (S::Planned, T::Cancel) => Some(S::Cancelled),
        _ => None,
    }
}

/// How a mistake is mended, which each of the other kinds has in its own way.
fn mended(kind: EngagementKind, from: EngagementState, step: EngagementStep) -> Option<EngagementState> {
    use EngagementKind as K;
    use EngagementState as S;
    use EngagementStep as T;
    match (kind, from, step) {
        (K::Training, S::Held, T::TakeBack) | (K::FollowUp, S::Closed, T::TakeBack) => Some(S::Planned),
        (K::Training, S::Closed, T::TakeBack) | (K::Outreach, S::Held, T::Correct) => Some(S::Held),
        (K::FollowUp | K::Outreach, S::Closed, T::Correct) => Some(S::Closed),
        _ => None,
    }
}

/// The steps that a state allows, in their order.
pub fn allowed(kind: EngagementKind, from: EngagementState) -> Vec<EngagementStep> {
    EngagementStep::ALL.iter().copied().filter(|step| transition(kind, from, *step).is_ok()).collect()
}

impl EngagementKind {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Visit => Text::new("上门帮扶", "visit"),
            Self::Training => Text::new("培训", "training"),
            Self::Commitment => Text::new("承诺", "commitment"),
            Self::FollowUp => Text::new("回访", "follow-up"),
            Self::Outreach => Text::new("三进活动", "outreach"),
        }
    }
}

impl EngagementState {
    /// Whether the expert of a visit in this state was there.
    pub fn has_begun(self) -> bool {
        matches!(self, Self::Started | Self::Held | Self::Minuted | Self::Closed)
    }

    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Proposed => Text::new("待企业选定时间", "times proposed"),
            Self::Confirmed => Text::new("已约定", "confirmed"),
            Self::Started => Text::new("上门中", "under way"),
            Self::Planned => Text::new("已安排", "planned"),
            Self::Held => Text::new("已开展", "held"),
            Self::Minuted => Text::new("纪要已确认", "minutes confirmed"),
            Self::Closed => Text::new("已办结", "closed"),
            Self::Cancelled => Text::new("已取消", "called off"),
            Self::NoShow => Text::new("一方未到场", "somebody did not come"),
            Self::Drafted => Text::new("待签署", "to be signed"),
            Self::Signed => Text::new("已签署", "signed"),
            Self::Kept => Text::new("已履行", "kept"),
            Self::Broken => Text::new("未履行", "broken"),
            Self::Released => Text::new("已解除", "released"),
        }
    }

    /// The colour of a state.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Proposed | Self::Drafted | Self::Planned => "warn",
            Self::Confirmed | Self::Started | Self::Held | Self::Minuted | Self::Signed | Self::Kept => {
                "good"
            }
            Self::NoShow | Self::Broken => "bad",
            Self::Closed | Self::Cancelled | Self::Released => "none",
        }
    }
}

impl EngagementStep {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Create => Text::new("发起", "set up"),
            Self::Choose => Text::new("选定时间", "time chosen"),
            Self::Reschedule => Text::new("改期", "rescheduled"),
            Self::Start => Text::new("到场", "begun"),
            Self::Hold => Text::new("现场结束", "held"),
            Self::Attend => Text::new("登记到场", "attendance noted"),
            Self::WriteMinutes => Text::new("撰写纪要", "minutes written"),
            Self::AddWords => Text::new("企业补充意见", "words of the enterprise"),
            Self::ConfirmMinutes => Text::new("确认纪要", "minutes confirmed by a side"),
            Self::Agree => Text::new("双方确认纪要", "minutes confirmed by both sides"),
            Self::Close => Text::new("办结", "closed"),
            Self::Cancel => Text::new("取消", "called off"),
            Self::NoShow => Text::new("登记未到场", "somebody did not come"),
            Self::TakeBack => Text::new("撤回误登记", "taken back"),
            Self::Correct => Text::new("更正", "corrected"),
            Self::Sign => Text::new("签署", "signed"),
            Self::Keep => Text::new("认定已履行", "kept"),
            Self::Break => Text::new("认定未履行", "broken"),
            Self::Release => Text::new("解除", "released"),
        }
    }
}

impl Side {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Expert => Text::new("专家", "the expert"),
            Self::Enterprise => Text::new("企业", "the enterprise"),
        }
    }
}

impl DangerGround {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::ProductQuality => {
                Text::new("产品危及人身、财产安全", "the product endangers people or property")
            }
            Self::WorkSafety => Text::new("生产现场存在紧急危险", "the work on the spot endangers people"),
        }
    }
}

impl RefusesSteps<EngagementStep> for EngagementState {
    fn refused(NotAllowed { from, step }: NotAllowed<EngagementState, EngagementStep>) -> Problem {
        let (from, step) = (from.text(), step.text());
        Problem::new(
            Code::EngagementState,
            Text::new(
                format!("活动的当前状态（{}）不允许此操作（{}）", from.zh, step.zh),
                format!(
                    "an engagement in this state (“{}”) does not allow this step (“{}”)",
                    from.en, step.en
                ),
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(kind: EngagementKind) -> Vec<String> {
        let mut table = Vec::new();
        for &from in EngagementState::ALL {
            for &step in EngagementStep::ALL {
                match transition(kind, from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        table
    }

    #[test]
    fn a_visit_has_begun_once_the_expert_is_there() {
        let begun: Vec<_> = EngagementState::ALL.iter().filter(|state| state.has_begun()).collect();
        let wanted = [
            EngagementState::Started,
            EngagementState::Held,
            EngagementState::Minuted,
            EngagementState::Closed,
        ];
        assert_eq!(begun, wanted.iter().collect::<Vec<_>>());
    }

    #[test]
    fn the_table_of_steps_of_a_visit() {
        assert_eq!(
            table(EngagementKind::Visit),
            [
                "proposed choose confirmed",
                "proposed reschedule proposed",
                "proposed cancel cancelled",
                "confirmed reschedule proposed",
                "confirmed start started",
                "confirmed cancel cancelled",
                "confirmed no_show no_show",
                "started hold held",
                "started no_show no_show",
                "started take_back confirmed",
                "held write_minutes held",
                "held add_words held",
                "held confirm_minutes held",
                "held agree minuted",
                "held take_back started",
                "minuted close closed",
            ]
        );
    }

    #[test]
    fn the_tables_of_the_other_kinds() {
        let other = [
            "planned reschedule planned",
            "planned hold held",
            "planned attend planned",
            "planned cancel cancelled",
            "held attend held",
            "held close closed",
        ];
        for (kind, mended) in [
            (EngagementKind::Training, ["held take_back planned", "closed take_back held"].as_slice()),
            (EngagementKind::FollowUp, ["closed take_back planned", "closed correct closed"].as_slice()),
            (EngagementKind::Outreach, ["held correct held", "closed correct closed"].as_slice()),
        ] {
            let all = table(kind);
            let (of_mending, of_all): (Vec<_>, Vec<_>) =
                all.iter().map(String::as_str).partition(|row| mended.contains(row));
            assert_eq!((of_mending.as_slice(), of_all.as_slice()), (mended, other.as_slice()));
        }
        assert_eq!(
            table(EngagementKind::Commitment),
            [
                "drafted cancel cancelled",
                "drafted sign signed",
                "signed keep kept",
                "signed break broken",
                "signed release released"
            ]
        );
    }
}
