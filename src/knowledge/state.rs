//! Which step of an article is allowed from which state. Pure. The table has the same words in a CHECK.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of an article.
    pub enum ArticleState {
        /// Being written and stripped.
        Draft = "draft",
        /// The expert submitted it; an officer decides.
        Submitted = "submitted",
        /// An officer returned it with a reason.
        Returned = "returned",
        /// Everyone who is logged in may read it.
        Published = "published",
        /// An officer withdrew it with a reason; it is found no more.
        Withdrawn = "withdrawn",
        /// Given up before it was published.
        Discarded = "discarded",
    }
}

crate::word_enum! {
    /// A step of an article.
    pub enum ArticleStep {
        /// It is drafted from a consultation.
        Draft = "draft",
        /// Its text is changed.
        Edit = "edit",
        /// Findings of the stripping are confirmed.
        Confirm = "confirm",
        /// The expert submits it.
        Submit = "submit",
        /// An officer approves it.
        Approve = "approve",
        /// An officer returns it.
        Return = "return",
        /// An officer withdraws it.
        Withdraw = "withdraw",
        /// It is given up.
        Discard = "discard",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: ArticleState,
    step: ArticleStep,
) -> Result<ArticleState, NotAllowed<ArticleState, ArticleStep>> {
    use ArticleState::{Discarded, Draft, Published, Returned, Submitted, Withdrawn};
    match (from, step) {
        (Draft | Returned, ArticleStep::Edit | ArticleStep::Confirm) => Ok(from),
        (Draft | Returned, ArticleStep::Submit) => Ok(Submitted),
        (Draft | Returned, ArticleStep::Discard) => Ok(Discarded),
        (Submitted, ArticleStep::Approve) => Ok(Published),
        (Submitted, ArticleStep::Return) => Ok(Returned),
        (Published, ArticleStep::Withdraw) => Ok(Withdrawn),
        (
            Draft | Submitted | Returned | Published | Withdrawn | Discarded,
            ArticleStep::Draft
            | ArticleStep::Edit
            | ArticleStep::Confirm
            | ArticleStep::Submit
            | ArticleStep::Approve
            | ArticleStep::Return
            | ArticleStep::Withdraw
            | ArticleStep::Discard,
        ) => Err(NotAllowed { from, step }),
    }
}

impl RefusesSteps<ArticleStep> for ArticleState {
    fn refused(_: NotAllowed<ArticleState, ArticleStep>) -> Problem {
        Problem::new(
            Code::ArticleState,
            Text::new("知识条目当前状态不允许此操作", "the article's state does not allow this step"),
        )
    }
}

impl ArticleState {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Draft => ("草稿", "draft"),
            Self::Submitted => ("待审核", "to be approved"),
            Self::Returned => ("已退回", "returned"),
            Self::Published => ("已发布", "published"),
            Self::Withdrawn => ("已撤下", "withdrawn"),
            Self::Discarded => ("已放弃", "discarded"),
        };
        Text::new(zh, en)
    }

    /// Whether its text may be changed.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }
}

impl ArticleStep {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Draft => ("起草", "drafted"),
            Self::Edit => ("修改", "changed"),
            Self::Confirm => ("确认脱敏结果", "findings confirmed"),
            Self::Submit => ("提交审核", "submitted"),
            Self::Approve => ("批准发布", "approved"),
            Self::Return => ("退回", "returned"),
            Self::Withdraw => ("撤下", "withdrawn"),
            Self::Discard => ("放弃", "discarded"),
        };
        Text::new(zh, en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in ArticleState::ALL {
            for &step in ArticleStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "draft edit draft",
                "draft confirm draft",
                "draft submit submitted",
                "draft discard discarded",
                "submitted approve published",
                "submitted return returned",
                "returned edit returned",
                "returned confirm returned",
                "returned submit submitted",
                "returned discard discarded",
                "published withdraw withdrawn",
            ]
        );
    }
}
