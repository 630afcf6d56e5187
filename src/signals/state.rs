//! Which step of a signal is allowed from which state. Pure. The tables have the same words in CHECKs.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of a signal.
    pub enum SignalState {
        /// Nobody knows yet what it is about.
        New = "new",
        /// Its kind of product, its enterprise or both are known.
        Matched = "matched",
        /// An officer has looked at it and holds it for relevant.
        Triaged = "triaged",
        /// An assessment or an alert rests on it.
        Used = "used",
        /// An officer holds it for irrelevant, and said why.
        Dismissed = "dismissed",
        /// It tells what another one tells.
        Merged = "merged",
        /// Its file was taken back.
        Withdrawn = "withdrawn",
    }
}

crate::word_enum! {
    /// A step of a signal.
    pub enum SignalStep {
        /// It is entered.
        Enter = "enter",
        /// Its source tells something new about it.
        Update = "update",
        /// It is said what it is about.
        Match = "match",
        /// It is held for relevant.
        Triage = "triage",
        /// It is held for irrelevant.
        Dismiss = "dismiss",
        /// It is merged into another one.
        Merge = "merge",
        /// It is taken out of the one that it was merged into.
        Unmerge = "unmerge",
        /// An assessment or an alert rests on it.
        Use = "use",
        /// None rests on it any more.
        Release = "release",
        /// It is looked at again.
        Reopen = "reopen",
        /// Its file is taken back.
        Withdraw = "withdraw",
        /// Its text is erased after its period.
        Erase = "erase",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: SignalState,
    step: SignalStep,
) -> Result<SignalState, NotAllowed<SignalState, SignalStep>> {
    use SignalState::{Dismissed, Matched, Merged, New, Triaged, Used, Withdrawn};
    use SignalStep as S;
    match (from, step) {
        // What its source tells anew is looked at anew, also where it was dismissed, or brought once by a file that was taken back.
        // What was matched is matched anew, which may come to nothing.
        (Matched | Dismissed | Withdrawn, S::Update) => Ok(New),
        (New | Triaged | Used | Merged, S::Update) => Ok(from),
        (New | Matched, S::Match) => Ok(Matched),
        (Triaged, S::Match | S::Triage) => Ok(Triaged),
        (New | Matched, S::Triage) => Ok(Triaged),
        (New | Matched | Triaged, S::Dismiss) => Ok(Dismissed),
        (New | Matched | Triaged, S::Merge) => Ok(Merged),
        (Merged, S::Unmerge) | (Dismissed | Triaged, S::Reopen) => Ok(New),
        (New | Matched | Triaged | Used, S::Use) => Ok(Used),
        (Used, S::Release) => Ok(Triaged),
        (New | Matched | Triaged | Dismissed | Merged, S::Withdraw) => Ok(Withdrawn),
        // What was merged into a dismissed rumour goes with it.
        (Dismissed | Merged, S::Erase) => Ok(from),
        (
            New | Matched | Triaged | Used | Dismissed | Merged | Withdrawn,
            S::Enter
            | S::Match
            | S::Triage
            | S::Dismiss
            | S::Merge
            | S::Unmerge
            | S::Use
            | S::Release
            | S::Reopen
            | S::Withdraw
            | S::Erase,
        ) => Err(NotAllowed { from, step }),
    }
}

impl SignalState {
    /// Its name.
    #[must_use]
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::New => ("未匹配", "not matched"),
            Self::Matched => ("已匹配", "matched"),
            Self::Triaged => ("已研判", "triaged"),
            Self::Used => ("已采用", "used"),
            Self::Dismissed => ("不予采用", "dismissed"),
            Self::Merged => ("已合并", "merged"),
            Self::Withdrawn => ("已撤回", "withdrawn"),
        };
        Text::new(zh, en)
    }

    /// The class of its tag.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            Self::New => "warn",
            Self::Matched | Self::Triaged => "good",
            Self::Used | Self::Dismissed | Self::Merged | Self::Withdrawn => "none",
        }
    }

    /// Whether an officer has yet to look at it.
    #[must_use]
    pub fn waits(self) -> bool {
        matches!(self, Self::New | Self::Matched)
    }
}

impl SignalStep {
    /// Its name.
    #[must_use]
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Enter => ("录入", "entered"),
            Self::Update => ("来源更新", "changed by its source"),
            Self::Match => ("匹配", "matched"),
            Self::Triage => ("研判", "triaged"),
            Self::Dismiss => ("不予采用", "dismissed"),
            Self::Merge => ("合并", "merged"),
            Self::Unmerge => ("取消合并", "taken apart again"),
            Self::Use => ("采用", "used"),
            Self::Release => ("解除采用", "no longer used"),
            Self::Reopen => ("重新研判", "opened again"),
            Self::Withdraw => ("随文件撤回", "withdrawn with its file"),
            Self::Erase => ("清除文本", "text erased"),
        };
        Text::new(zh, en)
    }
}

impl RefusesSteps<SignalStep> for SignalState {
    fn refused(NotAllowed { from, step }: NotAllowed<SignalState, SignalStep>) -> Problem {
        let (from, step) = (from.text(), step.text());
        Problem::new(
            Code::SignalState,
            Text::new(
                format!("信息的当前状态（{}）不允许此操作（{}）", from.zh, step.zh),
                format!("a signal in this state (“{}”) does not allow this step (“{}”)", from.en, step.en),
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
        for &from in SignalState::ALL {
            for &step in SignalStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "new update new",
                "new match matched",
                "new triage triaged",
                "new dismiss dismissed",
                "new merge merged",
                "new use used",
                "new withdraw withdrawn",
                "matched update new",
                "matched match matched",
                "matched triage triaged",
                "matched dismiss dismissed",
                "matched merge merged",
                "matched use used",
                "matched withdraw withdrawn",
                "triaged update triaged",
                "triaged match triaged",
                "triaged triage triaged",
                "triaged dismiss dismissed",
                "triaged merge merged",
                "triaged use used",
                "triaged reopen new",
                "triaged withdraw withdrawn",
                "used update used",
                "used use used",
                "used release triaged",
                "dismissed update new",
                "dismissed reopen new",
                "dismissed withdraw withdrawn",
                "dismissed erase dismissed",
                "merged update merged",
                "merged unmerge new",
                "merged withdraw withdrawn",
                "merged erase merged",
                "withdrawn update new",
            ]
        );
    }
}
