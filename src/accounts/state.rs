//! Whether an account is open, and which step leads where. Pure. The table has it as two columns, held together by a CHECK.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of an account.
    pub enum AccountState {
        /// An applicant's: it is opened by the vetting.
        Pending = "pending",
        /// Its person can log in.
        Active = "active",
        /// It was ended, and can be opened again.
        Deactivated = "deactivated",
    }
}

crate::word_enum! {
    /// A step of an account's life, besides the vetting of an applicant.
    pub enum AccountStep {
        /// Someone in charge ends it.
        Deactivate = "deactivate",
        /// Someone in charge opens it again.
        Reactivate = "reactivate",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: AccountState,
    step: AccountStep,
) -> Result<AccountState, NotAllowed<AccountState, AccountStep>> {
    match (from, step) {
        (AccountState::Active, AccountStep::Deactivate) => Ok(AccountState::Deactivated),
        (AccountState::Deactivated, AccountStep::Reactivate) => Ok(AccountState::Active),
        _ => Err(NotAllowed { from, step }),
    }
}

impl AccountState {
    /// The state that the columns of an account say.
    pub fn of(active: bool, was_deactivated: bool) -> Self {
        match (active, was_deactivated) {
            (true, _) => Self::Active,
            (false, true) => Self::Deactivated,
            (false, false) => Self::Pending,
        }
    }

    /// The state in words.
    pub fn text(self) -> Text {
        match self {
            Self::Pending => Text::new("待审核", "waiting for approval"),
            Self::Active => Text::new("在用", "active"),
            Self::Deactivated => Text::new("已停用", "deactivated"),
        }
    }
}

impl RefusesSteps<AccountStep> for AccountState {
    fn refused(refusal: NotAllowed<AccountState, AccountStep>) -> Problem {
        let state = refusal.from.text();
        Problem::new(
            Code::AccountState,
            Text::new(
                format!("该账号{}，不能进行此操作", state.zh),
                format!("the account is {}; this can't be done with it", state.en),
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut allowed = Vec::new();
        for &from in AccountState::ALL {
            for &step in AccountStep::ALL {
                match transition(from, step) {
                    Ok(to) => allowed.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(allowed, ["active deactivate deactivated", "deactivated reactivate active"]);
    }
}
