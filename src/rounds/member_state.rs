//! What officers decide of a member, and which decision is allowed when. Pure. The table has the same words in a CHECK.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// What was decided of a member of a cohort.
    pub enum MemberState {
        /// It is in the cohort.
        Member = "member",
        /// It can't be reached.
        Unreachable = "unreachable",
        /// It does not want help.
        Declined = "declined",
        /// It was taken out.
        Removed = "removed",
    }
}

crate::word_enum! {
    /// A decision on a member.
    pub enum MemberStep {
        /// Added to the cohort.
        Add = "add",
        /// Found to be unreachable, with a reason.
        Unreachable = "unreachable",
        /// It said that it does not want help, with a reason.
        Decline = "decline",
        /// It can be reached again, or wants help after all.
        ComeBack = "come_back",
        /// Given to another expert.
        GiveExpert = "give_expert",
        /// Taken out, with a reason.
        Remove = "remove",
    }
}

/// The state after a decision.
///
/// # Errors
/// When the state does not allow it.
pub fn transition(
    from: MemberState,
    step: MemberStep,
) -> Result<MemberState, NotAllowed<MemberState, MemberStep>> {
    use MemberState::{Declined, Member, Removed, Unreachable};
    use MemberStep as S;
    match (from, step) {
        (Removed, S::Add) | (Unreachable | Declined, S::ComeBack) | (Member, S::GiveExpert) => Ok(Member),
        (Member, S::Unreachable) => Ok(Unreachable),
        (Member | Unreachable, S::Decline) => Ok(Declined),
        (Member | Unreachable | Declined, S::Remove) => Ok(Removed),
        (
            Member | Unreachable | Declined | Removed,
            S::Add | S::Unreachable | S::Decline | S::ComeBack | S::GiveExpert | S::Remove,
        ) => Err(NotAllowed { from, step }),
    }
}

/// The decisions that a state allows, in their order.
pub fn allowed(from: MemberState) -> Vec<MemberStep> {
    MemberStep::ALL.iter().copied().filter(|step| transition(from, *step).is_ok()).collect()
}

impl MemberState {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Member => ("在列", "member"),
            Self::Unreachable => ("联系不上", "unreachable"),
            Self::Declined => ("不愿参加", "declined"),
            Self::Removed => ("已移出", "removed"),
        }
    }
}

impl MemberStep {
    /// For people: Chinese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Add => ("列入", "added"),
            Self::Unreachable => ("标记联系不上", "marked unreachable"),
            Self::Decline => ("标记不愿参加", "marked as declined"),
            Self::ComeBack => ("恢复", "came back"),
            Self::GiveExpert => ("指派专家", "expert assigned"),
            Self::Remove => ("移出", "taken out"),
        }
    }

    /// Whether it needs a reason.
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::Unreachable | Self::Decline | Self::Remove)
    }
}

impl RefusesSteps<MemberStep> for MemberState {
    fn refused(NotAllowed { from, step }: NotAllowed<MemberState, MemberStep>) -> Problem {
        let (from, step) = (from.words(), step.words());
        let text = Text::new(
            format!("企业的当前状态（{}）不允许此操作（{}）", from.0, step.0),
            format!("a member in this state (“{}”) does not allow this (“{}”)", from.1, step.1),
        );
        Problem::new(Code::CircuitMemberState, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_decisions() {
        let mut table = Vec::new();
        for &from in MemberState::ALL {
            for &step in MemberStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "member unreachable unreachable",
                "member decline declined",
                "member give_expert member",
                "member remove removed",
                "unreachable decline declined",
                "unreachable come_back member",
                "unreachable remove removed",
                "declined come_back member",
                "declined remove removed",
                "removed add member",
            ]
        );
    }
}
