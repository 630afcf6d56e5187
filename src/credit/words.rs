//! The words of credit: states and reasons, with their texts. The tables have the same words in CHECKs.

use crate::core::Text;
use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem};

crate::word_enum! {
    /// Why a subject is not what it was.
    pub enum ChangeReason {
        /// An entry of its conduct was made, decided on, repaired or annulled.
        Conduct = "conduct",
        /// Time alone: an entry began to count, or its validity ended.
        Day = "day",
        /// Another version of the rules.
        Rules = "rules",
        /// Its region, its status or the class of its products.
        Place = "place",
    }
}

impl ChangeReason {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Conduct => ("信用记录变动", "its record changed"),
            Self::Day => ("到期变动", "a day was reached"),
            Self::Rules => ("适用新版规则", "other rules came into force"),
            Self::Place => {
                ("所在地区、经营状态或产品监管类别变动", "its region, status or product class changed")
            }
        };
        Text::new(zh, en)
    }
}

crate::word_enum! {
    /// What became of an entry, as far as the score is concerned.
    pub enum Became {
        /// It counts.
        Counts = "counts",
        /// Another entry of the same fact counts in its place.
        Lower = "lower",
        /// It does not count yet.
        NotYet = "not_yet",
        /// It does not count while an objection is decided.
        Suspended = "suspended",
        /// Its validity is over.
        Expired = "expired",
        /// It is repaired.
        Repaired = "repaired",
        /// It is annulled.
        Annulled = "annulled",
        /// The rules that weigh it do not know its behaviour.
        NotInRules = "not_in_rules",
    }
}

impl Became {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Counts => ("开始计分", "counts"),
            Self::Lower => ("同一事实以另一记录计分", "another entry of the same fact counts in its place"),
            Self::NotYet => ("尚未计分", "does not count yet"),
            Self::Suspended => ("异议处理期间暂不计分", "does not count while an objection is decided"),
            Self::Expired => ("有效期届满", "its validity is over"),
            Self::Repaired => ("已完成信用修复", "is repaired"),
            Self::Annulled => ("已撤销", "is annulled"),
            Self::NotInRules => ("适用规则未列此行为", "is of a behaviour that the rules do not know"),
        };
        Text::new(zh, en)
    }
}

crate::word_enum! {
    /// The state of a task.
    pub enum TaskState {
        /// To be done.
        Open = "open",
        /// The task was reported as done.
        Done = "done",
        /// Dropped, as its measure ended.
        Dropped = "dropped",
    }
}

impl TaskState {
    /// The words for people, in both languages.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Open => ("待办", "open"),
            Self::Done => ("已完成", "done"),
            Self::Dropped => ("已终止", "dropped"),
        };
        Text::new(zh, en)
    }
}

crate::word_enum! {
    /// A step of a task.
    pub enum TaskStep {
        /// An officer has done it.
        Finish = "finish",
        /// Its measure ended.
        Drop = "drop",
    }
}

/// The state of a task after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(from: TaskState, step: TaskStep) -> Result<TaskState, NotAllowed<TaskState, TaskStep>> {
    match (from, step) {
        (TaskState::Open, TaskStep::Finish) => Ok(TaskState::Done),
        (TaskState::Open, TaskStep::Drop) => Ok(TaskState::Dropped),
        (TaskState::Done | TaskState::Dropped, TaskStep::Finish | TaskStep::Drop) => {
            Err(NotAllowed { from, step })
        }
    }
}

impl RefusesSteps<TaskStep> for TaskState {
    fn refused(NotAllowed { from, .. }: NotAllowed<TaskState, TaskStep>) -> Problem {
        let state = from.text();
        Problem::new(
            Code::CreditTaskState,
            Text::new(
                format!("该任务{}，不能再办理", state.zh),
                format!("this task is {} and can't be done any more", state.en),
            ),
        )
    }
}

crate::word_enum! {
    /// The state of a grading of all subjects.
    pub enum RegradingState {
        /// The grading waits to begin.
        Queued = "queued",
        /// Under way.
        Running = "running",
        /// The grading has ended.
        Done = "done",
        /// Given up.
        Failed = "failed",
    }
}

impl RegradingState {
    /// The states of one that is yet to be done.
    pub const OPEN: [Self; 2] = [Self::Queued, Self::Running];

    /// Whether it is yet to be done.
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    /// The state after a step.
    ///
    /// # Errors
    /// When the state does not allow the step.
    pub fn after(self, step: RegradingStep) -> Result<Self, NotAllowed<Self, RegradingStep>> {
        match (self, step) {
            (Self::Queued | Self::Running, RegradingStep::Begin) => Ok(Self::Running),
            (Self::Queued | Self::Running, RegradingStep::Finish) => Ok(Self::Done),
            (Self::Queued | Self::Running, RegradingStep::Fail) => Ok(Self::Failed),
            (
                Self::Done | Self::Failed,
                RegradingStep::Begin | RegradingStep::Finish | RegradingStep::Fail,
            ) => Err(NotAllowed { from: self, step }),
        }
    }
}

crate::word_enum! {
    /// A step of a grading of all subjects.
    pub enum RegradingStep {
        /// A run begins.
        Begin = "begin",
        /// It is done.
        Finish = "finish",
        /// It is given up.
        Fail = "fail",
    }
}

impl RefusesSteps<RegradingStep> for RegradingState {
    fn refused(refused: NotAllowed<RegradingState, RegradingStep>) -> Problem {
        Problem::internal(format!("a grading that is {} can't take the step {}", refused.from, refused.step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_of_tasks() {
        let mut table = Vec::new();
        for &from in TaskState::ALL {
            for &step in TaskStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(table, ["open finish done", "open drop dropped"]);
    }

    #[test]
    fn the_steps_of_gradings() {
        let mut table = Vec::new();
        for &from in RegradingState::ALL {
            for &step in RegradingStep::ALL {
                table.extend(from.after(step).map(|to| format!("{from} {step} {to}")));
            }
        }
        assert_eq!(
            table,
            [
                "queued begin running",
                "queued finish done",
                "queued fail failed",
                "running begin running",
                "running finish done",
                "running fail failed",
            ]
        );
    }
}
