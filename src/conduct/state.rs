//! The steps of an entry, and which state allows which. Pure. The tables have the same words in CHECKs.

use crate::conduct::words::ConductState;
use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// A step in the history of an entry.
    pub enum ConductStep {
        /// It is entered.
        Enter = "enter",
        /// The enterprise is notified, before it counts.
        Notify = "notify",
        /// The enterprise objects: the entry is marked at once.
        Object = "object",
        /// Another officer decides that the entry stands.
        Uphold = "uphold",
        /// What is wrong in it is corrected; while an objection waits, this decides it.
        Correct = "correct",
        /// It is annulled; while an objection waits, this decides it.
        Annul = "annul",
        /// The enterprise applies for credit repair.
        ApplyRepair = "apply_repair",
        /// The repair is granted: it no longer counts.
        GrantRepair = "grant_repair",
        /// The repair is refused.
        RefuseRepair = "refuse_repair",
    }
}

crate::word_texts! { ConductStep {
    Enter => "登记", "entered";
    Notify => "告知", "notified";
    Object => "提出异议", "objected";
    Uphold => "维持", "upheld";
    Correct => "更正", "corrected";
    Annul => "撤销", "annulled";
    ApplyRepair => "申请信用修复", "applied for repair";
    GrantRepair => "准予修复", "repair granted";
    RefuseRepair => "不予修复", "repair refused";
} }

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: ConductState,
    step: ConductStep,
) -> Result<ConductState, NotAllowed<ConductState, ConductStep>> {
    use ConductState::{Annulled, Contested, Entered, Notified, RepairPending, Repaired};
    use ConductStep as S;
    match (from, step) {
        (Entered, S::Notify) => Ok(Notified),
        (Entered, S::Correct) => Ok(Entered),
        (Entered | Notified, S::Object) => Ok(Contested),
        (Notified, S::Correct) | (Contested, S::Uphold | S::Correct) => Ok(Notified),
        (Notified, S::ApplyRepair) => Ok(RepairPending),
        (RepairPending, S::GrantRepair) => Ok(Repaired),
        (RepairPending, S::RefuseRepair) => Ok(Notified),
        (Entered | Notified | Contested | RepairPending | Repaired, S::Annul) => Ok(Annulled),
        (
            Entered | Notified | Contested | RepairPending | Repaired | Annulled,
            S::Enter
            | S::Notify
            | S::Object
            | S::Uphold
            | S::Correct
            | S::Annul
            | S::ApplyRepair
            | S::GrantRepair
            | S::RefuseRepair,
        ) => Err(NotAllowed { from, step }),
    }
}

impl RefusesSteps<ConductStep> for ConductState {
    fn refused(NotAllowed { from, step }: NotAllowed<ConductState, ConductStep>) -> Problem {
        let (from, step) = (from.text(), step.text());
        Problem::new(
            Code::ConductState,
            Text::new(
                format!("信用行为记录的当前状态（{}）不允许此操作（{}）", from.zh, step.zh),
                format!("an entry in this state (“{}”) does not allow this step (“{}”)", from.en, step.en),
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
        for &from in ConductState::ALL {
            for &step in ConductStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "entered notify notified",
                "entered object contested",
                "entered correct entered",
                "entered annul annulled",
                "notified object contested",
                "notified correct notified",
                "notified annul annulled",
                "notified apply_repair repair_pending",
                "contested uphold notified",
                "contested correct notified",
                "contested annul annulled",
                "repair_pending annul annulled",
                "repair_pending grant_repair repaired",
                "repair_pending refuse_repair notified",
                "repaired annul annulled",
            ]
        );
    }
}
